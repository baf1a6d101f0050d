"""Every wanted article read once; what that brought is kept, so that a build in which nothing changed reads none."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bundler import transforms
from bundler.build.lazy import Desk, LazyAssets
from bundler.build.plan import Plan
from bundler.digest import content_digest
from bundler.model import ArticleId, Block, Note, Original, QrCode
from bundler.walk import assets_of, every_block
from bundler.work import Work, cache_key

MANY = 50
"""So many articles take longer to read than other processes take to start."""
STOPPED = "reading-stopped"
"""The reason of a page whose reading took too long here: another day it may not, so this is never kept."""


@dataclass(frozen=True, slots=True)
class Omitted:
    """An article that was asked for and is not in the bundle: the reason is a Note's code."""

    id: str
    title: str
    reason: str


@dataclass(slots=True)
class Read:
    """What reading every wanted article brought: which are there, what they show, what was dropped or changed.

    `shown` are the pictures of each article, with the file of its tree in which one stands; empty where none does.
    """

    kept: list[ArticleId] = field(default_factory=list)
    shown: dict[ArticleId, dict[Original, str]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    omitted: list[Omitted] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    digests: dict[ArticleId, str] = field(default_factory=dict)


def read(plan: Plan, desk: Desk, assets: LazyAssets, work: Work) -> Read:
    """Read every wanted article, or find what reading them brought before. `assets` will hold what they show."""
    cache, key = work.cache, _key(plan, desk.context)
    name = cache_key(read_all, key) if cache and key else ""
    if cache and name and (body := cache.get(name)):
        return _unpacked(body)
    found = read_all(plan, desk, assets, work)
    if cache and name and not any(one.reason == STOPPED for one in found.omitted):
        cache.put(name, _packed(found))
    return found


def read_all(plan: Plan, desk: Desk, assets: LazyAssets, work: Work) -> Read:
    """Read every wanted article once, and list the pictures it shows, which other processes begin to rebuild."""
    found = Read()
    wanted = _wanted(plan)
    for done, article in enumerate(wanted, 1):
        made = desk.make(article)
        work.progress("articles", done, len(wanted))
        if isinstance(made, str):
            found.omitted.append(Omitted(article, desk.context.entries[article].title, made))
            continue
        whole, notes = made
        found.kept.append(article)
        found.notes += notes
        found.codes.update(codes(whole.blocks))
        found.digests[article] = content_digest(whole, plan.recipe.images)
        originals = sorted(set(assets_of(whole.blocks)))
        media = plan.index.media(article) if originals else {}
        shown = found.shown[article] = {original: media.get(original, "") for original in originals}
        if len(wanted) > MANY:
            assets.begin(plan.index, article, shown)
    return found


def codes(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the text of every code."""
    return (block.payload for block in every_block(blocks) if isinstance(block, QrCode))


def _wanted(plan: Plan) -> list[ArticleId]:
    return [article for chapter in plan.chapters for article in chapter.articles]


def _key(plan: Plan, context: transforms.Context) -> bytes:
    """Name all that reading depends on; empty where the archives cannot name an article without loading it."""
    prints = [plan.index.fingerprint(article) for article in _wanted(plan)]
    if not all(prints):
        return b""
    said = repr((_wanted(plan), prints, plan.recipe.images, context))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()


def _packed(found: Read) -> bytes:
    notes = [(note.code, note.article, note.detail) for note in found.notes]
    omitted = [(one.id, one.title, one.reason) for one in found.omitted]
    return json.dumps([found.kept, found.shown, notes, omitted, found.codes, found.digests]).encode()


def _unpacked(body: bytes) -> Read:
    kept, shown, notes, omitted, counted, digests = json.loads(body)
    told = [Note(code, article, detail) for code, article, detail in notes]
    left_out = [Omitted(name, title, reason) for name, title, reason in omitted]
    return Read(kept, shown, told, left_out, Counter(counted), digests)
