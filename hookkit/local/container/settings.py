"""A ContainerPlan and the facts of an engine become what the engine is told: its API's own JSON."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hookkit.contract import VOLUME
from hookkit.errors import EngineError, Problem, shown
from hookkit.local.container.facts import EngineFacts
from hookkit.local.containerplan import SHARED_MEMORY_BYTES, ContainerPlan, Mount
from hookkit.local.sandbox.policy import MOST_PROCESSES

#: Podman makes these writable beside a read-only root, and has no setting against it.
_WRITABLE_BESIDE_ROOT: Final = ("/tmp", "/var/tmp", "/run")  # noqa: S108 - the container's own


def engine_settings(plan: ContainerPlan, facts: EngineFacts, labels: Mapping[str, str]) -> dict[str, Any]:
    """What the engine is asked to create.

    Raises:
        EngineError: a file's name is one that the engine can't take.

    """
    refuse_unmountable(plan.mounts, facts)
    return {
        "Image": str(plan.image),
        "Cmd": list(plan.arguments),
        "User": "0:0" if runs_as_root(facts) else plan.user,
        "Env": [f"{name}={text}" for name, text in plan.environment if text is not None],
        "Labels": dict(labels),
        "AttachStdout": True,
        "AttachStderr": True,
        "HostConfig": {
            "Init": True,
            "ReadonlyRootfs": True,
            "NetworkMode": "default" if plan.network else "none",
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges", *["label=disable"] * facts.selinux],
            "ShmSize": SHARED_MEMORY_BYTES,
            "Tmpfs": _tmpfs(plan, facts),
            "LogConfig": {"Type": "none"},  # it is read as it comes; no copy of it fills the engine's disk
            "UsernsMode": _users(facts),
            **_limits(plan, facts),
            **_mounts(plan.mounts, facts),
        },
    }


def runs_as_root(facts: EngineFacts) -> bool:
    """Whether the container's root is the only user that stands for the caller, so that outputs can be theirs."""
    return facts.rootless and facts.name == "docker"


def _users(facts: EngineFacts) -> str:
    """How users are counted in the container: as outside, or what it writes is not its caller's."""
    if facts.rootless:
        return "keep-id" if facts.name == "podman" else ""
    return "host" if facts.remapped else ""


def _limits(plan: ContainerPlan, facts: EngineFacts) -> dict[str, int]:
    """The limits that the engine can set: it refuses a container for one that it can't."""
    memory = {"Memory": plan.memory_bytes} if facts.memory else {}
    swap = {"MemorySwap": plan.memory_bytes} if facts.memory and facts.swap else {}
    cpu = {"NanoCpus": int(min(plan.cpus, facts.processors) * 1e9)} if facts.cpu else {}
    return {**memory, **swap, **cpu, **({"PidsLimit": MOST_PROCESSES} if facts.processes else {})}


def _tmpfs(plan: ContainerPlan, facts: EngineFacts) -> dict[str, str]:
    own = {} if plan.has_volume else {VOLUME: ""}
    return own | (dict.fromkeys(_WRITABLE_BESIDE_ROOT, "ro") if facts.name == "podman" else {})


# ---------------------------------------------------------------- mounts


def _mounts(mounts: tuple[Mount, ...], facts: EngineFacts) -> dict[str, Any]:
    as_binds = [mount for mount in mounts if _needs_bind(mount, facts)]
    return {
        "Mounts": [_mount_setting(mount) for mount in mounts if mount not in as_binds],
        "Binds": [f"{mount.source}:{mount.target}:{'ro' if mount.read_only else 'rw'}" for mount in as_binds],
    }


def _mount_setting(mount: Mount) -> dict[str, Any]:
    return {"Type": "bind", "Source": str(mount.source), "Target": mount.target, "ReadOnly": mount.read_only}


def _needs_bind(mount: Mount, facts: EngineFacts) -> bool:
    """Whether only the older setting takes it: Podman writes mounts as CSV without quotes, and reads them again."""
    return facts.name == "podman" and bool({*',"\n\r'} & {*str(mount.source), *mount.target})


def refuse_unmountable(mounts: tuple[Mount, ...], facts: EngineFacts) -> None:
    """Raise EngineError for files with names that can't be told the engine."""
    problems = [
        Problem(shown(path), words, "give it another name")
        for mount in mounts
        for path in (str(mount.source), mount.target)
        for words in _objections(path, bind=_needs_bind(mount, facts))
    ]
    if problems:
        raise EngineError(*dict.fromkeys(problems))


def _objections(path: str, *, bind: bool) -> Iterator[str]:
    if not _is_text(path):
        yield "its name is no UTF-8, and an engine takes no other"
    if bind and ":" in path:
        yield "Podman can't mount what has a colon and a comma, a quote or a newline in its name"


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
