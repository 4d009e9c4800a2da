"""HookContext: what a hook may ask of its surroundings: progress, a temporary folder, a log, whether to stop."""

from collections.abc import Callable
from pathlib import Path
from sys import float_info
from typing import TYPE_CHECKING

from hookkit.errors import HookStopped

if TYPE_CHECKING:
    from logging import Logger

#: Gets done, total and a message.
ProgressSink = Callable[[float, float, str], None]


def _unseen(_done: float, _total: float, _message: str) -> None:
    """Report progress to nobody."""


def _unstopped() -> HookStopped | None:
    return None


class HookContext:
    """A parameter of this type gets one; in your own tests write `HookContext(tmp_path)`.

    Attributes:
        work_dir: a folder for temporary files, inside the volume and empty; it is removed at the end.

    """

    def __init__(
        self,
        work_dir: Path,
        *,
        progress: ProgressSink = _unseen,
        stop_request: Callable[[], HookStopped | None] = _unstopped,
    ) -> None:
        self.work_dir = work_dir
        self._progress = progress
        self._stop_request = stop_request

    @property
    def log(self) -> "Logger":
        """A logger whose records the platform shows."""
        from logging import getLogger

        return getLogger("hook")

    def progress(self, done: float, total: float, message: str = "") -> None:
        """Say how far the hook is; call it as often as you like, what is shown is spaced out.

        Args:
            done: how much is done, in any unit, from 0 to `total`.
            total: how much there is, in the same unit.
            message: what is being done, in a few words.

        Raises:
            ValueError: `total` is not positive, or a number is none that a float holds.
            HookStopped: the platform asked the hook to stop.

        """
        self.check_cancelled()
        if not (0 < total <= float_info.max and abs(done) <= float_info.max):
            msg = f"progress({done}, {total}): total has to be a positive number, and done a number"
            raise ValueError(msg)
        self._progress(min(max(done, 0), total), total, message)

    @property
    def cancelled(self) -> bool:
        """Whether the platform asked the hook to stop: for threads, where the exception isn't raised."""
        return self._stop_request() is not None

    def check_cancelled(self) -> None:
        """Raise HookStopped if the platform asked the hook to stop; a good place is the head of a loop."""
        if stopped := self._stop_request():
            raise stopped
