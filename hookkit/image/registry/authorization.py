"""Challenges and credentials become the header `Authorization`, renewed when its time is over."""

import threading
import time
from collections.abc import Callable

from hookkit.image.registry.challenge import Challenge, read_challenges
from hookkit.image.registry.credentials import Credentials
from hookkit.image.registry.token import Scopes, Token, basic

#: Gives a token; RegistryError where it can't.
Issue = Callable[[Challenge, Scopes, Credentials | None], Token]


class Authorization:
    """What a registry is shown; several threads may ask, and one of them gets what all then show.

    Nothing is shown before the registry asks, and credentials are not looked for before that.
    """

    def __init__(self, find: Callable[[], Credentials | None], issue: Issue) -> None:
        self._find = find
        self._issue = issue
        self._lock = threading.Lock()
        self._challenge: Challenge | None = None
        self._credentials: Credentials | None = None
        self._tokens: dict[Scopes, Token] = {}

    @property
    def credentials(self) -> Credentials | None:
        """Those that are shown; None before the registry asked, and where there are none."""
        return self._credentials

    def header(self, scopes: Scopes) -> str:
        """What to show now; "" for nothing.

        Raises:
            RegistryError: no token is given.

        """
        with self._lock:
            return self._header(scopes)

    def renewed(self, challenges: str, scopes: Scopes, refused: str) -> str:
        """What to show after `refused` was, with these challenges; the same again where there's nothing else.

        Raises:
            RegistryError: no token is given, or the configuration with credentials is broken.

        """
        with self._lock:
            if self._challenge is None:
                self._credentials = self._find()
            self._challenge = _preferred(read_challenges(challenges), self._credentials) or self._challenge
            known = self._tokens.get(scopes)
            if known is not None and _bearer(known) == refused:  # else another thread was faster
                del self._tokens[scopes]
            return self._header(scopes)

    def _header(self, scopes: Scopes) -> str:
        if self._challenge is None:
            return ""
        if self._challenge.scheme == "basic":
            return basic(self._credentials) if self._credentials else ""
        if self._credentials and self._credentials.registry_token:
            return f"Bearer {self._credentials.registry_token.reveal()}"
        known = self._tokens.get(scopes)
        if known is None or known.until <= time.monotonic():
            known = self._tokens[scopes] = self._issue(self._challenge, scopes, self._credentials)
        return _bearer(known)


def _bearer(token: Token) -> str:
    return f"Bearer {token.text.reveal()}"


def _preferred(challenges: tuple[Challenge, ...], credentials: Credentials | None) -> Challenge | None:
    """Tokens, which anybody may get; else user and password, where there are some."""
    by_scheme = {one.scheme: one for one in reversed(challenges)}
    bearer = by_scheme.get("bearer")
    if bearer is not None and (bearer.realm or (credentials and credentials.registry_token)):
        return bearer
    return by_scheme.get("basic")
