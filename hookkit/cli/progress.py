"""Progress of a build or a push becomes a bar on a terminal, and nothing where there is none."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hookkit.image.builder import Progress, Watcher


@contextmanager
def progress_bar(title: str) -> Iterator["Watcher"]:
    """Give a watcher that draws on stderr while the block runs; it leaves nothing behind."""
    from hookkit.image.builder import unwatched

    if not sys.stderr.isatty():
        yield unwatched
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    columns = (
        SpinnerColumn(),
        TextColumn(f"[bold]{escape(title)}"),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
        # All that is left of the line and no more, so that nothing jumps when the text changes.
        TextColumn("{task.description}", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True, expand=True) as bar:
        task = bar.add_task("", total=None)

        def draw(progress: "Progress") -> None:
            done, total = (progress.done, progress.total) if progress.total else (progress.step, progress.steps)
            bar.update(task, completed=done, total=total or None, description=escape(progress.text))

        yield draw
