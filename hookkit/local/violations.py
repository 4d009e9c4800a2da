"""How a hook failed, and what was refused, become Violations: which rule, what, whose line, what to write instead."""

import errno
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hookkit.contract import ExitCode
from hookkit.local import rules
from hookkit.local.sandbox.judge import Refusal
from hookkit.local.sandbox.watch import Exceeded
from hookkit.local.tracebacks import Frame, Raised, read_traceback
from hookkit.report import Violation
from hookkit.runtime.outcome import Outcome
from hookkit.spec import HookSpec

_REFUSED: Final = frozenset({errno.EACCES, errno.EROFS, errno.EPERM, errno.EXDEV})
_NO_NETWORK: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EPROTONOSUPPORT, errno.EAFNOSUPPORT})
#: What programs and libraries of all kinds say when a file, or the network, was refused.
_FILE_WORDS: Final = re.compile(
    r"permission denied|read-only file system|operation not permitted|unable to open database file", re.IGNORECASE
)
_NETWORK_WORDS: Final = re.compile(
    r"network is unreachable|name resolution|(could not|couldn't) resolve|name or service not known|"
    r"failed to establish a new connection|nodename nor servname",
    re.IGNORECASE,
)
_WRITING: Final = re.compile(
    r"""["']b?[wax][bt]?\+?["']|["']r[bt]?\+[bt]?["']|write|mkdir|makedirs|touch|unlink|remove|rename|replace|move|copy|"""
    r"""chmod|chown|utime|xattr|link|rmdir|rmtree|truncate|mkfifo|mknod|tofile|save|to_\w+\(|O_WRONLY|O_CREAT|O_RDWR|"""
    r"""mktemp|mkstemp|mkdtemp|Temporary"""
)
_TEMPORARY: Final = ("/tmp", "/var/tmp")  # noqa: S108 - what hooks must not use
_PROCESSES: Final = "/proc"
_SHOWN_WORDS: Final = 200

_ELSEWHERE: Final = "write into an output, or into context.work_dir"
_AS_INPUT: Final = "pass it as an Input, or put it into the project's package"
_WITHOUT: Final = "let the hook do without"
_OF_SOCKETS: Final = f"a container has no such socket: {_WITHOUT}"
REMEDIES: Final = {
    rules.NETWORK.name: "pass the data as an Input, or declare @hook(network=True); no platform promises one",
    rules.SOCKETS.name: _OF_SOCKETS,
    rules.WRITES.name: _ELSEWHERE,
}


@dataclass(frozen=True)
class Surroundings:
    """What a hook saw around it: its words are in terms of that.

    Attributes:
        code: the folder of its code, as it saw it.
        own_code: the same folder on this machine.
        project: the project's folder, which lines of code are named from.
        writable: where it might write.
        inputs: what it might read alone.
        readable: what it might read beside; None where that's a whole image.

    """

    code: str
    own_code: Path
    project: Path
    writable: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    readable: tuple[str, ...] | None = None
    home: str = field(default_factory=lambda: os.path.expanduser("~"))  # noqa: PTH111 - may be unknown


def find_violations(
    outcome: Outcome, refusals: tuple[Refusal, ...], around: Surroundings, log: tuple[str, ...] = ()
) -> tuple[Violation, ...]:
    """What a hook did against the rules, as far as it's known; nothing is claimed that isn't.

    Args:
        outcome: how it ended.
        refusals: calls that were refused, whether it failed for them or not.
        around: what it saw.
        log: its last lines.

    """
    # Errors of threads and of other interpreters are told in the log alone.
    errors = (*read_traceback("\n".join(map(_message, log))), *read_traceback(outcome.stack_trace))
    found = _last_of_each(_of_errors(errors, refusals, around))
    found += _of_refusals(refusals, errors, around, found)
    if not found and outcome.exit_code not in {ExitCode.DONE, ExitCode.WRONG_INPUT}:
        found += _of_words(outcome, errors, around, log)
    return tuple(dict.fromkeys(found))


