"""Trials in containers of the hook's image, each gone at the end, with products that nobody needs in memory."""

import math
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookkit.check.contract.answer import KEPT_BYTES, Answer
from hookkit.check.contract.place import Way, changed, holds
from hookkit.contract import STAGING_PREFIX
from hookkit.image.docker.engine import connect, engine_failures
from hookkit.local.container.facts import EngineFacts
from hookkit.local.container.settings import engine_settings
from hookkit.local.container.stale import owner_labels
from hookkit.local.containerplan import ContainerPlan, plan_container
from hookkit.local.run import LocalRun, Runner
from hookkit.local.volume.folders import give, secret_files
from hookkit.reference import ImageReference

if TYPE_CHECKING:
    from docker import APIClient

#: Seconds that an engine gives a container between SIGTERM and SIGKILL.
_GRACE_SECONDS: Final = 30
#: How long one question for a container's end waits.
_GLANCE_SECONDS: Final = 10


@dataclass(frozen=True)
class ImagePlace:
    """Containers of an image."""

    image: ImageReference
    runner: Runner

    keeps_processes = False

    def ask(self, run: LocalRun, arguments: Sequence[str], way: Way) -> Answer:
        """See `Place.ask`."""
        bare = replace(run, spec=run.spec.replace(inputs=(), outputs=(), options=()))
        plan = replace(plan_container(bare, self.image), arguments=tuple(arguments), mounts=())
        return _run(_in_the_way(plan, way), way)

    def work(self, run: LocalRun, way: Way) -> Answer:
        """See `Place.work`; the products are kept in memory alone, where every user may write."""
        with secret_files(run) as secrets:
            if secrets and way.user is not None:
                give(secrets, way.user, way.user)
            plan = plan_container(run, self.image, secrets=secrets)
            return _run(_in_the_way(replace(plan, mounts=tuple(one for one in plan.mounts if one.read_only)), way), way)

    def has_started(self, output: Path) -> bool:
        """See `Place.has_started`: the runtime's staging lies in the container's volume, which lies in the runner's."""
        return holds(output, f"{STAGING_PREFIX}*/*/volume/**/{STAGING_PREFIX}*")

    @property
    def why_no_other_user(self) -> str:
        """See `Place.why_no_other_user`."""
        return ""


def _in_the_way(plan: ContainerPlan, way: Way) -> ContainerPlan:
    known = {name: text for name, text in plan.environment if text is not None}
    user = plan.user if way.user is None else f"{way.user}:{way.user}"
    return replace(plan, environment=tuple(changed(known, way.variables).items()), user=user)


def _run(plan: ContainerPlan, way: Way) -> Answer:
    with connect() as client:
        settings = engine_settings(plan, EngineFacts.of(client), owner_labels([]))
        settings["HostConfig"]["LogConfig"] = {"Type": "json-file"}  # it is asked for afterwards, each stream by itself
        name = f"hookkit-{uuid.uuid4().hex}"
        try:
            client.api.create_container_from_config(settings, name)  # type: ignore[no-untyped-call]
            client.api.start(name)
            return _answer(client.api, name, way.limit)
        finally:
            with suppress(*engine_failures()):  # it was not made; or the engine is gone
                client.api.remove_container(name, force=True, v=True)


def _answer(api: "APIClient", name: str, limit: float) -> Answer:
    code, late = _code(api, name, limit)
    stdout, stderr = (api.logs(name, stdout=out, stderr=not out)[:KEPT_BYTES] for out in (True, False))
    return Answer(code, stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace"), late)


def _code(api: "APIClient", name: str, limit: float) -> tuple[int, bool]:
    """The exit code of a container, and whether it took too long, and was stopped."""
    deadline = time.monotonic() + limit
    while (left := deadline - time.monotonic()) > 0:
        try:
            return int(api.wait(name, timeout=math.ceil(min(left, _GLANCE_SECONDS)))["StatusCode"]), False
        except engine_failures():
            api.inspect_container(name)  # the engine is there, and only had nothing to tell
    api.stop(name, timeout=_GRACE_SECONDS)
    return int(api.wait(name)["StatusCode"]), True
