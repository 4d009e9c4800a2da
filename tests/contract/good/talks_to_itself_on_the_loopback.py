"""Talks to itself by TCP on the loopback, as a cluster of one machine does."""

import socket
import threading
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

LOOPBACK = "tcp"


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Talks to itself by TCP on the loopback, as a cluster of one machine does."""
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
        accepted, _ = server.accept()
        with accepted:
            client.sendall(b"x")
            assert accepted.recv(1) == b"x"
    with socket.create_server(("localhost", 0)) as server:
        thread = threading.Thread(target=lambda: socket.create_connection(server.getsockname()).close())
        thread.start()
        accepted, _ = server.accept()
        accepted.close()
        thread.join()
    (output / "product").touch()
