"""The body of an answer: counted as it arrives and as it unfolds, complete, and in no encoding but gzip."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping

from bundler.fetch.faults import NetError

_GZIP = 31
"""zlib's window for gzip with its header (`zlib.decompressobj`)."""


def whole(chunks: Iterable[bytes], headers: Mapping[str, str], max_bytes: int) -> bytes:
    """Return a body of at most max_bytes, decoded. Raises NetError where it is larger, encoded otherwise, or broken.

    A length that the server names only refuses early: what counts is what comes.
    """
    named = headers.get("content-length", "")
    if named.isdecimal() and int(named[:20]) > max_bytes:
        raise NetError("too-large", f"{named[:20]} bytes, at most {max_bytes}")
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return _capped(chunks, max_bytes)
    if encoding in ("gzip", "x-gzip"):
        return _capped(_unzipped(chunks, max_bytes), max_bytes)
    raise NetError("encoding-refused", encoding[:100])


def _capped(chunks: Iterable[bytes], max_bytes: int) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > max_bytes:
            raise NetError("too-large", f"more than {max_bytes} bytes")
    return bytes(data)


def _unzipped(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    """Yield what gzip unfolds to, never more than one byte beyond the cap at once; members may follow one another."""
    unfold, begun = zlib.decompressobj(_GZIP), False
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                begun = True
                yield unfold.decompress(rest, max_bytes + 1)
                rest = unfold.unconsumed_tail
                if unfold.eof:
                    rest, unfold, begun = unfold.unused_data, zlib.decompressobj(_GZIP), False
    except zlib.error as error:
        raise NetError("answer-broken", f"gzip: {error}"[:200]) from error
    if begun:
        raise NetError("answer-broken", "gzip ends too soon", again=True)
