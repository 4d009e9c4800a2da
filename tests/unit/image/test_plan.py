"""A HookSpec and its ingredients become a plan: all that a builder needs, by value."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from realparts.plans import AMD64, GLIBC, small_plan

from hookkit.bundle import runtime_files
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.apt.request import AptSettings
from hookkit.image.docker.dockerfile import render_labels
from hookkit.image.layer import Layer, LayerFile
from hookkit.image.plan import Base, ImagePlan, default_reference
from hookkit.image.platform import Platform
from hookkit.image.python.dependencies import Dependencies
from hookkit.reference import ImagePlace
from hookkit.spec import HookSpec
from hookkit.version import __version__

CODE = (LayerFile("hello/main.py", b"code"),)
DIGEST = f"sha256:{'0a' * 32}"
DEB = DebPackage("libgeos-c1v5", "3.11.1-1", "amd64", "0" * 64, 1, "pool/libgeos.deb")


def test_a_plan_says_all_that_a_builder_needs(spec: HookSpec) -> None:
    plan = small_plan(spec, code=CODE, requirements="numpy==2.1.0\n")

    assert plan == ImagePlan(
        base=Base(ImagePlace("registry", "python:3.12-slim")),
        python="3.12",
        platform=Platform("linux", "amd64"),
        dependencies=Dependencies("numpy==2.1.0\n", "3.12", AMD64, GLIBC),
        code=CODE,
        bytecode="3.12.1",
        environment={
            "PATH": "/opt/hook/bin:${PATH}",
            "PYTHONPATH": "/opt/hookkit:/opt/hook/code",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": "/mnt/vol",
            "TMPDIR": "/mnt/vol",
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


def test_runtime_and_code_are_layers_at_their_places(spec: HookSpec) -> None:
    plan = small_plan(spec, code=CODE)

    runtime = tuple(LayerFile(*one) for one in runtime_files().items())
    assert plan.runtime_layer == Layer("runtime", "runtime", "/opt/hookkit", runtime)
    assert plan.code_layer == Layer("code", "code", "/opt/hook/code", CODE)


def test_a_pinned_base_is_named_with_its_digest(spec: HookSpec) -> None:
    plan = small_plan(spec, base=Base(ImagePlace.parse("example.org/base:7"), DIGEST))

    assert plan.labels["org.opencontainers.image.base.name"] == f"example.org/base:7@{DIGEST}"


# ---------------------------------------------------------------- the key

APT = Base(ImagePlace("apt"), packages=(DEB,))
#: What differs from a plan whose code is CODE.
CHANGES: Mapping[str, Mapping[str, Any]] = {
    "contents of code": {"code": (LayerFile("hello/main.py", b"changed"),)},
    "name of code": {"code": (LayerFile("hello/more.py", b"code"),)},
    "a program": {"code": (LayerFile("hello/main.py", b"code", executable=True),)},
    "dependencies": {"requirements": "numpy==2.1.0\n"},
    "base": {"base": Base(ImagePlace.parse("other:1"))},
    "digest of the base": {"base": Base(ImagePlace.parse("python:3.12-slim"), DIGEST)},
    "packages": {"base": APT},
    "version of a package": {"base": replace(APT, packages=(replace(DEB, sha256="1" * 64),))},
    "python": {"python": "3.13", "base": Base(ImagePlace.parse("python:3.12-slim"))},
    "platform": {"platform": Platform("linux", "arm64")},
    "bytecode": {"bytecode": ""},
}


def test_every_change_gives_another_key(spec: HookSpec) -> None:
    plans = [small_plan(spec, **{"code": CODE, **change}) for change in ({}, *CHANGES.values())]

    assert len({plan.key for plan in plans}) == len(plans)


def test_a_change_of_the_declaration_gives_another_key(spec: HookSpec) -> None:
    assert small_plan(spec).key != small_plan(spec.replace(title="Another")).key


def test_where_a_base_lies_does_not_shape_the_key(spec: HookSpec) -> None:
    here, there = (small_plan(spec, base=Base(ImagePlace.parse(f"oci:{name}"), DIGEST)) for name in ("here", "there"))

    assert here.key == there.key


def test_neither_folder_nor_mirror_shape_the_key(spec: HookSpec, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_bytes(b"code")
    here = small_plan(spec, code=CODE, base=APT)
    there = small_plan(
        spec,
        code=(LayerFile("hello/main.py", tmp_path / "main.py"),),
        base=replace(APT, apt=AptSettings("http://mirror.example.org", "bookworm")),
    )

    assert here.key == there.key


# ---------------------------------------------------------------- the name


def test_an_image_is_named_by_version_and_contents(spec: HookSpec) -> None:
    one, same, other = (
        default_reference(spec, (small_plan(spec, code=code),)) for code in (CODE, CODE, (LayerFile("x", b""),))
    )

    assert one == same != other
    assert one.repository == "hello-world-processor"
    version, _, digits = one.tag.partition("-")
    assert (version, len(digits)) == ("1.0.0", 12)


def test_the_platforms_are_part_of_the_name(spec: HookSpec) -> None:
    one, other = small_plan(spec), small_plan(spec, platform=Platform("linux", "arm64"))

    assert default_reference(spec, (one,)) != default_reference(spec, (one, other))


def test_without_a_plan_the_version_is_all_there_is(spec: HookSpec) -> None:
    assert str(default_reference(spec)) == "hello-world-processor:1.0.0"


def test_a_version_that_no_tag_can_hold_becomes_one(spec: HookSpec) -> None:
    local = spec.replace(version="1.0.0+local 7")

    assert str(default_reference(local)) == "hello-world-processor:1.0.0-local-7"
    assert small_plan(local).labels["org.opencontainers.image.version"] == "1.0.0+local 7"


# ---------------------------------------------------------------- labels


def test_labels_of_many_lines_become_one_line(spec: HookSpec) -> None:
    plan = small_plan(spec.replace(description="First.\n\n  Second."))

    assert plan.labels["org.opencontainers.image.description"] == "First. Second."
    assert json.loads(plan.labels["io.hookkit.spec"])["description"] == "First.\n\n  Second."


def test_the_label_instruction_quotes_what_a_dockerfile_would_read(spec: HookSpec) -> None:
    plan = small_plan(spec.replace(title='costs $5 "net" \\ it\'s'))

    assert r'"org.opencontainers.image.title"="costs \$5 \"net\" \\ it' in render_labels(plan)


# ---------------------------------------------------------------- platforms


@pytest.mark.parametrize("text", ["linux", "linux/amd64/v2", "windows/amd64", "linux/mips", ""])
def test_a_platform_that_hooks_do_not_have_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="linux/amd64 or linux/arm64"):
        Platform.parse(text)


def test_platforms_go_through_text() -> None:
    assert str(Platform.parse("linux/arm64")) == "linux/arm64"


def test_this_machine_has_a_platform_of_hooks() -> None:
    assert Platform.of_this_machine() == Platform.parse(str(Platform.of_this_machine()))
