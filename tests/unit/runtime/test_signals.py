"""A stop reaches the function as an exception, is bounded in time, and leaves no process behind."""

import signal
import sys
import time
from pathlib import Path

import pytest
from realparts.hookprocess import HookProcess

READY = "print('ready', flush=True)\n"
TIDY = f"""
try:
    {READY}
    time.sleep(60)
finally:
    (output.parent.parent.parent / "tidied").touch()
"""

STOPS = [
    (signal.SIGTERM, 143, "stopped by SIGTERM"),
    (signal.SIGINT, 130, "stopped by SIGINT"),
    (signal.SIGHUP, 143, "stopped by SIGHUP"),
]
#: A loop in C that holds the interpreter: no handler of a signal runs until it is over.
#: Another process says that it has begun.
BLOCKED = "subprocess.Popen('sleep 0.7; echo ready', shell=True)\nsum(range(10**14))"
IGNORING = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"


def is_gone(pid: int) -> bool:
    """Whether a process ended; one that nobody reaped counts."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def ends(pid: int) -> bool:
    """Whether a process ends soon, long before it would by itself: the kernel kills in its own time."""
    for _ in range(200):
        if is_gone(pid):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(("number", "exit_code", "words"), STOPS)
def test_a_stop_lets_finally_run_and_ends_with_its_code(
    job: HookProcess, number: signal.Signals, exit_code: int, words: str
) -> None:
    job.write_function(TIDY)

    ended = job.stop(number)

    assert (ended.exit_code, ended.last_words) == (exit_code, words)
    assert (job.folder / "tidied").exists()
    assert ended.products == ["error.json"]
    assert ended.error["retryable"] is True


def test_a_stop_is_not_swallowed_by_except_exception(job: HookProcess) -> None:
    job.write_function(f"try:\n    {READY}    time.sleep(60)\nexcept Exception:\n    pass\n(output / 'a').touch()")

    assert job.stop(signal.SIGTERM).exit_code == 143


def test_a_stop_may_be_caught_by_its_name(job: HookProcess) -> None:
    job.write_function(f"try:\n    {READY}    time.sleep(60)\nexcept HookStopped:\n    (output / 'a').touch()")

    ended = job.stop(signal.SIGTERM)

    assert (ended.exit_code, ended.products) == (0, ["a"])


def test_a_second_stop_does_not_interrupt_the_tidying_up(job: HookProcess) -> None:
    job.write_function(f"""
        try:
            {READY}
            time.sleep(60)
        finally:
            os.kill(os.getppid(), signal.SIGINT)
            os.kill(os.getppid(), signal.SIGTERM)
            time.sleep(0.3)
            (output.parent.parent.parent / "tidied").touch()
    """)

    assert job.stop(signal.SIGTERM).exit_code == 143
    assert (job.folder / "tidied").exists()


def test_a_stop_reaches_a_module_that_is_being_imported(job: HookProcess) -> None:
    job.write(f"try:\n    {READY}    time.sleep(60)\nexcept Exception:\n    pass")

    ended = job.stop(signal.SIGTERM)

    assert (ended.exit_code, ended.last_words) == (143, "stopped by SIGTERM")


STUBBORN = {
    "native code": BLOCKED,
    "a hook that ignores the signal": f"{IGNORING}{READY}time.sleep(60)",
    "a hook that tidies up for ever": f"try:\n    {READY}    time.sleep(60)\nfinally:\n    time.sleep(60)",
}


@pytest.mark.parametrize("body", STUBBORN.values(), ids=STUBBORN)
def test_the_grace_period_ends_what_does_not_stop(job: HookProcess, body: str) -> None:
    job.write_function(body)

    ended = job.stop(signal.SIGTERM, HOOKKIT_GRACE_SECONDS="0.5")

    words = "stopped by SIGTERM; killed when the grace period of 0.5 s was over"
    assert (ended.exit_code, ended.last_words) == (143, words)
    assert ended.products == ["error.json"]
    assert ended.messages[-1] == words


@pytest.mark.parametrize("seconds", ["", "soon", "nan", "inf", "-1", "1e300"])
def test_a_grace_period_that_is_none_is_the_usual_one(job: HookProcess, seconds: str) -> None:
    job.write_function(TIDY)

    assert job.stop(signal.SIGTERM, HOOKKIT_GRACE_SECONDS=seconds).exit_code == 143
    assert (job.folder / "tidied").exists()


LEFT_BEHIND = """
child = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(child.pid, flush=True)
"""


@pytest.mark.parametrize("end", ["(output / 'a').touch()", "raise ValueError", "os.abort()", "os._exit(0)"])
def test_children_that_a_hook_left_behind_end_with_it(job: HookProcess, end: str) -> None:
    ended = job.run_function(LEFT_BEHIND + end)

    assert ends(int(ended.messages[0]))


def test_children_of_a_hook_that_is_killed_end_with_it(job: HookProcess) -> None:
    job.write_function(f"{LEFT_BEHIND}{IGNORING}{READY}time.sleep(60)")
    process = job.start("--output=out", HOOKKIT_GRACE_SECONDS="0.2")
    assert process.stdout is not None
    child = int(process.stdout.readline().split('"message": "')[1].split('"')[0])
    process.stdout.readline()

    process.send_signal(signal.SIGTERM)

    assert job.wait(process).exit_code == 143
    assert ends(child)


def test_orphans_that_a_containers_first_process_inherits_are_reaped(job: HookProcess) -> None:
    # With PR_SET_CHILD_SUBREAPER a process gets the orphans below it, as a container's first process does.
    reaper = [
        sys.executable,
        "-c",
        "import ctypes, os, sys; ctypes.CDLL(None).prctl(36, 1); os.execv(sys.argv[1], sys.argv[1:])",
    ]
    job.write_function("""
        orphan = int(subprocess.run("sleep 0.1 & echo $!", shell=True, stdout=subprocess.PIPE, text=True).stdout)
        (output / "a").touch()
        while os.path.exists(f"/proc/{orphan}"):
            time.sleep(0.02)
    """)

    ended = job.run("--output=out", prefix=reaper)

    assert (ended.exit_code, ended.products) == (0, ["a"])


def test_a_hook_that_stops_by_itself_is_not_waited_for(job: HookProcess) -> None:
    job.write_function(f"{READY}os.kill(os.getppid(), signal.SIGTERM)\ntime.sleep(60)")

    ended = job.run("--output=out")

    assert (ended.exit_code, ended.last_words) == (143, "stopped by SIGTERM")
