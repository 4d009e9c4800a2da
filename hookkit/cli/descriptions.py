"""A hook's descriptions, checked before anybody sees them: hookkit's own manifests pass hookkit's own check.

What is the same as before costs nothing: its texts, its verdict and its bill lie in the cache.
"""

import json
from functools import partial
from typing import TYPE_CHECKING, Final

import click

from hookkit.bundle import package_state
from hookkit.cache import Cache
from hookkit.errors import BuildError, Problem
from hookkit.reference import ImageReference

if TYPE_CHECKING:
    from hookkit.check.finding import Finding
    from hookkit.image.builder import Component
    from hookkit.settings import Settings
    from hookkit.spec import HookSpec


#: The name that descriptions are rendered with: an image gets another name whenever code changes, and nothing else of
#: its descriptions does.
_STAND_IN: Final = ImageReference("hookkit-stand-in", registry="localhost", tag="0")


def checked_descriptions(
    spec: "HookSpec", reference: ImageReference, settings: "Settings", cache: Cache
) -> dict[str, str]:
    """The descriptions of a hook by file name; warnings of the check go to stderr.

    Raises:
        BuildError: Argo or Kubernetes would refuse the WorkflowTemplate, or it would fail when it's run.

    """
    known = [package_state(), spec.to_json(), settings.argo_table]
    texts: dict[str, str] = cache.once(
        "descriptions",
        json.dumps([*known, str(reference)]),
        lambda: _named(cache.once("descriptions", json.dumps(known), partial(_render, spec, settings)), reference),
    )
    verdict = json.dumps([*known, _is_pinned(reference)])
    if cache.fact("checked", verdict) is None:
        warnings = _warnings(texts, settings.argo.argo_version)
        for one in warnings:
            click.echo(one, err=True)
        if not warnings:
            cache.remember("checked", verdict, True)
    return texts


def _render(spec: "HookSpec", settings: "Settings") -> dict[str, str]:
    from hookkit.manifest import render_descriptions

    return render_descriptions(spec, _STAND_IN, settings.argo)


def _named(texts: dict[str, str], reference: ImageReference) -> dict[str, str]:
    from hookkit.manifest.text import yaml_scalar

    stand_in, image = f"image: {_STAND_IN}\n", f"image: {yaml_scalar(str(reference))}\n"
    return {name: text.replace(stand_in, image) for name, text in texts.items()}


def _is_pinned(reference: ImageReference) -> bool:
    """Whether the name means one image for ever, as far as a check can see."""
    return bool(reference.digest) or reference.tag not in {"", "latest"}


def _warnings(texts: dict[str, str], argo_version: str | None) -> list[Problem]:
    from hookkit.check.finding import Severity
    from hookkit.check.manifest.checking import Source, check_manifests

    sources = [Source(name, text.encode()) for name, text in texts.items() if name.endswith(".yaml")]
    findings = check_manifests(sources, argo_version)
    if any(one.rule.severity is Severity.ERROR for one in findings):
        raise BuildError(*map(_problem, findings))
    return [_problem(one) for one in findings]


def _problem(finding: "Finding") -> Problem:
    where = f"{finding.place.file}: {finding.rule.code} {finding.place.path}"
    return Problem(where, finding.what, finding.remedy)


def bill_of_materials(spec: "HookSpec", components: "tuple[Component, ...]", cache: Cache) -> dict[str, str]:
    """The bill of an image by its file name."""
    from hookkit.image.bill import bill_key, render_bill

    key = f"{package_state()}\0{bill_key(spec, components)}"
    text: str = cache.once("bills", key, lambda: render_bill(spec, components))
    return {f"{spec.kubernetes_name}.sbom.cdx.json": text}
