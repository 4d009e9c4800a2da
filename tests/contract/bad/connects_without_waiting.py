"""Connects to a server without waiting for the answer."""

import errno
import os
import select
import socket
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = "{address}:{tcp}"


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server without waiting for the answer."""
    with socket.socket() as client:
        client.setblocking(False)
        error = client.connect_ex((scene["address"], int(scene["tcp"])))
        if error not in {0, errno.EINPROGRESS}:
            raise OSError(error, os.strerror(error))
        select.select([], [client], [], 5)
        client.getpeername()
    (output / "escaped").touch()
