"""The hook's Python becomes the folders that it reads its modules from; asked once, until its packages change."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from hookkit.cache import Cache
from hookkit.described import environment_state
from hookkit.errors import Problem, ProjectError
from hookkit.project import Project, find_python

_KIND: Final = "interpreter"
#: Packages that are installed to be edited are found by lines of .pth files, which end on sys.path, or by finders of
#: their own; all installers leave direct_url.json (PEP 610).
_QUESTION: Final = """
import glob, json, os, site, sys, urllib.parse, urllib.request
user = site.getuserbase() if site.ENABLE_USER_SITE else ""
roots = {*sys.path, *([site.getusersitepackages()] if user else [])}
edited = set()
for root in sys.path:
    for file in glob.glob(glob.escape(root) + "/*.dist-info/direct_url.json"):
        try:
            with open(file, encoding="utf-8") as text:
                said = json.load(text)
        except (OSError, ValueError):
            continue
        if said.get("dir_info", {}).get("editable"):
            edited.add(urllib.request.url2pathname(urllib.parse.urlsplit(said["url"]).path))
prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
print(json.dumps([sorted(prefixes), sorted(roots - {""}), sorted(edited), user]))
"""
#: What belongs to Python where it shares its folder with others.
_PARTS_OF_A_PREFIX: Final = ("bin", "etc", "include", "lib", "lib64", "libexec", "pyvenv.cfg", "share", "ssl")


@dataclass(frozen=True)
class PythonFolders:
    """Where an interpreter has its modules.

    Attributes:
        folders: prefixes and import roots, and single files of modules among them; they need not be there.
        user_base: where the user's own packages lie; "" where they don't count.

    """

    folders: tuple[Path, ...]
    user_base: str

    @property
    def variables(self) -> dict[str, str]:
        """Those that a process needs to find the user's own packages, whatever its home is."""
        return {"PYTHONUSERBASE": self.user_base} if self.user_base else {}


class _Answer(NamedTuple):
    """What an interpreter says: its prefixes, its import roots, folders of packages that are edited, and the base."""

    prefixes: list[str]
    roots: list[str]
    edited: list[str]
    user_base: str


def python_folders(project: Project, cache: Cache) -> PythonFolders:
    """Where the hook's Python has its modules; never the project itself, of which the image has only parts.

    Raises:
        ProjectError: it does not run.

    """
    executable = find_python(project).executable
    key = "\0".join((os.environ.get("HOME", ""), *environment_state(executable), *_user_state()))
    answer = _ask_once(executable, f"{key}\0{_QUESTION}", cache)
    edited = (Path(folder, "src") if Path(folder, "src").is_dir() else Path(folder) for folder in answer.edited)
    beside = (*map(Path, answer.roots), *edited)
    folders = (
        executable,
        executable.resolve(),  # a virtual environment's is a link
        *(part for prefix in answer.prefixes for part in _parts(Path(prefix), project)),
        *(folder for folder in beside if not _holds(folder, project.root)),
    )
    return PythonFolders(tuple(dict.fromkeys(folders)), answer.user_base)


def _parts(prefix: Path, project: Project) -> Iterator[Path]:
    """A prefix, or what of it is Python's where the project or the home lies in it, too."""
    if _holds(prefix, project.root) or _holds(prefix, Path(os.path.expanduser("~"))):  # noqa: PTH111 - may be unknown
        yield from (prefix / name for name in _PARTS_OF_A_PREFIX)
    else:
        yield prefix


def _holds(folder: Path, place: Path) -> bool:
    """Whether a place is a folder or lies in it, links followed."""
    return Path(os.path.realpath(place)).is_relative_to(os.path.realpath(folder))


def _user_state() -> Iterator[str]:
    """The user's own folders of packages, whose time changes when one is installed or removed."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - may be unknown
    for folder in sorted(home.glob(".local/lib/python3*/site-packages")):
        yield f"{folder}\0{folder.stat().st_mtime_ns}"


def _ask_once(executable: Path, key: str, cache: Cache) -> _Answer:
    try:
        return _Answer(**cache.fact(_KIND, key))
    except TypeError:  # never asked, or damaged
        answer = _ask(executable)
    cache.remember(_KIND, key, answer._asdict())
    return answer


def _ask(executable: Path) -> _Answer:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(executable), "-P", "-c", _QUESTION]
    try:
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd="/")
        return _Answer(*json.loads(answer.stdout))
    except (OSError, ValueError, TypeError) as error:
        problem = Problem(str(executable), f"does not run: {error}", "mend [tool.hookkit] python, or the environment")
        raise ProjectError(problem) from None
