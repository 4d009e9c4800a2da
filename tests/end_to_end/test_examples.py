"""Every example runs as its README says, as a process and as a container, and gives what lies in expected/."""

import os
import shutil
from pathlib import Path

import pytest
from docker import DockerClient
from realparts.borrowing import borrowed
from realparts.shell import Shell

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[2] / "examples"
RUNS = {"output": "", "output-with-options": "--config-file options.toml"}


#: The others are declarations of what runs elsewhere (test_provided.py).
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if (folder / "input").is_dir())
#: Each example with each of its runs.
CASES = [
    *((name, "output") for name in NAMES),
    *((name, "output-with-options") for name in NAMES if (EXAMPLES / name / "options.toml").is_file()),
]


@pytest.fixture
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of an example, as people would take one."""
    return Path(shutil.copytree(EXAMPLES / request.param, tmp_path / request.param))


def files(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def compare(name: str, expected: str, found: dict[str, bytes]) -> None:
    """Compare files with those in expected/; with UPDATE_GOLDEN=1 in the environment write them there instead."""
    folder = EXAMPLES / name / "expected" / expected
    if os.environ.get("UPDATE_GOLDEN") == "1":
        shutil.rmtree(folder, ignore_errors=True)
        for path, content in found.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    assert found == files(folder), "UPDATE_GOLDEN=1 rewrites what is expected"


def test_there_are_examples() -> None:
    assert {"hello-world-processor", "vegetation-index"} <= set(NAMES)


@pytest.mark.parametrize(("example", "expected"), CASES, indirect=["example"])
def test_a_process_gives_what_is_expected(example: Path, expected: str, shell: Shell) -> None:
    shell.must(example, f"hookkit run --input input --output out {RUNS[expected]}")

    compare(example.name, expected, files(example / "out"))


@pytest.mark.parametrize(("example", "expected"), CASES, indirect=["example"])
def test_a_container_gives_what_is_expected(
    example: Path,
    expected: str,
    shell: Shell,
    engine: DockerClient,
    base_image: str,  # noqa: ARG001 - builds stand on it
) -> None:
    line = f"hookkit build && hookkit run --engine container --input input --output out {RUNS[expected]}"

    with borrowed(engine, example.name):
        shell.must(example, line)

    assert files(example / "out") == files(EXAMPLES / example.name / "expected" / expected)


@pytest.mark.parametrize("example", NAMES, indirect=True)
def test_the_workflow_template_is_the_one_that_is_expected(example: Path, shell: Shell) -> None:
    text = shell.must(example, "hookkit manifest --stdout")

    file = EXAMPLES / example.name / "expected" / f"{example.name}.workflowtemplate.yaml"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), "UPDATE_GOLDEN=1 rewrites what is expected"


def test_the_readme_of_the_vegetation_index_works(shell: Shell, tmp_path: Path) -> None:
    example = shutil.copytree(EXAMPLES / "vegetation-index", tmp_path / "example")
    blocks = (example / "README.md").read_text(encoding="utf-8").split("```sh\n")[1:]

    shell.must(example, "\n".join(block.partition("```")[0] for block in blocks))

    assert {path.name for path in example.glob("out*")} == {"out", "out-evi2", "out-strict", "out-files"}
    assert not list((example / "out-files" / "mask").iterdir())


def test_bands_of_different_places_end_with_the_exit_code_of_the_readme(shell: Shell, tmp_path: Path) -> None:
    example = shutil.copytree(EXAMPLES / "vegetation-index", tmp_path / "example")
    band = example / "input" / "red" / "B04.asc"
    band.write_text(band.read_text().replace("xllcorner 699960", "xllcorner 0"))

    done = shell.run(example, "hookkit run --input input --output out")

    assert done.returncode == 102
    assert "not on the same grid" in done.stdout
