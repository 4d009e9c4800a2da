"""Secret: a text that never shows by accident; only `reveal()` gives it."""

from typing import Final, NoReturn

HIDDEN: Final = "***"
#: A shorter line of a secret would hide half of every log.
_SHORTEST_LINE: Final = 4


class Secret:
    """A password, key or token: a parameter of this type gets one.

    It arrives by environment, mounted file or config file, never on the command line. `repr`, `str`, logs, tracebacks,
    reports and error messages show `***`, also where the text itself is logged.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; hand it to what needs it, and keep it nowhere."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, format_spec: str) -> str:
        return format(HIDDEN, format_spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> NoReturn:
        msg = "a Secret can't be pickled: reveal() it where it is used"
        raise TypeError(msg)


class Mask:
    """Hides the texts of secrets in what is about to be shown."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def add(self, text: str) -> None:
        """Hide this text from now on, each of its lines, and as JSON, Python and URLs write it."""
        lines = [line for line in text.splitlines() if len(line.strip()) >= _SHORTEST_LINE]
        found = {form for one in (text, *lines) if one.strip() for form in (one, *_quoted(one))}
        # The longest first: what holds another one must go whole.
        self._texts = sorted({*self._texts, *found}, key=len, reverse=True)

    def hide(self, text: str) -> str:
        """The text with `***` in place of every secret."""
        for one in self._texts:
            text = text.replace(one, HIDDEN)
        return text

    def __bool__(self) -> bool:
        return bool(self._texts)


def _quoted(text: str) -> tuple[str, ...]:
    """A text as it stands between the quotes of Python and of JSON, and in a URL."""
    import json
    from urllib.parse import quote, quote_plus

    data = text.encode("utf-8", "surrogateescape")
    in_json = (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    return (repr(text)[1:-1], repr(data)[2:-1], *in_json, quote(data, safe=""), quote_plus(data, safe=""))


#: The secrets of this process: a log is the whole process's, too.
MASK: Final = Mask()
