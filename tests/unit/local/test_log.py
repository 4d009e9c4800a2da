"""A log goes on byte by byte, in flat memory, without secrets; its last lines are kept."""

import threading
import tracemalloc
from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookkit.local.log import KEPT_BYTES, KEPT_LINES, LONGEST_LINE, KeptLog
from hookkit.secret import MASK

SECRET = "the-secret-of-test-log-py"


class Shown:
    """A sink that takes the log as it was printed."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []

    def __call__(self, line: str) -> None:
        raise AssertionError(line)  # what takes blocks is never given lines

    def write(self, block: bytes) -> None:
        self.blocks.append(block)

    @property
    def bytes(self) -> bytes:
        return b"".join(self.blocks)


def logged(chunks: Iterable[bytes]) -> tuple[KeptLog, Shown]:
    """What is kept and what is shown of a log that came in these chunks."""
    shown = Shown()
    log = KeptLog(shown)
    for chunk in chunks:
        log.take(chunk)
    log.finish()
    return log, shown


def lines_of(chunks: Iterable[bytes]) -> list[str]:
    """What a sink that takes lines is given."""
    lines: list[str] = []
    log = KeptLog(lines.append)
    for chunk in chunks:
        log.take(chunk)
    log.finish()
    return lines


def broken(text: bytes, places: Iterable[int]) -> Iterator[bytes]:
    """A text in pieces."""
    ends = [0, *sorted(place for place in places if place < len(text)), len(text)]
    return (text[start:end] for start, end in pairwise(ends))


PRINTED = st.lists(
    st.sampled_from(
        [b"\n", b"\r\n", b"\r", b"a line", "\N{EURO SIGN}\N{GRINNING FACE}".encode(), b"\xff\x00", b"\x1b[31m"]
    )
).map(b"".join)


@given(text=PRINTED, places=st.lists(st.integers(0, 60)))
def test_every_byte_goes_on_wherever_the_chunks_break_off(text: bytes, places: list[int]) -> None:
    _, shown = logged(broken(text, places))

    assert shown.bytes == text + (b"" if text.endswith(b"\n") or not text else b"\n")
    assert all(block.endswith(b"\n") for block in shown.blocks)


@given(text=PRINTED, places=st.lists(st.integers(0, 60)))
def test_lines_are_the_same_wherever_the_chunks_break_off(text: bytes, places: list[int]) -> None:
    ended = text if text.endswith(b"\n") else text + b"\n"
    expected = ended.replace(b"\r\n", b"\n").decode("utf-8", "replace").split("\n")[:-1] if text else []

    log, _ = logged(broken(text, places))

    assert lines_of(broken(text, places)) == expected
    assert list(log.lines) == expected


def test_a_line_without_end_goes_on_before_its_end() -> None:
    shown = Shown()
    log = KeptLog(shown)

    log.take(b"x" * (2 * LONGEST_LINE))
    before = len(shown.bytes)
    log.take(b"y\n")

    assert before > LONGEST_LINE
    assert shown.bytes == b"x" * (2 * LONGEST_LINE) + b"y\n"


@pytest.mark.parametrize("shift", range(4))
def test_no_character_is_divided_where_a_long_line_is(shift: int) -> None:
    text = "x" * shift + "\N{GRINNING FACE}" * LONGEST_LINE

    pieces = lines_of(broken(text.encode(), range(0, 5 * LONGEST_LINE, 65_536)))

    assert len(pieces) > 1
    assert "".join(pieces) == text


def test_a_report_keeps_the_last_lines() -> None:
    text = "".join(f"{number}\n" for number in range(10 * KEPT_LINES)).encode()

    log, _ = logged(broken(text, range(0, len(text), 4000)))

    assert list(log.lines) == [str(number) for number in range(9 * KEPT_LINES, 10 * KEPT_LINES)]


def test_of_long_lines_a_report_keeps_as_many_as_it_has_room_for() -> None:
    long = b"x" * (KEPT_BYTES // 4 - 1)

    log, _ = logged([b"first\n", *[long + b"\n"] * 4, b"last\n"])

    assert [len(line) for line in log.lines] == [len(long)] * 3 + [len("last")]


def test_of_a_line_without_end_a_report_keeps_the_end() -> None:
    log, _ = logged([b"start", *[b"x" * 65_536] * 100, b"end"])

    [line] = log.lines
    assert KEPT_BYTES - 4 < len(line) <= KEPT_BYTES + 1
    assert line.endswith("xend")


@pytest.mark.parametrize(
    "chunk", [b"x\n" * 32_768, b"x" * 65_536, b"\xff\n" * 32_768], ids=["lines", "endless", "binary"]
)
def test_memory_stays_flat_however_much_is_printed(chunk: bytes) -> None:
    log = KeptLog(Nobody())
    few = _peak(log, chunk, 40)

    assert _peak(log, chunk, 4000) < few * 1.1


class Nobody:
    """A sink that keeps nothing."""

    def __call__(self, line: str) -> None: ...

    def write(self, block: bytes) -> None: ...


def _peak(log: KeptLog, chunk: bytes, times: int) -> int:
    tracemalloc.start()
    try:
        for _ in range(times):
            log.take(chunk)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_threads_may_print_at_once() -> None:
    shown = Shown()
    log = KeptLog(shown)
    threads = [threading.Thread(target=_print_lines, args=(log, 3000)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert shown.bytes == (b"x" * 100 + b"\n") * 12_000
    assert log.lines == ("x" * 100,) * KEPT_LINES


def _print_lines(log: KeptLog, count: int) -> None:
    for _ in range(count):
        log("x" * 100)


# ---------------------------------------------------------------- secrets


@pytest.fixture
def secret() -> str:
    MASK.add(SECRET)
    return SECRET


#: Most of them where a piece is handed on, and so where a secret would be divided.
PLACES = st.one_of(st.integers(LONGEST_LINE - 40, LONGEST_LINE), st.integers(0, 2 * LONGEST_LINE))


@given(before=PLACES, size=st.sampled_from([1000, 4096, 65_536]))
def test_a_secret_is_hidden_wherever_it_stands_in_a_line_without_end(before: int, size: int) -> None:
    MASK.add(SECRET)
    text = b"x" * before + SECRET.encode() + b"y" * LONGEST_LINE

    log, shown = logged(broken(text, range(0, len(text), size)))

    assert shown.bytes == b"x" * before + b"***" + b"y" * LONGEST_LINE + b"\n"
    assert SECRET not in "\n".join(log.lines)


def test_a_line_of_nothing_but_secrets_is_hidden(secret: str) -> None:
    text = secret.encode() * 20_000

    _, shown = logged(broken(text, range(0, len(text), 65_536)))

    assert shown.bytes == b"***" * 20_000 + b"\n"


@given(text=PRINTED, places=st.lists(st.integers(0, 60)))
def test_all_but_secrets_stays_what_it_was(text: bytes, places: list[int]) -> None:
    MASK.add(SECRET)

    _, shown = logged(broken(text + SECRET.encode() + text, places))

    assert shown.bytes.removesuffix(b"\n") == (text + b"***" + text).removesuffix(b"\n")
