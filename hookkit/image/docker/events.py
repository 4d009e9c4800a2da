"""A build context becomes a build in the engine, and what the engine says of it becomes the SDK's events.

The engine's own program builds where there is one, with BuildKit where it has it; the SDK has no BuildKit.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, Final

from hookkit.errors import BuildError, Problem
from hookkit.image.docker.dockerfile import DOCKERFILE
from hookkit.image.docker.engine import engine_host
from hookkit.image.platform import Platform

if TYPE_CHECKING:
    from docker import DockerClient

Event = Mapping[str, Any]


@dataclass(frozen=True)
class BuildCall:
    """What the engine is asked to build.

    Attributes:
        context: a tar, rewound.
        use_cache: whether steps that did not change are taken from earlier builds.

    """

    context: IO[bytes]
    platform: Platform
    use_cache: bool = True


#: Builds, and says what happens; the last event has the image's ID.
BuildEvents = Callable[[BuildCall], Generator[Event]]


def build_events(client: "DockerClient") -> BuildEvents:
    """The best way to build that this machine has."""
    program = shutil.which("docker")
    if program is None:
        return lambda call: _sdk_events(client, call)
    if _has_buildx(program):
        return lambda call: _cli_events([program, "buildx", "build", "--progress=plain", "--load"], _buildx_event, call)
    return lambda call: _cli_events([program, "build", "--rm", "--force-rm"], _classic_event, call)


@lru_cache
def _has_buildx(program: str) -> bool:
    asked = [program, "buildx", "version"]
    return not subprocess.run(asked, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode


# ---------------------------------------------------------------- by the SDK


def _sdk_events(client: "DockerClient", call: BuildCall) -> Generator[Event]:
    from docker.errors import APIError

    try:
        yield from client.api.build(
            fileobj=call.context,
            custom_context=True,
            dockerfile=DOCKERFILE,
            platform=str(call.platform),
            nocache=not call.use_cache,
            rm=True,
            forcerm=True,
            decode=True,
            timeout=None,  # a step may be silent for longer than the SDK's minute
        )
    except APIError as error:
        if not error.is_client_error():
            raise
        # What is wrong before the first step is the Dockerfile, which the engine then did not understand.
        raise _wrong_dockerfile(str(error.explanation)) from None


def _wrong_dockerfile(words: str) -> BuildError:
    return BuildError(Problem(DOCKERFILE, words, "mend it, or remove it"))


# ---------------------------------------------------------------- by the engine's own program

_LAST_WORDS: Final = 5


def _cli_events(program: list[str], read: Callable[[str], Iterator[Event]], call: BuildCall) -> Generator[Event]:
    with TemporaryDirectory(prefix="hookkit-") as folder:
        iid = Path(folder, "iid")
        options = ["--file", DOCKERFILE, "--platform", str(call.platform), "--iidfile", str(iid)]
        fresh = [] if call.use_cache else ["--no-cache"]
        with _running([*program, *options, *fresh, "-"], call.context) as process:
            said: list[str] = []
            for line in process.stdout or ():
                said = [*said[-_LAST_WORDS:], line.rstrip()]
                yield from read(line)
        if process.returncode:
            yield {"error": _reason(said)}
        else:
            yield {"aux": {"ID": iid.read_text(encoding="utf-8")}}


@contextmanager
def _running(command: list[str], context: IO[bytes]) -> Iterator[subprocess.Popen[str]]:
    """The program, which ends at once when nobody listens any more."""
    # The same engine that the SDK talks to, whatever context the program is set to.
    environment = os.environ | {"DOCKER_HOST": engine_host()}
    if "buildx" not in command:
        environment["DOCKER_BUILDKIT"] = "0"
    with subprocess.Popen(
        command,
        stdin=context,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        text=True,
        errors="replace",
    ) as process:
        try:
            yield process
        except BaseException:
            process.terminate()
            raise


def _reason(said: list[str]) -> str:
    """What the program said last; BuildKit repeats its reason, and puts the Dockerfile around it."""
    errors = [line.removeprefix("ERROR: ") for line in said if line.startswith("ERROR: ")]
    return (errors or said or ["it failed and said nothing"])[-1].removeprefix("failed to solve: ")


_DEPRECATED: Final = re.compile(r"DEPRECATED: |\s+(Install the buildx|BuildKit is |https://docs\.docker)")


def _classic_event(line: str) -> Iterator[Event]:
    if not _DEPRECATED.match(line):
        yield {"stream": line}


#: `#7 [3/6] RUN …`, `#7 CACHED`, `#7 0.431 what a step says`.
_BUILDX_STEP: Final = re.compile(r"#\d+ \[(?:\S+ )?(?P<step>\d+)/(?P<steps>\d+)\] (?P<text>.*)")
_BUILDX_BASE: Final = re.compile(r"#\d+ \[internal\] load metadata for (?P<name>\S+)")
_BUILDX_CACHED: Final = re.compile(r"#\d+ CACHED")
_BUILDX_OUTPUT: Final = re.compile(r"#\d+ \d+\.\d+ (?P<text>.*)", re.DOTALL)


def _buildx_event(line: str) -> Iterator[Event]:
    if match := _BUILDX_BASE.match(line):
        yield {"stream": f"Step 1/1 : FROM {match['name']}"}
    elif match := _BUILDX_STEP.match(line):
        yield {"stream": f"Step {match['step']}/{match['steps']} : {match['text']}"}
    elif _BUILDX_CACHED.match(line):
        yield {"stream": " ---> Using cache"}
    elif match := _BUILDX_OUTPUT.match(line):
        yield {"stream": match["text"]}
