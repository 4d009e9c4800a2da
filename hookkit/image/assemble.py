"""A base image, an ImagePlan and its layers become an Image: pure, and the same for the same three."""

from collections.abc import Iterator
from typing import Any, Final

from hookkit.contract import LABEL_SPEC
from hookkit.image.base.facts import DEFAULT_PATH
from hookkit.image.oci.model import NO_TIME, Image, ImageLayer, json_bytes
from hookkit.image.plan import ImagePlan

#: What a base says about a process that is not the hook's.
_NOT_INHERITED: Final = frozenset({"Cmd", "Image", "OnBuild", "ArgsEscaped"})
_BASE_DIGEST: Final = "org.opencontainers.image.base.digest"


def assemble_image(plan: ImagePlan, base: Image, layers: tuple[tuple[str, ImageLayer], ...]) -> Image:
    """Put layers on a base.

    Args:
        plan: environment, user, entry point and labels.
        base: what is below; its own settings hold where the plan says nothing, as a Dockerfile's FROM has it.
        layers: each with the words for its history, from the bottom up.

    """
    history = [{"created": NO_TIME, "created_by": f"hookkit: {words}"} for words, _ in layers]
    above = tuple(layer for _, layer in layers)
    config = {name: value for name, value in base.config.items() if name in {"os", "architecture", "variant"}}
    config |= {
        "created": NO_TIME,
        "config": _process(plan, base),
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in (*base.layers, *above)]},
        "history": [*base.config.get("history", []), *history],
    }
    return Image(json_bytes(config), (*base.layers, *above), dict(_annotations(plan)))


def _process(plan: ImagePlan, base: Image) -> dict[str, Any]:
    inherited = {name: value for name, value in base.process.items() if name not in _NOT_INHERITED}
    return inherited | {
        "Env": [f"{name}={value}" for name, value in _environment(plan, base).items()],
        "User": plan.user,
        "Entrypoint": list(plan.entrypoint),
        "Labels": {**(base.process.get("Labels") or {}), **plan.labels},
    }


def _environment(plan: ImagePlan, base: Image) -> dict[str, str]:
    known = base.environment
    return known | {
        name: value.replace("${PATH}", known.get("PATH", DEFAULT_PATH)) for name, value in plan.environment.items()
    }


def _annotations(plan: ImagePlan) -> Iterator[tuple[str, str]]:
    """The labels once more, where registries show them; the HookSpec is too long for that."""
    yield from ((name, value) for name, value in plan.labels.items() if name != LABEL_SPEC)
    if plan.base.digest:
        yield _BASE_DIGEST, plan.base.digest
