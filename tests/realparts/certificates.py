"""A name becomes a key and a certificate that signs itself, made by openssl."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class KeyPair:
    """Two PEM files."""

    key: Path
    certificate: Path


def make(folder: Path, name: str = "localhost") -> KeyPair:
    """Make a pair that is good for a name, for localhost and for 127.0.0.1."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here: install Debian's package of that name")
    pair = KeyPair(folder / f"{name}.key", folder / f"{name}.crt")
    folder.mkdir(parents=True, exist_ok=True)
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    names = ["-addext", f"subjectAltName=DNS:{name},DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(pair.key), "-out", str(pair.certificate)]
    subprocess.run([*request, *names, *files], capture_output=True, check=True)
    return pair
