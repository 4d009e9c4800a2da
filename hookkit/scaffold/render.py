"""Answers become a folder of files: the one door to copier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hookkit.errors import Problem, ScaffoldError, shown


@dataclass(frozen=True)
class Rendering:
    """What copier needs.

    Attributes:
        root: the template root.
        given: values that hookkit itself gives; nobody is asked for them.
        answers: answers that are there already; they are not asked for.
        suggestions: defaults that replace the template's own.
        defaults: whether the other questions take their defaults; else they are asked on the terminal.

    """

    root: Path
    given: Mapping[str, Any]
    answers: Mapping[str, str]
    suggestions: Mapping[str, str] = field(default_factory=dict)
    defaults: bool = True


def render(rendering: Rendering, folder: Path) -> None:
    """Write the project into a folder that does not exist yet.

    Raises:
        ScaffoldError: answers are wrong (it names them all), or the terminal's input ended.
        KeyboardInterrupt: the person gave up.
        OSError: the disk did.

    """
    if not rendering.defaults:
        # Nobody should answer questions only to hear of a mistake that was there from the start.
        refuse_bad_answers(rendering)
    from copier.errors import InteractiveSessionError

    try:
        _copy(rendering, rendering.answers, folder, defaults=rendering.defaults)
    except InteractiveSessionError:
        remedy = "answer them, or add --defaults or --data KEY=VALUE"
        raise ScaffoldError(Problem("hookkit new", "the input ended before the questions did", remedy)) from None
    except ValueError:
        refuse_bad_answers(rendering)
        raise  # no answer is to blame, so the template is: a bug of ours


def refuse_bad_answers(rendering: Rendering) -> None:
    """Raise a ScaffoldError that names every answer which its question refuses."""
    problems = [
        Problem(f"{name} {shown(answer)}", fault)
        for name, answer in rendering.answers.items()
        if (fault := _fault(rendering, name, answer))
    ]
    if problems:
        raise ScaffoldError(*problems)


def _fault(rendering: Rendering, name: str, answer: str) -> str:
    """What the question says to this answer alone; "" where it takes it."""
    with TemporaryDirectory(prefix="hookkit-") as folder:
        try:
            _copy(rendering, {name: answer}, Path(folder) / "project", defaults=True, pretend=True)
        except ValueError as error:
            return str(error).partition(": ")[2]
    return ""


def _copy(
    rendering: Rendering, answers: Mapping[str, str], folder: Path, *, defaults: bool, pretend: bool = False
) -> None:
    from copier import Settings, run_copy

    run_copy(
        str(rendering.root),
        folder,
        {**rendering.given, **answers},
        user_defaults=dict(rendering.suggestions),
        settings=Settings(),  # a person's own copier settings are for their own templates
        defaults=defaults,
        pretend=pretend,
        quiet=True,
    )
