"""The name of a folder becomes the name of a project that Python, Argo and Kubernetes can all take."""

import builtins
import keyword
import re
import sys
from typing import Final

#: Kubernetes takes 63 characters and a CronWorkflow adds 11 (Argo).
_MAX_CHARACTERS: Final = 52
_SUFFIX: Final = "hook"

# A package `json` would hide Python's own on the path, and a function `hook` the decorator that it needs.
_TESTING: Final = {"pytest", "test", "tests"}
#: Names that no project's module and function can have.
TAKEN_NAMES: Final = frozenset(
    {*sys.stdlib_module_names, *keyword.kwlist, *dir(builtins), *_TESTING, "hook", "hookkit"}
)


def suggest_name(folder: str) -> str | None:
    """A valid name for the project in a folder of this name: `My Hook 2` -> `my-hook-2`; None where nothing is left."""
    words = re.findall(r"[a-z0-9]+", folder.lower())
    name = "-".join(words)[:_MAX_CHARACTERS].strip("-")
    if not name:
        return None
    if name[0].isdigit():
        name = f"{_SUFFIX}-{name}"[:_MAX_CHARACTERS].strip("-")
    return f"{name}-{_SUFFIX}" if name.replace("-", "_") in TAKEN_NAMES else name
