"""The text of a hook becomes a project, and a command of its author's a process with all that it said."""

import os
import select
import subprocess
import sys
from pathlib import Path
from textwrap import dedent, indent
from typing import Final

import pytest

#: The command line as a user meets it: -P, since a user's `hookkit` has no folder of theirs on its path either.
HOOKKIT: Final = (sys.executable, "-P", "-m", "hookkit")

#: The platform's demonstrator, with an option of each shape.
SHOUT: Final = '''
from pathlib import Path
from typing import Annotated, Literal

from hookkit import Input, Option, Output, hook


@hook(version="1.2.3")
def shout(
    input: Annotated[Path, Input("Folder that holds example.data")],
    output: Annotated[Path, Output("Folder for the product")],
    product_name: Annotated[str, Option("Name of the product folder")] = "product",
    case: Annotated[Literal["upper", "lower"], Option("Letter case of the result")] = "upper",
    times: Annotated[int, Option("How often", ge=1)] = 1,
    loud: Annotated[bool, Option("Whether to add a mark")] = False,
) -> None:
    """Write the text of example.data in upper case."""
    text = getattr((input / "example.data").read_text(), case)() * times
    (output / product_name).mkdir()
    (output / product_name / "result.data").write_text(text + "!" * loud)
'''

_JOB: Final = '''
from pathlib import Path
from typing import Annotated

from hookkit import HookError, HookStopped, Option, Output, TransientError, hook
{before}

@hook
def job(output: Annotated[Path, Output("A folder")], place: Annotated[Path, Option("A place")] = Path("x")) -> None:
    """Do a job."""
{body}
'''


def job(body: str, before: str = "") -> str:
    """A module whose hook `job` has one output, an option `place`, and this body."""
    return _JOB.format(before=dedent(before), body=indent(dedent(body).strip(), "    "))


def write_project(folder: Path, source: str, settings: str = 'hook = "my_hook"') -> Path:
    """A project whose hooks stand in `my_hook.py`, with a folder `in` for its input."""
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "example.data").write_text("Hello, Earth\n")
    (folder / "my_hook.py").write_text(source)
    (folder / "pyproject.toml").write_text(f'[project]\nname = "my-hook"\n[tool.hookkit]\n{settings}\n')
    return folder


def hookkit(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `hookkit` in a folder, to its end."""
    return subprocess.run(
        [*HOOKKIT, *arguments],
        cwd=folder,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def start_hookkit(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start `hookkit` in a folder; its stop signals are as a shell leaves them, however the tests were started."""
    return subprocess.Popen(
        ["env", "--default-signal=INT,TERM,HUP", *HOOKKIT, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def on_terminal(folder: Path, *arguments: str, columns: int = 100, **given: str) -> str:
    """What `hookkit` shows on a terminal."""
    ours, theirs = os.openpty()
    variables = {"TERM": "xterm-256color", "COLUMNS": str(columns), **given}
    environment = {name: text for name, text in os.environ.items() if name != "NO_COLOR"} | variables
    command = [*HOOKKIT, *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = _read_all(ours)
        process.wait(120)
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def _read_all(terminal: int) -> bytes:
    shown = b""
    while select.select([terminal], [], [], 120)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # the other side was closed
            break
    return shown


def is_running(process_id: int) -> bool:
    """Whether a process runs: one that ended and that nobody reaped yet does not."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


# ---------------------------------------------------------------- fixtures, for the conftest.py of who wants them


@pytest.fixture(autouse=True)
def own_desk(shared_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk like a user's: nothing of ours in its environment, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared_folder / "cache"))
    for name in ("HOOKKIT_LOG_FORMAT", "HOOKKIT_OUTCOME_FILE", "PYTHONPATH", "VIRTUAL_ENV", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project of the demonstrator's hook."""
    return write_project(tmp_path / "project", SHOUT)
