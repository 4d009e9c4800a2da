"""A module becomes its skeleton: its hooks without their bodies, and what their signatures need of it, in turn.

The skeleton keeps names and lines of the file, and is run by the runtime itself, far from any library: a signature is
read by `authoring` here as anywhere else.
"""

import ast
import builtins
import copy
import marshal
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from hookkit.check.project.decorated import bare, find_hooks
from hookkit.check.project.module import Module
from hookkit.check.project.naming import absolute
from hookkit.check.project.statements import bound_by, changed_by, is_types_only, names_of

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_BUILTINS: Final = frozenset(dir(builtins))
#: What the runtime's own process has.
_FREE: Final = frozenset({"__future__", "hookkit", *sys.stdlib_module_names})


@dataclass(frozen=True)
class Skeleton:
    """What is run instead of a module.

    Attributes:
        modules: by name: the file, the package of it, and its statements, each with the name of the hook it is.
        foreign: packages that the signatures need, and that only the hook's Python can have.

    """

    modules: Mapping[str, tuple[Module, tuple[tuple[ast.stmt, str], ...]]]
    foreign: frozenset[str]

    def dumped(self, target: str) -> bytes:
        """The skeleton for another process of the same Python.

        Raises:
            ValueError: it can't be compiled.

        """
        parts = [
            (
                name,
                module.package,
                str(module.path),
                module.is_package,
                [(_compiled(one, module), hook) for one, hook in kept],
            )
            for name, (module, kept) in self.modules.items()
        ]
        return marshal.dumps((target, parts))


def _compiled(statement: ast.stmt, module: Module) -> object:
    tree = ast.Module([*_futures(module), statement], [])
    try:
        with warnings.catch_warnings(action="ignore"):
            return compile(tree, str(module.path), "exec", dont_inherit=True)
    except (SyntaxError, RecursionError, MemoryError, OverflowError) as error:
        raise ValueError(str(error)) from None


def _futures(module: Module) -> list[ast.stmt]:
    return [one for one in module.tree.body if isinstance(one, ast.ImportFrom) and one.module == "__future__"]


def build_skeleton(target: Module, modules: Mapping[str, Module]) -> Skeleton:
    """The skeleton of a module's hooks, with parts of the project's other modules where it needs them."""
    builder = _Builder(modules)
    part = builder.part(target)
    for name in find_hooks(target):
        builder.need(part, name)
    builder.work()
    return Skeleton(
        {name: (modules.get(name, target), builder.kept(name)) for name in builder.parts}, frozenset(builder.foreign)
    )


@dataclass
class _Part:
    """A module on the way.

    Attributes:
        kept: the numbers of the statements that are kept, with the names that each is kept for.
        asked: the names that were asked for.
        binders: the numbers of the statements that bind or change a name; under `*` those that may bind any.

    """

    module: Module
    hooks: frozenset[int]
    kept: dict[int, set[str]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    binders: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, module: Module) -> "_Part":
        part = cls(module, frozenset(id(function) for function, _ in find_hooks(module).values()))
        for number, statement in enumerate(module.tree.body):
            for name in bound_by(statement) | changed_by(statement):
                part.binders.setdefault(name, []).append(number)
        return part

    @property
    def names(self) -> list[str]:
        """All names that the module binds."""
        return [name for name in self.binders if name != "*"]

    def imports(self, name: str) -> Iterator[tuple[str, str]]:
        """What a name is imported from, each time that it is."""
        for number in self.binders.get(name, ()):
            statement = self.module.tree.body[number]
            if isinstance(statement, ast.Import | ast.ImportFrom):
                yield from _sources(self.module, statement, name)


