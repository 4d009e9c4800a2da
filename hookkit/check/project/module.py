"""A file of the project becomes a Module: its text, its tree, what its names mean, the place of each node."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from hookkit.check.finding import Place
from hookkit.check.project.naming import Aliases, is_for_types, read_aliases

#: Trees inside each other beyond this are no code of people, and Python's own parser gives up not much later.
DEPTH: Final = 90


@dataclass(frozen=True, eq=False)
class Module:
    """A module that was read.

    Attributes:
        name: as it is imported: `package.module`.
        path: where it lies.
        shown: the file as the user sees it.
        text: what it holds, with Unix's line ends.

    """

    name: str
    path: Path
    shown: str
    text: str
    tree: ast.Module = field(repr=False)

    @cached_property
    def memory(self) -> dict[ast.AST, Any]:
        """What was found out about its nodes."""
        return {}

    @property
    def is_package(self) -> bool:
        """Whether it is the `__init__` of a package."""
        return self.path.stem == "__init__"

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, as Python counts them."""
        return self.text.split("\n")

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """What a hook may run, in the order of the text: nothing of `if __name__ == "__main__"` and of types alone."""
        return tuple(_running(self.tree))

    @cached_property
    def aliases(self) -> Aliases:
        """What its names stand for."""
        return read_aliases(self.nodes, self.package)

    @cached_property
    def calls(self) -> tuple[tuple[ast.Call, str], ...]:
        """Each call, with the full name of what is called: `os.path.join`; "" where nobody knows."""
        return tuple((node, self.full_name(node.func)) for node in self.nodes if isinstance(node, ast.Call))

    def full_name(self, node: ast.AST) -> str:
        """`np.load` -> `numpy.load`; "" for what is no name, or may be something else."""
        return self.aliases.full_name(node)

    def place(self, node: ast.AST, path: str = "") -> Place:
        """Where a node stands."""
        line: int = getattr(node, "lineno", 1)
        return Place(self.shown, line, self.column(line, getattr(node, "col_offset", 0)), path)

    def column(self, line: int, offset: int) -> int:
        """The column, from 1, of so many bytes into a line: Python counts them in UTF-8."""
        if not 0 < line <= len(self.lines):
            return 1
        return len(self.lines[line - 1].encode("utf-8", "replace")[:offset].decode("utf-8", "ignore")) + 1


def parse(text: str, shown: str) -> ast.Module:
    """The tree of a text.

    Raises:
        SyntaxError: it is no Python of the version that runs hookkit.

    """
    try:
        with warnings.catch_warnings(action="ignore"):  # what Python warns of in a file is not for us to tell
            tree = ast.parse(text, shown)
            if _is_deep(tree):
                raise SyntaxError("it is nested too deeply to be checked")
            compile(tree, shown, "exec", dont_inherit=True)  # finds `return` outside of a function, and the like
    except (ValueError, MemoryError, RecursionError, OverflowError) as error:
        raise SyntaxError(str(error) or "it is nested too deeply to be checked") from None
    return tree


def _is_deep(tree: ast.AST) -> bool:
    level = [tree]
    for _ in range(DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and (is_for_types(node.test) or _is_for_scripts(node.test)):
            waiting += reversed(node.orelse)
        else:
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _is_for_scripts(test: ast.expr) -> bool:
    names = [one.id for one in ast.walk(test) if isinstance(one, ast.Name)]
    return isinstance(test, ast.Compare) and names == ["__name__"]
