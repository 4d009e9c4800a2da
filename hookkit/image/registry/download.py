"""What a repository keeps under a digest becomes a stream of bytes, taken up where it broke off."""

import io
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from hookkit.errors import Problem
from hookkit.image.registry.client import RegistryClient, Request
from hookkit.image.registry.patience import PassingError
from hookkit.image.registry.transport import Answer

_PIECE: Final = 1 << 16
_FOUND: Final = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT})


class Download(io.RawIOBase):
    """Bytes to be read once; whoever reads holds them against their digest.

    Args:
        client: of the repository.
        request: for the whole.
        size: how many bytes there should be.

    """

    def __init__(self, client: RegistryClient, request: Request, size: int) -> None:
        super().__init__()
        self._client = client
        self._request = replace(request, expected=_FOUND, streamed=True)
        self._size = size
        self._answer: Answer | None = None
        self._done = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, as many or fewer; none at the end.

        Raises:
            RegistryError: they don't come, or break off too often.

        """
        if self._done >= self._size:
            return b""
        piece = self._client.persist(lambda: self._next(size if size >= 0 else _PIECE))
        self._done += len(piece)
        return piece

    def close(self) -> None:
        """Give up the connection."""
        self._drop()
        super().close()

    def _next(self, size: int) -> bytes:
        """Bytes from where we are; after a failure the next attempt asks for the rest anew."""
        try:
            self._answer = self._answer or self._opened()
            if piece := self._answer.read(size):
                return piece
        except PassingError:
            self._drop()
            raise
        self._drop()
        words = f"a blob ends after {self._done} of {self._size} bytes"
        raise PassingError(Problem(self._client.where, words, "try again, or ask who runs the registry"))

    def _opened(self) -> Answer:
        """The blob from where we are, whether the registry gives parts of blobs or not."""
        rest = {"Range": f"bytes={self._done}-"} if self._done else {}
        answer = self._client.ask_once(replace(self._request, headers={**self._request.headers, **rest}))
        if answer.status == HTTPStatus.OK:
            _skip(answer, self._done)
        return answer

    def _drop(self) -> None:
        if self._answer is not None:
            self._answer.close()
            self._answer = None


def _skip(answer: Answer, size: int) -> None:
    while size > 0 and (piece := answer.read(min(size, _PIECE))):
        size -= len(piece)
