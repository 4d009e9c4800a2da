"""SE: what a platform for many users asks of a pod: the *restricted* Pod Security Standard, and secrets kept secret."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.check.finding import DataPath, Rule, Severity
from hookkit.check.manifest.document import Container, Manifest
from hookkit.check.manifest.plain import is_tagged, listed, mapping, mappings, text
from hookkit.check.manifest.rules import Family, Flaw, Flaws

_SECRET_NAME: Final = re.compile(
    r"(?i)(password|passwd|secret|token|api_?key|(access|secret|private)_?key|credentials?)$"
)
_HOST: Final = ("hostNetwork", "hostPID", "hostIPC")
_SECCOMP: Final = ("RuntimeDefault", "Localhost")
_ALLOWED_CAPABILITY: Final = "NET_BIND_SERVICE"


def _of_pod(manifest: Manifest, container: Container) -> Mapping[str, Any]:
    """The security context of the pod that a container runs in."""
    defaults = mapping(mapping(manifest.spec.get("templateDefaults")).get("securityContext"))
    workflow = mapping(manifest.spec.get("securityContext"))
    return mapping(container.template.data.get("securityContext")) or defaults or workflow


def _contexts(manifest: Manifest) -> Iterator[tuple[Container, DataPath, Mapping[str, Any], Mapping[str, Any]]]:
    """Each main container with a context: where it stands, its own, its pod's."""
    for container in manifest.containers:
        own = mapping(container.data.get("securityContext"))
        pod = _of_pod(manifest, container)
        if own or pod:
            path = (*container.path, "securityContext") if own else container.path
            yield container, path, own, pod


def _holders(manifest: Manifest) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    """Every security context that is written."""
    for path, data in [
        (manifest.spec_path, manifest.spec),
        *((one.path, one.data) for one in manifest.templates),
        *((one.path, one.data) for one in manifest.containers),
    ]:
        if isinstance(data.get("securityContext"), dict):
            yield (*path, "securityContext"), data["securityContext"]


def _privileged(manifest: Manifest) -> Flaws:
    for path, data in _holders(manifest):
        if data.get("privileged") is True:
            yield Flaw((*path, "privileged"), "the container has the node's own rights", "take it out")


def _root(manifest: Manifest) -> Flaws:
    contradicted = {flaw.path for flaw in _contradiction(manifest)}
    for path, data in _holders(manifest):
        if _is_root(data.get("runAsUser")) and (*path, "runAsUser") not in contradicted:
            yield Flaw((*path, "runAsUser"), "the container runs as root", "give another user, such as 10001")
        if data.get("runAsNonRoot") is False:
            yield Flaw((*path, "runAsNonRoot"), "the container may run as root", "write `runAsNonRoot: true`")


def _is_root(user: object) -> bool:
    return user == 0 and not isinstance(user, bool)


def _contradiction(manifest: Manifest) -> Flaws:
    for _, path, own, pod in _contexts(manifest):
        user, non_root = own.get("runAsUser", pod.get("runAsUser")), own.get("runAsNonRoot", pod.get("runAsNonRoot"))
        if _is_root(user) and non_root is True:
            where = (*path, "runAsUser") if "runAsUser" in own else path
            yield Flaw(where, "the container runs as root, which `runAsNonRoot` forbids", "give another `runAsUser`")


