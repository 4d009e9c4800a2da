"""What a hook asks for becomes how Kubernetes and Argo keep it: rights, amounts, time, retries.

The rights are those of Kubernetes' Pod Security Standard "restricted".
"""

from typing import TYPE_CHECKING, Final

from hookkit import contract
from hookkit.kubernetes import MAX_NUMBER
from hookkit.manifest.fields import Manifest, given
from hookkit.spec import HookSpec, Resources, Retry

if TYPE_CHECKING:
    from hookkit.argo import ArgoSettings

_BACKOFF_FACTOR: Final = 2


def pod_security(site: "ArgoSettings") -> Manifest:
    """User, group and system calls of the whole pod, so that Argo's own containers read and write the same files."""
    return given(
        runAsNonRoot=True,
        runAsUser=contract.IMAGE_USER,
        runAsGroup=contract.IMAGE_USER,
        fsGroup=contract.IMAGE_USER,
        # Else every file of a volume that pods share is given to the group again, whenever a pod starts.
        fsGroupChangePolicy="OnRootMismatch" if site.staging == "volume" else None,
        seccompProfile={"type": "RuntimeDefault"},
    )


def container_security() -> Manifest:
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def resources(wanted: Resources, volume_size: str | None) -> Manifest:
    """Requests and limits alike; the volume's size is asked of the node, and bounded by the volume itself."""
    amounts = {"cpu": str(wanted.cpu), "memory": str(wanted.memory)}
    return {"requests": {**amounts, **given(**{"ephemeral-storage": volume_size})}, "limits": amounts.copy()}


def retry_strategy(retry: Retry) -> Manifest | None:
    """Again after what a second attempt may mend, by exit code; None where the hook wants none."""
    if not retry.limit:
        return None
    codes = ", ".join(str(int(code)) for code in contract.RETRYABLE_EXIT_CODES)
    return {
        "limit": str(retry.limit),
        # Explicit: Argo's default changed in 3.5 where an expression is present.
        "retryPolicy": "Always",
        "expression": f"lastRetry.status == 'Error' || asInt(lastRetry.exitCode) in [{codes}]",
        # No maxDuration: it counts the attempts themselves, and would forbid the retry of a long one.
        "backoff": {"duration": f"{retry.backoff_seconds}s", "factor": str(_BACKOFF_FACTOR)},
    }


def workflow_deadline(spec: HookSpec, site: "ArgoSettings") -> int:
    """Seconds for all attempts, with the waits between them."""
    attempts = (spec.retry.limit + 1) * (spec.timeout_seconds + site.scheduling_seconds)
    waits: int = sum(spec.retry.backoff_seconds * _BACKOFF_FACTOR**retry for retry in range(spec.retry.limit))
    return min(attempts + waits, MAX_NUMBER)
