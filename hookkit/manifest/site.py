"""What a site says of its cluster becomes fields of a workflow: whose its pods are, where they run, their names."""

from typing import TYPE_CHECKING, Final

from hookkit.kubernetes import label_value
from hookkit.manifest.fields import Manifest, given
from hookkit.manifest.wording import without_tags
from hookkit.spec import HookSpec

if TYPE_CHECKING:
    from hookkit.argo import ArgoSettings, ArtifactRepository, Toleration

#: Argo's annotations begin so.
ARGO: Final = "workflows.argoproj.io"
#: The platform's name of the hook, `card_bs`, beside Kubernetes' own, `card-bs`.
HOOK_LABEL: Final = "hookkit.io/hook"


def labels(spec: HookSpec, site: "ArgoSettings") -> Manifest:
    """The labels of the WorkflowTemplate, its workflows and their pods; a site may say otherwise."""
    return {
        "app.kubernetes.io/name": spec.kubernetes_name,
        "app.kubernetes.io/version": label_value(spec.version),
        "app.kubernetes.io/managed-by": "hookkit",
        HOOK_LABEL: label_value(spec.name),
        **site.labels,
    }


def annotations(site: "ArgoSettings", **of_argo: str) -> Manifest:
    """Annotations of Argo's, by their names without the domain, and the site's."""
    named = {f"{ARGO}/{name}": text for name, text in of_argo.items() if text}
    return {name: without_tags(text) for name, text in {**named, **site.annotations}.items()}


def described(spec: HookSpec, site: "ArgoSettings") -> Manifest:
    """Labels, and the title and description that Argo's pages show."""
    return {
        "labels": labels(spec, site),
        "annotations": annotations(site, title=spec.title, description=spec.description),
    }


def pod_fields(site: "ArgoSettings") -> Manifest:
    """Who the pods act for, and on which nodes they run."""
    own = site.executor_service_account
    return given(
        serviceAccountName=site.service_account,
        # Argo's own containers report to the cluster; the hook's has nothing to say to it.
        automountServiceAccountToken=False if own else None,
        executor={"serviceAccountName": own} if own else None,
        imagePullSecrets=[{"name": name} for name in site.image_pull_secrets],
        nodeSelector=dict(site.node_selector) or None,
        tolerations=[_toleration(one) for one in site.tolerations],
        podPriorityClassName=site.priority_class,
        priority=site.priority,
        artifactRepositoryRef=_repository(site.artifact_repository) if site.artifact_repository else None,
    )


def _toleration(one: "Toleration") -> Manifest:
    return given(
        key=one.key,
        operator=one.operator,
        value=one.value,
        effect=one.effect,
        tolerationSeconds=one.toleration_seconds,
    )


def _repository(one: "ArtifactRepository") -> Manifest:
    return given(configMap=one.config_map, key=one.key)
