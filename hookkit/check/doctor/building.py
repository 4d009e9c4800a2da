"""What hookkit builds images with becomes facts: uv for the dependencies, apt for bases that are made of packages."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.fact import Fact, Topic, limited, missing, ok
from hookkit.check.doctor.probing import Probe

GROUP: Final = "building"
UV: Final = Topic(GROUP, "uv", "pinning dependencies")
APT: Final = Topic(GROUP, "apt", "bases of packages; `system-packages`")

_PROGRAMS: Final = ("apt-get", "apt-cache", "apt-config")
_OTHERWISE: Final = "set `base-image` in [tool.hookkit] to an image of a registry"
#: An index of packages a line: the archive, and the file where the machine keeps it.
_TARGETS: Final = ("indextargets", "--format", "$(SITE)\t$(FILENAME)", "Created-By: Packages")
_SHOWN: Final = 3


def look_at_uv(desk: Desk) -> Iterator[Fact]:
    """uv, which comes with hookkit."""
    from uv import find_uv_bin

    try:
        program = find_uv_bin()
    except FileNotFoundError:
        yield missing(UV, "its package is here, its program is not", "`pip install --force-reinstall uv`")
        return
    answer = desk.ask([program, "--version"])
    if answer.failure:
        yield missing(UV, f"{program} {answer.failure}", "`pip install --force-reinstall uv`")
    else:
        yield ok(UV, f"{' '.join(answer.first_line.split()[1:2])}, {program}")


def look_at_apt(desk: Desk) -> Iterator[Fact]:
    """apt, which hookkit uses as a plain user beside the machine's own; nothing is downloaded to find out."""
    absent = [name for name in _PROGRAMS if not desk.program(name)]
    if absent:
        yield missing(APT, f"no {', '.join(absent)} on PATH", f"{_OTHERWISE}, or build on a Debian or Ubuntu")
        return
    answer = desk.ask([desk.program("apt-get"), *_TARGETS], {**desk.environment, "LC_ALL": "C"})
    if answer.failure:
        yield limited(APT, f"apt-get {answer.failure}", f"mend apt's sources, or {_OTHERWISE}")
    else:
        yield judge_apt([line.partition("\t")[::2] for line in answer.text.splitlines()])


def judge_apt(targets: Sequence[tuple[str, str]]) -> Fact:
    """What apt's indexes of packages come to.

    Args:
        targets: of each its archive's address, and the file where the machine keeps it.

    """
    if not targets:
        remedy = f"add a source to /etc/apt/sources.list.d, name one under [tool.hookkit.apt], or {_OTHERWISE}"
        return missing(APT, "it has no archive of packages", remedy)
    # A host alone: an address may hold a password.
    hosts = list(dict.fromkeys(urlsplit(site).hostname or urlsplit(site).path for site, _ in targets))
    more = f" and {len(hosts) - _SHOWN} more" if len(hosts) > _SHOWN else ""
    kept = sum(any(Path(file).parent.glob(f"{Path(file).stem}*")) for _, file in targets)
    indexes = f"{kept} of {len(targets)} indexes here"
    return ok(APT, f"archives of {', '.join(hosts[:_SHOWN])}{more}; {indexes}; no root needed")


PROBES: Final = (Probe(UV, look_at_uv), Probe(APT, look_at_apt))
