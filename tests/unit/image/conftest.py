"""Projects on disk, wheels made on the spot, and golden files."""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from realparts.wheels import only_wheels, write_wheel

from hookkit.cache import Cache
from hookkit.image.plan import ImageRequest
from hookkit.image.platform import Platform
from hookkit.image.python.interpreter import Interpreter
from hookkit.project import Project, find_project
from hookkit.spec import HookSpec

GOLDEN = Path(__file__).parents[2] / "golden"
AMD64 = Platform("linux", "amd64")

MakeProject = Callable[..., Project]
MakeWheel = Callable[..., Path]


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """A cache of the test's own."""
    return Cache(tmp_path / "cache")


@pytest.fixture
def interpreter() -> Interpreter:
    """The running Python, as what compiles."""
    found = Interpreter.at(Path(sys.executable))
    assert found
    return found


@pytest.fixture
def spec() -> HookSpec:
    return HookSpec.from_json(json.loads((GOLDEN / "hello-world" / "spec.json").read_text(encoding="utf-8")))


@pytest.fixture
def image_request() -> ImageRequest:
    return ImageRequest(python="3.12", platform=AMD64)


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Write a project of the given files, in a folder of its own."""

    def make(
        files: Mapping[str, str] | None = None,
        *,
        dependencies: tuple[str, ...] = (),
        folder: str = "project",
        tool: str = "",
    ) -> Project:
        root = tmp_path / folder
        pyproject = (
            f'[project]\nname = "hello"\nversion = "1.0.0"\nrequires-python = ">=3.11"\n'
            f"dependencies = {json.dumps(list(dependencies))}\n[tool.hookkit]\n{tool}\n"
        )
        for name, text in {"pyproject.toml": pyproject, **(files or {})}.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return find_project(root)

    return make


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place that uv finds packages in: nothing leaves this machine, and nothing is taken from its cache."""
    for name in [name for name in os.environ if name.startswith(("UV_", "PIP_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))
    return only_wheels(tmp_path, monkeypatch)


@pytest.fixture
def make_wheel(wheels: Path) -> MakeWheel:
    """Make a wheel with a module and a script, both of its name, where uv finds it."""
    return partial(write_wheel, wheels)


class _Index(SimpleHTTPRequestHandler):
    """Python's simple repository API over a folder of wheels: each package is a page of links with hashes."""

    def do_GET(self) -> None:
        if not self.path.endswith("/"):
            return super().do_GET()
        found = sorted(Path(self.directory).glob(f"{self.path.strip('/')}-*.whl"))
        links = [
            f'<a href="/{one.name}#sha256={hashlib.sha256(one.read_bytes()).hexdigest()}">{one.name}</a>'
            for one in found
        ]
        page = "".join(links).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)
        return None

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def package_index(wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a package index on the loopback: it holds the wheels, and uv finds them nowhere else."""
    monkeypatch.delenv("UV_NO_INDEX")
    monkeypatch.delenv("UV_FIND_LINKS")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Index, directory=str(wheels))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def compare_golden() -> Callable[[Path, str], None]:
    """Compare a text with a golden file; with UPDATE_GOLDEN=1 in the environment write the file instead."""

    def compare(file: Path, text: str) -> None:
        if os.environ.get("UPDATE_GOLDEN") == "1":
            file.write_text(text, encoding="utf-8")
        assert file.is_file(), f"no {file.name}: run once with UPDATE_GOLDEN=1"
        assert text == file.read_text(encoding="utf-8"), "UPDATE_GOLDEN=1 rewrites the golden files"

    return compare
