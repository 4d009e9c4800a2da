"""RunReport: how a hook ran here, which of the platform's rules held, and what they refused; JSON both ways."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self

from hookkit.contract import ExitCode

_STATUS: Final[Mapping[int, str]] = {
    ExitCode.DONE: "done",
    ExitCode.WRONG_INPUT: "wrong input",
    ExitCode.TRANSIENT: "try again",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.KILLED: "killed",
    ExitCode.STOPPED: "stopped",
}

#: Whether a rule of the platform held: `lifted` where the hook itself declares that it needs to.
State = Literal["enforced", "lifted", "not enforced"]


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
class Enforcement:
    """What came of one of the platform's rules in a run.

    Attributes:
        rule: its name in `hookkit.local.rules`, such as `network`.
        how: by what it was enforced, or why it was not, in a few words.

    """

    rule: str
    state: State
    how: str


@dataclass(frozen=True)
class Violation:
    """What a hook did against one of the platform's rules, as far as it is known.

    Attributes:
        rule: its name in `hookkit.local.rules`, such as `network`.
        what: what was refused or exceeded, with the path or address where it is known.
        line: where the author's code asked for it, `src/package/module.py:12`; "" where that is not known.
        code: that line itself.
        remedy: what to write instead.

    """

    rule: str
    what: str
    line: str = ""
    code: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        """On one line: `where: what; remedy`."""
        where = f"{self.line}: " if self.line else ""
        advice = f"; {self.remedy}" if self.remedy else ""
        return " ".join(f"{where}{self.what}{advice}".split())


@dataclass(frozen=True)
class RunReport:
    """How a hook ran.

    Attributes:
        engine: `process`, `container` or `inline`, and behind a blank how it was done where there are several ways.
        duration_seconds: from the start of the hook to its end, wall time.
        peak_memory_bytes: resident memory at its height; None where the engine doesn't tell.
        message: the last words of a hook that failed, one line; empty where it is done.
        results: what the hook returned, by name, in JSON's terms.
        outputs: the files of each output folder, by the output's name.
        log: the last lines of the log.
        enforcement: the platform's rules, and what came of each.
        violations: what the hook did against them.

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
    enforcement: tuple[Enforcement, ...] = ()
    violations: tuple[Violation, ...] = ()

    @property
    def status(self) -> str:
        """The exit code in a word."""
        return _STATUS.get(self.exit_code, "failed")

    @property
    def not_enforced(self) -> tuple[Enforcement, ...]:
        """The rules that this machine, or this engine, could not enforce."""
        return tuple(one for one in self.enforcement if one.state == "not enforced")

    def to_json(self) -> dict[str, Any]:
        """The report in JSON's terms; `from_json` gives an equal one back."""
        facts = vars(self) | {"results": dict(self.results)}
        facts["outputs"] = {name: [dict(vars(file)) for file in files] for name, files in self.outputs.items()}
        facts["enforcement"] = [asdict(one) for one in self.enforcement]
        facts["violations"] = [asdict(one) for one in self.violations]
        return {"hook": self.hook, "status": self.status, **{k: v for k, v in facts.items() if k != "hook"}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; ValueError where it is something else."""
        try:
            facts = {name: value for name, value in data.items() if name != "status"}
            return cls(
                **facts
                | {
                    "outputs": {k: tuple(OutputFile(**one) for one in files) for k, files in data["outputs"].items()},
                    "log": tuple(data["log"]),
                    "enforcement": tuple(Enforcement(**one) for one in data["enforcement"]),
                    "violations": tuple(Violation(**one) for one in data["violations"]),
                }
            )
        except (KeyError, TypeError, AttributeError) as error:
            msg = f"it is no report of a run ({type(error).__name__}: {error})"
            raise ValueError(msg) from error
