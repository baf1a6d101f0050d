"""Read one page, in any process: what the catalog keeps of it, and the whole of it for the cache."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bundler import likeness, readers, words
from bundler.address import base_of
from bundler.codec import canonical, from_json, to_json
from bundler.digest import source_digest
from bundler.likeness import Print
from bundler.model import Article, Entry, Figure, Image, Note, Scope
from bundler.readers import Claim, Loaded, Reason
from bundler.tree import MAX_FILE_BYTES, MAX_PICTURE_BYTES, File, FolderTree, TooLargeError, Tree
from bundler.walk import every_block, every_inline, plain_text
from bundler.words import fold, fold_lines
from bundler.work import Bound

LEAD_CHARACTERS = 150
_DATELINE = re.compile(r"\s*【[^】\n]{0,60}[讯訊電电]】")
"""Where and when a report was sent: words are looked for behind it, as 北京时间 stands in most."""
MISSING = ""
"""Stands for the hash of a file that is not there."""
LARGE = "large"
"""Stands for the hash of a file that is too large to be read."""
NONE = b"[]"
"""Stands for no remote pictures."""
BOUND = Bound(10, 512_000_000)
"""What reading one page may take. Counted limits keep every page far below it."""
LOST = "lost"
"""Stands for the hash of a file that could not be read this time: the next time it is tried again."""


@dataclass(frozen=True, slots=True)
class Page:
    """The job of reading one page."""

    tree: FolderTree
    reader: str
    archive: str
    path: str


@dataclass(slots=True)
class Row:
    """What listing needs of one page; `_columns` makes columns of the rows of all.

    `fields` are those of the entry as the reader made it, by position (see `_row`); `claims` are the addresses of
    the page, the best first: where, address, its base or None; `title` and `lead` are folded; `pictures` counts those
    that are there and those that are missing. Of a page that is no article there are no fields, and `problem` says id,
    code and detail.
    """

    fields: list[Any]
    claims: list[tuple[str, str, str | None]]
    title: str
    lead: str
    digest: str
    problem: tuple[str, str, str]
    pictures: tuple[int, int]


@dataclass(slots=True)
class Witness:
    """A tree that remembers the hash of every file that was read from it: no file can change unnoticed in between."""

    tree: Tree
    read_hashes: dict[str, str] = field(default_factory=dict)

    def list(self, under: str = "") -> Iterator[File]:
        """Yield the regular files, sorted by path."""
        return self.tree.list(under)

    def stat(self, path: str) -> File | None:
        """Describe one file."""
        return self.tree.stat(path)

    def read(self, path: str, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
        """Return a file's bytes and keep their hash."""
        data = self.tree.read(path, max_bytes=max_bytes)
        self.read_hashes[path] = hashlib.sha256(data).hexdigest()
        return data

    def hash_of(self, path: str) -> str:
        """Return the hash of a file as it was read, or as it is."""
        return self.read_hashes[path] if path in self.read_hashes else hash_of(self.tree, path)


def hash_of(tree: Tree, path: str) -> str:
    """Return the SHA-256 of a file, or what stands for it."""
    try:
        return hashlib.sha256(tree.read(path, max_bytes=MAX_PICTURE_BYTES)).hexdigest()
    except FileNotFoundError:
        return MISSING
    except TooLargeError:
        return LARGE
    except OSError:
        return LOST


def read_page(page: Page) -> bytes:
    """Read one page, for `parts`.

    These are the hashes of the files it depends on, its row, the page packed, its print, the addresses of its remote
    pictures, its text.
    """
    witness = Witness(page.tree)
    try:
        loaded = readers.reader(page.reader).load(witness, page.path, page.archive)
    except (MemoryError, OSError):
        return lost_page(page)
    except Exception as error:  # noqa: BLE001 — one page, whatever is wrong with it, does not take the others along
        loaded = Loaded(None, notes=(Note("reading-failed", None, type(error).__name__),))
    return _joined(page, loaded, {path: witness.hash_of(path) for path in (page.path, *loaded.needs)})


def explain_page(page: Page) -> bytes:
    """Say why the reader decided as it did on one page, for `unpacked_reasons`."""
    try:
        loaded = readers.reader(page.reader).load(page.tree, page.path, page.archive)
    except Exception:  # noqa: BLE001 — as in `read_page`: what cannot be read has no reasons
        loaded = Loaded(None)
    return canonical([[reason.what, reason.rule, reason.said] for reason in loaded.reasons])


def unexplained(_page: Page) -> bytes:
    """Stand in for a page whose reading ended its process."""
    return b"[]"


def unpacked_reasons(data: bytes) -> tuple[Reason, ...]:
    """Return the reasons that `explain_page` was asked for."""
    return tuple(Reason(*one) for one in json.loads(data.decode("utf-8", "surrogatepass")))


