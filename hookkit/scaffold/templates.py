"""The folder `templates/` becomes a catalog: the shapes of project that it holds, and what it asks for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

#: The question whose answer names a shape of project.
TEMPLATE: Final = "template"
_QUESTIONS: Final = "copier.yml"
_PACKAGE: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Template:
    """A shape of project: its name, and one line on what it is."""

    name: str
    summary: str


@dataclass(frozen=True)
class Catalog:
    """What `templates/` offers.

    Attributes:
        root: the folder, one copier root for all shapes.
        templates: the shapes, the default first.
        questions: names of the questions that people answer, in order; `template` is not among them.

    """

    root: Path
    templates: tuple[Template, ...]
    questions: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the shapes."""
        return tuple(template.name for template in self.templates)


def template_root() -> Path:
    """The folder of the templates: inside the package where hookkit was installed, beside it in a checkout."""
    installed = _PACKAGE / "templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def read_catalog(root: Path) -> Catalog:
    """Read what a template root offers; OSError where it can't be read."""
    import yaml

    config = yaml.safe_load((root / _QUESTIONS).read_text(encoding="utf-8"))
    return Catalog(root, tuple(_templates(config)), tuple(_asked(config)))


def _templates(config: Mapping[str, Any]) -> Iterator[Template]:
    for line, name in config[TEMPLATE]["choices"].items():
        yield Template(name, line.removeprefix(f"{name}: "))


def _asked(config: Mapping[str, Any]) -> Iterator[str]:
    for key, question in config.items():
        if not key.startswith("_") and key != TEMPLATE and question.get("when", True) is not False:
            yield key
