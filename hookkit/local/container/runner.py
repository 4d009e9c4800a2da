"""A LocalRun becomes a container of the hook's image, and what came of it a report; its products are handed over."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hookkit.contract import ExitCode
from hookkit.errors import EngineError, Problem
from hookkit.image.docker.engine import connect
from hookkit.local.container.enforcement import enforcement_of
from hookkit.local.container.facts import EngineFacts
from hookkit.local.container.running import Patience, run_container
from hookkit.local.container.settings import engine_settings
from hookkit.local.container.stale import owner_labels, remove_stale
from hookkit.local.container.verdict import judged
from hookkit.local.containerplan import plan_container
from hookkit.local.enforcement import objections_to
from hookkit.local.log import KeptLog, LogSink
from hookkit.local.ofimage import refuse_other_hooks
from hookkit.local.run import Ended, LocalRun, Verdict, make_report
from hookkit.local.signals import forwarded_signals
from hookkit.local.volume.folders import give, owned_folders, prepared, secret_files, volume_of
from hookkit.local.volume.handover import hand_over, told_in
from hookkit.reference import ImageReference
from hookkit.report import RunReport

if TYPE_CHECKING:
    from docker import DockerClient


@dataclass(frozen=True)
class ContainerRunner:
    """Runs an image in a container engine.

    Attributes:
        strict: whether a run is refused where a rule can't be enforced.
        grace_seconds: between the request to stop and the end, as Kubernetes has it.
        answer_seconds: how long the engine may take to answer.

    """

    image: ImageReference
    strict: bool = False
    grace_seconds: float = 30.0
    answer_seconds: int = 60

    name = "container"

    def command(self, run: LocalRun) -> list[str]:
        """The `docker run` line; its products come straight into the output folders, which have to be there.

        It's for who types it, root as well: nobody hands over what another user would have written.
        """
        return replace(plan_container(run, self.image), user=f"{os.getuid()}:{os.getgid()}").command_line()

    def run(self, run: LocalRun, log: LogSink) -> RunReport:
        """Run the hook to its end; see `Runner.run`."""
        with connect() as client:
            client.api.timeout = self.answer_seconds
            facts = EngineFacts.of(client)
            refuse_other_hooks(str(self.image), _labels(client, self.image), run.spec)
            remove_stale(client.api)
            return self._run(client, facts, run, KeptLog(log))

    def _run(self, client: "DockerClient", facts: EngineFacts, run: LocalRun, log: KeptLog) -> RunReport:
        patience = Patience(run.spec.timeout_seconds, self.grace_seconds)
        with forwarded_signals() as stops, volume_of(run) as (volume, staged), secret_files(run) as secrets:
            plan = plan_container(run, self.image, volume, secrets)
            enforcement = enforcement_of(plan, facts, patience)
            if self.strict and (objections := objections_to(enforcement)):
                raise EngineError(*objections)
            plan = prepared(plan, volume)
            settings = engine_settings(plan, facts, owner_labels(owned_folders(volume, staged, secrets)))
            end = run_container(client.api, settings, log, stops, patience)
            give(volume, os.getuid(), os.getgid())
            exit_code, told, violations = judged(run, end, told_in(volume), log.lines)
            hand_over(run, volume, staged, done=exit_code == ExitCode.DONE)
        verdict = Verdict(enforcement, violations)
        return make_report(run, f"{self.name} {facts.name}", Ended(exit_code, end.seconds), told, log, verdict)


def _labels(engine: "DockerClient", image: ImageReference) -> Mapping[str, str]:
    """The labels of an image; one that is missing is not pulled behind the author's back."""
    import docker.errors

    try:
        labels: Mapping[str, str] = engine.images.get(str(image)).labels
    except docker.errors.ImageNotFound:
        remedy = "make it with `hookkit build`, or pull it"
        raise EngineError(Problem(f"image {image}", "is not in the engine", remedy)) from None
    return labels
