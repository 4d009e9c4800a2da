"""Users and what they may do become signed tokens, as Debian's docker-registry wants to see them."""

import base64
import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from realparts import certificates
from realparts.certificates import KeyPair
from realparts.serving import Handler, serve

SERVICE = "test-registry"
ISSUER = "test-issuer"
#: Below it anybody may read.
PUBLIC = "public/"


@dataclass
class TokenServer:
    """Who may get tokens, and what was asked for.

    Attributes:
        users: name -> password; each may do everything.
        identities: identity token -> name.
        stale: so many tokens, the first ones, were over before they are given.
        asked: how each token was asked for: method, user, scopes.
        paths: of all requests, with their queries.

    """

    pair: KeyPair
    users: Mapping[str, str] = field(default_factory=dict)
    identities: Mapping[str, str] = field(default_factory=dict)
    stale: int = 0
    asked: list[tuple[str, str, list[str]]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    address: str = ""

    @property
    def auth(self) -> dict[str, Any]:
        """What the registry's settings say about it."""
        place = {"realm": f"http://{self.address}/token", "service": SERVICE, "issuer": ISSUER}
        return {"token": {**place, "rootcertbundle": str(self.pair.certificate)}}

    def token(self, user: str, scopes: list[str]) -> str:
        """Sign a token for what the user may do of what was asked for."""
        self.stale -= 1
        now = int(time.time()) - (3600 if self.stale >= 0 else 0)
        access = [granted for scope in scopes if (granted := _granted(user, scope))]
        claims = {"iss": ISSUER, "sub": user, "aud": SERVICE, "access": access, "jti": str(time.time_ns())}
        times = {"iat": now, "nbf": now, "exp": now + 300}
        header = {"typ": "JWT", "alg": "RS256", "x5c": [_der(self.pair.certificate)]}
        signed = f"{_base64(json.dumps(header).encode())}.{_base64(json.dumps({**claims, **times}).encode())}"
        return f"{signed}.{_base64(self._signature(signed.encode()))}"

    def _signature(self, content: bytes) -> bytes:
        command = ["openssl", "dgst", "-sha256", "-sign", str(self.pair.key)]
        return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def _granted(user: str, scope: str) -> dict[str, Any] | None:
    kind, name, actions = scope.split(":")
    allowed = actions.split(",") if user else [one for one in ["pull"] if name.startswith(PUBLIC)]
    return {"type": kind, "name": name, "actions": allowed} if allowed else None


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _der(certificate: Path) -> str:
    return "".join(line for line in certificate.read_text().splitlines() if "-----" not in line)


@contextmanager
def serve_tokens(folder: Path, users: Mapping[str, str], identities: Mapping[str, str]) -> Iterator[TokenServer]:
    """Run a token server whose key lies in a folder."""
    server = TokenServer(certificates.make(folder, "tokens"), users, identities)

    class TokenHandler(Handler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server looks for
            query = parse_qs(urlsplit(self.path).query)
            server.paths.append(self.path)
            user, _, password = _basic(self.headers.get("Authorization", "")).partition(":")
            if user and server.users.get(user) != password:
                self.answer(401, b'{"errors": [{"code": "UNAUTHORIZED", "message": "wrong password"}]}')
            else:
                self._give("GET", user, query.get("scope", []))

        def do_POST(self) -> None:  # noqa: N802 - as above
            form = {name: values[0] for name, values in parse_qs(self.body().decode()).items()}
            server.paths.append(self.path)
            user = server.identities.get(form.get("refresh_token", ""))
            if user is None or form.get("grant_type") != "refresh_token" or not form.get("client_id"):
                self.answer(401, b'{"errors": [{"code": "UNAUTHORIZED", "message": "no such identity"}]}')
            else:
                self._give("POST", user, form.get("scope", "").split())

        def _give(self, method: str, user: str, scopes: list[str]) -> None:
            server.asked.append((method, user, scopes))
            key = "token" if method == "GET" else "access_token"
            content = {key: server.token(user, scopes), "expires_in": 300}
            self.answer(200, json.dumps(content).encode(), Content_Type="application/json")

    with serve(TokenHandler) as server.address:
        yield server


def _basic(header: str) -> str:
    scheme, _, encoded = header.partition(" ")
    return base64.b64decode(encoded).decode() if scheme == "Basic" else ""
