"""Writes files that are larger than its memory: the page cache is not the hook's."""

from pathlib import Path
from typing import Annotated

from hookkit import HookContext, Output, hook


@hook(memory="256Mi")
def job(output: Annotated[Path, Output()], context: HookContext) -> None:
    """Writes files that are larger than its memory: the page cache is not the hook's."""
    for name in ("a", "b", "c"):
        with open(context.work_dir / name, "wb") as file:
            file.writelines(bytes(1 << 20) for _ in range(96))
        assert (context.work_dir / name).read_bytes()[:1] == bytes(1)

    (output / "product").touch()
