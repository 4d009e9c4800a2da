"""A file is whole, or as it was before: what is written lies beside it and takes its name at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a file that takes the path's name when the block ends well; the folder has to be there.

    Raises:
        OSError: it can't be written.

    """
    fresh = path.with_name(f".new-{os.urandom(8).hex()}")
    try:
        with fresh.open("xb") as file:
            yield file
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; one that holds the same already is not touched. Raises as `whole_file` does."""
    if not _holds(path, content):
        with whole_file(path) as file:
            file.write(content)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
