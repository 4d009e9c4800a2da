"""The README is true: its blocks run in their order, as a reader would run them, and so do those of a new project."""

import json
import re
import subprocess
import uuid
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from docker import DockerClient
from realparts.borrowing import borrowed
from realparts.shell import Shell

from hookkit.contract import PLATFORM_KEYS

pytestmark = pytest.mark.slow

README = Path(__file__).parents[2] / "README.md"
#: The section whose blocks are for a checkout; all others are for an empty folder.
IN_A_CHECKOUT = "See it work"
RESULT = "my_new_product_name/result.data"


_PARTS = re.compile(
    r"^## (?P<heading>[^\n]+)$|^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """A block of code with the heading that it stands under."""

    heading: str
    language: str
    text: str


def blocks(markdown: str, language: str) -> list[Block]:
    """The blocks in a language, in their order."""
    found, heading = [], ""
    for match in _PARTS.finditer(markdown):
        heading = match["heading"] or heading
        if match["language"] == language:
            found.append(Block(heading, language, match["text"]))
    return found


def readme(language: str) -> list[Block]:
    return blocks(README.read_text(encoding="utf-8"), language)


def upper_case(project: Path) -> str:
    return (project / "data/input_file_location/example.data").read_text(encoding="utf-8").upper()


# ---------------------------------------------------------------- in a checkout


CHECKOUT_BLOCKS = [block.text for block in readme("sh") if block.heading == IN_A_CHECKOUT]


def test_the_readme_has_blocks_for_a_checkout_and_for_an_empty_folder() -> None:
    assert len(CHECKOUT_BLOCKS) == 2
    assert {block.heading for block in readme("sh")} > {IN_A_CHECKOUT}


@pytest.mark.parametrize("block", CHECKOUT_BLOCKS, ids=["with make", "without make"])
def test_a_checkout_shows_the_whole_road(
    block: str,
    checkout: Path,
    shell: Shell,
    engine: DockerClient,
    base_image: str,  # noqa: ARG001 - builds stand on it
) -> None:
    *preparing, last = block.splitlines()
    shell.must(checkout, "\n".join(preparing))

    with borrowed(engine, "hookkit-demo") as image:
        shown = shell.must(checkout, last)

    assert "EARTH OBSERVATION SATELLITES" in shown
    assert "kind: WorkflowTemplate" in shown
    assert f"image: {image}:0.1.0-" in shown
    assert shown.endswith("All of it was shown; nothing was left out.\n")


def test_a_checkout_without_an_engine_runs_the_image_all_the_same(checkout: Path, shell: Shell) -> None:
    shown = shell.must(checkout, "hookkit demo", DOCKER_HOST="unix:///nowhere")

    assert "kind: WorkflowTemplate" in shown
    assert shown.count("EARTH OBSERVATION SATELLITES") == 2
    assert "run without an engine, as none answers here: unix:///nowhere: " in shown
    assert shown.endswith("All of it was shown; nothing was left out.\n")


def test_make_test_lints_checks_types_and_imports_and_runs_all_tests(checkout: Path, shell: Shell) -> None:
    assert "`make test`" in README.read_text(encoding="utf-8")

    planned = shell.must(checkout, "make --dry-run test")

    assert all(f"/{program}" in planned for program in ("ruff check", "mypy", "lint-imports", "pytest"))


def test_make_help_lists_the_targets_that_the_readme_names(checkout: Path, shell: Shell) -> None:
    listed = set(re.findall(r"^make (\S+)", shell.must(checkout, "make help"), re.MULTILINE))

    named = set(re.findall(r"`make ([a-z-]+)`", README.read_text(encoding="utf-8")))
    assert named - {"help"} <= listed


# ---------------------------------------------------------------- in an empty folder


@pytest.fixture
def road(shell: Shell, tmp_path: Path, pushing_place: str, my_hook_image: str) -> Path:  # noqa: ARG001 - the name is used
    """The project that all blocks for an empty folder leave behind."""
    lines = [block.text for block in readme("sh") if block.heading != IN_A_CHECKOUT]
    shell.must(tmp_path, "".join(lines), REGISTRY=pushing_place)
    return tmp_path / "my-hook"


def test_the_road_of_the_readme_leads_to_what_it_says(road: Path, pushing_place: str) -> None:
    assert (road / "out" / RESULT).read_text() == (road / "out2" / RESULT).read_text() == upper_case(road)
    assert (road / "out/calm/result.data").read_text() == upper_case(road).lower()
    listed = re.findall(r"^\| `(\S+)` \| .*:|^\| `(\S+)` \| you:", README.read_text(encoding="utf-8"), re.MULTILINE)
    files = {file.name for file in (road / "dist").iterdir()}
    assert {name for pair in listed for name in pair if name.endswith((".yaml", ".json"))} <= files
    template = yaml.safe_load((road / "dist/my-hook.workflowtemplate.yaml").read_text())
    [main] = template["spec"]["templates"]
    assert main["container"]["image"].startswith(f"{pushing_place}/my-hook:0.1.0@sha256:")
    check_order(json.loads((road / "dist/my-hook.workflow.json").read_text()))


def check_order(descriptor: dict[str, Any]) -> None:
    """The order of the README orders this very workflow, with options that it or the platform has."""
    [workflow] = descriptor["value"]
    allowed = {option["Name"]: option["Value"] for option in workflow["WorkflowOptions"]}
    [order] = [json.loads(block.text) for block in readme("json")]
    assert order["WorkflowName"] == workflow["Name"]
    for option in order["WorkflowOptions"]:
        assert option["Name"] in allowed or option["Name"] in PLATFORM_KEYS
        values = [one["value"] for one in allowed.get(option["Name"]) or []]
        assert not values or option["Value"] in values


def test_the_function_of_the_readme_is_a_hook(shell: Shell, tmp_path: Path) -> None:
    [block] = readme("python")
    (tmp_path / "first.py").write_text(block.text, encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/example.data").write_text("Ice\n")

    described = json.loads(shell.must(tmp_path, "hookkit spec first"))
    shell.must(tmp_path, "hookkit run first --input in --output out --case lower")

    assert [option["name"] for option in described["options"]] == ["product_name", "case"]
    assert (tmp_path / "out" / RESULT).read_text() == "ice\n"


def test_the_function_of_the_readme_is_the_first_example() -> None:
    [block] = readme("python")
    example = README.parent / "examples/hello-world-processor/hello_world_processor.py"

    assert block.text in example.read_text(encoding="utf-8")


# ---------------------------------------------------------------- a new project's own README


def test_the_readme_of_a_new_project_is_true(
    shell: Shell,
    tmp_path: Path,
    pushing_place: str,
    engine: DockerClient,
    base_image: str,  # noqa: ARG001 - builds stand on it
) -> None:
    name = f"hook-{uuid.uuid4().hex[:12]}"
    shell.must(tmp_path, f"hookkit new hello-world-processor {name} --defaults")
    project, place = tmp_path / name, f"{pushing_place}/me/{name}:1"
    lines = "".join(block.text for block in blocks((project / "README.md").read_text(encoding="utf-8"), "sh"))

    with borrowed(engine, name):
        shown = shell.must(project, f"{lines}\ncommand -v hookkit".replace("REGISTRY/REPOSITORY:TAG", place))

    assert shown.splitlines()[-1] == str(project / ".venv/bin/hookkit")
    assert "4 passed" in shown
    for folder in ("out", "out-container"):
        assert (project / folder / RESULT).read_text() == upper_case(project)
    assert (project / "out-lower" / RESULT).read_text() == upper_case(project).lower()
    assert f"image: {place}@sha256:" in (project / f"dist/{name}.workflowtemplate.yaml").read_text().replace('"', "")


def test_git_sees_nothing_of_what_a_new_project_makes(shell: Shell, tmp_path: Path) -> None:
    line = "hookkit new hello-world-processor my-hook --defaults && cd my-hook && git init --quiet && git add ."
    shell.must(tmp_path, line)
    project = tmp_path / "my-hook"

    shell.must(project, "hookkit run --input data/input_file_location --output out && hookkit test && hookkit manifest")

    status = subprocess.run(["git", "status", "--short"], cwd=project, capture_output=True, text=True, check=True)
    assert [line for line in status.stdout.splitlines() if not line.startswith("A ")] == []
