"""Sends signals to itself and to its children."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Sends signals to itself and to its children."""
    got = []
    signal.signal(signal.SIGUSR1, lambda *_: got.append("usr1"))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.signal(signal.SIGALRM, lambda *_: got.append("alarm"))
    time.sleep(0.1)
    child = subprocess.Popen(["sleep", "60"])
    child.send_signal(signal.SIGSTOP)
    child.send_signal(signal.SIGCONT)
    child.terminate()
    assert child.wait() == -signal.SIGTERM
    group = subprocess.Popen(["sh", "-c", "sleep 60 & sleep 60"], start_new_session=True)
    os.killpg(group.pid, signal.SIGKILL)
    assert group.wait() == -signal.SIGKILL
    assert got == ["usr1", "alarm"]

    (output / "product").touch()
