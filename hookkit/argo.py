"""`[tool.hookkit.argo]` becomes ArgoSettings: what differs from site to site about where hooks run.

Every default is what the platform needs; no hook says anything of this, and a site says it once for all its hooks.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import AfterValidator, Field, Strict, model_validator

from hookkit import kubernetes
from hookkit.errors import shown
from hookkit.spec import Quantity
from hookkit.table import Table

ArgoVersion = Literal["3.5", "3.6", "3.7", "4.0", "4.1"]
#: The versions of Argo Workflows that hookkit knows, from the oldest to the newest; its manifests suit all of them.
ARGO_VERSIONS: Final[tuple[str, ...]] = get_args(ArgoVersion)

Staging = Literal["artifacts", "volume"]
#: How data comes into a hook and out of it.
STAGINGS: Final[tuple[str, ...]] = get_args(Staging)


# ---------------------------------------------------------------- what a value may be


def _fit(is_fit: Callable[[str], object], form: str) -> Any:
    """A text that the predicate takes; `form` says what it is not, and what to write."""

    def check(text: str) -> str:
        if not is_fit(text):
            msg = f"{shown(text)} is {form}"
            raise ValueError(msg)
        return text

    return AfterValidator(check)


_FOLDER: Final = re.compile(r"(?!\.\.?(/|$))[\w!.*'()-]+(/(?!\.\.?(/|$))[\w!.*'()-]+)*", re.ASCII)

Name = Annotated[
    str,
    _fit(kubernetes.is_name, "no name of Kubernetes; write lower-case letters, digits, '-' and '.', at most 253"),
]
Namespace = Annotated[
    str, _fit(kubernetes.is_namespace, "no namespace; write lower-case letters, digits and '-', at most 63")
]
LabelKey = Annotated[
    str, _fit(kubernetes.is_label_key, "no key of Kubernetes; write [domain/]name, the name at most 63 characters")
]
LabelValue = Annotated[
    str,
    _fit(kubernetes.is_label_value, "no label; write letters, digits, '-', '_' and '.' between them, at most 63"),
]
Folder = Annotated[str, _fit(_FOLDER.fullmatch, "no folder below a root; write for example team/hooks")]
Seconds = Annotated[int, Field(ge=0, le=kubernetes.MAX_NUMBER)]


def _amount(text: str) -> str:
    Quantity.parse(text)
    return text


# ---------------------------------------------------------------- the tables


class ArtifactRepository(Table):
    """Where Argo's artifacts lie, if not in the cluster's default repository: a ConfigMap, and a key in it."""

    config_map: Name
    key: str | None = None


class Toleration(Table):
    """A taint of nodes that the hook's pods put up with, in Kubernetes' words."""

    key: LabelKey | None = None
    operator: Literal["Equal", "Exists"] | None = None
    value: LabelValue | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    toleration_seconds: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _as_kubernetes_takes_it(self) -> Self:
        if self.operator == "Exists" and self.value is not None:
            raise ValueError('operator "Exists" has no value; leave one of them out')
        if self.operator != "Exists" and self.key is None:
            raise ValueError('names no key; write one, or operator = "Exists" for every taint')
        if self.toleration_seconds is not None and self.effect != "NoExecute":
            raise ValueError('toleration-seconds is for effect = "NoExecute" alone; leave it out')
        return self


class ArgoSettings(Table):
    """The table `[tool.hookkit.argo]`; its keys are written with dashes.

    Attributes:
        argo_version: the cluster's Argo Workflows, which what is written is checked for; default: all from 3.5 to 4.1.
        staging: "artifacts" through Argo's repository, or a "volume" that pods share: a PersistentVolumeClaim.
        namespace: of the WorkflowTemplate; default: whatever `kubectl` or `argo` is set to.
        prefix: the folder of the repository, or of the volume, that the data of hooks lies below.
        artifact_repository: default: the cluster's.
        volume_claim: the claim that is mounted with staging "volume"; default: one named like the hook.
        volume_path: the folder of the claim that hooks see; default: all of it.
        volume_size, volume_medium: of the pod's own volume, with staging "artifacts"; default: all of the node's disk.
        secret: the Kubernetes Secret that a hook's secrets lie in; default: one named like the hook.
        service_account: of the hook's pods; default: the namespace's default.
        executor_service_account: where given, Argo's own containers alone get a token, and the hook's gets none.
        image_pull_secrets: Secrets that the image's registry asks for.
        image_pull_policy: default: Kubernetes', which is IfNotPresent for an image that is named by its digest.
        node_selector, tolerations, priority_class: which nodes the pods may run on, and before whom.
        priority: of the workflow in Argo's queue.
        scheduling_seconds: what an attempt may take on top of the hook's own time: to find a node and pull the image.
        ttl_seconds: how long a workflow that ended is kept.
        pod_gc: when its pods go.
        labels, annotations: on the WorkflowTemplate and its workflows, beside hookkit's own.

    """

    argo_version: ArgoVersion | None = None
    staging: Staging = "artifacts"
    namespace: Namespace | None = None
    prefix: Folder = "hooks"
    artifact_repository: ArtifactRepository | None = None
    volume_claim: Name | None = None
    volume_path: Folder | None = None
    volume_size: Annotated[str, AfterValidator(_amount)] | None = None
    volume_medium: Literal["Memory"] | None = None
    secret: Name | None = None
    service_account: Name | None = None
    executor_service_account: Name | None = None
    image_pull_secrets: Annotated[tuple[Name, ...], Strict(strict=False)] = ()
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    node_selector: Mapping[LabelKey, LabelValue] = Field(default_factory=dict)
    tolerations: Annotated[tuple[Toleration, ...], Strict(strict=False)] = ()
    priority_class: Name | None = None
    priority: Annotated[int, Field(ge=-kubernetes.MAX_NUMBER - 1, le=kubernetes.MAX_NUMBER)] | None = None
    scheduling_seconds: Seconds = 600
    ttl_seconds: Seconds = 24 * 3600
    pod_gc: Literal["OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"] = "OnPodSuccess"
    labels: Mapping[LabelKey, LabelValue] = Field(default_factory=dict)
    annotations: Mapping[LabelKey, str] = Field(default_factory=dict)
