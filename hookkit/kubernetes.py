"""Which texts Kubernetes takes for the names of its objects, for labels, and for places in a volume."""

import re
from typing import Final

#: RFC 1123, as `metadata.name` of most objects, of namespaces, and the keys and values of labels have it.
_LABEL: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(\.{_LABEL})*"
_QUALIFIED: Final = r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"

MAX_LABEL: Final = 63
MAX_NAME: Final = 253
#: Seconds and priorities are 32-bit numbers.
MAX_NUMBER: Final = 2**31 - 1


def is_name(text: str) -> bool:
    """Whether an object may be named so: a DNS subdomain of at most 253 characters."""
    return len(text) <= MAX_NAME and re.fullmatch(_SUBDOMAIN, text) is not None


def is_namespace(text: str) -> bool:
    """Whether a namespace may be named so: a DNS label of at most 63 characters."""
    return len(text) <= MAX_LABEL and re.fullmatch(_LABEL, text) is not None


def is_label_key(text: str) -> bool:
    """Whether a label, an annotation or a node's taint may have this key: `[subdomain/]name`."""
    prefix, slash, name = text.rpartition("/")
    return (is_name(prefix) or not slash) and bool(name) and is_label_value(name)


def is_label_value(text: str) -> bool:
    """Whether a label may have this value: at most 63 characters, or none."""
    return text == "" or (len(text) <= MAX_LABEL and re.fullmatch(_QUALIFIED, text) is not None)


def label_value(text: str) -> str:
    """The text as a label takes it: `1.0+local` is a version, but no label."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", text)[:MAX_LABEL].strip("-_.")
