"""A stop reaches the function as an exception, is bounded in time, and leaves no process behind."""

import signal
import sys
import time
from pathlib import Path

import pytest
from realparts.hookprocess import Ended, HookProcess

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


def test_a_stop_that_was_lost_is_asked_for_again(job: HookProcess) -> None:
    # As where a signal comes just before a system call, which it then doesn't interrupt: the first one is taken away.
    job.write_function(f"""
        signal.pthread_sigmask(signal.SIG_BLOCK, {{signal.SIGTERM}})
        try:
            {READY}
            signal.sigwait({{signal.SIGTERM}})
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {{signal.SIGTERM}})
            time.sleep(60)
        finally:
            (output.parent.parent.parent / "tidied").touch()
    """)

    assert job.stop(signal.SIGTERM).last_words == "stopped by SIGTERM"
    assert (job.folder / "tidied").exists()


def test_a_stop_that_python_ignored_is_raised_again(job: HookProcess) -> None:
    job.write_function("""
        class Deaf:
            def __del__(self):
                print("ready", flush=True)
                time.sleep(60)  # what is raised here, Python reports and forgets

        try:
            Deaf()
            time.sleep(60)
        finally:
            (output.parent.parent.parent / "tidied").touch()
    """)

    assert job.stop(signal.SIGTERM).last_words == "stopped by SIGTERM"
    assert (job.folder / "tidied").exists()


def test_other_exceptions_that_python_ignores_are_still_reported(job: HookProcess) -> None:
    ended = job.run_function("""
        class Broken:
            def __del__(self):
                raise ValueError("lost")

        Broken()
        (output / "a").touch()
    """)

    assert ended.exit_code == 0
    assert "ValueError: lost" in ended.messages


# ---------------------------------------------------------------- stops that are asked for


def test_a_thread_sees_a_stop_that_is_raised_in_the_main_thread(job: HookProcess) -> None:
    job.write("""
        @hook
        def run(output: Annotated[Path, Output()], context: HookContext) -> None:
            def work():
                while not context.cancelled:
                    time.sleep(0.01)
                print("seen")

            thread = threading.Thread(target=work)
            thread.start()
            try:
                print("ready", flush=True)
                time.sleep(60)
            finally:
                thread.join()
    """)

    ended = job.stop(signal.SIGTERM)

    assert (ended.exit_code, ended.messages) == (143, ["seen", "stopped by SIGTERM"])


def test_a_hook_that_caught_a_stop_is_stopped_at_the_next_place_that_asks(job: HookProcess) -> None:
    job.write("""
        @hook
        def run(output: Annotated[Path, Output()], context: HookContext) -> None:
            try:
                print("ready", flush=True)
                time.sleep(60)
            except HookStopped:
                pass
            context.progress(1, 2)
            (output / "a").touch()
    """)

    ended = job.stop(signal.SIGTERM)

    assert (ended.exit_code, ended.products) == (143, ["error.json"])


# ---------------------------------------------------------------- processes that it started

PROGRAM = "echo $$; trap '{trap}' TERM; sh -c 'trap \"\" TERM; echo $$; echo ready; while :; do sleep 0.1; done'"


def test_a_program_is_asked_to_end_when_the_hook_is_and_may_tidy_up(job: HookProcess) -> None:
    script = "trap 'touch {folder}/tidied; exit 0' TERM; echo ready; sleep 60 & wait"
    job.write_function(f"run_command(['sh', '-c', {script.format(folder=job.folder)!r}])")

    ended = stopped_when_ready(job, signal.SIGTERM)

    assert (ended.exit_code, ended.last_words) == (143, "stopped by SIGTERM")
    assert (job.folder / "tidied").exists()


def member_numbers(ended: Ended) -> list[int]:
    return [int(message) for message in ended.messages if message.isdigit()]


@pytest.mark.parametrize("trap", ["exit 0", ""], ids=["a program that ends", "one that ignores the signal"])
def test_no_program_of_a_hook_that_is_stopped_outlives_it(job: HookProcess, trap: str) -> None:
    job.write_function(f"run_command(['sh', '-c', {PROGRAM.format(trap=trap)!r}])")

    ended = stopped_when_ready(job, signal.SIGTERM, HOOKKIT_GRACE_SECONDS="1")

    assert ended.exit_code == 143
    assert len(member_numbers(ended)) == 2
    assert all(ends(one) for one in member_numbers(ended))


