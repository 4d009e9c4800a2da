"""A Policy becomes a Confinement: what a child does between fork and exec to give up all that the policy withholds.

All that can be made before the fork is made there; the child makes system calls, and tells what came of them.
"""

import array
import errno
import json
import os
import signal
import socket
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, Final, NamedTuple, Self

from hookkit.local.sandbox import landlock
from hookkit.local.sandbox.namespaces import leave, mount_shared_memory
from hookkit.local.sandbox.policy import Policy
from hookkit.local.sandbox.privileges import (
    OVERRIDE_PERMISSIONS,
    TRACE_PROCESSES,
    become,
    choose_processors,
    drop_privileges,
    limit_core_dumps,
    limit_processes,
    permitted,
)
from hookkit.local.sandbox.seccomp import Filter, Network, assemble, restrictions
from hookkit.local.sandbox.syscalls import libc, machine

_DEATH_SIGNAL, _REAPER = 1, 36
_MOST_BYTES: Final = 1 << 16
#: Yama's setting: up to this a process may look into those that it started; who may trace all, up to the next.
_YAMA: Final = "/proc/sys/kernel/yama/ptrace_scope"
_OWN_CHILDREN: Final = 1


class Steps(NamedTuple):
    """What came of each step in the child: "" where it was done, else why not.

    Attributes:
        memory: whether it has a shared memory of its own.
        signals: whether those of the hook stay among its own processes.
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
    signals: str = ""
    network: Network = "open"
    listening: bool = False


class Confinement:
    """Used once: `enter` in the child, `told` in the parent, in a with block that closes what is left.

    Args:
        policy: what the child may do.
        files: whether they are restricted; not where the child changes mounts, which Landlock forbids.
        before: a further step of the child, before it gives up its rights.
        objections: why the child isn't to go on, once it knows what came of the steps.
        listen: whether somebody will answer what the filter asks.

    Attributes:
        mounts: the child's own view of the file systems as a descriptor, once it told; None where it has none.

    """

    def __init__(
        self,
        policy: Policy,
        *,
        files: bool = True,
        before: Callable[[], None] | None = None,
        objections: Callable[[Steps], Collection[object]] = lambda _: (),
        listen: bool = True,
    ) -> None:
        self._policy = policy
        # Root's right over files, which Landlock bounds. Where the files are the child's own, nothing is to be lifted.
        self._wanted = 1 << OVERRIDE_PERMISSIONS if files and os.geteuid() == 0 else 0
        self._before = before
        self._objections = objections
        self._listen = listen
        self._here, self._there = socket.socketpair()
        self._ruleset, self._no_ruleset = _ruleset(policy) if files else (None, "")
        self._signals = _signals() if files else ""
        self._filters = _filters(policy)
        self._processors = choose_processors(policy.cpus)
        self._yama = _yama()
        self.mounts: int | None = None

    # ------------------------------------------------------------ in the parent

    def told(self) -> tuple[Steps, int | None]:
        """What the child did, and the descriptor that tells of its calls; once the child was started.

        Raises:
            OSError: it told nothing, since it ended before.

        """
        self._there.close()
        data, descriptors, _, _ = socket.recv_fds(self._here, _MOST_BYTES, 2)
        if not data:
            raise OSError(errno.ESRCH, "it ended before it was confined")
        steps = Steps(**json.loads(data))
        listener = descriptors.pop(0) if steps.listening else None
        self.mounts = next(iter(descriptors), None)
        return steps, listener

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._here.close()
        self._there.close()
        for descriptor in (self._ruleset, self.mounts):
            if descriptor is not None:
                os.close(descriptor)

    # ------------------------------------------------------------ in the child

    def enter(self) -> None:
        """Give up what the policy withholds, and tell the parent what came of it."""
        self._here.close()  # the parent's; so it's known when there is no parent any more
        limit_core_dumps()
        libc("prctl", _REAPER, 1, 0, 0, 0)
        cpus = _tried(os.sched_setaffinity, 0, self._processors)
        if self._before is not None:
            self._before()
        namespace, memory = self._leave()
        can_be_asked = self._can_be_looked_at()
        user = "" if self._policy.user is None else _tried(become, self._policy.user, self._wanted)
        privileges = _tried(drop_privileges, self._wanted)
        files = self._no_ruleset or ("" if self._ruleset is None else _tried(landlock.restrict_self, self._ruleset))
        network: Network = "open" if self._policy.network else "refused" if namespace else "own"
        problem, listener = self._filter_calls(network, listen=can_be_asked and self._listen)
        # After all changes of rights, which make the kernel forget it: without its runner a hook is stopped.
        libc("prctl", _DEATH_SIGNAL, int(signal.SIGTERM), 0, 0, 0)
        steps = Steps(
            *(privileges, files, problem, namespace, memory, user, cpus, self._signals),
            network=network,
            listening=listener is not None,
        )
        self._tell(steps, listener)
        if self._objections(steps):
            raise OSError(errno.EPERM, "not confined as it has to be")

    def _tell(self, steps: Steps, listener: int | None) -> None:
        """Tell the parent; an error where it has ended meanwhile."""
        descriptors = array.array("i", [one for one in (listener, self.mounts) if one is not None])
        attached = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)] if descriptors else []
        self._there.sendmsg([json.dumps(steps._asdict()).encode()], attached, socket.MSG_NOSIGNAL)

    def _can_be_looked_at(self) -> bool:
        """Whether the parent may read this process's memory, without which it can't decide about calls."""
        return self._yama <= _OWN_CHILDREN or (
            self._yama == _OWN_CHILDREN + 1 and bool(permitted() >> TRACE_PROCESSES & 1)
        )

    def _leave(self) -> tuple[str, str]:
        """Leave the machine's network and shared memory; why each could not be left."""
        try:
            if leave(network=not self._policy.network):
                limit_processes(self._policy.processes)
        except OSError as error:
            words = error.strerror or str(error)
            return ("" if self._policy.network else words), words
        with suppress(OSError):  # nobody knows its orphans then
            self.mounts = os.open("/proc/self/ns/mnt", os.O_RDONLY)
        problem = _tried(mount_shared_memory)
        if not problem and self._ruleset is not None:
            landlock.allow_shared_memory(self._ruleset)
        return "", problem

    def _filter_calls(self, network: Network, *, listen: bool) -> tuple[str, int | None]:
        """Install the filter that asks, else the one that does without; why there is none, and the listener."""
        asking, plain = self._filters.get(network, (None, None))
        if asking is None or plain is None:
            return "the system calls of this machine are not known", None
        if listen:
            with suppress(OSError):  # an older kernel, or somebody listens already
                return "", asking.install(listen=True)
        return _tried(lambda: plain.install(listen=False)), None


def _yama() -> int:
    """Who may look into whom, as Yama has it; 0 where there is none."""
    with suppress(OSError, ValueError), open(_YAMA, encoding="ascii") as setting:  # noqa: PTH123 - before each run
        return int(setting.read())
    return 0


def _signals() -> str:
    """Why signals may leave the tree; "" where Landlock keeps them in."""
    if landlock.scopes_sockets():
        return ""
    return "signals reach other processes of the same user: there is no Landlock of version 6 or later"


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
