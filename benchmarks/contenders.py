"""The same work in many hands: each row of the table becomes a contender in an environment of its own.

The work is to read a text and write it in upper case, with an input, an output and ten options. How each is told its
values is its own: argv, a file, a request.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from measuring import Contender, Timed, run_command
from serving import Server

from hookkit.bundle import write_runtime

PROGRAMS: Final = Path(__file__).parent / "programs"

BASELINE: Final = "python -c pass"
HOOK: Final = "hookkit, a hook with ten options"

OPTIONS: Final[Mapping[str, Any]] = {
    "title": "scene",
    "level": 3,
    "share": 0.25,
    "quick": True,
    "method": "bilinear",
    "band": "B08",
    "day": "2026-01-31",
    "tags": ["coast", "winter"],
    "limit": 12,
    "mask": "land.tif",
}


@dataclass(frozen=True)
class Place:
    """Where one contender works; all that it writes is below `home`."""

    home: Path
    #: The interpreter of its environment.
    python: Path

    @property
    def source(self) -> str:
        """The folder that holds the text."""
        return str(self.home / "in")

    @property
    def target(self) -> str:
        """The folder for the result."""
        return str(self.home / "out")

    @property
    def product(self) -> Path:
        """The result."""
        return self.home / "out/result.data"

    @property
    def values(self) -> dict[str, Any]:
        """What a function gets by name, in JSON's terms."""
        return {"source": self.source, "target": self.target, **OPTIONS}

    @property
    def flags(self) -> tuple[str, ...]:
        """What a program gets on its command line."""
        return (f"--input={self.source}", f"--output={self.target}", *_flags())

    def contender(self, name: str, *command: str, path: str = str(PROGRAMS), **environment: str) -> Contender:
        """A command that leaves the product."""
        return Contender(name, command, self.home, {"PYTHONPATH": path, **environment}, self.product)


def _flags() -> Iterator[str]:
    for name, value in OPTIONS.items():
        for one in value if isinstance(value, list) else [value]:
            yield f"--{name}={_text(one)}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


# ---------------------------------------------------------------- a function a contender


def _nothing(name: str, place: Place) -> Timed:
    return Contender(name, (str(place.python), "-c", "pass"), place.home)


def _hookkit(name: str, place: Place) -> Timed:
    """The runtime alone, as it lies in an image."""
    runtime = place.home / "runtime"
    write_runtime(runtime)
    command = (str(place.python), "-m", "hookkit.runtime", "hookkit_hook:shout", *place.flags)
    return place.contender(name, *command, path=f"{runtime}:{PROGRAMS}")


def _pydantic(name: str, place: Place) -> Timed:
    return place.contender(name, str(place.python), str(PROGRAMS / "pydantic_script.py"), *place.flags)


def _kfp(name: str, place: Place) -> Timed:
    outputs = {"outputFile": str(place.home / "executor-output.json")}
    executor_input = json.dumps({"inputs": {"parameterValues": place.values}, "outputs": outputs})
    command = (
        *(str(place.python), "-m", "kfp.dsl.executor_main", "--function_to_execute", "shout"),
        *("--component_module_path", str(PROGRAMS / "kfp_component.py"), "--executor_input", executor_input),
    )
    # As in kfp's own containers: without the variable it imports its compiler, too.
    return place.contender(name, *command, _KFP_RUNTIME="true")


def _hera(name: str, place: Place) -> Timed:
    """Argo lays all parameters down in a file, as text each."""
    arguments = place.home / "arguments.json"
    arguments.write_text(json.dumps([{"name": key, "value": _text(value)} for key, value in place.values.items()]))
    return place.contender(
        name, str(place.python), "-m", "hera.workflows.runner", "-e", "hera_script:shout", str(arguments)
    )


def _flyte(name: str, place: Place) -> Timed:
    inputs = place.home / "inputs.pb"
    program = str(PROGRAMS / "flyte_inputs.py")
    run_command([str(place.python), program, json.dumps(place.values), str(inputs)], place.home)
    command = (
        *(str(place.python.with_name("pyflyte-execute")), "--inputs", str(inputs)),
        *("--output-prefix", str(place.home / "outputs"), "--raw-output-data-prefix", str(place.home / "raw")),
        *("--resolver", "flytekit.core.python_auto_container.default_task_resolver"),
        *("--", "task-module", "flyte_task", "task-name", "shout"),
    )
    return place.contender(name, *command)


def _cog(name: str, place: Place) -> Timed:
    """Without the schema that `cog build` lays into an image: nothing is checked, which is in cog's favour."""
    environment = {
        "COG_PREDICT_TYPE_STUB": f"{PROGRAMS / 'cog_runner.py'}:Runner",
        # It starts its worker with the `python` that it finds.
        "PATH": f"{place.python.parent}:{os.environ['PATH']}",
    }
    command = (str(place.python), "-m", "cog.server.http", "--host", "127.0.0.1")
    return Server(name, command, place.home, environment, place.product, json.dumps({"input": place.values}))


class Row(NamedTuple):
    """A contender: what is installed for it ("" is nothing), and how it does the work."""

    name: str
    requirement: str
    contender: Callable[[str, Place], Timed]


TABLE: Final = (
    Row(BASELINE, "", _nothing),
    Row(HOOK, "", _hookkit),
    Row("argparse + pydantic", "pydantic", _pydantic),
    Row("kfp's executor", "kfp", _kfp),
    Row("hera.workflows.runner", "hera", _hera),
    Row("cog's server, to the first answer", "cog", _cog),
    Row("pyflyte-execute", "flytekit", _flyte),
)


def prepare(row: Row, home: Path) -> Timed:
    """A row becomes a contender that has run once.

    Raises:
        DidNotRunError: it can't be installed, or it can't run here.

    """
    place = Place(home, install(row.requirement, home / "environment"))
    Path(place.source).mkdir()
    Path(place.source, "example.data").write_text("hello\n" * 100)
    place.product.parent.mkdir()
    contender = row.contender(row.name, place)
    contender.run()
    return contender


def install(requirement: str, environment: Path) -> Path:
    """A new environment, of the Python that runs this, with what is required; its interpreter."""
    uv = (sys.executable, "-m", "uv")
    base = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
    here = PROGRAMS.parent
    run_command([*uv, "venv", "--quiet", "--python", str(base), str(environment)], here)
    python = environment / "bin/python"
    if requirement:
        run_command([*uv, "pip", "install", "--quiet", "--python", str(python), requirement], here)
    return python
