"""A text becomes the tags in it: `{{simple}}` ones, `{{=expressions}}`, and one that is never closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

#: What stands for a simple tag inside an expression: an operand outside of quotes, a text inside of them.
_PLACEHOLDER: Final = "0"


@dataclass(frozen=True)
class Tag:
    """`raw` as it stands in the text from `start` on, `content` without the brackets, `=` and blanks around it."""

    start: int
    raw: str
    content: str
    is_expression: bool = False
    is_closed: bool = True


def find_tags(text: str) -> Iterator[Tag]:
    """The tags of a text, in their order, as Argo's own search finds them: the next `}}` ends a tag."""
    start = text.find("{{")
    while start >= 0:
        end = text.find("}}", start)
        if end < 0:
            yield Tag(start, text[start:].partition("\n")[0], text[start + 2 :].strip(), is_closed=False)
            return
        inside = text[start + 2 : end]
        is_expression = inside.startswith("=")
        yield Tag(start, text[start : end + 2], inside.removeprefix("=").strip(), is_expression)
        start = text.find("{{", end + 2)


def without_tags(text: str) -> str:
    """The text with a placeholder for each simple tag: what is left is an expression."""
    pieces: list[str] = []
    position = 0
    for tag in find_tags(text):
        if tag.is_closed and not tag.is_expression:
            pieces += text[position : tag.start], _PLACEHOLDER
            position = tag.start + len(tag.raw)
    return "".join([*pieces, text[position:]])
