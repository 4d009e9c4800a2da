"""A request becomes an Answer over HTTP, or a line that says why there is none; nothing is followed or repeated."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, Final, Self

from hookkit.errors import Problem, RegistryError
from hookkit.image.registry.address import host_of
from hookkit.image.registry.connections import Connections
from hookkit.image.registry.faults import explained
from hookkit.image.registry.patience import Patience
from hookkit.version import __version__

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

#: Manifests, tokens and words of errors: what is longer is none of them, and is not read into memory.
_MOST_BYTES: Final = 8 << 20

#: Bytes, or what opens a file of them: a request that's sent again needs it from its start.
Body = bytes | Callable[[], IO[bytes]] | None


@dataclass(frozen=True)
class Answer:
    """What came back from where: `whole` where it's small, `read` where it's not.

    Attributes:
        url: that was asked.
        response: urllib3's; its body is not read yet.
        seconds: that a piece of it may take.
        content: all of it, once it's whole.

    """

    url: str
    response: "BaseHTTPResponse" = field(repr=False)
    seconds: float
    content: bytes = b""

    @property
    def host(self) -> str:
        """Who answered, for messages."""
        return host_of(self.url)

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return self.response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; the case of their names does not matter."""
        return self.response.headers

    def whole(self) -> Self:
        """The same with its content, for a small answer.

        Raises:
            RegistryError: it's cut off, or too long.

        """
        try:
            with explained(self.host, self.seconds):
                content = self.response.read(_MOST_BYTES + 1)
        finally:
            self.close()
        if len(content) > _MOST_BYTES:
            what = f"answers with more than {_MOST_BYTES >> 20} MiB where a few lines are due"
            raise RegistryError(Problem(self.host, what, "see whether it's a registry"))
        return replace(self, content=content)

    def read(self, size: int) -> bytes:
        """The next bytes just as they were sent: their digest is of those.

        Raises:
            RegistryError: they don't come.

        """
        with explained(self.host, self.seconds):
            return self.response.read(size, decode_content=False)

    def close(self) -> None:
        """Give the connection back if all is read, else close it."""
        if self.response.closed:
            self.response.release_conn()
        else:
            self.response.close()


@dataclass(frozen=True)
class Transport:
    """Sends requests; several threads may use it."""

    patience: Patience
    connections: Connections

    def send(self, method: str, url: str, headers: Mapping[str, str], body: Body = None) -> Answer:
        """Send one request.

        Raises:
            PassingError: there's no answer, but there may be one at another time.
            RegistryError: there's none.

        """
        seconds = self.patience.answer
        with _opened(body) as content, explained(host_of(url), seconds):
            response = self.connections.to(url).request(
                method,
                url,
                body=content,
                headers={"User-Agent": f"hookkit/{__version__}", **headers},
                retries=False,
                redirect=False,
                preload_content=False,
            )
        return Answer(url, response, seconds)


@contextmanager
def _opened(body: Body) -> Iterator[bytes | IO[bytes] | None]:
    if not callable(body):
        yield body
        return
    with body() as file:
        yield file
