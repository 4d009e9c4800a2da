"""Writes caches and settings to its home, as matplotlib and others do."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Writes caches and settings to its home, as matplotlib and others do."""
    for folder in (Path.home() / ".config" / "matplotlib", Path("~/.cache/fontlist").expanduser()):
        folder.mkdir(parents=True)
        (folder / "file").write_text("x")
    assert os.access(os.environ["HOME"], os.W_OK)
    assert os.access(os.environ["TMPDIR"], os.W_OK)

    (output / "product").touch()
