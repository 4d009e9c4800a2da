from collections.abc import Callable
from pathlib import Path

import pytest

from hookkit.errors import BuildError, ProjectError
from hookkit.image.docker.dockerfile import eject, owned_dockerfile, render_dockerfile
from hookkit.image.plan import ImageRequest, LayerFile, plan_image
from hookkit.project import Project
from hookkit.spec import HookSpec

MakeProject = Callable[..., Project]
CompareGolden = Callable[[Path, str], None]

FILES = (LayerFile("x", b""),)
HELLO_WORLD = Path(__file__).parents[2] / "golden" / "hello-world"


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    return make_project()


def test_the_dockerfile_is_the_expected_one(
    project: Project, spec: HookSpec, image_request: ImageRequest, compare_golden: CompareGolden
) -> None:
    plan = plan_image(project, spec, image_request, code=FILES, dependencies=FILES)

    compare_golden(HELLO_WORLD / "Dockerfile", render_dockerfile(plan))


def test_a_layer_without_files_is_not_copied(project: Project, spec: HookSpec, image_request: ImageRequest) -> None:
    plan = plan_image(project, spec, image_request, code=FILES)

    assert "COPY dependencies/" not in render_dockerfile(plan)


def test_an_owned_dockerfile_is_ready_for_dependencies_to_come(
    project: Project, spec: HookSpec, image_request: ImageRequest
) -> None:
    plan = plan_image(project, spec, image_request, code=FILES)

    assert "COPY dependencies/" in render_dockerfile(plan, owned=True)


def test_eject_writes_a_dockerfile_that_the_project_owns_from_then_on(
    project: Project, spec: HookSpec, image_request: ImageRequest
) -> None:
    assert owned_dockerfile(project) is None
    plan = plan_image(project, spec, image_request)

    file = eject(project, plan)

    assert file == owned_dockerfile(project)
    assert file.read_text() == render_dockerfile(plan, owned=True)
    assert [path.name for path in project.root.iterdir() if path.name.startswith(".")] == []


def test_eject_does_not_write_over_a_dockerfile(project: Project, spec: HookSpec, image_request: ImageRequest) -> None:
    file = project.root / "Dockerfile"
    file.write_text("FROM mine\n")
    plan = plan_image(project, spec, image_request)

    with pytest.raises(ProjectError, match="Dockerfile: is there already; keep it, or replace it with --force"):
        eject(project, plan)

    assert file.read_text() == "FROM mine\n"


def test_eject_writes_over_a_dockerfile_when_it_must(
    project: Project, spec: HookSpec, image_request: ImageRequest
) -> None:
    (project.root / "Dockerfile").write_text("FROM mine\n")

    file = eject(project, plan_image(project, spec, image_request), force=True)

    assert "FROM python:3.12-slim" in file.read_text()


def test_a_disk_that_refuses_is_told_in_a_line_and_what_was_there_stays(
    project: Project, spec: HookSpec, image_request: ImageRequest
) -> None:
    (project.root / "Dockerfile").mkdir()

    with pytest.raises(BuildError, match="Dockerfile: can't be written: Is a directory; mend"):
        eject(project, plan_image(project, spec, image_request), force=True)

    assert sorted(path.name for path in project.root.iterdir()) == ["Dockerfile", "pyproject.toml"]
