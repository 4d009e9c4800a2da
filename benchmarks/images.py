"""How long `hookkit build` takes by itself, against the engine's builder with the equivalent Dockerfile.

Both start from the same base (the running Python), with wheels downloaded beforehand and without bytecode: the
Dockerfile installs them with pip, and copies hookkit's runtime and the code. Needs a Docker engine, docker-registry and
skopeo.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from realparts.engine import connect
from realparts.python_image import NAME, ensure
from realparts.registry import serve

from hookkit.bundle import write_runtime
from hookkit.cache import Cache
from hookkit.image.docker.builder import engine_image
from hookkit.image.oci.compression import best_gzip
from hookkit.image.oci.layout import write_layout
from hookkit.image.platform import Platform
from hookkit.reference import ImageReference
from hookkit.scaffold import NewProject, create_project

STACKS: Final = {"numpy": ["numpy"], "xarray + rasterio": ["xarray", "rasterio"]}
CHANGED: Final = "tqdm"
PLACES: Final = ("layout", "registry", "engine")
COLD, DEPENDENCY, CODE, NOTHING = "cold", "changed dependency", "changed code", "nothing changed"
STEPS: Final = (COLD, DEPENDENCY, CODE, NOTHING)
TO_REACH: Final = {COLD: "0.15 x", DEPENDENCY: "0.15 x", CODE: "0.35 x, 200 ms + python", NOTHING: "150 ms + python"}
MEGABYTE: Final = 1_000_000
MIB: Final = 1 << 20

DOCKERFILE: Final = f"""\
FROM {NAME}
USER 0:0
COPY wheels/ /wheels/
COPY requirements.txt /
RUN ["python3", "-m", "venv", "--without-pip", "/opt/hook"]
RUN ["/opt/hook/bin/python", "/wheels/pip.whl/pip", "install", "--quiet", "--no-index", "--no-compile", \
"--no-cache-dir", "--find-links", "/wheels", "-r", "/requirements.txt"]
COPY runtime/ /opt/hookkit/
COPY code/ /opt/hook/code/
ENV PYTHONPATH=/opt/hookkit:/opt/hook/code
USER 10001:10001
ENTRYPOINT ["/opt/hook/bin/python", "-m", "hookkit.runtime", "my_hook.main:my_hook"]
"""


def run(command: Sequence[str], cwd: Path, environment: dict[str, str] | None = None) -> tuple[float, int]:
    """Run a command to its end; wall seconds, and the largest memory of a process of it in bytes."""
    os.sync()  # what the one before wrote must not slow this one down
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=cwd, env=kept | (environment or {}), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        said = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - started
    if process.returncode:
        sys.exit(said.decode(errors="replace"))
    return took, usage.ru_maxrss * 1024


@dataclass
class Engine:
    """The engine's builder with a wheelhouse; skopeo brings the image into a layout."""

    folder: Path
    registry: str
    wheels: Path
    dependencies: list[str]
    numbers: Iterator[int] = field(default_factory=count)
    repository: str = ""

    def prepare(self, project: Path) -> None:
        """Lay the build context out."""
        context = self.folder / "context"
        context.mkdir(parents=True)
        (context / "Dockerfile").write_text(DOCKERFILE)
        shutil.copytree(self.wheels, context / "wheels")
        write_runtime(context / "runtime")
        shutil.copytree(project / "src", context / "code")
        self.set_dependencies(changed=False)

    def reset(self) -> None:
        self.repository = f"{self.registry}/engine/{self.folder.parent.name}{next(self.numbers)}"
        shutil.rmtree(self.folder / "layout", ignore_errors=True)

    def set_dependencies(self, *, changed: bool) -> None:
        wanted = [*self.dependencies, CHANGED] if changed else self.dependencies
        (self.folder / "context" / "requirements.txt").write_text("\n".join(wanted) + "\n")

    def change_code(self) -> None:
        _append(self.folder / "context" / "code" / "my_hook" / "main.py")

    def build(self, place: str, *, cold: bool) -> tuple[float, int]:
        name = self.repository if place == "registry" else "hookkit-benchmark:engine"
        took, memory = self._run(["docker", "build", "--quiet", "--tag", name, *["--no-cache"] * cold, "."])
        if place == "registry":
            took += self._run(["docker", "push", "--quiet", name])[0]
        if place == "layout":
            layout = f"oci:{self.folder / 'layout'}:latest"
            took += self._run(["skopeo", "copy", "--quiet", f"docker-daemon:{name}", layout])[0]
        return took, memory

    def _run(self, command: list[str]) -> tuple[float, int]:
        return run(command, self.folder / "context", {"DOCKER_BUILDKIT": "0"})


