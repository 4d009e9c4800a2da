"""A rule that was broken becomes what to write instead."""

from typing import TYPE_CHECKING, Final

from hookkit.local import rules
from hookkit.local.violations.surroundings import Surroundings, is_below
from hookkit.report import Violation
from hookkit.spec import HookSpec

if TYPE_CHECKING:  # as in all modules beside the sandbox: its system calls take ctypes, which other commands do without
    from hookkit.local.sandbox.watch import Exceeded

_TEMPORARY: Final = ("/tmp", "/var/tmp")  # noqa: S108 - what hooks must not use

ELSEWHERE: Final = "write products into an output, temporary files into context.work_dir"
AS_INPUT: Final = "pass it as an Input, or put it into the project's package"
WITHOUT: Final = "let the hook do without"
OF_SOCKETS: Final = f"a container has no such socket: {WITHOUT}"
REMEDIES: Final = {
    rules.NETWORK.name: "pass the data as an Input, or declare @hook(network=True), where the platform lets hooks out",
    rules.SOCKETS.name: OF_SOCKETS,
    rules.WRITES.name: ELSEWHERE,
}
_MORE_MEMORY: Final = "declare more, or read the data in pieces"
_MORE_TIME: Final = "declare more, or do less in one run"
FEWER: Final = "start fewer at once"


def place_instead(path: str, around: Surroundings) -> str:
    """Where to write what was to be written to a path."""
    if is_below(path, around.inputs):
        return "an input is never changed: copy it into context.work_dir first"
    if is_below(path, (around.code,)):
        return f"the image's own files don't change: {ELSEWHERE}"
    if is_below(path, _TEMPORARY):
        return f"{ELSEWHERE}, where tempfile puts them unless it's given a folder"
    if around.home.strip("/~") and is_below(path, (around.home,)):
        return f"{ELSEWHERE}, which is the hook's HOME"
    return ELSEWHERE


def exceeding(exceeded: "Exceeded", spec: HookSpec) -> Violation:
    """What a hook had too much of."""
    match exceeded:
        case "memory":
            declared = f"@hook(memory={str(spec.resources.memory)!r})"
            return Violation(rules.MEMORY.name, f"out of memory: it needs more than {declared}", remedy=_MORE_MEMORY)
        case "time":
            declared = f"@hook(timeout_seconds={spec.timeout_seconds})"
            return Violation(rules.TIME.name, f"out of time: it took longer than {declared}", remedy=_MORE_TIME)
    return Violation(rules.PROCESSES.name, f"too many processes: {rules.PROCESSES.title}", remedy=FEWER)
