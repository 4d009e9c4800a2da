"""Makes a file without a name outside, and names it."""

import os
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "writes"
NAMED = "{outside}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Makes a file without a name outside, and names it."""
    file = os.open(scene["outside"], os.O_TMPFILE | os.O_RDWR)  # refused
    # With a folder, even one that is not looked at, the link is followed.
    os.link(f"/proc/self/fd/{file}", scene["outside"] + "/named", src_dir_fd=file)
    (output / "escaped").touch()
