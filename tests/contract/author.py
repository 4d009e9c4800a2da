"""A way to run hooks becomes an author at their desk: runs hooks of the corpus, and says what each run left behind."""

import json
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract.corpus import HERE, Planted
from contract.scene import Scene
from contract.ways import Way
from realparts.plain_user import site_packages
from realparts.refusing import refusing

from hookkit.report import RunReport

#: As long as the slowest hook may take on a busy machine.
_PATIENCE_SECONDS = 180


@dataclass
class Author:
    """Somebody who runs hooks in a scene."""

    scene: Scene
    way: Way
    process: "subprocess.Popen[str]"
    descriptors: list[str] = field(default_factory=list)
    count: int = 0

    @contextmanager
    def run(self, hook: Planted) -> Iterator["Run"]:
        """Run a hook of the corpus to its end, and mend what it did to the scene afterwards."""
        try:
            answer, output = self._run(hook)
            run = Run(hook, RunReport.from_json(answer["report"]), output, self.scene)
            run.changes.extend(self.scene.changes())
            run.left.extend(self.leftovers(run))
            yield run
        finally:
            if (
                self.scene.mounts()
                or self.scene.shared_memory()
                or self.scene.changes()
                or self.process.poll() is not None
            ):
                self.scene.prepare()

    def _run(self, hook: Planted) -> tuple[dict[str, Any], Path]:
        self.count += 1
        # Short: sockets of multiprocessing lie below, and the path of one holds no more than 107 bytes.
        output = self.scene.home / "runs" / str(self.count) / "out"
        shutil.rmtree(output.parent, ignore_errors=True)
        output.parent.mkdir(parents=True)
        self.scene.user.own(output.parent)
        answer = self._ask(
            module=hook.name,
            runner=self.way.runner,
            input=str(self.scene.input),
            output=str(output),
            scene=self.scene.places(),
            described=bool(hook.needs),
        )
        assert "report" in answer, answer["error"]
        return answer, output

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout
        ready, _, _ = select.select([self.process.stdout], [], [], _PATIENCE_SECONDS)
        assert ready, "the run hangs"
        line = self.process.stdout.readline()
        assert line, "whoever ran the hook has ended with it"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def leftovers(self, run: "Run") -> list[str]:
        """What a run left behind, in words: nothing may be left."""
        pid = self.process.pid
        own = {pid, self.scene.outsider.pid if self.scene.outsider else 0}
        words = [f"process {one}: {line}" for one, line in self._processes() if one not in own]
        words += [f"temporary {path.name}" for path in (self.scene.home / "tmp").iterdir()]
        words += [f"{path.name} in /dev/shm" for path in self.scene.shared_memory()]
        words += [f"{path.name} in the output" for path in _listed(run.output) if path.name.startswith(".hookkit-")]
        words += [f"mount {place}" for place in self.scene.mounts()]
        words += [f"descriptor {link}" for link in self._descriptors_left()]
        threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
        return words + ([f"{threads - 1} threads"] if threads > 1 else [])

    def _processes(self) -> Iterator[tuple[int, str]]:
        """Processes that belong to the scene: whose command line names it, and all below whoever runs the hooks."""
        marks = str(self.scene.home).encode(), self.scene.token.encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                line = (folder / "cmdline").read_bytes()
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == self.process.pid or any(mark in line for mark in marks):
                yield int(folder.name), line.replace(b"\0", b" ").decode(errors="replace")

    def _descriptors_left(self) -> list[str]:
        """Descriptors that whoever runs the hooks has now and didn't have after the first run."""
        links = sorted(str(path.readlink()) for path in Path(f"/proc/{self.process.pid}/fd").iterdir())
        kinds = [link.partition(":")[0] for link in links]
        if not self.descriptors:
            self.descriptors = kinds
        return links if len(kinds) > len(self.descriptors) else []


def _listed(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


@contextmanager
def author(scene: Scene, way: Way) -> Iterator[Author]:
    """An author at their desk; hooks are run in a process of theirs."""
    scene.prepare()
    variables = {} if way.programs else {"PATH": str(scene.home / "nothing")}
    variables |= {"AUTHORS_TOKEN": scene.secret, "PYTHONPATH": f"{HERE.parent.parent}:{site_packages()}"}
    command = [str(scene.user.python), str(HERE / "driving.py"), str(scene.project)]
    lacking = [str(scene.user.python), *refusing(*way.lacks)[1:]] if way.lacks else []
    process = subprocess.Popen(
        scene.user.command(*lacking, *command, **variables),
        cwd=scene.project,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        one = Author(scene, way, process)
        try:
            one._answer()
            yield one
        finally:
            process.kill()
            scene.end()


@dataclass(frozen=True)
class Run:
    """A run of a hook of the corpus that ended."""

    hook: Planted
    report: RunReport
    output: Path
    scene: Scene
    changes: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """What the report says of the rule that the hook breaks."""
        return next((one.state for one in self.report.enforcement if one.rule == self.hook.rule), "")

    @property
    def escapes(self) -> list[str]:
        """What the hook did that it must not, in words."""
        products = [path for path in self.output.rglob("*") if path.is_file() and not path.is_symlink()]
        words = [f"it wrote {path.name}" for path in products if path.name == "escaped"]
        words += [
            f"{path.name} holds the secret" for path in products if self.scene.secret.encode() in path.read_bytes()
        ]
        told = json.dumps(self.report.to_json())
        words += ["the report tells the secret"] if self.scene.secret in told or _digest(self.scene) in told else []
        return words + self.changes

    def untold(self, way: Way) -> list[str]:
        """What the report does not say of the rule that was broken, or says wrongly.

        In an image most places are not there, which is all that can be said; a machine that lacks something knows less.
        """
        found, hook = self.report.violations, self.hook
        strange = [f"a line of nobody's: {one}" for one in found if one.line and f"{hook.name}.py:" not in one.line]
        if not hook.told or way.in_image:
            return strange
        ours = [one for one in found if one.rule in {hook.rule, hook.also}]
        if not hook.line and "notifications" in way.lacks:
            return strange  # nobody could know
        if not hook.line or way.lacks:
            careful = [one for one in found if "may have" in one.what]
            return strange + ([] if ours or careful else [f"nothing is said: {found}"])
        if not ours:
            return [*strange, f"no violation of {hook.rule}: {found}"]
        place, line = hook.named.format(**self.scene.places()), f"{hook.name}.py:{hook.line}"
        strange += [] if any(place in one.what for one in ours) else [f"{place} is not named: {ours}"]
        strange += [] if any(one.line.endswith(line) for one in ours) else [f"{line} is not named: {ours}"]
        return strange + ([] if any(one.remedy for one in ours) else [f"no remedy: {ours}"])


def _digest(scene: Scene) -> str:
    import hashlib

    return hashlib.sha256(scene.secret.encode()).hexdigest()
