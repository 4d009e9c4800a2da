"""The interpreters here become facts: hookkit's own, that of the project, and what the project's hook declares."""

import json
import platform
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from typing import Final

from hookkit.check.doctor.asking import Answer
from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.fact import Fact, Topic, limited, missing, ok, unknown
from hookkit.check.doctor.probing import Probe
from hookkit.check.doctor.resources import declared_resources
from hookkit.contract import DESCRIBE_FLAG
from hookkit.errors import HookkitError, ProjectError
from hookkit.image.words import in_short
from hookkit.project import PYPROJECT, HookPython, Project, find_python, hook_command, hook_environment
from hookkit.spec import HookSpec

GROUP: Final = "python"
OWN: Final = Topic(GROUP, "hookkit's own", "hookkit itself, and its sandbox")
PROJECT: Final = Topic(GROUP, "the project's", "running the hook, compiling it")
HOOK: Final = Topic(GROUP, "the hook", "whoever runs or builds it")

_LONGEST: Final = 200
_OLDEST: Final = (3, 11)
_QUESTION: Final = """
import importlib.util, json, platform, sys
has_ctypes = bool(importlib.util.find_spec("_ctypes"))
print(json.dumps([sys.implementation.name, platform.python_version(), list(sys.version_info[:2]), has_ctypes]))
"""
_ANEW: Final = "make one: `uv venv --clear --python 3.12` in the project, or name one with [tool.hookkit] python"
_NO_CTYPES: Final = "without ctypes"
_WITH_CTYPES: Final = "take a Python that has it: `uv python install 3.12`, or the distribution's"


def look_at_own(_: Desk) -> Iterator[Fact]:
    """The interpreter that runs hookkit."""
    found = f"{platform.python_version()}, {sys.executable}"
    yield ok(OWN, found) if find_spec("_ctypes") else limited(OWN, f"{found}, {_NO_CTYPES}: no sandbox", _WITH_CTYPES)


def look_at_project(desk: Desk) -> Iterator[Fact]:
    """The hook's interpreter, where there is a project."""
    if desk.mistake:
        yield missing(PROJECT, desk.mistake, f"mend {PYPROJECT}")
    elif desk.project is None:
        yield ok(PROJECT, "no project in this folder: hookkit's own runs hooks")
    else:
        yield _project_python(desk, desk.project)


def look_at_hook(desk: Desk) -> Iterator[Fact]:
    """The hook as its Python describes it, and what it asks of the machine."""
    if desk.project is None:
        return
    try:
        spec = _described(desk, desk.project)
    except ProjectError:
        return  # that is what the fact about its interpreter says
    except HookkitError as error:
        yield unknown(HOOK, str(error))
    except _NoHookError as error:
        yield limited(HOOK, str(error), "see `hookkit spec`")
    else:
        wanted = spec.resources
        yield ok(HOOK, f"{spec.name} {spec.version}: {wanted.cpu} cpu, {wanted.memory} of memory")
        yield from declared_resources(wanted)


PROBES: Final = (Probe(OWN, look_at_own), Probe(PROJECT, look_at_project), Probe(HOOK, look_at_hook))


# ---------------------------------------------------------------- the project's interpreter


def _project_python(desk: Desk, project: Project) -> Fact:
    try:
        python = find_python(project)
    except ProjectError as error:
        problem = error.problems[0]
        return missing(PROJECT, f"{problem.where}: {problem.what}", problem.remedy)
    answer = desk.ask([str(python.executable), "-I", "-c", _QUESTION])
    return judge_python(python, answer, _required(project))


def judge_python(python: HookPython, answer: Answer, required: str) -> Fact:
    """What an interpreter's answer to our question means.

    Args:
        python: which one it is.
        answer: to the question.
        required: the project's `requires-python`; "" for any.

    """
    named = f"{python.executable} ({python.reason})"
    try:
        implementation, version, minor, has_ctypes = json.loads(answer.text)
    except ValueError:
        words = answer.failure or f"is no Python: it says {answer.first_line!r}"
        return missing(PROJECT, f"{named} {words}", _ANEW)
    found = f"{implementation if implementation != 'cpython' else ''} {version}, {named}".strip()
    if tuple(minor) < _OLDEST:
        return missing(PROJECT, f"{found}: hookkit's runtime needs 3.11 or later", _ANEW)
    if not _fits(version, required):
        return limited(PROJECT, f"{found}: the project says requires-python = {required!r}", _ANEW)
    return ok(PROJECT, found if has_ctypes else f"{found}, {_NO_CTYPES}")


def _required(project: Project) -> str:
    with suppress(OSError, ValueError, AttributeError):
        table = tomllib.loads((project.root / PYPROJECT).read_text(encoding="utf-8"))
        return str(table.get("project", {}).get("requires-python", ""))
    return ""


def _fits(version: str, required: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(required).contains(version, prereleases=True)
    except InvalidSpecifier:  # uv and pip name it better
        return True


# ---------------------------------------------------------------- the hook


class _NoHookError(Exception):
    """The hook can't be described; the message is short."""


def _described(desk: Desk, project: Project) -> HookSpec:
    """As `project.describe`, within seconds."""
    if project.settings.hook is None:
        raise _NoHookError("[tool.hookkit] names no hook")
    command = [*hook_command(project, project.settings.hook), DESCRIBE_FLAG]
    answer = desk.ask(command, hook_environment(project))
    if answer.failure:
        # The runtime's first line says what is wrong; a traceback of the author's code may follow.
        words = answer.errors.partition("\n")[0] or f"{project.settings.hook} {answer.failure}"
        raise _NoHookError(in_short(words, _LONGEST))
    try:
        return HookSpec.from_json(json.loads(answer.text))
    except ValueError:
        raise _NoHookError(f"{project.settings.hook} is described by something that is no description") from None
