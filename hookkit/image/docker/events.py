"""A build context becomes a build in the engine, and what the engine says of it becomes the SDK's events.

The engine's own program builds where there is one, with BuildKit where it has it; the SDK has no BuildKit.
"""

import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, Final

from hookkit.errors import EngineError, Problem
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
        return by_sdk(client)
    return by_buildx(program) if has_buildx(program) else by_program(program)


@lru_cache
def has_buildx(program: str) -> bool:
    """Whether the engine's program has BuildKit's own."""
    asked = [program, "buildx", "version"]
    return not subprocess.run(asked, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode


def by_sdk(client: "DockerClient") -> BuildEvents:
    """The classic builder, asked by the SDK."""
    return partial(_sdk_events, client)


def by_program(program: str) -> BuildEvents:
    """The classic builder, asked by `docker build`."""
    return partial(_cli_events, [program, "build", "--rm", "--force-rm"], _classic_event)


def by_buildx(program: str) -> BuildEvents:
    """BuildKit, asked by `docker buildx build`."""
    # The engine's own BuildKit: those of other builders do not see the engine's images.
    command = [program, "buildx", "build", "--builder=default", "--progress=plain", "--load"]
    return partial(_cli_events, command, _buildx_event)


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
        yield {"error": str(error.explanation)}


# ---------------------------------------------------------------- by the engine's own program

#: Of what the program says, the lines that its reason is among.
_LAST_LINES: Final = 5


def _cli_events(program: list[str], read: Callable[[str], Iterator[Event]], call: BuildCall) -> Generator[Event]:
    with TemporaryDirectory(prefix="hookkit-") as folder:
        iid = Path(folder, "iid")
        options = ["--file", DOCKERFILE, "--platform", str(call.platform), "--iidfile", str(iid)]
        fresh = [] if call.use_cache else ["--no-cache"]
        said: deque[str] = deque(maxlen=_LAST_LINES)
        with _running([*program, *options, *fresh, "-"], call.context) as process:
            for line in process.stdout or ():
                said.append(line.strip())
                yield from read(line.rstrip("\n"))
        if process.returncode:
            yield {"error": _reason(list(filter(None, said)))}
        else:
            yield {"aux": {"ID": iid.read_text(encoding="utf-8")}}


@contextmanager
def _running(command: list[str], context: IO[bytes]) -> Iterator[subprocess.Popen[str]]:
    """The program, which ends at once when nobody listens any more."""
    # The same engine that the SDK talks to, whatever context the program is set to.
    environment = os.environ | {"DOCKER_HOST": engine_host()}
    if "buildx" in command:
        environment["BUILDX_NO_DEFAULT_ATTESTATIONS"] = "1"  # an image, not an index of one and of notes about it
    else:
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


#: What is put before a reason: where it came through.
_ON_THE_WAY: Final = re.compile(
    r"(ERROR: |Error response from daemon: |failed to (build|solve|compute cache key|create LLB definition): "
    r"|failed to solve with frontend \S+: |rpc error: code = \w+ desc = )+"
)
_ENGINE_GONE: Final = re.compile(r"Cannot connect to the Docker daemon|error during connect")


def _reason(said: list[str]) -> str:
    """Why the program failed, which it says last.

    Raises:
        EngineError: nobody answered it.

    """
    reason = _ON_THE_WAY.sub("", said[-1]) if said else "it failed and said nothing"
    if _ENGINE_GONE.match(reason):
        raise EngineError(Problem(engine_host(), f"the Docker engine failed: {reason}", "see its log"))
    return reason


_DEPRECATED: Final = re.compile(
    r"DEPRECATED: |\s+(Install the buildx|BuildKit is |environment-variable|https://docs\.docker)"
)


def _classic_event(line: str) -> Iterator[Event]:
    if not _DEPRECATED.match(line):
        yield {"stream": line}


#: `#7 [3/6] RUN …`, `#7 CACHED`, `#7 0.431 what a step says`; at the end once more of the step that failed,
#: ` > [3/6] RUN …:`, `0.431 what a step says`.
_BUILDX_STEP: Final = re.compile(r"(?:#\d+| >) \[(?:\S+ )?(?P<step>\d+)/(?P<steps>\d+)\] (?P<text>.*)")
_BUILDX_BASE: Final = re.compile(r"(?:#\d+| >) \[internal\] load metadata for (?P<name>\S+?):?")
_BUILDX_CACHED: Final = re.compile(r"#\d+ CACHED")
_BUILDX_OUTPUT: Final = re.compile(r"(?:#\d+ )?\d+\.\d+ (?P<text>.*)")
#: What BuildKit puts before the names of Docker's own registry.
_DOCKERS: Final = re.compile(r"\bdocker\.io/(?:library/)?")


def _buildx_event(line: str) -> Iterator[Event]:
    if match := _BUILDX_BASE.fullmatch(line):
        yield {"stream": f"Step 0/0 : FROM {_DOCKERS.sub('', match['name'])}"}
    elif match := _BUILDX_STEP.fullmatch(line):
        text = match["text"].removesuffix(":") if line.startswith(" >") else match["text"]
        is_base = text.startswith("FROM ")
        yield {"stream": f"Step {match['step']}/{match['steps']} : {_DOCKERS.sub('', text) if is_base else text}"}
    elif _BUILDX_CACHED.fullmatch(line):
        yield {"stream": " ---> Using cache"}
    elif match := _BUILDX_OUTPUT.fullmatch(line):
        yield {"stream": match["text"]}
