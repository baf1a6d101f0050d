"""Git's protocol over HTTP, version 2, as much of it as fetching one commit takes (gitprotocol-v2).

Three requests at most: what branches there are, and one pack. No program of the system takes part, so there is no
configuration, no hook, no login and no other transport to be tricked into; all goes through the same `Net` as pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bundler.fetch.faults import NetError
from bundler.fetch.net import Net

MAX_REFS_BYTES = 20_000_000
MAX_PACK_BYTES = 4_000_000_000
_HEADERS = {
    "content-type": "application/x-git-upload-pack-request",
    "accept": "application/x-git-upload-pack-result",
    "git-protocol": "version=2",
}
_FLUSH, _DELIM, _END = b"0000", b"0001", b"0002"
_OID = re.compile("[0-9a-f]{40}")
_DATA, _PROGRESS, _FATAL = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Branch:
    """The commit that a branch is at; `name` is that of the ref."""

    name: str
    commit: str


@dataclass(frozen=True, slots=True)
class Former:
    """The commit that is here already, and when it was made, in seconds since 1970."""

    commit: str
    made: int


def branch(net: Net, url: str, wanted: str) -> Branch:
    """Ask what commit a branch is at; without a name the default one. Raises NetError."""
    ref = f"refs/heads/{wanted}" if wanted else "HEAD"
    asked = (b"command=ls-refs", None, b"symrefs", b"ref-prefix " + ref.encode())
    with net.post(_service(url), _packed(asked), _HEADERS, max_bytes=MAX_REFS_BYTES) as answer:
        for line in _Lines(answer).until_flush():
            commit, _, rest = line.decode("utf-8", "replace").rstrip("\n").partition(" ")
            name, *more = rest.split(" ")
            if name == ref:
                if not _OID.fullmatch(commit):
                    raise NetError("git-refused", "no SHA-1 repository")
                symref = next((one.removeprefix("symref-target:") for one in more if one.startswith("symref-")), name)
                return Branch(symref, commit)
    raise NetError("git-branch-missing", wanted or "HEAD")


def pack(net: Net, url: str, commit: str, former: Former | None, into: BinaryIO) -> None:
    """Fetch one commit, without its history. Raises NetError, OSError.

    With a former one only what came since is sent, and the commits between the two: if they do not lead from the one
    to the other, the history was rewritten.
    """
    asked: list[bytes | None] = [b"command=fetch", None, b"no-progress", b"ofs-delta"]
    asked += [b"want " + commit.encode()]
    if former is None:
        asked += [b"deepen 1"]
    else:
        asked += [b"shallow " + former.commit.encode(), b"deepen-since %d" % former.made]
        asked += [b"have " + former.commit.encode()]
    with net.post(_service(url), _packed((*asked, b"done")), _HEADERS, max_bytes=MAX_PACK_BYTES) as answer:
        lines = _Lines(answer)
        for line in lines.until_pack():
            _refused(line)
        for line in lines.until_flush():
            if line[0] == _DATA:
                into.write(line[1:])
            elif line[0] == _FATAL:
                raise NetError("git-refused", _said(line[1:]), again=True)


def _service(url: str) -> str:
    return f"{url.rstrip('/')}/git-upload-pack"


def _packed(lines: tuple[bytes | None, ...]) -> bytes:
    """Write a request: each line with its length before it, None for the line between command and arguments."""
    body = (b"%04x%s\n" % (len(line) + 5, line) if line is not None else _DELIM for line in lines)
    return b"".join(body) + _FLUSH


def _refused(line: bytes) -> None:
    if line.startswith(b"ERR "):
        raise NetError("git-refused", _said(line[4:]))


def _said(line: bytes) -> str:
    """Return what a server says as words that can be printed."""
    return "".join(one if one.isprintable() else " " for one in line.decode("utf-8", "replace"))[:200].strip()


class _Lines:
    """Lines as Git's protocol sends them: four digits of length, then as many bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, bytearray()

    def _exactly(self, count: int) -> bytes:
        while len(self._held) < count:
            piece = next(self._pieces, b"")
            if not piece:
                raise NetError("git-refused", "the answer ends too early", again=True)
            self._held += piece
        found = bytes(self._held[:count])
        del self._held[:count]
        return found

    def _line(self) -> bytes:
        """Return the next line; the marks _FLUSH, _DELIM and _END as they are written."""
        size = self._exactly(4)
        if size in (_FLUSH, _DELIM, _END):
            return size
        if not re.fullmatch(b"[0-9a-f]{4}", size) or int(size, 16) <= 4:  # noqa: PLR2004 - a line's own length
            raise NetError("git-refused", "an answer that is not Git's")
        line = self._exactly(int(size, 16) - 4)
        _refused(line)
        return line

    def until_flush(self) -> Iterator[bytes]:
        """Yield the lines up to the mark that ends them."""
        return self._until(lambda line: line in (_FLUSH, _END))

    def until_pack(self) -> Iterator[bytes]:
        """Yield the lines before the pack."""
        for line in self._until(lambda line: line in (b"packfile\n", _FLUSH)):
            if line != _DELIM:
                yield line

    def _until(self, last: Callable[[bytes], bool]) -> Iterator[bytes]:
        while not last(line := self._line()):
            yield line
