"""What a project's pyproject.toml says about its packages beside their names becomes UvSettings."""

import os
import tomllib
from dataclasses import dataclass
from typing import Any, Self

from hookkit.project import PYPROJECT, Project


@dataclass(frozen=True)
class UvSettings:
    """The part of pyproject.toml that decides where packages come from.

    Attributes:
        dynamic: whether the dependencies are left to a build backend.
        sources: the packages that `[tool.uv.sources]` names a place for.
        explicit_indexes: `<name>=<URL>` of the indexes that serve no packages but those.

    """

    dynamic: bool
    sources: tuple[str, ...]
    explicit_indexes: tuple[str, ...]

    @property
    def opened_indexes(self) -> dict[str, str]:
        """Variables for uv that open the explicit indexes to packages that a hash pins, wherever they come from.

        uv.lock knows which index a package is of, what is exported from it doesn't.
        """
        if not self.explicit_indexes:
            return {}
        named = " ".join([*os.environ.get("UV_INDEX", "").split(), *self.explicit_indexes])
        return {"UV_INDEX": named, "UV_INDEX_STRATEGY": "unsafe-best-match"}

    @classmethod
    def of(cls, project: Project) -> Self:
        """Read them; what has another form than uv's is uv's to complain about."""
        file = project.root / PYPROJECT
        data = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        indexes = _at(data, "tool", "uv", "index")
        return cls(
            dynamic="dependencies" in (_at(data, "project", "dynamic") or ()),
            sources=tuple(_at(data, "tool", "uv", "sources") or ()),
            explicit_indexes=tuple(
                f"{one['name']}={one['url']}" for one in indexes or () if one.get("explicit") and "name" in one
            ),
        )


def _at(data: Any, *path: str) -> Any:
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data
