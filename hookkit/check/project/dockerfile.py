"""The text of a Dockerfile becomes its instructions and stages, with the line of each."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_DIRECTIVE: Final = re.compile(r"#\s*(\w+)\s*=\s*(\S+)\s*")
_HEREDOC: Final = re.compile(r"<<-?(?P<quote>[\"']?)(?P<word>[A-Za-z_]\w*)(?P=quote)")
_WITH_HEREDOC: Final = frozenset({"RUN", "COPY", "ADD"})
_VARIABLE: Final = re.compile(r"\$(?:\{(?P<braced>\w+)(?::?-(?P<default>[^}]*))?\}|(?P<plain>\w+))")


@dataclass(frozen=True)
class Instruction:
    """An instruction: its keyword in capitals, what follows on one line, and the line that it starts in, from 1."""

    keyword: str
    text: str
    line: int

    @property
    def words(self) -> list[str]:
        """What follows but flags such as `--chown=1000`."""
        return [word for word in self.text.split() if not word.startswith("--")]

    @property
    def is_exec_form(self) -> bool:
        """Whether it is a list of words, as JSON has it; anything else goes through a shell."""
        try:
            words = json.loads(self.text)
        except (ValueError, RecursionError):
            return False
        return isinstance(words, list) and all(isinstance(word, str) for word in words)


@dataclass(frozen=True)
class Stage:
    """A stage: what it is built on, its name, its instructions after FROM."""

    base: Instruction
    instructions: tuple[Instruction, ...]

    @property
    def image(self) -> str:
        """The image that it is built on, as it is written."""
        return next(iter(self.base.words), "")

    @property
    def name(self) -> str:
        """What other stages call it."""
        words = self.base.words
        return words[2].lower() if len(words) > 2 and words[1].lower() == "as" else ""  # noqa: PLR2004 - image AS name


def read_instructions(text: str) -> list[Instruction]:
    """The instructions of a Dockerfile, in their order."""
    lines = text.replace("\r\n", "\n").split("\n")
    escape = _escape(lines)
    found = []
    number = 0
    while number < len(lines):
        start = number
        words: list[str] = []
        if _is_nothing(lines[number]):
            number += 1
            continue
        while number < len(lines):
            line = lines[number].strip()
            number += 1
            if _is_nothing(line):
                continue
            words.append(line.removesuffix(escape).rstrip() if line.endswith(escape) else line)
            if not line.endswith(escape):
                break
        keyword, _, rest = " ".join(words).partition(" ")
        found.append(Instruction(keyword.upper(), rest.strip(), start + 1))
        if keyword.upper() in _WITH_HEREDOC:
            number = _after_heredocs(lines, number, rest)
    return found


def _is_nothing(line: str) -> bool:
    """Whether it is empty or a comment, which also stand inside of instructions."""
    return not line.strip() or line.lstrip().startswith("#")


def _escape(lines: list[str]) -> str:
    """The sign that a line goes on by: a directive at the top may say another one."""
    for line in lines:
        match = _DIRECTIVE.fullmatch(line.strip())
        if match is None:
            break
        if match[1].lower() == "escape" and match[2] in {"\\", "`"}:
            return match[2]
    return "\\"


def _after_heredocs(lines: list[str], number: int, text: str) -> int:
    for match in _HEREDOC.finditer(text):
        ends = [at for at in range(number, len(lines)) if lines[at].strip("\t ") == match["word"]]
        number = ends[0] + 1 if ends else number
    return number


def read_stages(instructions: list[Instruction]) -> list[Stage]:
    """The stages; what stands before the first one belongs to none."""
    starts = [number for number, one in enumerate(instructions) if one.keyword == "FROM"]
    return [
        Stage(instructions[start], tuple(instructions[start + 1 : end]))
        for start, end in pairwise([*starts, len(instructions)])
    ]


def arguments(instructions: list[Instruction]) -> dict[str, str]:
    """The defaults of arguments that stand before the first stage: those that FROM may use."""
    found: dict[str, str] = {}
    for one in instructions:
        if one.keyword == "FROM":
            break
        if one.keyword == "ARG":
            found |= {name: value for name, value in assignments(one) if value}
    return found


def assignments(instruction: Instruction) -> Iterator[tuple[str, str]]:
    """`ENV A=1 B="two"`, `ENV A 1` and `ARG A=1` -> names with their values, without quotes."""
    text = instruction.text
    first = text.split()[:1]
    if instruction.keyword == "ENV" and first and "=" not in first[0]:
        name, _, value = text.partition(" ")
        yield name, value.strip()
        return
    for match in re.finditer(r"(\w+)(?:=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|\S*))?", text):
        value = match[2] or ""
        yield match[1], value[1:-1] if value[:1] in {'"', "'"} and value[-1:] == value[:1] and len(value) > 1 else value


def expanded(text: str, values: dict[str, str]) -> str | None:
    """A text with its variables put in; None where one is not known."""
    known = True

    def put(match: re.Match[str]) -> str:
        nonlocal known
        value = values.get(match["braced"] or match["plain"]) or match["default"]
        known = known and bool(value)
        return value or ""

    result = _VARIABLE.sub(put, text)
    return result if known else None
