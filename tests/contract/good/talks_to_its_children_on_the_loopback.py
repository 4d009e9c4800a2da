"""Has a program that talks to it by TCP on the loopback."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

LOOPBACK = "tcp"
CLIENT = "import socket, sys; socket.create_connection(('localhost', int(sys.argv[1]))).close()"


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Has a program that talks to it by TCP on the loopback."""
    with socket.create_server(("localhost", 0)) as server:
        child = subprocess.Popen([sys.executable, "-c", CLIENT, str(server.getsockname()[1])])
        accepted, _ = server.accept()
        accepted.close()
        assert child.wait() == 0
    (output / "product").touch()
