"""Uses named pipes and local sockets in its work folder, and pairs of sockets."""

import os
import socket
import threading
from pathlib import Path
from typing import Annotated

from hookkit import HookContext, Output, hook


@hook
def job(output: Annotated[Path, Output()], context: HookContext) -> None:
    """Uses named pipes and local sockets in its work folder, and pairs of sockets."""
    work = context.work_dir
    os.mkfifo(work / "pipe")
    thread = threading.Thread(target=(work / "pipe").write_text, args=("x",))
    thread.start()
    assert (work / "pipe").read_text() == "x"
    thread.join()
    os.chdir(work)  # a local socket's path is short
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        with socket.socket(socket.AF_UNIX, kind) as server, socket.socket(socket.AF_UNIX, kind) as client:
            server.bind(f"socket-{kind}")
            server.listen()
            client.connect(f"socket-{kind}")
    one, two = socket.socketpair()
    with one, two:
        one.sendall(b"x")
        assert two.recv(1) == b"x"
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("\0" + os.urandom(8).hex())
        server.listen()
        client.connect(server.getsockname())

    (output / "product").touch()
