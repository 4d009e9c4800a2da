"""What an author wrote about a hook becomes what the users of Argo and of the platform read."""

import re
from typing import Final

from hookkit.spec import OptionSpec, SecretSpec, words_of

_TAG: Final = re.compile(r"\{(?=\{)")
#: Where an author broke a line for its length alone: the next one neither is indented nor opens a list or the like.
_WRAP: Final = re.compile(r"(?<=\S)\n(?!\s|[-*+]\s|\d+[.)]\s|[#>|])")
_FENCE: Final = "```"


def bounded_description(value: OptionSpec | SecretSpec) -> str:
    """The description with bounds and condition in words: neither Argo nor the platform has a field for them."""
    facts = "; ".join((*_bounds(value), *_condition(value)))
    return f"{value.description} ({facts})".lstrip() if facts else value.description


def _bounds(value: OptionSpec | SecretSpec) -> tuple[str, ...]:
    if isinstance(value, SecretSpec) or value.type.choices or not value.type.bounds:
        return ()
    return (str(value.type),)


def _condition(value: OptionSpec | SecretSpec) -> tuple[str, ...]:
    """The condition that it is required under; nothing where the author's own words name all that it depends on."""
    if all(name in value.description for name, _ in value.required_when):
        return ()
    return (f"required {words_of(value.required_when)}",)


def unwrapped(text: str) -> str:
    """The text with each of its paragraphs in one line, as wide as whoever shows it likes; code stays as it is."""
    return text if _FENCE in text else _WRAP.sub(" ", text)


def without_tags(text: str) -> str:
    """The text with `{ {` for `{{`: Argo takes two braces for a tag and fails on one that it can't close."""
    return _TAG.sub("{ ", text)
