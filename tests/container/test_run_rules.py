"""The platform's rules in a container of each engine: what the report calls enforced is."""

import errno
import json
import os

import pytest
from realparts.bench import Bench, bench, bench_engine, podman_host, probe_of_all
from realparts.desk import own_desk

from hookkit.contract import IMAGE_USER, VOLUME, ExitCode
from hookkit.local.rules import RULES

__all__ = ["bench", "bench_engine", "own_desk", "podman_host", "probe_of_all"]
pytestmark = pytest.mark.slow

#: What a hook finds out about its container, by way of JSON.
LOOK_AROUND = """
    import errno, json, os, pathlib, resource, socket

    def write_to(folder):
        try:
            pathlib.Path(folder, 'x').write_text('x')
        except OSError as error:
            return error.errno
        return 0

    def limit_of(*names):
        for name in names:
            if (file := pathlib.Path('/sys/fs/cgroup', name)).exists():
                return file.read_text().strip()

    seen = {
        'user': os.getuid(),
        'group': os.getgid(),
        'status': pathlib.Path('/proc/self/status').read_text(),
        'networks': [name for _, name in socket.if_nameindex()],
        'sockets': [str(path) for path in pathlib.Path('/').glob('*run/**/*.sock')],
        'writes': {folder: write_to(folder) for folder in FOLDERS},
        'shared': os.statvfs('/dev/shm').f_frsize * os.statvfs('/dev/shm').f_blocks,
        'memory': limit_of('memory/memory.limit_in_bytes', 'memory.max'),
        'swap': limit_of('memory/memory.memsw.limit_in_bytes'),
        'processes': limit_of('pids/pids.max', 'pids.max'),
        'variables': sorted(os.environ),
    }
    (output / 'seen.json').write_text(json.dumps(seen))
"""
READ_ONLY = ("/", "/tmp", "/var/tmp", "/run", "/opt/hook", "/etc", "/usr", "/mnt", "/dev")
REFUSALS = {errno.EROFS, errno.EACCES, errno.ENOENT}


def test_the_rules_hold_and_the_report_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHORS_OWN", "1")
    report = bench.run(LOOK_AROUND.replace("FOLDERS", repr((*READ_ONLY, VOLUME, "/dev/shm"))))
    seen = json.loads((bench.output / "seen.json").read_text())

    assert report.exit_code == ExitCode.DONE
    assert report.engine == f"container {bench.engine.name}"
    assert [one.rule for one in report.enforcement] == list(RULES)
    assert {one.state for one in report.enforcement} == {"enforced"}
    assert report.violations == ()

    assert {seen["writes"].pop(VOLUME), seen["writes"].pop("/dev/shm")} == {0}
    assert set(seen["writes"].values()) <= REFUSALS
    assert seen["networks"] == ["lo"]
    assert seen["sockets"] == []
    assert seen["shared"] == 64 << 20
    assert seen["memory"] == str(64 << 20)
    assert seen["swap"] in {None, str(64 << 20)}
    assert seen["processes"] == "1024"
    assert "AUTHORS_OWN" not in seen["variables"]
    status = dict(line.split(":\t", 1) for line in seen["status"].splitlines() if ":\t" in line)
    assert [int(status[name], 16) for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")] == [0, 0, 0, 0]
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert (seen["user"], seen["group"]) == bench.user or not os.getuid()
    assert seen["user"] > IMAGE_USER


def test_a_hook_that_declares_a_network_has_one(bench: Bench) -> None:
    report = bench.run(LOOK_AROUND.replace("FOLDERS", "()"), network=True)

    assert len(json.loads((bench.output / "seen.json").read_text())["networks"]) > 1
    assert [one.rule for one in report.enforcement if one.state == "lifted"] == ["network"]


def test_a_hook_may_declare_more_processors_than_the_machine_has(bench: Bench) -> None:
    resources = bench.spec.resources.replace(cpu=bench.spec.resources.cpu.parse(512))

    assert bench.run("pass", resources=resources).exit_code == ExitCode.DONE


def test_a_refused_file_is_named_with_the_line_and_what_to_write_instead(bench: Bench) -> None:
    report = bench.run("open('/tmp/x', 'w')")

    assert report.exit_code == ExitCode.HOOK_FAILED
    [violation] = report.violations
    assert violation.rule == "writes"
    assert "/tmp/x" in violation.what
    assert violation.line.startswith("my_hook.py:")


TOUCH = """
    import json
    file = input if input.is_file() else input / input.name
    text = file.read_text()
    try:
        number = file.write_text('mine')
    except OSError as error:
        number = error.errno
    (output / 'seen.json').write_text(json.dumps([input.name if input.is_file() else '', text, number]))
"""


@pytest.mark.parametrize("name", ["S1A_2024-05-01T06:00:00.SAFE", "a, b", 'the "best"\nof two lines, später '])
def test_an_input_may_have_any_name_and_is_read_only(bench: Bench, name: str) -> None:
    scene = bench.project.root / "in" / name / "input"
    scene.parent.mkdir()
    scene.write_text("Hello")

    bench.run(TOUCH, scene.parent)
    assert json.loads((bench.output / "seen.json").read_text()) == ["", "Hello", errno.EROFS]
    bench.run(TOUCH, scene.rename(scene.with_name(name)))
    assert json.loads((bench.output / "seen.json").read_text()) == [name, "Hello", errno.EROFS]


def test_an_input_that_is_the_callers_alone_is_read_and_stays_theirs(bench: Bench) -> None:
    scene = bench.project.root / "in" / "input"
    scene.mkdir(mode=0o700)
    (scene / "input").touch(mode=0o600)
    (scene / "input").write_text("Hello")
    (scene / "nobody").symlink_to("/nowhere")
    os.mkfifo(scene / "pipe", 0o600)

    bench.run(TOUCH, scene)

    assert json.loads((bench.output / "seen.json").read_text()) == ["", "Hello", errno.EROFS]
    facts = {path.name: (path.lstat().st_mode & 0o777, path.lstat().st_uid) for path in (scene, *scene.iterdir())}
    assert facts["input"] == (0o600, os.getuid())
    assert scene.stat().st_mode & 0o777 == 0o700


def test_an_output_that_lies_in_the_input_is_no_part_of_it(bench: Bench) -> None:
    scene = bench.project.root / "in" / "input"
    (scene / "out").mkdir(parents=True, mode=0o700)
    (scene / "file").touch(mode=0o600)
    script = "(output / 'seen').write_text(' '.join(sorted(path.name for path in input.iterdir())))"

    report = bench.run(script, scene, output=scene / "out")

    assert report.exit_code == ExitCode.DONE
    assert (scene / "out" / "seen").read_text() == "file out"
    assert [path.name for path in (scene / "out").iterdir()] == ["seen"]