@dataclass
class Own:
    """Hookkit's own builder, with a cache of its own that holds the base when it starts cold."""

    folder: Path
    registry: str
    base: Path
    primed: Path
    dependencies: list[str]
    options: tuple[str, ...] = ("--no-bytecode",)
    numbers: Iterator[int] = field(default_factory=count)
    repository: str = ""

    @property
    def project(self) -> Path:
        """The project's folder."""
        return self.folder / "my-hook"

    def prepare(self) -> None:
        """Make the project, lock what it depends on now and later, and download the wheels."""
        make_project(self.project)
        self.reset()
        for name, wanted in (("changed", [*self.dependencies, CHANGED]), ("first", self.dependencies)):
            write_dependencies(self.project, wanted)
            (self.project / "hookkit.lock").unlink(missing_ok=True)
            self.build("layout", cold=False)
            for file in ("pyproject.toml", "hookkit.lock"):
                if (self.project / file).exists():
                    shutil.copy(self.project / file, self.folder / f"{name}-{file}")

    def reset(self) -> None:
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
        if self.primed.exists():
            shutil.copytree(self.primed, self.folder / "cache", symlinks=True)
        shutil.rmtree(self.folder / "layout", ignore_errors=True)
        self.repository = f"{self.registry}/own/{self.folder.parent.name}{next(self.numbers)}"

    def set_dependencies(self, *, changed: bool) -> None:
        for file in ("pyproject.toml", "hookkit.lock"):
            shutil.copy(self.folder / f"{'changed' if changed else 'first'}-{file}", self.project / file)

    def change_code(self) -> None:
        _append(self.project / "src" / "my_hook" / "main.py")

    def build(self, place: str, *, cold: bool) -> tuple[float, int]:  # noqa: ARG002 - `reset` makes it cold
        wanted = {"layout": f"oci:{self.folder / 'layout'}", "registry": self.repository, "engine": "docker:"}[place]
        command = [sys.executable, "-m", "hookkit", "build", "--builder", "oci", "--base-image", f"oci:{self.base}"]
        environment = {"XDG_CACHE_HOME": str(self.folder / "cache")}
        return run([*command, "--output", wanted, *self.options], self.project, environment)


def main() -> None:
    """Measure and print."""
    arguments = _parse()
    with tempfile.TemporaryDirectory(prefix="hookkit-benchmark-") as folder:
        home = Path(folder)
        _export_base(home / "base")
        with serve(home / "registry") as registry:
            python = statistics.median(run([sys.executable, "-c", "pass"], home)[0] for _ in range(15))
            print(f"python -c pass: {python * 1000:.0f} ms")
            primed = _primed(home, registry)
            for stack in arguments.stacks or STACKS:
                _compare(_contenders(home, stack, primed, registry), stack, arguments.rounds, python)
            if not arguments.short:
                _grow(home, primed, registry)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stacks", nargs="*", choices=list(STACKS))
    parser.add_argument("--short", action="store_true", help="leave out how cost grows with bytes")
    return parser.parse_args()


# ---------------------------------------------------------------- what is built


def _export_base(folder: Path) -> None:
    """The base of the engine as a folder, too."""
    engine = connect()
    ensure(engine)
    image = engine_image(engine, NAME, Platform.of_this_machine(), Cache(folder.parent / "exporting"), best_gzip())
    write_layout(folder, (image,), ImageReference.parse(NAME))


def _primed(home: Path, registry: str) -> Path:
    """A cache that holds the base, as an engine does that has pulled it."""
    own = Own(home / "primer", registry, home / "base", home / "none", [])
    make_project(own.project)
    for place in ("layout", "engine"):
        own.build(place, cold=True)
    return own.folder / "cache"


def _contenders(home: Path, stack: str, primed: Path, registry: str) -> tuple[Engine, Own]:
    folder, wanted = home / stack.replace(" + ", "-"), STACKS[stack]
    own = Own(folder / "own", registry, home / "base", primed, wanted)
    own.prepare()
    engine = Engine(folder / "engine", registry, _wheelhouse(folder / "wheels", wanted), wanted)
    engine.prepare(own.project)
    return engine, own


def _wheelhouse(folder: Path, wanted: list[str]) -> Path:
    run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(folder), *wanted, CHANGED, "pip"], Path.cwd()
    )
    [pip] = folder.glob("pip-*.whl")
    pip.rename(folder / "pip.whl")
    return folder


