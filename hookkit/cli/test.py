"""`hookkit test`: the project's own tests, by the hook's Python with the runtime and the pytest plugin on its path."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import click

from hookkit.bundle import testing_path
from hookkit.contract import ExitCode
from hookkit.errors import Problem
from hookkit.local.signals import forwarded_signals
from hookkit.project import Project, find_project, find_python, hook_environment
from hookkit.testing.desk import DESK_VARIABLE

#: Its name among pytest's plugins, too: where hookkit is installed it is registered once all the same.
PLUGIN: Final = "hookkit.testing.plugin"


@click.command(name="test", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST ARGUMENT]...")
def command(arguments: tuple[str, ...]) -> None:
    """Run the project's own tests with pytest, in the Python that runs the hook.

    That Python needs pytest, but not hookkit: the runtime and the pytest plugin are put on its path.

    The plugin's fixture run_hook runs the hook as the platform does. Its flags are flags of pytest:
    --hook-engine process,container and --update-golden.
    """
    project = find_project(Path.cwd())
    python = find_python(project)
    exit_code = _run([str(python.executable), "-m", "pytest", "-p", PLUGIN, *arguments], project)
    if exit_code == 1 and not _has_pytest(str(python.executable)):
        where = f"{python.executable} ({python.reason})"
        click.echo(Problem(where, "has no pytest", f"`{python.executable} -m pip install pytest`"), err=True)
        sys.exit(ExitCode.TOOL_FAILED)
    sys.exit(exit_code)


def _run(command: list[str], project: Project) -> int:
    """The exit code of pytest, which ends in good order when we are stopped: so do the hooks that it runs."""
    with (
        subprocess.Popen(command, cwd=project.root, env=_environment(project)) as pytest,
        forwarded_signals(lambda number: _stop(pytest, number)),
    ):
        code = pytest.wait()
    return code if code >= 0 else 128 - code


def _stop(pytest: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if number != signal.SIGINT:  # Ctrl-C has reached it already; it knows no other way to be asked
        pytest.send_signal(signal.SIGINT)


def _environment(project: Project) -> dict[str, str]:
    path = os.pathsep.join([str(testing_path()), str(project.code_root)])
    return hook_environment(project) | {"PYTHONPATH": path, DESK_VARIABLE: json.dumps(_desk())}


def _desk() -> list[str]:
    """The command that runs this very hookkit from anywhere: on its own path, not on that of the tests."""
    places = [os.path.abspath(place) for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]  # noqa: PTH100
    path = f"PYTHONPATH={os.pathsep.join(places)}" if places else "--unset=PYTHONPATH"
    return ["env", path, sys.executable, "-P", "-m", "hookkit"]


def _has_pytest(python: str) -> bool:
    program = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pytest') is None)"
    return subprocess.run([python, "-c", program], check=False).returncode == 0
