"""An expression of the expr language becomes the names that it refers to; what is none is refused.

The language is expr-lang's, which Argo evaluates. Only what is needed to tell whether an expression can be read is
read: which operator binds stronger makes no difference to that.
"""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from hookkit.check.manifest import limits

#: Expressions inside each other: those of people have five.
_DEPTH: Final = 60

_TOKEN: Final = re.compile(
    r"""(?P<blank>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<number>0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:[0-9][0-9_]*(?:\.[0-9_]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)
    |(?P<name>[^\W\d][\w$]*|\$[\w$]*)
    |(?P<element>\#\w*)
    |(?P<sign>\?\.|\?\?|\.\.|\*\*|==|!=|<=|>=|&&|\|\||[-+*/%^<>!?:.,;|=(){}\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_BINARY_SIGNS: Final = frozenset({
    *("+", "-", "*", "/", "%", "^", "**", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "..", "??", "|"),
})  # fmt: skip
_BINARY_WORDS: Final = frozenset({"and", "or", "in", "contains", "startsWith", "endsWith", "matches"})
_UNARY: Final = frozenset({"-", "+", "!", "not"})
_LITERALS: Final = frozenset({"true", "false", "nil"})
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


class ExpressionError(Exception):
    """It is no expression; the text says why."""


class Token(NamedTuple):
    """A word of an expression: its kind is one of _TOKEN's groups, or "end"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Reference:
    """A name with what is taken of it, as far as that is written: `steps['a'].status` is (steps, a, status)."""

    parts: tuple[str, ...]
    is_called: bool = False


def read_expression(text: str) -> tuple[Reference, ...]:
    """The names that an expression refers to, without those that it defines itself.

    Raises:
        ExpressionError: it can't be read.

    """
    return _Reader(_tokens(text)).read()


def _tokens(text: str) -> list[Token]:
    if len(text) > limits.EXPRESSION:
        raise ExpressionError(f"it has more than {limits.EXPRESSION:,} characters")
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            quoted = text[position] in "\"'`"
            what = "a text in it is never closed" if quoted else f"it has {text[position]!r}, which means nothing"
            raise ExpressionError(what)
        if match.lastgroup != "blank":
            tokens.append(Token(str(match.lastgroup), match[0]))
        position = match.end()
    return [*tokens, Token("end", "")]


class _Reader:
    """Reads tokens by recursive descent, and notes the references."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._position = 0
        self._depth = 0
        self._defined: set[str] = set()
        self._references: list[Reference] = []

    def read(self) -> tuple[Reference, ...]:
        self._sequence()
        self._expect_end()
        return tuple(self._references)

    # ------------------------------------------------------------ tokens

    @property
    def _here(self) -> Token:
        return self._tokens[self._position]

    def _take(self) -> Token:
        token = self._here
        self._position += token.kind != "end"
        return token

    def _is(self, *texts: str) -> bool:
        return self._here.kind in {"sign", "name"} and self._here.text in texts

    def _took(self, *texts: str) -> bool:
        if self._is(*texts):
            self._position += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._took(text):
            raise ExpressionError(f"it {self._found()} where `{text}` must stand")

    def _expect_end(self) -> None:
        if self._here.kind != "end":
            raise ExpressionError(f"it {self._found()} where an operator must stand")

    def _found(self) -> str:
        return "ends" if self._here.kind == "end" else f"has `{self._here.text}`"

    # ------------------------------------------------------------ grammar

    def _sequence(self) -> None:
        """`let x = …; …`, or expressions behind each other."""
        while self._took("let"):
            self._defined.add(self._take().text)
            self._expect("=")
            self._expression()
            self._expect(";")
        self._expression()
        while self._took(";"):
            self._sequence()

    def _expression(self) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise ExpressionError(f"its brackets lie more than {_DEPTH} deep inside each other")
        self._operand()
        while self._operator():
            pass
        self._depth -= 1

    def _operator(self) -> bool:
        """An operator with what follows it, where one is here."""
        if self._took("?"):
            self._expression()
            self._expect(":")
            self._expression()
            return True
        if self._is("not") and self._tokens[self._position + 1].text in _BINARY_WORDS:
            self._position += 1
        if self._took(*_BINARY_SIGNS, *_BINARY_WORDS):
            self._operand()
            return True
        if self._is("="):
            raise ExpressionError("it has `=`; to compare, write `==`")
        return False

    def _operand(self) -> None:
        while self._took(*_UNARY):
            pass
        token = self._take()
        if token.kind == "name":
            self._name(token.text)
        elif token.kind in {"number", "string", "element"}:
            self._rest(())
        elif token.text in _CLOSING:
            self._brackets(token.text)
        elif token.text == "." and self._here.kind == "name":  # a field of the element that a predicate is about
            self._take()
            self._rest(())
        else:
            self._position -= token.kind != "end"
            raise ExpressionError(f"it {self._found()} where a value must stand")

    def _name(self, name: str) -> None:
        if name == "if":
            self._condition()
        elif name in _LITERALS or name in self._defined:
            self._rest(())
        else:
            self._rest((name,))

    def _condition(self) -> None:
        self._expression()
        self._block()
        self._expect("else")
        if self._took("if"):
            self._condition()
        else:
            self._block()

    def _block(self) -> None:
        self._expect("{")
        self._sequence()
        self._expect("}")

    def _brackets(self, opening: str) -> None:
        """A list, a map, a closure, or an expression in brackets."""
        closing = _CLOSING[opening]
        while not self._took(closing):
            if self._here.kind == "name" and self._tokens[self._position + 1].text == ":":
                self._take()  # the key of a map
            else:
                self._sequence()
            if self._took(":"):
                self._expression()
            if not self._is(closing):
                self._expect(",")
        self._rest(())

    def _rest(self, parts: tuple[str, ...]) -> None:
        """What is taken of a value: members, elements, and what a call gives."""
        known = bool(parts)
        while True:
            if self._took(".", "?."):
                member = self._take()
                if member.text == "[":
                    self._index()
                    known = False
                elif member.kind == "name":
                    parts = (*parts, member.text) if known else parts
                else:
                    self._position -= member.kind != "end"
                    raise ExpressionError(f"it {self._found()} where a name must stand")
            elif self._took("["):
                index = self._index()
                known = known and index is not None
                parts = (*parts, index) if known and index is not None else parts
            elif self._took("("):
                self._call(parts)
                parts, known = (), False
            else:
                break
        if parts:
            self._references.append(Reference(parts))

    def _index(self) -> str | None:
        """What stands in square brackets; its text where it is a text alone."""
        start = self._position
        while not self._took("]"):
            if not self._took(":"):
                self._expression()
        inside = self._tokens[start : self._position - 1]
        return inside[0].text[1:-1] if len(inside) == 1 and inside[0].kind == "string" else None

    def _call(self, parts: tuple[str, ...]) -> None:
        if parts:
            self._references.append(Reference(parts, is_called=True))
        while not self._took(")"):
            self._sequence()
            if not self._is(")"):
                self._expect(",")
