from typing import Any

import pytest

from hookkit.datatypes import ValueType
from hookkit.manifest import render_descriptor
from hookkit.spec import HookSpec, Listing, OptionSpec, SecretSpec

# Recorded from the platform's answer to GET Workflows.
WORKFLOW_KEYS = [
    "Id",
    "Uuid",
    "Name",
    "DisplayName",
    "Documentation",
    "Description",
    "InputProductType",
    "InputProductTypes",
    "OutputProductType",
    "OutputProductTypes",
    "WorkflowVersion",
    "WorkflowOptions",
    "CustomInputSource",
    "InputProductStatusOffline",
]
OPTION_KEYS = ["Name", "Description", "Type", "Default", "Value", "Required"]
OUTPUT_NAMES = [
    "output_storage",
    "output_s3_endpoint_url",
    "output_s3_access_key",
    "output_s3_secret_key",
    "output_s3_path",
]
SOURCE_NAMES = ["source_s3_path", "source_s3_endpoint_url", "source_s3_access_key", "source_s3_secret_key"]

COMMON = {*OUTPUT_NAMES, *SOURCE_NAMES}


def workflow(spec: HookSpec) -> dict[str, Any]:
    (only,) = render_descriptor(spec)["value"]
    return dict(only)


def options(spec: HookSpec) -> dict[str, dict[str, Any]]:
    return {one["Name"]: one for one in workflow(spec)["WorkflowOptions"]}


def test_keys_and_their_order_are_the_platforms(spec: HookSpec) -> None:
    assert list(render_descriptor(spec)) == ["@odata.context", "value"]
    assert list(workflow(spec)) == WORKFLOW_KEYS
    assert all(list(option) == OPTION_KEYS for option in workflow(spec)["WorkflowOptions"])


def test_the_platforms_options_come_before_the_hooks_own(hello_world: HookSpec) -> None:
    assert list(options(hello_world)) == [*OUTPUT_NAMES, *SOURCE_NAMES, "product_name", "case"]


def test_a_hook_without_input_asks_for_no_source(no_arguments: HookSpec) -> None:
    assert list(options(no_arguments)) == OUTPUT_NAMES


def test_the_source_is_required_where_an_input_is(several: HookSpec) -> None:
    optional = several.replace(inputs=tuple(one.replace(optional=True) for one in several.inputs))

    assert all(options(several)[name]["Required"] for name in SOURCE_NAMES)
    assert not any(options(optional)[name]["Required"] for name in SOURCE_NAMES)


def test_a_hook_that_the_platforms_catalogue_feeds_asks_for_no_source(hello_world: HookSpec) -> None:
    spec = hello_world.replace(listing=Listing(custom_input_source=False))

    assert not set(options(spec)) & set(SOURCE_NAMES)
    assert workflow(spec)["CustomInputSource"] is False


def test_what_is_listed_beside_is_as_declared(hello_world: HookSpec) -> None:
    answer = workflow(hello_world.replace(listing=Listing("", input_product_status_offline=True)))

    assert (answer["Documentation"], answer["InputProductStatusOffline"]) == ("", True)
    assert workflow(hello_world)["Documentation"] is None


def test_product_types_are_those_of_all_inputs_and_outputs_the_usual_one_first(several: HookSpec) -> None:
    first, *rest = several.inputs
    inputs = (first.replace(product_types=("GRD", "SLC")), *(one.replace(product_types=("SLC", "DEM")) for one in rest))
    answer = workflow(several.replace(inputs=inputs))

    assert (answer["InputProductType"], answer["InputProductTypes"]) == ("GRD", ["GRD", "SLC", "DEM"])
    assert (answer["OutputProductType"], answer["OutputProductTypes"]) == (None, [])


def test_options_and_secrets_stand_in_the_order_of_the_function(no_arguments: HookSpec) -> None:
    spec = no_arguments.replace(
        options=(OptionSpec("user"), OptionSpec("days")),
        secrets=(SecretSpec("password"),),
        parameters=("user", "password", "days"),
    )

    assert list(options(spec)) == [*OUTPUT_NAMES, "user", "password", "days"]


CASE = ("case", "upper")
#: A value, and what is asked of its users.
ASKED: dict[str, tuple[OptionSpec | SecretSpec, bool]] = {
    "with a default": (OptionSpec("a", default="x"), False),
    "required": (OptionSpec("a", required=True), True),
    "required at times": (OptionSpec("a", ValueType(optional=True), required_when=(CASE,)), True),
    "asked for beside a default": (OptionSpec("a", default="x", asked_for=True), True),
    "not asked for": (OptionSpec("a", ValueType(optional=True), required_when=(CASE,), asked_for=False), False),
    "a secret": (SecretSpec("a"), True),
    "a secret that may be missing": (SecretSpec("a", required=False), False),
    "a secret that is required at times": (SecretSpec("a", required=False, required_when=(CASE,)), True),
}


