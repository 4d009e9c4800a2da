import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from strategies import json_values, typed_values, value_types, values_of

from hookkit.annotations import read_type
from hookkit.constraints import Constraints
from hookkit.datatypes import ValueType
from hookkit.manifest import render_schema
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
    schema = render_schema(
        one_option(ValueType()).replace(secrets=(SecretSpec("token", "For the catalogue"), SecretSpec("key")))
    )

    assert schema["required"] == ["x"]
    assert schema["properties"]["token"] == {
        "type": "string",
        "format": "password",
        "writeOnly": True,
        "description": "For the catalogue",
    }
    assert Draft202012Validator(schema).is_valid({"x": "", "token": "abc"})


@pytest.mark.parametrize("value_type", TYPES, ids=str)
@given(value=nests)
def test_lists_and_objects_are_no_values(value_type: ValueType, value: Any) -> None:
    validator = Draft202012Validator(render_schema(one_option(value_type)))

    assert not validator.is_valid({"x": value})
