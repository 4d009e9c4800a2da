"""A statement of a module becomes the names that it binds, changes, and takes."""

import ast
import warnings
from typing import Final

from hookkit.check.project.naming import is_for_types

_Function = ast.FunctionDef | ast.AsyncFunctionDef
#: Characters of a text that may be an annotation.
_LONGEST: Final = 1000


def is_types_only(statement: ast.stmt) -> bool:
    """Whether it is an `if TYPE_CHECKING`, and no more."""
    return isinstance(statement, ast.If) and is_for_types(statement.test) and not statement.orelse


def bound_by(statement: ast.stmt) -> set[str]:
    """The names of the module that a statement binds."""
    if isinstance(statement, _Function | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {one.asname or one.name.partition(".")[0] for one in statement.names}
    found: set[str] = set()
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        if isinstance(node, _Function | ast.ClassDef | ast.Import | ast.ImportFrom):
            found |= bound_by(node)
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found


def changed_by(statement: ast.stmt) -> set[str]:
    """The names whose values a statement changes: `choices.append(...)`, `choices["a"] = ...`."""
    found: set[str] = set()
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            found |= _roots([node.value.func]) if isinstance(node.value.func, ast.Attribute) else set()
        elif isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= _roots([one for one in targets if isinstance(one, ast.Subscript | ast.Attribute)])
        elif not isinstance(node, _Function | ast.ClassDef | ast.expr):
            waiting += ast.iter_child_nodes(node)
    return found


def _roots(nodes: list[ast.expr]) -> set[str]:
    found = set()
    for one in nodes:
        node: ast.AST = one
        while isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        if isinstance(node, ast.Name):
            found.add(node.id)
    return found


def names_of(statement: ast.stmt, *, is_hook: bool) -> tuple[set[str], set[str]]:
    """The names that running a statement takes, and those that bodies of functions take when they are called."""
    later: list[ast.AST] = []
    now: set[str] = set()
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        now |= _loaded(node)
        if isinstance(node, _Function):
            waiting += [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
            waiting += getattr(node, "type_params", [])
            later += node.body if not (is_hook and node is statement) else []
        elif isinstance(node, ast.Lambda):
            waiting.append(node.args)
            later.append(node.body)
        else:
            waiting += ast.iter_child_nodes(node)
    return now, {name for body in later for node in ast.walk(body) for name in _loaded(node)}


def _loaded(node: ast.AST) -> set[str]:
    """A name that is read; those in a text may be, where it is an annotation in quotes."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return {node.id}
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < _LONGEST:
        return _quoted_names(node.value)
    return set()


def _quoted_names(text: str) -> set[str]:
    if not any(one.isidentifier() for one in text.replace("[", " ").replace(".", " ").split()):
        return set()
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return set()
    return {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
