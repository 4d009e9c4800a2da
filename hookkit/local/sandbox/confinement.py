"""A Policy becomes a Confinement: what a child does between fork and exec to give up all that the policy withholds.

All that can be made before the fork is made there; the child makes system calls, and tells what came of them.
"""

import errno
import json
import math
import os
import resource
import signal
import socket
import struct
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, Final, NamedTuple, Self

from hookkit.local.sandbox import landlock
from hookkit.local.sandbox.namespaces import leave, mount_shared_memory
from hookkit.local.sandbox.policy import MOST_PROCESSES, Policy
from hookkit.local.sandbox.seccomp import Filter, Network, assemble, restrictions
from hookkit.local.sandbox.syscalls import call, libc, machine

_DEATH_SIGNAL, _KEEP_CAPABILITIES, _BOUNDING_DROP, _REAPER, _NO_NEW_PRIVILEGES, _AMBIENT = 1, 8, 24, 36, 38, 47
_RAISE_AMBIENT, _CLEAR_AMBIENT = 2, 4
_CAPABILITY_VERSION: Final = 0x20080522
_OVERRIDE_PERMISSIONS: Final = 1
_CAPABILITIES: Final = 64
_MOST_BYTES: Final = 1 << 16


class Steps(NamedTuple):
    """What came of each step in the child: "" where it was done, else why not.

    Attributes:
        memory: whether it has a shared memory of its own.
        network: what the hook has of a network.
        listening: whether calls are asked about.

    """

    privileges: str = ""
    files: str = ""
    filter: str = ""
    namespace: str = ""
    memory: str = ""
    user: str = ""
    cpus: str = ""
    network: Network = "open"
    listening: bool = False


