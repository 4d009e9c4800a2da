"""What a run did becomes a RunReport: status, exit code, duration, peak memory, outputs with size and sha256, log."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from hookkit.contract import STAGING_PREFIX, ExitCode

_STATUS: Final[Mapping[int, str]] = {
    ExitCode.DONE: "done",
    ExitCode.WRONG_INPUT: "wrong input",
    ExitCode.TRANSIENT: "try again",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.KILLED: "killed",
    ExitCode.STOPPED: "stopped",
}


@dataclass(frozen=True)
class OutputFile:
    """A file in an output folder.

    Attributes:
        path: relative to the output folder.
        size: in bytes.
        sha256: in hex; empty for what is no regular file (links are not followed).

    """

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class RunReport:
    """How a hook ran.

    Attributes:
        duration_seconds: from the start of the hook to its end, wall time.
        peak_memory_bytes: resident memory of the largest process; None where the engine doesn't tell.
        message: the last words of a hook that failed, one line; empty where it is done.
        results: what the hook returned, by name, in JSON's terms.
        outputs: the files of each output folder, by the output's name.
        log: the last lines of the log.

    """

    hook: str
    engine: str
    exit_code: int
    duration_seconds: float
    peak_memory_bytes: int | None
    message: str
    results: Mapping[str, Any]
    outputs: Mapping[str, tuple[OutputFile, ...]]
    log: tuple[str, ...]

    @property
    def status(self) -> str:
        """The exit code in a word."""
        return _STATUS.get(self.exit_code, "failed")

    def to_json(self) -> dict[str, Any]:
        """The report in JSON's terms."""
        facts = vars(self) | {"results": dict(self.results)}
        facts["outputs"] = {name: [asdict(file) for file in files] for name, files in self.outputs.items()}
        return {"hook": self.hook, "status": self.status, **{k: v for k, v in facts.items() if k != "hook"}}


def measure_outputs(folders: Mapping[str, Path]) -> dict[str, tuple[OutputFile, ...]]:
    """Every file below each output folder, sorted by path."""
    return {name: tuple(_measure(folder)) for name, folder in folders.items()}


def _measure(folder: Path) -> Iterator[OutputFile]:
    for file in sorted(_files(folder)):
        yield OutputFile(file.relative_to(folder).as_posix(), file.lstat().st_size, _sha256(file))


def _files(folder: Path) -> Iterator[Path]:
    for below, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(STAGING_PREFIX)]
        yield from (Path(below, name) for name in names)
        yield from (Path(below, name) for name in folders if Path(below, name).is_symlink())


def _sha256(file: Path) -> str:
    if not file.is_file() or file.is_symlink():
        return ""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
