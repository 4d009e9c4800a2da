"""An image is held, by its labels, against the hook that is to run: that of another would run, and be called done."""

import json
from collections.abc import Mapping
from typing import Final

from hookkit.contract import LABEL_SPEC
from hookkit.errors import Problem, ProjectError
from hookkit.spec import HookSpec

#: What a call is made of; the rest is for who runs a container, not for who is in it.
_SIGNATURE: Final = ("inputs", "outputs", "options", "secrets", "results", "context", "parameters")


def refuse_other_hooks(image: str, labels: Mapping[str, str], spec: HookSpec) -> None:
    """Refuse an image of another hook, or of this one with another signature; one without a label may be any.

    Args:
        image: its name, for the message.
        labels: of its configuration.
        spec: the hook's that is to run.

    Raises:
        ProjectError: it is of another.

    """
    built = _spec_of(labels)
    if built is None:
        return
    if built.entry_point != spec.entry_point:
        what = f"holds the hook {built.entry_point}, not {spec.entry_point}"
    elif any(getattr(built, name) != getattr(spec, name) for name in _SIGNATURE):
        what = f"was built before {spec.entry_point} was declared as it is now"
    else:
        return
    remedy = f"run `hookkit build {spec.entry_point}`, or name its --image"
    raise ProjectError(Problem(f"image {image}", what, remedy))


def _spec_of(labels: Mapping[str, str]) -> HookSpec | None:
    try:
        return HookSpec.from_json(json.loads(labels[LABEL_SPEC]))
    except (KeyError, ValueError):  # no hookkit's, or a later one's
        return None
