"""The environment's proxies and certificates become urllib3's pools of connections.

HTTPS_PROXY, HTTP_PROXY and NO_PROXY are as `urllib.request` reads them; SSL_CERT_FILE and the system's certificates as
OpenSSL finds them; REQUESTS_CA_BUNDLE adds to them.
"""

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from hookkit.errors import Problem, RegistryError
from hookkit.image.registry.address import is_loopback
from hookkit.image.registry.patience import Patience

if TYPE_CHECKING:
    import ssl

    from urllib3 import PoolManager

#: Bytes of a body that are sent at once. Each piece has the time of a connection, also over a slow line.
_PIECE: Final = 1 << 16
#: Kept open to one host: as many as blobs are sent at a time, and one for tokens.
_KEPT: Final = 8
#: On this machine a greeting is answered at once, or by somebody who waits for something else.
_GREETING_SECONDS: Final = 2


class Connections:
    """Opens connections when they are needed and keeps them; several threads may ask."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._pools: dict[tuple[str, str], PoolManager] = {}
        self._lock = threading.Lock()

    def to(self, url: str) -> "PoolManager":
        """The pool for an address."""
        scheme, proxy = urlsplit(url).scheme, _proxy(url)
        with self._lock:
            if (scheme, proxy) not in self._pools:
                self._pools[scheme, proxy] = self._pool(scheme, proxy)
            return self._pools[scheme, proxy]

    def close(self) -> None:
        """Close those that nobody uses."""
        for pool in self._pools.values():
            pool.clear()

    def _pool(self, scheme: str, proxy: str) -> "PoolManager":
        from urllib3 import PoolManager, ProxyManager, Timeout
        from urllib3.util import make_headers, parse_url

        options: dict[str, Any] = {
            "timeout": Timeout(connect=self._patience.connect, read=self._patience.answer),
            "maxsize": _KEPT,
            "blocksize": _PIECE,
            "ssl_context": _tls() if scheme == "https" else None,
        }
        if not proxy:
            return PoolManager(**options)
        login = parse_url(proxy).auth
        return ProxyManager(proxy, proxy_headers=make_headers(proxy_basic_auth=login) if login else None, **options)


def _proxy(url: str) -> str:
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    if is_loopback(parts.netloc) or proxy_bypass(parts.netloc):
        return ""
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _tls() -> "ssl.SSLContext":
    import ssl

    context = ssl.create_default_context()
    bundle = os.environ.get("REQUESTS_CA_BUNDLE")
    if bundle and bundle != os.environ.get("SSL_CERT_FILE"):
        try:
            if Path(bundle).is_dir():
                context.load_verify_locations(capath=bundle)
            else:
                context.load_verify_locations(cafile=bundle)
        except OSError as error:
            what = f"can't be read as certificates: {error.strerror or error}"
            raise RegistryError(Problem("REQUESTS_CA_BUNDLE", what, "mend it, or unset it")) from None
    return context


def speaks_tls(host: str) -> bool:
    """Whether something at `host[:port]` on this machine answers a greeting of TLS; nothing else is sent."""
    import socket
    import ssl

    parts = urlsplit(f"//{host}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # whom it is, is asked with the first request
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or 443), _GREETING_SECONDS) as plain,
            context.wrap_socket(plain),
        ):
            return True
    except OSError:  # errors of TLS are such, too
        return False
