"""Files and hooks of the repository become one list: every manifest that tests and examples hold or produce."""

import json
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from realparts.once import turn

from hookkit.argo import ArgoSettings
from hookkit.manifest import render_workflow_template, yaml_text
from hookkit.project import describe, find_project
from hookkit.reference import ImageReference
from hookkit.scaffold import NewProject, create_project, list_templates
from hookkit.settings import read_settings
from hookkit.spec import HookSpec

_REPOSITORY = Path(__file__).parents[2]
_GOLDEN = _REPOSITORY / "tests" / "golden"
_SITES = _GOLDEN / "sites"
_EXAMPLES = _REPOSITORY / "examples"
#: Good manifests of every sort, written by hand; they may refer to each other.
FOREIGN: Final = _REPOSITORY / "tests" / "manifests"
_IMAGE = ImageReference.parse(f"registry.example.org/acme/hook:1.0.0@sha256:{'0' * 64}")


def write_manifests(folder: Path) -> dict[str, Path]:
    """Render those that are produced, once a folder, and give every manifest by its name."""
    folder.mkdir(exist_ok=True)
    files = {name: folder / f"{name}.yaml" for name in PRODUCED}
    with turn(folder / "lock"):
        for name, file in files.items():
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(PRODUCED[name](), encoding="utf-8")
    return {**HELD, **files}


def argo_version(text: str) -> str | None:
    """The Argo that a manifest is for, as its first line says; None for all of them."""
    found = re.match(r"# argo-version: (\S+)\n", text)
    return found[1] if found else None


def _held() -> Iterator[Path]:
    yield from _GOLDEN.glob("**/*.yaml")
    yield from _EXAMPLES.glob("*/expected/*.yaml")
    yield from FOREIGN.glob("*.*")


# ---------------------------------------------------------------- what is produced


def _render_golden(name: str, site: str) -> str:
    spec = HookSpec.from_json(json.loads((_GOLDEN / name / "spec.json").read_text(encoding="utf-8")))
    return yaml_text(render_workflow_template(spec, _IMAGE, _read_site(_SITES / f"{site}.toml")))


def _read_site(file: Path) -> ArgoSettings:
    return read_settings(file, tomllib.loads(file.read_text(encoding="utf-8"))["tool"]["hookkit"]).argo


def _render_hook(folder: Path, module: str) -> str:
    project = find_project(folder)
    return yaml_text(render_workflow_template(describe(project, module), _IMAGE, project.settings.argo))


def _render_template(name: str) -> str:
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary) / "my-hook"
        create_project(NewProject(template=name, destination=project, defaults=True))
        return "---\n".join(_render_hook(project, module) for module in _modules_with_hooks(project))


def _modules_with_hooks(project: Path) -> Iterator[str]:
    for root in (project, project / "src"):
        for file in sorted([*root.glob("[!.]*.py"), *root.glob("[!.]*/__init__.py"), *root.glob("[!.]*/*.py")]):
            if "\n@hook" in file.read_text(encoding="utf-8"):
                yield ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


# ---------------------------------------------------------------- the list


#: Those that lie in the repository, by their path in it.
HELD: Final[Mapping[str, Path]] = {file.relative_to(_REPOSITORY).as_posix(): file for file in sorted(_held())}
#: Those that are rendered: the golden hooks at every site, the examples' hooks, the hooks of new projects.
PRODUCED: Final[Mapping[str, Callable[[], str]]] = {
    **{
        f"golden/{spec.parent.name}/{site.stem}": partial(_render_golden, spec.parent.name, site.stem)
        for spec in sorted(_GOLDEN.glob("*/spec.json"))
        for site in sorted(_SITES.glob("*.toml"))
    },
    **{
        f"examples/{file.parent.name}/{module}": partial(_render_hook, file.parent, module)
        for file in sorted(_EXAMPLES.glob("*/pyproject.toml"))
        for module in _modules_with_hooks(file.parent)
    },
    **{f"templates/{template.name}": partial(_render_template, template.name) for template in list_templates()},
}
NAMES: Final = (*HELD, *PRODUCED)
