"""What is read ahead is what would have been read, and nobody waits for a reader who left."""

import io
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.image.base.ahead import reading_ahead


class Failing(io.RawIOBase):
    """Gives some bytes, then fails."""

    def __init__(self, error: BaseException) -> None:
        self._answers: list[bytes | BaseException] = [b"some", error]

    def readable(self) -> bool:
        return True

    def read(self, _size: int = -1, /) -> bytes:
        answer = self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


@given(st.binary(max_size=50), st.integers(1, 9), st.lists(st.integers(0, 40), max_size=20))
def test_the_bytes_are_the_same_however_they_are_read(content: bytes, times: int, sizes: list[int]) -> None:
    whole = content * times

    with reading_ahead(io.BytesIO(whole)) as ahead:
        read = b"".join(ahead.read(size) for size in sizes) + ahead.read()

    assert read == whole


def test_more_than_waits_at_once_comes_whole() -> None:
    whole = bytes(range(256)) * (64 << 10)

    with reading_ahead(io.BytesIO(whole)) as ahead:
        assert ahead.read() == whole


def test_an_error_is_raised_where_it_is_read() -> None:
    with reading_ahead(Failing(ValueError("damaged"))) as ahead, pytest.raises(ValueError, match="damaged"):  # type: ignore[arg-type]
        ahead.read()


def test_whoever_leaves_early_leaves_no_thread() -> None:
    before = threading.active_count()

    with pytest.raises(ZeroDivisionError), reading_ahead(io.BytesIO(b"x" * (32 << 20))) as ahead:
        ahead.seek(1 // 0)

    assert threading.active_count() == before
