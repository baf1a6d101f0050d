"""A web server of our own on loopback that does everything a server must not: one raw answer for each path."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


def reply(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Return a whole answer; a length is added where none is given."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named.setdefault("Content-Length", str(len(body)))
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def bomb(megabytes: int) -> bytes:
    """Return gzip that unfolds to so many megabytes."""
    return gzip.compress(bytes(megabytes * 1_000_000))


def drip(connection: socket.socket) -> None:
    """Begin an answer and go on with a byte now and then."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    for _ in range(2_000):
        connection.sendall(b".")
        time.sleep(0.02)


def drip_headers(connection: socket.socket) -> None:
    """Never come to the end of the headers."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(2_000):
        connection.sendall(b"x")
        time.sleep(0.02)


def endless(connection: socket.socket) -> None:
    """Send chunks for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + bytes(65_536) + b"\r\n")


def endless_hints(connection: socket.socket) -> None:
    """Send provisional answers for ever."""
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)


def reset(connection: socket.socket) -> None:
    """Break the connection in the middle of an answer."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nhalf")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(connection: socket.socket) -> None:
    """Say nothing at all."""
    time.sleep(5)


Answer = bytes | Callable[[socket.socket], None]


@dataclass
class Server:
    """Answers by path; `asked` are the paths, `seen` the whole requests, in order."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


@contextlib.contextmanager
def serving(certificate: Path | None = None, **answers: Answer) -> Iterator[Server]:
    """Serve answers at `/name`; anything else is 404."""
    server = Server({f"/{name}": answer for name, answer in answers.items()})
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        server.port = listening.getsockname()[1]
        context = None
        if certificate is not None:
            server.scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
        threading.Thread(target=_accept, args=(listening, server, context), daemon=True).start()
        yield server
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, server: Server, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, server, context), daemon=True).start()


def _serve(connection: socket.socket, server: Server, context: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError, ValueError):
        if context is not None:
            connection = context.wrap_socket(connection, server_side=True)
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                more = connection.recv(65_536)
                if not more:
                    return
                data += more
            head, _, data = data.partition(b"\r\n\r\n")
            server.seen.append(head.decode("latin-1"))
            path = head.split(b" ", 2)[1].decode("latin-1")
            server.asked.append(path)
            answer = server.answers.get(path.partition("?")[0], reply(status="404 Not Found"))
            if callable(answer):
                answer(connection)
                connection.close()
                return
            connection.sendall(answer)


def chained() -> bytes:
    """Return a body that was compressed again and again."""
    body = bytes(100_000)
    for _ in range(5):
        body = zlib.compress(body)
    return body
