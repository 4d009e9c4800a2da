"""Moves and links files and folders between its output and its work folder."""

import os
import shutil
from pathlib import Path
from typing import Annotated

from hookkit import HookContext, Output, hook


@hook
def job(output: Annotated[Path, Output()], context: HookContext) -> None:
    """Moves and links files and folders between its output and its work folder."""
    work = context.work_dir
    (work / "file").write_text("x")
    (work / "file").rename(output / "file")
    os.link(output / "file", work / "second")
    os.link(work / "second", output / "third")
    os.replace(work / "second", output / "file")
    (work / "folder" / "below").mkdir(parents=True)
    (work / "folder" / "below" / "file").write_text("x")
    (work / "folder").rename(output / "folder")
    shutil.move(output / "folder", work / "back")
    shutil.copytree(work / "back", output / "copy")
    os.truncate(output / "copy" / "below" / "file", 0)
    shutil.rmtree(work / "back")
