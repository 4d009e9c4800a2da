"""A signal that asks the hook to stop becomes HookStopped, raised once in the main thread and remembered for others."""

import os
import signal
import sys
from typing import TYPE_CHECKING, Final, Never

from hookkit.contract import ExitCode
from hookkit.errors import HookStopped

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

#: Signals that ask the hook to stop, and what it then ends with.
STOP_SIGNALS: Final = {
    signal.SIGTERM: ExitCode.STOPPED,
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGHUP: ExitCode.STOPPED,
}

_requests: Final[list[HookStopped]] = []


def raise_on_stop_signals() -> None:
    """From now on, the first stop signal raises HookStopped in the main thread; later ones are ignored."""
    for number in STOP_SIGNALS:
        signal.signal(number, lambda number, _frame: stop(number))
    sys.unraisablehook = _listen_again


def _forget_in_child() -> None:
    """Workers of multiprocessing are ended by a signal."""
    for number in STOP_SIGNALS:
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)


os.register_at_fork(after_in_child=_forget_in_child)


def _listen_again(lost: "UnraisableHookArgs") -> None:
    """A stop is lost where Python ignores exceptions, as in `__del__`: be ready for the next reminder of the parent."""
    if isinstance(lost.exc_value, HookStopped):
        raise_on_stop_signals()
    else:
        sys.__unraisablehook__(lost)


def ignore_stop_signals() -> None:
    """From now on, stop signals do nothing: the parent bounds what comes after."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def stop(number: int) -> Never:
    """Raise the stop that a signal asks for, once."""
    ignore_stop_signals()
    stopped = HookStopped(signal.Signals(number).name, STOP_SIGNALS[signal.Signals(number)])
    _requests.append(stopped)
    raise stopped


def stop_request() -> HookStopped | None:
    """The stop that was asked for, None as long as none was."""
    return _requests[0] if _requests else None


def forget_stop_request() -> None:
    """Start anew: an interpreter may run one hook after another."""
    _requests.clear()
