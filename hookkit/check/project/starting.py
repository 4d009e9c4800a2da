"""Calls that start programs become Programs: their words, as far as they are known."""

import ast
import shlex
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from hookkit.check.project.literals import Known, known
from hookkit.check.project.module import Module

#: Functions that take a list of words, or a text for a shell.
_LISTS: Final = frozenset({
    *(f"subprocess.{name}" for name in ("run", "Popen", "call", "check_call", "check_output")),
    *("hookkit.run_command", "hookkit.command.run_command"),
})  # fmt: skip
_TEXTS: Final = frozenset({
    *("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"),
})  # fmt: skip
#: What stands between two commands of a shell.
_BETWEEN: Final = frozenset({";", "&&", "||", "|", "&", "(", ")", "|&"})
_PYTHON: Final = "sys.executable"


@dataclass(frozen=True)
class Program:
    """A program that is started.

    Attributes:
        words: its name and arguments; None for each that is not known.
        call: what starts it.
        is_python: whether it is the Python that runs the hook.

    """

    words: tuple[Known | None, ...]
    call: ast.Call
    is_python: bool = False

    @property
    def name(self) -> str:
        """The program's name, without a folder; "" where it is not known."""
        first = self.words[0] if self.words else None
        return first.text.rpartition("/")[2] if first and first.whole else ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Its words; "" for each that is not known."""
        return tuple(one.text if one and one.whole else "" for one in self.words)


def programs(module: Module) -> Iterator[Program]:
    """The programs that a module starts, by a list of words or by a shell's text."""
    for call, name in module.calls:
        if not call.args or not (name in _LISTS or name in _TEXTS):
            continue
        words = call.args[0]
        if isinstance(words, ast.List | ast.Tuple) and name in _LISTS:
            yield from _of_list(module, words.elts, call)
        elif text := known(module, words):
            yield from (Program(tuple(one), call) for one in _commands(text))


def _of_list(module: Module, words: list[ast.expr], call: ast.Call) -> Iterator[Program]:
    is_python = bool(words) and module.full_name(words[0]) == _PYTHON
    program = Program(tuple(known(module, one) for one in words), call, is_python=is_python)
    yield program
    if program.name in {"sh", "bash", "dash"} and program.texts[1:2] == ("-c",) and len(program.words) > 2:  # noqa: PLR2004 - sh -c TEXT
        text = program.words[2]
        yield from (Program(tuple(one), call) for one in (_commands(text) if text else ()))


def _commands(text: Known) -> Iterator[list[Known]]:
    """The commands of a shell's text, word by word."""
    command: list[Known] = []
    for word in _split(text):
        if word in _BETWEEN:
            if command:
                yield command
            command = []
        else:
            command.append(Known(word, text.origin))
    if command:
        yield command


def _split(text: Known) -> list[str]:
    """The words of a shell's text; the last one is left out where the text goes on."""
    lexer = shlex.shlex(text.text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    with suppress(ValueError):  # quotes that are still open where what is known ends
        words.extend(lexer)
    return words if text.whole else words[:-1]