def exceeding(exceeded: Exceeded, spec: HookSpec) -> Violation:
    """What a hook had too much of."""
    match exceeded:
        case "memory":
            declared = f"@hook(memory={str(spec.resources.memory)!r})"
            return Violation(rules.MEMORY.name, f"out of memory: it needs more than {declared}", remedy=_MORE_MEMORY)
        case "time":
            declared = f"@hook(timeout_seconds={spec.timeout_seconds})"
            return Violation(rules.TIME.name, f"out of time: it took longer than {declared}", remedy=_MORE_TIME)
    return Violation(rules.PROCESSES.name, f"too many processes: {rules.PROCESSES.title}", remedy=_FEWER)


_MORE_MEMORY: Final = "declare more, or read the data in pieces"
_MORE_TIME: Final = "declare more, or do less in one run"
_FEWER: Final = "start fewer at once"


# ---------------------------------------------------------------- what Python says


def _of_errors(errors: tuple[Raised, ...], refusals: tuple[Refusal, ...], around: Surroundings) -> Iterator[Violation]:
    for error in errors:
        number = error.number
        if number in _REFUSED and error.paths:
            yield from (one for path in error.paths if (one := _of_path(path, error, around)))
        elif number == errno.EPERM:
            yield _of_rights(error, around)
        elif number == errno.EACCES and any("socket" in frame.part for frame in error.frames):
            yield _violation(rules.SOCKETS.name, f"a socket was refused: {error.words}", error, around, _OF_SOCKETS)
        elif _is_fork(error):
            yield _violation(rules.PROCESSES.name, f"no more processes: {error.words}", error, around, _FEWER)
        elif number == errno.ENOENT and around.readable is None:
            yield from (one for path in error.paths if (one := _absent(path, error, around)))
        elif number in _NO_NETWORK or (number is not None and number < 0):
            yield _of_network(error, refusals, around)


def _last_of_each(found: Iterable[Violation]) -> list[Violation]:
    """One a rule and path: errors that led to others tell of the same, and the last of them of the author's line."""
    last = {(one.rule, one.what if one.rule != rules.NETWORK.name else ""): one for one in found}
    return list(last.values())


def _of_path(path: str, error: Raised, around: Surroundings) -> Violation | None:
    """Why a path was refused; None where no rule did it, but the file's own permissions."""
    real = path if around.readable is None else os.path.realpath(path)  # a container's links lead elsewhere
    if _is_below(real, around.writable):
        return _of_rights(error, around) if error.number == errno.EPERM else None
    if _wrote(path, error, around):
        return _violation(rules.WRITES.name, f"{path} may not be written", error, around, _instead(path, around))
    if _is_below(real, (_PROCESSES,)):
        return _of_rights(error, around)
    if around.readable is None or _is_below(real, around.readable):
        return None
    return _violation(rules.READS.name, f"{path} is not in the container", error, around, _AS_INPUT)


def _wrote(path: str, error: Raised, around: Surroundings) -> bool:
    """Whether it was to be written: what isn't there can't have been read, else the author's code says so."""
    if error.number == errno.EROFS or not os.path.lexists(path):
        return True
    frame = _authors(error.frames, around)
    if frame is None or ("link" in frame.part and error.paths[1:] and path == error.paths[0]):
        return False  # what a link leads to is not written
    return bool(_WRITING.search(frame.part))


def _is_fork(error: Raised) -> bool:
    """Whether a process or thread could not be started for want of numbers."""
    forked = error.number == errno.EAGAIN and any("fork" in frame.part for frame in error.frames)
    return forked or "can't start new thread" in error.words


def _of_rights(error: Raised, around: Surroundings) -> Violation:
    what = f"a right that a container does not have: {error.kind}: {error.words}"
    return _violation(rules.PRIVILEGES.name, what, error, around, _WITHOUT)


