"""`hookkit test`: the project's own tests, by the hook's Python with hookkit's runtime on its path."""

import subprocess
import sys
from pathlib import Path

import click

from hookkit.contract import ExitCode
from hookkit.errors import Problem
from hookkit.project import find_project, find_python, hook_environment


@click.command(name="test", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST ARGUMENT]...")
def command(arguments: tuple[str, ...]) -> None:
    """Run the project's own tests with pytest, in the Python that runs the hook.

    That Python needs pytest, but not hookkit: the runtime is put on its path.
    """
    project = find_project(Path.cwd())
    python = find_python(project)
    answer = subprocess.run(
        [str(python.executable), "-m", "pytest", *arguments],
        cwd=project.root,
        env=hook_environment(project),
        check=False,
    )
    if answer.returncode == 1 and not _has_pytest(str(python.executable)):
        where = f"{python.executable} ({python.reason})"
        click.echo(Problem(where, "has no pytest", f"`{python.executable} -m pip install pytest`"), err=True)
        sys.exit(ExitCode.TOOL_FAILED)
    sys.exit(answer.returncode)


def _has_pytest(python: str) -> bool:
    program = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pytest') is None)"
    return subprocess.run([python, "-c", program], check=False).returncode == 0
