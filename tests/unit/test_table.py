"""A table of a file is read into a model, and each of its mistakes is a line with the way to it."""

from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from hookkit.errors import ProjectError
from hookkit.table import Table, read_table

FILE = Path("/project/file.toml")


class Part(Table):
    """A table in a list."""

    some_size: int = 0


class Whole(Table):
    """A table that holds others."""

    first_part: Part | None = None
    parts: list[Part] = Field(default_factory=list)
    words: dict[Annotated[str, Field(pattern="^a")], str] = Field(default_factory=dict)


def problems(data: Any) -> list[str]:
    with pytest.raises(ProjectError) as caught:
        read_table(Whole, FILE, "whole", data)
    return [str(problem).removeprefix(f"{FILE}: ") for problem in caught.value.problems]


def test_keys_are_written_with_dashes() -> None:
    read = read_table(Whole, FILE, "whole", {"first-part": {"some-size": 2}, "parts": [{}], "words": {"a": "b"}})

    assert (read.first_part, read.parts, read.words) == (Part.model_validate({"some-size": 2}), [Part()], {"a": "b"})


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (1, "whole: is not a table; write [whole]"),
        ({"first-part": 1}, "whole.first-part: is not a table; write [whole.first-part]"),
        ({"first-part": {"size": 1}}, "whole.first-part.size: no such key; did you mean 'some-size'?"),
        ({"parts": [{}, {"zzz": 1}]}, "whole.parts[1].zzz: no such key; there are some-size"),
        ({"parts": [1]}, "whole.parts[0]: is not a table; write {key = value}"),
        ({"words": []}, "whole.words: is not a table; write [whole.words]"),
        (
            {"words": {"b": ""}},
            "whole.words.b: 'b' is wrong: String should match pattern '^a'; mend the value",
        ),
    ],
)
def test_a_mistake_is_a_line_with_the_way_to_it(data: Any, line: str) -> None:
    assert problems(data) == [line]


def test_all_mistakes_are_named_at_once() -> None:
    assert len(problems({"first-part": 1, "parts": [1, {"size": 1}], "x": 1})) == 4
