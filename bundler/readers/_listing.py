"""What a mirror holds: its pages in the order of its indexes, the names of its sections, and what is no article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote

from bundler.model import Note
from bundler.readers import _limits, _paths, _text
from bundler.tree import File, TooLargeError, Tree

PAGES, INDEXES, README = "pages", "indexes", "README.md"
SHOWN = 3
"""Paths that a note names; the rest is a number."""
_LINK = re.compile(r"\[(?P<words>[^\[\]]*)\]\(\s*<?(?P<path>[^()\s<>?#]+\.md)(?:[?#][^()]*)?\)")
_LETTER = re.compile(r"^[A-Z](?=[\u4e00-\u9fff])")
_BESIDE = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".bmp", ".ico",
    ".mp3", ".mp4", ".webm", ".m4a", ".pdf", ".css", ".js", ".txt", ".html",
)  # fmt: skip
"""Endings of files that stand beside pages and are theirs: pictures, codes, media."""


@dataclass(frozen=True, slots=True)
class Index:
    """One list of pages: its path, the name that the root page gives it, the pages it links to, in order."""

    path: str
    name: str
    pages: tuple[str, ...]


@dataclass(slots=True)
class Junk:
    """Files that are no articles, by reason."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, path: str) -> None:
        """Remember one more."""
        self.found.setdefault(reason, []).append(path)

    def notes(self) -> tuple[Note, ...]:
        """Return one note for each reason, with how many there are and the first of them."""
        return tuple(Note("not-an-article", detail=f"{why}: {counted(self.found[why])}") for why in sorted(self.found))


def counted(paths: Sequence[str]) -> str:
    """Name the first few paths, and how many more there are."""
    named = ", ".join(repr(path) for path in paths[:SHOWN])
    return f"{named} and {len(paths) - SHOWN} more" if len(paths) > SHOWN else named


def articles(files: Iterable[File], junk: Junk) -> tuple[str, ...]:
    """Return the pages among the files below `pages/`, sorted; what is none goes to the junk."""
    found = []
    for file in files:
        place = PurePosixPath(file.path)
        if place.suffix.lower() == ".md":
            reason = "" if len(place.parts) > len((PAGES, "section")) else "not in a section"
        else:
            reason = "" if place.suffix.lower() in _BESIDE else "not a Markdown file"
        reason = "empty" if not file.size and (place.suffix.lower() not in _BESIDE) else reason
        if reason:
            junk.add(reason, file.path)
        elif place.suffix.lower() == ".md":
            found.append(file.path)
    return tuple(found)


def indexes(tree: Tree) -> tuple[Index, ...]:
    """Read the root page and the indexes, in the order in which the root page links to them, the rest by path."""
    root = _links(tree, README)
    names = {path: words for words, path in reversed(root) if path.startswith(f"{INDEXES}/")}
    listed = list(dict.fromkeys(path for _, path in root if path in names))
    stand = [file.path for file in tree.list(INDEXES) if file.path.endswith(".md")]
    order = [path for path in listed if path in stand] + [path for path in stand if path not in names]
    own = Index(README, "", tuple(path for _, path in root if path.startswith(f"{PAGES}/")))
    return (
        own,
        *(Index(path, names.get(path, ""), _pages(_links(tree, path))) for path in order),
        *_unread(names, stand),
    )


def _unread(names: Mapping[str, str], stand: Sequence[str]) -> Iterator[Index]:
    """Yield the indexes that only the root page names: what they list is unknown, but a section may bear their name."""
    yield from (Index(path, name, ()) for path, name in names.items() if path not in stand)


def sections(found: Iterable[Index], known: Iterable[str]) -> dict[str, str]:
    """Name the sections: by the index named like them, else by the one that lists mostly their pages."""
    named: dict[str, str] = {}
    ids = set(known)
    kept = tuple(found)
    for index in kept:
        stem = PurePosixPath(index.path).stem
        if stem in ids and index.name:
            named.setdefault(stem, index.name)
    for index in kept:
        counts = Counter(path.split("/")[1] for path in index.pages if path.count("/") > 1)
        stem = PurePosixPath(index.path).stem
        if index.path != README and counts and stem not in ids:
            first = max(counts, key=lambda section: (counts[section], section))
            named.setdefault(first, index.name or _LETTER.sub("", stem))
    return dict(sorted(named.items()))


def ordered(pages: Sequence[str], found: Iterable[Index]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the pages as the indexes list them, the rest after them by path; and the listed ones that are not here."""
    here = set(pages)
    listed = dict.fromkeys(path for index in found for path in index.pages)
    first = [path for path in listed if path in here]
    rest = [path for path in pages if path not in listed]
    return (*first, *rest), tuple(path for path in listed if path not in here)


def _pages(links: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    inside = (path for _, path in links if path.startswith(f"{PAGES}/"))
    return tuple(dict.fromkeys(inside))


def _links(tree: Tree, path: str) -> list[tuple[str, str]]:
    """Return the relative links of a page of Markdown as (words, path in the tree)."""
    folder = PurePosixPath(path).parent
    found = []
    for link in _LINK.finditer(text_of(tree, path)):
        target = resolved(folder, unquote(link["path"]))
        if target:
            found.append((link["words"].strip(), target))
    return found


def text_of(tree: Tree, path: str) -> str:
    """Return the text of a file, or nothing where it is missing, too large or no text."""
    try:
        decoded = _text.decode(tree.read(path, max_bytes=_limits.MAX_ARTICLE_BYTES))
    except (OSError, TooLargeError):
        return ""
    return "" if isinstance(decoded, Note) else _text.clean(decoded[0])[0]


def resolved(folder: PurePosixPath, target: str) -> str:
    """Return the path in the tree of a target written in this folder; nothing where it leads out of the tree."""
    if target.startswith("/") or "://" in target or "\\" in target:
        return ""
    return _paths.joined(folder.as_posix(), target)
