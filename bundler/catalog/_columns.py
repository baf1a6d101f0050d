"""What listing needs of all pages of an archive, column by column: so thousands of entries are read in one go.

A segment holds some thousand pages, as two blobs. The first is a line of canonical JSON (lengths, codes, numbers) and
behind it one column of texts after the other, each cut where the lengths say; what few pages tell apart (language,
section, date, tags) stands there once and has a code a page. The second holds the folded titles and leads that words
are looked for in, and is read where a word is asked for.
"""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

from bundler.address import join
from bundler.catalog._page import Row, lead_text, unpacked_row
from bundler.codec import canonical
from bundler.model import ArticleId, Date, Entry, Section
from bundler.readers import Scan
from bundler.words import Word, fold, stands

AT_ONCE = 4_000
"""Pages a segment: so many rows are in memory at once while an archive is packed."""
TEXTS = ("id", "title", "source", "address", "lead", "path", "digest")
"""The columns that are texts of their own on every page."""
Page = tuple[str, int, Row]
"""Path, number and row of a page."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A page that is no article or could not be read: its path in the tree, and the code of the Note that says why."""

    id: ArticleId
    path: str
    code: str
    detail: str = ""


@dataclass(slots=True)
class Columns:
    """The articles of an archive, in its own order; all sequences but `problems` have a place for each of them."""

    entries: list[Entry] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    pictures: list[list[int]] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    claimed: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)
    strangers: dict[int, list[str]] = field(default_factory=dict)
    """Addresses by which a page claims to stand elsewhere in an archive, by its place."""


# -- packing ---------------------------------------------------------------------------------------------------------


