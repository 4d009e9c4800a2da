"""A name and a version become a wheel: a module and a script, both of that name."""

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest


def write_wheel(  # noqa: PLR0913 - a parameter a trait
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    tag: str = "py3-none-any",
    requires: tuple[str, ...] = (),
    files: Mapping[str, str | bytes] | None = None,
    metadata: str = "",
) -> Path:
    """Write a wheel into a folder.

    Args:
        folder: what it lies in.
        name, version, tag: of the wheel.
        requires: what it depends on.
        files: more files of it, by their path.
        metadata: more lines of its METADATA.

    """
    info = f"{name}-{version}.dist-info"
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}", *(f"Requires-Dist: {one}" for one in requires)]
    contents: dict[str, str | bytes] = {
        f"{name}/__init__.py": f'"""{name}"""\n\n\ndef main() -> None:\n    print("{name} {version}")\n',
        f"{name}/data.txt": "data\n",
        **(files or {}),
        f"{info}/METADATA": "\n".join(lines) + f"\n{metadata}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
    }
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in contents.items():
            archive.writestr(file, text)
        archive.writestr(f"{info}/RECORD", _record(contents, f"{info}/RECORD"))
    return path


def _record(files: Mapping[str, str | bytes], own: str) -> str:
    def line(name: str, content: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        return f"{name},sha256={digest},{len(content)}\n"

    contents = ((name, one.encode() if isinstance(one, str) else one) for name, one in files.items())
    return "".join(line(name, content) for name, content in contents) + f"{own},,\n"


def only_wheels(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that is from now on the only place where uv finds packages, with a cache of its own."""
    folder = home / "wheels"
    folder.mkdir()
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_CACHE_DIR", str(home / "uv-cache"))
    return folder
