"""A hook is described under the platform's rules: its module is the author's code, and runs while it is imported."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from hookkit.bundle import runtime_path
from hookkit.cache import Cache
from hookkit.errors import ProjectError
from hookkit.image.code import code_entries
from hookkit.local.interpreter import PythonFolders, python_folders
from hookkit.local.volume.nobody import choose_nobody
from hookkit.project import Project, describe
from hookkit.spec import HookSpec

if TYPE_CHECKING:
    from hookkit.local.sandbox.policy import Policy


def describe_confined(project: Project, target: str | None) -> HookSpec:
    """As `project.describe`; what the module may not do in a container, it can't do here.

    Raises:
        ProjectError: no hook is named, or the interpreter does not run.
        HookkitError: the module or the hook can't be had; the lines are the runtime's own.

    """
    from hookkit.local.sandbox.confinement import Confinement

    try:
        python = python_folders(project, Cache.of_user())
    except ProjectError:  # who describes says what is wrong with it
        return describe(project, target)
    with ExitStack() as stack:

        def confine(folder: Path) -> Callable[[], None]:
            policy = _policy(project, python, folder)
            return stack.enter_context(Confinement(policy, listen=False)).enter

        return describe(project, target, confine)


def _policy(project: Project, python: PythonFolders, folder: Path) -> "Policy":
    from hookkit.local.sandbox.policy import Policy

    return Policy(
        readable=(*python.folders, runtime_path(), *code_entries(project)),
        listed=(project.code_root,),
        writable=(folder,),
        user=None if os.getuid() else choose_nobody(),
    )
