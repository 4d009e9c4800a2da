"""An image runs the hook that it holds, and no other in its name."""

import json

import pytest

from hookkit.contract import LABEL_SPEC
from hookkit.errors import ProjectError
from hookkit.local.ofimage import refuse_other_hooks
from hookkit.spec import EntryPoint, HookSpec

SPEC = HookSpec("h", "1", "H", "", EntryPoint("m", "h"))


def labels(spec: HookSpec) -> dict[str, str]:
    return {LABEL_SPEC: json.dumps(spec.to_json())}


OTHERS = {
    "another hook": (SPEC.replace(entry_point=EntryPoint("m", "g")), "holds the hook m:g, not m:h"),
    "another signature": (SPEC.replace(context="context"), "before m:h was declared as it is now"),
}


@pytest.mark.parametrize(("built", "words"), OTHERS.values(), ids=OTHERS)
def test_an_image_of_another_is_refused(built: HookSpec, words: str) -> None:
    with pytest.raises(ProjectError, match=words):
        refuse_other_hooks("h:1", labels(built), SPEC)


GOOD = {
    "its own": labels(SPEC),
    "its own with other resources": labels(SPEC.replace(timeout_seconds=1, network=True)),
    "none that is known": {},
    "a later hookkit's": {LABEL_SPEC: '{"spec_version": 99}'},
}


@pytest.mark.parametrize("given", GOOD.values(), ids=GOOD)
def test_an_image_of_the_hook_or_of_nobody_knows_whom_is_taken(given: dict[str, str]) -> None:
    refuse_other_hooks("h:1", given, SPEC)
