"""A base, a plan and layers become an image: the plan's words hold, and the base's where it says nothing."""

from dataclasses import replace

import pytest
from realparts.fake_bases import FakeBase
from realparts.plans import small_plan

from hookkit.cache import Cache
from hookkit.contract import LABEL_SPEC
from hookkit.image.assemble import assemble_image
from hookkit.image.layer import Layer, LayerFile
from hookkit.image.oci.compression import best_gzip
from hookkit.image.oci.model import Image, ImageLayer, json_bytes
from hookkit.image.oci.pack import pack_layer
from hookkit.image.plan import Base, ImagePlan
from hookkit.reference import ImagePlace
from hookkit.spec import HookSpec

DIGEST = f"sha256:{'0a' * 32}"


@pytest.fixture
def base(cache: Cache) -> Image:
    return FakeBase().image(cache)


@pytest.fixture
def layer(cache: Cache) -> ImageLayer:
    return pack_layer(cache, Layer("code", "code", "/opt/hook/code", (LayerFile("a.py", b""),)), best_gzip())


@pytest.fixture
def plan(spec: HookSpec) -> ImagePlan:
    return small_plan(spec, base=Base(ImagePlace.parse("example.org/base:1"), DIGEST))


def changed(base: Image, **config: object) -> Image:
    """The base with something else in its configuration."""
    return replace(base, config_bytes=json_bytes({**base.config, "config": {**base.config["config"], **config}}))


def test_the_process_is_the_plans(plan: ImagePlan, base: Image, layer: ImageLayer) -> None:
    process = assemble_image(plan, base, (("code", layer),)).config["config"]

    assert process["Entrypoint"] == list(plan.entrypoint)
    assert process["User"] == "10001:10001"
    assert "Cmd" not in process
    assert process["WorkingDir"] == "/"
    assert process["Env"] == [
        "PATH=/opt/hook/bin:/usr/local/bin:/usr/bin",
        "LANG=C.UTF-8",
        "PYTHONPATH=/opt/hookkit:/opt/hook/code",
        "PYTHONUNBUFFERED=1",
        "PYTHONDONTWRITEBYTECODE=1",
        "HOME=/mnt/vol",
        "TMPDIR=/mnt/vol",
    ]


def test_what_the_base_says_otherwise_is_inherited_but_for_its_own_process(
    plan: ImagePlan, base: Image, layer: ImageLayer
) -> None:
    mine = {"of": "the base", LABEL_SPEC: "another hook's"}
    talkative = changed(base, Labels=mine, OnBuild=["RUN x"], Image="sha256:1", StopSignal="SIGINT")

    process = assemble_image(plan, talkative, (("code", layer),)).config["config"]

    assert process["Labels"] == {**mine, **plan.labels}
    assert process["StopSignal"] == "SIGINT"
    assert not process.keys() & {"OnBuild", "Image", "Cmd"}


def test_layers_lie_on_the_bases_and_are_told_in_the_history(plan: ImagePlan, base: Image, layer: ImageLayer) -> None:
    image = assemble_image(plan, base, (("code", layer),))

    assert image.layers == (*base.layers, layer)
    assert image.config["rootfs"]["diff_ids"] == [one.diff_id for one in image.layers]
    assert [one["created_by"] for one in image.config["history"]] == ["the tests", "hookkit: code"]
    assert image.config["created"] == "1970-01-01T00:00:00Z"


def test_annotations_are_the_labels_without_the_declaration_and_name_the_base(
    plan: ImagePlan, base: Image, layer: ImageLayer
) -> None:
    annotations = assemble_image(plan, base, (("code", layer),)).annotations

    assert annotations["org.opencontainers.image.base.digest"] == DIGEST
    assert annotations["org.opencontainers.image.base.name"] == f"example.org/base:1@{DIGEST}"
    assert LABEL_SPEC not in annotations


def test_the_same_three_give_the_same_bytes(plan: ImagePlan, base: Image, layer: ImageLayer) -> None:
    one, same = (assemble_image(plan, base, (("code", layer),)) for _ in range(2))

    assert one.manifest_bytes == same.manifest_bytes


def test_a_base_without_a_path_has_dockers(plan: ImagePlan, base: Image, layer: ImageLayer) -> None:
    bare = {name: value for name, value in base.config.items() if name not in {"config", "history"}}

    process = assemble_image(plan, replace(base, config_bytes=json_bytes(bare)), (("code", layer),)).config["config"]

    assert process["Env"][0] == "PATH=/opt/hook/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
