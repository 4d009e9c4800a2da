"""Maps a sparse file far larger than its memory, as numpy's memmap does."""

import mmap
from pathlib import Path
from typing import Annotated

from hookkit import HookContext, Output, hook


@hook(memory="256Mi")
def job(output: Annotated[Path, Output()], context: HookContext) -> None:
    """Maps a sparse file far larger than its memory, as numpy's memmap does."""
    with open(context.work_dir / "large", "w+b") as file:
        file.truncate(2 << 30)
        with mmap.mmap(file.fileno(), 0) as mapped:
            mapped[1 << 30] = 1
            mapped.flush()
            assert mapped[1 << 30] == 1

    (output / "product").touch()
