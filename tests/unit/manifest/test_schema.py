from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hookkit.constraints import Constraints
from hookkit.datatypes import ValueType
from hookkit.manifest import render_schema
from hookkit.spec import EntryPoint, HookSpec, OptionSpec

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

    for name, rule in schema["properties"].items():
        if name not in schema["required"]:
            Draft202012Validator(rule).validate(rule["default"])


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


@pytest.mark.parametrize("value_type", TYPES, ids=str)
@given(value=nests)
def test_lists_and_objects_are_no_values(value_type: ValueType, value: Any) -> None:
    validator = Draft202012Validator(render_schema(one_option(value_type)))

    assert not validator.is_valid({"x": value})
