"""A project, its HookSpec and the chosen files become an ImagePlan, from which any builder makes the image."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
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
    VOLUME,
)
from hookkit.image.base.apt.package import DebPackage
from hookkit.image.base.apt.request import AptSettings
from hookkit.image.layer import CODE, RUNTIME, Layer, LayerFile
from hookkit.image.platform import Platform
from hookkit.image.python.dependencies import Dependencies
from hookkit.reference import REGISTRY, ImagePlace, ImageReference
from hookkit.spec import HookSpec
from hookkit.version import __version__

_ANNOTATION: Final = "org.opencontainers.image"
_NOT_IN_TAGS: Final = re.compile(r"[^A-Za-z0-9_.-]")
#: Enough that no two images of a hook ever share one, and short enough to be read.
_TAG_DIGITS: Final = 12


@dataclass(frozen=True)
class Base:
    """What an image is built on, pinned.

    Attributes:
        place: where it comes from.
        digest: of its manifest or index, where it's a registry's.
        packages: of the distribution: all that an assembled base is made of, or what is added to another one.
        apt: where those come from.

    """

    place: ImagePlace
    digest: str = ""
    packages: tuple[DebPackage, ...] = ()
    apt: AptSettings = field(default_factory=AptSettings)

    def __str__(self) -> str:
        return f"{self.place}@{self.digest}" if self.digest else str(self.place)


@dataclass(frozen=True)
class ImagePlan:
    """All that a builder needs to know; equal plans give images that behave alike.

    Attributes:
        base: what it is built on.
        python: the minor version of Python that its layers are for, and that the base must have: `3.12`.
        dependencies: the distributions that the hook needs, pinned.
        code: the author's files, below `IMAGE_CODE`.
        bytecode: what compiles modules, since its version shapes the bytes; "" for nothing. Where hooks run, nobody can
            write what Python compiles.
        environment: variables; `${PATH}` in a value is the base's.
        user: `uid:gid`.
        entrypoint: the command, without a shell.
        labels: OCI annotations, the HookSpec, hookkit's version. No time: the same inputs give the same image.

    """

    base: Base
    python: str
    platform: Platform
    dependencies: Dependencies
    code: tuple[LayerFile, ...]
    bytecode: str
    environment: Mapping[str, str]
    user: str
    entrypoint: tuple[str, ...]
    labels: Mapping[str, str]

    @cached_property
    def runtime_layer(self) -> Layer:
        """Hookkit's own runtime, copied from the hookkit that runs."""
        return Layer(RUNTIME, RUNTIME, IMAGE_RUNTIME, tuple(LayerFile(*one) for one in runtime_files().items()))

    @cached_property
    def code_layer(self) -> Layer:
        """The author's code."""
        return Layer(CODE, CODE, IMAGE_CODE, self.code)

    @cached_property
    def key(self) -> str:
        """A digest of everything in the plan, contents of files included."""
        parts = {
            "base": self.base.digest or str(self.base),  # wherever the same one lies
            "packages": [package.digest for package in self.base.packages],
            "dependencies": self.dependencies.key,
            "runtime": self.runtime_layer.key,
            "code": self.code_layer.key,
            "bytecode": self.bytecode,
            "environment": dict(self.environment),
            "user": self.user,
            "entrypoint": self.entrypoint,
            "labels": dict(self.labels),
            "platform": str(self.platform),
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class ImageRequest:
    """What is asked of an image.

    Attributes:
        python: the minor version of the hook's Python.
        base: instead of the settings' `base-image` and of hookkit's choice.

    """

    python: str
    platform: Platform
    base: ImagePlace | None = None
    bytecode: str = ""


@dataclass(frozen=True)
class Ingredients:
    """What was found and pinned for an image."""

    base: Base
    dependencies: Dependencies
    code: tuple[LayerFile, ...] = ()


def plan_image(spec: HookSpec, request: ImageRequest, ingredients: Ingredients) -> ImagePlan:
    """Decide what the image is: pure, but for hookkit's own runtime, which is part of it."""
    return ImagePlan(
        base=ingredients.base,
        python=request.python,
        platform=request.platform,
        dependencies=ingredients.dependencies,
        code=ingredients.code,
        bytecode=request.bytecode,
        environment={
            "PATH": f"{IMAGE_ROOT}/bin:${{PATH}}",
            "PYTHONPATH": f"{IMAGE_RUNTIME}:{IMAGE_CODE}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            # Modules write their settings while they are imported (matplotlib's do), before there is a work folder.
            **dict.fromkeys(("HOME", "TMPDIR"), VOLUME),
        },
        user=f"{IMAGE_USER}:{IMAGE_USER}",
        entrypoint=(IMAGE_PYTHON, "-m", RUNTIME_MODULE, str(spec.entry_point)),
        labels=_labels(spec, ingredients.base),
    )


def default_reference(spec: HookSpec, plans: tuple[ImagePlan, ...] = ()) -> ImageReference:
    """`<hook's name>:<version>-<digits of the contents>`: an image that did not change keeps its name.

    What a tag can't hold (the + of a local version) becomes a hyphen; without plans the version is all there is.
    """
    version = _NOT_IN_TAGS.sub("-", spec.version)
    contents = hashlib.sha256("".join(plan.key for plan in plans).encode()).hexdigest()[:_TAG_DIGITS]
    return ImageReference(spec.kubernetes_name, tag=f"{version}-{contents}" if plans else version)


def _labels(spec: HookSpec, base: Base) -> dict[str, str]:
    """Annotations as the OCI image specification names them, and what hookkit itself reads from an image."""
    named = {f"{_ANNOTATION}.base.name": str(base)} if base.place.transport == REGISTRY else {}
    return {
        f"{_ANNOTATION}.title": " ".join(spec.title.split()),
        f"{_ANNOTATION}.description": " ".join(spec.description.split()),
        f"{_ANNOTATION}.version": spec.version,
        **named,
        LABEL_SPEC: json.dumps(spec.to_json(), separators=(",", ":")),
        LABEL_VERSION: __version__,
    }
