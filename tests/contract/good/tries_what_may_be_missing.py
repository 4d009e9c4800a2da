"""Looks for files that are not there, as most libraries do when they start."""

import contextlib
import importlib
import os
import shutil
import site
from pathlib import Path
from typing import Annotated

from hookkit import Output, hook


@hook
def job(output: Annotated[Path, Output()]) -> None:
    """Looks for files that are not there, as most libraries do when they start."""
    for path in ("/etc/hookkit-nothing", "/usr/share/nothing", "/opt/nothing", "~/.netrc"):
        assert not os.path.isfile(os.path.expanduser(path))
    assert shutil.which("no-such-program") is None
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module("no_such_module")
    os.access("/etc/passwd", os.W_OK)
    site.getusersitepackages()
    shutil.which("sh")

    (output / "product").touch()
