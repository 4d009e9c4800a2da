"""Keeps a database in its work folder."""

import shutil
import sqlite3
from pathlib import Path
from typing import Annotated

from hookkit import HookContext, Output, hook


@hook
def job(output: Annotated[Path, Output()], context: HookContext) -> None:
    """Keeps a database in its work folder."""
    for mode in ("delete", "wal"):
        database = sqlite3.connect(context.work_dir / mode)
        database.execute(f"pragma journal_mode = {mode}")
        database.execute("create table x (y)")
        database.executemany("insert into x values (?)", [(number,) for number in range(1000)])
        database.commit()
        assert database.execute("select sum(y) from x").fetchone() == (499500,)
        database.close()
    shutil.copy(context.work_dir / "wal", output / "product")