class _Builder:
    """Follows names from hooks to what they are bound by."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self.modules = modules
        self.parts: dict[str, _Part] = {}
        self.foreign: set[str] = set()
        self.waiting: list[tuple[_Part, str]] = []

    def part(self, module: Module) -> _Part:
        """The part of a module in the skeleton."""
        if module.name not in self.parts:
            self.parts[module.name] = _Part.of(module)
        return self.parts[module.name]

    def need(self, part: _Part, name: str) -> None:
        """Ask for what binds a name."""
        if name not in part.asked:
            part.asked.add(name)
            self.waiting.append((part, name))

    def work(self) -> None:
        """Keep what is asked for, until nothing is."""
        while self.waiting:
            part, name = self.waiting.pop()
            named = name if name in part.binders or name in _BUILTINS else "*"
            for number in part.binders.get(named, ()):
                self._keep(part, number, named)

    def _keep(self, part: _Part, number: int, name: str) -> None:
        statement = part.module.tree.body[number]
        is_fresh = number not in part.kept
        part.kept.setdefault(number, set()).add(name)
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for source, member in _sources(part.module, statement, name):
                self._import(source, member)
        elif is_fresh and not is_types_only(statement):
            self._follow(part, statement)

    def _follow(self, part: _Part, statement: ast.stmt) -> None:
        """Ask for all that a statement needs; a function's body goes without libraries."""
        now, later = names_of(statement, is_hook=id(statement) in part.hooks)
        for name in now:
            self.need(part, name)
        for name in later - now:
            if not self._is_foreign(part, name):
                self.need(part, name)
        if not isinstance(statement, _Function | ast.ClassDef):
            for inner in ast.walk(statement):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    for source, member in _sources(part.module, inner, ""):
                        self._import(source, member)

    def _is_foreign(self, part: _Part, name: str) -> bool:
        """Whether a name is imported from a package that only the hook's Python has."""
        return any(not self._is_own(source) and not _is_free(source) for source, _ in part.imports(name))

    def _is_own(self, source: str) -> bool:
        return source in self.modules or any(one.startswith(f"{source}.") for one in self.modules)

    def _import(self, source: str, member: str) -> None:
        if not self._is_own(source):
            self.foreign |= set() if _is_free(source) else {source.partition(".")[0]}
            return
        owner = self.part(self.modules[source]) if source in self.modules else None
        if owner is not None and member in owner.binders:
            self.need(owner, member)
        elif (inner := f"{source}.{member}".rstrip(".")) in self.modules:
            self._need_all(self.part(self.modules[inner]))
        elif owner is not None and member == "*":
            self._need_all(owner)

    def _need_all(self, part: _Part) -> None:
        for name in part.names:
            if not self._is_foreign(part, name):
                self.need(part, name)

    def kept(self, name: str) -> tuple[tuple[ast.stmt, str], ...]:
        """The statements of a module that are kept, in their order."""
        part = self.parts[name]
        hooks = {id(function): hook for hook, (function, _) in find_hooks(part.module).items()}
        found = ((part.module.tree.body[number], names) for number, names in sorted(part.kept.items()))
        return tuple(
            (kept, hooks.get(id(one), "")) for one, names in found if (kept := _reduced(one, names, id(one) in hooks))
        )


def _is_free(source: str) -> bool:
    """Whether the runtime's own process has a module."""
    return source.partition(".")[0] in _FREE


def _reduced(statement: ast.stmt, names: set[str], is_hook: bool) -> ast.stmt | None:  # noqa: FBT001 - what it is
    """What is kept of a statement."""
    if is_types_only(statement):
        return None
    if is_hook and isinstance(statement, _Function):
        return bare(statement)
    if isinstance(statement, ast.Import | ast.ImportFrom):
        kept = copy.copy(statement)
        kept.names = [
            one for one in statement.names if one.name == "*" or (one.asname or one.name.partition(".")[0]) in names
        ]
        return kept
    return statement


def _sources(module: Module, node: ast.Import | ast.ImportFrom, name: str) -> Iterator[tuple[str, str]]:
    """The module that a name is taken from, and what is taken of it, "" for the module itself; all of them for ""."""
    for one in node.names:
        if name in {"", one.asname or one.name.partition(".")[0]}:
            if isinstance(node, ast.Import):
                yield one.name, ""
            else:
                yield absolute(module.package, node.level, node.module or ""), one.name
