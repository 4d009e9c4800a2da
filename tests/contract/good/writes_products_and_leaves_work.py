"""Writes to its output and to its work folder."""

from pathlib import Path
from typing import Annotated

from hookkit import HookContext, Output, hook


@hook
def job(output: Annotated[Path, Output()], context: HookContext) -> None:
    """Writes to its output and to its work folder."""
    (context.work_dir / "deep" / "er").mkdir(parents=True)
    (context.work_dir / "deep" / "er" / "file").write_text("x" * 100_000)
    (output / "folder").mkdir()
    (output / "folder" / "file").write_bytes((context.work_dir / "deep" / "er" / "file").read_bytes())
