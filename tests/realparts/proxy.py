"""An address becomes where every tunnel through this proxy leads, whatever host was asked for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from realparts.serving import Handler, serve


@dataclass
class Proxy:
    """What was asked of it: hosts, and who asked."""

    address: str = ""
    hosts: list[str] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)


@contextmanager
def proxy_to(goal: str) -> Iterator[Proxy]:
    """Run a proxy for HTTPS that knows a single place."""
    proxy = Proxy()
    host, _, port = goal.partition(":")

    class ProxyHandler(Handler):
        def do_CONNECT(self) -> None:  # noqa: N802 - the name that http.server looks for
            proxy.hosts.append(self.path)
            proxy.authorizations.append(self.headers.get("Proxy-Authorization", ""))
            self.close_connection = True
            with socket.create_connection((host, int(port))) as there:
                self.send_response(200)
                self.end_headers()
                back = threading.Thread(target=_pump, args=(there, self.connection), daemon=True)
                back.start()
                _pump(self.connection, there)
                back.join()

    with serve(ProxyHandler) as proxy.address:
        yield proxy


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(1 << 16):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
