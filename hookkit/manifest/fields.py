"""Fields become a part of a manifest, in their order, without those that nobody gave."""

from typing import Any

Manifest = dict[str, Any]


def given(**fields: Any) -> Manifest:
    """The fields, without what is None and without empty lists."""
    return {name: value for name, value in fields.items() if value is not None and value != []}


def together(*parts: Manifest) -> Manifest | None:
    """Parts that hold lists (`parameters`, `artifacts`) as one, a part's items after those before; None of nothing."""
    names = dict.fromkeys(name for part in parts for name in part)
    return given(**{name: [one for part in parts for one in part.get(name, [])] for name in names}) or None
