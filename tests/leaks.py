"""A page that leaks in every way we know, and a listener that hears every connection a browser opens."""

from __future__ import annotations

import re
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Self

VECTORS = (
    '<img src="{u}">',
    '<img srcset="{u} 1x">',
    '<picture><source srcset="{u}"><img></picture>',
    '<img src="data:," style="background:url({u})">',
    '<link rel="stylesheet" href="{u}">',
    '<link rel="stylesheet" href="{u}" media="print">',
    '<link rel="preload" as="image" href="{u}">',
    '<link rel="modulepreload" href="{u}">',
    '<link rel="prefetch" href="{u}">',
    '<link rel="preconnect" href="{s}">',
    '<script src="{u}"></script>',
    '<script type="module" src="{u}"></script>',
    '<script>fetch("{u}").catch(() => 0)</script>',
    '<script>new Image().src = "{u}"</script>',
    '<script>navigator.sendBeacon("{u}")</script>',
    '<script>new EventSource("{u}")</script>',
    '<script>let x = new XMLHttpRequest(); x.open("GET", "{u}"); x.send()</script>',
    '<script>import("{u}").catch(() => 0)</script>',
    '<iframe src="{u}"></iframe>',
    "<iframe srcdoc='<img src=\"{u}\">'></iframe>",
    "<iframe src='data:text/html,<img src=\"{u}\">'></iframe>",
    "<iframe srcdoc='<meta http-equiv=refresh content=\"0;url={u}\">'></iframe>",
    "<iframe srcdoc='<form id=f action=\"{u}\"></form><script>f.submit()</script>'></iframe>",
    '<object data="{u}"></object>',
    '<embed src="{u}">',
    '<video src="{u}" preload="auto"></video>',
    '<video poster="{u}"></video>',
    '<audio src="{u}" preload="auto"></audio>',
    '<video preload="auto"><source src="{u}"></video>',
    '<input type="image" src="{u}">',
    '<table background="{u}"><tr><td>x</table>',
    '<table><tr><td background="{u}">x</table>',
    "<p style=\"background:url('{u}')\">x</p>",
    '<p style="list-style-image:url({u});display:list-item">x</p>',
    '<p style="border:9px solid;border-image:url({u}) 9">x</p>',
    '<p style="mask-image:url({u})">x</p>',
    '<p style="shape-outside:url({u});float:left">x</p>',
    "<p style=\"background:image-set('{u}' 1x)\">x</p>",
    '<p style="cursor:url({u}),auto">x</p>',
    '<style>@import "{u}";</style>',
    '<style>#n{n}::before{{content:url({u})}}</style><p id="n{n}">x</p>',
    '<style>@font-face{{font-family:f{n};src:url({u})}}#n{n}{{font-family:f{n}}}</style><p id="n{n}">x</p>',
    '<svg><image href="{u}" width="9" height="9"/></svg>',
    '<svg><image xlink:href="{u}" width="9" height="9"/></svg>',
    '<svg><filter id="n{n}"><feImage href="{u}"/></filter><rect width="9" height="9" filter="url(#n{n})"/></svg>',
    '<svg><script href="{u}"></script></svg>',
    "<svg><style>@import '{u}';</style></svg>",
    '<script>new WebSocket("{w}")</script>',
    '<script>new Worker(URL.createObjectURL(new Blob(["fetch(\\"{u}\\")"])))</script>',
)
"""Each opens a connection by itself; {u} is an address of its own, {s} and {w} the same host by https and ws."""


def control_page() -> str:
    """Return a page with every vector."""
    lines = (
        vector.format(
            n=n, u=f"http://v{n}.leak.example/", s=f"https://v{n}.leak.example/", w=f"ws://v{n}.leak.example/"
        )
        for n, vector in enumerate(VECTORS)
    )
    return "<!doctype html><meta charset=utf-8><body>" + "\n".join(lines)


@dataclass
class Listener:
    """Takes every connection on a loopback port, keeps its first bytes and closes it."""

    heard: list[bytes] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._hear, args=(connection,), daemon=True).start()

    def _hear(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(2)
            try:
                first = connection.recv(4096)
                self.heard.append(first)
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            except OSError:
                self.heard.append(b"")

    def vectors(self) -> set[int]:
        """Return the numbers of the vectors that were heard: in a request's Host, or in a TLS greeting."""
        return {int(number) for first in self.heard for number in re.findall(rb"v(\d+)\.leak\.example", first)}

    def settle(self, quiet_seconds: float = 2, most_seconds: float = 20) -> None:
        """Wait until nothing has been heard for a while."""
        end = time.monotonic() + most_seconds
        count, since = len(self.heard), time.monotonic()
        while time.monotonic() < min(end, since + quiet_seconds):
            time.sleep(0.1)
            if len(self.heard) != count:
                count, since = len(self.heard), time.monotonic()
