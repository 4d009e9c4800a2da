"""A hook in its container, as the platform would run it: what it can do there, and what its caller gets."""

import io
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from docker import DockerClient
from realparts.desk import hookkit, own_desk, write_project
from realparts.plain_user import PLAIN_USER, PlainUser, plain_user, site_packages
from realparts.probe import PROBE, Image, Probe, built, containers_of, files

from hookkit.contract import VOLUME, ExitCode
from hookkit.local.rules import RULES

__all__ = ["own_desk"]
pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parent.parent.parent
DOCKER = "unix:///var/run/docker.sock"

SEVERAL = '''
from pathlib import Path
from typing import Annotated

from hookkit import Input, Option, Output, hook


@hook(version="1.0.0")
def {name}(
    primary: Annotated[Path, Input("A scene")],
    secondary: Annotated[Path, Input("Another scene")],
    product: Annotated[Path, Output("The product")],
    quick_look: Annotated[Path, Output("A picture", optional=True)],
    dem: Annotated[Path | None, Input("Heights")] = None,
) -> None:
    """Put two scenes together."""
    texts = [place.read_text() for place in (primary / "a.txt", secondary)]
    (product / "both.txt").write_text(" ".join([*texts, secondary.name, str(dem)]))
    (quick_look / "look.txt").write_text("looks good")
'''


@pytest.fixture(scope="module")
def probe_image(
    engine: DockerClient,
    base_image: str,  # noqa: ARG001 - builds stand on it
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Image]:
    image = built(PROBE, tmp_path_factory.mktemp("probe") / "project")
    yield image
    left = containers_of(engine, image)
    for container in left:
        container.remove(force=True)
    engine.images.remove(image.reference)
    assert left == []


@pytest.fixture
def probe(probe_image: Image, tmp_path: Path) -> Probe:
    return Probe(write_project(tmp_path / "project", probe_image.source), probe_image)


# ---------------------------------------------------------------- what the container is


def test_temporary_files_home_and_working_directory_lie_in_the_volume(probe: Probe) -> None:
    places = probe.sees("[__import__('tempfile').mkdtemp(), os.path.expanduser('~'), os.getcwd()]")

    assert all(place.startswith(f"{VOLUME}/output/") for place in places)


# ---------------------------------------------------------------- inputs


def test_an_optional_input_that_is_not_given_is_none(probe: Probe) -> None:
    assert probe.sees("input") is None


def test_several_inputs_and_outputs_each_have_their_place(
    engine: DockerClient,
    base_image: str,  # noqa: ARG001 - builds stand on it
    tmp_path: Path,
) -> None:
    image = built(SEVERAL, tmp_path / "project")
    scenes = tmp_path / "scenes"
    (scenes / "primary").mkdir(parents=True)
    (scenes / "primary" / "a.txt").write_text("Hello,")
    (scenes / "earth.txt").write_text("Earth")
    inputs = ("--primary", str(scenes / "primary"), "--secondary", str(scenes / "earth.txt"))

    done = hookkit(tmp_path / "project", "run", "--engine", "container", *inputs, "--output", str(tmp_path / "out"))
    engine.images.remove(image.reference)

    assert done.returncode == 0, done.stderr
    assert files(tmp_path / "out") == ["product/both.txt", "quick_look/look.txt"]
    assert (tmp_path / "out/product/both.txt").read_text() == "Hello, Earth earth.txt None"


# ---------------------------------------------------------------- outputs

TREE = """
    (output / 'product' / 'deep').mkdir(parents=True)
    (output / 'product' / 'deep' / 'result.data').write_text('new')
    (output / 'link').symlink_to('product')
"""


def owners(folder: Path) -> set[tuple[int, int]]:
    """Owners and groups of a folder and all below."""
    return {(path.lstat().st_uid, path.lstat().st_gid) for path in (folder, *folder.rglob("*"))}


def test_outputs_belong_to_the_caller(probe: Probe) -> None:
    done = probe.run(TREE)

    assert done.returncode == 0, done.stderr
    assert owners(probe.output) == {(os.getuid(), os.getgid())}
    assert files(probe.output) == ["product/deep/result.data"]


@dataclass(frozen=True)
class Desk:
    """A plain user's, who may use the engine, with the project of the hook that does as told."""

    user: PlainUser
    probe: Probe

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        variables = {
            "PYTHONPATH": f"{REPOSITORY}:{site_packages()}",
            "DOCKER_HOST": os.environ.get("DOCKER_HOST", DOCKER),
        }
        words = [word if word != "--clear-groups" else f"--groups={_group()}" for word in self.user.command()]
        settings = [f"{name}={text}" for name, text in variables.items()]
        return subprocess.run(
            [*words, *settings, *command], cwd=self.probe.project, capture_output=True, text=True, check=False
        )

    def hookkit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(str(self.user.python), "-P", "-m", "hookkit", *arguments)


