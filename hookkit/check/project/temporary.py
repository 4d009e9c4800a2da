"""FS: temporary files, which lie in the work folder."""

import ast
from collections.abc import Iterator
from typing import Final

from hookkit.check.finding import Rule, Severity
from hookkit.check.project.areas import Area, area_of
from hookkit.check.project.files import accesses_in, arguments_in, quoted
from hookkit.check.project.literals import known
from hookkit.check.project.module import Module
from hookkit.check.project.openers import Mode
from hookkit.check.project.rules import Family, Flaw, Flaws, Subject


def _temporary(subject: Subject) -> Flaws:
    found = [(module, access.known, access.mode) for module, access, _ in accesses_in(subject, Area.TEMPORARY)]
    named = [(module, path, Mode.NAMED) for module, path in arguments_in(subject, Area.TEMPORARY)]
    written = {path.text for _, path, mode in found if mode is Mode.WRITE}
    for module, path, mode in (*found, *named):
        if mode is Mode.READ and path.text not in written:
            what = f"reads {quoted(path)}, which the container does not have: nothing of yours is in its /tmp"
            yield Flaw(module.place(path.origin), what, "take it as an Input")
        else:
            verb = "writes to" if mode is Mode.WRITE else "names"
            what = f"{verb} {quoted(path)}, where nothing may be written"
            yield Flaw(module.place(path.origin), what, "use context.work_dir, or tempfile without a dir")
    for module in subject.modules:
        yield from _temporary_folder_set(module)


def _temporary_folder_set(module: Module) -> Flaws:
    for node in module.nodes:
        if isinstance(node, ast.Assign) and any(_is_setting(module, one) for one in node.targets):
            path = known(module, node.value)
            if path and area_of(path) is Area.TEMPORARY:
                what = f"sets the folder of temporary files to {quoted(path)}, where nothing may be written"
                yield Flaw(module.place(node), what, "leave it: the runtime sets it to the work folder")


def _is_setting(module: Module, target: ast.expr) -> bool:
    """`tempfile.tempdir`, or `os.environ["TMPDIR"]`."""
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return module.full_name(target.value) == "os.environ" and target.slice.value in {"TMPDIR", "TMP", "TEMP"}
    return module.full_name(target) == "tempfile.tempdir"


_AT_IMPORT: Final = frozenset(
    f"tempfile.{name}"
    for name in (
        *("gettempdir", "gettempdirb", "mkdtemp", "mkstemp", "NamedTemporaryFile", "TemporaryDirectory"),
        "TemporaryFile",
    )
)


def _made_at_import(subject: Subject) -> Flaws:
    for module in subject.modules:
        inside = {id(one) for function in _functions(module) for one in ast.walk(function)}
        for call, name in module.calls:
            if name in _AT_IMPORT and id(call) not in inside:
                what = f"{name} runs while the module is imported, before there is a work folder"
                yield Flaw(module.place(call), what, "call it in the function")


def _functions(module: Module) -> Iterator[ast.AST]:
    """Bodies that run later."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return (one for one in module.nodes if isinstance(one, kinds))


FAMILY: Final[Family] = (
    (
        Rule("FS104", "temporary files lie in the work folder", "The platform forbids writing to /tmp."),
        _temporary,
    ),
    (
        Rule(
            "FS109",
            "temporary files are made by the function",
            "While the module is imported, there is no work folder yet: it would be made in /tmp.",
            Severity.WARNING,
        ),
        _made_at_import,
    ),
)
