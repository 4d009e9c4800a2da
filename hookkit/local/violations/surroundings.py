"""What a hook saw around it, and which line of its author's was running in the terms of that."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hookkit.local.violations.tracebacks import Frame


@dataclass(frozen=True)
class Surroundings:
    """What a hook saw around it: its words are in terms of that.

    Attributes:
        code: the folder of its code, as it saw it.
        own_code: the same folder on this machine.
        project: the project's folder, which lines of code are named from.
        writable: where it might write.
        inputs: what it might read alone.
        readable: what it might read beside; None where that's a whole image.

    """

    code: str
    own_code: Path
    project: Path
    writable: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    readable: tuple[str, ...] | None = None
    home: str = field(default_factory=lambda: os.path.expanduser("~"))  # noqa: PTH111 - may be unknown


def authors_frame(frames: "tuple[Frame, ...]", around: Surroundings) -> "Frame | None":
    """The last line of the author's own that was running."""
    own = (frame for frame in frames if is_below(frame.file, (around.code,)) and "/site-packages/" not in frame.file)
    return next(iter(reversed([*own])), None)


def line_of(frame: "Frame | None", around: Surroundings) -> str:
    """A frame's place as a person has it; "" for no frame."""
    if frame is None:
        return ""
    file = around.own_code / frame.file.removeprefix(f"{around.code}/")
    return f"{file.relative_to(around.project) if file.is_relative_to(around.project) else file}:{frame.line}"


def is_below(path: str, places: tuple[str, ...]) -> bool:
    """Whether a path is one of some places, or below one."""
    return any(path == place or path.startswith(f"{place.rstrip('/')}/") for place in places)