def make_project(folder: Path) -> None:
    """The project of the template, without dependencies."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    create_project(NewProject(template="hello-world-processor", destination=folder, defaults=True))


def write_dependencies(project: Path, dependencies: list[str]) -> None:
    """Say what the project depends on."""
    file = project / "pyproject.toml"
    wanted = ", ".join(f'"{one}"' for one in dependencies)
    lines = [
        f"dependencies = [{wanted}]" if line.startswith("dependencies =") else line
        for line in file.read_text().splitlines()
    ]
    file.write_text("\n".join(lines) + "\n")


def _append(module: Path) -> None:
    module.write_text(module.read_text() + f"# {time.time_ns()}\n")


# ---------------------------------------------------------------- one against the other


def _compare(contenders: tuple[Engine, Own], stack: str, rounds: int, python: float) -> None:
    print(f"\n{stack} (seconds: the engine's builder, hookkit's; median of {rounds})")
    peak = 0
    for place in PLACES:
        times: dict[str, list[list[float]]] = {step: [[], []] for step in STEPS}
        for _ in range(rounds):
            for one in contenders:
                one.reset()
            for step in STEPS:
                for number in range(len(contenders)):
                    took, memory = _step(contenders[number], step, place)
                    times[step][number].append(took)
                    peak = max(peak, memory * number)
        for step in STEPS:
            _print(step, place, [statistics.median(one) for one in times[step]], python)
    print(f"  largest memory of hookkit: {peak / MIB:.0f} MiB   to reach: 150 MiB")
    _print_bytecode(contenders[1], rounds)


def _step(one: Engine | Own, step: str, place: str) -> tuple[float, int]:
    if step in {COLD, DEPENDENCY}:
        one.set_dependencies(changed=step == DEPENDENCY)
    if step == CODE:
        one.change_code()
    return one.build(place, cold=step == COLD)


def _print(step: str, place: str, seconds: list[float], python: float) -> None:
    engine, own = seconds
    reach = ("0.6 x" if step == COLD else "") if place == "engine" else TO_REACH[step]
    extra = f", {(own - python) * 1000:.0f} ms + python" if step in {CODE, NOTHING} else ""
    line = f"  {step:<19} {place:<9} {engine:7.2f} {own:7.2f}   {own / engine:5.2f} x{extra}"
    print(f"{line}   to reach: {reach}" if reach else line)


def _print_bytecode(own: Own, rounds: int) -> None:
    """What bytecode costs: compiled for the first time, and when the wheels were seen before."""
    times: dict[str, list[float]] = {"without": [], "first time": [], "seen before": []}
    for _ in range(rounds):
        own.options = ("--no-bytecode",)
        own.reset()
        own.set_dependencies(changed=False)
        times["without"].append(own.build("layout", cold=True)[0])
        own.options = ()
        own.reset()
        times["first time"].append(own.build("layout", cold=True)[0])
        bytecode = own.folder / "cache" / "hookkit" / "folders" / "bytecode"
        kept = own.folder / "bytecode"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(bytecode, kept)
        own.reset()
        shutil.copytree(kept, bytecode, dirs_exist_ok=True)
        times["seen before"].append(own.build("layout", cold=True)[0])
    own.options = ("--no-bytecode",)
    medians = {name: statistics.median(one) for name, one in times.items()}
    words = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in medians.items())
    print(f"  bytecode, cold, to a layout: {words}")


# ---------------------------------------------------------------- how cost grows


def _grow(home: Path, primed: Path, registry: str) -> None:
    """Time and memory of a code layer of so many megabytes, a quarter of which no compressor makes smaller."""
    print("\na code layer of     seconds   a megabyte   largest memory")
    own = Own(home / "growth", registry, home / "base", primed, [])
    make_project(own.project)
    for megabytes in (50, 200, 800):
        with (own.project / "src" / "my_hook" / "table.bin").open("wb") as file:
            for number in range(megabytes):
                file.write(os.urandom(MEGABYTE // 4) + bytes([number % 256]) * (MEGABYTE - MEGABYTE // 4))
        own.reset()
        took, memory = own.build("layout", cold=True)
        each, peak = took / megabytes * 1000, memory / MIB
        print(f"  {megabytes:>4} MB           {took:6.2f}    {each:6.2f} ms   {peak:6.0f} MiB")


if __name__ == "__main__":
    main()
