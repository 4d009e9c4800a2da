"""What the kernel lets this user do becomes facts: the parts of the sandbox, each really tried in a child process."""

import errno
import json
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hookkit.check.doctor.cgroup import cgroup_version
from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.fact import Fact, Topic, limited, missing, ok, unknown
from hookkit.check.doctor.probing import Probe
from hookkit.local import rules
from hookkit.local.sandbox.landlock import LEAST_ABI

GROUP: Final = "sandbox"
KERNEL: Final = Topic(GROUP, "kernel", "")
RULES: Final = Topic(GROUP, "rules", "`hookkit run`, as on the platform")
LANDLOCK: Final = Topic(GROUP, "Landlock", "keeping a hook to its files")
SECCOMP: Final = Topic(GROUP, "seccomp", "no io_uring, no odd sockets")
NOTIFICATION: Final = Topic(GROUP, "notifications", "naming what was refused")
PRIVILEGES: Final = Topic(GROUP, "privileges", "no capabilities")
NETWORK: Final = Topic(GROUP, "own network", "no network")
USERS: Final = Topic(GROUP, "user namespaces", "an own network, without root")
BWRAP: Final = Topic(GROUP, "bubblewrap", "images without an engine")
OWN_ROOT: Final = Topic(GROUP, "own root", "images without an engine")
CGROUPS: Final = Topic(GROUP, "cgroups", "")

_SECURITY: Final = Path("/sys/kernel/security/lsm")
_KERNEL_SETTINGS: Final = Path("/proc/sys")
#: A setting of the kernel -> the value that forbids user namespaces, and one that doesn't.
_FORBIDDING: Final = {
    "kernel.unprivileged_userns_clone": ("0", "1"),
    "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),
    "user.max_user_namespaces": ("0", "15000"),
}
#: Without these there is no talk of a sandbox.
_AT_LEAST: Final = {rule.name for rule in (rules.WRITES, rules.READS, rules.NETWORK, rules.SOCKETS)}
_POD: Final = "a container or pod around this refuses it: it can't be changed from inside"
_BWRAP: Final = ("--unshare-user", "--unshare-net", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "true")


@dataclass(frozen=True)
class Trial:
    """What the trial told.

    Attributes:
        landlock, user_namespace: `value`, or `errno` and `words`.
        steps: of the confinement: "" where one was done, else why not.
        not_enforced: the platform's rules that don't hold, by their names.
        own_root: why an image can't be a process's root; "" where it can.

    """

    landlock: Mapping[str, Any]
    user_namespace: Mapping[str, Any]
    steps: Mapping[str, Any]
    not_enforced: Sequence[str]
    own_root: str


def look_at_kernel(desk: Desk) -> Iterator[Fact]:
    """All that the sandbox is made of."""
    yield ok(KERNEL, f"Linux {platform.release()}, {platform.machine()}")
    # -P: nothing of the folder that hookkit is called in stands for one of its modules.
    answer = desk.ask([sys.executable, "-P", "-m", "hookkit.check.doctor.trial"], _with_hookkit(desk.environment))
    if answer.failure:
        yield unknown(RULES, f"the trial {answer.failure}", "report it: the sandbox itself may work")
        return
    trial = Trial(**json.loads(answer.text))
    yield judge_rules(trial)
    yield judge_landlock(trial, _security_modules(), desk)
    yield judge_seccomp(trial)
    yield judge_notification(trial)
    if trial.steps["privileges"]:
        yield limited(PRIVILEGES, trial.steps["privileges"], _POD)
    yield judge_network(trial)
    yield judge_users(trial, forbidding_settings(), desk)
    yield judge_root(trial)


