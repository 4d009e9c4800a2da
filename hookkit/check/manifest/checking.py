"""Texts become findings: each document is read, its faults are looked for, and each fault gets its line and column."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final

from hookkit.check.finding import DataPath, Fault, Finding, Place, path_text
from hookkit.check.manifest import limits, syntax
from hookkit.check.manifest.document import API_VERSION, KINDS, Manifest
from hookkit.check.manifest.places import Places
from hookkit.check.manifest.plain import did_you_mean, listed, text
from hookkit.check.manifest.reading import Complaint, read_documents
from hookkit.check.manifest.rulebook import find_faults
from hookkit.errors import shown


@dataclass(frozen=True)
class Source:
    """A file: its name as the user wrote it, and what it holds."""

    file: str
    content: bytes

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, as YAML counts them."""
        text = self.content.decode("utf-8-sig", "replace")
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def check_manifests(sources: Iterable[Source], version: str | None = None) -> list[Finding]:
    """All findings, by file in the order given, then by line.

    Args:
        version: the version of Argo, such as "3.6"; None for what every supported one accepts.

    """
    return [finding for source in sources for finding in check_source(source, version)]


def without_bystanders(findings: Sequence[Finding], named: Collection[str], files: int) -> list[Finding]:
    """The findings without the word about files of other kinds that merely lie in a folder among those that count.

    Args:
        named: the files that the user named; about these the word is kept.
        files: how many there were; where none of them counts, the word about each is kept.

    """
    passed_over = [one for one in findings if one.rule is syntax.NOTHING_TO_CHECK]
    if len(passed_over) == files:
        return list(findings)
    return [one for one in findings if one.rule is not syntax.NOTHING_TO_CHECK or one.place.file in named]


def check_source(source: Source, version: str | None = None) -> list[Finding]:
    """The findings of one file, by line."""
    found = list(islice(_each_once(_findings(source, version)), limits.FINDINGS + 1))
    if len(found) > limits.FINDINGS:
        what = f"there are more than {limits.FINDINGS:,} findings"
        found[-1] = Finding(syntax.TOO_MANY, Place(source.file), what, "mend these first")
    return sorted(found, key=lambda one: (one.place.line, one.place.column, one.rule.code))


def _each_once(findings: Iterator[Finding]) -> Iterator[Finding]:
    """What an alias repeats, once."""
    seen: set[tuple[str, int, int, str]] = set()
    for one in findings:
        key = (one.rule.code, one.place.line, one.place.column, one.what)
        if key not in seen:
            seen.add(key)
            yield one


def _findings(source: Source, version: str | None) -> Iterator[Finding]:
    is_empty, is_passed_over = True, True
    try:
        for document in read_documents(source.content):
            is_empty = False
            yield from (_complained(source, complaint) for complaint in document.complaints)
            places = Places(document)
            is_passed_over &= document.data is not None
            for path, data in _objects(document.data) if document.data is not None else ():
                is_passed_over &= _is_of_another_kind(data)
                for fault in _faults(path, data, version):
                    yield _placed(source, places, fault)
    except Complaint as complaint:
        yield _complained(source, complaint)
        return
    if is_empty:
        yield Finding(syntax.EMPTY, Place(source.file), "the file holds nothing", "write a manifest")
    elif is_passed_over:
        yield from _nothing_checked(source)


def _is_of_another_kind(data: Any) -> bool:
    """Whether these rules have nothing to say about an object."""
    return isinstance(data, dict) and text(data.get("kind")) not in KINDS and not any(_kind_faults(data))


def _nothing_checked(source: Source) -> Iterator[Finding]:
    what = f"nothing in it is a {', '.join(KINDS)}"
    yield Finding(syntax.NOTHING_TO_CHECK, Place(source.file), what, "nothing was checked")


def _objects(data: Any) -> Iterator[tuple[DataPath, Any]]:
    """A document, or what a `kind: List` holds."""
    if isinstance(data, dict) and data.get("kind") == "List" and "items" in data:
        yield from ((("items", index), one) for index, one in enumerate(listed(data["items"])))
    else:
        yield (), data


def _faults(path: DataPath, data: Any, version: str | None) -> Iterator[Fault]:
    """The faults of an object that lies at a path of its document."""
    for fault in _object_faults(data, version):
        yield Fault(fault.rule, (*path, *fault.path), fault.what, fault.remedy, fault.at) if path else fault


def _object_faults(data: Any, version: str | None) -> Iterator[Fault]:
    if not isinstance(data, dict):
        yield Fault(
            syntax.NOT_A_MAPPING, (), f"the document is {_shape(data)}, not a mapping", "start with `apiVersion:`"
        )
        return
    yield from _kind_faults(data)
    if text(data.get("kind")) in KINDS:
        yield from find_faults(Manifest(data), version)


def _shape(data: Any) -> str:
    return "a list" if isinstance(data, list) else f"the value {shown(data)}"


_OTHERS: Final = ("WorkflowEventBinding", "WorkflowTaskSet", "WorkflowTaskResult", "WorkflowArtifactGCTask")


#: What shows that a mapping is meant as an object of Kubernetes.
_SIGNS: Final = ("apiVersion", "metadata", "spec")


def _kind_faults(data: dict[str, Any]) -> Iterator[Fault]:
    kind, api_version = text(data.get("kind")), data.get("apiVersion")
    is_argos = text(api_version).partition("/")[0] == API_VERSION.partition("/")[0]
    if not kind and data.keys().isdisjoint(_SIGNS):
        return  # some other file: a schema, settings, data
    if not kind:
        yield Fault(syntax.KIND, ("kind",), "the document has no kind", f"write one of {', '.join(KINDS)}")
    elif kind in KINDS:
        if api_version != API_VERSION:
            what = f"the apiVersion of a {kind} is {shown(api_version)}" if api_version else "there is no apiVersion"
            yield Fault(syntax.KIND, ("apiVersion",), what, f"write `apiVersion: {API_VERSION}`")
    elif kind not in _OTHERS and (did_you_mean(kind, KINDS) if is_argos else kind.lower() in _LOWER):
        hint = did_you_mean(kind, KINDS)
        yield Fault(syntax.KIND, ("kind",), f"there is no kind {kind!r}{hint}", f"write one of {', '.join(KINDS)}")


_LOWER: Final = frozenset(kind.lower() for kind in KINDS)


# ---------------------------------------------------------------- places


def _complained(source: Source, complaint: Complaint) -> Finding:
    place = Place(source.file, complaint.line + 1, complaint.column + 1 if complaint.line >= 0 else 0)
    return Finding(complaint.rule, place, complaint.what, complaint.remedy)


def _placed(source: Source, places: Places, fault: Fault) -> Finding:
    line, column = places.spot(fault.path, fault.at, source.lines)
    place = Place(source.file, line + 1, column + 1, _shortened(path_text(fault.path)))
    return Finding(fault.rule, place, _shortened(fault.what), _shortened(fault.remedy))


def _shortened(words: str) -> str:
    """Words that quote what may be as long as the file, cut to what a person reads."""
    return words if len(words) <= limits.WORDS else f"{words[: limits.WORDS - 1]}…"