def _absent(path: str, error: Raised, around: Surroundings) -> Violation | None:
    """Something that this machine has and the container lacks."""
    if _is_below(path, around.writable) or not Path(path).exists():
        return None
    what = f"{path} is on this machine, but not in the container"
    return _violation(rules.READS.name, what, error, around, _AS_INPUT)


def _instead(path: str, around: Surroundings) -> str:
    if _is_below(path, around.inputs):
        return "an input is never changed: copy it into context.work_dir first"
    if _is_below(path, (around.code,)):
        return f"the image's own files don't change: {_ELSEWHERE}"
    if _is_below(path, _TEMPORARY):
        return "write temporary files into context.work_dir; tempfile does, unless it's given a folder"
    if around.home.strip("/~") and _is_below(path, (around.home,)):
        return "write into context.work_dir, which is the hook's HOME"
    return _ELSEWHERE


def _of_network(error: Raised, refusals: tuple[Refusal, ...], around: Surroundings) -> Violation:
    addresses = ", ".join(one.what for one in refusals if one.rule == rules.NETWORK.name)
    what = f"no network here: {error.kind}: {error.words}" + (f" ({addresses} was refused)" if addresses else "")
    return _violation(rules.NETWORK.name, what, error, around, REMEDIES[rules.NETWORK.name])


def _violation(rule: str, what: str, error: Raised, around: Surroundings, remedy: str) -> Violation:
    frame = _authors(error.frames, around)
    return Violation(rule, what, _line(frame, around), frame.code if frame else "", remedy)


def _authors(frames: tuple[Frame, ...], around: Surroundings) -> Frame | None:
    """The last line of the author's own that was running."""
    own = (frame for frame in frames if _is_below(frame.file, (around.code,)) and "/site-packages/" not in frame.file)
    return next(iter(reversed([*own])), None)


def _line(frame: Frame | None, around: Surroundings) -> str:
    if frame is None:
        return ""
    file = around.own_code / frame.file.removeprefix(f"{around.code}/")
    return f"{file.relative_to(around.project) if file.is_relative_to(around.project) else file}:{frame.line}"


def _message(line: str) -> str:
    """What a line of the log says, also where it's ECS."""
    if line.startswith("{"):
        with suppress(ValueError):
            data = json.loads(line)
            return str(data.get("message", "")) if isinstance(data, dict) else line
    return line


def _is_below(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or path.startswith(f"{place.rstrip('/')}/") for place in places)


# ---------------------------------------------------------------- what was refused, and what is said of it


def _of_refusals(
    refusals: tuple[Refusal, ...], errors: tuple[Raised, ...], around: Surroundings, found: list[Violation]
) -> Iterator[Violation]:
    """Refusals that no error of Python's told of: of child programs and native code, or of a hook that went on."""
    last = errors[-1] if errors else Raised("", "", ())
    for one in refusals:
        if not any(one.rule == known.rule and one.what in known.what for known in found):
            frame = _authors(last.frames, around)
            what = f"{one.program}: {one.what} was refused"
            remedy = REMEDIES.get(one.rule, _ELSEWHERE)
            yield Violation(one.rule, what, _line(frame, around), frame.code if frame else "", remedy)


def _of_words(
    outcome: Outcome, errors: tuple[Raised, ...], around: Surroundings, log: tuple[str, ...]
) -> Iterator[Violation]:
    """What sounds like a refusal: of native code, or of a child program in the log."""
    if any(error.number in _REFUSED and error.paths for error in errors):
        return  # it was understood, and no rule did it
    last = errors[-1] if errors else Raised("", "", ())
    for words in (outcome.message, *reversed(log)):
        for pattern, rule in ((_NETWORK_WORDS, rules.NETWORK), (_FILE_WORDS, rules.WRITES)):
            if pattern.search(words):
                frame = _authors(last.frames, around)
                what = f"a rule may have refused something: {words.strip()[:_SHOWN_WORDS]}"
                yield Violation(rule.name, what, _line(frame, around), frame.code if frame else "", REMEDIES[rule.name])
                return
