"""A document becomes the faults of its fields that a version of Argo Workflows does not have.

The table holds for the last release of each minor version: 3.5.13, 3.6.10, 3.7.3, 4.0.5 and 4.1.2. It was read from the
descriptions of Argo's API of each, and from its notes on upgrading.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hookkit.check.finding import Fault, Rule, Severity
from hookkit.check.manifest.schema.walk import objects
from hookkit.errors import shown

OLDEST: Final = "3.5"
NEWEST: Final = "4.1"

TOO_NEW: Final = Rule(
    "VE101",
    "every field is one that the target version of Argo has already",
    "An older Argo drops the field without a word, and what it was meant to do does not happen; its lint refuses it.",
)
TOO_OLD: Final = Rule(
    "VE102",
    "every field is one that the target version of Argo still has",
    "A newer Argo drops the field without a word, and what it was meant to do does not happen; its lint refuses it.",
)
NOT_IN_OLDER: Final = Rule(
    "VE103",
    f"where no target is named, every field is one that Argo has had since {OLDEST}",
    f"Which Argo runs the manifest is not said; what all from {OLDEST} to {NEWEST} take runs anywhere.",
    Severity.WARNING,
)
NOT_IN_NEWER: Final = Rule(
    "VE104",
    f"where no target is named, every field is one that Argo still has in {NEWEST}",
    f"Which Argo runs the manifest is not said; what all from {OLDEST} to {NEWEST} take runs anywhere.",
    Severity.WARNING,
)
RULES: Final[tuple[Rule, ...]] = (TOO_NEW, TOO_OLD, NOT_IN_OLDER, NOT_IN_NEWER)


@dataclass(frozen=True)
class Lifetime:
    """The versions of Argo that have a field.

    Attributes:
        since: the first that has it; "" for all that hookkit knows.
        until: the first that no longer has it; "" for none.
        instead: what to write where it is not to be had.

    """

    since: str = ""
    until: str = ""
    instead: str = ""


#: Kubernetes' parts of a pod, which Argo knows as of the Kubernetes that it is built with.
_KUBERNETES_IN_3_6: Final = Lifetime(since="3.6")
_KUBERNETES_IN_3_7: Final = Lifetime(since="3.7")
_KUBERNETES_IN_4_1: Final = Lifetime(since="4.1")
_ARTIFACT_PLUGIN: Final = Lifetime(since="4.0", instead="store the artifact in one of Argo's own ways, such as s3")
_DATABASE_LOCK: Final = Lifetime(since="3.7", instead="leave it out: the lock then holds in this cluster alone")
_POD_RESOURCES: Final = Lifetime(since="4.1", instead="write the `resources` of each container")

#: By the schema's definition, then by field. Fields that are not here are in all versions.
LIFETIMES: Final[Mapping[str, Mapping[str, Lifetime]]] = {
    "Artifact": {"plugin": _ARTIFACT_PLUGIN},
    "ArtifactLocation": {"plugin": _ARTIFACT_PLUGIN},
    "ArtifactPaths": {"plugin": _ARTIFACT_PLUGIN},
    "Backoff": {"cap": Lifetime(since="3.7", instead="bound the whole with `maxDuration`")},
    "CacheConfigMap": {
        "key": Lifetime(until="4.0", instead="leave it out: the `key` of `memoize` alone tells entries apart"),
        "optional": Lifetime(until="4.0"),
    },
    "Container": {
        "resizePolicy": _KUBERNETES_IN_3_6,
        "restartPolicy": _KUBERNETES_IN_3_6,
        "restartPolicyRules": _KUBERNETES_IN_4_1,
    },
    "ContainerNode": {
        "resizePolicy": _KUBERNETES_IN_3_6,
        "restartPolicy": _KUBERNETES_IN_3_6,
        "restartPolicyRules": _KUBERNETES_IN_4_1,
    },
    "CronWorkflowSpec": {
        "schedule": Lifetime(until="4.0", instead="write `schedules`, a list (from 3.6 on)"),
        "schedules": Lifetime(since="3.6", instead="write `schedule`, one text, and a CronWorkflow for each"),
        "stopStrategy": Lifetime(since="3.6", instead="set `suspend` when it is to stop"),
        "when": Lifetime(since="3.6", instead="write `when` at the first step"),
    },
    "EnvVarSource": {"fileKeyRef": _KUBERNETES_IN_4_1},
    "GitArtifact": {
        "insecureSkipTLS": Lifetime(since="3.6", instead="have Argo trust the server's certificate"),
    },
    "HDFSArtifact": {"dataTransferProtection": Lifetime(since="3.6")},
    "HTTPArtifact": {"saveStreamViaFile": Lifetime(since="4.1")},
    "Lifecycle": {"stopSignal": _KUBERNETES_IN_3_7},
    "LifecycleHandler": {"sleep": _KUBERNETES_IN_3_6},
    "Mutex": {"database": _DATABASE_LOCK},
    "ObjectMeta": {"clusterName": Lifetime(until="3.6", instead="leave it out: Kubernetes never used it")},
    "PersistentVolumeClaimSpec": {"volumeAttributesClassName": _KUBERNETES_IN_3_6},
    "PodAffinityTerm": {"matchLabelKeys": _KUBERNETES_IN_3_6, "mismatchLabelKeys": _KUBERNETES_IN_3_6},
    "PodDisruptionBudgetSpec": {"unhealthyPodEvictionPolicy": _KUBERNETES_IN_3_6},
    "PodSecurityContext": {
        "appArmorProfile": _KUBERNETES_IN_3_6,
        "seLinuxChangePolicy": _KUBERNETES_IN_3_6,
        "supplementalGroupsPolicy": _KUBERNETES_IN_3_6,
    },
    "ResourceRequirements": {"claims": _KUBERNETES_IN_3_6},
    "S3Artifact": {
        "addressingStyle": Lifetime(since="4.1", instead="leave it out: Argo finds out"),
        "sessionTokenSecret": Lifetime(since="3.6", instead="use keys without a session, or `useSDKCreds`"),
    },
    "ScriptTemplate": {
        "resizePolicy": _KUBERNETES_IN_3_6,
        "restartPolicy": _KUBERNETES_IN_3_6,
        "restartPolicyRules": _KUBERNETES_IN_4_1,
    },
    "SecurityContext": {"appArmorProfile": _KUBERNETES_IN_3_6},
    "SemaphoreRef": {"database": _DATABASE_LOCK},
    "Synchronization": {
        "mutex": Lifetime(until="4.0", instead="write `mutexes`, a list (from 3.6 on)"),
        "mutexes": Lifetime(since="3.6", instead="write `mutex`, a single one"),
        "semaphore": Lifetime(until="4.0", instead="write `semaphores`, a list (from 3.6 on)"),
        "semaphores": Lifetime(since="3.6", instead="write `semaphore`, a single one"),
    },
    "Template": {
        "annotations": Lifetime(since="3.7", instead="write `metadata.annotations`, which go to the pod"),
        "pendingTimeout": Lifetime(since="4.1", instead="write `timeout`, which counts the wait, too"),
        "podResources": _POD_RESOURCES,
        "priority": Lifetime(until="3.7", instead="write `priorityClassName`"),
        "resourceClaims": _KUBERNETES_IN_4_1,
    },
    "UserContainer": {
        "resizePolicy": _KUBERNETES_IN_3_6,
        "restartPolicy": _KUBERNETES_IN_3_6,
        "restartPolicyRules": _KUBERNETES_IN_4_1,
    },
    "Volume": {"image": _KUBERNETES_IN_3_6},
    "VolumeMount": {"recursiveReadOnly": _KUBERNETES_IN_3_6},
    "VolumeProjection": {"clusterTrustBundle": _KUBERNETES_IN_3_6, "podCertificate": _KUBERNETES_IN_4_1},
    "WorkflowSpec": {
        "executorPlugins": Lifetime(since="4.1", instead="have the plugin installed for the namespace"),
        "podPriority": Lifetime(until="3.7", instead="write `podPriorityClassName`"),
        "podResources": _POD_RESOURCES,
        "resourceClaims": _KUBERNETES_IN_4_1,
    },
}


def check_versions(document: Mapping[str, Any], kind: str, version: str | None) -> Iterator[Fault]:
    """Look for fields that a version of Argo, such as "3.6", lacks; None for any that hookkit knows.

    Raises:
        KeyError: the schema has no such kind.

    """
    for one in objects(document, kind):
        lifetimes = LIFETIMES.get(one.definition.name, {})
        for field in one.data:
            if field in lifetimes and one.data[field] is not None:
                for rule, what in _lacking(field, lifetimes[field], version):
                    yield Fault(rule, (*one.path, field), what, _remedy(lifetimes[field], version))


def _lacking(field: str, life: Lifetime, version: str | None) -> Iterator[tuple[Rule, str]]:
    """The rules that the field breaks, with the words for it."""
    if life.since and _order(version or OLDEST) < _order(life.since):
        rule = TOO_NEW if version else NOT_IN_OLDER
        yield rule, f"{shown(field)} came with Argo {life.since}; {version or OLDEST} does not have it"
    if life.until and _order(version or NEWEST) >= _order(life.until):
        rule = TOO_OLD if version else NOT_IN_NEWER
        yield rule, f"{shown(field)} went with Argo {life.until}; {version or NEWEST} does not have it"


def _remedy(life: Lifetime, version: str | None) -> str:
    instead = life.instead or "leave it out"
    return instead if version else f"say which Argo runs it (--argo-version), or {instead}"


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split(".")[:2])
