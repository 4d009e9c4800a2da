"""How long `hookkit build` takes by itself against the engine's builder with the same plan, and what it costs.

Both start from the same base (the running Python, in the engine), with wheels downloaded and pinned beforehand. Needs a
Docker engine, and Debian's docker-registry.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from realparts.engine import connect
from realparts.python_image import NAME, ensure
from realparts.registry import serve

from hookkit.cache import Cache
from hookkit.image.docker.builder import engine_image
from hookkit.image.oci.compression import best_gzip
from hookkit.image.oci.layout import write_layout
from hookkit.image.platform import Platform
from hookkit.reference import ImageReference
from hookkit.scaffold import NewProject, create_project

STACKS: Final = {
    "numpy": ["numpy"],
    "xarray + rasterio": ["xarray", "rasterio"],
}
CHANGED: Final = "tqdm"
BUILDERS: Final = ("docker", "oci")
PLACES: Final = ("layout", "registry", "engine")
STEPS: Final = ("cold", "changed dependency", "changed code", "nothing changed")
TO_REACH: Final = {
    ("cold", "engine"): "0.6 x",
    ("cold", ""): "0.15 x",
    ("changed dependency", ""): "0.15 x",
    ("changed code", ""): "0.35 x, 200 ms + python",
    ("nothing changed", ""): "150 ms + python",
}
MEGABYTE: Final = 1_000_000


@dataclass
class Desk:
    """A project that one builder builds, with a cache of its own.

    Attributes:
        folder: holds the project, the cache and the layout.
        primed: a cache that holds nothing but the base.
        base: the base as a folder; the engine has the same one.

    """

    builder: str
    folder: Path
    primed: Path
    base: Path
    registry: str
    options: tuple[str, ...] = ("--no-bytecode",)
    repositories: Iterator[int] = field(default_factory=lambda: iter(range(1_000_000)))
    repository: str = ""

    @property
    def project(self) -> Path:
        """The project's folder."""
        return self.folder / "my-hook"

    def reset(self) -> None:
        """Forget what was built: a cold build starts from the base and from downloaded wheels alone."""
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
        shutil.copytree(self.primed, self.folder / "cache", symlinks=True)
        shutil.rmtree(self.folder / "layout", ignore_errors=True)
        self.repository = f"{self.registry}/{self.builder}/{self.folder.parent.name}{next(self.repositories)}"

    def place(self, place: str) -> str:
        """Where the image goes, in the words of the command line."""
        return {"layout": f"oci:{self.folder / 'layout'}", "registry": self.repository, "engine": "docker:"}[place]

    def build(self, place: str, *options: str) -> tuple[float, int]:
        """Build; wall seconds, and the largest memory of a process of it in bytes."""
        command = [
            *(sys.executable, "-m", "hookkit", "build", "--builder", self.builder),
            *("--base-image", NAME if self.builder == "docker" else f"oci:{self.base}"),
            *("--output", self.place(place), *self.options, *options),
        ]
        environment = os.environ | {"XDG_CACHE_HOME": str(self.folder / "cache")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        started = time.perf_counter()
        with subprocess.Popen(
            command, cwd=self.project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            said = process.stdout.read() if process.stdout else b""
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - started
        if process.returncode:
            sys.exit(said.decode(errors="replace"))
        return took, usage.ru_maxrss * 1024


def main() -> None:
    """Measure and print."""
    arguments = _parse()
    with tempfile.TemporaryDirectory(prefix="hookkit-benchmark-") as folder:
        home = Path(folder)
        _export_base(home / "base")
        with serve(home / "registry") as registry:
            python = _python_start()
            print(f"python -c pass: {python * 1000:.0f} ms")
            for stack in arguments.stacks or STACKS:
                _compare(
                    _desks(home / stack.replace(" ", ""), STACKS[stack], home / "base", registry),
                    stack,
                    arguments.rounds,
                    python,
                )
            if not arguments.short:
                _growth(home / "growth", home / "base", registry)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stacks", nargs="*", choices=list(STACKS))
    parser.add_argument("--short", action="store_true", help="leave out how cost grows with bytes")
    return parser.parse_args()


def _export_base(folder: Path) -> None:
    """The base of the engine as a folder, too."""
    engine = connect()
    ensure(engine)
    cache = Cache(folder.parent / "exporting")
    image = engine_image(engine, NAME, Platform.of_this_machine(), cache, best_gzip())
    write_layout(folder, (image,), ImageReference.parse(NAME))


def _python_start() -> float:
    return statistics.median(_timed([sys.executable, "-c", "pass"]) for _ in range(15))


def _timed(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - started


# ---------------------------------------------------------------- what is built


def _desks(home: Path, dependencies: list[str], base: Path, registry: str) -> list[Desk]:
    """A desk for each builder, with the same project, locked, and its wheels in uv's cache."""
    home.mkdir()
    primed = _primed(home, base, registry)
    desks = []
    for builder in BUILDERS:
        desk = Desk(builder, home / builder, primed, base, registry)
        desk.folder.mkdir()
        _make_project(desk.project, dependencies)
        desk.reset()
        for name, wanted in (("changed", [*dependencies, CHANGED]), ("first", dependencies)):
            _set_dependencies(desk.project, wanted)
            (desk.project / "hookkit.lock").unlink(missing_ok=True)
            desk.build("layout")
            for file in ("pyproject.toml", "hookkit.lock"):
                shutil.copy(desk.project / file, desk.folder / f"{name}-{file}")
        desks.append(desk)
    return desks


def _primed(home: Path, base: Path, registry: str) -> Path:
    """A cache that holds the base, as an engine does that has pulled it."""
    desk = Desk("oci", home / "primer", home / "none", base, registry)
    _make_project(desk.project, [])
    (desk.folder / "cache").mkdir()
    desk.build("layout")
    for builder in ("layout", "engine"):
        desk.build(builder)
    return desk.folder / "cache"


def _make_project(folder: Path, dependencies: list[str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    create_project(NewProject(template="hello-world-processor", destination=folder, defaults=True))
    _set_dependencies(folder, dependencies)


def _set_dependencies(project: Path, dependencies: list[str]) -> None:
    file = project / "pyproject.toml"
    lines = file.read_text().splitlines()
    wanted = ", ".join(f'"{one}"' for one in dependencies)
    file.write_text(
        "\n".join(f"dependencies = [{wanted}]" if one.startswith("dependencies =") else one for one in lines)
    )


# ---------------------------------------------------------------- one against the other


def _compare(desks: list[Desk], stack: str, rounds: int, python: float) -> None:
    print(f"\n{stack}, without bytecode (seconds: engine's builder, hookkit's; median of {rounds})")
    peak = 0
    for place in PLACES:
        times: dict[tuple[str, str], list[float]] = {(step, desk.builder): [] for step in STEPS for desk in desks}
        for _ in range(rounds):
            for desk in desks:
                desk.reset()
            for step in STEPS:
                for desk in desks:
                    took, memory = _step(desk, step, place)
                    times[step, desk.builder].append(took)
                    peak = max(peak, memory if desk.builder == "oci" else 0)
        for step in STEPS:
            _print(step, place, [statistics.median(times[step, builder]) for builder in BUILDERS], python)
    print(f"  largest memory of hookkit's own: {peak / (1 << 20):.0f} MiB   to reach: 150 MiB")
    _print_bytecode(desks, rounds)


def _step(desk: Desk, step: str, place: str) -> tuple[float, int]:
    name = "changed" if step == "changed dependency" else "first"
    if step in {"cold", "changed dependency"}:
        for file in ("pyproject.toml", "hookkit.lock"):
            shutil.copy(desk.folder / f"{name}-{file}", desk.project / file)
    if step == "changed code":
        module = desk.project / "src" / "my_hook" / "main.py"
        module.write_text(module.read_text() + f"# {time.time_ns()}\n")
    return desk.build(place, *(["--no-cache"] if step == "cold" and desk.builder == "docker" else []))


def _print(step: str, place: str, seconds: list[float], python: float) -> None:
    engine, own = seconds
    reach = TO_REACH.get((step, place)) or ("" if place == "engine" else TO_REACH[step, ""])
    extra = f", {(own - python) * 1000:.0f} ms + python" if step in {"changed code", "nothing changed"} else ""
    print(
        f"  {step:<19} {place:<9} {engine:7.2f} {own:7.2f}   {own / engine:5.2f} x{extra}"
        + f"   to reach: {reach}" * bool(reach)
    )


def _print_bytecode(desks: list[Desk], rounds: int) -> None:
    """With bytecode on both sides: made for the first time, and as a wheel's that was seen before."""
    medians = {}
    for desk in desks:
        desk.options = ()
        first, later = [], []
        for _ in range(rounds):
            desk.reset()
            first.append(_step(desk, "cold", "engine")[0])
            shutil.rmtree(desk.folder / "cache" / "hookkit" / "facts" / "layers", ignore_errors=True)
            later.append(_step(desk, "cold", "engine")[0])
        medians[desk.builder] = statistics.median(first), statistics.median(later)
    for number, name in enumerate(("cold, with bytecode", "  seen before")):
        engine, own = (medians[builder][number] for builder in BUILDERS)
        print(f"  {name:<19} {'engine':<9} {engine:7.2f} {own:7.2f}   {own / engine:5.2f} x   to reach: 1 x")


# ---------------------------------------------------------------- how cost grows


def _growth(home: Path, base: Path, registry: str) -> None:
    """Time and memory of a code layer of so many megabytes."""
    print("\na code layer of     seconds  a megabyte   largest memory")
    home.mkdir()
    desk = Desk("oci", home / "oci", _primed(home, base, registry), base, registry)
    _make_project(desk.project, [])
    data = desk.project / "src" / "my_hook" / "table.bin"
    for megabytes in (50, 200, 800):
        with data.open("wb") as file:
            for number in range(megabytes):
                file.write(os.urandom(MEGABYTE // 4) + bytes([number % 256]) * (MEGABYTE - MEGABYTE // 4))
        desk.reset()
        took, memory = desk.build("layout")
        each, peak = took / megabytes * 1000, memory / (1 << 20)
        print(f"  {megabytes:>4} MB           {took:6.2f}    {each:6.2f} ms   {peak:6.0f} MiB")


if __name__ == "__main__":
    main()