def _with_hookkit(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables for a Python that finds the hookkit that runs, wherever it lies."""
    import hookkit

    return {**environment, "PYTHONPATH": str(Path(hookkit.__file__).parents[1])}


# ---------------------------------------------------------------- what it comes to


def judge_rules(trial: Trial) -> Fact:
    """How many of the platform's rules hold for a process."""
    if not trial.not_enforced:
        return ok(RULES, f"all {len(rules.RULES)} of the platform's rules hold")
    if set(trial.not_enforced) >= _AT_LEAST:
        return missing(RULES, "no sandbox", "see below; `hookkit run --engine container` needs none of it")
    return limited(RULES, f"all rules but {', '.join(trial.not_enforced)}", "see below")


def judge_landlock(trial: Trial, modules: str, desk: Desk) -> Fact:
    """What the kernel's answers about Landlock come to.

    Args:
        modules: the kernel's security modules that are switched on; "" where that is not known.

    """
    version = trial.landlock.get("value", 0)
    if version >= LEAST_ABI and not trial.steps["files"]:
        return ok(LANDLOCK, f"version {version}")
    if version:
        why = trial.steps["files"] if version >= LEAST_ABI else f"version {version}, and files need {LEAST_ABI}"
        return limited(LANDLOCK, why, "files need Linux 6.2 or later; `hookkit run --engine container` holds them, too")
    words, remedy = _absent_landlock(trial.landlock.get("errno", 0), modules, desk)
    return missing(LANDLOCK, words, remedy)


def _absent_landlock(number: int, modules: str, desk: Desk) -> tuple[str, str]:
    if number == errno.EOPNOTSUPP:
        now = modules or "what it says now"
        remedy = f"add landlock to the kernel's command line, `lsm=landlock,{now}`"
        return "it was not switched on when the machine started", f"{remedy}: {desk.by_root('reboot')}"
    if number == errno.ENOSYS:
        remedy = "Linux 6.2 or later has it; where a container refuses it, a newer seccomp profile lets it pass"
        return "this kernel has none, or a container hides it", remedy
    return "it is refused", _POD


def judge_seccomp(trial: Trial) -> Fact:
    """Whether system calls can be filtered."""
    if why := trial.steps["filter"]:
        return missing(SECCOMP, why, f"a kernel with CONFIG_SECCOMP_FILTER has it, on x86_64 and aarch64; {_POD}")
    return ok(SECCOMP, "filters can be set")


def judge_notification(trial: Trial) -> Fact:
    """Whether hookkit is asked about calls that a filter can't decide about."""
    if trial.steps["listening"]:
        return ok(NOTIFICATION, "hookkit is asked")
    if trial.steps["filter"]:
        return missing(NOTIFICATION, "without filters there are none", "see seccomp")
    remedy = "Linux 5.0 or later has them, once in a tree of processes: a sandbox around this one may use them"
    return limited(NOTIFICATION, "the kernel, or a sandbox around this one, refuses", remedy)


def judge_network(trial: Trial) -> Fact:
    """How a hook is kept from the network."""
    why = trial.steps["namespace"]
    if not why:
        return ok(NETWORK, "a network namespace")
    if trial.steps["filter"]:
        return missing(NETWORK, f"a network namespace is refused: {why}", "see seccomp and user namespaces")
    return limited(NETWORK, f"a network namespace is refused ({why})", "nothing to do: seccomp refuses it instead")


def judge_users(trial: Trial, forbidding: Mapping[str, str], desk: Desk) -> Fact:
    """Whether this user may have user namespaces.

    Args:
        forbidding: settings of the kernel that forbid them -> the value that would not.

    """
    if "value" in trial.user_namespace:
        return ok(USERS, "allowed")
    words = trial.user_namespace["words"]
    if forbidding:
        commands = " ".join(f"{name}={value}" for name, value in forbidding.items())
        named = ", ".join(forbidding)
        return missing(USERS, f"forbidden by {named} ({words})", desk.by_root(f"sysctl -w {commands}"))
    return missing(USERS, f"refused: {words}", _POD)


def judge_root(trial: Trial) -> Fact:
    """How an unpacked image is run."""
    if not trial.own_root:
        return ok(OWN_ROOT, "an unpacked image can be a process's root")
    return limited(OWN_ROOT, trial.own_root, "nothing to do: an image's own loader runs it, under Landlock")


def forbidding_settings(root: Path = _KERNEL_SETTINGS) -> dict[str, str]:
    """Settings of the kernel that forbid user namespaces, and the value of each that would not."""
    found = {}
    for name, (forbids, allows) in _FORBIDDING.items():
        with suppress(OSError):
            if (root / name.replace(".", "/")).read_text().strip() == forbids:
                found[name] = allows
    return found


def _security_modules() -> str:
    with suppress(OSError):
        return _SECURITY.read_text().strip()
    return ""


# ---------------------------------------------------------------- what is around it


def look_at_bubblewrap(desk: Desk) -> Iterator[Fact]:
    """bubblewrap: whether it is here, and whether it works."""
    program = desk.program("bwrap")
    if not program:
        yield missing(BWRAP, "not on PATH", desk.install("bubblewrap"))
        return
    version, tried = desk.ask([program, "--version"]), desk.ask([program, *_BWRAP])
    found = f"{version.first_line.removeprefix('bubblewrap ')}, {program}"
    yield (
        limited(BWRAP, f"{found}: {tried.failure}", "see user namespaces; nothing else needs it")
        if tried.failure
        else ok(BWRAP, found)
    )


def look_at_cgroups(_: Desk) -> Iterator[Fact]:
    """The version of control groups, which engines limit containers by."""
    version = cgroup_version()
    yield ok(CGROUPS, f"version {version}" if version else "none are mounted")


PROBES: Final = (Probe(RULES, look_at_kernel), Probe(BWRAP, look_at_bubblewrap), Probe(CGROUPS, look_at_cgroups))
