"""A duration as Argo reads it: seconds, or Go's notation."""

import re
from typing import Final

_SECONDS: Final = re.compile(r"[0-9]{1,10}")
_GO: Final = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+")
_PRETTY: Final = re.compile(r"\s*([0-9]+\s*(d|h|m|s)\s*)+")


def is_duration(text: str) -> bool:
    """Whether it is one: `90`, `90s`, `1h30m`, `2 days` is none; a tag may become one."""
    return "{{" in text or any(form.fullmatch(text) for form in (_SECONDS, _GO, _PRETTY))
