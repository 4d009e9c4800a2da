"""A template becomes a project of the author's own, through copier."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hookkit.datatypes import did_you_mean
from hookkit.errors import Problem, ScaffoldError, shown
from hookkit.installation import checkout, running_requirement
from hookkit.scaffold import placing
from hookkit.scaffold.names import TAKEN_NAMES, suggest_name
from hookkit.scaffold.render import Rendering, render
from hookkit.scaffold.templates import TEMPLATE, Catalog, Template, read_catalog, template_root
from hookkit.version import __version__

__all__ = ["CreatedProject", "NewProject", "Template", "create_project", "list_templates"]


@dataclass(frozen=True, kw_only=True)
class NewProject:
    """What `hookkit new` was asked for.

    Attributes:
        template: the shape; None lets the person choose, or takes the first.
        destination: the folder to make; None is one named after the template, here.
        answers: answers by the name of their question.
        defaults: whether the other questions take their defaults.
        interactive: whether there is a terminal to ask on.
        force: whether a folder that is not empty may be written into.

    """

    template: str | None = None
    destination: Path | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    defaults: bool = False
    interactive: bool = False
    force: bool = False

    @property
    def folder(self) -> Path | None:
        """The folder to make, None while nobody knows the template that it is named after."""
        return self.destination or (Path(self.template) if self.template else None)


@dataclass(frozen=True)
class CreatedProject:
    """What was made: `files` are relative to `folder`.

    `requirement` is the project's for hookkit, "" where nobody can tell where the running hookkit was installed from.
    """

    folder: Path
    name: str
    template: str
    requirement: str
    files: tuple[Path, ...]


def list_templates() -> tuple[Template, ...]:
    """The shapes of project that there are."""
    return read_catalog(template_root()).templates


def create_project(request: NewProject) -> CreatedProject:
    """Render a template into a new folder: the whole project, or nothing.

    Raises:
        ScaffoldError: the request is wrong (it names every mistake), or the disk refused.
        KeyboardInterrupt: the person gave up while being asked.

    """
    try:
        return _create(request)
    except OSError as error:
        what = f"can't be made: {error.strerror or error}"
        remedy = "choose another destination, or mend this one's permissions or disk"
        raise ScaffoldError(Problem(shown(str(request.folder or ".")), what, remedy)) from error


def _create(request: NewProject) -> CreatedProject:
    catalog = read_catalog(template_root())
    if problems := list(_mistakes(request, catalog)):
        raise ScaffoldError(*problems)
    if request.folder:
        placing.refuse_existing_work(request.folder, force=request.force)
    rendering = _rendering(request, catalog)
    with placing.workspace((request.folder or Path()).absolute()) as workspace:
        rendered = workspace / "project"
        render(rendering, rendered)
        created = _created(request, rendered, rendering.given["hookkit_requirement"])
        placing.place(rendered, created.folder)
    return created


def _created(request: NewProject, rendered: Path, requirement: str) -> CreatedProject:
    name, template = _stamp(rendered)
    folder = request.folder or Path(template)
    if not request.folder:  # only now its name is known
        placing.refuse_existing_work(folder, force=request.force)
    return CreatedProject(folder, name, template, requirement, placing.files_of(rendered))


def _mistakes(request: NewProject, catalog: Catalog) -> Iterator[Problem]:
    if request.template is not None and request.template not in catalog.names:
        what = f"is no template{did_you_mean(request.template, catalog.names)}"
        yield Problem(shown(request.template), what, f"there is {', '.join(catalog.names)} (hookkit new --list)")
    for name in request.answers:
        if name not in catalog.questions:
            what = f"no template asks for it{did_you_mean(name, catalog.questions)}"
            yield Problem(f"--data {name}", what, f"the questions are {', '.join(catalog.questions)}")
    open_questions = [name for name in catalog.questions if name not in request.answers]
    if open_questions and not request.defaults and not request.interactive:
        remedy = "add --defaults, or --data KEY=VALUE for each"
        yield Problem("hookkit new", f"no terminal to ask for {', '.join(open_questions)} on", remedy)


def _rendering(request: NewProject, catalog: Catalog) -> Rendering:
    suggestion = suggest_name(request.folder.resolve().name) if request.folder else None
    shape = {TEMPLATE: request.template} if request.template else {}
    return Rendering(
        root=catalog.root,
        given=shape | _values_of_hookkit(),
        answers=request.answers,
        suggestions={"project_name": suggestion} if suggestion else {},
        defaults=request.defaults or not request.interactive,
    )


def _values_of_hookkit() -> dict[str, Any]:
    """The hidden values of `copier.yml`."""
    return {
        "hookkit_version": __version__,
        "hookkit_requirement": running_requirement(checkout()),
        "taken_names": sorted(TAKEN_NAMES),
    }


def _stamp(project: Path) -> tuple[str, str]:
    """The name of a rendered project and its template, from its own record: answers may have come from the terminal."""
    import tomllib

    config = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    return config["project"]["name"], config["tool"]["hookkit"]["template"]["name"]
