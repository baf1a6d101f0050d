"""Where a page's relative addresses lead in its tree: never outside, and only to files that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from bundler.model import Note, Original
from bundler.readers import _media
from bundler.tree import Tree

MAX_LOOKUPS = 1_000
"""Different relative addresses of one page that are looked for."""

PAGES = (".md", ".markdown")
RULES = "bundler-rules.yaml"
"""The rules that an archive brings, beside its README."""
SAVED = (".html", ".htm", ".xhtml", ".shtml")
_SCHEME = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")
_ROOTS = ("", "static/", "content/", "assets/")
_MEDIA = ("attachments/", "assets/", "images/", "img/", "media/", "files/", "_resources/", "static/")
_FILLED = re.compile(r"^\{(?:filename|static|attach)\}")


@dataclass(slots=True)
class Places:
    """Finds files from one page, and remembers which paths it asked for."""

    tree: Tree
    page: str
    needs: dict[str, None] = field(default_factory=dict)
    media: dict[Original, str] = field(default_factory=dict)
    answers: dict[tuple[str, ...], str] = field(default_factory=dict)
    remote: _media.Remote = field(init=False)

    def __post_init__(self) -> None:
        """Look for pictures of the web where the page looks for its own."""
        self.remote = _media.Remote(self.tree, self.needs, self.media)

    def carried(self, written: str) -> Original | Note | None:
        """Return a picture of the tree, or one that was fetched for it; the Note that says why it is not carried."""
        path = self.picture(written)
        if not path:
            return self.remote.picture(written)
        found = _media.carried(self.tree, path)
        if found is not None and not isinstance(found, Note):
            self.media.setdefault(found, path)
        return found

    def picture(self, written: str) -> str:
        """Return the path of a picture: from the page, from the root or Hugo's static, in a folder for attachments."""
        path = plain(written)
        if not path:
            return ""
        return self._first((*self._around(path), *self._attached(path)))

    def page_at(self, written: str) -> str:
        """Return the path of a page of this tree that an address names, with or without suffix, or nothing."""
        path = plain(written).rstrip("/")
        if not path:
            return ""
        if path.lower().endswith(PAGES):
            return self._first(tuple(self._around(path)))
        bare = path.removesuffix(".html").removesuffix(".htm")
        found = (other for around in self._around(bare) for other in (f"{around}.md", f"{around}.markdown"))
        inside = (f"{around}/index.md" for around in self._around(bare))
        return self._first((*found, *inside, *self._above(bare)))

    def _first(self, paths: tuple[str, ...]) -> str:
        """Return the first of the paths that is there; the same question is asked once, and only so many are."""
        if paths not in self.answers:
            self.answers[paths] = self._looked_up(paths) if len(self.answers) < MAX_LOOKUPS else ""
        return self.answers[paths]

    def _looked_up(self, paths: tuple[str, ...]) -> str:
        for path in dict.fromkeys(paths):
            self.needs[path] = None
            if self.tree.stat(path) is not None:
                return path
        return ""

    def _around(self, path: str) -> Iterator[str]:
        """Yield where a path may lead: from the page's folder, or from the roots that site generators know."""
        if not path.startswith("/") and (beside := joined(self._folder(), path)):
            yield beside
        for root in _ROOTS:
            if inside := joined("", root + path.lstrip("/")):
                yield inside

    def _attached(self, path: str) -> Iterator[str]:
        """Yield where an attachment named without its folder may lie."""
        if "/" not in path:
            yield from (found for folder in _MEDIA if (found := joined(self._folder(), folder + path)))
            yield from (folder + path for folder in _MEDIA)

    def _above(self, path: str) -> Iterator[str]:
        """Yield where a page named without its folder may lie: in the folders above."""
        parts = self._folder().split("/")
        for end in range(len(parts) - 1, 0, -1):
            if "/" not in path:
                yield f"{'/'.join(parts[:end])}/{path}.md"

    def _folder(self) -> str:
        return self.page.rpartition("/")[0]


def plain(written: str) -> str:
    """Return a relative address without query, fragment and escapes; nothing where it is absolute or no path."""
    if _SCHEME.match(written):
        return ""
    bare = unquote(re.split(r"[?#]", written.strip(), maxsplit=1)[0])
    path = _FILLED.sub("", bare).replace("\\", "/")
    return "" if any(ord(char) < 0x20 or 0xD800 <= ord(char) <= 0xDFFF for char in path) else path  # noqa: PLR2004 (controls, surrogates)


def joined(folder: str, path: str) -> str:
    """Join a folder and a relative path; nothing where that leads out of the tree."""
    parts: list[str] = []
    for part in f"{folder}/{path}".split("/"):
        if part == ".." and not parts:
            return ""
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
