"""FS: where files are read and written."""

import ast
from collections.abc import Iterator
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.areas import Area, area_of
from hookkit.check.project.literals import Known, Start, known
from hookkit.check.project.module import Module
from hookkit.check.project.openers import Mode
from hookkit.check.project.opening import Access, accesses
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject
from hookkit.check.project.starting import programs
from hookkit.errors import shown


def accesses_in(subject: Subject, *areas: Area) -> Iterator[tuple[Module, Access, Area]]:
    """What is done to files whose path leads into one of the areas."""
    for module in subject.modules:
        for access in accesses(module):
            if (area := area_of(access.known)) in areas:
                yield module, access, area


def quoted(path: Known) -> str:
    """A path as it stands in a message, as far as it is known."""
    return shown(path.text if path.whole else f"{path.text}…")


_INSTEAD: Final = "write into an output, or into context.work_dir"


def _written_outside(subject: Subject) -> Flaws:
    for module, access, _ in accesses_in(subject, Area.OUTSIDE, Area.SYSTEM):
        if access.mode is Mode.WRITE:
            what = f"writes to {quoted(access.known)}, outside of the volume"
            yield Flaw(module.place(access.known.origin), what, _INSTEAD)


def _read_outside(subject: Subject) -> Flaws:
    for module, access, _ in accesses_in(subject, Area.OUTSIDE):
        if access.mode is not Mode.WRITE:
            what = f"names {quoted(access.known)}, which the container does not have"
            yield Flaw(module.place(access.known.origin), what, "take it as an Input or an Option")
    for module, path in _words(subject):
        if area_of(path) is Area.OUTSIDE:
            what = f"starts {quoted(path)}, which the container does not have"
            yield Flaw(module.place(path.origin), what, "name the program alone, and bring it in the image")


def _words(subject: Subject) -> Iterator[tuple[Module, Known]]:
    """What programs are started by."""
    for module in subject.modules:
        for program in programs(module):
            if program.words and program.words[0]:
                yield module, program.words[0]


def arguments_in(subject: Subject, area: Area) -> Iterator[tuple[Module, Known]]:
    """What programs are given that leads into an area."""
    for module in subject.modules:
        for program in programs(module):
            yield from ((module, word) for word in program.words[1:] if word and area_of(word) is area)


def _volume(subject: Subject) -> Flaws:
    found = [(module, access.known) for module, access, _ in accesses_in(subject, Area.VOLUME)]
    for module, path in (*found, *arguments_in(subject, Area.VOLUME)):
        what = f"names {quoted(path)}, which the platform may lay elsewhere"
        yield Flaw(
            module.place(path.origin), what, "use the paths that the function gets: they come from the command line"
        )


def _home(subject: Subject) -> Flaws:
    what = "looks for something at home, which is empty in the container"
    for module in subject.modules:
        if not any(mode is Mode.WRITE for mode, _ in _homes(module)):  # whoever writes there finds what was written
            places = {id(origin): origin for _, origin in _homes(module)}
            for origin in places.values():
                yield Flaw(module.place(origin), what, "take it as an Input, or lay it beside the code")


def _homes(module: Module) -> Iterator[tuple[Mode, ast.AST]]:
    """What is done to the home folder and below it, and by which words."""
    for one in accesses(module):
        if area_of(one.known) is Area.HOME:
            yield one.mode, one.known.origin
    for node in module.nodes:
        path = known(module, node) if isinstance(node, ast.BinOp | ast.Call) else None
        if path and path.start is Start.HOME and path.text.rstrip("/") != "~":
            yield Mode.NAMED, path.origin


def _beside_the_code(subject: Subject) -> Flaws:
    for module, access, _ in accesses_in(subject, Area.CODE):
        if access.mode is Mode.WRITE:
            what = "writes beside the code, which nobody may change in the container"
            yield Flaw(module.place(access.node), what, _INSTEAD)


def _read_relative(subject: Subject) -> Flaws:
    project = subject.project
    for module, access, _ in accesses_in(subject, Area.RELATIVE):
        path = access.known
        if access.mode is not Mode.READ or not path.whole or _is_used_again(module, path):
            continue
        if any((folder / path.text).exists() for folder in (project.root, project.code_root)):
            what = f"reads {quoted(path)} in the work folder, which is empty at the start; it lies in the project"
            yield Flaw(
                module.place(path.origin), what, "take it as an Input, or lay it beside the code: Path(__file__)"
            )


def _relative(subject: Subject) -> Flaws:
    for module, access, _ in accesses_in(subject, Area.RELATIVE):
        if access.mode is Mode.WRITE and not _is_used_again(module, access.known):
            what = f"writes {quoted(access.known)} into the work folder, which is gone at the end"
            yield Flaw(module.place(access.known.origin), what, "write below an output: output / …")


#: The folder itself, and what a database calls its memory.
_NO_FILES: Final = frozenset({".", "./", ":memory:"})


def _is_used_again(module: Module, path: Known) -> bool:
    """Whether the module does more with such a file than write it: then it is a temporary one."""
    if any(name in {"os.chdir", "contextlib.chdir"} for _, name in module.calls) or path.text in _NO_FILES:
        return True
    literals = [one for one in module.nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    again = [one for one in literals if one.value == path.text and one is not path.origin]
    names = {name for name, value in module.aliases.values.items() if _holds(value, path.origin)}
    uses = [one for one in module.nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)]
    return bool(again) or sum(one.id in names for one in uses) > 1


def _holds(value: ast.AST, node: ast.AST) -> bool:
    return any(one is node for one in ast.walk(value))


FAMILY: Final[Family] = (
    (
        Rule(
            "FS101",
            "nothing is written outside of the volume",
            "The platform forbids it, and the container's root is read-only.",
        ),
        _written_outside,
    ),
    (
        Rule(
            "FS102",
            "what is read comes in as an input, or lies in the image",
            "The container has its base, its Python, the project's code and the inputs; no folder of your machine.",
            Severity.WARNING,
        ),
        _read_outside,
    ),
    (
        Rule(
            "FS103",
            "places in the volume come from the command line",
            "The platform says where it lays inputs and wants outputs; a run at your desk lays them elsewhere.",
            Severity.WARNING,
        ),
        _volume,
    ),
    (
        Rule(
            "FS105",
            "nothing is expected at home",
            "In the container, the home folder is the work folder: empty at the start, gone at the end. A module that "
            "writes there itself is left alone.",
            Severity.WARNING,
        ),
        _home,
    ),
    (Rule("FS106", "nothing is written beside the code", "The code lies in the image, read-only."), _beside_the_code),
    (
        Rule(
            "FS107",
            "results are written into an output",
            "A relative path leads into the work folder, which is gone at the end.",
            Severity.WARNING,
        ),
        _relative,
    ),
    (
        Rule(
            "FS111",
            "what is read in the work folder was written there",
            "A relative path leads into the work folder, and not to the files of the project.",
            Severity.WARNING,
        ),
        _read_relative,
    ),
)
