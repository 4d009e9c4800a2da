"""A module becomes the functions in it that `@hook` decorates, and each of them one without a body."""

import ast
import copy
from collections.abc import Iterator
from typing import Final

from hookkit.check.project.module import Module

_HOOKS: Final = frozenset({"hookkit.hook", "hookkit.authoring.hook"})
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def find_hooks(module: Module) -> dict[str, tuple[_Function, ast.expr]]:
    """The functions that `@hook` decorates, with the decorator, by their name; the last of several counts."""
    functions = (one for one in module.tree.body if isinstance(one, _Function))
    return {one.name: (one, found) for one in functions if (found := _decorator(module, one))}


def _decorator(module: Module, function: _Function) -> ast.expr | None:
    return next((one for one in function.decorator_list if _is_hook(module, one)), None)


def _is_hook(module: Module, node: ast.expr) -> bool:
    if isinstance(node, ast.Name) and node.id in module.aliases.values:  # small = hook(cpu=1)
        node = module.aliases.values[node.id]
    return module.full_name(node.func if isinstance(node, ast.Call) else node) in _HOOKS


def bare(function: _Function) -> _Function:
    """The function without its body; that it yields is a part of its signature."""
    body: list[ast.stmt] = [ast.Pass()]
    if ast.get_docstring(function, clean=False) is not None:
        body = [function.body[0]]
    if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in _own_nodes(function)):
        body.append(ast.Expr(ast.Yield()))
    bare = copy.copy(function)
    bare.body = body
    return ast.fix_missing_locations(bare)


def _own_nodes(function: _Function) -> Iterator[ast.AST]:
    """The nodes of its body that are not of a function inside of it."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _Function | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)
