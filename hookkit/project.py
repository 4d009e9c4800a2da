"""A folder with `[tool.hookkit]` in its pyproject.toml becomes a Project: settings, code, and the Python of the hook.

The desk never imports the hook: it asks the hook's own Python to describe it, in a subprocess with the runtime on its
path. So libraries of the author and of hookkit never meet.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hookkit.bundle import package_state, runtime_path
from hookkit.cache import Cache, CacheError
from hookkit.contract import (
    DESCRIBE_FLAG,
    GRACE_VARIABLE,
    LOG_FORMAT_VARIABLE,
    OPTION_VARIABLE,
    OUTCOME_VARIABLE,
    RUNTIME_MODULE,
    TERMINATION_LOG_VARIABLE,
)
from hookkit.errors import HookkitError, Problem, ProjectError
from hookkit.settings import Settings, read_settings
from hookkit.spec import HookSpec

PYPROJECT: Final = "pyproject.toml"


@dataclass(frozen=True)
class Project:
    """A hook's project.

    Attributes:
        root: the folder that holds pyproject.toml.
        name, version: of `[project]`; the folder's name and "0.1.0" where it says nothing.
        dependencies: of `[project]`, as written (PEP 508).
        settings: `[tool.hookkit]`.

    """

    root: Path
    name: str
    version: str
    dependencies: tuple[str, ...]
    settings: Settings

    @property
    def code_root(self) -> Path:
        """The folder that the hook's package lies in: `src` where there is one, else the project's own."""
        source = self.root / "src"
        return source if source.is_dir() else self.root

    @property
    def dist(self) -> Path:
        """Where `build` and `manifest` write."""
        return self.root / "dist"


# ---------------------------------------------------------------- finding and loading


def find_project(start: Path) -> Project:
    """Load the project that a folder lies in: the nearest pyproject.toml upwards that has `[tool.hookkit]`.

    Raises:
        ProjectError: there is none, or it is wrong.

    """
    if project := project_above(start):
        return project
    raise ProjectError(
        Problem(
            str(start),
            f"no project here: no {PYPROJECT} with [tool.hookkit], in no folder above either",
            "make one with `hookkit new`, go into one, or name a hook as package.module:function",
        )
    )


def project_above(start: Path) -> Project | None:
    """The project that a folder lies in, None where it lies in none.

    Raises:
        ProjectError: it is wrong.

    """
    for folder in (start.absolute(), *start.absolute().parents):
        file = folder / PYPROJECT
        if file.is_file() and "hookkit" in _tools(data := _read_toml(file)):
            return _project(folder, data)
    return None


def bare_project(root: Path) -> Project:
    """The project that a folder without `[tool.hookkit]` is, for a hook named on the command line.

    Raises:
        ProjectError: the folder has a pyproject.toml, and it is wrong.

    """
    file = root.absolute() / PYPROJECT
    return _project(file.parent, _read_toml(file) if file.is_file() else {})


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError(Problem(str(file), f"is not TOML: {error}", "mend the file")) from None
    except OSError as error:
        raise ProjectError(Problem(str(file), f"can't be read: {error.strerror}", "mend its permissions")) from None


def _tools(data: Mapping[str, Any]) -> Mapping[str, Any]:
    tools = data.get("tool")
    return tools if isinstance(tools, dict) else {}


def _project(root: Path, data: Mapping[str, Any]) -> Project:
    described = data.get("project", {})
    if not isinstance(described, dict):
        raise ProjectError(Problem(f"{root / PYPROJECT}: project", "is not a table", "write [project]"))
    dependencies = described.get("dependencies", [])
    if not isinstance(dependencies, list):
        where = f"{root / PYPROJECT}: project.dependencies"
        raise ProjectError(Problem(where, "is not a list", 'write ["name>=1", ...]'))
    return Project(
        root=root,
        name=str(described.get("name", root.name)),
        version=str(described.get("version", "0.1.0")),
        dependencies=tuple(str(one) for one in dependencies),
        settings=_settings(root / PYPROJECT, _tools(data).get("hookkit", {})),
    )


def _settings(file: Path, table: Any) -> Settings:
    """As `read_settings`; a table that was read before is not validated once more."""
    cache, key = Cache.of_user(), f"{package_state()}\0{json.dumps(table, sort_keys=True, default=str)}"
    try:
        return Settings.from_json(cache.fact("settings", key))
    except (KeyError, TypeError):  # never read before, or damaged
        settings = read_settings(file, table)
    with suppress(CacheError):  # reading settings needs no cache
        cache.remember("settings", key, settings.to_json())
    return settings


# ---------------------------------------------------------------- which Python runs the hook


@dataclass(frozen=True)
class HookPython:
    """The interpreter that the hook runs in, and why it is that one."""

    executable: Path
    reason: str


def find_python(project: Project) -> HookPython:
    """`[tool.hookkit] python`, else the project's `.venv`, else the interpreter that runs hookkit.

    Raises:
        ProjectError: the one that the settings name, or that of `.venv`, can't be run.

    """
    if project.settings.python is not None:
        named = Path(os.path.expandvars(project.settings.python)).expanduser()
        return _checked(HookPython(project.root / named, "[tool.hookkit] python"), project)
    environment = project.root / ".venv" / "bin" / "python"
    if os.path.lexists(environment):  # a link that leads nowhere is a broken environment, not a missing one
        return _checked(HookPython(environment, "the project's .venv"), project)
    return HookPython(Path(sys.executable), "the interpreter of hookkit")


def _checked(python: HookPython, project: Project) -> HookPython:
    if os.access(python.executable, os.X_OK) and python.executable.is_file():
        return python
    if project.settings.python is None:
        raise _does_not_run(python, "it leads nowhere")
    where = f"{project.root / PYPROJECT}: tool.hookkit.python"
    raise ProjectError(Problem(where, f"{str(python.executable)!r} is no program", "name a Python that exists"))


_VERSION: Final = re.compile(r"\d+\.\d+")


def python_minor(project: Project) -> str:
    """The version of the hook's Python as images are tagged by it: `3.12`.

    Raises:
        ProjectError: the interpreter does not run.

    """
    python = find_python(project)
    if python.executable == Path(sys.executable):
        return f"{sys.version_info.major}.{sys.version_info.minor}"
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = _run(python, ["-I", "-c", program], dict(os.environ), project)
    if answer.returncode or not _VERSION.fullmatch(answer.stdout.strip()):
        raise _does_not_run(python, answer.stderr)
    return answer.stdout.strip()


def hook_environment(project: Project) -> dict[str, str]:
    """The variables that a hook's process gets: the runtime and the project's code on the path, no pod's log."""
    path = [str(runtime_path()), str(project.code_root)]
    # Options travel on the command line, secrets are given to the run alone: a module that is described gets neither.
    withheld = ("PYTHONHOME", "VIRTUAL_ENV", OPTION_VARIABLE)
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(withheld)}
    return inherited | {"PYTHONPATH": os.pathsep.join(path), "PYTHONUNBUFFERED": "1", TERMINATION_LOG_VARIABLE: ""}


