import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from strategies import conditioned, json_values, specs, typed_values, value_types, values_of

from hookkit.annotations import read_type
from hookkit.constraints import Constraints
from hookkit.contract import PLATFORM_KEYS
from hookkit.datatypes import ValueType
from hookkit.errors import CallError
from hookkit.manifest import render_schema
from hookkit.runtime.call import read_call
from hookkit.spec import EntryPoint, HookSpec, OptionSpec, SecretSpec

TYPES = [
    ValueType(),
    ValueType("str", constraints=Constraints(min_length=2, max_length=4, pattern="^[a-z]*$")),
    ValueType("str", choices=("upper", "lower", "")),
    ValueType("int"),
    ValueType("int", constraints=Constraints(ge=-2, lt=3)),
    ValueType("int", choices=(1, 2), names=("LOW", "HIGH")),
    ValueType("float"),
    ValueType("float", constraints=Constraints(gt=0, le=2, multiple_of=0.5)),
    ValueType("bool"),
    ValueType("path"),
    ValueType("str", choices=("auto", 1, True)),
]

texts = st.text("abcdXYZ.", max_size=6) | st.sampled_from(["upper", "lower"])
# Texts that stand for other values are the runtime's courtesy; the schema describes JSON's own terms.
numbers = st.integers(-4, 4) | st.sampled_from([0.5, 1.5, 0.3, -0.5])
not_texts = numbers | st.booleans() | st.none()
nests: st.SearchStrategy[Any] = st.sampled_from([[], {}, [1], {"a": 1}])


def one_option(value_type: ValueType) -> HookSpec:
    option = OptionSpec("x", value_type, required=True)
    return HookSpec("one", "1", "One", "", EntryPoint("one", "one"), options=(option,))


def loads(value_type: ValueType, data: Any) -> bool:
    try:
        value_type.load(data)
    except ValueError:
        return False
    return True


def test_the_schema_is_one_itself(spec: HookSpec) -> None:
    Draft202012Validator.check_schema(render_schema(spec))


def test_every_default_is_valid_under_the_schema(spec: HookSpec) -> None:
    schema = render_schema(spec)

    defaults = {name: rule["default"] for name, rule in schema["properties"].items() if "default" in rule}
    Draft202012Validator(schema | {"required": []}).validate(defaults)
    assert set(defaults) == {option.name for option in spec.options if not option.required}


def test_required_options_have_no_default_and_are_asked_for(every_type: HookSpec) -> None:
    schema = render_schema(every_type)

    assert schema["required"] == ["required_text", "required_choice"]
    assert not any("default" in schema["properties"][name] for name in schema["required"])
    assert not Draft202012Validator(schema).is_valid({"required_text": "x"})
    assert Draft202012Validator(schema).is_valid({"required_text": "x", "required_choice": "n"})


def test_options_that_the_hook_does_not_have_are_refused(hello_world: HookSpec) -> None:
    assert not Draft202012Validator(render_schema(hello_world)).is_valid({"produkt_name": "x"})


@pytest.mark.parametrize("value_type", [*TYPES, *(one.replace(optional=True) for one in TYPES)], ids=str)
@given(data=st.data())
def test_the_schema_takes_and_refuses_what_the_hook_takes_and_refuses(
    value_type: ValueType, data: st.DataObject
) -> None:
    value = data.draw(not_texts | texts if value_type.kind in {"str", "path"} else not_texts)
    validator = Draft202012Validator(render_schema(one_option(value_type)))

    assert validator.is_valid({"x": value}) == loads(value_type, value)


@given(typed_values())
def test_every_value_of_every_type_is_valid_under_its_schema(case: tuple[ValueType, Any]) -> None:
    value_type, value = case
    schema = render_schema(one_option(value_type))

    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate({"x": json.loads(json.dumps(value_type.dump(value)))})


#: Their schema is that of any text: what a text has to look like it only says to people.
SHAPED = {"date", "datetime", "timedelta", "uuid"}


def kinds_in(value_type: ValueType) -> set[str]:
    inner = (*value_type.items, *(field.type for field in value_type.fields))
    return {value_type.kind}.union(*map(kinds_in, inner))


def holds_text(data: Any) -> bool:
    if isinstance(data, dict | list):
        return any(map(holds_text, data.values() if isinstance(data, dict) else data))
    return isinstance(data, str)


@given(value_types, json_values, st.data())
def test_any_json_is_valid_under_the_schema_where_the_hook_takes_it(
    value_type: ValueType, anything: Any, data: st.DataObject
) -> None:
    assume(not kinds_in(value_type) & SHAPED)
    similar = data.draw(values_of(data.draw(value_types)).filter(is_json))
    validator = Draft202012Validator(render_schema(one_option(value_type)))

    for value in (anything, similar):
        if validator.is_valid({"x": value}):
            assert loads(value_type, value)
        elif not holds_text(value):  # a text that stands for another value is the runtime's courtesy
            assert not loads(value_type, value)


