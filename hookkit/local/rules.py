"""The platform's rules about a running hook, and what each engine does about them: the one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class Rule:
    """A rule of the platform.

    Attributes:
        name: its name in reports: `network`.
        title: what must hold, in a few words.

    """

    name: str
    title: str


WRITES: Final = Rule("writes", "files are written, made and changed in the outputs and the work folder alone")
READS: Final = Rule("reads", "files are read that the container would have: its Python, the project, the inputs")
NETWORK: Final = Rule("network", "no network, unless the hook declares `network=True`")
SOCKETS: Final = Rule("sockets", "no local socket of the machine, such as a container engine's")
PRIVILEGES: Final = Rule("privileges", "no capabilities, no new privileges")
USER: Final = Rule("user", "the hook does not run as root")
MEMORY: Final = Rule("memory", "no more memory than declared, over all processes; else the hook is killed (137)")
TIME: Final = Rule("time", "no more time than declared; else the hook is stopped, then killed (137)")
CPU: Final = Rule("cpu", "no more processors than declared")
PROCESSES: Final = Rule("processes", "no more than 1,024 processes and threads")
ENVIRONMENT: Final = Rule("environment", "the variables of the container, not those of the author")

RULES: Final[Mapping[str, Rule]] = {
    rule.name: rule
    for rule in (WRITES, READS, NETWORK, SOCKETS, PRIVILEGES, USER, MEMORY, TIME, CPU, PROCESSES, ENVIRONMENT)
}

# ---------------------------------------------------------------- what each engine promises

#: `enforced` is caught always; `partly` as far as the words go.
Promise = Literal["enforced", "partly", "no"]


@dataclass(frozen=True)
class Way:
    """A way to run a hook.

    Attributes:
        name: as a report's `engine` has it.
        title: for people.
        promises: what comes of each rule, by its name, and how.

    """

    name: str
    title: str
    promises: Mapping[str, tuple[Promise, str]]


_WATCHED: Final[Mapping[str, tuple[Promise, str]]] = {
    "memory": ("enforced", "resident memory of all processes, watched every 20 ms; pages that forks share count once"),
    "time": ("enforced", "watched"),
    "cpu": ("partly", "by affinity: whole processors"),
    "processes": ("enforced", "watched"),
}
_NAMESPACES: Final[Mapping[str, tuple[Promise, str]]] = {
    "writes": ("enforced", "a read-only root"),
    "reads": ("enforced", "the image is the root"),
    "network": ("enforced", "a network of its own"),
    "sockets": ("enforced", "the image is the root"),
    "privileges": ("enforced", "no capabilities, no_new_privs, seccomp; no io_uring"),
    "user": ("enforced", "yourself; root becomes a user that nobody is"),
    **_WATCHED,
    "environment": ("enforced", "the image's variables alone"),
}
_PROCESS: Final[Mapping[str, tuple[Promise, str]]] = {
    "writes": ("enforced", "Landlock, version 3 or later; modes, owners and times of files by seccomp notifications"),
    "reads": ("enforced", "Landlock, version 3 or later"),
    "network": ("enforced", "a network of its own, where the kernel lets you; else seccomp (x86_64, aarch64)"),
    "sockets": ("enforced", "seccomp notifications"),
    "privileges": ("enforced", "no capabilities but root's over files, no_new_privs, seccomp; no io_uring"),
    "user": ("enforced", "yourself; root becomes a user that nobody is"),
    **_WATCHED,
    "environment": ("enforced", "the container's variables alone"),
}

PROCESS: Final = Way("process", "process", _PROCESS)
CONTAINER: Final = Way(
    "container docker",
    "container (Docker, podman)",
    dict.fromkeys(RULES, ("enforced", ""))
    | {
        "writes": ("enforced", "`--read-only`, inputs read-only; shared memory and message queues can be written"),
        "reads": ("enforced", "the image"),
        "network": ("enforced", "`--network none`"),
        "sockets": ("enforced", "the image"),
        "privileges": ("enforced", "`--cap-drop ALL`, no-new-privileges, the engine's seccomp profile"),
        "user": ("enforced", "your number; a random one for root"),
        "memory": ("enforced", "cgroup, no swap"),
        "time": ("enforced", "stopped, then killed"),
        "cpu": ("enforced", "cgroup"),
        "processes": ("enforced", "cgroup"),
        "environment": ("enforced", "the image's variables alone"),
    },
)
BUBBLEWRAP: Final = Way("container bubblewrap", "no engine: bubblewrap", _NAMESPACES)
NAMESPACES: Final = Way("container namespaces", "no engine: namespaces", _NAMESPACES)
LOADER: Final = Way(
    "container loader",
    "no engine: the image's loader",
    {**_PROCESS, "reads": ("enforced", "Landlock; of this machine /proc, /sys, some of /etc, and /bin/sh are seen")},
)
INLINE: Final = Way("inline", "inline", dict.fromkeys(RULES, ("no", "")))
WAYS: Final = (PROCESS, CONTAINER, BUBBLEWRAP, NAMESPACES, LOADER, INLINE)


_SIGNS: Final[Mapping[Promise, str]] = {"enforced": "yes", "partly": "partly", "no": "no"}


def render_promises() -> str:
    """The tables of the documentation: what each way enforces, and by what."""
    head = ["rule", *(way.title for way in WAYS)]
    rows = [[f"`{rule.name}`", *(_SIGNS[way.promises[rule.name][0]] for way in WAYS)] for rule in RULES.values()]
    by_what = [[f"`{rule.name}`", rule.title, *_words(rule)] for rule in RULES.values()]
    return f"{_table(head, rows)}\n{_table(['rule', 'what must hold', 'process', 'container', 'no engine'], by_what)}"


def _words(rule: Rule) -> tuple[str, ...]:
    return tuple(way.promises[rule.name][1] for way in (PROCESS, CONTAINER, NAMESPACES))


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, ["---"] * len(head), *rows))
