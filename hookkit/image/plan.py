"""A project, its HookSpec and the chosen files become an ImagePlan, from which any builder makes the image."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hookkit.bundle import runtime_files
from hookkit.contract import (
    IMAGE_CODE,
    IMAGE_PYTHON,
    IMAGE_ROOT,
    IMAGE_RUNTIME,
    IMAGE_USER,
    LABEL_SPEC,
    LABEL_VERSION,
    RUNTIME_MODULE,
)
# The values of layers are hookkit.image.layer's now; this module is being reworked (Layer below goes, too).
from hookkit.image.layer import LayerFile as LayerFile
from hookkit.image.layer import LayerLink as LayerLink
from hookkit.image.platform import Platform
from hookkit.project import Project
from hookkit.reference import ImageReference
from hookkit.spec import HookSpec
from hookkit.version import __version__

_ANNOTATION: Final = "org.opencontainers.image"
_NOT_IN_TAGS: Final = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass(frozen=True)
class Layer:
    """Files that go to one folder of the image; `files` are sorted by path, and none means no layer."""

    name: str
    target: str
    files: tuple[LayerFile, ...] = ()


@dataclass(frozen=True)
class ImagePlan:
    """All that a builder needs to know; equal plans give images that behave alike.

    Attributes:
        reference: what the image is to be called.
        base: what it is built on.
        python: the minor version of Python that its layers are for, and that the base must have: `3.12`.
        layers: runtime, dependencies and code, from the bottom up.
        environment: variables; `${PATH}` in a value is the base's.
        user: `uid:gid`.
        entrypoint: the command, without a shell.
        labels: OCI annotations, the HookSpec, hookkit's version. No time: the same inputs give the same image.

    """

    reference: ImageReference
    base: ImageReference
    python: str
    platform: Platform
    layers: tuple[Layer, ...]
    environment: Mapping[str, str]
    user: str
    entrypoint: tuple[str, ...]
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ImageRequest:
    """What is asked of an image.

    Attributes:
        python: the minor version of the hook's Python.
        base: instead of the settings' `base-image` and of `python:<minor>-slim`.
        reference: instead of `<hook's name>:<version>`.

    """

    python: str
    platform: Platform
    base: ImageReference | None = None
    reference: ImageReference | None = None


def plan_image(
    project: Project,
    spec: HookSpec,
    request: ImageRequest,
    *,
    code: tuple[LayerFile, ...] = (),
    dependencies: tuple[LayerFile, ...] = (),
) -> ImagePlan:
    """Decide what the image is: pure, but for hookkit's own runtime, which is part of it.

    Args:
        project: gives the base image, where the settings name one.
        spec: what the hook declares.
        request: what was asked for.
        code: the author's files, below `IMAGE_CODE`.
        dependencies: an installed tree, below the virtual environment `IMAGE_ROOT`.

    """
    base = request.base or _default_base(project, request.python)
    return ImagePlan(
        reference=request.reference or default_reference(spec),
        base=base,
        python=request.python,
        platform=request.platform,
        layers=(
            Layer("runtime", IMAGE_RUNTIME, _runtime()),
            Layer("dependencies", IMAGE_ROOT, dependencies),
            Layer("code", IMAGE_CODE, code),
        ),
        environment={
            "PATH": f"{IMAGE_ROOT}/bin:${{PATH}}",
            "PYTHONPATH": f"{IMAGE_RUNTIME}:{IMAGE_CODE}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        user=f"{IMAGE_USER}:{IMAGE_USER}",
        entrypoint=(IMAGE_PYTHON, "-m", RUNTIME_MODULE, str(spec.entry_point)),
        labels=_labels(spec, base),
    )


def default_reference(spec: HookSpec) -> ImageReference:
    """`<hook's name>:<version>`; what a tag can't hold (the + of a local version) becomes a hyphen."""
    return ImageReference(spec.kubernetes_name, tag=_NOT_IN_TAGS.sub("-", spec.version))


def _default_base(project: Project, python: str) -> ImageReference:
    return ImageReference.parse(project.settings.base_image or f"python:{python}-slim")


def _runtime() -> tuple[LayerFile, ...]:
    return tuple(LayerFile(path, content) for path, content in runtime_files().items())


def _labels(spec: HookSpec, base: ImageReference) -> dict[str, str]:
    """Annotations as the OCI image specification names them, and what hookkit itself reads from an image."""
    return {
        f"{_ANNOTATION}.title": " ".join(spec.title.split()),
        f"{_ANNOTATION}.description": " ".join(spec.description.split()),
        f"{_ANNOTATION}.version": spec.version,
        f"{_ANNOTATION}.base.name": str(base),
        LABEL_SPEC: json.dumps(spec.to_json(), separators=(",", ":")),
        LABEL_VERSION: __version__,
    }
