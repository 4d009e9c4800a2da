"""A hook in its image where no engine answers: each way that a machine lets, what holds there, what is reported."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from docker import DockerClient
from realparts.desk import hookkit, own_desk, write_project
from realparts.layouts import python_layout
from realparts.once import turn
from realparts.plain_user import PlainUser, plain_user, site_packages
from realparts.refusing import refusing

from hookkit.cli.battery import container_place
from hookkit.contract import ExitCode
from hookkit.errors import ProjectError
from hookkit.local import rules
from hookkit.project import find_project

__all__ = ["own_desk", "python_layout"]
pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).parent.parent / "realparts" / "unpacked.py"
REPOSITORY = PROGRAM.parent.parent.parent

#: A hook that does what it is told: one image serves all tests.
PROBE = '''
from pathlib import Path
from typing import Annotated

from hookkit import Input, Option, Output, Secret, hook


@hook(version="1.0.0", cpu=1, memory="128Mi")
def probe(
    output: Annotated[Path, Output("Folder for the product")],
    script: Annotated[str, Option("What to do")],
    token: Annotated[Secret | None, Option("A secret")] = None,
    input: Annotated[Path | None, Input("Folder or file")] = None,
) -> None:
    """Do as told."""
    exec(script, {"input": input, "output": output, "token": token})
'''


@dataclass(frozen=True)
class Desk:
    """Somebody on a machine, with the project of the hook that does as told.

    Attributes:
        way: that the image is run there.
        before: the words before a command that make it theirs.
        python: that runs hookkit.

    """

    way: str
    project: Path
    before: tuple[str, ...]
    python: str
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def has_root(self) -> bool:
        return self.way != "loader"

    @property
    def output(self) -> Path:
        return self.project / "out"

    def command(self, script: str, *more: str, **variables: str) -> list[str]:
        named = [f"{name}={text}" for name, text in {**self.variables, **variables}.items()]
        call = [str(PROGRAM), "--output", "out", f"--script={dedent(script)}", *more]
        return [*self.before, "env", *named, self.python, *call]

    def run(self, script: str, *more: str, **variables: str) -> subprocess.CompletedProcess[str]:
        shutil.rmtree(self.output, ignore_errors=True)
        command = self.command(script, *more, **variables)
        return subprocess.run(command, cwd=self.project, capture_output=True, text=True, timeout=120, check=False)

    def report(self, script: str, *more: str, **variables: str) -> dict[str, Any]:
        """The report of a run, however it ended."""
        done = self.run(script, *more, **variables)
        assert done.stdout, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        assert found["exit_code"] == done.returncode
        return found

    def sees(self, expression: str, *more: str, **variables: str) -> Any:
        """The value of an expression in the container, by way of JSON."""
        script = f"import json, os, pathlib, socket, sys\n(output / 'seen').write_text(json.dumps({expression}))"
        report = self.report(script, *more, **variables)
        assert report["exit_code"] == 0, report
        return json.loads((self.output / "seen").read_text())


@pytest.fixture(scope="session")
def built_probe(shared_folder: Path, python_layout: Path) -> Path:
    """The project of the hook that does as told, with its image; it's built once a test run."""
    folder = shared_folder / "probe without engine"
    with turn(shared_folder / "probe.lock"):
        if not folder.exists():
            write_project(folder, PROBE)
            base = f"oci:{python_layout}"
            cache = {"XDG_CACHE_HOME": str(shared_folder / "cache")}
            done = hookkit(folder, "build", "--builder", "oci", "--base-image", base, **cache)
            assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def somebody() -> Iterator[PlainUser]:
    """A plain user for all tests: what is unpacked for them is unpacked once."""
    with plain_user() as user:
        (user.home / "bin").mkdir()
        (user.home / "bin/python").symlink_to(user.python)
        yield user


#: Who, what of the kernel or the machine they have to do without, and the way that is left.
DESKS = {
    "plain-bubblewrap": ("plain", (), "bubblewrap"),
    "plain-namespaces": ("plain", ("bwrap",), "namespaces"),
    "plain-loader": ("plain", ("bwrap", "namespaces"), "loader"),
    "root-namespaces": ("root", (), "namespaces"),
    "root-loader": ("root", ("namespaces",), "loader"),
}


