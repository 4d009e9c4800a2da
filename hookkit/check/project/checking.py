"""A project becomes its findings: modules are read, what hooks declare is asked, and the rules look at both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hookkit.cache import Cache
from hookkit.check.finding import Finding
from hookkit.check.manifest.limits import FINDINGS, WORDS
from hookkit.check.project.declared import Reader, RealReader, declare
from hookkit.check.project.decorated import find_hooks
from hookkit.check.project.images import find_dockerfiles
from hookkit.check.project.pyproject import Pyproject
from hookkit.check.project.reading import Sources, find_module, reached_from, read_modules
from hookkit.check.project.rulebook import RULES, find_flaws
from hookkit.check.project.rules import Hook, Subject
from hookkit.check.project.suppression import without_ignored
from hookkit.datatypes import did_you_mean
from hookkit.errors import Problem, ProjectError, TargetError
from hookkit.project import Project

_MOST: Final = FINDINGS


@dataclass(frozen=True)
class Checked:
    """What was found, and the lines of each file that was looked at, by its name."""

    findings: tuple[Finding, ...]
    texts: dict[str, Sequence[str]]


def check_project(
    project: Project, target: str | None, here: Path, cache: Cache, reader: Reader | None = None
) -> Checked:
    """All findings of a project's hook, or of all its hooks where neither settings nor target names one.

    Args:
        target: `package.module[:function]`; the settings' hook where it is None.
        here: what names of files are shown relative to.
        reader: who says what hooks declare; default: the runtime, and the hook's own Python.

    Raises:
        TargetError: there is no such module or hook.
        ProjectError: the project has no hook.

    """
    names, function = _start(project, target)
    sources = read_modules(project, names, here)
    hooks, findings = _declared(sources, names, function, reader or RealReader(project, cache))
    subject = _subject(project, sources, tuple(hooks), here, cache)
    texts = _texts(subject, sources)
    found = [*sources.findings, *findings, *find_flaws(subject)]
    kept = without_ignored(dict.fromkeys(map(_shortened, found)), texts, RULES)
    order = {file: number for number, file in enumerate(texts)}
    places = sorted(kept, key=lambda one: _order(one, order))
    return Checked(tuple(places[:_MOST]), texts)


def _order(finding: Finding, files: dict[str, int]) -> tuple[int, int, int, str]:
    place = finding.place
    return files.get(place.file, len(files)), place.line, place.column, finding.rule.code


def _shortened(finding: Finding) -> Finding:
    """Words that quote what may be as long as the file, cut to what a person reads."""
    if len(finding.what) <= WORDS:
        return finding
    return Finding(finding.rule, finding.place, f"{finding.what[: WORDS - 1]}…", finding.remedy)


def _start(project: Project, target: str | None) -> tuple[tuple[str, ...], str]:
    """The modules to start with, and the function that is asked for."""
    named = target or project.settings.hook
    if named is None:
        return tuple(_modules_with_hooks(project)), ""
    module, _, function = named.partition(":")
    if find_module(project.code_root, module) is None:
        what = f"there is no module {module!r} below {project.code_root}"
        raise TargetError(Problem(named, what, "name it as package.module or package.module:function"))
    return (module,), function


def _modules_with_hooks(project: Project) -> Iterator[str]:
    from hookkit.image.code import select_code

    names = []
    for file in select_code(project).files:
        if file.path.endswith(".py") and isinstance(file.source, Path):
            name = file.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            text = file.source.read_bytes()
            if b"hookkit" in text and b"@" in text and find_module(project.code_root, name):
                names.append(name)
    if not names:
        where = str(project.root)
        raise ProjectError(Problem(where, "has no hook", "decorate a function with @hook, or name its module"))
    yield from names


def _declared(
    sources: Sources, names: tuple[str, ...], function: str, reader: Reader
) -> tuple[list[Hook], list[Finding]]:
    hooks: list[Hook] = []
    findings: list[Finding] = []
    for name in names:
        if (module := sources.modules.get(name)) is None:  # it could not be read, which is a finding
            continue
        found = find_hooks(module)
        if len(names) == 1 and (not found or (function and function not in found)):
            raise TargetError(_no_hook(name, function, list(found)))
        its_hooks, its_findings = declare(module, sources.modules, function, reader)
        hooks += its_hooks
        findings += its_findings
    return hooks, findings


def _no_hook(module: str, function: str, known: list[str]) -> Problem:
    if not known:
        return Problem(module, "has no hook", "decorate a function with @hook")
    remedy = did_you_mean(function, known).removeprefix("; ") or f"it has {', '.join(known)}"
    return Problem(f"{module}:{function}", "no such hook", remedy)


def _subject(project: Project, sources: Sources, hooks: tuple[Hook, ...], here: Path, cache: Cache) -> Subject:
    starts = {hook.module.name for hook in hooks}
    return Subject(
        project,
        tuple(sources.modules.values()),
        hooks,
        {name: reached_from(name, sources.modules) for name in starts},
        Pyproject.of(project, here),
        tuple(find_dockerfiles(project.root, here)),
        cache,
    )


def _texts(subject: Subject, sources: Sources) -> dict[str, Sequence[str]]:
    """The lines of all files, in the order that findings are shown in."""
    modules = {one.shown: one.lines for one in subject.modules}
    dockerfiles = {one.shown: one.text.split("\n") for one in subject.dockerfiles}
    pyproject = subject.pyproject
    settings = {pyproject.shown: pyproject.text.split("\n")} if pyproject.text else {}
    return {**modules, **sources.texts, **settings, **dockerfiles}