def _no_context(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        if container.is_main and not container.data.get("securityContext") and not _of_pod(manifest, container):
            yield Flaw(container.path, "there is no security context", _ADVICE)


_ADVICE: Final = "give one that the restricted Pod Security Standard accepts: no root, no privileges, no capabilities"


def _escalation(manifest: Manifest) -> Flaws:
    for container, path, own, _ in _contexts(manifest):
        if container.is_main and own.get("allowPrivilegeEscalation") is not False and own.get("privileged") is not True:
            yield Flaw(
                path, "a program may gain rights that its parent has not", "write `allowPrivilegeEscalation: false`"
            )


def _writable_root(manifest: Manifest) -> Flaws:
    for container, path, own, _ in _contexts(manifest):
        if container.is_main and own.get("readOnlyRootFilesystem") is not True:
            yield Flaw(
                path, "the container may write anywhere", "write `readOnlyRootFilesystem: true`, and mount a volume"
            )


def _capabilities(manifest: Manifest) -> Flaws:
    for container, path, own, _ in _contexts(manifest):
        dropped = listed(mapping(own.get("capabilities")).get("drop"))
        if container.is_main and "ALL" not in dropped:
            yield Flaw(path, "the container keeps capabilities of root", "write `capabilities: {drop: [ALL]}`")


def _added_capabilities(manifest: Manifest) -> Flaws:
    for path, data in _holders(manifest):
        for index, one in enumerate(listed(mapping(data.get("capabilities")).get("add"))):
            if one != _ALLOWED_CAPABILITY:
                yield Flaw((*path, "capabilities", "add", index), f"the capability {one} is added", "take it out")


def _non_root(manifest: Manifest) -> Flaws:
    for container, path, own, pod in _contexts(manifest):
        if container.is_main and own.get("runAsNonRoot", pod.get("runAsNonRoot")) is None:
            yield Flaw(path, "nothing forbids to run as root", "write `runAsNonRoot: true`")


def _seccomp(manifest: Manifest) -> Flaws:
    for container, path, own, pod in _contexts(manifest):
        profile = mapping(own.get("seccompProfile") or pod.get("seccompProfile")).get("type")
        if container.is_main and profile not in _SECCOMP:
            yield Flaw(path, "system calls are not filtered", "write `seccompProfile: {type: RuntimeDefault}`")


def _host(manifest: Manifest) -> Flaws:
    for key in _HOST:
        if manifest.spec.get(key) is True:
            yield Flaw((*manifest.spec_path, key), "the pod shares the node's own", "take it out")


def _secret_in_clear(manifest: Manifest) -> Flaws:
    for container in manifest.containers:
        for path, data in mappings(container.data, "env", container.path):
            name, value = text(data.get("name")), text(data.get("value"))
            if value and not is_tagged(value) and _SECRET_NAME.search(name):
                what = f"the value of {name} stands here for everyone to read"
                yield Flaw((*path, "value"), what, "keep it in a Secret, and refer to it by `valueFrom.secretKeyRef`")


def _secret_argument(manifest: Manifest) -> Flaws:
    for path, data in mappings(manifest.arguments, "parameters", (*manifest.spec_path, "arguments")):
        name, value = text(data.get("name")), text(data.get("value"))
        if value and not is_tagged(value) and _SECRET_NAME.search(name) and not re.search(r"(?i)name$", name):
            what = f"the value of {name!r} stands here, and in every workflow, for everyone to read"
            yield Flaw((*path, "value"), what, "keep it in a Secret, and give its name")


FAMILY: Final[Family] = (
    (Rule("SE101", "no container is privileged", "Pod Security, baseline.", Severity.WARNING), _privileged),
    (Rule("SE102", "no container runs as root", "Pod Security, restricted.", Severity.WARNING), _root),
    (
        Rule("SE103", "a pod that must not run as root does not", "Kubernetes never starts the container."),
        _contradiction,
    ),
    (Rule("SE104", "a container has a security context", "Pod Security, restricted.", Severity.WARNING), _no_context),
    (Rule("SE105", "rights are not escalated", "Pod Security, restricted.", Severity.WARNING), _escalation),
    (
        Rule(
            "SE106",
            "the root file system is read-only",
            "The platform forbids to write anywhere but in the mounted volume.",
            Severity.WARNING,
        ),
        _writable_root,
    ),
    (Rule("SE107", "all capabilities are dropped", "Pod Security, restricted.", Severity.WARNING), _capabilities),
    (Rule("SE108", "no capability is added", "Pod Security, restricted.", Severity.WARNING), _added_capabilities),
    (Rule("SE109", "running as root is forbidden", "Pod Security, restricted.", Severity.WARNING), _non_root),
    (Rule("SE110", "system calls are filtered", "Pod Security, restricted.", Severity.WARNING), _seccomp),
    (
        Rule(
            "SE111",
            "the node's network, processes and memory stay its own",
            "Pod Security, baseline.",
            Severity.WARNING,
        ),
        _host,
    ),
    (
        Rule("SE201", "a secret is no plain variable", "Whoever may read the workflow reads it.", Severity.WARNING),
        _secret_in_clear,
    ),
    (
        Rule("SE202", "a secret is no parameter with a value", "Argo shows parameters to everyone.", Severity.WARNING),
        _secret_argument,
    ),
)
