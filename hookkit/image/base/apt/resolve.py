"""Names of packages become the packages themselves, with all that they depend on, as apt resolves them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final
from urllib.parse import unquote

from hookkit.cache import Cache
from hookkit.errors import BuildError, Problem
from hookkit.image.base.apt.contents import BASE_PACKAGES, FILES_ALONE, SCRIPT_TOOLS, SPARED
from hookkit.image.base.apt.package import DebPackage, read_stanzas
from hookkit.image.base.apt.private import PrivateApt, private_apt
from hookkit.image.base.apt.request import AptRequest
from hookkit.image.builder import Progress, Watcher, unwatched

#: Source: Debian's policy manual, 5.6.7. A hyphen at the end would tell apt to remove the package.
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9+.-]*[a-z0-9+.]")
#: `'http://…' zlib1g_1%3a1.2.13_amd64.deb 86684 SHA256:…`. A simulation would tell the same, in several times the time.
_CHOSEN: Final = re.compile(r"^'[^']*' (?P<name>[^\s_]+)_(?P<version>[^\s_]+)_[^\s_]+\.deb \d+", re.MULTILINE)
_SYSTEM_PACKAGES: Final = "system-packages"

_PRETENDED: Final = """\
Package: {name}
Status: install ok installed
Architecture: all
Multi-Arch: foreign
Version: 9999:0
Maintainer: nobody
Description: only scripts need it
"""
_STATUS_FIELDS: Final = ("Package", "Status", "Version", "Architecture", "Multi-Arch", "Provides")


def resolve_packages(request: AptRequest, cache: Cache, watch: Watcher = unwatched) -> tuple[DebPackage, ...]:
    """The packages that have to be added so that those that were asked for work, sorted by name.

    The archive's indexes are refreshed for that. Where nothing is installed, it's for a base that is assembled: Python
    and its libraries come along, and what only installation scripts need is left out.

    Raises:
        BuildError: a package does not exist or can't be installed; the archive can't be reached or trusted; no apt.
        CacheError: the cache can't be written.

    """
    _check_names(request.names)
    with private_apt(cache, request.settings, request.architecture) as apt:
        watch(Progress("refresh the index of packages"))
        apt.update()
        watch(Progress("resolve packages"))
        return _resolved(apt, request)


def _resolved(apt: PrivateApt, request: AptRequest) -> tuple[DebPackage, ...]:
    _check_known(apt, request.names)
    if request.installed:
        return _described(apt, _chosen(apt, request.names, _pretended(SCRIPT_TOOLS, request)))
    names = [one for one in (*BASE_PACKAGES, *request.names) if one not in FILES_ALONE]
    pretended = (*SCRIPT_TOOLS, *FILES_ALONE, *_spared(apt, request))
    return _described(apt, (*_chosen(apt, names, _pretended(pretended, request)), *FILES_ALONE))


def _spared(apt: PrivateApt, request: AptRequest) -> list[str]:
    """The packages for Python's old modules, but for those that something else needs."""
    needed = _chosen(apt, request.names, _pretended((*SCRIPT_TOOLS, *FILES_ALONE), request))
    return [one for one in SPARED if not any(spec.startswith(f"{one}=") for spec in needed)]


def _chosen(apt: PrivateApt, names: Sequence[str], installed: bytes) -> list[str]:
    """What apt would install for these names, each as `name=version`."""
    if not names:
        return []
    options = ("--print-uris", "--quiet=1", "--yes", "--no-install-recommends", "--no-remove", "--no-upgrade")
    said = apt.run("apt-get", "install", *options, "--", *names, installed=installed)
    return [f"{match['name']}={unquote(match['version'])}" for match in _CHOSEN.finditer(said)]


def _described(apt: PrivateApt, chosen: Iterable[str]) -> tuple[DebPackage, ...]:
    """The stanzas of the index that belong to `name` (the version that apt would take) or `name=version`."""
    wanted = tuple(chosen)
    return tuple(sorted(apt.show("--no-all-versions", *wanted))) if wanted else ()


def _pretended(names: Iterable[str], request: AptRequest) -> bytes:
    """A dpkg status of what is installed, and of packages that count as such, unless they are asked for."""
    there = list(read_stanzas(request.installed.decode(errors="replace")))
    taken = {stanza.get("Package") for stanza in there} | (set(request.names) - set(FILES_ALONE))
    parts = [_installed(stanza) for stanza in there if stanza.get("Status", "").endswith(" installed")]
    return "\n".join([*parts, *(_PRETENDED.format(name=one) for one in names if one not in taken)]).encode()


def _installed(stanza: Mapping[str, str]) -> str:
    """What apt has to know of a package that is there. What it depends on is not ours to mend, so apt isn't told."""
    return "".join(f"{name}: {stanza[name]}\n" for name in _STATUS_FIELDS if name in stanza)


def _check_names(names: Iterable[str]) -> None:
    remedy = "write names as `apt-cache search` prints them"
    wrong = [one for one in names if not _NAME.fullmatch(one)]
    if wrong:
        raise BuildError(*(Problem(_SYSTEM_PACKAGES, f"{one!r} is no name of a package", remedy) for one in wrong))


def _check_known(apt: PrivateApt, names: Iterable[str]) -> None:
    """Name all packages that don't exist at once; apt itself would take some of them for patterns."""
    known = set(apt.run("apt-cache", "pkgnames").split())
    unknown = [one for one in names if one not in known]
    if unknown:
        raise BuildError(*(_unknown(apt, one, known) for one in unknown))


def _unknown(apt: PrivateApt, name: str, known: Iterable[str]) -> Problem:
    # Comparing with all of some 60,000 names takes a second; a slip in the first letters is rare.
    close = get_close_matches(name, (one for one in known if one[:3] == name[:3]), n=1)
    remedy = f"did you mean {close[0]}?" if close else "look for its name with `apt-cache search`"
    return Problem(_SYSTEM_PACKAGES, f"{name} is no package of {apt.source} for {apt.architecture}", remedy)