@pytest.fixture(scope="module", params=DESKS)
def desk(
    request: pytest.FixtureRequest, built_probe: Path, somebody: PlainUser, tmp_path_factory: pytest.TempPathFactory
) -> Desk:
    who, lacks, way = DESKS[request.param]
    if who == "root" and os.getuid():
        pytest.skip("only root can try what root may")
    if way == "bubblewrap" and shutil.which("bwrap") is None:
        pytest.skip("no bubblewrap here: install Debian's package of that name")
    return make_desk(built_probe, somebody if who == "plain" else None, tmp_path_factory.mktemp("desk"), lacks, way)


def make_desk(built: Path, user: PlainUser | None, scratch: Path, lacks: tuple[str, ...], way: str) -> Desk:
    folder = (user.home if user else scratch) / "project"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(built, folder)
    if user:
        user.own(folder)
    python = str(user.python if user else sys.executable)
    filtered = refusing(*(one for one in lacks if one != "bwrap"))
    before = [*(user.command() if user else []), *([python, *filtered[1:]] if filtered else [])]
    variables = {
        "PATH": "/nowhere" if "bwrap" in lacks else "/usr/bin:/bin",
        "PYTHONPATH": f"{REPOSITORY}:{site_packages()}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AUTHORS_OWN": "1",
    }
    return Desk(way, folder, tuple(before), python, variables)


# ---------------------------------------------------------------- what a run is


def test_the_hook_of_the_image_runs_and_its_products_are_the_callers(desk: Desk) -> None:
    report = desk.report("(output / 'seen').write_text(input.read_text())\nprint('said')", "--input=in/example.data")

    assert (report["engine"], report["status"]) == (f"container {desk.way}", "done")
    assert report["log"] == ["said"] or "said" in report["log"][0]
    assert (desk.output / "seen").read_text() == "Hello, Earth\n"
    assert {path.lstat().st_uid for path in (desk.output, *desk.output.iterdir())} == {desk.project.stat().st_uid}
    assert [path.name for path in desk.output.iterdir()] == ["seen"]


#: What a hook finds out about where it is; one run tells it all.
LOOK_AROUND = """
    import errno, json, multiprocessing, os, pathlib, subprocess, sys

    def write_to(folder):
        try:
            (pathlib.Path(folder) / f'x{os.getpid()}').write_text('x')
        except OSError as error:
            return errno.errorcode[error.errno]
        return ''

    code = os.path.dirname(__import__('my_hook').__file__)
    asked = [sys.executable, '-c', 'import hookkit, sys; print(sys.prefix)']
    with multiprocessing.Manager() as manager:
        managed = list(manager.list([3]))
    seen = {
        'prefix': sys.base_prefix,
        'modules': [os.__file__, __import__('hookkit').__file__, code],
        'child': subprocess.run(asked, capture_output=True, text=True).stdout.strip() == sys.prefix,
        'spawned': multiprocessing.get_context('spawn').Pool(2).map(abs, [-1, -2]),
        'managed': managed,
        'variables': dict(os.environ),
        'user': os.getuid(),
        'status': pathlib.Path('/proc/self/status').read_text(),
        'processes': sorted(int(name) for name in os.listdir('/proc') if name.isdigit()),
        'writes': {str(folder): write_to(folder) for folder in [*FOLDERS, code, input]},
        'shared memory': write_to('/dev/shm'),
    }
    (output / 'seen').write_text(json.dumps(seen))
"""
FOLDERS = ("/", "/tmp", "/var/tmp", "/opt/hook", "/etc", "/usr", "/dev", "/run", "/sys", "/proc/sys/kernel")


@pytest.fixture(scope="module")
def seen(desk: Desk) -> dict[str, Any]:
    script = LOOK_AROUND.replace("FOLDERS", repr([*FOLDERS, str(desk.project)]))
    report = desk.report(script, "--input=in")
    assert report["exit_code"] == 0, report
    return {**json.loads((desk.output / "seen").read_text()), "report": report}


def test_its_python_and_modules_are_the_images(desk: Desk, seen: dict[str, Any]) -> None:
    expected = "/usr/local", "/usr/local/lib", "/opt/hookkit", "/opt/hook/code"
    for place, below in zip((seen["prefix"], *seen["modules"]), expected, strict=True):
        assert place.startswith(below) if desk.has_root else "/folders/rootfs/" in place and below in place


