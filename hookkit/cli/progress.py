"""Progress of a build, a push or a hook becomes a bar on a terminal, and nothing where there is none."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from hookkit.image.builder import Progress, Watcher

#: How often a hook's progress is looked at.
_GLANCE_SECONDS: Final = 0.2
#: Terminals that know no control sequences, by TERM; as rich has them.
_DUMB: Final = frozenset({"dumb", "unknown"})


def can_draw() -> bool:
    """Whether what is drawn on stderr can be drawn over: not in a notebook's cell, which keeps every line."""
    return sys.stderr.isatty() and "JPY_PARENT_PID" not in os.environ and os.environ.get("TERM") not in _DUMB


@contextmanager
def progress_bar(title: str) -> Iterator["Watcher"]:
    """Give a watcher that draws on stderr while the block runs; it leaves nothing behind."""
    from hookkit.image.builder import unwatched

    if not can_draw():
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
            # Not by `update`, which takes no total for the one before, and a task that is done once for done for ever.
            shown = bar.tasks[task]
            shown.total, shown.finished_time = total or None, None
            bar.update(task, completed=done, description=escape(progress.text))

        yield draw


# ---------------------------------------------------------------- a hook's own progress


class HookProgress:
    """Shows the log of a hook, and a bar below it once the hook reports progress into `file`.

    The file is None where there is no terminal to draw on.
    """

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self._bar: Bar | None = None
        self._drawing = Lock()
        self._over = Event()

    def __call__(self, line: str) -> None:
        """Show a line of the log, above the bar."""
        self.write(line.encode("utf-8", "backslashreplace") + b"\n")

    def write(self, block: bytes) -> None:
        """Show lines of the log, byte by byte as the hook printed them, and the bar below."""
        with self._drawing:
            if self._bar is None:
                _write(block)
                return
            # Not by `console.print`, which takes minutes for a log that a hook prints in a second.
            self._bar.stop()
            _write(block if block.endswith(b"\n") else block + b"\n")
            self._bar.start()

    def watch(self) -> None:
        """Draw what the file says until it is over."""
        while not self._over.wait(_GLANCE_SECONDS):
            if found := self._read():
                self._draw(*found)

    def measured(self, done: int, total: int) -> None:
        """Show how many bytes of the outputs are measured; the hook itself is over by then."""
        self._over.set()
        if self.file:
            self._draw(done, total, "measuring the outputs")

    def stop(self) -> None:
        """Take the bar away."""
        self._over.set()
        if self._bar:
            self._bar.stop()

    def _draw(self, done: int, total: int, description: str = "") -> None:
        with self._drawing:  # the file's watcher, or the threads that measure
            if self._bar is None:
                self._bar = _hook_bar()
                self._bar.start()
            self._bar.update(self._bar.task_ids[0], completed=done, total=total, description=description)

    def _read(self) -> tuple[int, int] | None:
        try:
            done, _, total = self.file.read_text(encoding="ascii").partition("/") if self.file else ("", "", "")
            return int(done), int(total)
        except (OSError, ValueError):  # nothing yet, or half of it
            return None


def _write(block: bytes) -> None:
    sys.stderr.buffer.write(block)
    sys.stderr.buffer.flush()


def _hook_bar() -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("", total=None)
    return bar


@contextmanager
def hook_progress() -> Iterator[HookProgress]:
    """Watch a hook that runs while the block does; without a terminal its log is shown and nothing else."""
    if not can_draw():
        yield HookProgress(None)
        return
    with TemporaryDirectory(prefix="hookkit-") as folder:
        file = Path(folder, "progress")
        file.touch()
        progress = HookProgress(file)
        watcher = Thread(target=progress.watch, daemon=True)
        watcher.start()
        try:
            yield progress
        finally:
            progress.stop()
            watcher.join()
