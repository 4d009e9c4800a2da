"""Programs and surroundings that hookkit can do without become facts: argo, git, JupyterHub, containers, proxies."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hookkit.check.doctor.addresses import shown_address
from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.fact import Fact, Topic, limited, missing, ok, unknown
from hookkit.check.doctor.probing import Probe

GROUP: Final = "tools"
ARGO: Final = Topic(GROUP, "argo", "`hookkit check manifest --argo`")
GIT: Final = Topic(GROUP, "git", "keeping projects")
PLACE: Final = Topic(GROUP, "this place", "")
PROXIES: Final = Topic(GROUP, "proxies", "reaching registries")

_NEEDS_NONE: Final = "`hookkit check manifest` needs none"
_VERSION: Final = re.compile(r"v?(\d+\.\d+)\.\d+\S*")
_PROXY_VARIABLES: Final = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


def look_at_argo(desk: Desk) -> Iterator[Fact]:
    """The command line of Argo Workflows."""
    program = desk.program("argo")
    if not program:
        yield missing(ARGO, "not on PATH", f"{_NEEDS_NONE}; who wants it finds it among Argo's releases on GitHub")
        return
    # With what its user has set for it, argo would ask a server.
    environment = {name: text for name, text in desk.environment.items() if not name.startswith("ARGO_")}
    answer = desk.ask([program, "version", "--short"], environment)
    yield judge_argo(program, answer.text, answer.failure)


def judge_argo(program: str, text: str, failure: str) -> Fact:
    """What `argo version --short` comes to: `argo: v3.6.2`."""
    from hookkit.argo import ARGO_VERSIONS

    match = _VERSION.search(text)
    if failure or match is None:
        words = failure or "says no version"
        return unknown(ARGO, f"{program} {words}", f"look what it is; {_NEEDS_NONE}")
    if match[1] not in ARGO_VERSIONS:
        known = f"hookkit knows {ARGO_VERSIONS[0]} to {ARGO_VERSIONS[-1]}"
        return limited(ARGO, f"{match[0]}, {program}; {known}", "take one of those, the one that your platform runs")
    return ok(ARGO, f"{match[0]}, {program}")


def look_at_git(desk: Desk) -> Iterator[Fact]:
    """git, which new projects like to be kept in."""
    program = desk.program("git")
    answer = desk.ask([program, "--version"]) if program else None
    if answer is None:
        yield missing(GIT, "not on PATH", desk.install("git"))
    elif answer.failure:
        yield unknown(GIT, f"{program} {answer.failure}", "look what it is")
    else:
        yield ok(GIT, f"{answer.first_line.removeprefix('git version ')}, {program}")


def look_around(desk: Desk) -> Iterator[Fact]:
    """Where hookkit runs, as a fact."""
    places = {
        "JupyterHub": "JUPYTERHUB_USER" in desk.environment,
        "a pod of Kubernetes": "KUBERNETES_SERVICE_HOST" in desk.environment,
        "a container": any(Path(name).exists() for name in ("/.dockerenv", "/run/.containerenv")),
    }
    inside = [f"in {name}" for name, is_here in places.items() if is_here]
    yield ok(PLACE, ", ".join([*inside, "as root" if desk.is_root else f"as a plain user ({os.geteuid()})"]))
    given = {name: desk.environment[name] for name in _PROXY_VARIABLES if desk.environment.get(name)}
    if given:
        yield ok(PROXIES, ", ".join(f"{name}={shown_address(text)}" for name, text in given.items()))


PROBES: Final = (Probe(ARGO, look_at_argo), Probe(GIT, look_at_git), Probe(PLACE, look_around))
