"""FS: an input is read, and never changed."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from hookkit.check.finding import Rule
from hookkit.check.project.module import Module
from hookkit.check.project.openers import Mode
from hookkit.check.project.opening import Touch, touches
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject

#: Functions whose result is the path that they are given first, or lies below it: as a text, as a Path.
_TEXTS: Final = frozenset({
    *("str", "os.fspath", "os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.join"),
})  # fmt: skip
_PATHS: Final = frozenset({"pathlib.Path", "pathlib.PosixPath"})
_METHODS: Final = frozenset({
    *("resolve", "absolute", "as_posix", "joinpath", "with_name", "with_suffix", "with_stem"),
})  # fmt: skip
_LISTERS: Final = frozenset({"glob", "rglob", "iterdir"})
_ORDERED: Final = frozenset({"sorted", "list", "tuple", "reversed", "set"})
#: It opens for reading what it may not write.
_MAY_READ: Final = frozenset({"sqlite3.connect"})
_DEPTH: Final = 30


class _Place(NamedTuple):
    """The input that a path lies in, and whether the path is a Path, and not its text."""

    name: str
    is_path: bool


class _Paths:
    """What is known of the paths in a hook's function.

    Attributes:
        inputs: parameters that are inputs, and never anything else.
        values: what a name is, or is one of, where it is bound once.

    """

    def __init__(self, module: Module, function: ast.AST, inputs: frozenset[str]) -> None:
        self.module = module
        nodes = list(ast.walk(function))
        times = Counter(name for node in nodes for name in _bound(node))
        self.inputs = frozenset(name for name in inputs if times[name] == 1)
        self.values: Mapping[str, ast.expr] = {
            name: value for node in nodes for name, value in _values(node) if times[name] == 1
        }

    def place(self, node: ast.AST | None, depth: int = 0) -> _Place | None:
        """Where a path lies; None where that's no input, or nobody knows."""
        if node is None or depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            return _Place(node.id, True) if node.id in self.inputs else self.place(self.values.get(node.id), depth + 1)
        start, is_path = self._start(node)
        found = self.place(start, depth + 1)
        return found if found is None or is_path is None else found._replace(is_path=is_path)

    def _start(self, node: ast.AST) -> tuple[ast.AST | None, bool | None]:
        """The expression that the path of another one starts with; whether it makes a Path of it, or a text."""
        if isinstance(node, ast.BinOp):
            return (node.left, None if isinstance(node.op, ast.Div) else False)
        if isinstance(node, ast.Subscript):  # one of several
            return node.value, None
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.FormattedValue):
            return node.values[0].value, False
        return self._called(node) if isinstance(node, ast.Call) else (None, None)

    def _called(self, call: ast.Call) -> tuple[ast.AST | None, bool | None]:
        if isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS | _LISTERS:
            return call.func.value, False if call.func.attr == "as_posix" else None
        name = self.module.full_name(call.func)
        if not call.args or name not in _TEXTS | _PATHS | _ORDERED:
            return None, None
        return call.args[0], None if name in _ORDERED else name in _PATHS


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name


def _values(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        yield node.targets[0].id, node.value
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value and isinstance(node.target, ast.Name):
        yield node.target.id, node.value
    elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Name):
        yield node.target.id, node.iter


def _changed(subject: Subject) -> Flaws:
    for hook, spec in subject.specs:
        paths = _Paths(hook.module, hook.function, frozenset(one.name for one in spec.inputs))
        inside = {id(node) for node in ast.walk(hook.function)}
        found = {
            id(touch.call): (touch.call, place.name)
            for touch in touches(hook.module)
            if id(touch.call) in inside and (place := _changed_place(paths, touch))
        }
        for call, name in found.values():
            what = f"changes what lies in {name}: an input is mounted to be read"
            yield Flaw(hook.module.place(call), what, "copy it into context.work_dir first, or write into an output")


def _changed_place(paths: _Paths, touch: Touch) -> _Place | None:
    """The place in an input that a call changes."""
    if touch.mode is not Mode.WRITE or paths.module.full_name(touch.call.func) in _MAY_READ:
        return None
    if touch.owner is not None:
        owner = paths.place(touch.owner)
        if owner is None or not owner.is_path:  # a text has a `replace`, too
            return None
    return paths.place(touch.node)


FAMILY: Final[Family] = (
    (
        Rule("FS110", "an input is not changed", "It is mounted to be read, and others may read it, too."),
        _changed,
    ),
)