@pytest.mark.parametrize(("value", "asked"), ASKED.values(), ids=ASKED)
def test_required_is_the_platforms_word_for_asked_for(
    no_arguments: HookSpec, value: OptionSpec | SecretSpec, *, asked: bool
) -> None:
    kind = {"options": (value,)} if isinstance(value, OptionSpec) else {"secrets": (value,)}

    found = options(no_arguments.replace(**kind))["a"]

    assert found["Required"] is asked
    assert found["Default"] == (value.default if isinstance(value, OptionSpec) else None)


def test_a_condition_stands_in_the_description(no_arguments: HookSpec) -> None:
    value = OptionSpec("a", ValueType("int", optional=True), "How many", required_when=(CASE,))
    secret = SecretSpec("b", required=False, required_when=(CASE,))

    found = options(no_arguments.replace(options=(value,), secrets=(secret,)))

    assert found["a"]["Description"] == "How many (required when case is upper)"
    assert found["b"]["Description"] == "(required when case is upper)"


def test_an_option_that_the_hook_declares_itself_stands_once(hello_world: HookSpec) -> None:
    own = OptionSpec("output_storage", description="My own", required=True)
    spec = hello_world.replace(options=(own,))

    named = [one for one in workflow(spec)["WorkflowOptions"] if one["Name"] == "output_storage"]

    assert [one["Description"] for one in named] == ["My own"]


def test_a_choice_lists_its_values(hello_world: HookSpec) -> None:
    assert options(hello_world)["case"] == {
        "Name": "case",
        "Description": "Letter case of the result",
        "Type": "str",
        "Default": "upper",
        "Value": [{"value": "upper", "condition": None}, {"value": "lower", "condition": None}],
        "Required": False,
    }


def test_types_are_pythons_and_defaults_are_jsons(every_type: HookSpec) -> None:
    rows = {name: (one["Type"], one["Default"]) for name, one in options(every_type).items()}

    assert rows["count"] == ("int", 3)
    assert rows["threshold"] == ("float", 0.5)
    assert rows["fast"] == ("bool", True)
    assert rows["model"] == ("str", "/opt/hook/code/model.bin")
    assert rows["maybe_count"] == ("int", None)


def test_a_required_option_has_no_default(every_type: HookSpec) -> None:
    required = options(every_type)["required_text"]

    assert (required["Required"], required["Default"], required["Value"]) == (True, None, None)


def test_bounds_stand_in_the_description(every_type: HookSpec) -> None:
    assert options(every_type)["count"]["Description"] == "How many (int, at least 1, at most 9)"


def test_the_hook_is_a_custom_one_that_the_platform_has_not_numbered_yet(hello_world: HookSpec) -> None:
    answer = workflow(hello_world)

    assert (answer["Id"], answer["Uuid"], answer["CustomInputSource"]) == (None, None, True)
    assert (answer["Name"], answer["WorkflowVersion"]) == ("hello_world_processor", "1.0.0")


def test_each_kind_of_type_has_the_name_of_pythons(depth: HookSpec) -> None:
    found = {name: (one["Type"], one["Required"]) for name, one in options(depth).items() if name not in COMMON}

    assert found == {
        "days": ("list", True),
        **dict.fromkeys(("start", "moment", "revisit", "run_id", "level"), ("str", False)),
        **dict.fromkeys(("bands", "offsets", "seasons", "no_cases"), ("list", False)),
        **dict.fromkeys(("weights", "extra", "area", "corner", "grid"), ("dict", False)),
        "workers": ("int", False),
        "api_key": ("str", True),
        "token": ("str", False),
    }


def test_defaults_of_lists_and_objects_are_jsons_own(depth: HookSpec) -> None:
    assert options(depth)["bands"]["Default"] == ["B02", "B03"]
    assert options(depth)["grid"]["Default"] == {"size": 10, "origin": {"x": 1.5, "y": 0.0}}
    assert options(depth)["start"]["Default"] == "2026-01-31"


def test_a_secret_has_neither_default_nor_values(depth: HookSpec) -> None:
    assert options(depth)["token"] == {
        "Name": "token",
        "Description": "Raises the limit of requests",
        "Type": "str",
        "Default": None,
        "Value": None,
        "Required": False,
    }


def test_results_and_the_context_are_no_options(depth: HookSpec) -> None:
    assert not {"context", "mean_cover", "tiles", "per_band"} & set(options(depth))


def test_bounds_of_pydantics_stand_in_the_description(depth: HookSpec) -> None:
    assert options(depth)["workers"]["Description"] == "How many at once (int, at least 1, at most 64)"
