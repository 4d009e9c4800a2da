"""A text becomes documents, as Kubernetes would read them, bounded in time and memory; each keeps its nodes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from hookkit.check.finding import Rule
from hookkit.check.manifest import limits, syntax
from hookkit.check.manifest.scalars import scalar

#: A node of PyYAML: its `id` is "scalar", "sequence" or "mapping"; the published types leave that out.
Node = Any

#: A text with few brackets, no line of which opens with as many indicators or blanks, can't be too deep.
_MAY_BE_DEEP: Final = re.compile(rf"^[ \t\-?:]{{{limits.DEPTH // 2},}}", re.MULTILINE)
#: The key that takes the keys of other mappings in.
MERGE: Final = "<<"
_SPLIT: Final = "write a manifest a file; data belongs into an artifact"
#: A character beyond the 16 bits as JSON may escape it, behind no backslash that is escaped itself.
_HALVES: Final = re.compile(
    r"(?<!\\)(?P<before>(?:\\\\)*)\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
)
#: What YAML allows in no text, but for the line ends and the tab.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Complaint(Exception):  # noqa: N818 - one is also given where nothing is raised
    """A text that can't be read: the rule that it breaks, and where; line and column from 0, -1 for the whole file."""

    rule: Rule
    what: str
    remedy: str
    line: int = -1
    column: int = 0


@dataclass(frozen=True)
class Document:
    """A document: its data, and the nodes of the text that the data stands in."""

    data: Any
    node: Node
    complaints: tuple[Complaint, ...] = ()


def read_documents(content: bytes) -> Iterator[Document]:
    """Each document of a file that is not empty.

    Raises:
        Complaint: the file can't be read; the documents before the mistake have been given.

    """
    text = _as_yaml(_decoded(content))
    if _may_be_too_much(text):
        _check_shape(text)
    has_aliases = "*" in text and "&" in text
    for node in _nodes(text):
        if has_aliases:
            _check_aliases(node)
        building = _Building()
        data = building.value(node)
        if data is not None or building.complaints:
            yield Document(data, node, tuple(building.complaints))


def _as_yaml(text: str) -> str:
    """JSON may write a character in two halves, which YAML takes for none."""
    return _HALVES.sub(_whole, text) if text.lstrip()[:1] in {"{", "["} else text


def _whole(halves: re.Match[str]) -> str:
    pair = bytes.fromhex(halves["high"] + halves["low"])
    return halves["before"] + pair.decode("utf-16-be")


def _decoded(content: bytes) -> str:
    if len(content) > limits.FILE_BYTES:
        raise Complaint(
            syntax.TOO_LARGE,
            f"the file has more than {limits.FILE_BYTES // limits.MIB} MiB",
            _SPLIT,
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start)
        raise Complaint(
            syntax.UNREADABLE, "the file is not UTF-8", "save it as UTF-8; is it a manifest at all?", line
        ) from None
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start())
        column = control.start() - text.rfind("\n", 0, control.start()) - 1
        what = f"the file holds the control character U+{ord(control[0]):04X}"
        raise Complaint(syntax.UNREADABLE, what, "take it out; is it a manifest at all?", line, column)
    return text


# ---------------------------------------------------------------- nodes


def _nodes(text: str) -> Iterator[Node]:
    import yaml

    loader = _loader_class()(text)
    try:
        while loader.check_node():
            yield loader.get_node()
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, text) from None
    except yaml.YAMLError as error:
        raise Complaint(syntax.NOT_YAML, _one_line(str(error)), "write YAML or JSON") from None
    finally:
        loader.dispose()


@cache
def _loader_class() -> Any:
    import yaml

    class Loader(yaml.CBaseLoader):
        # No tag is looked for: what has one says so (`!!str 1`), and `scalar` reads the rest as Kubernetes does.
        def resolve(self, kind: type, value: Any, implicit: Any) -> Any:  # noqa: ARG002 - PyYAML's signature
            return ""

    return Loader


def _not_yaml(error: Any, text: str) -> Complaint:
    mark = error.problem_mark or error.context_mark
    problem = _one_line(error.problem or error.context or "it can't be read")
    line, column = (mark.line, mark.column) if mark else (-1, 0)
    sign = text[mark.index : mark.index + 1] if mark else ""
    if "nesting depth" in problem:  # libyaml 0.2.6 looks ahead, and has a limit of its own
        return _too_deep(line, column)
    if sign == "\t":
        return Complaint(
            syntax.NOT_YAML, "not YAML: a tab stands where blanks belong", "indent with blanks", line, column
        )
    remedy = "put the text into quotes" if sign in {"@", "`", "%"} else "mend the YAML"
    return Complaint(syntax.NOT_YAML, f"not YAML: {problem}", remedy, line, column)


def _too_deep(line: int, column: int) -> Complaint:
    what = f"mappings and lists lie more than {limits.DEPTH} deep inside each other"
    return Complaint(syntax.TOO_DEEP, what, "flatten it", line, column)


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _may_be_too_much(text: str) -> bool:
    """A quick look, from above: every value needs one of these signs, and every level a bracket or a column."""
    brackets = text.count("[") + text.count("{")
    signs = brackets + sum(text.count(sign) for sign in ",:\n-?")
    return brackets > limits.DEPTH or signs > limits.NODES or _MAY_BE_DEEP.search(text) is not None


