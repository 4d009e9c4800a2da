"""Connects to a server in asyncio."""

import asyncio
from pathlib import Path
from typing import Annotated

from hookkit import Option, Output, hook

RULE = "network"
NAMED = "{address}"


async def connect(host: str, port: int) -> None:
    """Connect and go."""
    _, writer = await asyncio.open_connection(host, port)  # refused
    writer.close()


@hook
def job(output: Annotated[Path, Output()], scene: Annotated[dict[str, str], Option()]) -> None:
    """Connects to a server in asyncio."""
    asyncio.run(connect(scene["address"], int(scene["tcp"])))
    (output / "escaped").touch()
