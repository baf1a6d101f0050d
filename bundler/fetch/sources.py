"""`archive.yaml`: what an archive is made of, in the strict YAML of recipes, every mistake with file, line and column.

The file stands in the archive's folder and may be a stranger's: it names web addresses and files of this folder, and
can make no program do anything else. docs/archives.md describes it.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from bundler import store
from bundler.errors import Code, Say, UsageError, say
from bundler.fetch.faults import NetError
from bundler.fetch.hosts import target
from bundler.recipe.kinds import Key, Kind, choice, scalar, text
from bundler.recipe.maps import Fields, fields, lines, record
from bundler.recipe.problems import Place, Problem, RecipeProblems, shown
from bundler.recipe.source import Listing, Map, Node, Scalar, compose, read_file

FILE = "archive.yaml"
MAX_ADDRESSES = 20_000
MAX_LIST_BYTES = 4_000_000
_INSIDE = re.compile(r"(?!/)(?!.*(?:^|/)\.)[^\\\x00]+")


@dataclass(frozen=True, slots=True)
class Git:
    """A repository: its branch (empty: the default one), and the beginnings of the paths that are wanted."""

    url: str
    branch: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """RSS, Atom or a JSON Feed."""

    url: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Single pages of the web."""

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """A file of pages that somebody saved (EPUB, ZIM, WARC, WACZ): its path in the archive's folder."""

    path: Path


Source: TypeAlias = Git | Feed | Pages | Saved


@dataclass(frozen=True, slots=True)
class Sources:
    """What `archive.yaml` says: where articles come from, and whether their pictures are fetched."""

    path: Path
    sources: tuple[Source, ...]
    pictures: bool = True

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the hosts that the sources name, sorted."""
        urls = [url for source in self.sources for url in addresses_of(source)]
        return tuple(sorted({urlsplit(url).hostname or "" for url in urls}))


def addresses_of(source: Source) -> tuple[str, ...]:
    """Return the web addresses of a source."""
    match source:
        case Git() | Feed():
            return (source.url,)
        case Pages():
            return source.urls
        case Saved():
            return ()


def load(archive: Path) -> Sources | None:
    """Read the `archive.yaml` of a folder; None where there is none. Raises RecipeProblems with all mistakes."""
    path = archive / FILE
    if not path.exists():
        return None
    problems: list[Problem] = []
    at = Place(str(path))
    written = read_file(path, at, problems, missing=say("make one with: bundler init DIR --git ADDRESS"))
    root = None if written is None else compose(written, str(path), problems)
    found = None
    if isinstance(root, Map):
        found = fields(root, _keys(), problems, {})
    elif not problems:
        problems.append(at.wrong(say("sources are made of keys with values"), say("begin with 'version: 1'")))
    if problems or found is None:
        raise RecipeProblems(str(path), problems)
    return Sources(path, found.values["sources"], found.values["pictures"] == "all")


def write(archive: Path, found: Mapping[str, Sequence[str]]) -> Path:
    """Write a first `archive.yaml` from addresses and files by their kind (`git`, `feed`, `pages`, `saved`).

    Raises UsageError where there is one, RecipeProblems where one of them cannot be fetched, OutputError.
    """
    path = archive / FILE
    quoted = {kind: [json.dumps(one, ensure_ascii=False) for one in some] for kind, some in found.items()}
    lines = [f"  - {kind}: {one}" for kind in ("git", "feed", "saved") for one in quoted.get(kind, ())]
    lines += [f"  - pages: [{', '.join(quoted['pages'])}]"] if quoted.get("pages") else []
    text = "\n".join(("version: 1", "sources:", *lines, "pictures: all                     # all | none", ""))
    problems: list[Problem] = []
    root = compose(text, str(path), problems)
    assert isinstance(root, Map)
    fields(root, _keys(), problems, {})
    if problems:
        raise RecipeProblems(str(path), problems)
    if path.exists():
        hint = say("add it there, below {key!r}: {line}", key="sources:", line=lines[0].strip())
        raise UsageError(say("{path!r} exists already", path=str(path)), hint=hint)
    store.put(path, text.encode(), masked=True)
    return path


def _keys() -> tuple[Key, ...]:
    return (
        Key("version", choice("1"), None, "The version of this format.", "1"),
        Key("sources", _sources(), None, "Where the articles come from.", "[{git: https://code.example/mirror.git}]"),
        Key("pictures", choice("all", "none"), "all", "Whether pictures of articles are fetched.", "none"),
    )


def _source_keys() -> tuple[Key, ...]:
    web = Kind(_address, {"type": "string", "pattern": "^https?://"})
    branch, inside = text(empty=True), _inside()
    return (
        Key("git", web, '""', "A repository, by https.", "https://code.example/mirror.git"),
        Key("branch", branch, '""', "Its branch; left out: the default one.", "main"),
        Key("paths", lines(inside), "[]", "Beginnings of the paths that are wanted.", "[pages/, indexes/]"),
        Key("feed", web, '""', "RSS, Atom or JSON Feed.", "https://news.example/feed"),
        Key("pages", Kind(_pages, {}), "[]", "Pages, or a file with one address a line.", "pages.txt"),
        Key("saved", inside, '""', "A file that somebody saved: EPUB, ZIM, WARC, WACZ.", "saved/site.wacz"),
    )


def _sources() -> Kind:
    one = record(_source_keys(), _source)

    def read(node: Node, key: Key, problems: list[Problem]) -> tuple[Source, ...]:
        nodes = node.items if isinstance(node, Listing) else (node,)
        found = [one.read(part, key, problems) for part in nodes]
        if not nodes:
            problems.append(node.place.wrong(say("{key!r} is empty", key=key.name), key.hint))
        for place, source in enumerate(found):
            before = [one for one in found[:place] if one is not None]
            if source in before:
                problems.append(
                    nodes[place].place.wrong(say("the same source stands here twice"), say("keep one of the two"))
                )
            elif isinstance(source, Git) and any(isinstance(one, Git) for one in before):
                hint = say("fetch this one into an archive of its own; a recipe can name several archives")
                problems.append(nodes[place].place.wrong(say("an archive holds one repository, this is another"), hint))
        return tuple(source for source in found if source is not None)

    return Kind(read, {"type": "array", "items": one.schema})


def _source(found: Fields, problems: list[Problem]) -> Source | None:
    """Make a source: one of `git`, `feed`, `pages`, `saved`, and what belongs to it."""
    kinds = [name for name in ("git", "feed", "pages", "saved") if name in found.places]
    if len(kinds) != 1:
        hint = say("each source begins with one of: {names}", names="git, feed, pages, saved")
        problems.append(found.at.wrong(say("a source is one thing, this one is {count}", count=len(kinds)), hint))
        return None
    for name in ("branch", "paths"):
        if name in found.places and kinds != ["git"]:
            message = say("{key!r} belongs to 'git' alone", key=name)
            problems.append(found.places[name].wrong(message, say("delete the line")))
    value: Any = found.values[kinds[0]]
    match kinds[0]:
        case "git":
            if not value.startswith("https://"):
                message = say("a repository is fetched by https alone, not {value}", value=shown(value))
                problems.append(found.places["git"].wrong(message, say("use https://")))
            return Git(value, found.values["branch"], found.values["paths"])
        case "feed":
            return Feed(value)
        case "pages":
            return Pages(value)
        case _:
            return Saved(Path(found.at.file).parent / value)


def _address(node: Node, key: Key, problems: list[Problem]) -> str | None:
    """Read a web address; the rules of who may be asked hold here already, so that a slip is told with its line."""
    found = scalar(node, key, problems)
    if found is None:
        return None
    value = found.text.strip()
    if value and (wrong := _refused(value)):
        problems.append(found.place.wrong(wrong, key.hint))
    return value


def _refused(address: str) -> Say | None:
    try:
        target(address)
    except NetError as error:
        return say("{address} cannot be fetched: {reason}", address=shown(address), reason=Code(error.code))
    return None


def _inside() -> Kind:
    """Return the kind of a path in the archive's folder."""
    one = text(empty=True, most=1_000)

    def read(node: Node, key: Key, problems: list[Problem]) -> str | None:
        value: str | None = one.read(node, key, problems)
        if value and not _INSIDE.fullmatch(value):
            message = say("{value} is no path in the archive's folder", value=shown(value))
            problems.append(node.place.wrong(message, key.hint))
        return value

    return Kind(read, one.schema)