def _group() -> int:
    """The group of those who may use the engine."""
    return Path(os.environ.get("DOCKER_HOST", DOCKER).removeprefix("unix://")).stat().st_gid


@pytest.fixture
def plain(probe_image: Image) -> Iterator[Desk]:
    with plain_user() as user:
        probe = Probe(write_project(user.home / "project", probe_image.source), probe_image)
        user.own(probe.project)
        yield Desk(user, probe)


def test_outputs_of_a_plain_user_are_theirs(plain: Desk) -> None:
    done = plain.hookkit(*plain.probe.arguments(TREE))

    assert done.returncode == 0, done.stderr
    assert owners(plain.probe.output) == {(os.getuid() or PLAIN_USER, os.getgid() or PLAIN_USER)}


def test_the_printed_line_does_the_same_when_a_plain_user_pastes_it(plain: Desk) -> None:
    printed = plain.hookkit(*plain.probe.arguments(TREE, "--input", "in", "--print"))
    assert printed.returncode == 0, printed.stderr
    assert not plain.probe.output.exists()

    done = plain.run("bash", "-ec", f"mkdir out; {printed.stdout}")

    assert done.returncode == 0, done.stderr
    assert owners(plain.probe.output) == {(os.getuid() or PLAIN_USER, os.getgid() or PLAIN_USER)}
    assert sorted(path.name for path in plain.probe.output.iterdir()) == ["link", "product"]


def test_earlier_outputs_are_replaced_entry_by_entry(probe: Probe) -> None:
    (probe.output / "product").mkdir(parents=True)
    (probe.output / "product" / "old.data").write_text("old")
    (probe.output / "other.data").write_text("old")

    probe.run(TREE)

    assert files(probe.output) == ["other.data", "product/deep/result.data"]


def test_a_hook_that_fails_leaves_its_error_and_what_was_there_before(probe: Probe) -> None:
    (probe.output / "product").mkdir(parents=True)
    (probe.output / "product" / "old.data").write_text("old")

    done = probe.run(
        f"from hookkit import HookError{TREE}    raise HookError('too cloudy', code=101)".replace("    ", "")
    )

    assert done.returncode == 101
    assert files(probe.output) == ["error.json", "product/old.data"]
    assert json.loads((probe.output / "error.json").read_text())["message"] == "too cloudy"
    assert owners(probe.output) == {(os.getuid(), os.getgid())}
    assert "too cloudy" in done.stdout


def test_nothing_is_handed_over_of_a_container_that_is_killed_as_a_whole(probe: Probe) -> None:
    done = probe.run("import os\n(output / 'half').write_text('x')\nos.kill(os.getppid(), 9)", "--json")

    assert done.returncode == ExitCode.KILLED
    assert json.loads(done.stdout)["status"] == "killed"
    assert list(probe.output.iterdir()) == []


def test_the_error_of_an_earlier_run_goes_when_the_hook_is_done(probe: Probe) -> None:
    probe.run("raise ValueError")
    assert files(probe.output) == ["error.json"]

    probe.run(TREE)

    assert files(probe.output) == ["product/deep/result.data"]


def test_process_and_container_give_the_same_bytes_and_the_same_report(probe: Probe) -> None:
    script = f"{TREE}\n    print('said')"
    as_asked = (f"--script={dedent(script)}", "--json", "--log", "text")
    container = probe.run(script, *as_asked[1:])
    process = hookkit(probe.project, "run", "--output", "out-process", *as_asked)

    reports = [json.loads(done.stdout) for done in (container, process)]
    assert [done.returncode for done in (container, process)] == [0, 0]
    assert [report.pop("engine") for report in reports] == ["container docker", "process"]
    for report in reports:
        assert report.pop("duration_seconds") > 0
        assert report.pop("peak_memory_bytes") > 0
        assert [one["rule"] for one in report.pop("enforcement")] == list(RULES)
    assert reports[0] == reports[1]
    assert reports[0]["log"] == ["said"]


# ---------------------------------------------------------------- while it runs


def test_the_log_comes_as_it_is_written(probe: Probe) -> None:
    script = "import time\nprint('waits')\nwhile not (input / 'go').exists(): time.sleep(0.05)"
    with probe.running(script, "--input", "in") as process:
        (probe.project / "in" / "go").touch()
        _, rest = process.communicate(timeout=60)

    assert process.returncode == 0, rest


