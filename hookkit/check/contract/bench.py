"""The context of trials: runs the hook with a copy of the sample, into folders that are gone at the end."""

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from hookkit.check.contract.answer import Answer
from hookkit.check.contract.leftovers import end_leftovers
from hookkit.check.contract.place import NO_CHANGE, Place, ProcessPlace, Variables, Way
from hookkit.check.contract.sample import NoSample, Sample
from hookkit.check.contract.stopping import Reason, Stopper
from hookkit.contract import ERROR_FILE, RESULTS_FILE, STAGING_PREFIX, ExitCode
from hookkit.local.outputs.measuring import measure_outputs
from hookkit.local.run import LocalRun
from hookkit.project import Project
from hookkit.report import OutputFile, RunReport
from hookkit.runtime.call import Call
from hookkit.spec import HookSpec

#: A trial takes no longer than this, however long the hook itself may take.
LONGEST_SECONDS: Final = 600
#: Between the end of a run's time, which the runner sees to, and ours.
_MARGIN_SECONDS: Final = 5
_FOR_ALL: Final = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
_WRITE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH

#: The runs that later trials look back on.
Label = Literal["good-input", "output-missing"]
Files = Mapping[str, tuple[OutputFile, ...]]


@dataclass(frozen=True)
class Tried:
    """A run that came to its end.

    Attributes:
        outputs: its output folders, by name.
        seconds_of_work: between the start of the function, as far as it was seen, and its end.
        stopped: why it was asked to stop.
        seconds_after: at least so many went by between that and its end.

    """

    report: RunReport
    outputs: Mapping[str, Path]
    seconds_of_work: float = 0.0
    stopped: Reason = ""
    seconds_after: float = 0.0

    @property
    def done(self) -> bool:
        """Whether the hook did its work."""
        return self.report.exit_code == ExitCode.DONE

    @property
    def products(self) -> Files:
        """The files of its outputs, but for those that hookkit writes."""
        own = {ERROR_FILE, RESULTS_FILE}
        return {
            name: tuple(file for file in files if file.path not in own) for name, files in self.report.outputs.items()
        }


