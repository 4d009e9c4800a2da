"""The source of a hook becomes an image, and a project that runs it; a hook that does as told serves many tests."""

import json
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from docker import DockerClient
from realparts.desk import hookkit, start_hookkit, write_project

#: A hook that does what it is told: one image serves all tests.
PROBE = '''
from pathlib import Path
from typing import Annotated

from hookkit import Input, Option, Output, hook


@hook(version="1.0.0", cpu=1, memory="64Mi")
def {name}(
    output: Annotated[Path, Output("Folder for the product", optional=True)],
    script: Annotated[str, Option("What to do")],
    input: Annotated[Path | None, Input("Folder or file")] = None,
) -> None:
    """Do as told."""
    exec(script, {{"input": input, "output": output}})
'''


@dataclass(frozen=True)
class Image:
    """An image with the source that it was built from."""

    reference: str
    source: str


def built(source: str, folder: Path) -> Image:
    """Build an image of a name that nobody else has."""
    name = f"probe_{uuid.uuid4().hex[:12]}"
    named = source.format(name=name)
    done = hookkit(write_project(folder, named), "build", "--tag", "1.0.0")
    assert done.returncode == 0, done.stderr
    return Image(f"{name.replace('_', '-')}:1.0.0", named)


@dataclass(frozen=True)
class Probe:
    """The project of the hook that does as told, in a folder of a test, and the variables of who runs it."""

    project: Path
    image: Image
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def output(self) -> Path:
        return self.project / "out"

    def arguments(self, script: str, *more: str) -> list[str]:
        engine = ("--engine", "container", "--image", self.image.reference)
        return ["run", *engine, "--output", "out", f"--script={dedent(script)}", *more]

    def run(self, script: str, *more: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return hookkit(self.project, *self.arguments(script, *more), **{**self.variables, **variables})

    @contextmanager
    def running(self, script: str, *more: str) -> Iterator[subprocess.Popen[str]]:
        """A run that waits for the test, which has read its first line; it ends with the test, however that ends."""
        with start_hookkit(self.project, *self.arguments(script, "--log", "text", *more)) as process:
            try:
                assert process.stderr
                assert process.stderr.readline().split() == ["waits"]
                yield process
            finally:
                process.terminate()

    def sees(self, expression: str, *more: str) -> Any:
        """The value of an expression in the container, by way of JSON."""
        done = self.run(
            f"import json, os, pathlib, socket\n(output / 'seen').write_text(json.dumps({expression}))", *more
        )
        assert done.returncode == 0, done.stderr
        return json.loads((self.output / "seen").read_text())


def containers_of(engine: DockerClient, image: Image) -> list[Any]:
    found: list[Any] = engine.containers.list(all=True, filters={"ancestor": image.reference})
    return found


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
