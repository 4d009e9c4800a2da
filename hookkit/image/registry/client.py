"""A Request to a repository becomes an Answer of an expected status: authorized, redirected, and tried again."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin

from hookkit.errors import Problem, RegistryError
from hookkit.image.registry.address import Address, is_loopback, origin
from hookkit.image.registry.authorization import Authorization
from hookkit.image.registry.challenge import Challenge
from hookkit.image.registry.connections import Connections, speaks_tls
from hookkit.image.registry.credentials import Credentials, find_credentials
from hookkit.image.registry.patience import Patience, Result
from hookkit.image.registry.refusal import Asking, refusal
from hookkit.image.registry.token import Scopes, Token, TokenService
from hookkit.image.registry.transport import Answer, Body, Transport
from hookkit.reference import ImageReference

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 5


@dataclass(frozen=True)
class Request:
    """What to ask a registry.

    Attributes:
        method: GET and HEAD follow redirects.
        path: below the repository, such as `manifests/latest`, or a whole address that an answer gave.
        expected: the statuses that are no refusal.
        streamed: leave the body of an expected answer to be read piece by piece.

    """

    method: str
    path: str
    expected: frozenset[int] = frozenset({HTTPStatus.OK})
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = None
    streamed: bool = False


class RegistryClient:
    """Talks to one repository of a registry; several threads may use it.

    Args:
        reference: the image's name, for messages and for the repository.
        scopes: what tokens must allow.
        patience: how long to wait.

    """

    def __init__(self, reference: ImageReference, scopes: Scopes, patience: Patience | None = None) -> None:
        self.address = Address.of(reference)
        self.where = str(reference)
        self._patience = patience or Patience()
        self._scopes = scopes
        self._connections = Connections(self._patience)
        self._transport = Transport(self._patience, self._connections)
        self._authorization = Authorization(lambda: find_credentials(self.address), self._token)
        self._stopped = threading.Event()

    def ask(self, request: Request) -> Answer:
        """Ask until there is an answer.

        Raises:
            RegistryError: it's refused, or there's none.

        """
        return self.persist(lambda: self.ask_once(request))

    def ask_once(self, request: Request) -> Answer:
        """Ask, once more with other credentials or a new token where the registry wants some.

        Raises:
            PassingError: it's refused, or there's no answer, but may be granted at another time.
            RegistryError: it's refused, or there's no answer.

        """
        shown = self._authorization.header(self._scopes)
        answer = self._followed(request, shown)
        if answer.status == HTTPStatus.UNAUTHORIZED and self._is_own(answer.url):
            challenges = answer.headers.get("WWW-Authenticate", "")
            if (renewed := self._authorization.renewed(challenges, self._scopes, shown)) != shown:
                answer = self._followed(request, renewed)
        if answer.status in request.expected:
            return answer
        raise refusal(self._asking, answer)

    def persist(self, attempt: Callable[[], Result]) -> Result:
        """Try something again until it goes well, or patience is over; RegistryError then."""
        return self._patience.persist(attempt, self.check_stopped)

    def location(self, answer: Answer) -> str:
        """The address that an answer leads to.

        Raises:
            RegistryError: there's none, or it leads from https to plain HTTP.

        """
        try:
            url = urljoin(answer.url, answer.headers["Location"])
            scheme, host, _ = origin(url)
        except (KeyError, ValueError):
            scheme = host = url = ""
        if not host or scheme not in {"http", "https"}:
            raise self._odd("leads on without saying where")
        if scheme == "http" and self._base.startswith("https:"):
            raise self._odd("leads from https to plain HTTP")
        return url

    def stop(self) -> None:
        """Let whoever waits in another thread give up."""
        self._stopped.set()

    def check_stopped(self, seconds: float = 0) -> None:
        """Wait so long, then go on; RegistryError where it's over."""
        if self._stopped.wait(seconds) if seconds else self._stopped.is_set():
            raise RegistryError(Problem(self.where, "was given up"))

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    # ------------------------------------------------------------ on the way

    @cached_property
    def _base(self) -> str:
        host = self.address.host
        is_plain = is_loopback(host) and not speaks_tls(host)
        return f"http://{host}" if is_plain else f"https://{host}"

    def _is_own(self, url: str) -> bool:
        return origin(url) == origin(self._base)

    def _followed(self, request: Request, shown: str) -> Answer:
        url = urljoin(f"{self._base}/v2/{self.address.repository}/", request.path)
        for _ in range(_MOST_REDIRECTS):
            answer = self._sent(request, url, shown)
            if answer.status not in _REDIRECTS or request.method not in {"GET", "HEAD"}:
                return answer
            url = self.location(answer)
        raise self._odd("leads from one address to the next without end")

    def _sent(self, request: Request, url: str, shown: str) -> Answer:
        """Send, and show who asks to nobody but the registry itself."""
        headers = {"Authorization": shown} if shown and self._is_own(url) else {}
        answer = self._transport.send(request.method, url, {**request.headers, **headers}, request.body)
        is_left = request.streamed and answer.status in request.expected
        return answer if is_left else answer.whole()  # here, where it can be asked for again if it's cut off

    def _token(self, challenge: Challenge, scopes: Scopes, credentials: Credentials | None) -> Token:
        asking = replace(self._asking, credentials=credentials)
        service = TokenService(self._transport, asking, plain=self._base.startswith("http:"))
        return service.token(challenge, scopes, credentials)

    @property
    def _asking(self) -> Asking:
        return Asking(self.where, self.address, self._authorization.credentials)

    def _odd(self, what: str) -> RegistryError:
        return RegistryError(Problem(self.where, f"{self.address.registry} {what}", "ask who runs it"))
