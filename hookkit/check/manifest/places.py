"""A path in a document's data becomes the place in the text: its line and column."""

from collections.abc import Iterator, Sequence
from typing import Any

from hookkit.check.finding import DataPath
from hookkit.check.manifest.reading import MERGE, Document, Node, key_text

#: Line and column, from 0.
Spot = tuple[int, int]


class Places:
    """Where the values of one document stand. What was found once is kept: a document may have many faults."""

    def __init__(self, document: Document) -> None:
        self._top = document.node
        self._indices: dict[int, dict[str, tuple[Node, Node]]] = {}

    def find(self, path: DataPath) -> tuple[Node, Node]:
        """The nodes of the key and of the value that a path leads to; of the last part of it that is there.

        In a list, and at the top, the value stands for the key.
        """
        key = value = self._top
        for part in path:
            step = self._step(value, part)
            if step is None:
                break
            key, value = step
        return key, value

    def spot(self, path: DataPath, piece: str, lines: Sequence[str]) -> Spot:
        """Where to look: at a piece of the text that a path leads to, at the value beside its key, or at the key."""
        key, value = self.find(path)
        beside = value.id == "scalar" and value.start_mark.line == key.start_mark.line
        mark = value.start_mark if beside else key.start_mark
        found = _within(value, piece, lines) if piece and value.id == "scalar" else None
        return found or (mark.line, mark.column)

    def _step(self, node: Node, part: str | int) -> tuple[Node, Node] | None:
        if isinstance(part, int):
            inside = node.id == "sequence" and part < len(node.value)
            return (node.value[part], node.value[part]) if inside else None
        return self._index(node).get(part) if node.id == "mapping" else None

    def _index(self, node: Node) -> dict[str, tuple[Node, Node]]:
        """The keys of a mapping with their values: those that are merged in count less than its own."""
        index = self._indices.get(id(node))
        if index is None:
            index = self._indices[id(node)] = {}
            for merged in _merged(node):
                index.update({name: pair for name, pair in self._index(merged).items() if name not in index})
            index.update({key_text(key): (key, value) for key, value in node.value})
        return index


def _merged(node: Node) -> Iterator[Node]:
    """The mappings that `<<` puts into this one, those that count most first."""
    for key, value in node.value:
        if key.id == "scalar" and key.value == MERGE and not key.style:
            for one in value.value if value.id == "sequence" else [value]:
                if one.id == "mapping":
                    yield one


def _within(node: Any, piece: str, lines: Sequence[str]) -> Spot | None:
    """Where a piece of a scalar's text stands, if it stands there as it is."""
    first, last = node.start_mark, node.end_mark
    for number in range(first.line, min(last.line + 1, len(lines))):
        column = lines[number].find(piece, first.column if number == first.line else 0)
        if column >= 0:
            return number, column
    return None
