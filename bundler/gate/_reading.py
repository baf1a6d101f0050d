"""How judges read: never an exception for a broken file, and no name of this machine in any of the packer's strings."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from urllib.parse import quote

from bundler.gate import Expected, Fault

CHUNK = 1 << 20
MAX_FILE_BYTES = 512_000_000
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
"""Everything of the category Cc but tab and line feed, and what is no character."""
_PARTS = re.compile(rb"[^0-9A-Za-z]", re.DOTALL)
"""A byte that parts words; what is not there, at the edge of a piece, does not."""
_EDGE = b" "
"""What stands before the first and after the last byte of a file."""
SHOWN = 80
"""Characters of a file's own text that a fault repeats."""


def judged(check: Callable[[Path, Expected], Iterator[Fault]], path: Path, expected: Expected) -> tuple[Fault, ...]:
    """Return the faults of a file, each once; a file that makes a parser give up has one fault more."""
    faults: dict[Fault, None] = {}
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return (Fault("too-large", f"more than {MAX_FILE_BYTES} bytes"),)
        faults.update(dict.fromkeys(file_traces(path, expected)))
        for fault in check(path, expected):
            faults[fault] = None
    except Exception as error:  # noqa: BLE001 - parsers fail in many ways, and a file that no parser reads must not pass
        faults[Fault("unreadable", type(error).__name__)] = None
    return tuple(faults)


def short(text: str) -> str:
    """Return the beginning of a text as a fault repeats it."""
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def tokens(text: str) -> list[str]:
    """Split a text where browsers do: at ASCII white space, not at other spaces of Unicode (WHATWG Infra, 4.6)."""
    return [token for token in re.split(r"[\t\n\f\r ]+", text) if token]


# -- strings of this machine -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Needle:
    """A string that must not occur, in one spelling; a `whole` one counts only where no letter or digit adjoins."""

    word: str
    data: bytes
    whole: bool


@cache
def needles(forbidden: tuple[str, ...]) -> tuple[Needle, ...]:
    """Spell every forbidden string as files may: UTF-8, UTF-16 (PDF strings), percent-encoded."""
    return tuple(
        Needle(word, spelled, whole="/" not in word and "\\" not in word and spelled == word.encode())
        for word in sorted(set(forbidden))
        if word
        for spelled in _spellings(word)
    )


def _spellings(word: str) -> tuple[bytes, ...]:
    quoted = quote(word).encode()
    return tuple(dict.fromkeys((word.encode(), word.encode("utf-16-be"), word.encode("utf-16-le"), quoted)))


def traces(chunks: Iterable[bytes], expected: Expected, where: str) -> Iterator[Fault]:
    """Search bytes that come in pieces for the forbidden strings; memory stays at one piece.

    A string at the edge of a piece is looked at together with what adjoins it in the next one.
    """
    wanted = needles(expected.forbidden)
    overlap = max((len(needle.data) for needle in wanted), default=0) + 1
    seen: set[str] = set()
    tail = _EDGE
    for chunk in chain(chunks, (_EDGE,)):
        window = tail + chunk
        seen.update(needle.word for needle in wanted if needle.word not in seen and _occurs(needle, window))
        tail = window[-overlap:]
    yield from (Fault("trace", f"{word[:3]}… stands in {where}") for word in sorted(seen))


def _occurs(needle: Needle, window: bytes) -> bool:
    at = window.find(needle.data)
    while at >= 0:
        end = at + len(needle.data)
        if not needle.whole or (_PARTS.match(window[at - 1 : at]) and _PARTS.match(window[end : end + 1])):
            return True
        at = window.find(needle.data, at + 1)
    return False


def file_traces(path: Path, expected: Expected) -> Iterator[Fault]:
    """Search the bytes of a file as they are."""
    with path.open("rb") as file:
        yield from traces(iter(lambda: file.read(CHUNK), b""), expected, "the file")


# -- what must be there ------------------------------------------------------------------------------------------


def ids(found: Iterable[str], expected: Expected) -> Iterator[Fault]:
    """Compare the articles that were found, by short id and as often as they occur, with those expected."""
    counts = Counter(found)
    for name in dict.fromkeys(expected.articles):
        if counts[name] != 1:
            yield Fault("article-repeated" if counts[name] else "article-missing", name)
    yield from (Fault("article-unexpected", name) for name in sorted(set(counts) - set(expected.articles)))


def codes(found: Counter[str], expected: Mapping[str, int]) -> Iterator[Fault]:
    """Compare the payloads that were decoded with those expected, as often as each occurs."""
    for payload in sorted(expected.keys() | found.keys()):
        if found[payload] < expected.get(payload, 0):
            yield Fault("code-missing", short(payload))
        elif found[payload] > expected.get(payload, 0):
            yield Fault("code-unexpected", short(payload))


def text_faults(source: bytes, where: str = "the file") -> Iterator[Fault]:
    """Judge bytes that must be text: UTF-8 without a mark in front, lines end with LF, no control characters."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    if source.startswith(codecs.BOM_UTF8):
        yield Fault("byte-order-mark", where)
    for start in range(0, len(source), CHUNK):
        end = start + CHUNK
        try:
            text = decoder.decode(source[start:end], final=end >= len(source))
        except UnicodeDecodeError as error:
            yield Fault("not-utf-8", f"near byte {start + error.start} of {where}")
            return
        if found := CONTROLS.search(text):
            yield Fault("control-character", f"U+{ord(found[0]):04X} after byte {start} of {where}")