def stopped_when_ready(job: HookProcess, number: signal.Signals, **variables: str) -> Ended:
    """Stop the hook when it logs `ready`, which may be not its first line."""
    process = job.start("--output=out", **variables)
    assert process.stderr is not None
    lines: list[str] = []
    while "ready" not in (lines or [""])[-1]:
        lines.append(process.stderr.readline())
    process.send_signal(number)
    ended = job.wait(process)
    return ended._replace(stderr="".join(lines) + ended.stderr)


def test_the_programs_of_a_hook_that_the_kernel_killed_end_too(job: HookProcess) -> None:
    members = job.folder / "members"
    # The pause: between its start and the hook's note of it nobody else knows of a program.
    inner = f"trap '' TERM; echo $$ >> {members}; sleep 0.5; kill -KILL $0; while :; do sleep 0.1; done"
    job.write_function(
        f"run_command(['sh', '-c', 'echo $$ >> {members}; sh -c \"$1\" $0', str(os.getpid()), {inner!r}])"
    )

    ended = job.run("--output=out")

    assert (ended.exit_code, ended.products) == (137, ["error.json"])
    numbers = [int(line) for line in members.read_text().splitlines()]
    assert len(numbers) == 2
    assert all(ends(one) for one in numbers)


def test_what_a_program_left_behind_ends_with_the_hook(job: HookProcess) -> None:
    ended = job.run_function("""
        run_command(["sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!"])
        (output / "a").touch()
    """)

    assert ended.exit_code == 0
    assert ends(member_numbers(ended)[0])


def test_the_status_of_a_program_becomes_the_hooks(job: HookProcess) -> None:
    bodies = {
        "run_command(['sh', '-c', 'echo no licence; exit 3'])": (1, "sh ended with status 3: no licence"),
        "run_command(['sh', '-c', 'exit 3'], codes={3: 75})": (75, "sh ended with status 3"),
        "run_command(['sh', '-c', 'exit 3'], codes={3: 101})": (101, "sh ended with status 3"),
        "run_command(['sh', '-c', 'kill -SEGV $$'])": (1, "sh was killed by SIGSEGV"),
        "run_command(['no-such-program'])": (
            1,
            "no-such-program can't be started: No such file or directory; is it in the image?",
        ),
    }
    for body, (exit_code, words) in bodies.items():
        ended = job.run_function(body)

        assert (ended.exit_code, ended.last_words) == (exit_code, words)
        assert (ended.error["type"], ended.error["retryable"]) == ("CommandError", exit_code == 75)


def test_a_program_runs_in_the_work_folder_and_its_output_is_a_record_a_line(job: HookProcess) -> None:
    ended = job.run_function("run_command(['sh', '-c', 'pwd; echo $TMPDIR']); (output / 'a').touch()")

    assert [record["log.logger"] for record in ended.records] == ["sh", "sh"]
    assert all(message.startswith(f"{job.folder}/out/.hookkit-") for message in ended.messages)


# ---------------------------------------------------------------- what is left behind

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


def test_a_stop_that_the_hook_did_not_hear_is_sent_again(job: HookProcess) -> None:
    job.write_function(f"""
first = signal.getsignal(signal.SIGTERM)
signal.signal(signal.SIGTERM, lambda *_: signal.signal(signal.SIGTERM, first))
{READY}
time.sleep(60)
""")

    assert job.stop(signal.SIGTERM, HOOKKIT_GRACE_SECONDS="20").last_words == "stopped by SIGTERM"


def test_workers_that_a_pool_ends_by_a_signal_say_nothing(job: HookProcess) -> None:
    ended = job.run_function("""
        from multiprocessing import get_context
        for _ in range(5):
            with get_context("fork").Pool(3) as pool:
                list(pool.imap_unordered(abs, range(100)))
        (output / "a").touch()
    """)

    assert ended.exit_code == 0
    assert "HookStopped" not in ended.stderr
