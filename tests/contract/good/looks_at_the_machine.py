"""Asks how many processors, how much memory and disk there are."""

import os
import resource
import shutil
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Asks how many processors, how much memory and disk there are."""
    assert (os.cpu_count() or 0) >= 1
    assert len(os.sched_getaffinity(0)) >= 1
    assert "MemTotal" in Path("/proc/meminfo").read_text()
    assert "Name" in Path("/proc/self/status").read_text()
    Path("/proc/self/maps").read_text()
    Path("/proc/cpuinfo").read_text()
    Path("/proc/self/mountinfo").read_text()
    assert os.listdir("/proc/self/fd")
    shutil.disk_usage(output)
    os.statvfs(output)
    os.getloadavg()
    resource.getrusage(resource.RUSAGE_CHILDREN)
    os.sysconf("SC_NPROCESSORS_ONLN")

    (output / "product").touch()
