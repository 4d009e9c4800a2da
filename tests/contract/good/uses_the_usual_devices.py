"""Reads and writes the devices that every container has."""

import contextlib
import subprocess
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Reads and writes the devices that every container has."""
    Path("/dev/null").write_text("x")
    assert Path("/dev/null").read_bytes() == b""
    for name in ("urandom", "random", "zero"):
        with open(f"/dev/{name}", "rb") as device:
            assert len(device.read(8)) == 8
    with open("/dev/full", "wb", buffering=0) as full, contextlib.suppress(OSError):
        full.write(b"x")
        raise AssertionError
    lines = "echo x > /dev/null; cat < /dev/null; echo y > /dev/stdout; echo z > /dev/stderr; cat /dev/fd/0 < /dev/null"
    subprocess.run(lines, shell=True, check=True)

    (output / "product").touch()
