"""What a bare command says, and how it ends; whatever it does, it ends."""

import os
import sys
from pathlib import Path

import pytest
from realparts.desk import is_running

from hookkit.check.contract.answer import KEPT_BYTES, Answer, Command, ask
from hookkit.errors import EngineError


def asked(program: str, limit: float = 60) -> Answer:
    return ask(Command((sys.executable, "-c", program), os.environ), limit)


def test_both_streams_and_the_code_are_told_apart() -> None:
    answer = asked("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)")

    assert (answer.exit_code, answer.stdout, answer.stderr, answer.late) == (7, "out\n", "err\n", False)


def test_a_signal_that_ends_it_counts_as_a_shell_counts_it() -> None:
    assert asked("import os; os.kill(os.getpid(), 9)").exit_code == 137


def test_a_command_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    answer = asked(
        f"import os, time; open({str(tmp_path / 'id')!r}, 'w').write(str(os.getpid())); time.sleep(300)", limit=1
    )

    assert answer.late
    assert answer.exit_code == 143
    assert not is_running(int((tmp_path / "id").read_text()))


def test_of_a_flood_the_beginning_is_kept() -> None:
    answer = asked("import sys; sys.stdout.buffer.write(b'\\xff' + b'x' * (20 << 20))")

    assert len(answer.stdout) == KEPT_BYTES


def test_mistakes_are_records_of_errors_and_plain_lines() -> None:
    log = '{"log.level": "info", "message": "hello"}\n{"log.level": "error", "message": "--x: wrong"}\nplain\n[1]\n\n'

    assert Answer(2, "", log).mistakes == ("--x: wrong", "plain", "[1]")


def test_last_words_are_no_line_of_a_traceback() -> None:
    words = "my_hook: does not import: KeyError\nTraceback (most recent call last):\n  File 'x'\n    y\n"

    assert Answer(1, "", words).last_words == "my_hook: does not import: KeyError"
    assert Answer(1, "", "").last_words == "it says nothing"


def test_a_command_that_is_not_there_is_an_error_of_the_engine() -> None:
    with pytest.raises(EngineError, match="can't be run"):
        ask(Command(("/nonexistent/python",), {}), 60)