class Confinement:
    """Used once: `enter` in the child, `told` in the parent, in a with block that closes what is left.

    Args:
        policy: what the child may do.
        files: whether they are restricted; not where the child changes mounts, which Landlock forbids.
        before: a further step of the child, before it gives up its rights.
        objections: why the child isn't to go on, once it knows what came of the steps.

    """

    def __init__(
        self,
        policy: Policy,
        *,
        files: bool = True,
        before: Callable[[], None] | None = None,
        objections: Callable[[Steps], Collection[object]] = lambda _: (),
    ) -> None:
        self._policy = policy
        self._before = before
        self._objections = objections
        self._here, self._there = socket.socketpair()
        self._ruleset, self._no_ruleset = _ruleset(policy) if files else (None, "")
        self._filters = _filters(policy)

    # ------------------------------------------------------------ in the parent

    def told(self) -> tuple[Steps, int | None]:
        """What the child did, and the descriptor that tells of its calls; once the child was started.

        Raises:
            OSError: it told nothing, since it ended before.

        """
        self._there.close()
        data, descriptors, _, _ = socket.recv_fds(self._here, _MOST_BYTES, 1)
        if not data:
            raise OSError(errno.ESRCH, "it ended before it was confined")
        return Steps(**json.loads(data)), next(iter(descriptors), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._here.close()
        self._there.close()
        if self._ruleset is not None:
            os.close(self._ruleset)

    # ------------------------------------------------------------ in the child

    def enter(self) -> None:
        """Give up what the policy withholds, and tell the parent what came of it."""
        _limit_resources()
        libc("prctl", _REAPER, 1, 0, 0, 0)
        was_root = os.geteuid() == 0
        cpus = _tried(_keep_to_processors, self._policy.cpus)
        if self._before is not None:
            self._before()
        namespace, memory = self._leave()
        user = "" if self._policy.user is None else _tried(_become, self._policy.user)
        privileges = _tried(_drop_privileges, 1 << _OVERRIDE_PERMISSIONS if was_root else 0)
        files = self._no_ruleset or ("" if self._ruleset is None else _tried(landlock.restrict_self, self._ruleset))
        network: Network = "open" if self._policy.network else "refused" if namespace else "own"
        problem, listener = self._filter_calls(network)
        steps = Steps(
            privileges, files, problem, namespace, memory, user, cpus, network, listening=listener is not None
        )
        told = json.dumps(steps._asdict()).encode()
        socket.send_fds(self._there, [told], [] if listener is None else [listener])
        if self._objections(steps):
            raise OSError(errno.EPERM, "not confined as it has to be")
        # Last, since it is forgotten when rights change: without its runner a hook is stopped.
        libc("prctl", _DEATH_SIGNAL, int(signal.SIGTERM), 0, 0, 0)

    def _leave(self) -> tuple[str, str]:
        """Leave the machine's network and shared memory; why each could not be left."""
        try:
            if leave(network=not self._policy.network):
                _limit_processes(self._policy.processes)
        except OSError as error:
            words = error.strerror or str(error)
            return ("" if self._policy.network else words), words
        problem = _tried(mount_shared_memory)
        if not problem and self._ruleset is not None:
            landlock.allow_shared_memory(self._ruleset)
        return "", problem

    def _filter_calls(self, network: Network) -> tuple[str, int | None]:
        """Install the filter that asks, else the one that does without; why there is none, and the listener."""
        asking, plain = self._filters.get(network, (None, None))
        if asking is None or plain is None:
            return "the system calls of this machine are not known", None
        with suppress(OSError):  # an older kernel, or somebody listens already
            return "", asking.install(listen=True)
        return _tried(lambda: plain.install(listen=False)), None


def _ruleset(policy: Policy) -> tuple[int | None, str]:
    """The ruleset, or why there is none."""
    version = landlock.abi()
    if version < landlock.LEAST_ABI:
        return None, f"this kernel has {f'version {version} of Landlock only' if version else 'no Landlock'}"
    try:
        return landlock.create_ruleset(policy), ""
    except OSError as error:
        return None, f"Landlock: {error.strerror}"


def _filters(policy: Policy) -> dict[Network, tuple[Filter, Filter]]:
    """For each network that the child may come to have, the filter that asks, and the one that does not."""
    here = machine()
    networks: tuple[Network, ...] = ("open",) if policy.network else ("own", "refused")
    if here is None:
        return {}
    return {
        network: (
            Filter(assemble(here, restrictions(network, notify=True))),
            Filter(assemble(here, restrictions(network, notify=False))),
        )
        for network in networks
    }


def _tried(step: Callable[..., Any], *arguments: Any) -> str:
    """Take a step; "" or what was refused."""
    try:
        step(*arguments)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _limit_resources() -> None:
    """No core dumps, which would be written beside the products."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def _keep_to_processors(cpus: float) -> None:
    """Keep to as many processors as were declared, rounded up; as busy as they like."""
    mine = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, mine[: max(1, math.ceil(cpus))])


def _become(user: int) -> None:
    """Become a user that nobody is, with no group of others; rights over files stay until they are dropped."""
    if not _permitted() & 1 << _OVERRIDE_PERMISSIONS:
        raise OSError(errno.EPERM, "root without its rights over files could not write the outputs as somebody else")
    libc("prctl", _KEEP_CAPABILITIES, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    _limit_processes(MOST_PROCESSES)


def _limit_processes(most: int) -> None:
    """For a user, or a user namespace, that has no processes but these: the kernel counts by user."""
    with suppress(OSError, ValueError):  # a lower limit holds already
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


def _drop_privileges(wanted: int) -> None:
    """No capability but those wanted, none to be gained again, and no program that gives some.

    Who was root wants one, or could not even write into folders of others; what Landlock withholds it does not give.
    """
    kept = _permitted() & wanted
    for number in range(_CAPABILITIES):
        if not kept & 1 << number:
            with suppress(OSError):  # the kernel knows fewer, or this process may not, and then has none
                libc("prctl", _BOUNDING_DROP, number, 0, 0, 0)
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    call("capset", header, struct.pack("=6I", kept, kept, kept, 0, 0, 0))
    libc("prctl", _AMBIENT, _CLEAR_AMBIENT, 0, 0, 0)
    if kept:
        libc("prctl", _AMBIENT, _RAISE_AMBIENT, _OVERRIDE_PERMISSIONS, 0, 0)
    libc("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _permitted() -> int:
    """The capabilities that this process may have, as bits."""
    with open("/proc/thread-self/status", encoding="utf-8") as status:  # noqa: PTH123 - between fork and exec: no detours
        return int(next(line for line in status if line.startswith("CapPrm:")).split()[1], 16)
