"""A HookSpec, its image and a site's settings become the WorkflowTemplate.

Every field is one that Argo Workflows 3.5 to 4.1 all take, and no later version has a better one for it: the
manifest is the same for each of them.
"""

from typing import TYPE_CHECKING, Final

from hookkit import contract
from hookkit.manifest.container import render_container
from hookkit.manifest.fields import Manifest, given, together
from hookkit.manifest.options import argument, parameter
from hookkit.manifest.policy import pod_security, retry_strategy, workflow_deadline
from hookkit.manifest.site import annotations, described, labels, pod_fields
from hookkit.manifest.staging import VOLUME_NAME, Staging, stage
from hookkit.reference import ImageReference
from hookkit.spec import HookSpec, ResultSpec

if TYPE_CHECKING:
    from hookkit.argo import ArgoSettings

#: The same in every hook's manifest, so that a chain refers to it by `templateRef` without looking.
ENTRYPOINT: Final = "main"


def render_workflow_template(spec: HookSpec, image: ImageReference, site: "ArgoSettings | None" = None) -> Manifest:
    """The WorkflowTemplate that runs this hook from this image.

    All that a submitter may set stands in `spec.arguments`; an option without a default has no value there, so that
    a submit without it fails at once.

    Args:
        spec: what the hook declares.
        image: its image; by its digest, or nobody knows what will run.
        site: `[tool.hookkit.argo]`; the defaults where it is None.

    """
    site = site or _defaults()
    staging = stage(spec, site)
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {**given(name=spec.kubernetes_name, namespace=site.namespace), **described(spec, site)},
        "spec": given(
            entrypoint=ENTRYPOINT,
            arguments=together({"parameters": [argument(option) for option in spec.options]}, staging.arguments),
            **pod_fields(site),
            securityContext=pod_security(site),
            activeDeadlineSeconds=workflow_deadline(spec, site),
            ttlStrategy={"secondsAfterCompletion": site.ttl_seconds},
            podGC={"strategy": site.pod_gc},
            workflowMetadata=described(spec, site),
            templates=[_template(spec, image, site, staging)],
        ),
    }


def _defaults() -> "ArgoSettings":
    from hookkit.argo import ArgoSettings  # pydantic takes its time, and `hookkit run` needs the places alone

    return ArgoSettings()


def _template(spec: HookSpec, image: ImageReference, site: "ArgoSettings", staging: Staging) -> Manifest:
    return given(
        name=ENTRYPOINT,
        inputs=together({"parameters": [parameter(option) for option in spec.options]}, staging.inputs),
        outputs=together({"parameters": [_result(result) for result in spec.results]}, staging.outputs),
        metadata={"labels": labels(spec, site), "annotations": annotations(site, progress="0/100")},
        activeDeadlineSeconds=spec.timeout_seconds,
        retryStrategy=retry_strategy(spec.retry),
        volumes=[{"name": VOLUME_NAME, **staging.volume}],
        container=render_container(spec, image, site, staging),
    )


def _result(result: ResultSpec) -> Manifest:
    # A default, since results are written at the end: without one, Argo would hide why the hook failed before.
    return {"name": result.name, "valueFrom": {"path": f"{contract.RESULTS_ROOT}/{result.name}", "default": ""}}
