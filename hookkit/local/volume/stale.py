"""Folders of runs that were killed become nothing: each run writes down whose its folders are; the next one looks."""

import json
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from hookkit.contract import STAGING_PREFIX
from hookkit.local.volume.owner import Owner, is_gone

#: What the folders of a run are called; whoever names others is not to be believed.
_FOLDER_NAMES: Final = (STAGING_PREFIX, "hookkit-")
_NOTE: Final = "work/.owner.json"


def note_owner(staging: Path, folders: Iterable[Path]) -> None:
    """Write into a staging folder that this process owns it, and which folders go with it."""
    noted = {"owner": str(Owner.this() or ""), "folders": [str(folder.absolute()) for folder in folders]}
    (staging / _NOTE).write_text(json.dumps(noted), encoding="utf-8")


def remove_stale_stagings(output: Path) -> None:
    """Remove the staging folders in an output whose owner is known to have ended, and what goes with them."""
    for staging in output.glob(f"{STAGING_PREFIX}*"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            noted = json.loads((staging / _NOTE).read_text(encoding="utf-8"))
            if is_gone(noted["owner"]):
                remove_folders([str(staging.absolute()), *noted["folders"]])


def remove_folders(names: Iterable[str]) -> None:
    """Remove the folders of a run that are named like one's; TypeError where something else than names is given."""
    for folder in map(Path, names):
        if folder.is_absolute() and folder.name.startswith(_FOLDER_NAMES) and not folder.is_symlink():
            remove_all(folder)


def remove_all(folder: Path) -> None:
    """Remove a folder and all in it, what a hook locked, too."""
    for below, folders, _ in os.walk(folder):
        for name in folders:
            place = Path(below, name)
            if not place.is_symlink():
                place.chmod(0o700)  # before it is listed
    shutil.rmtree(folder, ignore_errors=True)
