"""A table of failures becomes a registry in memory that fails accordingly, and works where the table is silent."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from realparts.certificates import KeyPair
from realparts.serving import Handler, serve

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    method: str
    path: str
    authorization: str


@dataclass
class Failure:
    """What to do in place of answering.

    Attributes:
        method, path: regular expressions of the requests that it's for.
        act: what to do.
        times: how often, from the first time on.

    """

    method: str
    path: str
    act: "Act"
    times: int = 1000

    def takes(self, method: str, path: str) -> bool:
        """Whether it's for a request; once less then."""
        if self.times <= 0 or not re.fullmatch(self.method, method) or not re.search(self.path, path):
            return False
        self.times -= 1
        return True


@dataclass
class Registry:
    """What the registry has and does, and what it was asked."""

    failures: list[Failure] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    manifests: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    blobs: dict[tuple[str, str], bytes] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    def asked(self, method: str, path: str = "") -> list[str]:
        """The paths of the requests of a method that a regular expression finds something in."""
        return [one.path for one in self.seen if one.method == method and re.search(path, one.path)]


class RegistryHandler(Handler):
    """Speaks OCI's distribution specification, as far as hookkit listens."""

    registry: Registry

    def _act(self) -> None:
        registry = self.registry
        registry.seen.append(Seen(self.command, self.path, self.headers.get("Authorization", "")))
        for failure in registry.failures:
            if failure.takes(self.command, self.path):
                failure.act(self)
                return
        self._work()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _act  # noqa: N815 - the names that http.server looks for

    def _work(self) -> None:
        url = urlsplit(self.path)
        if not (match := re.fullmatch(r"/v2/(.+)/(manifests|blobs)/(uploads/.*|[^/]+)", url.path)):
            self.answer(404)
        elif match[3].startswith("uploads/"):
            self._upload(match[1], {name: values[0] for name, values in parse_qs(url.query).items()})
        elif self.command == "PUT":
            self._keep_manifest(match[1], match[3])
        else:
            self._give(match[1], match[2], match[3])

    def _give(self, repository: str, kind: str, name: str) -> None:
        registry = self.registry
        octets = {at: ("application/octet-stream", content) for at, content in registry.blobs.items()}
        found = (registry.manifests if kind == "manifests" else octets).get((repository, name))
        if found is None:
            self.answer(404, error("MANIFEST_UNKNOWN", "manifest unknown"))
        else:
            self.answer(200, found[1], Content_Type=found[0], Docker_Content_Digest=digest_of(found[1]))

    def _keep_manifest(self, repository: str, name: str) -> None:
        content = self.body()
        kept = (self.headers["Content-Type"], content)
        self.registry.manifests |= {(repository, name): kept, (repository, digest_of(content)): kept}
        self.answer(201, Docker_Content_Digest=digest_of(content))

    def _upload(self, repository: str, query: dict[str, str]) -> None:
        blobs, content = self.registry.blobs, self.body()
        if self.command == "POST":
            if source := blobs.get((query.get("from", ""), query.get("mount", ""))):
                blobs[repository, query["mount"]] = source
                self.answer(201)
            else:
                self.answer(202, Location=f"/v2/{repository}/blobs/uploads/1?state=kept")
        elif self.command == "PUT" and query.get("state") == "kept" and digest_of(content) == query["digest"]:
            blobs[repository, query["digest"]] = content
            self.answer(201)
        else:
            self.answer(204 if self.command == "DELETE" else 400, error("DIGEST_INVALID", "wrong digest"))


Act = Callable[[RegistryHandler], None]


def digest_of(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


def error(code: str, message: str) -> bytes:
    return json.dumps({"errors": [{"code": code, "message": message}]}).encode()


@contextmanager
def misbehave(*failures: Failure, pair: KeyPair | None = None) -> Iterator[Registry]:
    """Run a registry with these failures."""
    registry = Registry(list(failures))
    handler = type("BoundHandler", (RegistryHandler,), {"registry": registry})
    with serve(handler, pair) as registry.address:
        try:
            yield registry
        finally:
            registry.released.set()


# ---------------------------------------------------------------- what to do


def says(status: int, content: bytes = b"", **headers: str) -> Act:
    """Answer so, whatever was asked."""

    def act(handler: RegistryHandler) -> None:
        handler.body()
        handler.answer(status, content, **headers)

    return act


def hangs_up(handler: RegistryHandler) -> None:
    """Break the connection off, with a reset."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    handler.close_connection = True


def hangs_up_after(size: int) -> Act:
    """Take so many bytes of a body, then break off."""

    def act(handler: RegistryHandler) -> None:
        handler.rfile.read(size)
        hangs_up(handler)

    return act


def cuts(content: bytes, size: int, **headers: str) -> Act:
    """Promise all, send a part, and end."""

    def act(handler: RegistryHandler) -> None:
        handler.answer(200, content[:size], Content_Length=str(len(content)), **headers)
        handler.close_connection = True

    return act


def says_nothing(handler: RegistryHandler) -> None:
    """Keep the connection until the test is over."""
    handler.registry.released.wait(60)
    handler.close_connection = True
