"""What a hook left in the machine's shared memory is removed, where it could have none of its own."""

import os
import shutil
import stat
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from hookkit.local.sandbox.policy import SHARED_MEMORY
from hookkit.local.sandbox.tree import FileKey


def shared_files() -> frozenset[FileKey]:
    """What lies there."""
    return frozenset((facts.st_dev, facts.st_ino) for _, facts in _entries())


def remove_left(before: Collection[FileKey], used: Collection[FileKey], user: int | None) -> None:
    """Remove what a run left there.

    Args:
        before: what lay there before the run.
        used: files that its processes were seen to have open; others may be another program's of the same user.
        user: who ran it, where that is nobody else: then all of theirs goes.

    """
    for path, facts in _entries():
        file = facts.st_dev, facts.st_ino
        is_ours = facts.st_uid == os.getuid() and file in used and file not in before
        if facts.st_uid == user or (user is None and is_ours):
            with suppress(OSError):
                shutil.rmtree(path) if stat.S_ISDIR(facts.st_mode) else path.unlink()


def _entries() -> Iterator[tuple[Path, os.stat_result]]:
    with suppress(OSError):
        for path in SHARED_MEMORY.iterdir():
            with suppress(OSError):  # it has gone
                yield path, path.lstat()
