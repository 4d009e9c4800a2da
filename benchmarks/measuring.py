"""Commands become medians: all measured in turn, round after round, so that ratios hold on a noisy machine."""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Contender:
    """A command to be timed as a whole process."""

    name: str
    command: tuple[str, ...]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> float:
        """Run it once; seconds.

        Raises:
            subprocess.CalledProcessError: it failed, so its time would mean nothing.

        """
        # Compiled modules must be kept between runs, as they are in an image and on an author's machine.
        inherited = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        start = time.perf_counter()
        subprocess.run(
            self.command, cwd=self.cwd, env=inherited | dict(self.environment), capture_output=True, check=True
        )
        return time.perf_counter() - start


def measure(contenders: list[Contender], rounds: int) -> dict[str, float]:
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
