"""A file in the cache becomes a blob of a repository, with no byte sent that the registry has."""

import hashlib
import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import IO, Final, cast
from urllib.parse import urlencode, urlsplit, urlunsplit

from hookkit.cache import Cache
from hookkit.errors import Problem, RegistryError
from hookkit.image.oci.blobs import DamagedBlobError
from hookkit.image.oci.model import Descriptor
from hookkit.image.registry.client import RegistryClient, Request
from hookkit.image.registry.patience import PassingError
from hookkit.image.registry.tally import Tally

#: A registry that doesn't say yes has not got it, as far as we're concerned: what's wrong shows when it's sent.
MAYBE: Final = frozenset({*map(HTTPStatus, (200, 400, 401, 403, 404, 405))})
_MOUNTED_OR_NOT: Final = MAYBE - {HTTPStatus.OK} | {HTTPStatus.CREATED, HTTPStatus.ACCEPTED}
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE})
_KEPT: Final = frozenset({HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT})


@dataclass(frozen=True)
class Payload:
    """What to send.

    Attributes:
        descriptor: its digest and size.
        fetch: gives the file that holds it, or its bytes.
        mount_from: a repository of the same registry that has it; "" where none is known.

    """

    descriptor: Descriptor
    fetch: Callable[[], Path | bytes] = field(repr=False)
    mount_from: str = ""


@dataclass(frozen=True)
class Uploader:
    """Sends blobs to the repository of a client; several threads may use it."""

    client: RegistryClient
    cache: Cache
    tally: Tally

    def send(self, payload: Payload) -> None:
        """See to it that the registry has a blob.

        Raises:
            RegistryError: the registry doesn't take it, or another one doesn't give a layer of the base.
            DamagedBlobError: it was damaged in the cache, and is dropped from it.

        """
        self.client.check_stopped()
        if self._has(payload) or (payload.mount_from and self._mounted(payload)):
            self.tally.tell(payload.descriptor.digest, payload.descriptor.size)
            return
        try:
            self._send(payload)
        except DamagedBlobError:
            # A layer of the base is had anew; what this build made is missing now, and the next one makes it.
            self.cache.forget_blob(payload.descriptor.digest)
            self._send(payload)

    # ------------------------------------------------------------ what need not be sent

    def _has(self, payload: Payload) -> bool:
        answer = self.client.ask(Request("HEAD", f"blobs/{payload.descriptor.digest}", MAYBE))
        return answer.status == HTTPStatus.OK

    def _mounted(self, payload: Payload) -> bool:
        query = urlencode({"mount": payload.descriptor.digest, "from": payload.mount_from})
        answer = self.client.ask(Request("POST", f"blobs/uploads/?{query}", _MOUNTED_OR_NOT))
        if answer.status == HTTPStatus.ACCEPTED:
            with suppress(RegistryError):  # an upload was opened in its place, which nobody needs
                self.client.ask_once(Request("DELETE", self.client.location(answer), _KEPT | _GONE))
        return answer.status == HTTPStatus.CREATED

    # ------------------------------------------------------------ sending

    def _send(self, payload: Payload) -> None:
        held = payload.fetch()
        self.client.persist(lambda: self._attempt(payload, held))

    def _attempt(self, payload: Payload, held: Path | bytes) -> None:
        """Send it from its first byte on: what of a broken upload arrived, registries say each in their own way."""
        opened = self.client.ask_once(Request("POST", "blobs/uploads/", frozenset({HTTPStatus.ACCEPTED})))
        request = Request(
            "PUT",
            _with_digest(self.client.location(opened), payload.descriptor.digest),
            _KEPT | _GONE,
            {"Content-Type": "application/octet-stream", "Content-Length": str(payload.descriptor.size)},
            lambda: self._verified(payload, held),
        )
        if self.client.ask_once(request).status in _GONE:
            what = f"{self.client.address.registry} forgot an upload while it was sent"
            raise PassingError(Problem(self.client.where, what, "push once more"))

    def _verified(self, payload: Payload, held: Path | bytes) -> IO[bytes]:
        try:
            file = io.BytesIO(held) if isinstance(held, bytes) else held.open("rb")
        except OSError:
            raise DamagedBlobError(Path(str(held)), payload.descriptor.digest) from None
        return cast("IO[bytes]", _VerifiedFile(file, payload.descriptor, self._told))

    def _told(self, digest: str, done: int) -> None:
        self.client.check_stopped()
        self.tally.tell(digest, done)


class _VerifiedFile(io.RawIOBase):
    """A file that never gives its last bytes if its digest is another one: no registry gets a damaged blob whole."""

    def __init__(self, file: IO[bytes], descriptor: Descriptor, tell: Callable[[str, int], None]) -> None:
        super().__init__()
        self._file = file
        self._descriptor = descriptor
        self._tell = tell
        self._hash = hashlib.sha256()
        self._done = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes; DamagedBlobError where they are wrong or missing."""
        try:
            piece = self._file.read(size)
        except OSError:  # which would look like one of the connection
            raise self._damaged() from None
        self._hash.update(piece)
        self._done += len(piece)
        if (not piece or self._done >= self._descriptor.size) and not self._is_right():
            raise self._damaged()
        self._tell(self._descriptor.digest, self._done)
        return piece

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()

    def _damaged(self) -> DamagedBlobError:
        return DamagedBlobError(Path(str(getattr(self._file, "name", ""))), self._descriptor.digest)

    def _is_right(self) -> bool:
        digest = f"sha256:{self._hash.hexdigest()}"
        return (self._done, digest) == (self._descriptor.size, self._descriptor.digest)


def _with_digest(location: str, digest: str) -> str:
    """The address that ends an upload: what the registry wrote into it stays."""
    parts = urlsplit(location)
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit(parts._replace(query=f"{query}{urlencode({'digest': digest})}"))
