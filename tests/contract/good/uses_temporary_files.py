"""Uses the temporary files of the standard library, and of programs."""

import subprocess
import tempfile
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Uses the temporary files of the standard library, and of programs."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "x").write_text("x")
    with tempfile.NamedTemporaryFile() as named, tempfile.TemporaryFile() as file:
        named.write(b"x")
        file.write(b"x")
    made = subprocess.check_output(["mktemp"], text=True).strip()
    Path(made).unlink()

    (output / "product").touch()
