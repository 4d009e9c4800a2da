"""Imports and assignments become what a name stands for: `np` for `numpy`, and nothing where it may be two things."""

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_BUILTINS: Final = frozenset(dir(builtins))


@dataclass(frozen=True)
class Aliases:
    """What the names of a module stand for.

    Attributes:
        imported: the full name of what a name was imported as.
        bound: names that something else is bound to, somewhere.
        values: what a name is, where it is bound once, by an assignment.

    """

    imported: Mapping[str, str]
    bound: frozenset[str]
    values: Mapping[str, ast.expr]

    def full_name(self, node: ast.AST) -> str:
        """The dotted name of an expression; "" where it has none, or may be something else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id in self.bound:
            return ""
        start = self.imported.get(node.id) or (node.id if node.id in _BUILTINS or node.id == "__file__" else "")
        return ".".join([start, *reversed(parts)]) if start else ""


def is_for_types(test: ast.expr) -> bool:
    """Whether the condition is `TYPE_CHECKING`."""
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def absolute(package: str, level: int, name: str) -> str:
    """`from ..a import b` in a package -> the module it means; "" where it leads out."""
    if not level:
        return name
    parts = package.split(".") if package else []
    if level > len(parts):
        return ""
    return ".".join([*parts[: len(parts) - level + 1], *([name] if name else [])])


def read_aliases(nodes: Iterable[ast.AST], package: str) -> Aliases:
    """What names stand for."""
    nodes = tuple(nodes)
    meanings: dict[str, set[str]] = {}
    for node in nodes:
        for name, meaning in _imports(node, package):
            meanings.setdefault(name, set()).add(meaning)
    own = {id(one) for node in nodes if isinstance(node, ast.ClassDef) for one in node.body}
    stand_ins = _stand_ins(nodes)
    times = Counter(name for node in nodes if id(node) not in own for name in _bindings(node, stand_ins))
    ambiguous = {name for name, found in meanings.items() if len(found) > 1 or "" in found}
    return Aliases(
        {name: next(iter(found)) for name, found in meanings.items() if name not in ambiguous},
        frozenset(times) | ambiguous,
        {name: value for name, value in _values(nodes) if times[name] == 1 and name not in meanings},
    )


def _imports(node: ast.AST, package: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for one in node.names:
            top = one.name.partition(".")[0]
            yield (one.asname, one.name) if one.asname else (top, top)
    elif isinstance(node, ast.ImportFrom):
        module = absolute(package, node.level, node.module or "")
        for one in node.names:
            yield one.asname or one.name, f"{module}.{one.name}" if module else ""


def _stand_ins(nodes: Iterable[ast.AST]) -> set[int]:
    """`name = None` where an import failed: the name is the module's all the same."""
    handlers = (node for node in nodes if isinstance(node, ast.ExceptHandler))
    statements = (one for handler in handlers for one in handler.body if isinstance(one, ast.Assign))
    return {id(target) for one in statements if isinstance(one.value, ast.Constant) for target in one.targets}


def _bindings(node: ast.AST, stand_ins: set[int]) -> Iterator[str]:
    """The names that a node binds, other than by an import."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and id(node) not in stand_ins:
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names


def _values(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            yield node.target.id, node.value
