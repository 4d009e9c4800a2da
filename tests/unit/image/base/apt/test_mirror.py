"""Archives behind HTTP: a login of the machine's, a proxy of the machine's, and mirrors that misbehave."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from realparts.archive import Archive, Member, control_of

from hookkit.cache import Cache
from hookkit.errors import BuildError
from hookkit.image.base.apt.fetch import fetch_packages
from hookkit.image.base.apt.request import AptRequest
from hookkit.image.base.apt.resolve import resolve_packages

INSTALLED = control_of("libc6", Status="install ok installed").encode()
LOGIN = "Basic " + base64.b64encode(b"ann:pa55").decode()


class Mirror(SimpleHTTPRequestHandler):
    """Serves a folder; how it misbehaves is up to its server's `ways`, by the end of a path."""

    def __init__(self, *args: Any, ways: dict[str, str], **options: Any) -> None:
        self._ways = ways
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        way = next((way for end, way in self._ways.items() if self.path.endswith(end)), "")
        if way == "login" and self.headers.get("Authorization") != LOGIN:
            self.send_error(HTTPStatus.UNAUTHORIZED)
        elif way.isdigit():
            self.send_error(int(way))
        elif way == "cut":
            self._cut()
        else:
            self.path = self.path.partition("127.0.0.1:9")[2] or self.path  # a proxy is asked for whole addresses
            super().do_GET()

    def _cut(self) -> None:
        """Promise a body, send the half of it, and hang up."""
        content = Path(self.translate_path(self.path)).read_bytes()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def ways() -> dict[str, str]:
    """The end of a path -> how the mirror misbehaves there."""
    return {}


@pytest.fixture
def mirror(archive: Archive, ways: dict[str, str]) -> Iterator[str]:
    """The address of the archive on the loopback."""
    archive.add(control_of("libproj25"), [Member("./usr/lib/libproj.so.25", b"p" * 9999)], "")
    archive.publish()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Mirror, ways=ways, directory=archive.root))
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def wanted(archive: Archive, mirror: str, machine: Path) -> AptRequest:
    with (machine / "test.conf").open("a") as configuration:
        configuration.write('Acquire::Retries "0";\n')
    return AptRequest("amd64", ("libproj25",), replace(archive.settings, mirror=mirror), INSTALLED)


def test_packages_come_over_http(wanted: AptRequest, cache: Cache) -> None:
    packages = resolve_packages(wanted, cache)

    [path] = fetch_packages(packages, wanted, cache)

    assert path.stat().st_size == packages[0].size


def test_the_machines_own_login_is_used(
    wanted: AptRequest, cache: Cache, machine: Path, mirror: str, ways: dict[str, str]
) -> None:
    ways[""] = "login"
    with pytest.raises(BuildError, match=r"the archive refuses .*auth\.conf"):
        resolve_packages(wanted, cache)

    (machine / "auth.conf").write_text(f"machine {mirror} login ann password pa55\n")

    assert fetch_packages(resolve_packages(wanted, cache), wanted, cache)


def test_the_machines_own_proxy_is_used(wanted: AptRequest, cache: Cache, machine: Path, mirror: str) -> None:
    with (machine / "test.conf").open("a") as configuration:
        configuration.write(f'Acquire::http::Proxy "{mirror}";\n')
    behind = replace(wanted, settings=replace(wanted.settings, mirror="http://127.0.0.1:9"))

    assert fetch_packages(resolve_packages(behind, cache), behind, cache)


@pytest.mark.parametrize(
    ("way", "words"),
    [("403", "refuses"), ("404", "no such suite"), ("500", "the archive fails"), ("cut", "the archive fails")],
)
def test_a_mirror_that_misbehaves_is_one_line(
    wanted: AptRequest, cache: Cache, ways: dict[str, str], way: str, words: str
) -> None:
    packages = resolve_packages(wanted, cache)
    ways[".deb"] = way

    with pytest.raises(BuildError, match=words) as caught:
        fetch_packages(packages, wanted, cache)

    assert len(str(caught.value).splitlines()) == 1
    assert cache.blob(packages[0].digest, packages[0].size) is None


def test_a_mirror_that_recovers_is_used_again(wanted: AptRequest, cache: Cache, ways: dict[str, str]) -> None:
    packages = resolve_packages(wanted, cache)
    ways[".deb"] = "cut"
    with pytest.raises(BuildError):
        fetch_packages(packages, wanted, cache)
    ways.clear()

    assert fetch_packages(packages, wanted, cache)
