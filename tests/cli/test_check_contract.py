"""`hookkit check --contract`: what an author sees of the trials, and that nothing of them is left."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from realparts.desk import SHOUT, hookkit, is_running, job, on_terminal, start_hookkit, write_project

from hookkit.check.contract.leftovers import find_leftovers
from hookkit.check.contract.trial import TRIALS

CHECK = ("check", "--contract")
#: It needs no input, and works until somebody stops it.
ENDLESS = job("import subprocess\nsubprocess.run(['sleep', '300'])")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of temporary files that nobody else uses."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_a_good_hook_passes_with_the_sample_of_its_project(project: Path, temporary: Path) -> None:
    (project / "in").rename(project / "data")

    done = hookkit(project, *CHECK)

    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[1] for line in lines[: len(TRIALS)]] == [f"{trial.name}:" for trial in TRIALS]
    assert lines[-1].startswith("shout: ")
    assert lines[-1].endswith("with the input of data")
    assert any(line.startswith(("enforced: ", "not enforced: ")) for line in lines)
    assert done.stderr == ""
    assert not list(temporary.iterdir())


def test_arguments_after_the_dashes_go_to_the_hook(project: Path) -> None:
    done = hookkit(project, *CHECK, "--json", "--", "--input", "in", "--case=lower", "--output", "never")

    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (report["hook"], report["engine"], report["input"]) == ("shout", "process", "the arguments")
    assert (report["passed"], report["complete"]) == (True, True)
    assert [one["name"] for one in report["trials"]] == [trial.name for trial in TRIALS]
    assert {one["state"] for one in report["trials"]} <= {"passed", "skipped"}
    assert report["enforcement"]
    assert not (project / "never").exists()


def test_wrong_arguments_are_named_and_nothing_is_tried(project: Path) -> None:
    done = hookkit(project, *CHECK, "--", "--input=in", "--case=middle", "--colour=red")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "--colour: no such flag" in done.stderr


def test_without_an_input_the_rest_is_tried_and_one_line_says_what_to_give(project: Path) -> None:
    done = hookkit(project, *CHECK)

    assert done.returncode == 2
    assert "passed no-input: " in done.stdout
    assert "skipped good-input: not run: give inputs after --" in done.stdout
    [line] = done.stderr.splitlines()
    assert line.startswith("the contract: 11 trials were not run: --input is missing")


def test_a_hook_that_fails_a_trial_fails_the_check(tmp_path: Path) -> None:
    source = SHOUT.replace("text = ", "raise ValueError('what?')\n    text = ")
    project = write_project(tmp_path / "p", source)

    done = hookkit(project, *CHECK, "--", "--input=in")

    assert done.returncode == 1
    assert "failed good-input: exit code 1: ValueError: what?" in done.stdout
    assert "1 failed" in done.stdout


def test_a_terminal_gets_a_table_with_the_reasons(tmp_path: Path) -> None:
    source = SHOUT.replace("@hook", "import os\nHOME = os.environ['HOME']\n@hook")
    project = write_project(tmp_path / "p", source)

    shown = on_terminal(project, *CHECK, "--", "--input=in")

    assert "✓" in shown
    assert "✗" in shown
    assert "what came of it" in shown
    assert "A container's user need not have one." in shown
    assert "1 failed" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"])
def test_a_stop_ends_all_and_leaves_nothing(tmp_path: Path, temporary: Path, number: signal.Signals, code: int) -> None:
    project = write_project(tmp_path / "p", ENDLESS)

    with start_hookkit(project, *CHECK) as process:
        wait_for_the_work(temporary, process)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=60)

    assert process.returncode == code
    assert stdout == ""
    assert "Traceback" not in stderr
    assert not list(temporary.iterdir())
    assert not find_leftovers(temporary)


def wait_for_the_work(temporary: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the hook's function has started its program."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if any(one.name == "sleep" and is_running(one.id) for one in find_leftovers(temporary)):
            return
        time.sleep(0.01)
    pytest.fail(f"the hook did not start: {process.poll()}")
