"""Reads time zones, languages, names of users and certificates of the system."""

import contextlib
import locale
import os
import platform
import pwd
import socket
import ssl
import subprocess
import time
import zoneinfo
from datetime import datetime
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Reads time zones, languages, names of users and certificates of the system."""
    assert datetime.fromtimestamp(0, tz=zoneinfo.ZoneInfo("UTC")).year == 1970
    time.localtime()
    locale.setlocale(locale.LC_ALL, "")
    locale.getlocale()
    ssl.create_default_context()
    platform.platform()
    socket.gethostname()
    os.uname()
    with contextlib.suppress(KeyError):
        pwd.getpwuid(os.getuid())
    subprocess.run(["sh", "-c", "date; locale; id; hostname || true; uname -a"], check=True)

    (output / "product").touch()
