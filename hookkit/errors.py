"""Every error that hookkit can name: facts first, and `str()` gives a line a problem: where, what, what to do.

HookkitError            125  hookkit or a tool that it drives failed
├── CallError             2  a call of a hook is wrong: flags, values, inputs
├── TargetError           2  no such module, function or hook
├── ProjectError          2  no project here, or its settings are wrong
├── ScaffoldError         2  `hookkit new` can't do what it was asked
├── SignatureError        1  a function can't be a hook as it is written
├── HookImportError       1  the author's module raised while it was imported
├── OutputError           1  the hook did not write what it declares
├── DependencyError       1  the project's dependencies can't be had for the image
├── BuildError            1  a step of the image's build failed
├── EngineError         125  no container engine, or it failed
└── RegistryError       125  a container registry refused, or can't be reached

HookError             100…  raised by authors: the hook failed, and says how
└── TransientError       75  raised by authors: try again later
HookStopped                  raised in the function on SIGTERM or SIGINT; `except Exception` lets it pass
"""

from typing import Final

from hookkit.contract import FIRST_AUTHOR_EXIT_CODE, RESERVED_EXIT_CODES, ExitCode
from hookkit.record import Record

_SHOWN_CHARACTERS = 80


def shown(value: object) -> str:
    """A value as it stands in a message: quoted, on one line, short."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - an int beyond Python's limit of digits, or whatever an author's class raises
        text = f"<{type(value).__name__}>"
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"


class Problem(Record):
    """One mistake: where it is, what is wrong, what to do about it."""

    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}; {self.remedy}" if self.remedy else f"{self.where}: {self.what}"
        return " ".join(line.split())


class HookkitError(Exception):
    """One or more problems that hookkit can name, with the exit code that they end a command with."""

    exit_code: int = ExitCode.TOOL_FAILED

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class CallError(HookkitError):
    exit_code = ExitCode.WRONG_INPUT


class TargetError(HookkitError):
    exit_code = ExitCode.WRONG_INPUT


class ProjectError(HookkitError):
    exit_code = ExitCode.WRONG_INPUT


class ScaffoldError(HookkitError):
    exit_code = ExitCode.WRONG_INPUT


class SignatureError(HookkitError):
    exit_code = ExitCode.HOOK_FAILED


class HookImportError(HookkitError):
    """The author's module raised; `traceback` is theirs, with none of our frames, its last line first."""

    exit_code = ExitCode.HOOK_FAILED

    def __init__(self, problem: Problem, traceback: str) -> None:
        super().__init__(problem)
        self.traceback = traceback

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.traceback}".rstrip()


class OutputError(HookkitError):
    exit_code = ExitCode.HOOK_FAILED


class DependencyError(HookkitError):
    exit_code = ExitCode.HOOK_FAILED


class BuildError(HookkitError):
    exit_code = ExitCode.HOOK_FAILED


class EngineError(HookkitError):
    exit_code = ExitCode.TOOL_FAILED


class RegistryError(HookkitError):
    exit_code = ExitCode.TOOL_FAILED


OWN_CODES: Final = "100 to 124 and 166 to 255"


def is_own_code(code: int) -> bool:
    """Whether a hook may define an exit code for itself, from 100 on (platform)."""
    return FIRST_AUTHOR_EXIT_CODE <= code <= 255 and code not in RESERVED_EXIT_CODES  # noqa: PLR2004 - 8 bits


class HookError(Exception):
    """Raise it to end a hook with a message and a status of your own.

    Args:
        message: one line that says what is wrong; it becomes the last words that Argo shows.
        code: the exit code, from 100 on (platform), and none that Argo, Docker or the kernel use.

    Raises:
        ValueError: the code is not one that a hook may use.

    """

    code: int = FIRST_AUTHOR_EXIT_CODE
    retryable = False

    def __init__(self, message: str, *, code: int = FIRST_AUTHOR_EXIT_CODE) -> None:
        super().__init__(message)
        if not is_own_code(code):
            msg = f"exit code {code}: a hook's own codes are {OWN_CODES}"
            raise ValueError(msg)
        self.code = code


class TransientError(HookError):
    """Raise it when the same call may succeed later (exit code 75): the platform tries again."""

    retryable = True

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.code = ExitCode.TRANSIENT


class HookStopped(BaseException):
    """The platform asked the hook to stop: raised inside the function, so that `finally` runs.

    A `BaseException`, so that `except Exception` does not swallow it.
    """

    def __init__(self, signal_name: str, exit_code: int) -> None:
        super().__init__(f"stopped by {signal_name}")
        self.signal_name = signal_name
        self.exit_code = exit_code
