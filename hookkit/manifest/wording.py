"""What an author wrote about a hook becomes what the users of Argo and of the platform read."""

import re
from typing import Final

from hookkit.spec import OptionSpec

_TAG: Final = re.compile(r"\{(?=\{)")


def bounded_description(option: OptionSpec) -> str:
    """The description with the option's bounds in words: neither Argo nor the platform has a field for them."""
    if option.type.choices or not option.type.bounds:
        return option.description
    return f"{option.description} ({option.type})".lstrip()


def without_tags(text: str) -> str:
    """The text with `{ {` for `{{`: Argo takes two braces for a tag and fails on one that it can't close."""
    return _TAG.sub("{ ", text)
