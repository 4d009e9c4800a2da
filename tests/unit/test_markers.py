"""What an author writes beside a type can be written wherever Python takes an annotation."""

from typing import Annotated, Optional, Union

from hookkit import Option, Secret


def test_an_option_with_a_condition_can_be_part_of_a_union() -> None:
    option = Option("Token", required_when={"mode": "x"})

    assert Optional[Annotated[str, option]] == Union[Annotated[str, option], None]  # noqa: UP007, UP045 - both are hashed
    assert Annotated[Secret, option] | None


def test_equal_options_have_equal_hashes() -> None:
    first, second = Option("Limit", ge=0, required_when={"a": 1}), Option("Limit", ge=0, required_when={"a": 1})

    assert first == second
    assert hash(first) == hash(second)
    assert first != Option("Limit", ge=0, required_when={"a": 2})