def is_json(value: Any) -> bool:
    try:
        return bool(json.loads(json.dumps(value)) == value)
    except TypeError:
        return False


def test_references_of_pydantics_schemas_hold_where_they_stand() -> None:
    class Inner(BaseModel):
        x: int

    class Outer(BaseModel):
        inner: Inner
        more: list[Inner] = []

    for annotation, wrap in (
        (Outer, lambda one: one),
        (list[Outer], lambda one: [one]),
        (Outer | None, lambda one: one),
    ):
        validator = Draft202012Validator(render_schema(one_option(read_type(annotation))))

        assert validator.is_valid({"x": wrap({"inner": {"x": 1}, "more": [{"x": 2}]})})
        assert not validator.is_valid({"x": wrap({"inner": {"x": "one"}})})
        assert not validator.is_valid({"x": wrap({"inner": {"x": 1}, "more": [{}]})})


def test_a_default_that_looks_like_a_reference_stays_as_it_is() -> None:
    default = {"$ref": "#/a", "$defs": {"b": {"$ref": "#"}}}
    option = OptionSpec("x", ValueType("dict"), default=default)

    schema = render_schema(one_option(ValueType()).replace(options=(option,)))

    assert schema["properties"]["x"]["default"] == default


def test_a_secret_is_a_password_that_need_not_be_in_the_file() -> None:
    secrets = (SecretSpec("token", "For the catalogue"), SecretSpec("key", required=False))
    schema = render_schema(one_option(ValueType()).replace(secrets=secrets))

    assert schema["required"] == ["x"]
    assert schema["properties"]["token"] == {
        "title": "Token",
        "description": "For the catalogue",
        "type": "string",
        "format": "password",
        "writeOnly": True,
    }
    assert schema["properties"]["key"]["type"] == ["string", "null"]
    assert Draft202012Validator(schema).is_valid({"x": "", "token": "abc"})


# ---------------------------------------------------------------- forms


def test_a_form_shows_each_value_with_a_title_in_the_order_of_the_function() -> None:
    options = (
        OptionSpec("product_name", default="x"),
        OptionSpec("tiles", ValueType("int"), "How many", required=True),
    )
    spec = HookSpec("a", "1", "A", "", EntryPoint("a", "a"), options=options, secrets=(SecretSpec("key"),))

    properties = render_schema(spec.replace(parameters=("tiles", "key", "product_name")))["properties"]

    assert [(name, one["title"]) for name, one in properties.items()] == [
        ("tiles", "Tiles"),
        ("key", "Key"),
        ("product_name", "Product name"),
    ]
    assert list(properties["tiles"]) == ["title", "description", "type"]


def test_the_title_of_an_option_is_its_own_and_not_its_types() -> None:
    class Grid(BaseModel):
        """Of a raster."""

        size: int

    option = OptionSpec("target_grid", read_type(Grid), "Grid of the product", required=True)

    found = render_schema(one_option(ValueType()).replace(options=(option,)))["properties"]["target_grid"]

    assert (found["title"], found["description"]) == ("Target grid", "Grid of the product")


def test_an_option_that_is_called_like_a_keyword_is_one_all_the_same() -> None:
    class Inner(BaseModel):
        x: int

    class Outer(BaseModel):
        inner: Inner

    option = OptionSpec("default", read_type(Outer), required=True)
    validator = Draft202012Validator(render_schema(one_option(ValueType()).replace(options=(option,))))

    assert validator.is_valid({"default": {"inner": {"x": 1}}})
    assert not validator.is_valid({"default": {"inner": {"x": "one"}}})


def test_keys_that_the_platform_adds_pass_but_are_on_no_form(hello_world: HookSpec) -> None:
    schema = render_schema(hello_world)

    assert list(schema["properties"]) == ["product_name", "case"]
    assert Draft202012Validator(schema).is_valid(dict.fromkeys(PLATFORM_KEYS, "x"))
    assert not Draft202012Validator(schema).is_valid({"output_s3_pth": "x"})


# ---------------------------------------------------------------- conditions

EXTERNAL = (("source", "external"),)
AT_TIMES = HookSpec(
    *("harvest", "1", "Harvest", "", EntryPoint("a", "a")),
    options=(
        OptionSpec("source", ValueType("str", ("desp", "external")), default="external"),
        OptionSpec("user", ValueType("str", optional=True), required_when=EXTERNAL),
        OptionSpec("collection", ValueType("str", optional=True), required_when=(("source", "desp"),)),
        OptionSpec("grant", ValueType("str", optional=True), required_when=EXTERNAL),
    ),
    secrets=(SecretSpec("password", required=False, required_when=EXTERNAL),),
)


