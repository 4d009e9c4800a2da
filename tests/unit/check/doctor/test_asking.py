"""A program answers within seconds, or is killed with all that it started; why it gives none is said in a few words."""

import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from realparts.desk import is_running

from hookkit.check.doctor.asking import PATIENCE_SECONDS, ask


def all_end(processes: Iterable[int]) -> bool:
    """Whether processes end by themselves or by a signal that is on its way."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not any(map(is_running, processes := list(processes))):
            return True
        time.sleep(0.01)
    return False


def script(folder: Path, body: str) -> str:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_what_a_program_prints_is_its_answer(tmp_path: Path) -> None:
    answer = ask([script(tmp_path, "echo; echo program 1.2; echo more")])

    assert (answer.first_line, answer.failure) == ("program 1.2", "")


def test_a_program_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    program = script(tmp_path, f"trap '' TERM; sleep 600 & echo $$ $! >{tmp_path}/ids; wait; sleep 600")

    answer = ask([program])

    assert answer.failure == f"gives no answer within {PATIENCE_SECONDS:g} s"
    assert all_end(map(int, (tmp_path / "ids").read_text().split()))


def test_a_program_that_waits_for_input_gets_none(tmp_path: Path) -> None:
    assert ask([script(tmp_path, "cat; echo done")]).text == "done"


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("echo one >&2; echo two >&2; exit 3", "fails (exit code 3): two"),
        ("exit 4", "fails (exit code 4): it says nothing"),
        ("kill -KILL $$", "fails (killed by SIGKILL): it says nothing"),
        ("echo no way to https://me:secret@host/ >&2; exit 1", "fails (exit code 1): no way to https://***@host/"),
    ],
)
def test_a_program_that_fails_is_quoted(tmp_path: Path, body: str, failure: str) -> None:
    assert ask([script(tmp_path, body)]).failure == failure


def test_what_is_no_program_can_not_be_started(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no program")

    assert ask([str(tmp_path / "text")]).failure == "can't be started: Permission denied"
    assert ask([str(tmp_path / "nothing")]).failure == "can't be started: No such file or directory"


def test_an_answer_need_not_be_a_text(tmp_path: Path) -> None:
    assert ask([script(tmp_path, r"printf '\377\n'")]).first_line == "�"
