"""A HookSpec goes through JSON and comes back the same; what is no HookSpec is refused in one line."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from strategies import specs

from hookkit.constraints import Constraints
from hookkit.datatypes import ValueType
from hookkit.spec import (
    EntryPoint,
    HookSpec,
    InputSpec,
    Listing,
    OptionSpec,
    OutputSpec,
    Quantity,
    Resources,
    ResultSpec,
    Retry,
    SecretSpec,
    words_of,
)

SPEC = HookSpec(
    name="cloud_mask",
    version="1.2.0",
    title="Cloud mask",
    description="Mask clouds.\n\nAll of them.",
    entry_point=EntryPoint("clouds.mask", "make_mask"),
    inputs=(
        InputSpec("scene", "Sentinel-2 scene", product_types=("S2MSI1C", "S2MSI2A")),
        InputSpec("dem", optional=True, glob="**/*.tif", many=True),
    ),
    outputs=(OutputSpec("mask", existing="refuse", product_types=("MASK",)),),
    options=(
        OptionSpec("limit", ValueType("float", constraints=Constraints(ge=0, le=1)), "Cloud cover", default=0.5),
        OptionSpec("case", ValueType("str", ("upper", "lower"), ("UPPER", "LOWER")), required=True),
        OptionSpec("label", ValueType("str", optional=True), default=None, required_when=(("case", "upper"),)),
        OptionSpec("quick", ValueType("bool"), default=False, asked_for=True),
    ),
    secrets=(
        SecretSpec("token", "For the catalogue"),
        SecretSpec("key", required=False, required_when=(("case", "upper"), ("quick", True)), asked_for=False),
    ),
    results=(ResultSpec("mean", ValueType("float")), ResultSpec("tiles", ValueType("list", items=(ValueType(),)))),
    context="context",
    parameters=("scene", "dem", "mask", "token", "limit", "case", "key", "label", "quick", "context"),
    listing=Listing("https://example.org", custom_input_source=False, input_product_status_offline=True),
    resources=Resources(Quantity("500m"), Quantity("2Gi")),
    retry=Retry(limit=0),
    timeout_seconds=60,
    network=True,
)


@given(specs())
def test_every_spec_comes_back_from_its_json(spec: HookSpec) -> None:
    assert HookSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@given(specs())
def test_every_default_comes_back_from_its_text(spec: HookSpec) -> None:
    for option in spec.options:
        assert option.required or option.type.read(option.default_text) == option.default_value


def test_the_spec_of_this_test_comes_back_from_its_json() -> None:
    assert HookSpec.from_json(json.loads(json.dumps(SPEC.to_json()))) == SPEC
    assert set(SPEC.to_json()) == {"spec_version", *HookSpec._fields}


def test_options_and_secrets_stand_in_the_order_of_the_parameters() -> None:
    names = [value.name for value in SPEC.options_and_secrets]

    assert names == ["token", "limit", "case", "key", "label", "quick"]
    assert [one.name for one in SPEC.replace(parameters=()).options_and_secrets] == [
        *("limit", "case", "label", "quick"),
        *("token", "key"),
    ]


def test_what_earlier_versions_did_not_write_need_not_be_there() -> None:
    data = SPEC.to_json()
    del data["parameters"], data["listing"]

    assert HookSpec.from_json(data) == SPEC.replace(parameters=(), listing=Listing())


def test_a_condition_is_an_object_of_json_and_what_says_nothing_is_left_out() -> None:
    secrets = SPEC.to_json()["secrets"]

    assert secrets[0] == {"name": "token", "description": "For the catalogue", "required": True}
    assert secrets[1]["required_when"] == {"case": "upper", "quick": True}


def test_a_condition_reads_as_a_sentence_does() -> None:
    assert words_of((("case", "upper"), ("quick", True), ("label", None))) == (
        "when case is upper and quick is true and label is none"
    )


def test_equal_specs_have_equal_json_however_they_were_made() -> None:
    spelled = InputSpec(optional=True, description="Heights", name="dem")
    spec = SPEC.replace(inputs=(InputSpec("dem", "Heights", optional=True),))

    assert json.dumps(SPEC.replace(inputs=(spelled,)).to_json()) == json.dumps(spec.to_json())


def test_the_json_names_the_entry_point_as_packaging_does() -> None:
    assert SPEC.to_json()["entry_point"] == "clouds.mask:make_mask"
    assert SPEC.to_json()["resources"] == {"cpu": "500m", "memory": "2Gi"}


def without(key: str) -> Callable[[dict[str, Any]], Any]:
    return lambda data: {name: value for name, value in data.items() if name != key}


def having(key: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda data: data | {key: value}


def option_type(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda data: data | {"options": [data["options"][0] | {"type": data["options"][0]["type"] | changes}]}


WRONG: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "null": (lambda _: None, "it is no HookSpec"),
    "a list": (lambda data: [data], "it is no HookSpec"),
    "text": (json.dumps, "it is no HookSpec"),
    "no version of the format": (without("spec_version"), "it is no HookSpec (KeyError: 'spec_version')"),
    "another version of the format": (having("spec_version", 2), "it has spec version 2, this hookkit reads 1"),
    "no name": (without("name"), "it is no HookSpec (KeyError: 'name')"),
    "no options": (without("options"), "it is no HookSpec (KeyError: 'options')"),
    "no secrets": (without("secrets"), "it is no HookSpec (KeyError: 'secrets')"),
    "no results": (without("results"), "it is no HookSpec (KeyError: 'results')"),
    "no context": (without("context"), "it is no HookSpec (KeyError: 'context')"),
    "an unknown field of a secret": (having("secrets", [{"name": "a", "value": "x"}]), "it is no HookSpec"),
    "a result of no type": (having("results", [{"name": "a"}]), "it is no HookSpec (TypeError: ResultSpec needs type)"),
    "items of an unknown kind": (option_type(items=[{"kind": "complex"}]), "of the kind 'complex'"),
    "fields that are none": (option_type(fields=[1]), "it is no HookSpec"),
    "options are null": (having("options", None), "it is no HookSpec"),
    "an option is text": (having("options", ["case"]), "it is no HookSpec"),
    "an option of an unknown kind": (option_type(kind="complex"), "of the kind 'complex', this hookkit reads str, int"),
    "an option of no kind": (option_type(kind=[]), "it is no HookSpec"),
    "an unknown constraint": (option_type(constraints={"odd": True}), "it is no HookSpec"),
    "an unknown field of an input": (having("inputs", [{"name": "a", "colour": "red"}]), "it is no HookSpec"),
    "no entry point": (having("entry_point", "clouds.mask"), "'clouds.mask' is not package.module:function"),
    "an entry point that is null": (having("entry_point", None), "it is no HookSpec"),
    "no quantity": (having("resources", {"cpu": "much"}), "'much' is not a quantity"),
    "an unknown resource": (having("resources", {"gpu": "1"}), "it is no HookSpec"),
    "resources are a list": (having("resources", ["1"]), "it is no HookSpec"),
}


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_what_is_no_spec_is_refused_in_one_line(change: Callable[[dict[str, Any]], Any], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        HookSpec.from_json(change(SPEC.to_json()))

    assert len(str(caught.value).splitlines()) == 1


# ---------------------------------------------------------------- the parts


@pytest.mark.parametrize("text", ["mask:make", "clouds.mask:make_mask", "_a.b1._c:_d", "M:f1"])
def test_an_entry_point_is_read_and_written_back(text: str) -> None:
    assert str(EntryPoint.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mask",
        "mask:",
        ":make",
        "a.:b",
        ".a:b",
        "a..b:c",
        "a:b.c",
        "a:b:c",
        "1a:b",
        "a:1b",
        "a-b:c",
        "a:b\n",
        " a:b",
    ],
)
def test_what_is_no_entry_point_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not package\.module:function"):
        EntryPoint.parse(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *(("1", 1), ("500m", 0.5), ("0.5", 0.5), (".5", 0.5), (2, 2), (0.25, 0.25), ("1k", 1e3), ("2M", 2e6)),
        *(("1Ki", 1024), ("512Mi", 512 * 1024**2), ("1.5Gi", 1.5 * 1024**3), ("1Ti", 1024**4), ("3E", 3e18)),
    ],
)
def test_a_quantity_is_read_and_written_back(text: str | float, amount: float) -> None:
    assert Quantity.parse(text).amount == pytest.approx(amount)
    assert str(Quantity.parse(text)) == str(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "much", "1 Gi", "1gi", "1GB", "1G i", "-1", "+1", "1.", "1e3", "1_000", "٣", "1Gi\n", "0", "0Gi", "0.0"),
        *("inf", "nan", True, 1e-7, float("inf"), float("nan")),
    ],
)
def test_what_kubernetes_would_refuse_as_a_quantity_is_refused(text: str | float) -> None:
    with pytest.raises(ValueError, match=r"is not a quantity; write for example|is nothing; a hook needs some"):
        Quantity.parse(text)


@pytest.mark.parametrize(
    ("name", "kubernetes_name"),
    [("card_bs", "card-bs"), ("CARD_BS", "card-bs"), ("_private_", "private"), ("hook-2", "hook-2"), ("a__b", "a--b")],
)
def test_kubernetes_gets_the_name_as_it_takes_it(name: str, kubernetes_name: str) -> None:
    assert SPEC.replace(name=name).kubernetes_name == kubernetes_name


def test_an_option_has_a_flag_and_its_default_as_value_and_as_text() -> None:
    limit, _, label, _ = SPEC.options

    assert limit.flag == "--limit"
    assert OptionSpec("product_name").flag == "--product-name"
    assert (limit.default_value, limit.default_text) == (0.5, "0.5")
    assert (label.default_value, label.default_text) == (None, "")