def test_what_has_the_same_condition_stands_under_one_rule() -> None:
    first, second = render_schema(AT_TIMES)["allOf"]

    # "external" is the default: it holds also where nothing is given.
    assert first["if"] == {"properties": {"source": {"const": "external"}}}
    assert first["then"]["required"] == ["user", "grant"]
    assert second["if"] == {"properties": {"source": {"const": "desp"}}, "required": ["source"]}
    assert second["then"]["required"] == ["collection"]


def test_a_condition_of_1_is_not_one_of_true() -> None:
    bare = OptionSpec("one", ValueType("str", optional=True), required_when=(("mode", 1),))
    mode = OptionSpec("mode", ValueType("str", (1, True)), required=True)
    options = (mode, bare, bare.replace(name="true", required_when=(("mode", True),)))
    validator = Draft202012Validator(render_schema(AT_TIMES.replace(options=options)))

    assert validator.is_valid({"mode": 1, "one": "x"})
    assert validator.is_valid({"mode": True, "true": "x"})
    assert not validator.is_valid({"mode": True, "one": "x"})


@pytest.mark.parametrize(
    ("values", "valid"),
    [
        ({}, False),
        ({"user": "me", "grant": "x"}, True),
        ({"user": "me", "grant": None}, False),
        ({"source": "desp"}, False),
        ({"source": "desp", "collection": ""}, True),
        ({"source": "desp", "collection": None}, False),
        ({"source": "external", "user": "me", "grant": "x", "password": "y"}, True),
    ],
)
def test_what_is_required_at_times_is_so_in_the_schema(values: dict[str, Any], *, valid: bool) -> None:
    assert Draft202012Validator(render_schema(AT_TIMES)).is_valid(values) == valid


def has_zero(value_type: ValueType) -> bool:
    """Whether a choice is 0.0 or -0.0, which are two values in Python and one in JSON."""
    inner = (*value_type.items, *(field.type for field in value_type.fields))
    return any(isinstance(one, float) and not one for one in value_type.choices) or any(map(has_zero, inner))


#: What no type of the table takes for something else, as a courtesy.
strays = st.sampled_from([None, 0, 1, True, False, [], {}, [1], {"a": None}])


@st.composite
def config_files(draw: st.DrawFn, spec: HookSpec) -> dict[str, Any]:
    """Values of some of the options, most of them right, and now and then another key."""
    keys = draw(st.lists(st.sampled_from(["version", "output_storage", "output_storag", "unknown_1"]), max_size=1))
    found: dict[str, Any] = dict.fromkeys(keys, "x")
    for option in spec.options:
        own = values_of(option.type).map(option.type.dump)
        if draw(st.booleans()):
            found[option.name] = draw(own if kinds_in(option.type) & SHAPED else own | strays)
    return found


modes = st.sampled_from([ValueType("str", ("a", "b")), ValueType("bool"), ValueType("str", (1, True))])


@st.composite
def specs_of_conditions(draw: st.DrawFn) -> HookSpec:
    """A hook whose last options are required at times, on what its first ones are."""
    first = []
    for name in ("mode", "kind"):
        value_type = draw(modes).replace(optional=draw(st.booleans()))
        default = value_type.dump(draw(values_of(value_type)))
        first.append(OptionSpec(name, value_type, required=draw(st.booleans()), default=default))
    bare = ValueType("int", optional=True)
    last = [draw(conditioned(OptionSpec(name, bare), tuple(first))) for name in ("one", "two", "three")]
    return one_option(ValueType()).replace(options=(*first, *last))


@given(specs() | specs_of_conditions(), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_config_file_is_valid_where_the_container_takes_it(
    tmp_path: Path, spec: HookSpec, data: st.DataObject
) -> None:
    assume(not any(has_zero(option.type) for option in spec.options))
    spec = spec.replace(inputs=(), outputs=(), secrets=())
    values = json.loads(json.dumps(data.draw(config_files(spec))))
    file = tmp_path / "config.json"
    file.write_text(json.dumps(values))

    schema = render_schema(spec)

    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(values) == takes(spec, file)


def takes(spec: HookSpec, file: Path) -> bool:
    try:
        read_call(spec, [f"--config-file={file}"], {})
    except CallError:
        return False
    return True


@pytest.mark.parametrize("value_type", TYPES, ids=str)
@given(value=nests)
def test_lists_and_objects_are_no_values(value_type: ValueType, value: Any) -> None:
    validator = Draft202012Validator(render_schema(one_option(value_type)))

    assert not validator.is_valid({"x": value})
