"""What another program says when it fails becomes what it means, by a table; passwords are not passed on."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_PASSWORD: Final = re.compile(r"(?<=://)[^\s/]+@")


class Meaning(NamedTuple):
    """What a text means: a pattern to search for, whose groups may stand in `what`, and what to do about it."""

    pattern: str
    what: str
    remedy: str


def meaning_of(words: str, meanings: Iterable[Meaning]) -> tuple[Meaning, dict[str, str]] | None:
    """The first that fits, and the groups of its pattern, "" for what it doesn't say; None where none does."""
    for meaning in meanings:
        if match := re.search(meaning.pattern, words, re.MULTILINE):
            return meaning, match.groupdict("")
    return None


def without_passwords(words: str) -> str:
    """The words with no user and password in their addresses."""
    return _PASSWORD.sub("***@", words)


def causes_of(error: BaseException) -> list[BaseException]:
    """An error and all that it was raised from, nearest first; urllib3 keeps some among the attributes of its own."""
    seen = [error]
    for one in seen:
        kept = (getattr(one, name, None) for name in ("reason", "original_error"))
        linked = (one.__cause__, one.__context__, *kept, *one.args)
        seen += [link for link in linked if isinstance(link, BaseException) and link not in seen]
    return seen


def in_short(words: str, most: int) -> str:
    """The words on one line, cut where they are more than so many characters."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
