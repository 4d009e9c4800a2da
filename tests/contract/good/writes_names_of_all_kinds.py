"""Writes files whose names hold newlines, bytes that are no text, and 255 bytes."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Writes files whose names hold newlines, bytes that are no text, and 255 bytes."""
    for name in (b"new\nline", b"\xff\xfe", b"x" * 255, b"-rf", b" ", "\u00e4\U0001f30d".encode()):
        with open(os.path.join(os.fsencode(output), name), "w") as file:
            file.write("x")
