"""The engine's stream of a build becomes steps, durations and the image's id, or the error of the step that failed."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from hookkit.errors import BuildError, Problem
from hookkit.image.builder import Duration, Progress, Watcher
from hookkit.image.docker.dockerfile import DOCKERFILE
from hookkit.image.words import in_short

_STEP: Final = re.compile(r"Step (?P<step>\d+)/(?P<steps>\d+) : (?P<text>.*)", re.DOTALL)
_IMAGE: Final = re.compile(r" ---> (?P<id>[0-9a-f]{12,64})\s*")
_CACHED: Final = " ---> Using cache"
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
#: What the engine itself says between the lines of a step.
_ENGINE: Final = re.compile(r" ---> |Removing intermediate container|Successfully (built|tagged)|\s*\Z")

#: The same behind what a step said without ending the line.
_REMOVING: Final = re.compile(r"Removing intermediate container [0-9a-f]{12}\s*\Z")

#: What a COPY says when the base is of another platform than the build.
_OTHER_PLATFORM: Final = re.compile(
    r"does not match the specified platform: wanted (?P<wanted>\S+), actual: (?P<actual>\S+)"
)

_CACHE_LOST: Final = re.compile(
    r"unknown parent image|failed to get digest sha256|No such image: sha256|layer does not exist"
)

_NO_PYTHON: Final = 'exec: "python3": executable file not found'
_SHOWN: Final = 100
_LINES: Final = 5

#: Why a base could not be had: what the engine said -> what it means.
_BASE_MISSING: Final[Mapping[str, str]] = {
    r"dial tcp|no such host|refused|[Tt]imeout|TLS|x509|EOF": "is not in the engine, and its registry can't be reached",
    r"denied|unauthorized|authentication": "is not in the engine, and its registry has none or wants a login",
    r"not found|manifest unknown|no matching manifest": "is not in the engine, and its registry has none",
}


class CacheLostError(BuildError):
    """An image that a step stands on went away meanwhile: others remove images of the same engine."""


@dataclass
class BuildLog:
    """What is known of a build so far; `read` takes the events in.

    Attributes:
        image_id: the finished image, "" before.
        made: images of steps that this build made itself, not taken from the cache; the last stands on the others.

    """

    watch: Watcher
    step: int = 0
    steps: int = 0
    text: str = ""
    image_id: str = ""
    made: list[str] = field(default_factory=list)
    durations: list[Duration] = field(default_factory=list)
    _from: str = ""
    _said: list[str] = field(default_factory=list)
    _cached: bool = False
    _started: float = 0.0

    def read(self, event: Mapping[str, Any]) -> None:
        """Take an event of the engine in; BuildError where it is an error."""
        readers: dict[str, Callable[[Any], None]] = {
            "error": self._fail,
            "stream": self._read_line,
            "aux": self._read_result,
        }
        for kind, reader in readers.items():
            if kind in event:
                reader(event[kind])
        if "status" in event:
            self._report(str(event["status"]), event.get("progressDetail") or {})

    def finish(self) -> None:
        """Close the last step."""
        if self.step:
            self.durations.append(Duration(self.text, time.monotonic() - self._started))

    def _read_line(self, line: str) -> None:
        line = _COLOUR.sub("", line)
        if match := _STEP.match(line):
            self._start(int(match["step"]), int(match["steps"]), match["text"])
        elif line.startswith(_CACHED):
            self._cached = True
        elif match := _IMAGE.fullmatch(line):
            self._note_image(match["id"])
        elif not _ENGINE.match(line):
            self._said += _REMOVING.sub("", line).strip().splitlines()

    def _start(self, step: int, steps: int, text: str) -> None:
        self.finish()
        self.step, self.steps, self.text = step, steps, in_short(text, _SHOWN)
        self._said, self._cached, self._started = [], False, time.monotonic()
        self._from = text if self._is_base() else self._from
        self._report(self.text, {})

    def _note_image(self, image_id: str) -> None:
        if not self._cached and not self._is_base():
            self.made.append(image_id)

    def _read_result(self, result: Mapping[str, str]) -> None:
        self.image_id = result.get("ID", self.image_id)

    def _report(self, text: str, detail: Mapping[str, int]) -> None:
        self.watch(Progress(text, self.step, self.steps, detail.get("current", 0), detail.get("total", 0)))

    @property
    def _base(self) -> str:
        """The image that the stage stands on: `FROM [--platform=...] IMAGE [AS NAME]`."""
        return next(word for word in self._from.split()[1:] if not word.startswith("--"))

    def _is_base(self) -> bool:
        return self.text.upper().startswith("FROM ")

    def _fail(self, words: str) -> NoReturn:
        if _CACHE_LOST.search(words):
            raise CacheLostError(Problem(f"step {self.step}/{self.steps}, {self.text}", words, "build once more"))
        raise BuildError(self._problem(words))

    def _problem(self, words: str) -> Problem:
        if not self.text:  # before the first step: the engine did not understand it
            return Problem(DOCKERFILE, words, "mend it, or remove it")
        return self._base_problem(words) if self._is_base() else self._step_problem(words)

    def _base_problem(self, words: str) -> Problem:
        what = next((meaning for pattern, meaning in _BASE_MISSING.items() if re.search(pattern, words)), words)
        remedy = f"`docker pull {self._base}` where there is a network, or name another with --base-image"
        return Problem(f"base image {self._base}", what, remedy)

    def _step_problem(self, words: str) -> Problem:
        where = f"step {self.step}/{self.steps}, {self.text}"
        if match := _OTHER_PLATFORM.search(words):
            return wrong_platform(self._base, match["actual"], match["wanted"])
        if _NO_PYTHON in " ".join([*self._said, words]):
            return Problem(where, "the base image has no python3 on its PATH", "name another with --base-image")
        # What the step itself said last says more than its exit code; the engine's program prints both.
        said = [line for line in self._said if line != words]
        return Problem(where, " ".join(said[-_LINES:]) or words)


def wrong_platform(base: str, built: str, wanted: str) -> Problem:
    """A base of another platform than the image is to be for."""
    return Problem(
        f"base image {base}", f"is for {built}, not for {wanted}", f"`docker pull --platform {wanted} {base}`"
    )
