"""What every family of rules is written with: a rule, the function that looks for what breaks it, what that gives."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hookkit.cache import Cache
from hookkit.check.finding import Place, Rule
from hookkit.check.project.module import Module
from hookkit.check.project.pyproject import Pyproject
from hookkit.project import Project
from hookkit.spec import HookSpec

if TYPE_CHECKING:
    from hookkit.check.project.images import Dockerfile


class Flaw(NamedTuple):
    """What a check gives: a Finding without its rule."""

    place: Place
    what: str
    remedy: str


@dataclass(frozen=True, eq=False)
class Hook:
    """A hook as it stands in its module; `spec` is None where nobody could say what it declares."""

    module: Module
    function: ast.FunctionDef | ast.AsyncFunctionDef
    spec: HookSpec | None
    decorator: ast.expr

    @property
    def parameters(self) -> dict[str, ast.arg]:
        """Its parameters by their names, those of `*args` and `**options`, too."""
        given = self.function.args
        rest = [one for one in (given.vararg, given.kwarg) if one]
        return {one.arg: one for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, *rest)}

    @property
    def keywords(self) -> dict[str, ast.expr]:
        """What `@hook(...)` is given by name."""
        call = self.decorator
        return {one.arg: one.value for one in call.keywords if one.arg} if isinstance(call, ast.Call) else {}

    @property
    def is_told_more(self) -> bool:
        """Whether `@hook` is given what can't be seen: `**options`, or another name for it."""
        call = self.decorator
        if isinstance(call, ast.Call):
            return any(one.arg is None for one in call.keywords)
        return isinstance(call, ast.Name) and call.id in self.module.aliases.values

    def place(self, parameter: str = "") -> Place:
        """Where a parameter stands, `return`'s type, or the hook's name."""
        node = self.function.returns if parameter == "return" else self.parameters.get(parameter)
        label = f"{self.function.name}({parameter})" if parameter else self.function.name
        if node is not None:
            return self.module.place(node, label)
        return self.name_place(label)

    def name_place(self, label: str = "") -> Place:
        """Where its name stands."""
        line = self.function.lineno
        text = self.module.lines[line - 1] if line <= len(self.module.lines) else ""
        column = text.find(self.function.name, self.module.column(line, self.function.col_offset) - 1)
        return Place(self.module.shown, line, max(column, 0) + 1, label)


@dataclass(frozen=True, eq=False)
class Subject:
    """All that is looked at.

    Attributes:
        modules: what the hooks are made of, in the order that they are reached.
        reach: the names of the modules that each hook's module reaches, itself included.
        cache: keeps what the hook's Python was asked.

    """

    project: Project
    modules: tuple[Module, ...]
    hooks: tuple[Hook, ...]
    reach: Mapping[str, frozenset[str]]
    pyproject: Pyproject
    dockerfiles: tuple["Dockerfile", ...]
    cache: Cache

    @property
    def specs(self) -> Iterator[tuple[Hook, HookSpec]]:
        """The hooks whose declaration is known, with it."""
        return ((hook, hook.spec) for hook in self.hooks if hook.spec is not None)


Flaws = Iterator[Flaw]
Check = Callable[[Subject], Flaws]
#: A family: adding a rule means one Rule and one function.
Family = tuple[tuple[Rule, Check], ...]
