"""Secret: a text that never shows by accident; only `reveal()` gives it."""

from typing import Final, NoReturn

HIDDEN: Final = "***"


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
        """Hide this text from now on, each of its lines, and as JSON and Python quote it."""
        quoted = (repr(text)[1:-1], _json_quoted(text))
        found = {one for one in (text, *text.splitlines(), *quoted) if one.strip()}
        # The longest first: what holds another one must go whole.
        self._texts = sorted({*self._texts, *found}, key=len, reverse=True)

    def hide(self, text: str) -> str:
        """The text with `***` in place of every secret."""
        for one in self._texts:
            text = text.replace(one, HIDDEN)
        return text

    def __bool__(self) -> bool:
        return bool(self._texts)


def _json_quoted(text: str) -> str:
    import json

    return json.dumps(text)[1:-1]


#: The secrets of this process: a log is the whole process's, too.
MASK: Final = Mask()
