"""An expression becomes the text that it is known to start with: a literal, or a path that is put together of some."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import PurePosixPath
from typing import Any, Final

from hookkit.check.project.module import Module

_DEPTH: Final = 30


class Start(Enum):
    """What a text starts at."""

    NOWHERE = auto()
    CODE = auto()  # the module's own place: the text is the path on this machine
    HOME = auto()


@dataclass(frozen=True)
class Known:
    """A text, as far as it's written in the module.

    Attributes:
        text: what it starts with.
        whole: whether that is all of it.
        origin: the literal that it starts with.
        is_path: whether it is a Path.

    """

    text: str
    origin: ast.AST
    whole: bool = True
    start: Start = Start.NOWHERE
    is_path: bool = False


def known(module: Module, node: ast.AST | None, depth: int = 0) -> Known | None:
    """What is known of an expression's text; None where nothing is."""
    if node is None or depth > _DEPTH:
        return None
    if node not in module.memory:  # a name that is made of names, twice each, would be followed without end
        module.memory[node] = None
        reader = _READERS.get(type(node))
        module.memory[node] = reader(module, node, depth) if reader else None
    found: Known | None = module.memory[node]
    return found


def _constant(_module: Module, node: ast.Constant, _depth: int) -> Known | None:
    return Known(node.value, node) if isinstance(node.value, str) else None


def _formatted(module: Module, node: ast.JoinedStr, depth: int) -> Known | None:
    if not node.values:
        return Known("", node)
    first = node.values[0]
    start = known(module, first.value if isinstance(first, ast.FormattedValue) else first, depth + 1)
    if start is None or not start.whole or len(node.values) == 1:
        return start
    second = node.values[1]
    if start.start is Start.NOWHERE and not start.is_path and isinstance(first, ast.Constant):
        return replace(start, whole=False, origin=node)
    tail = known(module, second, depth + 1)
    text = start.text + (tail.text if tail else "")
    return replace(start, text=text, whole=bool(tail and tail.whole and len(node.values) == 2))  # noqa: PLR2004 - both


def _combined(module: Module, node: ast.BinOp, depth: int) -> Known | None:
    left, right = known(module, node.left, depth + 1), known(module, node.right, depth + 1)
    if isinstance(node.op, ast.Add):
        if left is None or not left.whole:
            return left
        return replace(left, text=left.text + (right.text if right else ""), whole=bool(right and right.whole))
    return joined(left, [right]) if isinstance(node.op, ast.Div) else None


def joined(first: Known | None, rest: list[Known | None]) -> Known | None:
    """Parts of a path, put together as Python does it: one that is absolute starts anew."""
    path = first
    for one in rest:
        if one is not None and one.text.startswith("/"):
            path = replace(one, is_path=True)
        elif path is not None:
            text = _below_text(path.text, one.text) if one and path.whole else path.text
            path = replace(path, text=text, whole=path.whole and one is not None and one.whole, is_path=True)
    return path


def _below_text(folder: str, name: str) -> str:
    # As it is written: the address of a server is no path, and keeps its two slashes.
    return f"{folder.rstrip('/')}/{name}" if folder else name


def _named(module: Module, node: ast.Name, depth: int) -> Known | None:
    if node.id == "__file__" and module.full_name(node):
        return Known(str(module.path), node, start=Start.CODE)
    value = module.aliases.values.get(node.id)
    return known(module, value, depth + 1) if value is not None else None


def _attribute(module: Module, node: ast.Attribute, depth: int) -> Known | None:
    inner = known(module, node.value, depth + 1)
    if inner is None or not inner.is_path or node.attr != "parent":
        return None
    return _up(inner, 1)


def _up(path: Known, steps: int) -> Known | None:
    """The folder so many steps above; nobody knows it where the last part isn't known."""
    if not path.whole:
        return path if path.start is not Start.NOWHERE else None
    text = path.text
    for _ in range(min(steps, 50)):
        text = str(PurePosixPath(text).parent)
    return replace(path, text=text)


def _subscript(module: Module, node: ast.Subscript, depth: int) -> Known | None:
    """`path.parents[1]`, `os.environ["HOME"]`."""
    index = node.slice
    if not isinstance(index, ast.Constant):
        return None
    if index.value == "HOME" and module.full_name(node.value) == "os.environ":
        return Known("~", node, start=Start.HOME)
    if isinstance(node.value, ast.Attribute) and node.value.attr == "parents" and type(index.value) is int:
        inner = known(module, node.value.value, depth + 1)
        return _up(inner, index.value + 1) if inner and inner.is_path and index.value >= 0 else None
    return None


