"""What a hook prints goes on byte by byte to whoever looks on, and its last lines into the report."""

from collections import deque
from collections.abc import Callable
from threading import RLock
from typing import Final, Protocol, runtime_checkable

from hookkit.secret import MASK

#: Gets each line of the hook's log as it comes, without the newline; of a very long one each piece.
LogSink = Callable[[str], None]

#: Lines and bytes of the log that a report keeps: memory stays flat however much a hook prints.
KEPT_LINES: Final = 1000
KEPT_BYTES: Final = 1024 * 1024
#: Bytes after which a line is handed on before its end has come, so that memory stays flat here, too.
LONGEST_LINE: Final = 64 * 1024
#: Bytes at the end of such a piece that wait for the next one: a character, or a secret, may have begun there.
_CHARACTER: Final = 4
_SECRET: Final = LONGEST_LINE // 4


@runtime_checkable
class ByteSink(Protocol):
    """A LogSink that takes the log as it was printed: some hundred times faster than line by line."""

    def __call__(self, line: str, /) -> None:
        """Take a line."""

    def write(self, block: bytes, /) -> None:
        """Take whole lines with their newlines, or a piece of a very long one."""


class KeptLog:
    """Passes a log on and keeps its end; secrets are hidden once more, as native code may print them."""

    def __init__(self, sink: LogSink) -> None:
        self._pass_on = sink.write if isinstance(sink, ByteSink) else _by_line(sink)
        self._end = LogEnd()
        self._begun = b""
        self._turn = RLock()  # inline, any thread of the hook's prints, and so may a signal's handler

    def __call__(self, line: str) -> None:
        """Take a line."""
        self.take(line.encode("utf-8", "backslashreplace") + b"\n")

    def take(self, chunk: bytes) -> None:
        """Take what was printed next, wherever it breaks off."""
        lines, newline, begun = chunk.rpartition(b"\n")
        with self._turn:
            if newline:
                whole, self._begun = self._begun + lines + newline, begun
                self._give(_hidden(whole))
            else:
                self._begun += begun
            if len(self._begun) >= LONGEST_LINE:
                self._give_piece()

    def finish(self) -> None:
        """All is printed: a last line gets its newline."""
        if self._begun:
            self.take(b"\n")

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines kept."""
        return self._end.lines

    def _give(self, block: bytes) -> None:
        self._end.add(block)
        self._pass_on(block)

    def _give_piece(self) -> None:
        line = _hidden(self._begun)
        at = _character_at(line, max(len(line) - (_SECRET if MASK else _CHARACTER), 0))
        self._begun = line[at:]
        self._give(line[:at])


def _by_line(sink: LogSink) -> Callable[[bytes], None]:
    def pass_on(block: bytes) -> None:
        for line in _lines(block):
            sink(line)

    return pass_on


def _lines(block: bytes) -> list[str]:
    """Bytes as lines of text, whichever system's newlines they have."""
    return block.replace(b"\r\n", b"\n").removesuffix(b"\n").decode("utf-8", "replace").split("\n")


def _hidden(block: bytes) -> bytes:
    """Without the texts of secrets; all other bytes stay what they are."""
    if not MASK:
        return block
    return MASK.hide(block.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _character_at(text: bytes, at: int) -> int:
    """Where the character begins that has its bytes at a place."""
    before = range(at, max(at - _CHARACTER, -1), -1)
    return next((place for place in before if text[place] & 0xC0 != 0x80), at)  # noqa: PLR2004 - 10xxxxxx goes on


class LogEnd:
    """The last lines of a log, in flat memory."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[bytes, int]] = deque()
        self._count = self._size = 0

    def add(self, block: bytes) -> None:
        """Add what was printed next, and forget what no report will show."""
        count = block.count(b"\n")
        self._blocks.append((block, count))
        self._count += count
        self._size += len(block)
        while self._count - self._blocks[0][1] > KEPT_LINES or self._size - len(self._blocks[0][0]) > KEPT_BYTES:
            oldest, count = self._blocks.popleft()
            self._count -= count
            self._size -= len(oldest)

    @property
    def lines(self) -> tuple[str, ...]:
        """The last lines, or the end of a line that is longer than all that is kept."""
        printed = b"".join(block for block, _ in self._blocks)
        if not printed:
            return ()
        lines = _lines(printed[-KEPT_BYTES - 1 :])
        begun = 1 if len(printed) > KEPT_BYTES and len(lines) > 1 else 0  # the first one has lost its beginning
        return tuple(lines[begun:][-KEPT_LINES:])
