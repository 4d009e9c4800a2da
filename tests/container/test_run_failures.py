"""What goes wrong while a hook runs in a container of each engine: told apart, and nothing is left of it."""

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from realparts.bench import Bench, bench, bench_engine, podman_host, probe_of_all
from realparts.desk import HOOKKIT, own_desk, write_project
from realparts.engine import forget_sockets
from realparts.engineproxy import EngineProxy, in_front_of
from realparts.probe import Probe, files

from hookkit.contract import ExitCode
from hookkit.errors import EngineError

__all__ = ["bench", "bench_engine", "own_desk", "podman_host", "probe_of_all"]
pytestmark = pytest.mark.slow

WAIT = "import time\nprint('waits')\ntime.sleep(600)"


#: For what is hookkit's own doing, whichever engine it is.
any_engine = pytest.mark.parametrize("bench_engine", ["docker"], indirect=True)


def when_it_waits(act: Callable[[], object]) -> Callable[[str], None]:
    """A log sink that does something as soon as the hook says that it waits."""

    def sink(line: str) -> None:
        if "waits" in line:
            act()

    return sink


# ---------------------------------------------------------------- too much


def test_a_hook_that_eats_memory_is_killed_for_it(bench: Bench) -> None:
    report = bench.run("(output / 'half').touch()\neaten = bytearray(256 << 20)")

    assert (report.exit_code, report.status) == (ExitCode.KILLED, "killed")
    assert report.message == "out of memory: it needs more than @hook(memory='64Mi')"
    assert [one.rule for one in report.violations] == ["memory"]
    assert files(bench.output) == ["error.json"]


def test_a_hook_ends_with_its_child_that_ate_memory(bench: Bench) -> None:
    """As on a platform, which kills all of a container; Podman on cgroups v1 says nothing of it."""
    if bench.engine.name == "podman":
        pytest.xfail("conmon leaves its word about memory in the service's folder, where Podman does not look")
    script = """
        import subprocess, sys
        subprocess.run([sys.executable, '-c', 'bytearray(256 << 20)'])
        (output / 'went_on').touch()
    """

    report = bench.run(script)

    assert report.exit_code == ExitCode.KILLED
    assert [one.rule for one in report.violations] == ["memory"]
    assert files(bench.output) == []


def test_a_hook_whose_time_is_over_is_asked_to_stop(bench: Bench) -> None:
    script = """
        import time
        try:
            time.sleep(600)
        finally:
            print('cleaned up')
    """

    report = bench.run(script, timeout_seconds=2)

    assert report.exit_code == ExitCode.KILLED
    assert report.message == "out of time: it took longer than @hook(timeout_seconds=2)"
    assert [one.rule for one in report.violations] == ["time"]
    assert "cleaned up" in report.log


def test_a_hook_that_does_not_stop_is_killed(bench: Bench) -> None:
    stubborn = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{WAIT}"

    report = bench.run(stubborn, runner=replace(bench.runner, grace_seconds=0.5), timeout_seconds=2)

    assert report.exit_code == ExitCode.KILLED
    assert [one.rule for one in report.violations] == ["time"]
    assert files(bench.output) == []


def test_a_fork_bomb_stays_within_its_container(bench: Bench) -> None:
    script = """
        import threading
        started, forever = 0, threading.Event()
        try:
            while started < 5000:
                threading.Thread(target=forever.wait, daemon=True).start()
                started += 1
        except RuntimeError as error:
            print('refused', started)
        (output / 'started').write_text(str(started))
    """
    resources = bench.spec.resources.replace(memory=bench.spec.resources.memory.parse("1Gi"))

    report = bench.run(script, resources=resources)

    assert report.exit_code == ExitCode.DONE
    assert 100 < int((bench.output / "started").read_text()) < 1024


def test_what_a_hook_leaves_running_ends_with_it(bench: Bench) -> None:
    marker = f"left-behind-{os.getpid()}"
    script = f"""
        import subprocess, sys
        for _ in range(3):
            subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', {marker!r}], start_new_session=True)
    """

    report = bench.run(script)

    assert report.exit_code == ExitCode.DONE
    everything = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert marker not in everything


# ---------------------------------------------------------------- the log


def test_a_binary_log_and_a_very_long_line_are_shown_as_they_can_be(bench: Bench) -> None:
    script = """
        import os
        os.write(1, bytes(range(256)) * 4)
        for _ in range(2000):
            os.write(1, b'x' * 10_000)
        os.write(1, b'\\nlast')
    """
    lines: list[str] = []

    report = bench.run(script, log=lines.append)

    assert report.exit_code == ExitCode.DONE
    assert lines[-1] == "last"
    assert sum(line.count("x") for line in lines) >= 20_000_000
    assert max(map(len, lines)) < 1_000_000
    assert any("\ufffd" in line for line in lines)


PRINT = "import os\nfor _ in range({count}): os.write(1, (b'x' * 99 + b'\\n') * 1000)"


