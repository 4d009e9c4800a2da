"""The platform's rules about a running hook, and what each engine does about them: the one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


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
PRIVILEGES: Final = Rule("privileges", "no capabilities, no new privileges, no io_uring")
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