@dataclass
class Bench:
    """What the trials of one hook have in common.

    Attributes:
        folder: empty at first; its name is known to nobody else.
        runs: those that later trials look back on.

    """

    project: Project
    spec: HookSpec
    sample: Sample | NoSample
    folder: Path
    place: Place = ProcessPlace()  # noqa: RUF009 - frozen
    runs: dict[Label, Tried] = field(default_factory=dict)

    @property
    def limit(self) -> int:
        """The seconds that a run may take."""
        return min(self.spec.timeout_seconds, LONGEST_SECONDS)

    # ------------------------------------------------------------ the call

    @cached_property
    def _copies(self) -> tuple[dict[str, Path | None], Files]:
        """A copy of each input, which hooks may spoil, and what is in it."""
        copies = {name: _copy(place, self.folder / "input" / name) for name, place in self._call.inputs.items()}
        return copies, self.measure_inputs()

    @property
    def inputs(self) -> Mapping[str, Path | None]:
        """The copied inputs, by name."""
        return self._copies[0]

    @property
    def original_inputs(self) -> Files:
        """The files of the inputs before any trial; each input's copy lies in a folder of its name."""
        return self._copies[1]

    def measure_inputs(self) -> Files:
        """The files of the copied inputs as they are now."""
        return measure_outputs({name: self.folder / "input" / name for name in self._call.inputs})

    @property
    def _call(self) -> Call:
        return self.sample.call if isinstance(self.sample, Sample) else Call()

    def outputs(self, name: str) -> dict[str, Path]:
        """Output folders that no run had before; they are not made."""
        return {part.name: self.folder / name / part.name for part in self.spec.outputs}

    def call(self, outputs: Mapping[str, Path]) -> LocalRun:
        """The call of the sample, into these folders."""
        spec = self.spec.replace(timeout_seconds=self.limit)
        call = self._call.replace(inputs=self.inputs, outputs=outputs, results=None)
        return LocalRun(self.project, spec, call, log_format="ecs")

    # ------------------------------------------------------------ running

    def run(self, outputs: Mapping[str, Path], *, stop_after: float | None = None) -> Tried:
        """Run the hook on the sample.

        Args:
            stop_after: seconds between the start of the function and SIGTERM; None for none.

        """
        stopper = Stopper(self._start_of(outputs), stop_after, self.limit + _MARGIN_SECONDS)
        start = time.monotonic()
        with stopper.watching():
            report = self.place.runner.run(self.call(outputs), lambda _: None)
        end = start + report.duration_seconds  # or a little later: outputs are made before, and measured after it
        worked = end - stopper.started_at if stopper.started_at else 0.0
        after = end - stopper.at if stopper.reason else 0.0
        return Tried(report, outputs, max(0.0, worked), stopper.reason, max(0.0, after))

    def _start_of(self, outputs: Mapping[str, Path]) -> Callable[[], bool]:
        first = next(iter(outputs.values()), None)
        return lambda: first is not None and self.place.has_started(first)

    def ask(self, arguments: Sequence[str], variables: Variables = NO_CHANGE, user: int | None = None) -> Answer:
        """Run the hook's bare command, without the platform's rules."""
        run = LocalRun(self.project, self.spec, self._call.replace(inputs={}, outputs={}), log_format="ecs")
        return self.place.ask(run, arguments, Way(variables, user, self.limit))

    def work(self, name: str, variables: Variables = NO_CHANGE, user: int | None = None) -> Answer:
        """Run the hook's bare command on the sample, without the platform's rules, into folders of this name."""
        return self.place.work(self.call(self.outputs(name)), Way(variables, user, self.limit))

    @contextmanager
    def read_only_inputs(self) -> Iterator[None]:
        """Take everybody's right to write from all copied inputs while the block runs."""
        entries = [path for name in self.inputs for path in _entries(self.folder / "input" / name)]
        for path in entries:
            path.chmod(path.stat().st_mode & ~_WRITE)
        try:
            yield
        finally:
            for path in filter(Path.exists, entries):  # a hook that nothing held back may have removed some
                path.chmod(path.stat().st_mode | stat.S_IWUSR)


@contextmanager
def open_bench(project: Project, spec: HookSpec, sample: Sample | NoSample, place: Place) -> Iterator[Bench]:
    """Give a bench; at the end nothing is left of it, neither files nor processes."""
    with TemporaryDirectory(prefix="hookkit-") as made:
        folder = Path(made).resolve()
        folder.chmod(0o755)  # another user of a trial has to come through
        try:
            yield Bench(project, spec, sample, folder, place)
        finally:
            end_leftovers(folder)


# ---------------------------------------------------------------- files


def _copy(place: Path | None, target: Path) -> Path | None:
    """Copy an input into a folder, under its own name, with what links lead to; everybody may read it."""
    if place is None:
        return None
    target.mkdir(parents=True)
    copy = target / (place.name or target.name)
    if place.is_dir():
        shutil.copytree(place, copy, ignore_dangling_symlinks=True)
    else:
        shutil.copy2(place, copy)
    for path in _entries(target):
        mode = path.stat().st_mode | _FOR_ALL | stat.S_IWUSR
        path.chmod(mode | 0o111 if path.is_dir() else mode)
    return copy


def _entries(folder: Path) -> Iterator[Path]:
    """A folder and all below, the deepest first."""
    for below, folders, names in os.walk(folder, topdown=False):
        yield from (Path(below, name) for name in (*folders, *names) if not Path(below, name).is_symlink())
    if folder.is_dir():
        yield folder


def staging_left(outputs: Mapping[str, Path]) -> tuple[Path, ...]:
    """Staging folders that were left in output folders."""
    return tuple(found for folder in outputs.values() for found in folder.glob(f"{STAGING_PREFIX}*"))
