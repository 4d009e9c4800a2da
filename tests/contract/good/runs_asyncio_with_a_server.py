"""Serves and asks itself on the loopback, in asyncio."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook

LOOPBACK = "tcp"


async def main() -> None:
    """Serve, ask, and run a program."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    assert await reader.read() == b"hello"
    writer.close()
    server.close()
    code = "print('x')"
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert (await program.communicate())[0] == b"x\n"
    await asyncio.to_thread(time.sleep, 0)


async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say hello."""
    writer.write(b"hello")
    writer.close()


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Serves and asks itself on the loopback, in asyncio."""
    asyncio.run(main())

    (output / "product").touch()
