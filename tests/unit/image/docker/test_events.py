"""What the engine's program prints is understood as the SDK's events are."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from hookkit.errors import BuildError, EngineError
from hookkit.image.builder import Progress
from hookkit.image.docker.build_log import BuildLog
from hookkit.image.docker.context import build_context
from hookkit.image.docker.events import BuildCall, BuildEvents, by_buildx, by_program, has_buildx
from hookkit.image.platform import Platform

IMAGE = f"sha256:{'12' * 32}"
#: BuildKit's, of a build whose first step was cached.
BUILT = f"""\
    #0 building with "default" instance using docker driver

    #1 [internal] load remote build context
    #1 DONE 0.0s

    #2 copy /context /
    #2 DONE 0.2s

    #3 [internal] load metadata for docker.io/library/python:3.11-slim
    #3 DONE 0.0s

    #4 [1/3] FROM docker.io/library/python:3.11-slim
    #4 CACHED

    #5 [2/3] RUN ["python3", "-c", "print(1)"]
    #5 0.386 1
    #5 DONE 0.6s

    #6 [3/3] COPY code/ /x/
    #6 DONE 0.1s

    #7 exporting to image
    #7 exporting layers 0.0s done
    #7 writing image {IMAGE} done
    #7 DONE 0.0s
"""
STEP_FAILED = """\
    #4 [1/3] FROM docker.io/library/python:3.11-slim
    #4 CACHED

    #5 [2/3] RUN ["python3", "-c", "…"]
    #5 0.464 no such luck

    #6 [3/3] COPY code/ /x/
    #5 ERROR: executor failed running [python3 -c …]: exit code: 1
    ------
     > [2/3] RUN ["python3", "-c", "…"]:
    0.464 no such luck
    ------
    ERROR: failed to build: failed to solve: executor failed running [python3 -c …]: exit code: 1
"""
NEWER_STEP_FAILED = """\
    #5 [build 2/2] RUN make
    #5 0.412 cc: no input files
    #5 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2
    ------
     > [build 2/2] RUN make:
    0.412 cc: no input files
    ------
    Dockerfile:2
    --------------------
       1 |     FROM x AS build
       2 | >>> RUN make
    --------------------
    ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2
"""
NO_PYTHON = """\
    #5 [2/2] RUN ["python3", "-c", ""]
    #5 0.472 runc run failed: unable to start container process: exec: "python3": executable file not found in $PATH
    #5 ERROR: executor failed running [python3 -c ]: exit code: 1
    ------
     > [2/2] RUN ["python3", "-c", ""]:
    0.472 runc run failed: unable to start container process: exec: "python3": executable file not found in $PATH
    ------
    ERROR: failed to build: failed to solve: executor failed running [python3 -c ]: exit code: 1
"""
COPY_FAILED = """\
    #5 [2/2] COPY missing/ /x/
    #5 ERROR: "/missing" not found: not found
    ------
     > [2/2] COPY missing/ /x/:
    ------
    ERROR: failed to build: failed to solve: failed to compute cache key: "/missing" not found: not found
"""
NO_BASE = """\
    #3 [internal] load metadata for docker.io/acme/x:1
    #3 ERROR: pull access denied, repository does not exist or may require authorization: server message: denied
    ------
     > [internal] load metadata for docker.io/acme/x:1:
    ------
    ERROR: failed to solve: acme/x:1: pull access denied, repository does not exist or may require authorization
"""
NO_DOCKERFILE = """\
    #2 copy /context /
    #2 DONE 0.1s
    ERROR: failed to build: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend \
dockerfile.v0: failed to create LLB definition: dockerfile parse error line 1: unknown instruction: FRUM
"""
NOTICE = """\
    DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
                BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
                environment-variable.

    Sending build context to Docker daemon  10.24kB
