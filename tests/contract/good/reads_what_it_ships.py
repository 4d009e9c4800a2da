"""Reads the data that lies beside its code, and its own source."""

import importlib.metadata
import importlib.resources
import inspect
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Reads the data that lies beside its code, and its own source."""
    assert inspect.getsource(job).startswith("@hook")
    assert (importlib.resources.files("shipped") / "table.csv").read_text() == "a,b\n1,2\n"
    assert Path(__file__).with_name("shipped").is_dir()
    assert importlib.metadata.distributions() is not None

    (output / "product").touch()