#: Where programs are looked for in a container, behind those of the hook's own Python.
_SYSTEM_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def contained_environment(project: Project) -> dict[str, str]:
    """The variables that a hook's process gets as in a container: none of the author's."""
    path = [str(runtime_path()), str(project.code_root)]
    grace = {name: text for name, text in os.environ.items() if name == GRACE_VARIABLE}
    return {
        "PATH": f"{find_python(project).executable.parent}:{_SYSTEM_PATH}",
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": "/",  # who has a volume says so
        TERMINATION_LOG_VARIABLE: "",
        **grace,
    }


def hook_command(project: Project, target: str) -> list[str]:
    """The command that runs the runtime on a hook in the hook's Python; the flags follow."""
    return [str(find_python(project).executable), *_runtime_arguments(target)]


def _runtime_arguments(target: str) -> list[str]:
    # -P: a file of the folder that hookkit is called in, such as types.py, must not stand for a module.
    return ["-P", "-m", RUNTIME_MODULE, target]


# ---------------------------------------------------------------- asking it


#: Gives what a child does before it becomes another program; it's told the folder that it has to write into.
Confine = Callable[[Path], Callable[[], None]]


def describe(project: Project, target: str | None = None, confine: Confine | None = None) -> HookSpec:
    """Ask the hook's Python what the hook declares.

    Args:
        project: the project that the hook lies in.
        target: `package.module[:function]`; the settings' `hook` where it is None.
        confine: for a module that is not to be trusted with this machine while it's imported.

    Raises:
        ProjectError: no hook is named, or the interpreter does not run.
        HookkitError: the module or the hook can't be had; the lines are the runtime's own.

    """
    named = target or project.settings.hook
    if named is None:
        where = f"{project.root / PYPROJECT}: tool.hookkit.hook"
        raise ProjectError(Problem(where, "is missing", 'write hook = "package.module:function"'))
    python = find_python(project)
    with tempfile.TemporaryDirectory(prefix="hookkit-") as folder:
        outcome = Path(folder, "outcome.json")
        environment = hook_environment(project) | {LOG_FORMAT_VARIABLE: "text", OUTCOME_VARIABLE: str(outcome)}
        environment |= dict.fromkeys(("HOME", "TMPDIR"), folder) if confine is not None else {}
        before = confine(Path(folder)) if confine is not None else None
        answer = _run(python, [*_runtime_arguments(named), DESCRIBE_FLAG], environment, project, before)
        runtime_ran = outcome.exists()
    if not runtime_ran:
        raise _does_not_run(python, answer.stderr)
    if answer.returncode:
        raise _DescribeError(answer.returncode, answer.stderr + _absent_package(python, answer.stderr, project))
    try:
        return HookSpec.from_json(json.loads(answer.stdout))
    except ValueError as error:
        raise _does_not_run(python, str(error)) from None