def _check_shape(text: str) -> None:
    """Read the events, which takes neither stack nor memory: what makes values of them does.

    Raises:
        Complaint: a document goes too deep, or holds too much.

    """
    import yaml

    depth = nodes = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            nodes = 0 if isinstance(event, yaml.DocumentStartEvent) else nodes + isinstance(event, yaml.NodeEvent)
            if depth > limits.DEPTH:
                raise _too_deep(*_spot(event))
            if nodes > limits.NODES:
                what = f"the document holds more than {limits.NODES:,} values"
                raise Complaint(syntax.TOO_LARGE, what, _SPLIT, *_spot(event))
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, text) from None
    except yaml.YAMLError as error:
        raise Complaint(syntax.NOT_YAML, _one_line(str(error)), "write YAML or JSON") from None


def _spot(event: Any) -> tuple[int, int]:
    return event.start_mark.line, event.start_mark.column


def _children(node: Node) -> list[Node]:
    if node.id == "mapping":
        return [one for pair in node.value for one in pair]
    return list(node.value) if node.id == "sequence" else []


def _check_aliases(top: Node) -> None:
    """Count the values with every alias written out, each node once.

    Raises:
        Complaint: there are too many, or one holds itself.

    """
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()
    waiting: list[tuple[Node, bool]] = [(top, False)]
    while waiting:
        node, children_done = waiting.pop()
        if children_done:
            open_nodes.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(child)] for child in _children(node))
            if sizes[id(node)] > limits.EXPANDED_NODES:
                raise _aliased(node, f"its aliases stand for more than {limits.EXPANDED_NODES:,} values")
        elif id(node) in open_nodes:
            raise _aliased(node, "an alias stands for what it is a part of")
        elif id(node) not in sizes:
            open_nodes.add(id(node))
            waiting.append((node, True))
            waiting += [(child, False) for child in _children(node)]


def _aliased(node: Node, what: str) -> Complaint:
    mark = node.start_mark
    return Complaint(syntax.ALIASES, what, "write out what is meant", mark.line, mark.column)


def key_text(key: Node) -> str:
    """A key as JSON has it, which is what Kubernetes makes of it: a text."""
    if key.id != "scalar":
        return ""
    words: str = key.value
    if key.style or key.tag or words[:1] not in "yYnNtTfFoO":
        return words
    value = scalar(words)
    return ("true" if value else "false") if isinstance(value, bool) else words


# ---------------------------------------------------------------- values

#: Tags that make a text of a plain scalar.
_TEXT_TAGS: Final = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:binary", "!"})


class _Building:
    """The values of one document's nodes, and the complaints about them."""

    def __init__(self) -> None:
        self.complaints: list[Complaint] = []
        self._known: dict[int, Any] = {}

    def value(self, node: Node) -> Any:
        """The value; aliases of one node share it."""
        kind = node.id
        if kind == "scalar":
            return scalar(node.value) if not node.style and node.tag not in _TEXT_TAGS else node.value
        known = self._known.get(id(node))
        if known is None:
            known = self._mapping_or_tag(node) if kind == "mapping" else [self.value(one) for one in node.value]
            self._known[id(node)] = known
        return known

    def _mapping_or_tag(self, node: Node) -> Any:
        """A mapping; where another one is its key, most often a tag that lacks its quotes: `{{x}}`."""
        keys = [key for key, _ in node.value if key.id != "scalar"]
        if not keys:
            return self._mapping(node)
        spot = (node.start_mark.line, node.start_mark.column)
        remedy = "put a text that starts with `{{` into quotes"
        self.complaints.append(Complaint(syntax.NOT_YAML, "a mapping or list stands as a key", remedy, *spot))
        inside = [one.value for pair in keys[0].value if isinstance(pair, tuple) for one in pair[:1]]
        return f"{{{{{inside[0]}}}}}" if inside and isinstance(inside[0], str) else None

    def _mapping(self, node: Node) -> dict[str, Any]:
        read: dict[str, Any] = {}
        merges = []
        for key, value in node.value:
            name = key.value if key.style and key.id == "scalar" else key_text(key)
            if name == MERGE and not key.style:
                merges.append(value)
                continue
            if name in read:
                self._complain(key, name)
            read[name] = self.value(value)
        return self._with_merges(read, merges) if merges else read

    def _with_merges(self, read: dict[str, Any], merges: list[Node]) -> dict[str, Any]:
        for merge in merges:
            for one in merge.value if merge.id == "sequence" else [merge]:
                below = self.value(one)
                if isinstance(below, dict):
                    read = below | read
        return read

    def _complain(self, key: Node, name: str) -> None:
        mark = key.start_mark
        what = f"the key {name!r} stands twice in one mapping"
        self.complaints.append(Complaint(syntax.DUPLICATE_KEY, what, "keep one of them", mark.line, mark.column))
