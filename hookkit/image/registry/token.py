"""A challenge and credentials become a Token, which lets its bearer use some repositories for a while.

Source: the distribution project's token authentication, by GET with user and password, or by POST as OAuth2.
"""

import json
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from hookkit.errors import Problem, RegistryError
from hookkit.image.registry.address import is_loopback
from hookkit.image.registry.challenge import Challenge
from hookkit.image.registry.credentials import Credentials
from hookkit.image.registry.refusal import Asking, refusal
from hookkit.image.registry.transport import Answer, Transport
from hookkit.secret import Secret

#: How long a token lasts where its giver doesn't say (distribution's token authentication).
_USUAL_SECONDS: Final = 60
#: So long before its end it is not used any more, lest it end on the way.
_MARGIN_SECONDS: Final = 10
_CLIENT: Final = "hookkit"

#: What may be done: `repository:NAME:pull,push`, each.
Scopes = tuple[str, ...]


@dataclass(frozen=True)
class Token:
    """Attributes:
    text: the token.
    until: when to get another one, by the monotonic clock, in seconds.

    """

    text: Secret
    until: float


def basic(credentials: Credentials) -> str:
    """User and password as the header `Authorization` has them, in UTF-8 as engines write it."""
    return f"Basic {b64encode(f'{credentials.user}:{credentials.password.reveal()}'.encode()).decode()}"


@dataclass(frozen=True)
class TokenService:
    """What gives tokens.

    Attributes:
        transport: that it's asked by.
        asking: for messages.
        plain: whether the registry is on this machine and speaks plain HTTP, so that this service may, too.

    """

    transport: Transport
    asking: Asking
    plain: bool

    def token(self, challenge: Challenge, scopes: Scopes, credentials: Credentials | None) -> Token:
        """Get a token, for whoever the credentials are of, or for anybody.

        Raises:
            RegistryError: none is given.

        """
        self._check(challenge.realm)
        asked_at = time.monotonic()
        if credentials is not None and credentials.identity_token:
            answer = self._post(challenge, scopes, credentials.identity_token)
        else:
            answer = self._get(challenge, scopes, credentials)
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise refusal(self.asking, answer)
        return self._read(answer, asked_at)

    def _check(self, realm: str) -> None:
        """Where credentials go must be a place that none but the registry's people read along at."""
        try:
            parts = urlsplit(realm)
            is_safe = parts.scheme == "https" or (parts.scheme == "http" and self.plain and is_loopback(parts.netloc))
        except ValueError:
            is_safe = False
        if not is_safe:
            what = f"{self.asking.address.registry} wants credentials sent to an address that is not https"
            raise RegistryError(Problem(self.asking.where, what, "ask who runs it; nothing was sent"))

    def _get(self, challenge: Challenge, scopes: Scopes, credentials: Credentials | None) -> Answer:
        query = urlencode([("service", challenge.service), *(("scope", scope) for scope in scopes)])
        joined = "&" if urlsplit(challenge.realm).query else "?"
        headers = {"Authorization": basic(credentials)} if credentials is not None else {}
        return self.transport.send("GET", f"{challenge.realm}{joined}{query}", headers).whole()

    def _post(self, challenge: Challenge, scopes: Scopes, identity: Secret) -> Answer:
        form = {
            "grant_type": "refresh_token",
            "service": challenge.service,
            "client_id": _CLIENT,
            "scope": " ".join(scopes),
            "refresh_token": identity.reveal(),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.transport.send("POST", challenge.realm, headers, urlencode(form).encode()).whole()

    def _read(self, answer: Answer, asked_at: float) -> Token:
        try:
            return _token(json.loads(answer.content), asked_at)
        except (ValueError, KeyError, TypeError, AttributeError):
            what = f"{answer.host} gives no token but something else"
            raise RegistryError(Problem(self.asking.where, what, "try later, or ask who runs it")) from None


def _token(given: Mapping[str, object], asked_at: float) -> Token:
    text = str(given.get("token") or given["access_token"])
    seconds = float(str(given.get("expires_in") or _USUAL_SECONDS))
    if not text.isascii() or not text.isprintable():
        raise ValueError("no header holds it")
    return Token(Secret(text), asked_at + max(seconds - _MARGIN_SECONDS, seconds / 2))