def packed(pages: Iterable[tuple[str, int, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the two blobs of each segment. Of pages with the same id the first one counts; the others are problems."""
    first: dict[str, str] = {}
    rows: list[Page] = []
    problems: list[tuple[str, str, str, str]] = []
    for path, number, data in pages:
        row = unpacked_row(data)
        if not row.fields:
            problems.append((row.problem[0], path, row.problem[1], row.problem[2]))
        elif first.setdefault(row.fields[0], path) != path:
            problems.append((row.fields[0], path, "same-id", first[row.fields[0]]))
        else:
            rows.append((path, number, row))
        if len(rows) + len(problems) >= AT_ONCE:
            yield _segment(rows, problems)
            rows, problems = [], []
    yield _segment(rows, problems)


def _segment(pages: Sequence[Page], problems: Sequence[tuple[str, str, str, str]]) -> tuple[bytes, bytes]:
    rows = [row for _, _, row in pages]
    fields: list[Sequence[Any]] = [[row.fields[at] for row in rows] for at in range(12)]
    best = [row.claims[0] if row.claims else ("", "", None) for row in rows]
    texts = (
        fields[0], fields[1], fields[9], [address for _, address, _ in best], fields[10],
        [path for path, _, _ in pages], [row.digest for row in rows],
    )  # fmt: skip
    columns = ["".join(column).encode("utf-8", "surrogatepass") for column in texts]
    head = {
        "texts": {name: [len(data), list(map(len, column))]
                  for name, data, column in zip(TEXTS, columns, texts, strict=True)},
        "numbers": [number for _, number, _ in pages],
        "characters": fields[11],
        "language": _coded(fields[2]),
        "section": _coded([list(one) for one in zip(fields[3], fields[4], fields[5], strict=True)]),
        "published": _coded(fields[6]),
        "authors": _coded(fields[7]),
        "tags": _coded(fields[8]),
        "pictures": _coded([row.pictures for row in rows]),
        "where": _coded([where for where, _, _ in best]),
        "claimed": Counter(base for row in rows for _, _, base in row.claims if base is not None),
        "used": Counter(base for _, _, base in best if base),
        "strangers": _strangers(rows),
        "problems": problems,
    }  # fmt: skip
    return b"\n".join((canonical(head), b"".join(columns))), _words(rows)


def _strangers(rows: Iterable[Row]) -> list[tuple[int, list[str]]]:
    found = ([address for _, address, base in row.claims if base is None] for row in rows)
    return [(place, addresses) for place, addresses in enumerate(found) if addresses]


def _coded(values: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """Return every value once, in the order of their first pages, and the place of each page's value there."""
    codes: dict[str, int] = {}
    kept: list[Any] = []
    places = []
    for value in values:
        known = repr(value)
        if known not in codes:
            codes[known] = len(kept)
            kept.append(value)
        places.append(codes[known])
    return kept, places


def _words(rows: Sequence[Row]) -> bytes:
    texts = [row.title for row in rows], [row.lead for row in rows]
    lengths = canonical([list(map(len, column)) for column in texts])
    return b"\n".join((lengths, "".join(map("".join, texts)).encode("utf-8", "surrogatepass")))


# -- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Naming:
    """What a recipe says of an archive that its pages do not: sections by id, the base of share addresses."""

    sections: Mapping[str, str]
    base_url: str


def read(columns: Columns, blob: bytes, naming: Naming, scan: Scan) -> None:
    """Add a segment to what is known of an archive."""
    line, _, data = blob.partition(b"\n")
    head: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"))
    texts = dict(_texts(head["texts"], data))
    sections = [_section(one, naming, scan) for one in head["section"][0]]
    published = [Date(dt.date.fromisoformat(one[0]), *one[1:]) if one else None for one in head["published"][0]]
    shares = [join(naming.base_url, path) for path in texts["path"]] if naming.base_url else texts["address"]
    start = len(columns.entries)
    columns.entries += map(
        Entry,
        texts["id"],
        texts["title"],
        _each(head["language"][0], head["language"][1]),
        _each([one for one, _ in sections], head["section"][1]),
        _each([publisher for _, _, publisher in head["section"][0]], head["section"][1]),
        _each(published, head["published"][1]),
        _each(list(map(tuple, head["authors"][0])), head["authors"][1]),
        _each(list(map(tuple, head["tags"][0])), head["tags"][1]),
        texts["source"],
        shares,
        texts["lead"],
        head["characters"],
    )
    columns.numbers += head["numbers"]
    columns.paths += texts["path"]
    columns.digests += texts["digest"]
    columns.pictures += _each(*head["pictures"])
    columns.named += _each([rule for _, rule in sections], head["section"][1])
    columns.shared += _each(*head["where"])
    columns.problems += (Problem(ArticleId(one), *rest) for one, *rest in head["problems"])
    columns.claimed.update(head["claimed"])
    columns.used.update(head["used"])
    columns.strangers.update((start + place, addresses) for place, addresses in head["strangers"])


def _texts(sizes: Mapping[str, tuple[int, list[int]]], data: bytes) -> Iterator[tuple[str, list[str]]]:
    start = 0
    for name in TEXTS:
        size, lengths = sizes[name]
        yield name, _cut(data[start : start + size].decode("utf-8", "surrogatepass"), lengths)
        start += size


def _cut(text: str, lengths: Iterable[int]) -> list[str]:
    return [text[start:end] for start, end in pairwise(accumulate(lengths, initial=0))]


def _each(kept: Sequence[Any], places: Iterable[int]) -> Iterator[Any]:
    return map(kept.__getitem__, places)


def _section(known: Sequence[str], naming: Naming, scan: Scan) -> tuple[Section, str]:
    """Name a section for people, and the rule: the recipe, the archive, the page, else the publisher says so."""
    one, name, publisher = known
    if one in naming.sections:
        return Section(one, str(naming.sections[one])), "recipe#archives.sections"
    if found := scan.sections.get(one):
        return Section(one, found), "reader#section.listed"
    if name != one and name:
        return Section(one, name), "reader#section.page"
    rule = "reader#section.publisher" if publisher else "reader#section.id"
    return Section(one, publisher or name), rule


# -- words -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """The folded titles and leads of a segment: one text each, and where in it every page begins."""

    titles: tuple[str, Sequence[int]]
    leads: tuple[str, Sequence[int]]

    def __len__(self) -> int:
        """Return how many pages these are of."""
        return len(self.titles[1]) - 1

    def holding(self, sought: Word, *, lead: bool) -> set[int]:
        """Return the places of the pages in which a word stands: in the title, or in title and lead."""
        found = set(_holding(sought, *self.titles))
        return found.union(_holding(sought, *self.leads)) if lead else found


def words(blob: bytes) -> Words:
    """Read the second blob of a segment."""
    line, _, data = blob.partition(b"\n")
    return _words_of(data.decode("utf-8", "surrogatepass"), *json.loads(line))


def folded(entries: Sequence[Entry]) -> Words:
    """Make of entries what would have been read."""
    texts = [fold(entry.title) for entry in entries], [lead_text(entry) for entry in entries]
    return _words_of("".join(map("".join, texts)), *([*map(len, column)] for column in texts))


def _words_of(text: str, *lengths: Sequence[int]) -> Words:
    titles, leads = ([*accumulate(column, initial=0)] for column in lengths)
    return Words((text[: titles[-1]], titles), (text[titles[-1] :], leads))


def _holding(sought: Word, text: str, starts: Sequence[int]) -> Iterator[int]:
    """Yield the places of the pages whose piece of a text holds a word; it is searched once, in one go."""
    at = text.find(sought.needle) if sought.needle else -1
    while at >= 0:
        place = bisect_right(starts, at) - 1
        piece = text[starts[place] : starts[place + 1]]
        if stands(sought, piece):
            yield place
            at = text.find(sought.needle, starts[place + 1])
        else:
            at = text.find(sought.needle, at + 1)
