"""A hook's descriptions, checked before anybody sees them: hookkit's own manifests pass hookkit's own check."""

from typing import TYPE_CHECKING

import click

from hookkit.errors import BuildError, Problem

if TYPE_CHECKING:
    from hookkit.argo import ArgoSettings
    from hookkit.check.finding import Finding
    from hookkit.reference import ImageReference
    from hookkit.spec import HookSpec


def checked_descriptions(spec: "HookSpec", reference: "ImageReference", site: "ArgoSettings") -> dict[str, str]:
    """The descriptions of a hook by file name; warnings of the check go to stderr.

    Raises:
        BuildError: Argo or Kubernetes would refuse the WorkflowTemplate, or it would fail when it's run.

    """
    from hookkit.check.finding import Severity
    from hookkit.check.manifest.checking import Source, check_manifests
    from hookkit.manifest import render_descriptions

    texts = render_descriptions(spec, reference, site)
    sources = [Source(name, text.encode()) for name, text in texts.items() if name.endswith(".yaml")]
    findings = check_manifests(sources, site.argo_version)
    if any(one.rule.severity is Severity.ERROR for one in findings):
        raise BuildError(*map(_problem, findings))
    for one in findings:
        click.echo(_problem(one), err=True)
    return texts


def _problem(finding: "Finding") -> Problem:
    where = f"{finding.place.file}: {finding.rule.code} {finding.place.path}"
    return Problem(where, finding.what, finding.remedy)
