"""Commands become medians: all measured in turn, round after round, so that ratios hold on a noisy machine."""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

#: Seconds after which a command is given up.
PATIENCE: Final = 600


class DidNotRunError(Exception):
    """A contender failed, or left no product, so its time would mean nothing; the text is its last words."""


class Timed(Protocol):
    """What can be measured: each `run` does the work once and gives its seconds, or raises DidNotRunError."""

    @property
    def name(self) -> str: ...

    def run(self) -> float: ...


@dataclass(frozen=True)
class Contender:
    """A command to be timed as a whole process."""

    name: str
    command: tuple[str, ...]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    #: The file that it writes. Some of our peers exit with 0 when they failed.
    product: Path | None = None

    def run(self) -> float:
        """Run it once; seconds.

        Raises:
            DidNotRunError: it failed, or left no product.

        """
        discard(self.product)
        start = time.perf_counter()
        said = run_command(self.command, self.cwd, self.environment)
        seconds = time.perf_counter() - start
        require(self.product, said)
        return seconds


def run_command(command: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a command to its end; what it said.

    Raises:
        DidNotRunError: it can't be started, or failed, or takes too long.

    """
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=inherited(environment or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DidNotRunError(str(error)) from None
    said = done.stdout.decode(errors="replace")
    if done.returncode:
        raise DidNotRunError(last_line(said))
    return said


def inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """This process's environment and some more."""
    # Compiled modules must be kept between runs, as they are in an image and on an author's machine.
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | dict(environment)


def discard(product: Path | None) -> None:
    """Remove the product of an earlier run."""
    if product:
        product.unlink(missing_ok=True)


def require(product: Path | None, said: str) -> None:
    """Raise DidNotRunError, with its last words, where a run left no product."""
    if product and not product.exists():
        raise DidNotRunError(last_line(said))


def last_line(text: str) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")


def measure(contenders: Sequence[Timed], rounds: int) -> dict[str, float]:
    """Median seconds of each contender, by name, after a round that isn't counted."""
    times: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for counted in range(rounds + 1):
        for contender in contenders:
            seconds = contender.run()
            if counted:
                times[contender.name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def print_ratios(medians: Mapping[str, float], baseline: str, targets: Mapping[str, float]) -> None:
    """A line a contender: seconds, multiple of the baseline, and the figure to reach where there is one."""
    for name, seconds in medians.items():
        ratio = seconds / medians[baseline]
        target = f"   to reach: {targets[name]:g} x" if name in targets else ""
        print(f"{name:<46} {seconds * 1000:8.1f} ms  {ratio:6.2f} x{target}")
