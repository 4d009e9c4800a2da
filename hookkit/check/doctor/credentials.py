"""What `docker login` and its like left becomes facts: for which registries, in which file; never what."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hookkit.check.doctor.desk import Desk
from hookkit.check.doctor.fact import Fact, Topic, limited, missing, ok
from hookkit.check.doctor.probing import Probe
from hookkit.errors import RegistryError
from hookkit.image.registry.credentials import credential_files, read_settings, registry_name

GROUP: Final = "registries"
NEEDED_FOR: Final = "pushing; private bases"
CREDENTIALS: Final = Topic(GROUP, "credentials", NEEDED_FOR)
HELPERS: Final = Topic(GROUP, "helpers", "credentials of programs")

_PREFIX: Final = "docker-credential-"
_LOGIN: Final = "`docker`, `podman` or `skopeo login REGISTRY`"
_SHOWN: Final = 8


@dataclass(frozen=True)
class AuthFile:
    """A file of credentials: names alone.

    Attributes:
        registries: that have an entry with something in it.
        helpers: programs that keep others, without their prefix.
        open_to_others: whether other users may read it.

    """

    path: Path
    registries: tuple[str, ...]
    helpers: tuple[str, ...]
    open_to_others: bool


def look_at_credentials(desk: Desk) -> Iterator[Fact]:
    """The files that hookkit reads credentials from, and the programs that they name."""
    seen: list[AuthFile] = []
    for path in credential_files(desk.environment):
        try:
            if file := read_auth_file(path):
                seen.append(file)
        except RegistryError as error:
            problem = error.problems[0]
            yield missing(CREDENTIALS, f"{problem.where}: {problem.what}", problem.remedy)
    yield from map(judge_file, (file for file in seen if file.registries))
    if not seen:
        yield ok(CREDENTIALS, f"none; {_LOGIN} leaves some")
    yield from judge_helpers({name for file in seen for name in file.helpers}, desk)


def read_auth_file(path: Path) -> AuthFile | None:
    """The names that a file holds; None where it is not there or holds none.

    Raises:
        RegistryError: it can't be read.

    """
    settings = read_settings(path)
    registries = tuple(registry_name(key) for key, entry in _table(settings, "auths") if entry)
    by_registry = (str(program) for _, program in _table(settings, "credHelpers"))
    helpers = tuple(dict.fromkeys([*by_registry, *filter(None, [str(settings.get("credsStore") or "")])]))
    if not registries and not helpers:
        return None
    return AuthFile(path, registries, helpers, bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)))


def _table(settings: Mapping[str, Any], name: str) -> Iterable[tuple[str, Any]]:
    table = settings.get(name)
    return table.items() if isinstance(table, dict) else ()


def judge_file(file: AuthFile) -> Fact:
    """What a file of credentials comes to."""
    more = f" and {len(file.registries) - _SHOWN} more" if len(file.registries) > _SHOWN else ""
    found = f"for {', '.join(file.registries[:_SHOWN])}{more} in {file.path}"
    if file.open_to_others:
        return limited(CREDENTIALS, f"{found}, which other users may read", f"`chmod 600 {file.path}`")
    return ok(CREDENTIALS, found)


def judge_helpers(named: Iterable[str], desk: Desk) -> Iterator[Fact]:
    """The programs that configurations name, and those that are here all the same."""
    for name in sorted(named):
        program = f"{_PREFIX}{name}"
        if desk.program(program):
            yield ok(HELPERS, program)
        else:
            remedy = "install it, or take it out of credsStore and credHelpers in Docker's config.json"
            yield missing(HELPERS, f"{program} is named in Docker's config.json, and is not on PATH", remedy)
    idle = sorted(set(_on_path(desk)) - set(named))
    if idle:
        yield ok(HELPERS, f"{', '.join(_PREFIX + name for name in idle)}: here, and named in no configuration")


def _on_path(desk: Desk) -> Iterator[str]:
    for folder in os.get_exec_path(dict(desk.environment)):
        with suppress(OSError):  # PATH names what is not there, and what others keep to themselves
            names = os.listdir(folder)  # noqa: PTH208 - names alone are wanted
            yield from (one.removeprefix(_PREFIX) for one in names if one.startswith(_PREFIX))


PROBES: Final = (Probe(CREDENTIALS, look_at_credentials),)
