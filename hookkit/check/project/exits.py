"""XC: exit codes."""

import ast
from collections.abc import Iterator
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.module import Module
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject
from hookkit.contract import FIRST_AUTHOR_EXIT_CODE, RESERVED_EXIT_CODES, ExitCode
from hookkit.errors import OWN_CODES, is_own_code

_EXITS: Final = frozenset({"sys.exit", "os._exit", "exit", "quit", "SystemExit"})
_ERRORS: Final = frozenset({"hookkit.HookError", "hookkit.errors.HookError"})
_COMMANDS: Final = frozenset({"hookkit.run_command", "hookkit.command.run_command"})
#: Where the runtime lets a code stand, or what it makes of it says the same.
_PLAIN: Final = frozenset({ExitCode.DONE, ExitCode.HOOK_FAILED})


def _number(module: Module, node: ast.AST | None) -> int | None:
    """The number that an expression is known to be."""
    if isinstance(node, ast.Name):
        node = module.aliases.values.get(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(module, node.operand)
        return None if inner is None else -inner
    is_number = isinstance(node, ast.Constant) and type(node.value) is int
    return node.value if is_number and isinstance(node, ast.Constant) and isinstance(node.value, int) else None


def _owner(code: int) -> str:
    if code in RESERVED_EXIT_CODES:
        return "is one of Argo's, Docker's or the kernel's"
    return "is the platform's" if 0 <= code < FIRST_AUTHOR_EXIT_CODE else "is none that a process can end with"


def _raised(subject: Subject) -> Flaws:
    for module in subject.modules:
        for node in _codes(module):
            code = _number(module, node)
            if code is not None and not is_own_code(code):
                yield Flaw(module.place(node), f"the exit code {code} {_owner(code)}", f"a hook's own are {OWN_CODES}")


def _codes(module: Module) -> Iterator[ast.expr]:
    for call, name in module.calls:
        if name in _ERRORS:
            yield from (one.value for one in call.keywords if one.arg == "code")


def _of_programs(subject: Subject) -> Flaws:
    for module in subject.modules:
        for call, name in module.calls:
            codes = (
                next((one.value for one in call.keywords if one.arg == "codes"), None) if name in _COMMANDS else None
            )
            for node in codes.values if isinstance(codes, ast.Dict) else ():
                code = _number(module, node)
                if code is not None and not is_own_code(code) and code not in _ALLOWED:
                    remedy = f"write 75 (may succeed later), or one of {OWN_CODES}"
                    yield Flaw(module.place(node), f"the exit code {code} {_owner(code)}", remedy)


_ALLOWED: Final = frozenset({ExitCode.HOOK_FAILED, ExitCode.TRANSIENT})


def _exits(subject: Subject) -> Flaws:
    for module in subject.modules:
        for call, name in module.calls:
            code = _number(module, call.args[0]) if name in _EXITS and call.args else None
            if code is not None and code not in _PLAIN and not is_own_code(code):
                yield Flaw(module.place(call), f"the exit code {code} {_owner(code)}: it becomes 1", _instead(code))


def _instead(code: int) -> str:
    if code == ExitCode.TRANSIENT:
        return 'raise TransientError("…")'
    return f'raise HookError("…", code=…) with one of {OWN_CODES}'


FAMILY: Final[Family] = (
    (
        Rule(
            "XC101",
            "a HookError has one of the hook's own exit codes",
            "Those of the platform's processors start at 100; Argo, Docker and the kernel use some above. `HookError` "
            "itself raises ValueError.",
        ),
        _raised,
    ),
    (
        Rule(
            "XC102",
            "a hook exits with one of its own exit codes",
            "The runtime turns any other into 1, since Argo would misread it.",
            Severity.WARNING,
        ),
        _exits,
    ),
    (
        Rule(
            "XC103",
            "`run_command` turns statuses into exit codes that a hook may end with",
            "Python raises ValueError.",
        ),
        _of_programs,
    ),
)