def lost_page(page: Page) -> bytes:
    """Stand in for a page whose reading went beyond its bound or ended its process, or that the disk would not give."""
    return _joined(page, Loaded(None, notes=(Note("reading-stopped"),)), {page.path: LOST})


def _joined(page: Page, loaded: Loaded, seen: dict[str, str]) -> bytes:
    article = loaded.article
    text = fold_lines(plain_text(article.blocks)) if article else ""
    made = packed_print(likeness.taken(text)).hex().encode()
    said = text.encode("utf-8", "surrogatepass")
    parts = (canonical(seen), _row(page, loaded), pack(loaded), made, canonical(loaded.remote), said)
    return b"\n".join(parts)


def parts(data: bytes) -> tuple[dict[str, str], bytes, bytes, bytes, bytes, bytes]:
    """Return the parts that `read_page` joined; canonical JSON holds no line end."""
    seen, row, body, made, remote, text = data.split(b"\n", 5)
    return json.loads(seen), row, body, bytes.fromhex(made.decode()), remote, text


def packed_print(made: Print) -> bytes:
    """Return a print as bytes."""
    return made.text + made.minima


def unpacked_print(data: bytes) -> Print:
    """Return the print that `packed_print` was given."""
    return Print(data[: likeness.DIGEST_BYTES], data[likeness.DIGEST_BYTES :])


def _row(page: Page, loaded: Loaded) -> bytes:
    article = loaded.article
    if article is None:
        note = loaded.notes[-1] if loaded.notes else Note("unreadable")
        problem = (note.article or f"{page.archive}/{page.path}", note.code, note.detail)
        return canonical([[], [], "", "", "", problem, (0, 0)])
    entry, date = article.entry, article.entry.published
    fields = (
        entry.id, entry.title, entry.language, entry.section.id, entry.section.name, entry.publisher,
        (date.value.isoformat(), date.precision, date.rule, date.inferred) if date else None,
        entry.authors, entry.tags, entry.source, entry.lead, entry.characters,
    )  # fmt: skip
    addresses = loaded.claims or ((Claim("page", entry.share),) if entry.share else ())
    ordered = sorted(addresses, key=lambda claim: claim.where != "page")
    bases = ("" if claim.where == "bundle" else base_of(claim.address, page.path) for claim in ordered)
    claims = [(claim.where, claim.address, base) for claim, base in zip(ordered, bases, strict=True)]
    folded = (fold(entry.title), lead_text(entry))
    return canonical([fields, claims, *folded, source_digest(article), ("", "", ""), _pictures(article)])


def _pictures(article: Article) -> tuple[int, int]:
    """Count the pictures that are in the archive, and those that are not."""
    figures = [block.asset for block in every_block(article.blocks) if isinstance(block, Figure)]
    images = [inline.asset for inline in every_inline(article.blocks) if isinstance(inline, Image)]
    there = sum(asset is not None for asset in (*figures, *images))
    return there, len(figures) + len(images) - there


def lead_text(entry: Entry) -> str:
    """Return, folded, where words are looked for beside the title: the lead behind its dateline, and the tags."""
    dateline = _DATELINE.match(entry.lead)
    behind = dateline.end() if dateline else 0
    return "\n".join((fold(entry.lead[behind : behind + LEAD_CHARACTERS]), *map(fold, entry.tags)))


def stands_in(article: Article, word: str, scope: Scope) -> bool:
    """Say whether a word stands in an article that is at hand, as `matching` says it of those in a catalog."""
    sought, entry = words.word(word), article.entry
    texts = [fold(entry.title)]
    if scope != "title":
        texts.append(lead_text(entry))
    if scope == "text":
        texts.append(fold_lines(plain_text(article.blocks)))
    return any(words.stands(sought, text) for text in texts)


def unpacked_row(data: bytes) -> Row:
    """Return the row of a page."""
    return Row(*json.loads(data.decode("utf-8", "surrogatepass")))


def pack(loaded: Loaded) -> bytes:
    """Return a page as bytes without line ends, equal for equal pages."""
    value = {
        "article": to_json(loaded.article),
        "claims": [[claim.where, claim.address] for claim in loaded.claims],
        "media": dict(loaded.media),
        "needs": list(loaded.needs),
        "notes": to_json(loaded.notes),
    }
    return canonical(value)


def unpack(body: bytes) -> Loaded:
    """Return the page that `pack` made."""
    value = json.loads(body)
    article: Article | None = from_json(value["article"])
    claims = tuple(Claim(where, said) for where, said in value["claims"])
    return Loaded(article, claims, value["media"], tuple(value["needs"]), from_json(value["notes"]))