_NO_MODULE: Final = re.compile(r"ModuleNotFoundError: No module named '(\w+)[.\w]*'")


def _absent_package(python: HookPython, words: str, project: Project) -> str:
    """A line more where the module's mistake is none: a package that the hook's Python lacks."""
    match = _NO_MODULE.search(words)
    if match is None or any((project.code_root / f"{match[1]}{suffix}").exists() for suffix in ("", ".py")):
        return ""
    where = f"{python.executable} ({python.reason})"
    remedy = f"`{python.executable} -m pip install {match[1]}` or the package that has it, and name it in dependencies"
    return f"\n{Problem(where, f'has no {match[1]}', remedy)}\n"


class _DescribeError(HookkitError):
    """The runtime's own words about why it can't describe a hook."""

    def __init__(self, exit_code: int, words: str) -> None:
        super().__init__()
        self.exit_code = exit_code
        self.words = words

    def __str__(self) -> str:
        return self.words.rstrip()


def _run(
    python: HookPython,
    arguments: list[str],
    environment: dict[str, str],
    project: Project,
    before: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    command = [str(python.executable), *arguments]
    try:
        return subprocess.run(
            command,
            env=environment,
            cwd=project.root,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            preexec_fn=before,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise _does_not_run(python, str(error)) from None


def _does_not_run(python: HookPython, words: str) -> ProjectError:
    last = next(reversed(words.strip().splitlines()), "it says nothing")
    remedy = "make that environment anew, of Python 3.11 or later, or name another with [tool.hookkit] python"
    return ProjectError(Problem(f"{python.executable} ({python.reason})", f"does not run a hook: {last}", remedy))
