"""The conversation on a terminal, on a real pseudo-terminal."""

import os
import pty
import select
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hookkit.contract import ExitCode

COMMAND = (sys.executable, "-m", "hookkit", "new")
PATIENCE_SECONDS = 60.0
ERASE_LINE = "\x15"
ENTER = "\r"
CTRL_C = "\x03"
CTRL_D = "\x04"


class Terminal:
    """A program on a terminal, and the person in front of it."""

    def __init__(self, *arguments: str, cwd: Path) -> None:
        self._master, slave = pty.openpty()
        environment = os.environ | {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "COLUMNS": "100"}
        self._process = subprocess.Popen(
            [*COMMAND, *arguments], cwd=cwd, env=environment, stdin=slave, stdout=slave, stderr=slave
        )
        os.close(slave)
        self.shown = ""

    def expect(self, text: str) -> None:
        """Wait for a text, then forget what was shown up to it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while text not in self.shown:
            assert time.monotonic() < end, f"no {text!r} in {self.shown!r}"
            assert self._read(), f"ended without {text!r}: {self.shown!r}"
        self.shown = self.shown.partition(text)[2]

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def wait(self) -> int:
        while self._read():
            pass
        return self._process.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def _read(self) -> bool:
        """Read what is there; False at the end."""
        if not select.select([self._master], [], [], PATIENCE_SECONDS)[0]:
            return False
        try:
            self.shown += os.read(self._master, 4096).decode(errors="replace")
        except OSError:  # how Linux tells that the other side is closed
            return False
        return True


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    terminals: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        terminals.append(Terminal(*arguments, cwd=tmp_path))
        return terminals[-1]

    yield start
    for terminal in terminals:
        with closing(terminal):
            pass


def pyproject_of(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))


def test_a_person_chooses_changes_one_answer_and_takes_the_others(
    start: Callable[..., Terminal], tmp_path: Path
) -> None:
    terminal = start()
    terminal.expect("Which shape of project?")
    terminal.type(ENTER)
    terminal.expect("Name of the project")
    terminal.type(ERASE_LINE + "Ice" + ENTER)
    terminal.expect("lower case letters")  # refused at once, and asked again
    terminal.type(ERASE_LINE + "ice-edge" + ENTER)
    terminal.expect("Title")
    terminal.type(ENTER)
    terminal.expect("Description")
    terminal.type(ENTER)
    terminal.expect("Created")
    terminal.expect("hookkit build")

    assert terminal.wait() == ExitCode.DONE
    project = tmp_path / "hello-world-processor"
    assert pyproject_of(project)["tool"]["hookkit"]["hook"] == "ice_edge.main:ice_edge"
    assert "# Ice edge" in (project / "README.md").read_text(encoding="utf-8")


def test_what_is_given_is_not_asked(start: Callable[..., Terminal], tmp_path: Path) -> None:
    terminal = start("hello-world-processor", "ice", "--data", "title=Ice", "--data", "description=Draws it.")
    terminal.expect("Name of the project")
    terminal.type(ENTER)

    assert terminal.wait() == ExitCode.DONE
    assert pyproject_of(tmp_path / "ice")["project"]["name"] == "ice"


@pytest.mark.parametrize(("key", "exit_code"), [(CTRL_C, ExitCode.INTERRUPTED), (CTRL_D, ExitCode.WRONG_INPUT)])
def test_a_person_who_gives_up_leaves_nothing_behind(
    start: Callable[..., Terminal], tmp_path: Path, key: str, exit_code: int
) -> None:
    terminal = start("hello-world-processor", "a/b")
    terminal.expect("Name of the project")
    terminal.type(ENTER)
    terminal.expect("Title")
    terminal.type(ERASE_LINE + key)

    assert terminal.wait() == exit_code
    assert not list(tmp_path.iterdir())


def test_the_list_is_a_table_on_a_terminal(start: Callable[..., Terminal]) -> None:
    terminal = start("--list")
    terminal.expect("what it is")
    terminal.expect("hello-world-processor")

    assert terminal.wait() == ExitCode.DONE