def peak_of_a_run(bench: Bench, script: str) -> int:
    """The peak memory of hookkit itself, in KiB."""
    quiet = subprocess.DEVNULL
    probe = Probe(bench.project.root, bench.engine.image)
    with subprocess.Popen(
        [*HOOKKIT, *probe.arguments(script)], cwd=bench.project.root, stdout=quiet, stderr=quiet
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == ExitCode.DONE
    return usage.ru_maxrss


@any_engine
def test_memory_stays_flat_however_much_a_hook_prints(bench: Bench) -> None:
    assert peak_of_a_run(bench, PRINT.format(count=1000)) < 1.1 * peak_of_a_run(bench, PRINT.format(count=20))


# ---------------------------------------------------------------- the engine


def test_a_container_that_somebody_removes_is_told_from_a_hook_that_failed(bench: Bench) -> None:
    with pytest.raises(EngineError, match="somebody removed it") as caught:
        bench.run(WAIT, log=when_it_waits(bench.remove_containers))

    assert caught.value.exit_code == ExitCode.TOOL_FAILED
    assert "\n" not in str(caught.value)
    assert files(bench.output) == []


@pytest.fixture
def proxy(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineProxy]:
    with in_front_of(bench.engine.host, tmp_path / "e.sock") as proxy:
        monkeypatch.setenv("DOCKER_HOST", proxy.address)
        yield proxy
    bench.remove_containers()  # this process lives on, so that no other run removes what it owns
    forget_sockets()


def test_an_engine_that_dies_is_told_from_a_hook_that_failed(bench: Bench, proxy: EngineProxy) -> None:
    with pytest.raises(EngineError, match="the engine went away while the hook ran") as caught:
        bench.run(WAIT, log=when_it_waits(proxy.cut))

    assert caught.value.exit_code == ExitCode.TOOL_FAILED
    assert "\n" not in str(caught.value)
    assert files(bench.output) == []


@any_engine
def test_an_engine_that_hangs_is_given_up_when_the_hooks_time_is_over(bench: Bench, proxy: EngineProxy) -> None:
    impatient = replace(bench.runner, answer_seconds=1, grace_seconds=0.5)

    with pytest.raises(EngineError, match="does not answer any more"):
        bench.run(WAIT, log=when_it_waits(proxy.fall_silent), runner=impatient, timeout_seconds=3)


@any_engine
def test_the_next_run_removes_what_a_killed_one_left_and_nothing_of_a_living_one(bench: Bench, tmp_path: Path) -> None:
    living, killed = (
        Probe(write_project(tmp_path / name, bench.engine.image.source), bench.engine.image) for name in ("a", "b")
    )
    with living.running(WAIT) as alive:
        with killed.running(WAIT) as dead:
            dead.kill()
            dead.wait()
        assert len(bench.containers) == 2
        assert [*killed.output.iterdir()]

        bench.run("print('next')")

        assert len(bench.containers) == 1
        assert [*killed.output.iterdir()] == []
        assert [*living.output.iterdir()]
        alive.terminate()
        alive.communicate(timeout=60)


# ---------------------------------------------------------------- the outputs


def test_products_may_have_any_name(bench: Bench) -> None:
    names = [b"two\nlines", b"no\xffutf8", b" ", b"-rf"]
    script = f"import os\nfor name in {names!r}: open(os.path.join(os.fsencode(output), name), 'w').close()"

    report = bench.run(script)

    assert report.exit_code == ExitCode.DONE
    assert sorted(os.fsencode(path.name) for path in bench.output.iterdir()) == sorted(names)
    assert {os.fsencode(file.path) for file in report.outputs["output"]} == {*names}


def test_links_lead_to_nothing_of_the_callers(bench: Bench, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "data").write_text("mine")
    os.chown(precious / "data", 4242, 4242) if os.getuid() == 0 else None
    script = f"""
        import os
        (output / 'link').symlink_to({str(precious)!r})
        (output / 'to_file').symlink_to({str(precious / "data")!r})
        os.mkfifo(output / 'pipe')
    """

    report = bench.run(script)

    assert {one.rule for one in report.violations} == {"writes"}
    assert sorted(path.name for path in bench.output.iterdir()) == ["error.json", "link", "pipe", "to_file"]
    assert (precious / "data").stat().st_uid == (4242 if os.getuid() == 0 else os.getuid())
    assert {path.lstat().st_uid for path in bench.output.iterdir()} == {os.getuid()}


@any_engine
def test_a_link_in_the_place_of_the_output_hands_over_nothing(bench: Bench, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "data").write_text("mine")
    (precious / "error.json").write_text("mine")
    script = f"""
        import atexit, os
        os.rename('/mnt/vol/output', '/mnt/vol/elsewhere')
        os.symlink({str(precious)!r}, '/mnt/vol/output')
        os.symlink('/dev/zero', '/mnt/vol/.outcome.json')
        os._exit(CODE)
    """

    for code in (0, 101):
        bench.run(script.replace("CODE", str(code)))

    assert files(precious) == ["data", "error.json"]
    assert files(bench.output) == []


def test_no_product_becomes_a_program_that_runs_as_root(bench: Bench) -> None:
    report = bench.run("(output / 'tool').touch()\n(output / 'tool').chmod(0o6755)")

    assert report.exit_code == ExitCode.DONE
    assert (bench.output / "tool").stat().st_mode & 0o6000 == 0 or os.getuid()