def test_pythons_of_python_work(seen: dict[str, Any]) -> None:
    assert seen["child"]
    assert seen["spawned"] == [1, 2]
    assert seen["managed"] == [3], "by a socket in the folder of temporary files"


def test_the_environment_is_the_images(desk: Desk, seen: dict[str, Any]) -> None:
    assert "AUTHORS_OWN" not in seen["variables"]
    assert seen["variables"]["LANG"] == "C.UTF-8"
    if desk.has_root:
        assert seen["variables"]["PATH"].startswith("/opt/hook/bin:/usr/local/bin:")


def test_a_secret_is_a_file(desk: Desk) -> None:
    variable = {"HOOKKIT_OPTION_TOKEN": "s3cret"}
    assert desk.sees("token.reveal() == 's3' 'cret'", **variable) is True
    assert "s3cret" not in desk.run("print(token.reveal())", **variable).stderr


def test_an_input_may_have_any_name(desk: Desk) -> None:
    name = 'S1A_2024-05-01T06:00:00, the "best" später '
    (desk.project / "in" / name).mkdir()
    (desk.project / "in" / name / name).write_text("Hello")

    assert desk.sees("[path.read_text() for path in input.iterdir()]", "--input", f"in/{name}") == ["Hello"]


def test_an_input_that_is_the_callers_alone_is_read_and_stays_theirs(desk: Desk) -> None:
    scene = desk.project / "in" / "private"
    shutil.rmtree(scene, ignore_errors=True)
    (scene / "deep").mkdir(parents=True)
    (scene / "deep" / "file").write_text("Hello")
    for path, mode in ((scene / "deep" / "file", 0o600), (scene / "deep", 0o700), (scene, 0o700)):
        shutil.chown(path, desk.project.stat().st_uid, desk.project.stat().st_gid)
        path.chmod(mode)

    assert desk.sees("(input / 'deep' / 'file').read_text()", "--input=in/private") == "Hello"
    assert desk.sees("[input.name, input.read_text()]", "--input=in/private/deep/file") == ["file", "Hello"]
    facts = [(path.stat().st_mode & 0o777, path.stat().st_uid) for path in (scene, *sorted(scene.rglob("*")))]
    assert facts == [(mode, desk.project.stat().st_uid) for mode in (0o700, 0o700, 0o600)]


# ---------------------------------------------------------------- the rules


def test_nothing_but_the_volume_and_shared_memory_can_be_written(seen: dict[str, Any]) -> None:
    assert set(seen["writes"].values()) <= {"EROFS", "EACCES", "ENOENT"}, seen["writes"]
    assert seen["shared memory"] == ""
    assert state_of(seen["report"], rules.WRITES.name) == "enforced"


def test_files_of_the_machine_are_not_there(desk: Desk) -> None:
    (desk.project / "private").write_text("mine")
    found = desk.report(f"open({str(desk.project / 'private')!r})")

    assert found["exit_code"] == ExitCode.HOOK_FAILED
    [violation] = found["violations"]
    assert violation["rule"] == rules.READS.name
    assert "private" in violation["what"]
    assert state_of(found, rules.READS.name) == "enforced"


def test_programs_and_libraries_of_the_machine_are_not_there(desk: Desk) -> None:
    script = """
        import subprocess
        for place in ('/usr/bin/setpriv', '/usr/bin/env'):
            try:
                subprocess.run([place])
            except OSError as error:
                print('refused', place)
            else:
                raise SystemExit(f'it could run {place}')
        try:
            open(MODULE)
        except OSError:
            (output / 'seen').touch()
    """
    assert desk.report(script.replace("MODULE", repr(json.__file__)))["status"] == "done"


