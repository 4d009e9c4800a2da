"""A handler of `http.server` becomes a server on a free port of the loopback, in threads of this process."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from realparts.certificates import KeyPair


class Handler(BaseHTTPRequestHandler):
    """Keeps connections, says nothing, and answers a greeting of TLS in plain HTTP, as Go's servers do."""

    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        try:
            if self.rfile.peek(1)[:1] == b"\x16":  # type: ignore[attr-defined] # a BufferedReader
                self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                self.close_connection = True
            else:
                super().handle_one_request()
        except (ConnectionError, ssl.SSLError):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, content: bytes = b"", **headers: str) -> None:
        """Answer; `Content_Type="…"` is the header Content-Type."""
        self.send_response(status)
        for name, value in {"Content_Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass  # whoever hung up is what the test is about


@contextmanager
def serve(handler: type[Handler], pair: KeyPair | None = None) -> Iterator[str]:
    """Serve over HTTP, or over HTTPS with a key and certificate, and yield the address `127.0.0.1:PORT`."""
    with _Server(("127.0.0.1", 0), handler) as server:
        if pair is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pair.certificate, pair.key)
            # The handshake is left to the thread of the connection.
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
