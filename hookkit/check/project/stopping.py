"""SP: a hook that the platform stops."""

import ast
from collections.abc import Iterator
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.module import Module
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject

_ALL: Final = frozenset({"BaseException", "hookkit.HookStopped", "hookkit.errors.HookStopped"})
_SIGNALS: Final = frozenset({"signal.SIGTERM", "signal.SIGINT", "signal.Signals.SIGTERM", "signal.Signals.SIGINT"})
#: Calls after which nothing is swallowed.
_ENDS: Final = frozenset({"sys.exit", "os._exit", "os.abort"})


def _swallowed(subject: Subject) -> Flaws:
    for module in subject.modules:
        for node, words in _catchers(module):
            what = f"{words} swallows HookStopped, so the hook goes on after the platform stopped it"
            yield Flaw(module.place(node), what, "write `except Exception`, or end the block with `raise`")


def _catchers(module: Module) -> Iterator[tuple[ast.AST, str]]:
    for node in module.nodes:
        if isinstance(node, ast.ExceptHandler) and _catches_all(module, node.type) and not _goes_on(module, node):
            yield node, f"except {ast.unparse(node.type)}" if node.type else "a bare except"
    for call, name in module.calls:
        if name == "contextlib.suppress" and any(module.full_name(one) in _ALL for one in call.args):
            yield call, "suppress"


def _catches_all(module: Module, kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    members = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(module.full_name(one) in _ALL for one in members)


def _goes_on(module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether what was caught is raised again, handed on, or ends the process."""
    for node in (one for statement in handler.body for one in ast.walk(statement)):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and module.full_name(node.func) in _ENDS):
            return True
        if handler.name and isinstance(node, ast.Assign) and _names(node.value, handler.name):
            return True  # kept for later, as threads and futures do
        if handler.name and isinstance(node, ast.Call) and _is_handed_on(node, handler.name):
            return True
    return False


def _names(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_handed_on(call: ast.Call, name: str) -> bool:
    kept = isinstance(call.func, ast.Attribute) and call.func.attr in {"set_exception", "append", "put"}
    return kept and any(_names(one, name) for one in call.args)


def _signals(subject: Subject) -> Flaws:
    for module in subject.modules:
        for call, name in module.calls:
            if name == "signal.signal" and call.args and module.full_name(call.args[0]) in _SIGNALS:
                what = (
                    f"{ast.unparse(call.args[0])} is handled here, so the runtime never hears that the hook is stopped"
                )
                remedy = "leave it, and tidy up in `finally`: HookStopped is raised in the function"
                yield Flaw(module.place(call), what, remedy)


FAMILY: Final[Family] = (
    (
        Rule(
            "SP101",
            "HookStopped reaches the runtime",
            "Whoever swallows it is killed 25 seconds later, with no time to tidy up.",
            Severity.WARNING,
        ),
        _swallowed,
    ),
    (
        Rule(
            "SP102",
            "SIGTERM and SIGINT are the runtime's",
            "It turns them into HookStopped, forwards them to programs, and ends with 143.",
            Severity.WARNING,
        ),
        _signals,
    ),
)
