"""What a hook is tried with: the author's arguments, or what lies in the project; mistakes are the author's."""

from pathlib import Path

import pytest

from hookkit.check.contract.sample import NoSample, Sample, find_sample
from hookkit.errors import CallError
from hookkit.project import Project, bare_project
from hookkit.spec import EntryPoint, HookSpec, InputSpec, OptionSpec, OutputSpec, SecretSpec

ONE = HookSpec(
    "job", "1.0.0", "Job", "", EntryPoint("job", "job"), inputs=(InputSpec("scene"),), outputs=(OutputSpec("product"),)
)
TWO = ONE.replace(inputs=(InputSpec("red"), InputSpec("green")))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return bare_project(tmp_path)


def made(project: Project, *files: str) -> None:
    for file in files:
        (project.root / file).parent.mkdir(parents=True, exist_ok=True)
        (project.root / file).touch()


def inputs_of(project: Project, spec: HookSpec, *arguments: str) -> dict[str, str]:
    """Where the sample's inputs lie in the project."""
    sample = find_sample(project, spec, [*arguments], {})
    assert isinstance(sample, Sample), sample
    places = sample.call.inputs.items()
    return {name: place.relative_to(project.root).as_posix() for name, place in places if place}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["data/scene/a.tif", "data/other/b.tif"], "data/scene"),
        (["data/scene.tif", "data/readme.md"], "data/scene.tif"),
        (["data/input_file_location/example.data", "data/.keep"], "data/input_file_location"),
        (["data/a.tif", "data/b.tif"], "data"),
        (["data/a.tif"], "data"),
        (["tests/data/scene/a.tif"], "tests/data/scene"),
        (["input/a.tif"], "input"),
        (["data/a/x", "data/b/x"], "data"),
    ],
)
def test_the_input_of_a_hook_is_found_where_projects_keep_it(project: Project, files: list[str], expected: str) -> None:
    made(project, *files)

    assert inputs_of(project, ONE) == {"scene": expected}


def test_several_inputs_are_found_by_their_names_in_one_folder(project: Project) -> None:
    made(project, "data/red/a", "input/red/a", "input/green.tif")

    assert inputs_of(project, TWO) == {"red": "input/red", "green": "input/green.tif"}


def test_what_the_author_gives_counts_and_the_rest_is_found(project: Project) -> None:
    made(project, "mine/a", "data/red/a", "data/green/a")

    assert inputs_of(project, TWO, f"--red={project.root / 'mine'}") == {"red": "mine", "green": "data/green"}
    assert inputs_of(project, TWO, "--input", str(project.root / "data")) == {"red": "data/red", "green": "data/green"}


def test_a_sample_that_an_input_does_not_match_is_none(project: Project) -> None:
    made(project, "data/a.txt", "tests/data/b.tif")
    spec = ONE.replace(inputs=(InputSpec("scene", glob="*.tif"),))

    assert inputs_of(project, spec) == {"scene": "tests/data"}


def test_optional_inputs_are_taken_where_they_lie_under_their_name(project: Project) -> None:
    spec = TWO.replace(inputs=(InputSpec("red"), InputSpec("dem", optional=True)))
    made(project, "data/red/a")

    assert inputs_of(project, spec) == {"red": "data/red"}

    made(project, "data/dem.tif")
    assert inputs_of(project, spec) == {"red": "data/red", "dem": "data/dem.tif"}


def test_outputs_and_results_of_the_author_are_left_alone(project: Project) -> None:
    made(project, "data/a")
    sample = find_sample(project, ONE, ["--output", str(project.root / "out"), "--help"], {})

    assert isinstance(sample, Sample)
    assert not (project.root / "out").exists()
    assert sample.call.outputs["product"] != project.root / "out"


def test_without_input_there_is_no_sample(project: Project) -> None:
    found = find_sample(project, ONE, [], {})

    assert isinstance(found, NoSample)
    assert [one.where for one in found.problems] == ["--input"]


def test_a_secret_that_nobody_gave_is_missed_like_an_input(project: Project) -> None:
    made(project, "data/a")
    spec = ONE.replace(secrets=(SecretSpec("password"),))

    found = find_sample(project, spec, [], {})

    assert isinstance(found, NoSample)
    assert [one.where for one in found.problems] == ["secret password"]
    assert isinstance(find_sample(project, spec, [], {"HOOKKIT_OPTION_PASSWORD": "correct horse"}), Sample)


def test_mistakes_of_the_author_are_named_and_nothing_else_is_tried(project: Project) -> None:
    made(project, "data/a")
    spec = ONE.replace(options=(OptionSpec("times", default="1"),))

    with pytest.raises(CallError, match="--case: no such flag"):
        find_sample(project, spec, ["--case", "upper"], {})
    with pytest.raises(CallError, match="--input: '/nowhere' does not exist"):
        find_sample(project, spec, ["--input", "/nowhere"], {})