"""
CLASSIC_FAILED = f"""\
{NOTICE}\
    Step 1/2 : FROM x
     ---> 671871eaedb9
    Step 2/2 : RUN make
     ---> Running in 167f7930ba17
    \x1b[91mcc: no input files\x1b[0mRemoving intermediate container 167f7930ba17
    The command '/bin/sh -c make' returned a non-zero code: 2
"""
CLASSIC_NO_DOCKERFILE = f"""\
{NOTICE}\
    Error response from daemon: dockerfile parse error line 1: unknown instruction: FRUM
"""
NOBODY = f"""\
{NOTICE}\
    Cannot connect to the Docker daemon at unix:///nowhere. Is the docker daemon running?
"""


class Program:
    """A program that says what Docker's said, and ends as it did."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "docker"
        self.asked = folder / "asked"

    def says(self, text: str, status: int = 0) -> str:
        said = self.path.with_name("said")
        said.write_text(dedent(text))
        self.path.write_text(
            f'#!/bin/sh\ncat > /dev/null\necho "$@" > "{self.asked}"\nenv >> "{self.asked}"\ncat "{said}"\n'
            f'while [ "$1" != --iidfile ]; do shift; done\nprintf {IMAGE} > "$2"\nexit {status}\n'
        )
        self.path.chmod(0o755)
        return str(self.path)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def events(way: BuildEvents, *, use_cache: bool = True) -> Iterator[Mapping[str, Any]]:
    with build_context((), "FROM x\n") as context:
        yield from way(BuildCall(context, Platform("linux", "arm64"), use_cache))


def log_of(way: BuildEvents, seen: list[Progress]) -> BuildLog:
    log = BuildLog(seen.append)
    for event in events(way):
        log.read(event)
    log.finish()
    return log


def test_buildkits_steps_and_the_image_are_known(program: Program) -> None:
    seen: list[Progress] = []

    log = log_of(by_buildx(program.says(BUILT)), seen)

    steps = ["FROM python:3.11-slim", 'RUN ["python3", "-c", "print(1)"]', "COPY code/ /x/"]
    assert [one.step for one in log.durations] == steps
    assert [(one.step, one.steps) for one in seen] == [(0, 0), (1, 3), (2, 3), (3, 3)]
    assert log.image_id == IMAGE


FAILURES = {
    "a step": (STEP_FAILED, r"step 2/3, RUN \[.*\]: no such luck"),
    "a step, newer": (NEWER_STEP_FAILED, "step 2/2, RUN make: cc: no input files"),
    "no python": (NO_PYTHON, "step 2/2, .*: the base image has no python3 on its PATH; name another .*"),
    "a copy": (COPY_FAILED, 'step 2/2, COPY missing/ /x/: "/missing" not found: not found'),
    "a base": (NO_BASE, "base image acme/x:1: is not in the engine, and its registry has none or wants a login; .*"),
    "a Dockerfile": (NO_DOCKERFILE, "Dockerfile: dockerfile parse error line 1: unknown instruction: FRUM; mend it.*"),
}


@pytest.mark.parametrize(("said", "message"), FAILURES.values(), ids=FAILURES)
def test_what_fails_in_buildkit_is_told_as_by_the_classic_builder(program: Program, said: str, message: str) -> None:
    with pytest.raises(BuildError, match=f"^{message}$"):
        log_of(by_buildx(program.says(said, 1)), [])


CLASSIC_FAILURES = {
    "a step": (CLASSIC_FAILED, "step 2/2, RUN make: cc: no input files"),
    "a Dockerfile": (CLASSIC_NO_DOCKERFILE, FAILURES["a Dockerfile"][1]),
    "nothing said": ("", "Dockerfile: it failed and said nothing; mend it, or remove it"),
}


@pytest.mark.parametrize(("said", "message"), CLASSIC_FAILURES.values(), ids=CLASSIC_FAILURES)
def test_what_fails_in_docker_build_is_told_as_by_the_sdk(program: Program, said: str, message: str) -> None:
    with pytest.raises(BuildError, match=f"^{message}$"):
        log_of(by_program(program.says(said, 1)), [])


def test_an_engine_that_went_away_is_no_mistake_in_a_dockerfile(program: Program) -> None:
    with pytest.raises(EngineError, match="the Docker engine failed: Cannot connect to the Docker daemon"):
        log_of(by_program(program.says(NOBODY, 1)), [])


def test_the_program_is_asked_for_the_platform_and_the_same_engine(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///somewhere")
    list(events(by_program(program.says("")), use_cache=False))
    classic = program.asked.read_text()
    list(events(by_buildx(program.says(""))))
    buildx = program.asked.read_text()

    assert "--platform linux/arm64" in classic
    assert "--no-cache" in classic
    assert "DOCKER_BUILDKIT=0" in classic
    assert "--no-cache" not in buildx
    assert "buildx build --builder=default" in buildx
    assert "DOCKER_BUILDKIT=0" not in buildx
    assert "DOCKER_HOST=unix:///somewhere" in classic
    assert "DOCKER_HOST=unix:///somewhere" in buildx


def test_whoever_stops_listening_ends_the_program(program: Program) -> None:
    path = program.says("")
    program.path.write_text("#!/bin/sh\necho Step 1/2 : FROM x\nexec sleep 60\n")

    with build_context((), "FROM x\n") as context:
        listening = by_program(path)(BuildCall(context, Platform("linux", "amd64")))
        assert next(listening) == {"stream": "Step 1/2 : FROM x"}
        listening.close()  # waits for the program


@pytest.mark.parametrize(("status", "has"), [(0, True), (1, False)])
def test_buildx_is_there_where_it_tells_its_version(program: Program, status: int, has: bool) -> None:  # noqa: FBT001 - a row of the table
    program.path.write_text(f"#!/bin/sh\nexit {status}\n")
    program.path.chmod(0o755)

    assert has_buildx(str(program.path)) is has
