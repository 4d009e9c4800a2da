"""What `docker login`, `podman login` and `skopeo login` left on this machine becomes Credentials for a registry.

Sources: Docker's `config.json` with credential helpers; containers-auth.json(5).
"""

import base64
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hookkit.errors import Problem, RegistryError
from hookkit.image.registry.address import DEFAULT_REGISTRY, Address, known_as
from hookkit.image.registry.credential_helper import ask_helper
from hookkit.secret import Secret

#: Under which Docker's own registry stands in configurations, and in what helpers keep.
_DEFAULT_KEY: Final = f"https://index.{DEFAULT_REGISTRY}/v1/"
_NONE: Final = Secret("")


@dataclass(frozen=True)
class Credentials:
    """Who asks.

    Attributes:
        place: where they were found, for messages.
        user, password: of a login.
        identity_token: to be exchanged for tokens in place of user and password.
        registry_token: to be shown as it is.

    """

    place: str
    user: str = ""
    password: Secret = _NONE
    identity_token: Secret = _NONE
    registry_token: Secret = _NONE

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must not show."""
        return tuple(one for one in (self.password, self.identity_token, self.registry_token) if one)


def find_credentials(address: Address, environment: Mapping[str, str] = os.environ) -> Credentials | None:
    """The credentials for a repository; None where there are none.

    Raises:
        RegistryError: a file or a credential helper that should have them is broken.

    """
    return next(_found(address, environment), None)


def _found(address: Address, environment: Mapping[str, str]) -> Iterator[Credentials]:
    for path in credential_files(environment):
        settings = read_settings(path)
        try:
            yield from _from_helpers(address, settings, environment)
            yield from _from_entries(address, settings, path)
        except (AttributeError, TypeError, ValueError):
            what = f"its credentials for {address.registry} can't be read"
            raise RegistryError(Problem(str(path), what, f"mend it, or log in anew with `{address.login}`")) from None


def credential_files(environment: Mapping[str, str]) -> Iterator[Path]:
    """Where credentials may stand; what the user named comes first."""
    home = _home(environment)
    if named := environment.get("REGISTRY_AUTH_FILE"):
        yield Path(named)
    yield Path(environment.get("DOCKER_CONFIG") or home / ".docker") / "config.json"
    for variable, default in (("XDG_RUNTIME_DIR", None), ("XDG_CONFIG_HOME", home / ".config")):
        if folder := environment.get(variable) or default:
            yield Path(folder) / "containers" / "auth.json"


def _home(environment: Mapping[str, str]) -> Path:
    """Where this user is at home; a place with nothing in it where nobody knows."""
    try:
        return Path(environment.get("HOME") or Path.home())
    except RuntimeError:
        return Path(os.devnull)


def read_settings(path: Path) -> Mapping[str, Any]:
    try:
        settings = json.loads(path.read_bytes() or b"{}")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise RegistryError(Problem(str(path), f"can't be read: {error.strerror}", "mend its permissions")) from None
    except ValueError:
        settings = None
    if not isinstance(settings, dict):
        raise RegistryError(Problem(str(path), "is not an object of JSON", "mend it, or remove it and log in anew"))
    return settings


def _from_helpers(
    address: Address, settings: Mapping[str, Any], environment: Mapping[str, str]
) -> Iterator[Credentials]:
    helpers = _by_name(settings.get("credHelpers"))
    named = [helpers[key] for key in _keys(address) if key in helpers] or [settings.get("credsStore")]
    if program := named[0]:
        server = _DEFAULT_KEY if address.registry == DEFAULT_REGISTRY else address.registry
        if answer := ask_helper(str(program), server, environment):
            user, secret = answer
            yield _with_token(str(program), secret) if user == "<token>" else Credentials(str(program), user, secret)


def _with_token(place: str, token: Secret) -> Credentials:
    return Credentials(place, identity_token=token)


def _from_entries(address: Address, settings: Mapping[str, Any], path: Path) -> Iterator[Credentials]:
    entries = _by_name(settings.get("auths"))
    for entry in (entries[key] for key in _keys(address) if key in entries):
        if found := _credentials(entry, str(path)):
            yield found


def _credentials(entry: Mapping[str, str], place: str) -> Credentials | None:
    user, password = entry.get("username") or "", entry.get("password") or ""
    if encoded := entry.get("auth"):
        # Some writers pad the password with NUL bytes.
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    found = Credentials(
        place,
        user,
        Secret(password.strip("\0")),
        Secret(entry.get("identitytoken") or ""),
        Secret(entry.get("registrytoken") or ""),
    )
    return found if found.user or found.identity_token or found.registry_token else None


def _by_name(entries: Mapping[str, Any] | None) -> dict[str, Any]:
    """Entries by the one name of their registry, and of their repository where they have one."""
    return {registry_name(key): entry for key, entry in (entries or {}).items()}


def registry_name(key: str) -> str:
    bare = key.removeprefix("https://").removeprefix("http://").rstrip("/")
    registry, slash, below = bare.partition("/")
    return known_as(registry) + (f"/{below}" if slash and below not in {"v1", "v2"} else "")


def _keys(address: Address) -> Iterator[str]:
    """Under which names credentials may stand, the most special first."""
    parts = address.repository.split("/")
    yield from ("/".join([address.registry, *parts[:count]]) for count in range(len(parts), -1, -1))
