import json
from collections.abc import Callable

import pytest

from hookkit.bundle import runtime_files
from hookkit.image.dockerfile import render_labels
from hookkit.image.plan import ImagePlan, ImageRequest, Layer, LayerFile, plan_image
from hookkit.image.platform import Platform
from hookkit.project import Project
from hookkit.reference import ImageReference
from hookkit.spec import HookSpec
from hookkit.version import __version__

MakeProject = Callable[..., Project]

CODE = (LayerFile("hello/main.py", b"code"),)
DEPENDENCIES = (LayerFile("bin/tool", b"tool", executable=True),)


def test_a_plan_says_all_that_a_builder_needs(
    make_project: MakeProject, spec: HookSpec, image_request: ImageRequest
) -> None:
    plan = plan_image(make_project(), spec, image_request, code=CODE, dependencies=DEPENDENCIES)

    assert plan == ImagePlan(
        reference=ImageReference("hello-world-processor", tag="1.0.0"),
        base=ImageReference("python", tag="3.12-slim"),
        python="3.12",
        platform=Platform("linux", "amd64"),
        layers=(
            Layer("runtime", "/opt/hookkit", tuple(LayerFile(*one) for one in runtime_files().items())),
            Layer("dependencies", "/opt/hook", DEPENDENCIES),
            Layer("code", "/opt/hook/code", CODE),
        ),
        environment={
            "PATH": "/opt/hook/bin:${PATH}",
            "PYTHONPATH": "/opt/hookkit:/opt/hook/code",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        user="10001:10001",
        entrypoint=(
            "/opt/hook/bin/python",
            "-m",
            "hookkit.runtime",
            "hello_world_processor.main:hello_world_processor",
        ),
        labels={
            "org.opencontainers.image.title": "Hello world processor",
            "org.opencontainers.image.description": "Write the text of example.data in upper case.",
            "org.opencontainers.image.version": "1.0.0",
            "org.opencontainers.image.base.name": "python:3.12-slim",
            "io.hookkit.spec": json.dumps(spec.to_json(), separators=(",", ":")),
            "io.hookkit.version": __version__,
        },
    )


def test_two_folders_with_the_same_project_give_equal_plans(
    make_project: MakeProject, spec: HookSpec, image_request: ImageRequest
) -> None:
    here, there = (plan_image(make_project(folder=name), spec, image_request) for name in ("here", "there"))

    assert here == there


def test_the_settings_name_the_base(make_project: MakeProject, spec: HookSpec, image_request: ImageRequest) -> None:
    project = make_project(tool='base-image = "registry.example.org/science/base:7"')

    assert str(plan_image(project, spec, image_request).base) == "registry.example.org/science/base:7"


def test_what_is_asked_for_wins_over_the_settings(
    make_project: MakeProject, spec: HookSpec, image_request: ImageRequest
) -> None:
    project = make_project(tool='base-image = "of-the-settings:1"')
    asked = ImageRequest(
        python=image_request.python,
        platform=image_request.platform,
        base=ImageReference.parse("asked:1"),
        reference=ImageReference.parse("me/mine:2"),
    )

    plan = plan_image(project, spec, asked)

    assert (str(plan.base), str(plan.reference)) == ("asked:1", "me/mine:2")
    assert plan.labels["org.opencontainers.image.base.name"] == "asked:1"


def test_a_version_that_no_tag_can_hold_becomes_one(
    make_project: MakeProject, spec: HookSpec, image_request: ImageRequest
) -> None:
    plan = plan_image(make_project(), spec.replace(version="1.0.0+local 7"), image_request)

    assert str(plan.reference) == "hello-world-processor:1.0.0-local-7"
    assert plan.labels["org.opencontainers.image.version"] == "1.0.0+local 7"


def test_labels_of_many_lines_become_one_line(
    make_project: MakeProject, spec: HookSpec, image_request: ImageRequest
) -> None:
    plan = plan_image(make_project(), spec.replace(description="First.\n\n  Second."), image_request)

    assert plan.labels["org.opencontainers.image.description"] == "First. Second."
    assert json.loads(plan.labels["io.hookkit.spec"])["description"] == "First.\n\n  Second."


def test_the_label_instruction_quotes_what_a_dockerfile_would_read(
    make_project: MakeProject, spec: HookSpec, image_request: ImageRequest
) -> None:
    plan = plan_image(make_project(), spec.replace(title='costs $5 "net" \\ it\'s'), image_request)

    assert r'"org.opencontainers.image.title"="costs \$5 \"net\" \\ it' in render_labels(plan)


@pytest.mark.parametrize("text", ["linux", "linux/amd64/v2", "windows/amd64", "linux/mips", ""])
def test_a_platform_that_hooks_do_not_have_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="linux/amd64 or linux/arm64"):
        Platform.parse(text)


def test_platforms_go_through_text() -> None:
    assert str(Platform.parse("linux/arm64")) == "linux/arm64"


def test_this_machine_has_a_platform_of_hooks() -> None:
    assert Platform.of_this_machine() == Platform.parse(str(Platform.of_this_machine()))
