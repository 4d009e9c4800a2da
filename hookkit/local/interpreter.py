"""The hook's Python becomes the folders that it reads its modules from; asked once, until its packages change."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hookkit.cache import Cache
from hookkit.described import environment_state
from hookkit.errors import Problem, ProjectError
from hookkit.project import Project, find_python

_KIND: Final = "interpreter"
_QUESTION: Final = """
import json, os, site, sys
folders = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *sys.path]
user = site.getuserbase() if site.ENABLE_USER_SITE else ""
print(json.dumps([sorted({folder for folder in folders if os.path.exists(folder)}), user]))
"""


@dataclass(frozen=True)
class PythonFolders:
    """Where an interpreter has its modules.

    Attributes:
        folders: prefixes and import roots, and single files of modules among them.
        user_base: where the user's own packages lie; "" where they don't count.

    """

    folders: tuple[Path, ...]
    user_base: str


def python_folders(project: Project, cache: Cache) -> PythonFolders:
    """Where the hook's Python has its modules.

    Raises:
        ProjectError: it does not run.

    """
    executable = find_python(project).executable
    key = "\0".join((os.environ.get("HOME", ""), *environment_state(executable)))
    folders, user_base = cache.once(_KIND, key, lambda: _ask(executable))
    real = executable.resolve()  # a virtual environment's is a link
    return PythonFolders((*(Path(folder) for folder in folders), real.parent.parent), str(user_base))


def _ask(executable: Path) -> list[object]:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(executable), "-P", "-c", _QUESTION]
    try:
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd="/")
        found: list[object] = json.loads(answer.stdout)
    except (OSError, ValueError) as error:
        problem = Problem(str(executable), f"does not run: {error}", "mend [tool.hookkit] python, or the environment")
        raise ProjectError(problem) from None
    return found
