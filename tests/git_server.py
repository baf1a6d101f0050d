"""Git repositories of our own, served on loopback by Git's own `http-backend`, as code hosts serve theirs."""

from __future__ import annotations

import contextlib
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from parts import require

QUIET = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "晨报",
    "GIT_AUTHOR_EMAIL": "news@example.org",
    "GIT_COMMITTER_NAME": "晨报",
    "GIT_COMMITTER_EMAIL": "news@example.org",
    "LC_ALL": "C.UTF-8",
}


class Repository:
    """A repository with a folder to work in; each commit is a minute after the former one."""

    def __init__(self, root: Path) -> None:
        require("git")
        self.root, self.minute = root, 0
        root.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, data: bytes | None = None) -> str:
        time = f"{1_700_000_000 + self.minute * 60} +0000"
        environment = {**QUIET, "GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time}
        return subprocess.run(
            ("git", "-C", str(self.root), *arguments), input=data, env=environment, check=True, capture_output=True
        ).stdout.decode().strip()  # fmt: skip

    def write(self, path: str, text: str | bytes) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)

    def commit(self, *arguments: str) -> str:
        """Commit everything in the folder; return the commit."""
        self.minute += 1
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "another day", *arguments)
        return self.git("rev-parse", "HEAD")

    def plant(self, *entries: str) -> str:
        """Commit a folder of these lines (`mode type hash<tab>name`), whatever no checkout would make."""
        self.minute += 1
        tree = self.git("mktree", "--missing", "-z", data=b"".join(one.encode() + b"\0" for one in entries))
        commit = self.git("commit-tree", tree, "-m", "odd")
        self.git("update-ref", "refs/heads/main", commit)
        return commit

    def blob(self, data: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", data=data)


class Server(ThreadingHTTPServer):
    """The server; `asked` lists requests, `sent` counts the bytes of answers, `cut` ends answers after so many."""

    def __init__(self, root: Path, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Backend)
        self.root, self.asked, self.sent, self.cut = root, [], 0, None
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Backend(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._run(b"")

    def do_POST(self) -> None:
        self._run(self.rfile.read(int(self.headers["content-length"])))

    def _run(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        self.server.asked.append((self.command, path, body))
        environment = {
            **QUIET, "GIT_PROJECT_ROOT": str(self.server.root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path,
            "QUERY_STRING": query, "REQUEST_METHOD": self.command, "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": self.headers.get("content-type", ""), "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": self.headers.get("git-protocol", ""),
        }  # fmt: skip
        made = subprocess.run(("git", "http-backend"), input=body, env=environment, capture_output=True, check=False)
        head, _, answer = made.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.server.sent += len(answer)
        with contextlib.suppress(OSError):
            self.wfile.write(answer if self.server.cut is None else answer[: self.server.cut])
        if self.server.cut is not None:
            self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        pass


@contextlib.contextmanager
def serving(root: Path, certificate: Path | None = None) -> Iterator[Server]:
    """Serve all repositories below a folder; with a certificate by HTTPS."""
    server = Server(root, certificate)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
