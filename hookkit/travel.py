"""What a text may hold to arrive in a container, or from one, as it is: Argo substitutes values as text into JSON."""

import re
from typing import Final

#: One value in an Argo parameter, an argument or a variable; Linux takes 131,071 bytes, the rest is room for the flag.
MAX_TEXT_BYTES: Final = 100 * 1024

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
#: What a terminal takes for a command: colours and the like.
_ESCAPE: Final = r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-_])"


def refuse_what_cannot_travel(text: str) -> None:
    """Raise ValueError for a text that would not arrive in a container as it is.

    Argo substitutes values as text into JSON, takes `{{` for a tag, and the kernel bounds one argument.
    """
    if found := _CONTROL.search(text):
        msg = f"holds the control character {found[0]!r}, which can't travel; put it into an input file"
        raise ValueError(msg)
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        msg = "is not valid UTF-8, which can't travel; put it into an input file"
        raise ValueError(msg) from None
    if size > MAX_TEXT_BYTES:
        msg = f"is {size:,} bytes long, and at most {MAX_TEXT_BYTES:,} can travel; put it into an input file"
        raise ValueError(msg)
    if "{{" in text:
        msg = "holds '{{', which Argo takes for a tag; put it into an input file"
        raise ValueError(msg)


def quoted(text: str) -> str:
    """Text of an optional value: in JSON's quotes where it would otherwise be read as None or as quoted."""
    import json

    return json.dumps(text, ensure_ascii=False) if text == "" or unquoted(text) != text else text


def unquoted(text: str) -> str:
    if not (len(text) > 1 and text[0] == text[-1] == '"'):
        return text
    import json

    try:
        inner = json.loads(text)
    except ValueError:
        return text
    return inner if isinstance(inner, str) else text


def cleaned(text: str) -> str:
    """A text as an output parameter can hold it: without escapes and control characters, its `{{` broken up."""
    plain = _CONTROL.sub("", re.sub(_ESCAPE, "", text)).encode("utf-8", "replace").decode()
    while "{{" in plain:
        plain = plain.replace("{{", "{ {")
    return plain