def _pages(node: Node, key: Key, problems: list[Problem]) -> tuple[str, ...]:
    """Read addresses: a list, a block with one a line, one address, or the name of a file with one a line."""
    if isinstance(node, Scalar) and node.style != "|" and not re.match("https?:", node.text.strip()):
        return tuple(_listed(node, key, problems))
    each = Kind(_address, {})
    found: tuple[str, ...] = lines(each).read(node, key, problems)
    return tuple(dict.fromkeys(found))


def _listed(node: Scalar, key: Key, problems: list[Problem]) -> list[str]:
    """Read the file of addresses beside `archive.yaml`; blank lines and those that begin with # are left out."""
    if not (name := _inside().read(node, key, problems)):
        return []
    path = Path(node.place.file).parent / name
    try:
        if path.lstat().st_size > MAX_LIST_BYTES:
            large = say("the file is larger than {most} bytes", most=MAX_LIST_BYTES)
            problems.append(Place(str(path)).wrong(large, key.hint))
            return []
        rows = _rows(path)
    except (OSError, UnicodeDecodeError):
        problems.append(node.place.wrong(say("the file {path!r} cannot be read", path=str(path)), key.hint))
        return []
    found: dict[str, None] = {}
    for number, row in enumerate(rows, 1):
        address = row.strip()
        if not address or address.startswith("#"):
            continue
        if wrong := _refused(address):
            problems.append(Place(str(path), number, 1).wrong(wrong))
        found[address] = None
    if len(found) > MAX_ADDRESSES:
        many = say("{key!r} has {count} entries, at most {most}", key=key.name, count=len(found), most=MAX_ADDRESSES)
        problems.append(node.place.wrong(many, key.hint))
    return list(found)


def _rows(path: Path) -> list[str]:
    """Read the lines of a file. Raises OSError, also of a link, which may lead anywhere, and of a pipe."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise FileNotFoundError(path)
    with path.open("rb") as file:
        return file.read(MAX_LIST_BYTES).decode("utf-8-sig").splitlines()
