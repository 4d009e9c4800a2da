"""Reads its input in every way."""

import mmap
import shutil
import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import HookContext, Input, Output, hook


@hook
def job(input: Annotated[Path, Input()], output: Annotated[Path, Output()], context: HookContext) -> None:
    """Reads its input in every way."""
    data = input / "example.data"
    assert data.read_text() == "Hello, Earth\n"
    assert [path.name for path in input.iterdir() if path.name == "example.data"]
    with data.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert mapped[:5] == b"Hello"
    (context.work_dir / "link").symlink_to(data)
    assert (context.work_dir / "link").read_text() == data.read_text()
    assert subprocess.check_output(["sha256sum", data])
    assert not (input / "nothing").exists()
    shutil.copytree(input, output / "copy", ignore=shutil.ignore_patterns("setuid*"))
