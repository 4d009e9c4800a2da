"""What a function raised, or nothing, becomes an Outcome: exit code, last words, stack trace."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from hookkit.command import signal_name
from hookkit.contract import ERROR_FILE, TERMINATION_LOG_BYTES, ExitCode
from hookkit.errors import HookError, HookImportError, HookkitError, HookStopped, is_own_code
from hookkit.record import Record
from hookkit.runtime.target import authors_traceback


class Outcome(Record):
    """How a hook ended.

    Attributes:
        message: a line a problem; empty when it is done, like all that tells of a failure.
        results: what the hook returned, by name, in JSON's terms.

    """

    exit_code: int = ExitCode.DONE
    type: str = ""
    message: str = ""
    retryable: bool = False
    stack_trace: str = ""
    results: Mapping[str, Any] = MappingProxyType({})

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """The outcome of a hook that raised."""
        kind = type(error).__name__
        if isinstance(error, HookImportError):
            return cls(error.exit_code, kind, str(error.problems[0]), stack_trace=error.traceback)
        if isinstance(error, HookkitError):
            return cls(error.exit_code, kind, str(error))
        if isinstance(error, HookError):
            return cls(error.code, kind, _words(error) or kind, error.retryable, _trace(error))
        if isinstance(error, HookStopped):
            return cls(error.exit_code, kind, str(error), retryable=True)
        if isinstance(error, SystemExit):
            return cls._of_exit(error)
        words = _words(error)
        return cls(ExitCode.HOOK_FAILED, kind, f"{kind}: {words}" if words else kind, stack_trace=_trace(error))

    @classmethod
    def _of_exit(cls, error: SystemExit) -> Self:
        """`sys.exit(...)` in a hook: its own codes stand; any other failure is 1, since Argo would misread it."""
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
        if code == ExitCode.DONE:
            return cls()
        message = str(error.code) if isinstance(error.code, str) else f"the hook called sys.exit({code})"
        return cls(_own_code(code), "SystemExit", message)

    @classmethod
    def of_status(cls, code: int) -> Self:
        """The outcome of a hook whose process ended itself, without a word and past Python's way out."""
        return cls(_own_code(code), "Exit", f"the process ended itself with status {code}")

    @classmethod
    def of_signal(cls, number: int) -> Self:
        """The outcome of a hook that a signal killed: native code crashed, or the kernel ran out of memory."""
        name = signal_name(number)
        if name == "SIGKILL":
            words = "killed (SIGKILL), most likely for want of memory: declare more with @hook(memory=...)"
            return cls(ExitCode.KILLED, name, words, retryable=True)
        return cls(ExitCode.HOOK_FAILED, name, f"crashed in native code ({name})")

    def masked(self, hide: Callable[[str], str]) -> Self:
        """The same with secrets hidden; results are what the hook means to tell."""
        return self.replace(type=hide(self.type), message=hide(self.message), stack_trace=hide(self.stack_trace))

    @property
    def last_words(self) -> str:
        """One line of at most 4096 bytes, as a termination log takes it."""
        words = " · ".join(line.strip() for line in self.message.splitlines() if line.strip())
        return words.encode("utf-8", "replace")[:TERMINATION_LOG_BYTES].decode("utf-8", "ignore")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; keys beside it are left alone."""
        return cls(**{name: data[name] for name in cls._fields})

    def error_to_json(self) -> dict[str, Any]:
        """What `error.json` says of a hook that failed."""
        return {name: fact for name, fact in self.to_json().items() if name != "results"}

    def leave_error_file(self, output: Path) -> None:
        """Write `error.json` into an output folder, where it is there and can be written."""
        write_json(output / ERROR_FILE, self.error_to_json())

    def to_json(self) -> dict[str, Any]:
        """The outcome in JSON's terms."""
        return vars(self) | {"results": dict(self.results)}


def _own_code(code: int) -> int:
    """A code that a hook may end with as it is; 1 for any other."""
    return code if is_own_code(code) else ExitCode.HOOK_FAILED


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write a file as well as it goes: how a hook ended must not depend on it."""
    try:
        path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    except OSError:
        return


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as fault:  # noqa: BLE001 - the author's own __str__ may raise anything
        return f"no message, since its __str__ raised {type(fault).__name__}"


def _trace(error: BaseException) -> str:
    return "".join(authors_traceback(error))
