"""A stack trace, as Python prints it, becomes Raised errors with their frames; what fits no form is left out."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_FRAME: Final = re.compile(r'  File "(?P<file>.+)", line (?P<line>\d+)(, in .*)?')
_ERROR: Final = re.compile(r"(?P<kind>[A-Za-z_][\w.]*)(: (?P<words>.*))?")
_MARKS: Final = re.compile(r" {4,}[~^]+(?: *[~^]+)*")
_NUMBER: Final = re.compile(r"\[Errno (-?\d+)\]")
_QUOTED: Final = re.compile(r"b?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")


@dataclass(frozen=True)
class Frame:
    """A line of code that was running.

    Attributes:
        part: the part of the line that was running, where Python says so; else the whole line.

    """

    file: str
    line: int
    code: str
    part: str


@dataclass(frozen=True)
class Raised:
    """An error and where it was raised, the frame that raised it last.

    Attributes:
        kind: its class, as `PermissionError` or `rasterio.errors.RasterioIOError`.

    """

    kind: str
    words: str
    frames: tuple[Frame, ...]

    @property
    def number(self) -> int | None:
        """The errno that it names; that of a failed look-up of a name is negative."""
        match = _NUMBER.search(self.words)
        return int(match[1]) if match else None

    @property
    def quoted(self) -> tuple[str, ...]:
        """The texts that it quotes, as Python writes them."""
        return tuple(text for match in _QUOTED.finditer(self.words) if (text := _unquoted(match[0])))

    @property
    def paths(self) -> tuple[str, ...]:
        """The absolute paths among them."""
        return tuple(text for text in self.quoted if text.startswith("/"))


def read_traceback(text: str) -> tuple[Raised, ...]:
    """The errors of a stack trace, those that led to others first."""
    return tuple(_errors(text.splitlines()))


def _errors(lines: list[str]) -> Iterator[Raised]:
    frames: list[Frame] = []
    for number, line in enumerate(lines):
        if match := _FRAME.fullmatch(line):
            code, part = _code(lines[number + 1 : number + 3])
            frames.append(Frame(match["file"], int(match["line"]), code, part))
        elif frames and not line.startswith(" ") and (error := _ERROR.fullmatch(line)):
            yield Raised(error["kind"], error["words"] or "", tuple(frames))
            frames = []


def _code(below: list[str]) -> tuple[str, str]:
    """The line of code below a frame's, and what of it is underlined."""
    code, marks = (*below, "", "")[:2]
    if not code.startswith("    "):
        return "", ""
    if not _MARKS.fullmatch(marks):
        return code.strip(), code.strip()
    return code.strip(), code[len(marks) - len(marks.lstrip()) : len(marks)].strip()


def _unquoted(text: str) -> str:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return ""
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)
