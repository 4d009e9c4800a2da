"""FS: files that the code names beside itself go into the image."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hookkit.check.finding import Rule
from hookkit.check.project.areas import Area, area_of
from hookkit.check.project.literals import known
from hookkit.check.project.module import Module
from hookkit.check.project.openers import Mode
from hookkit.check.project.opening import accesses
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject


def _left_out(subject: Subject) -> Flaws:
    named = [(module, *path) for module in subject.modules for path in _named(module)]
    if not named:
        return
    from hookkit.image.code import select_code

    code = select_code(subject.project)
    taken = {Path(one.source) for one in code.files if isinstance(one.source, Path)}
    words = {subject.project.root.resolve() / one.path: one.words for one in code.left_out}
    for module, text, node in named:
        path = Path(text).resolve()
        if path.exists() and not any(file == path or path in file.parents for file in taken):
            reason = next(
                (words[place] for place in (path, *path.parents) if place in words), "it lies outside of the code"
            )
            what = f"{path.name} does not go into the image: {reason}"
            yield Flaw(module.place(node), what, "take it as an Input, or lay it into the hook's package")


def _named(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Each path below the code that is put together and not written, with the expression."""
    written = {one.known.text for one in accesses(module) if one.mode is Mode.WRITE}
    paths: dict[tuple[str, int], ast.AST] = {}  # once, by the `__file__` that each starts with
    for node in module.nodes:
        one = known(module, node) if isinstance(node, ast.BinOp | ast.Call) else None
        if one and one.whole and area_of(one) is Area.CODE:
            paths.setdefault((one.text, id(one.origin)), node)
    above = {str(folder) for text, _ in paths for folder in Path(text).parents}  # a step on the way to a file
    yield from ((text, node) for (text, _), node in paths.items() if text not in written | above)


FAMILY: Final[Family] = (
    (
        Rule(
            "FS108",
            "files that the code names beside itself go into the image",
            "`hookkit build` takes the code, and leaves out secrets, tests, data of runs, and what lies outside of it.",
        ),
        _left_out,
    ),
)