def test_no_server_and_no_socket_of_the_machine_is_in_reach(desk: Desk) -> None:
    local = desk.project / "socket"
    local.unlink(missing_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as own:
        own.bind(str(local))
        own.listen()
        local.chmod(0o777)
        for family, address in (("AF_INET", server.getsockname()), ("AF_UNIX", str(local))):
            report = desk.report(f"import socket; socket.socket(socket.{family}).connect({address!r})")
            assert report["exit_code"] == ExitCode.HOOK_FAILED, report
    assert {state_of(report, rule.name) for rule in (rules.NETWORK, rules.SOCKETS)} == {"enforced"}


def test_servers_of_its_own_are_in_reach(desk: Desk) -> None:
    script = """
        import socket
        with socket.create_server(('127.0.0.1', 0)) as server:
            socket.create_connection(server.getsockname(), 5).close()
        (output / 'seen').touch()
    """
    assert desk.report(script)["status"] == "done"


def test_it_is_not_root_and_gains_no_rights(desk: Desk, seen: dict[str, Any]) -> None:
    facts = dict(line.split(":\t", 1) for line in seen["status"].splitlines() if ":\t" in line)

    assert seen["user"]
    assert facts["NoNewPrivs"] == "1"
    assert facts["Seccomp"] == "2"
    if "setpriv" in desk.before or desk.has_root:  # by the loader, who was root keeps a right over files
        assert [int(facts[name], 16) for name in ("CapEff", "CapPrm", "CapAmb")] == [0, 0, 0]


def test_processes_of_the_machine_are_not_seen(desk: Desk, seen: dict[str, Any]) -> None:
    if desk.has_root:
        assert seen["processes"][0] == 1
        assert os.getpid() not in seen["processes"]


def test_every_rule_is_reported_and_enforced(seen: dict[str, Any]) -> None:
    enforcement = seen["report"]["enforcement"]
    assert [one["rule"] for one in enforcement] == list(rules.RULES)
    assert {one["state"] for one in enforcement} == {"enforced"}


def test_where_every_rule_is_enforced_and_has_to_be_the_hook_is_started(desk: Desk) -> None:
    assert desk.run("(output / 'seen').touch()", STRICT="1").returncode == ExitCode.DONE


def test_what_hookkit_itself_takes_is_not_the_hooks_memory(desk: Desk) -> None:
    assert (
        desk.report("import time; time.sleep(0.3); (output / 'x').touch()", BALLAST=str(400 << 20))["status"] == "done"
    )


def state_of(report: dict[str, Any], rule: str) -> str:
    [state] = [one["state"] for one in report["enforcement"] if one["rule"] == rule]
    return str(state)


# ---------------------------------------------------------------- how it ends


def test_a_hook_that_eats_memory_ends_with_137(desk: Desk) -> None:
    report = desk.report("eaten = bytearray(512 * 1024 * 1024)\nimport time; time.sleep(60)")
    assert report["exit_code"] == ExitCode.KILLED
    assert report["message"].startswith("out of memory: it needs more than @hook(memory='128Mi')")


def test_a_signal_stops_the_hook_which_cleans_up(desk: Desk) -> None:
    script = """
        import time
        try:
            print('waits', flush=True)
            time.sleep(60)
        finally:
            print('cleaned', flush=True)
    """
    command = ["env", "--default-signal=INT,TERM,HUP", *desk.command(script)]
    with subprocess.Popen(
        command, cwd=desk.project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        assert "waits" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        told, log = process.communicate(timeout=60)
    assert json.loads(told)["exit_code"] == process.returncode == ExitCode.STOPPED
    assert "cleaned" in log


WAIT = "import time; print('waits', flush=True); time.sleep(60)"


def test_what_a_killed_run_leaves_goes_with_the_next_one(desk: Desk) -> None:
    process = subprocess.Popen(
        desk.command(WAIT, HOOKKIT_OPTION_TOKEN="s3cret"), cwd=desk.project, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stderr
        assert "waits" in process.stderr.readline()
        process.kill()
    [staging] = desk.output.glob(".hookkit-*")

    command = desk.command("(output / 'seen').touch()")
    done = subprocess.run(command, cwd=desk.project, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert not staging.exists()
    assert not list(Path(temporary_folder_of(desk)).glob("hookkit-*"))


def test_nothing_is_left_of_a_run(desk: Desk) -> None:
    mark = f"hookkit-left-{desk.way}"
    script = f"""
        import os, subprocess, sys
        subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)', {mark!r}], start_new_session=True)
        (output / 'locked').mkdir(mode=0)
        raise ValueError
    """
    assert desk.report(script)["exit_code"] == ExitCode.HOOK_FAILED
    assert subprocess.run(["pgrep", "-f", mark], capture_output=True, check=False).stdout == b""
    assert "/rootfs/" not in Path("/proc/self/mountinfo").read_text()
    assert [path.name for path in desk.output.iterdir()] == ["error.json"]
    assert not list(Path(temporary_folder_of(desk)).glob("hookkit-*"))


def temporary_folder_of(desk: Desk) -> str:
    words = [word for word in desk.before if word.startswith("TMPDIR=")]
    return words[0].removeprefix("TMPDIR=") if words else "/nowhere"


# ---------------------------------------------------------------- what can be wrong


def test_the_printed_line_does_the_same_when_it_is_pasted(
    built_probe: Path, somebody: PlainUser, tmp_path: Path
) -> None:
    desk = make_desk(built_probe, somebody, tmp_path, (), "bubblewrap")
    done = desk.run("(output / 'seen').write_text('x')", "--input=in", PRINT="1")
    assert done.returncode == 0, done.stderr
    line = shlex.join(json.loads(done.stdout))
    pasted = [*desk.before, "bash", "-ec", f"mkdir out; {line}"]
    subprocess.run(pasted, cwd=desk.project, check=True)
    assert (desk.output / "seen").read_text() == "x"


def test_the_battery_says_that_it_takes_an_engine(built_probe: Path) -> None:
    with pytest.raises(ProjectError, match="takes an engine that holds the image; build it into one"):
        container_place(find_project(built_probe), None)


@pytest.fixture
def any_desk(built_probe: Path, tmp_path: Path) -> Desk:
    return make_desk(built_probe, None, tmp_path, (), "namespaces")


def test_where_a_rule_cannot_be_enforced_and_has_to_be_the_hook_is_not_started(
    built_probe: Path, tmp_path: Path
) -> None:
    desk = make_desk(built_probe, None, tmp_path, ("namespaces", "landlock"), "loader")
    done = desk.run("(output / 'seen').touch()", STRICT="1")
    assert done.returncode == ExitCode.TOOL_FAILED
    assert "rule reads: can't be enforced here" in done.stderr
    assert not (desk.output / "seen").exists()


def test_without_a_layout_there_is_one_line(any_desk: Desk) -> None:
    shutil.rmtree(any_desk.project / "dist/image")
    done = any_desk.run("")
    assert done.returncode == ExitCode.HOOK_FAILED
    assert (
        done.stderr == f"{any_desk.project}/dist/image: is no OCI image layout; name a folder that holds oci-layout\n"
    )


def test_a_damaged_layer_is_named(any_desk: Desk, tmp_path: Path) -> None:
    for blob in (any_desk.project / "dist/image/blobs/sha256").iterdir():
        if blob.stat().st_size > 1 << 20:
            blob.write_bytes(b"\0" * blob.stat().st_size)
    done = any_desk.run("", XDG_CACHE_HOME=str(tmp_path / "fresh"))
    assert done.returncode == ExitCode.HOOK_FAILED
    assert "is no image, or a damaged one: its digest is" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_image_of_another_platform_is_refused(any_desk: Desk, python_layout: Path) -> None:
    base = f"oci:{python_layout}"
    platform = "linux/arm64" if os.uname().machine == "x86_64" else "linux/amd64"
    built = hookkit(any_desk.project, "build", "--builder", "oci", "--base-image", base, "--platform", platform)
    assert built.returncode == 0, built.stderr
    done = any_desk.run("")
    assert done.returncode == ExitCode.HOOK_FAILED
    assert f"is not for linux/{'amd64' if platform.endswith('arm64') else 'arm64'}" in done.stderr


# ---------------------------------------------------------------- in a pod's likeness


def test_it_runs_in_a_container_that_may_make_none(
    engine: DockerClient, base_image: str, built_probe: Path, somebody: PlainUser
) -> None:
    """Docker's own filter of system calls refuses namespaces, as that of a JupyterHub pod does."""
    desk = make_desk(built_probe, somebody, somebody.home, (), "loader")
    own = {"REPORT": "report.json", "HOME": str(somebody.home), "PATH": "/usr/local/bin:/usr/bin"}
    engine.containers.run(
        base_image,
        [str(PROGRAM), "--output=out", "--script=(output / 'seen').write_text('x')"],
        entrypoint="python3",
        user="12345:12345",
        working_dir=str(desk.project),
        environment={**desk.variables, **own},
        volumes={
            str(REPOSITORY): {"bind": str(REPOSITORY), "mode": "ro"},
            str(somebody.home): {"bind": str(somebody.home), "mode": "rw"},
        },
        network_mode="none",
        remove=True,
    )
    assert json.loads((desk.project / "report.json").read_text())["engine"] == "container loader"
    assert (desk.output / "seen").read_text() == "x"
