"""How a hook failed, and what was refused, become Violations: which rule, what, whose line, what to write instead."""

import errno
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookkit.contract import ExitCode
from hookkit.errors import HookImportError
from hookkit.local import rules
from hookkit.local.violations.remedies import (
    AS_INPUT,
    ELSEWHERE,
    FEWER,
    OF_SOCKETS,
    REMEDIES,
    WITHOUT,
    exceeding,
    place_instead,
)
from hookkit.local.violations.spoken import of_refusals, of_words
from hookkit.local.violations.surroundings import Surroundings, authors_frame, is_below, line_of
from hookkit.local.violations.tracebacks import Raised, read_traceback
from hookkit.report import Violation
from hookkit.runtime.outcome import Outcome

if TYPE_CHECKING:
    from hookkit.local.sandbox.judge import Refusal

__all__ = ["Surroundings", "exceeding", "find_violations"]

_REFUSED: Final = frozenset({errno.EACCES, errno.EROFS, errno.EPERM, errno.EXDEV})
_NO_NETWORK: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EPROTONOSUPPORT, errno.EAFNOSUPPORT})
_WRITING: Final = re.compile(
    r"""["']b?[wax][bt]?\+?["']|["']r[bt]?\+[bt]?["']|O_WRONLY|O_CREAT|O_RDWR|"""
    r"""(write|mkdir|makedirs|touch|unlink|remove|rename|replace|move|copy|chmod|chown|utime|xattr|link|link_to|rmdir|"""
    r"""rmtree|truncate|mkfifo|mknod|tofile|save|mktemp|mkstemp|mkdtemp|Temporary)\w*\(|\bto_\w+\("""
)
_READING: Final = re.compile(r"""["']r[bt]?["']|\bread\w*\(|\b(listdir|scandir|iterdir)\(""")
_PROCESSES: Final = "/proc"
_SHOWN_WORDS: Final = 120


def find_violations(
    outcome: Outcome, refusals: "tuple[Refusal, ...]", around: Surroundings, log: tuple[str, ...] = ()
) -> tuple[Violation, ...]:
    """What a hook did against the rules, as far as it's known; nothing is claimed that isn't.

    Args:
        outcome: how it ended.
        refusals: calls that were refused, whether it failed for them or not.
        around: what it saw.
        log: its last lines.

    """
    # Errors of threads and of other interpreters are told in the log alone.
    errors = (*read_traceback("\n".join(map(_message, log))), *read_traceback(_trace(outcome)))
    found = _last_of_each(_of_errors(errors, refusals, around))
    failed = outcome.exit_code != ExitCode.DONE
    found += of_refusals([one for one in refusals if failed or not one.idle], errors, around, found)
    understood = any(error.number in _REFUSED and error.paths for error in errors)
    if not found and not understood and outcome.exit_code != ExitCode.WRONG_INPUT:
        found += of_words(outcome, errors, around, tuple(map(_message, log)))
    return tuple(dict.fromkeys(found))


# ---------------------------------------------------------------- what Python says


def _of_errors(
    errors: tuple[Raised, ...], refusals: "tuple[Refusal, ...]", around: Surroundings
) -> Iterator[Violation]:
    for error in errors:
        number = error.number
        if number in _REFUSED and error.paths:
            yield from (one for path in error.paths if (one := _of_path(path, error, around)))
        elif number == errno.EPERM:
            yield _of_rights(error, around)
        elif number == errno.EACCES and any("socket" in frame.part for frame in error.frames):
            yield _of_socket(error, refusals, around)
        elif _is_fork(error):
            yield _violation(rules.PROCESSES.name, f"no more processes: {error.words}", error, around, FEWER)
        elif number == errno.ENOENT:
            yield from (one for path in error.quoted if (one := _absent(path, error, around)))
        elif error.kind == "KeyError" and any("environ" in frame.part for frame in error.frames):
            yield from (_of_variable(name, error, around) for name in error.quoted if name in os.environ)
        elif number in _NO_NETWORK or (number is not None and number < 0):
            yield _of_network(error, refusals, around)


def _last_of_each(found: Iterable[Violation]) -> list[Violation]:
    """One a rule and path: errors that led to others tell of the same, and the last of them of the author's line."""
    last = {(one.rule, one.what if one.rule != rules.NETWORK.name else ""): one for one in found}
    return list(last.values())


def _of_path(path: str, error: Raised, around: Surroundings) -> Violation | None:
    """Why a path was refused; None where no rule did it, but the file's own permissions."""
    real = path if around.readable is None else os.path.realpath(path)  # a container's links lead elsewhere
    if is_below(real, around.writable):
        return _of_own_place(path, error, around)
    if _wrote(path, real, error, around):
        return _violation(rules.WRITES.name, f"{path} may not be written", error, around, place_instead(path, around))
    if is_below(real, (_PROCESSES,)):
        return _of_rights(error, around)
    if around.readable is None or is_below(real, around.readable):
        return None
    return _violation(rules.READS.name, f"{path} is not in the container", error, around, AS_INPUT)


