"""The text of pyproject.toml becomes what `hookkit check` asks of it, with the lines of its keys."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from hookkit.check.finding import Place
from hookkit.project import PYPROJECT, Project

_TABLE: Final = re.compile(r"\s*\[+\s*(?P<name>[^\]]+?)\s*\]+\s*(#.*)?")


@dataclass(frozen=True)
class Pyproject:
    """The file, by the name that is shown."""

    shown: str
    text: str

    @classmethod
    def of(cls, project: Project, here: Path) -> "Pyproject":
        """That of a project, which was read before; an empty one where it has none."""
        path = project.root / PYPROJECT
        shown = str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
        return cls(shown, path.read_text(encoding="utf-8") if path.is_file() else "")

    @cached_property
    def project(self) -> dict[str, Any]:
        """The table `[project]`."""
        found = tomllib.loads(self.text).get("project")
        return found if isinstance(found, dict) else {}

    @property
    def requires_python(self) -> str:
        found = self.project.get("requires-python")
        return found if isinstance(found, str) else ""

    @property
    def is_dynamic(self) -> bool:
        """Whether its dependencies are left to a build backend."""
        dynamic = self.project.get("dynamic")
        return isinstance(dynamic, list) and "dependencies" in dynamic

    def place(self, key: str) -> Place:
        """Where a key of `[project]` stands."""
        table = ""
        for number, line in enumerate(self.text.split("\n"), start=1):
            if match := _TABLE.fullmatch(line):
                table = match["name"]
            elif table == "project" and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return Place(self.shown, number, len(line) - len(line.lstrip()) + 1, f"project.{key}")
        return Place(self.shown)