def test_stdout_and_stderr_of_the_hook_are_one_log_and_no_part_of_the_report(probe: Probe) -> None:
    script = (
        "import logging, sys\nprint('out')\nprint('err', file=sys.stderr)\nlogging.getLogger('x').warning('logged')"
    )

    done = probe.run(script, "--json")

    assert json.loads(done.stdout)["log"] == done.stderr.splitlines()
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {(line["log.logger"], line["message"]) for line in lines} == {
        ("stdout", "out"),
        ("stderr", "err"),
        ("x", "logged"),
    }


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, ExitCode.STOPPED), (signal.SIGINT, ExitCode.INTERRUPTED)],
    ids=["SIGTERM", "SIGINT"],
)
def test_a_signal_stops_the_hook_which_cleans_up(
    engine: DockerClient, probe: Probe, number: signal.Signals, code: ExitCode
) -> None:
    script = """
        import time
        print('waits')
        try:
            time.sleep(600)
        finally:
            print('cleaned up')
    """
    with probe.running(script) as process:
        process.send_signal(number)
        _, log = process.communicate(timeout=60)

    assert process.returncode == code
    assert "cleaned up" in log
    assert containers_of(engine, probe.image) == []
    assert files(probe.output) == ["error.json"]


def test_volumes_that_an_image_asks_for_go_with_the_container(engine: DockerClient, probe: Probe) -> None:
    recipe = io.BytesIO(f"FROM {probe.image.reference}\nVOLUME /data\n".encode())
    name = f"{probe.image.reference}-with-volume"
    engine.images.build(fileobj=recipe, tag=name, rm=True)
    before = {volume.name for volume in engine.volumes.list()}

    done = probe.run("import os; print(os.path.ismount('/data'))", "--image", name, "--log", "text")
    left = {volume.name for volume in engine.volumes.list()} - before
    engine.images.remove(name)

    assert done.returncode == 0, done.stderr
    assert "True" in done.stderr
    assert left == set()


def test_nothing_is_left_of_a_run_whose_reader_has_gone(engine: DockerClient, probe: Probe) -> None:
    script = "import time\nwhile True: print('waits'); time.sleep(0.05)"
    with probe.running(script) as process:
        assert process.stderr
        process.stderr.close()
        process.wait(timeout=60)

    assert process.returncode == ExitCode.TOOL_FAILED
    assert containers_of(engine, probe.image) == []
    assert list(probe.output.iterdir()) == []


# ---------------------------------------------------------------- what goes wrong before


def test_an_image_that_is_not_there_is_one_line_and_no_folder(probe: Probe) -> None:
    done = hookkit(probe.project, *probe.arguments(TREE, "--image", "nobody/has-this:1"))

    assert done.returncode == ExitCode.TOOL_FAILED
    assert done.stderr == "image nobody/has-this:1: is not in the engine; make it with `hookkit build`, or pull it\n"
    assert not probe.output.exists()


def test_no_engine_is_one_line_and_no_folder(probe: Probe) -> None:
    done = probe.run(TREE, DOCKER_HOST=f"unix://{probe.project}/nobody")

    assert done.returncode == ExitCode.TOOL_FAILED
    assert len(done.stderr.splitlines()) == 1
    assert "there is no Docker engine" in done.stderr
    assert not probe.output.exists()


def test_without_an_image_one_line_says_to_build_one(probe: Probe) -> None:
    done = hookkit(probe.project, "run", "--engine", "container", "--output", "out", "--script=pass")

    assert done.returncode == ExitCode.WRONG_INPUT
    assert len(done.stderr.splitlines()) == 1
    assert "hookkit build" in done.stderr
    assert not probe.output.exists()


def test_an_output_that_is_no_folder_starts_no_container(probe: Probe) -> None:
    probe.output.write_text("a file")

    done = probe.run(TREE)

    assert done.returncode == ExitCode.WRONG_INPUT
    assert "is no folder" in done.stderr
    assert probe.output.read_text() == "a file"


def test_the_printed_line_does_the_same_when_whoever_printed_it_pastes_it(probe: Probe) -> None:
    printed = probe.run(TREE, "--print").stdout

    subprocess.run(["bash", "-ec", f"mkdir out; {printed}"], cwd=probe.project, check=True)

    assert owners(probe.output) == {(os.getuid(), os.getgid())}


def test_the_printed_line_bounds_what_a_run_bounds(probe: Probe) -> None:
    line = probe.run(TREE, "--print").stdout

    assert line.startswith("docker run --rm ")
    assert all(rule in line for rule in ("--read-only", "--network=none", "--cap-drop=ALL", "--memory=67108864"))
