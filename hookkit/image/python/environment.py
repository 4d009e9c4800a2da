"""A base's Python becomes a virtual environment at `IMAGE_ROOT`, made by hand: nothing of the image has to run.

Source: PEP 405, and the layout that `python -m venv` gives.
"""

from pathlib import PurePosixPath

from hookkit.image.layer import LayerEntry, LayerFile, LayerLink


def environment_entries(python: PurePosixPath, minor: str) -> tuple[LayerEntry, ...]:
    """The entries of an environment without packages, sorted by path.

    Args:
        python: the interpreter of the base, by its own path: `/usr/local/bin/python3.12`.
        minor: its version: `3.12`.

    """
    configuration = f"home = {python.parent}\ninclude-system-site-packages = false\nversion = {minor}\n"
    return (
        LayerLink("bin/python", str(python)),
        LayerLink("bin/python3", "python"),
        LayerLink(f"bin/python{minor}", "python"),
        LayerLink("lib64", "lib"),
        LayerFile("pyvenv.cfg", configuration.encode()),
    )
