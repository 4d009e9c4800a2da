"""`hookkit demo`: the whole road in a temporary folder, from an empty one to a running image."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click

from hookkit.errors import EngineError

_TEMPLATE: Final = "hello-world-processor"
_INPUT: Final = "data/input_file_location"


@click.command(name="demo")
def command() -> None:
    """Make a project, run its hook, show output and manifest; build and run the image where an engine answers."""
    with TemporaryDirectory(prefix="hookkit-demo-") as folder:
        home = Path(folder)
        _hookkit(home, "new", _TEMPLATE, "my-hook", "--defaults")
        project = home / "my-hook"
        _hookkit(project, "run", "--input", _INPUT, "--output", "out")
        _show(project, "out/my_new_product_name/result.data")
        if reason := _no_engine():
            _hookkit(project, "manifest")
            left_out = f"Left out: building and running the image. {reason}"
        else:
            _hookkit(project, "build")
            _hookkit(project, "run", "--engine", "container", "--input", _INPUT, "--output", "out2")
            _show(project, "out2/my_new_product_name/result.data")
            left_out = ""
        _show(project, "dist/my-hook.workflowtemplate.yaml")
    click.echo(left_out or "All of it was shown; nothing was left out.")


def _hookkit(folder: Path, *arguments: str) -> None:
    """Show a command as one types it, and run it."""
    click.secho(f"\n$ hookkit {' '.join(arguments)}", bold=True)
    answer = subprocess.run([sys.executable, "-m", "hookkit", *arguments], cwd=folder, check=False)
    if answer.returncode:
        sys.exit(answer.returncode)


def _show(folder: Path, name: str) -> None:
    """Show a file as `cat` does."""
    click.secho(f"\n$ cat {name}", bold=True)
    click.echo((folder / name).read_text(encoding="utf-8").rstrip("\n"))


def _no_engine() -> str:
    """Why no image can be built here; empty where an engine answers."""
    from hookkit.image.engine import connect

    try:
        with connect():
            return ""
    except EngineError as error:
        return str(error)
