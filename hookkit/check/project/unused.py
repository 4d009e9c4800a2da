"""US: what a hook is given and never looks at."""

import ast
from collections.abc import Iterator
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.module import Module
from hookkit.check.project.rules import Family, Flaw, Flaws, Hook, Subject
from hookkit.spec import HookSpec

#: Calls that may look at all of a function's names.
_LOOKERS: Final = frozenset({"locals", "vars", "eval", "exec", "dir"})


def _unseen(subject: Subject) -> Iterator[tuple[Hook, HookSpec, list[str]]]:
    """Each hook with the parameters that its body never mentions."""
    for hook, spec in subject.specs:
        if not _is_elsewhere(subject, hook):
            seen = _mentioned(hook.function)
            yield hook, spec, [name for name in spec.parameters if name not in seen]


def _mentioned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | ({one.arg for one in function.args.kwonlyargs + function.args.args} if names & _LOOKERS else set())


def _is_elsewhere(subject: Subject, hook: Hook) -> bool:
    """Whether the function never returns, and so owes no output: a declaration of what runs elsewhere."""
    modules = {module.name: module for module in subject.modules}
    return any(
        isinstance(one, ast.Raise) or (isinstance(one, ast.Expr) and _never_returns(hook.module, one.value, modules))
        for one in hook.function.body
    )


def _never_returns(module: Module, node: ast.expr, modules: dict[str, Module]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = module.full_name(node.func)
    owner, _, last = name.rpartition(".")
    if not name and isinstance(node.func, ast.Name):
        owner, last = module.name, node.func.id
    functions = modules[owner].tree.body if owner in modules else []
    found = [one for one in functions if isinstance(one, ast.FunctionDef) and one.name == last and one.returns]
    return any(ast.unparse(one.returns).rpartition(".")[2] in {"NoReturn", "Never"} for one in found if one.returns)


def _inputs(subject: Subject) -> Flaws:
    for hook, spec, unseen in _unseen(subject):
        if all(map(_says_nothing, hook.function.body)):  # it is not written yet
            continue
        optional = {one.name for one in spec.outputs if one.optional}
        others = {one.name for one in spec.outputs} - optional
        for name in unseen:
            if name not in others:
                yield Flaw(hook.place(name), f"{name} is never used", "use it, or leave it out")


def _says_nothing(statement: ast.stmt) -> bool:
    is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass) or is_constant


def _outputs(subject: Subject) -> Flaws:
    for hook, spec, unseen in _unseen(subject):
        for output in spec.outputs:
            if output.name in unseen and not output.optional:
                what = f"nothing is written into {output.name}: an output that is empty at the end is an error"
                yield Flaw(hook.place(output.name), what, "write into it, or leave it out")


FAMILY: Final[Family] = (
    (
        Rule(
            "US101",
            "a hook uses what it asks for",
            "Its users are asked for a value, or have a folder mounted, that changes nothing.",
            Severity.WARNING,
        ),
        _inputs,
    ),
    (Rule("US102", "a hook writes into its outputs", "An output that is empty at the end fails the hook."), _outputs),
)
