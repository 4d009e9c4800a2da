from collections.abc import Callable
from pathlib import Path

import pytest
from realparts.plans import small_plan

from hookkit.errors import BuildError, ProjectError
from hookkit.image.docker.dockerfile import eject, owned_dockerfile, render_dockerfile
from hookkit.image.layer import LayerFile
from hookkit.image.plan import ImagePlan
from hookkit.project import Project
from hookkit.spec import HookSpec

CompareGolden = Callable[[Path, str], None]

FILES = (LayerFile("x", b""),)
HELLO_WORLD = Path(__file__).parents[3] / "golden" / "hello-world"


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    return make_project()


@pytest.fixture
def plan(spec: HookSpec) -> ImagePlan:
    return small_plan(spec, code=FILES)


def test_the_dockerfile_is_the_expected_one(spec: HookSpec, compare_golden: CompareGolden) -> None:
    plan = small_plan(spec, code=FILES, requirements="numpy==2.1.0\n")

    compare_golden(HELLO_WORLD / "Dockerfile", render_dockerfile(plan))


def test_a_layer_without_files_is_not_copied(plan: ImagePlan, spec: HookSpec) -> None:
    assert "COPY dependencies/" not in render_dockerfile(plan)
    assert "COPY code/" in render_dockerfile(plan)
    assert "COPY code/" not in render_dockerfile(small_plan(spec))


def test_the_base_has_the_name_that_the_engine_knows_it_by(plan: ImagePlan) -> None:
    assert render_dockerfile(plan, base="hookkit-base:0a").startswith("FROM hookkit-base:0a\n")


def test_an_owned_dockerfile_is_ready_for_dependencies_to_come(plan: ImagePlan) -> None:
    assert "COPY dependencies/" in render_dockerfile(plan, owned=True)


def test_eject_writes_a_dockerfile_that_the_project_owns_from_then_on(project: Project, plan: ImagePlan) -> None:
    assert owned_dockerfile(project) is None

    file = eject(project, plan)

    assert file == owned_dockerfile(project)
    assert file.read_text() == render_dockerfile(plan, owned=True)
    assert [path.name for path in project.root.iterdir() if path.name.startswith(".")] == []


def test_eject_does_not_write_over_a_dockerfile(project: Project, plan: ImagePlan) -> None:
    file = project.root / "Dockerfile"
    file.write_text("FROM mine\n")

    with pytest.raises(ProjectError, match="Dockerfile: is there already; keep it, or replace it with --force"):
        eject(project, plan)

    assert file.read_text() == "FROM mine\n"


def test_eject_writes_over_a_dockerfile_when_it_must(project: Project, plan: ImagePlan) -> None:
    (project.root / "Dockerfile").write_text("FROM mine\n")

    file = eject(project, plan, force=True)

    assert "FROM python:3.12-slim" in file.read_text()


def test_a_disk_that_refuses_is_told_in_a_line_and_what_was_there_stays(project: Project, plan: ImagePlan) -> None:
    (project.root / "Dockerfile").mkdir()

    with pytest.raises(BuildError, match="Dockerfile: can't be written: Is a directory; mend"):
        eject(project, plan, force=True)

    assert sorted(path.name for path in project.root.iterdir()) == ["Dockerfile", "pyproject.toml"]