# ---------------------------------------------------------------- calls


def _called(module: Module, node: ast.Call, depth: int) -> Known | None:
    name = module.full_name(node.func)
    if any(isinstance(one, ast.Starred) for one in node.args):
        return None
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](module, node, depth)
    if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
        inner = known(module, node.func.value, depth + 1)
        return _METHODS[node.func.attr](module, inner, node, depth) if inner and inner.is_path else None
    return None


def _path(module: Module, node: ast.Call, depth: int) -> Known | None:
    if not node.args:
        return None
    first = known(module, node.args[0], depth + 1)
    path = joined(first, [known(module, one, depth + 1) for one in node.args[1:]])
    return replace(path, is_path=True) if path else None


def _join(module: Module, node: ast.Call, depth: int) -> Known | None:
    path = _path(module, node, depth)
    return replace(path, is_path=False) if path else None


def _same(module: Module, node: ast.Call, depth: int) -> Known | None:
    return known(module, node.args[0], depth + 1) if node.args else None


def _dirname(module: Module, node: ast.Call, depth: int) -> Known | None:
    inner = _same(module, node, depth)
    return _up(inner, 1) if inner else None


def _home(_module: Module, node: ast.Call, _depth: int) -> Known | None:
    return Known("~", node, start=Start.HOME, is_path=True)


def _expanded(module: Module, node: ast.Call, depth: int) -> Known | None:
    inner = _same(module, node, depth)
    return replace(inner, start=Start.HOME) if inner and inner.text.startswith("~") else inner


def _variable(_module: Module, node: ast.Call, _depth: int) -> Known | None:
    first = node.args[0] if node.args else None
    is_home = isinstance(first, ast.Constant) and first.value == "HOME"
    return Known("~", node, start=Start.HOME) if is_home else None


def _resource(module: Module, node: ast.Call, _depth: int) -> Known | None:
    """`importlib.resources.files("package")`, of the module's own."""
    anchor = node.args[0] if node.args else None
    own = isinstance(anchor, ast.Name) and anchor.id in {"__package__", "__name__"}
    named = isinstance(anchor, ast.Constant) and anchor.value == module.package
    if not module.package or not (anchor is None or named or own):
        return None
    return Known(str(module.path.parent), node, start=Start.CODE, is_path=True)


_FUNCTIONS: Final[Mapping[str, Callable[[Module, ast.Call, int], Known | None]]] = {
    **dict.fromkeys(("pathlib.Path", "pathlib.PosixPath"), _path),
    "os.path.join": _join,
    "os.path.dirname": _dirname,
    "os.path.expanduser": _expanded,
    "os.path.expandvars": _same,
    **dict.fromkeys(("str", "os.fspath", "os.path.abspath", "os.path.realpath", "os.path.normpath"), _same),
    "pathlib.Path.home": _home,
    **dict.fromkeys(("os.getenv", "os.environ.get"), _variable),
    "importlib.resources.files": _resource,
}


def _unchanged(_module: Module, inner: Known, _node: ast.Call, _depth: int) -> Known | None:
    return inner


def _at_home(_module: Module, inner: Known, _node: ast.Call, _depth: int) -> Known | None:
    return replace(inner, start=Start.HOME) if inner.text.startswith("~") else inner


def _below(module: Module, inner: Known, node: ast.Call, depth: int) -> Known | None:
    return joined(inner, [known(module, one, depth + 1) for one in node.args])


def _beside(module: Module, inner: Known, node: ast.Call, depth: int) -> Known | None:
    above = _up(inner, 1)
    return joined(above, [known(module, one, depth + 1) for one in node.args[:1]]) if above else None


_METHODS: Final[Mapping[str, Callable[[Module, Known, ast.Call, int], Known | None]]] = {
    **dict.fromkeys(("resolve", "absolute", "as_posix"), _unchanged),
    "expanduser": _at_home,
    "joinpath": _below,
    "with_name": _beside,
}

_READERS: Final[Mapping[type[ast.AST], Callable[[Module, Any, int], Known | None]]] = {
    ast.Constant: _constant,
    ast.JoinedStr: _formatted,
    ast.BinOp: _combined,
    ast.Name: _named,
    ast.Attribute: _attribute,
    ast.Call: _called,
    ast.Subscript: _subscript,
}
