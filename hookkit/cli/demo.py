"""`hookkit demo`: the whole road in a temporary folder, from an empty one to a running image."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click

from hookkit.cli.target import relative_to_here
from hookkit.errors import EngineError

_TEMPLATE: Final = "hello-world-processor"
#: No name that an author's own hook would have: the image of the demonstration stays in the engine.
_NAME: Final = "hookkit-demo"
_INPUT: Final = "data/input_file_location"


@click.command(name="demo")
def command() -> None:
    """Make a project, run its hook, build its image, run that, and show what comes of it; no engine is needed."""
    with TemporaryDirectory(prefix="hookkit-demo-") as folder:
        home = Path(folder)
        _hookkit(home, "new", _TEMPLATE, _NAME, "--defaults")
        project = home / _NAME
        _hookkit(project, "run", "--input", _INPUT, "--output", "out")
        _show(project, "out/my_new_product_name/result.data")
        reason = _no_engine()
        _hookkit(project, "build")
        _hookkit(project, "run", "--engine", "container", "--input", _INPUT, "--output", "out2")
        _show(project, "out2/my_new_product_name/result.data")
        _show(project, f"dist/{_NAME}.workflowtemplate.yaml")
    click.echo(f"\nThe folder is gone again. Make one of your own: {_command()} new {_TEMPLATE} my-hook")
    if reason:
        click.echo(f"The image was built and run without an engine, as none answers here: {reason}")
    click.echo("All of it was shown; nothing was left out.")


def _hookkit(folder: Path, *arguments: str) -> None:
    """Show a command as one types it, and run it."""
    click.secho(f"\n$ hookkit {' '.join(arguments)}", bold=True)
    answer = subprocess.run([sys.executable, "-m", "hookkit", *arguments], cwd=folder, check=False)
    if answer.returncode:
        sys.exit(answer.returncode)


def _command() -> str:
    """`hookkit` as one types it here: in a checkout's environment that nobody activated it's on no PATH."""
    own = Path(sys.executable).with_name("hookkit")
    return "hookkit" if shutil.which("hookkit") else shlex.quote(str(relative_to_here(own)))


def _show(folder: Path, name: str) -> None:
    """Show a file as `cat` does."""
    click.secho(f"\n$ cat {name}", bold=True)
    click.echo((folder / name).read_text(encoding="utf-8").rstrip("\n"))


def _no_engine() -> str:
    """Why images are built and run without an engine here; empty where one answers."""
    from hookkit.image.docker.engine import connect

    try:
        with connect():
            return ""
    except EngineError as error:
        problem = error.problems[0]
        return f"{problem.where}: {problem.what}"
