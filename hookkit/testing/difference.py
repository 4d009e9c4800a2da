"""Two files become the words of how they differ: lines of text, or sizes and digests."""

import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Final

#: Larger files are not compared line by line, which takes its time.
_LARGEST_TEXT: Final = 256 * 1024
#: Lines that are shown of a file, files that are shown with their lines, and files that are named at all.
_SHOWN_LINES: Final = 40
_SHOWN_FILES: Final = 10
_NAMED_FILES: Final = 1000


class Kind(Enum):
    """What is the matter with a path: the golden folder lacks it, the outputs lack it, or both have it."""

    CHANGED = "changed"
    NEW = "new"
    MISSING = "missing"


@dataclass(frozen=True)
class Difference:
    """A path of the outputs that is not as it should be; `words` are how it differs where it is changed."""

    path: str
    kind: Kind
    words: str = ""

    def lines(self, number: int) -> Iterator[str]:
        """What is shown of it, being the so-manieth."""
        if number < _NAMED_FILES:
            yield f"  {self.kind.value}: {print_name(self.path)}"
        elif number == _NAMED_FILES:
            yield "  and more"
        if number < _SHOWN_FILES:
            yield from (f"    {line}" for line in self.words.splitlines())


def print_name(path: str) -> str:
    """A path on one line, whatever is in it."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in path)


def describe(file: Path, golden: Path) -> str:
    """How a file differs from the golden one; "" where it does not."""
    if not (_is_regular(file) and _is_regular(golden)):
        now, before = _what(file), _what(golden)
        return "" if now == before else f"it is {now}, golden: {before}"
    if _same(file, golden):
        return ""
    texts = _text(golden), _text(file)
    if texts[0] is None or texts[1] is None:
        return f"{_measured(file)}, golden: {_measured(golden)}"
    return "\n".join(_diff(texts[0], texts[1]))


def _is_regular(file: Path) -> bool:
    return stat.S_ISREG(file.lstat().st_mode)


def _what(file: Path) -> str:
    if file.is_symlink():
        return f"a link to {str(file.readlink())!r}"
    return "a file" if file.is_file() else "a folder" if file.is_dir() else "neither file nor link"


def _same(file: Path, golden: Path) -> bool:
    return file.stat().st_size == golden.stat().st_size and _digest(file) == _digest(golden)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _measured(file: Path) -> str:
    return f"{file.stat().st_size:,} bytes, sha256 {_digest(file)[:16]}"


def _text(file: Path) -> str | None:
    """The text of a file, None where it is none, or too long."""
    if file.stat().st_size > _LARGEST_TEXT:
        return None
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _diff(before: str, now: str) -> Iterator[str]:
    lines = unified_diff(_lines(before), _lines(now), "golden", "now", n=1, lineterm="")
    yield from (print_name(line) for line in islice(lines, _SHOWN_LINES))
    if rest := sum(1 for _ in lines):
        yield f"... and {rest:,} lines more"


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [*lines, f"{last} (no newline at the end)"] if last else lines