def _of_own_place(path: str, error: Raised, around: Surroundings) -> Violation | None:
    """Why a path in an output was refused: what was there has gone with its folder, or can be looked at."""
    if error.number == errno.EPERM:
        return _of_rights(error, around)
    if around.readable is None or error.paths[1:] or os.path.lexists(path):  # of a container's nobody can tell
        return None
    what = f"{path} was refused: most likely it led out of the output"
    if _says_writing(path, error, around):
        return _violation(rules.WRITES.name, what, error, around, ELSEWHERE)
    return _violation(rules.READS.name, what, error, around, AS_INPUT)


def _wrote(path: str, real: str, error: Raised, around: Surroundings) -> bool:
    """Whether it was to be written: what isn't there can't have been read, else the author's code says so."""
    missing = not os.path.lexists(path) and not os.path.lexists(real)
    return error.number == errno.EROFS or missing or _says_writing(path, error, around)


def _says_writing(path: str, error: Raised, around: Surroundings) -> bool:
    """Whether code says so: the innermost that says anything, from the author's on."""
    frame = authors_frame(error.frames, around)
    if frame is None or ("link" in frame.part and error.paths[1:] and path == error.paths[0]):
        return False  # what a link leads to is not written
    for inner in reversed(error.frames[error.frames.index(frame) :]):
        if _READING.search(inner.part):
            return False
        if _WRITING.search(inner.part):
            return True
    return False


def _is_fork(error: Raised) -> bool:
    """Whether a process or thread could not be started for want of numbers."""
    forked = error.number == errno.EAGAIN and any("fork" in frame.part for frame in error.frames)
    return forked or "can't start new thread" in error.words


def _of_rights(error: Raised, around: Surroundings) -> Violation:
    what = f"a right that a container does not have: {error.kind}: {error.words}"
    return _violation(rules.PRIVILEGES.name, what, error, around, WITHOUT)


def _of_socket(error: Raised, refusals: "tuple[Refusal, ...]", around: Surroundings) -> Violation:
    if any(one.rule == rules.NETWORK.name for one in refusals):
        return _of_network(error, refusals, around)
    if any(".bind(" in frame.part for frame in error.frames):
        return _violation(rules.WRITES.name, f"no socket may be made there: {error.words}", error, around, ELSEWHERE)
    return _violation(rules.SOCKETS.name, f"a socket was refused: {error.words}", error, around, OF_SOCKETS)


def _absent(path: str, error: Raised, around: Surroundings) -> Violation | None:
    """Something that this machine has and the container lacks, or that is found from the project's folder alone."""
    if not path.startswith("/"):
        if not any(Path(folder, path).exists() for folder in (around.project, Path.cwd())):
            return None
        what = f"{path} lies in the project, but the hook runs in its work folder"
        return _violation(rules.READS.name, what, error, around, AS_INPUT)
    if around.readable is not None or is_below(path, around.writable) or not Path(path).exists():
        return None
    what = f"{path} is on this machine, but not in the container"
    return _violation(rules.READS.name, what, error, around, AS_INPUT)


def _of_variable(name: str, error: Raised, around: Surroundings) -> Violation:
    what = f"the variable {name} is set here, but not in the container"
    return _violation(rules.ENVIRONMENT.name, what, error, around, "declare a Secret or an Option for it")


def _of_network(error: Raised, refusals: "tuple[Refusal, ...]", around: Surroundings) -> Violation:
    addresses = ", ".join(one.what for one in refusals if one.rule == rules.NETWORK.name)
    said = f"no network here: {error.kind}: {error.words}"[:_SHOWN_WORDS]
    what = f"{said} ({addresses} was refused)" if addresses else said
    return _violation(rules.NETWORK.name, what, error, around, REMEDIES[rules.NETWORK.name])


def _violation(rule: str, what: str, error: Raised, around: Surroundings, remedy: str) -> Violation:
    frame = authors_frame(error.frames, around)
    return Violation(rule, what, line_of(frame, around), frame.code if frame else "", remedy)


def _trace(outcome: Outcome) -> str:
    """The stack trace with its last line, which that of a failed import has in the message alone."""
    if outcome.type != HookImportError.__name__:
        return outcome.stack_trace
    error = outcome.message.partition("does not import: ")[2].rpartition("; ")[0]
    return f"{outcome.stack_trace.rstrip()}\n{error}\n"


def _message(line: str) -> str:
    """What a line of the log says, also where it's ECS."""
    if line.startswith("{"):
        with suppress(ValueError):
            data = json.loads(line)
            return str(data.get("message", "")) if isinstance(data, dict) else line
    return line
