"""Processes that were started for a folder are found wherever they hide, and ended; nobody else's are."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from realparts.desk import is_running

from hookkit.check.contract.leftovers import end_leftovers, find_leftovers

pytestmark = pytest.mark.slow  # it starts many processes

SLEEP = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(300)"]


def start(words: list[str], folder: Path, **variables: str) -> subprocess.Popen[str]:
    """Start a process, and wait until it runs."""
    process = subprocess.Popen(words, cwd=folder, env=os.environ | variables, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "here\n"
    return process


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes of a test, which end with it."""
    processes: list[subprocess.Popen[str]] = []
    with ExitStack() as stack:
        yield processes
        for process in processes:
            process.kill()
            stack.enter_context(process)


def test_a_process_is_known_by_its_words_its_variables_or_where_it_works(
    tmp_path: Path, started: list[subprocess.Popen[str]]
) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    for folder in (mine, other):
        folder.mkdir()
        started += [
            start([*SLEEP, str(folder / "x")], Path("/")),
            start(SLEEP, Path("/"), TMPDIR=str(folder)),
            start(SLEEP, folder),
        ]
    of_mine, of_other = started[:3], started[3:]

    assert {one.id for one in find_leftovers(mine)} == {process.pid for process in of_mine}

    end_leftovers(mine)
    assert [process.wait(60) for process in of_mine] == [-9, -9, -9]
    assert all(is_running(process.pid) for process in of_other)
    assert not find_leftovers(mine)
