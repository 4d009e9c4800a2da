"""What running a hook here costs: the sandbox, `hookkit run` end to end, its memory, its report over many outputs."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from measuring import Contender, DidNotRunError, Timed, inherited, measure, print_ratios

from hookkit.cli.report import json_of
from hookkit.local.log import KeptLog
from hookkit.local.outputs.measuring import measure_outputs
from hookkit.local.sandbox import landlock
from hookkit.local.sandbox.policy import DEVICES, SYSTEM_FILES, SYSTEM_FOLDERS, Policy
from hookkit.local.sandbox.running import Command, run_confined
from hookkit.local.sandbox.seccomp import Filter, assemble, restrictions
from hookkit.local.sandbox.syscalls import libc, machine
from hookkit.report import RunReport

EXAMPLE: Final = Path(__file__).parents[1] / "examples/hello-world-processor"

BARE: Final = "a process, bare"
IN_PROCESS: Final = "with Landlock and seccomp, in the process"
EVERYTHING: Final = "with everything: namespaces, guard, watch"

BASELINE: Final = "python -c pass"
RUN: Final = "hookkit run, hello-world-processor"

FILES: Final = 100_000
BY_SHELL: Final = f"find | xargs sha256sum, {FILES:,} files"
MEASURED: Final = f"measuring {FILES:,} outputs"
REPORTED: Final = "the same, and the report as JSON"

FEW, MANY = 1, 1000
PRINTER: Final = '''
import os
from pathlib import Path
from typing import Annotated
from hookkit import Option, Output, hook


@hook
def printer(output: Annotated[Path, Output()], megabytes: Annotated[int, Option(ge=0)] = 1) -> None:
    """Print so much."""
    for _ in range(megabytes):
        os.write(1, b"a line of the log of a hook, as long as such lines often are\\n" * 16_667)
    (output / "x").touch()
'''


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="hookkit-benchmark-") as folder:
        home = Path(folder)
        _sandbox(home, rounds)
        _end_to_end(home, rounds)
        _memory(home, max(rounds // 5, 2))
        _report(home, max(rounds // 3, 3))


@dataclass(frozen=True)
class Doing:
    """Something done in this process."""

    name: str
    do: Callable[[], object]

    def run(self) -> float:
        """Do it once; seconds."""
        start = time.perf_counter()
        self.do()
        return time.perf_counter() - start


# ---------------------------------------------------------------- the sandbox


def _sandbox(home: Path, rounds: int) -> None:
    """What is added to a process that does nothing."""
    output = home / "sandboxed"
    output.mkdir()
    modules = (Path(sys.prefix), Path(sys.base_prefix), EXAMPLE)
    policy = Policy((*SYSTEM_FOLDERS, *SYSTEM_FILES, *DEVICES, *modules), writable=(output,))
    program = shutil.which("true") or "true"
    command = Command([program], {"PATH": os.environ["PATH"]})
    contenders = [
        Doing(BARE, lambda: subprocess.run([program], stdout=subprocess.PIPE, check=True)),
        Doing(IN_PROCESS, lambda: _restricted(program, policy)),
        Doing(EVERYTHING, lambda: run_confined(command, policy, KeptLog(lambda _: None))),
    ]
    medians = measure(contenders, rounds * 5)
    for name, target in {IN_PROCESS: 5, EVERYTHING: 20}.items():
        print(f"{name:<46} {(medians[name] - medians[BARE]) * 1000:+8.1f} ms   to reach: {target} ms")


def _restricted(program: str, policy: Policy) -> None:
    """Run a program that Landlock and seccomp restrict, and nothing else."""
    here = machine()
    if not landlock.abi() or here is None:
        raise DidNotRunError("this kernel has no Landlock, or nobody knows its system calls")
    ruleset = landlock.create_ruleset(policy)
    calls = Filter(assemble(here, restrictions("refused", notify=False)))

    def enter() -> None:
        libc("prctl", 38, 1, 0, 0, 0)  # no new privileges
        landlock.restrict_self(ruleset)
        calls.install(listen=False)

    try:
        subprocess.run([program], stdout=subprocess.PIPE, check=True, preexec_fn=enter)
    finally:
        os.close(ruleset)


# ---------------------------------------------------------------- end to end


def _end_to_end(home: Path, rounds: int) -> None:
    project = home / "hello"
    shutil.copytree(EXAMPLE, project)
    contenders: list[Timed] = [
        Contender(BASELINE, (sys.executable, "-c", "pass"), home),
        Contender(RUN, (*_run_line(), "--input", "input", "--output", "out"), project, _cached(home)),
    ]
    print()
    print_ratios(measure(contenders, rounds), BASELINE, {RUN: 15})


def _run_line() -> tuple[str, ...]:
    return (sys.executable, "-m", "hookkit", "run")


def _cached(home: Path) -> Mapping[str, str]:
    """What need not be made twice isn't, but nothing of the user's own is used."""
    return {"XDG_CACHE_HOME": str(home / "cache")}


# ---------------------------------------------------------------- memory


@dataclass(frozen=True)
class Printing:
    """A hook that prints; how long the run takes, and how much memory its runner has at its height."""

    project: Path
    megabytes: int
    environment: Mapping[str, str]
    peaks: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What is measured."""
        return f"hookkit run, a log of {self.megabytes:,} MB"

    def run(self) -> float:
        """Run it once; seconds."""
        command = [*_run_line(), "--output", "out", "--megabytes", str(self.megabytes), "--log", "text", "--json"]
        start = time.perf_counter()
        with subprocess.Popen(
            command,
            cwd=self.project,
            env=inherited(self.environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise DidNotRunError(f"exit code {process.returncode}")
        self.peaks.append(usage.ru_maxrss)
        return time.perf_counter() - start


def _memory(home: Path, rounds: int) -> None:
    project = home / "printer"
    project.mkdir()
    (project / "printer.py").write_text(PRINTER)
    (project / "pyproject.toml").write_text('[project]\nname = "printer"\n[tool.hookkit]\nhook = "printer"\n')
    few, many = (Printing(project, megabytes, _cached(home)) for megabytes in (FEW, MANY))
    medians = measure([few, many], rounds)
    print()
    for one in (few, many):
        print(f"{one.name:<46} {medians[one.name] * 1000:8.1f} ms  {_peak(one) / 1024:6.1f} MiB")
    seconds = medians[many.name] - medians[few.name]
    print(f"throughput: {(MANY - FEW) / seconds:,.0f} MB/s")
    print(f"memory at {MANY:,} MB / {FEW} MB: {_peak(many) / _peak(few):.2f} x   to reach: 1.1 x, or below")


def _peak(printing: Printing) -> float:
    """Median of the peaks in KiB; the first one also asked the hook's Python, and is not counted."""
    return statistics.median(printing.peaks[1:])


# ---------------------------------------------------------------- the report


def _report(home: Path, rounds: int) -> None:
    outputs = home / "outputs"
    for number in range(FILES):
        place = outputs / f"{number % 100:02}" / f"{number:06}.data"
        if number < 100:  # noqa: PLR2004 - as many folders
            place.parent.mkdir(parents=True)
        place.write_bytes(b"%d" % number * 20)
    contenders: list[Timed] = [
        Contender(BY_SHELL, ("sh", "-c", "find . -type f | xargs sha256sum > ../digests"), outputs),
        Doing(MEASURED, lambda: measure_outputs({"output": outputs})),
        Doing(REPORTED, lambda: _as_json(outputs)),
    ]
    print()
    print_ratios(measure(contenders, rounds), BY_SHELL, {MEASURED: 3, REPORTED: 3})


def _as_json(outputs: Path) -> bytes:
    measured = measure_outputs({"output": outputs})
    return json_of(RunReport("h", "process", 0, 1.0, None, "", {}, measured, ()))


if __name__ == "__main__":
    main()
