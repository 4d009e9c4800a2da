"""What uv prints becomes LockedRequirements; one that no hash can pin, or with a password, is refused."""

import re
from collections.abc import Iterable
from typing import Final

from hookkit.errors import DependencyError, Problem
from hookkit.image.lock import LockedRequirement

#: A user or password in a URL that is no `${VARIABLE}`.
_CREDENTIALS: Final = re.compile(r"://(?![^/@\s]*\$\{)[^/@\s]+@")
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_SEPARATORS: Final = re.compile(r"[-_.]+")
_VERSION: Final = re.compile(r"==\s*([^\s;,]+)")


def read_requirements(text: str) -> tuple[LockedRequirement, ...]:
    """Read what `uv pip compile` and `uv export` print: pip's format of requirements, with hashes."""
    lines = (line.strip() for line in text.replace("\\\n", " ").splitlines())
    return tuple(_requirement(line) for line in lines if line and not line.startswith(("#", "--")))


def refuse_unpinned(requirements: Iterable[LockedRequirement], where: str) -> None:
    """Refuse what has no hash, or a password.

    Raises:
        DependencyError: all that come from a folder or a repository, and all with a password in their URL.

    """
    if problems := [Problem(where, *words) for one in requirements for words in _refusals(one)]:
        raise DependencyError(*problems)


def refuse_credentials(requirements: Iterable[str], where: str) -> None:
    """Refuse requirements with a password in their URL before anybody is asked for them.

    Raises:
        DependencyError: it names them all.

    """
    found = (_credentials(one) for one in requirements)
    if problems := [Problem(where, *words) for words in found if words]:
        raise DependencyError(*problems)


def render_requirements(requirements: Iterable[LockedRequirement]) -> str:
    """The text that uv installs from: a line a requirement, with its hashes."""
    return "".join(
        " ".join([one.requirement, *(f"--hash={digest}" for digest in one.hashes)]) + "\n" for one in requirements
    )


def hashes_of(name: str, version: str, requirements: Iterable[LockedRequirement]) -> tuple[str, ...]:
    """The hashes that files of a package may have by the requirements; none where they do not name it."""
    return next((one.hashes for one in requirements if _is_of(name, version, one.requirement)), ())


def canonical_name(name: str) -> str:
    """A package's name as all of its spellings compare (PEP 503)."""
    return _SEPARATORS.sub("-", name).lower()


def is_named(name: str, requirement: str) -> bool:
    """Whether a requirement is one of this package."""
    match = _NAME.match(requirement)
    return match is not None and canonical_name(match[0]) == canonical_name(name)


def _is_of(name: str, version: str, requirement: str) -> bool:
    pinned = _VERSION.search(requirement.partition(";")[0])
    return is_named(name, requirement) and (pinned is None or pinned[1] == version)


def _requirement(line: str) -> LockedRequirement:
    requirement, *hashes = line.split(" --hash=")
    return LockedRequirement(" ".join(requirement.split()), tuple(one.strip() for one in hashes))


def _refusals(one: LockedRequirement) -> Iterable[tuple[str, str]]:
    if not one.hashes:
        what = (
            f"no hash pins {_without_credentials(one.requirement)}: a folder, a repository, or an index without hashes"
        )
        yield what, "build a wheel of it (`uv build --wheel`) and depend on that, or copy its code into the project"
    elif words := _credentials(one.requirement):
        yield words


def _credentials(requirement: str) -> tuple[str, str] | None:
    if not _CREDENTIALS.search(requirement):
        return None
    what = f"{_without_credentials(requirement)} has a password in its URL, which would go into the lock"
    return what, "write the URL without it, and keep it in netrc, where uv finds it"


def _without_credentials(requirement: str) -> str:
    return _CREDENTIALS.sub("://***@", requirement)
