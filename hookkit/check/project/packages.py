"""The hook's Python and the lock become what packages there are: what each is imported by, what it brings along."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hookkit.cache import Cache, CacheError
from hookkit.described import environment_state
from hookkit.errors import HookkitError
from hookkit.image.python.requirements import canonical_name
from hookkit.project import Project, find_python

_KIND: Final = "installed"
_PATIENCE: Final = 60.0
_QUESTION: Final = """
import importlib.metadata as metadata, json, sys
print(json.dumps({
    "version": "%d.%d.%d" % sys.version_info[:3],
    "standard": sorted(sys.stdlib_module_names),
    "imports": metadata.packages_distributions(),
    "requires": {one.name: one.requires or [] for one in metadata.distributions() if one.name},
}))
"""
_NAME: Final = re.compile(r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?")
_EXTRA: Final = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")


@dataclass(frozen=True)
class Installed:
    """What a Python has.

    Attributes:
        version: `3.11.7`; "" where nobody could be asked.
        standard: the modules of its standard library.
        imports: the packages that a module of this name is of.
        requires: what each package asks for, as written.

    """

    version: str = ""
    standard: frozenset[str] = field(default_factory=lambda: frozenset(sys.stdlib_module_names))
    imports: Mapping[str, frozenset[str]] = field(default_factory=dict)
    requires: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Installed":
        """Read what the hook's Python says."""
        return cls(
            data["version"],
            frozenset(data["standard"]) | sys.stdlib_module_names,
            {name: frozenset(map(canonical_name, found)) for name, found in data["imports"].items()},
            {canonical_name(name): tuple(found) for name, found in data["requires"].items()},
        )


def name_of(requirement: str) -> str:
    """The name of the package that a requirement is for; "" where it has none."""
    match = _NAME.match(requirement)
    return canonical_name(match["name"]) if match else ""


def installed(project: Project, cache: Cache) -> Installed:
    """Ask the hook's Python, once for the same environment; nothing is known where it does not answer."""
    try:
        python = find_python(project).executable
        key = "\n".join(environment_state(python))
        known = cache.fact(_KIND, key)
        if known is None:
            known = _ask(python)
            with suppress(CacheError):
                cache.remember(_KIND, key, known)
        return Installed.from_json(known)
    except (HookkitError, OSError, ValueError, KeyError, TypeError, AttributeError, subprocess.SubprocessError):
        return Installed()


def python_version(project: Project, cache: Cache) -> str:
    """The version of the hook's Python; "" where it does not answer."""
    with suppress(HookkitError):
        if find_python(project).executable == Path(sys.executable):
            return "{}.{}.{}".format(*sys.version_info[:3])
        return installed(project, cache).version
    return ""


def _ask(python: Path) -> Any:
    done = subprocess.run(
        [str(python), "-I", "-c", _QUESTION], capture_output=True, text=True, timeout=_PATIENCE, check=True
    )
    return json.loads(done.stdout)


# ---------------------------------------------------------------- what the project is given


@dataclass(frozen=True)
class Provided:
    """The packages that the image gets, and whether these are surely all."""

    names: frozenset[str]
    is_all: bool


def closure(asked: Iterable[str], requires: Mapping[str, tuple[str, ...]]) -> Provided:
    """What requirements bring along, by what installed packages say that they ask for."""
    found: set[tuple[str, str]] = set()
    waiting = [pair for one in asked for pair in _wanted(one)]
    is_all = True
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in found:
            continue
        found.add((name, extra))
        is_all = is_all and name in requires
        for one in requires.get(name, ()):
            needed = _EXTRA.search(one.partition(";")[2])
            if (needed[1] if needed else "") == extra:
                waiting += _wanted(one)
    return Provided(frozenset(name for name, _ in found), is_all)


def _wanted(requirement: str) -> list[tuple[str, str]]:
    """`xarray[io]` -> the package by itself, and with each extra."""
    match = _NAME.match(requirement)
    if match is None:
        return []
    extras = [one.strip() for one in (match["extras"] or "").split(",") if one.strip()]
    return [(canonical_name(match["name"]), extra) for extra in ("", *extras)]


def in_uv_lock(text: str, project_name: str, asked: Iterable[str]) -> Provided:
    """What requirements bring along by `uv.lock`; KeyError, TypeError or ValueError where it is of another form."""
    packages = {canonical_name(one["name"]): one for one in tomllib.loads(text)["package"]}
    found: set[str] = set()
    root = packages.get(canonical_name(project_name), {})
    waiting = [name for name in map(name_of, asked) if name]
    waiting += [canonical_name(one["name"]) for one in root.get("dependencies", ())]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        package = packages.get(name, {})
        extras = package.get("optional-dependencies", {}).values()
        waiting += [
            canonical_name(one["name"]) for group in (package.get("dependencies", ()), *extras) for one in group
        ]
    return Provided(frozenset(found), is_all=True)
