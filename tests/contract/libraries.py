"""Names of libraries become an environment that has them."""

from pathlib import Path

from realparts import installing


def make_environment(folder: Path, python: Path, *libraries: str) -> None:
    """Make a virtual environment with libraries; it shares no file with uv's cache, since its owner changes."""
    copies = {"UV_LINK_MODE": "copy"}
    installing._uv("venv", str(folder), "--python", str(python), variables=copies)
    installing._uv("pip", "install", "--python", str(folder / "bin" / "python"), *libraries, variables=copies)
