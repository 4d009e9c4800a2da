"""Changes modes, times, owners and attributes of its own files."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import HookContext, Output, hook


@hook
def job(output: Annotated[Path, Output()], context: HookContext) -> None:
    """Changes modes, times, owners and attributes of its own files."""
    file = output / "file"
    file.write_text("x")
    file.chmod(0o640)
    os.utime(file, (1, 1))
    os.chown(file, os.getuid(), os.getgid())
    shutil.copystat(file, context.work_dir)
    subprocess.run(["sh", "-c", 'chmod 600 "$0" && touch -d @2 "$0" && cp -p "$0" "$0.copy"', file], check=True)
    with file.open("rb") as opened:
        os.fchmod(opened.fileno(), 0o644)
    assert file.stat().st_mode & 0o777 == 0o644
