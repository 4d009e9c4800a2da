from collections.abc import Callable
from pathlib import Path

import pytest
from recording import RecordingBuilder

from hookkit.errors import DependencyError
from hookkit.image.plan import ImageRequest
from hookkit.image.prepare import prepared_image
from hookkit.project import Project
from hookkit.spec import HookSpec

MakeProject = Callable[..., Project]
MakeWheel = Callable[..., Path]


def test_what_a_builder_gets_holds_runtime_dependencies_and_code(
    make_project: MakeProject, make_wheel: MakeWheel, spec: HookSpec, image_request: ImageRequest
) -> None:
    make_wheel("greeting")
    project = make_project({"src/hello/main.py": "", "src/.env": "secret"}, dependencies=("greeting",))
    builder = RecordingBuilder()

    with prepared_image(project, spec, image_request) as prepared:
        built = builder.build(prepared.plan)

    [plan] = builder.plans
    layers = {layer.name: [one.path for one in layer.files] for layer in plan.layers}
    assert "hookkit/runtime/__main__.py" in layers["runtime"]
    assert "lib/python3.12/site-packages/greeting/data.txt" in layers["dependencies"]
    assert layers["code"] == ["hello/main.py"]
    assert [one.path for one in prepared.left_out] == ["src/.env"]
    assert [one.step for one in prepared.durations] == ["dependencies"]
    assert built.reference == plan.reference


def test_the_files_of_a_plan_are_there_until_the_block_ends(
    make_project: MakeProject, make_wheel: MakeWheel, spec: HookSpec, image_request: ImageRequest
) -> None:
    make_wheel("greeting")
    project = make_project({"src/hello/main.py": ""}, dependencies=("greeting",))

    with prepared_image(project, spec, image_request) as prepared:
        on_disk = [one.source for one in prepared.plan.layers[1].files if isinstance(one.source, Path)]
        assert on_disk
        assert all(path.is_file() for path in on_disk)
    assert not any(path.exists() for path in on_disk)


@pytest.mark.usefixtures("wheels")
def test_dependencies_that_cannot_be_had_leave_nothing_behind(
    make_project: MakeProject,
    spec: HookSpec,
    image_request: ImageRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))

    with (
        pytest.raises(DependencyError, match="no-such-thing"),
        prepared_image(make_project(dependencies=("no-such-thing",)), spec, image_request),
    ):
        pass

    assert list(temporary.iterdir()) == []
