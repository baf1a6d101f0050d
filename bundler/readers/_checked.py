"""Articles that come as JSON of strangers: every node is of the type it says, and holds what a page may hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from bundler import model
from bundler.codec import from_json
from bundler.model import (
    Article,
    ArticleId,
    Block,
    Cell,
    Code,
    Embed,
    Figure,
    Heading,
    Image,
    Inline,
    Items,
    Link,
    Note,
    Preformatted,
    QrCode,
    Ruby,
    Span,
    Table,
    Text,
    Url,
)
from bundler.readers import _address, _limits, _text
from bundler.walk import every_block, inner_blocks, inner_inlines, lines, map_blocks

MAX_ID = 400
MAX_LINE = 2_000
"""Characters of a title, a name, an address."""
_HASH = re.compile("[0-9a-f]{64}")
_ID = re.compile(r"[^\s/\\][^\x00-\x1f\x7f\\]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def article(value: object) -> tuple[Article, tuple[Note, ...]]:
    """Return the article that JSON values stand for, and what had to be changed in it. ValueError for anything else."""
    try:
        found = from_json(value)
        right = isinstance(found, Article) and fits(found, Article)
    except (KeyError, OverflowError, RecursionError, TypeError) as error:
        raise ValueError(type(error).__name__) from error
    if not right:
        message = "not an article"
        raise ValueError(message)
    return cleaned(found)


def fits(value: object, kind: Any) -> bool:
    """Say whether a value is of a type, all the way down: of the model's own types, with nothing taken for another."""
    kind = getattr(kind, "__supertype__", kind)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return any(fits(value, one) for one in inner)
    if origin is Literal:
        return any(type(value) is type(one) and value == one for one in inner)
    if origin is tuple:
        same = len(inner) == 2 and inner[1] is Ellipsis  # noqa: PLR2004 — tuple[X, ...]
        return isinstance(value, tuple) and (
            all(fits(one, inner[0]) for one in value)
            if same
            else len(value) == len(inner) and all(map(fits, value, inner))
        )
    if kind in (None, NoneType):
        return value is None
    if type(value) is not kind:
        return False
    return not is_dataclass(kind) or all(fits(getattr(value, name), of) for name, of in _hints(kind))


@cache
def _hints(kind: type) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind, localns=vars(model))  # the unions of nodes are names in strings
    return tuple((field.name, hints[field.name]) for field in fields(kind))


def cleaned(found: Article) -> tuple[Article, tuple[Note, ...]]:
    """Return an article with what a page may hold, and a Note where that is less. ValueError where it is none."""
    entry = found.entry
    if len(entry.id) > MAX_ID or not _ID.fullmatch(entry.id) or ".." in entry.id.split("/") or "/" not in entry.id:
        message = "not an id"
        raise ValueError(message)
    if _depth(found.blocks) > _limits.MAX_DEPTH:
        message = "nested too deep"
        raise ValueError(message)
    if broken := _limits.too_long(found.blocks):
        raise ValueError(broken.detail)
    shown = replace(
        entry,
        id=ArticleId(unicodedata.normalize("NFC", entry.id)),
        title=_line(entry.title),
        language=entry.language if _LANGUAGE.fullmatch(entry.language) else "und",
        section=replace(entry.section, id=_line(entry.section.id), name=_line(entry.section.name)),
        publisher=_line(entry.publisher),
        authors=tuple(map(_line, entry.authors)),
        tags=tuple(map(_line, entry.tags)),
        source=_outside(entry.source),
        share=_outside(entry.share),
        lead=_line(entry.lead),
        characters=max(0, entry.characters),
    )
    blocks = map_blocks(found.blocks, _block, _inline)
    changed = (Note("page-cleaned", shown.id),) if (shown, blocks) != (entry, found.blocks) else ()
    return Article(shown, blocks), changed


def _line(text: str) -> str:
    return _text.clean(text)[0].replace("\n", " ")[:MAX_LINE]


def _outside(address: str) -> str:
    found = _address.outside(address) if address else None
    return found.address if found else ""


def _block(block: Block) -> tuple[Block, ...]:
    match block:
        case Heading(level):
            return (replace(block, level=min(6, max(2, level)), anchor=_line(block.anchor)),)
        case Figure(asset):
            return (replace(block, asset=asset if asset and _HASH.fullmatch(asset) else None, alt=_plain(block.alt)),)
        case Items(_, _, start):
            return (replace(block, start=min(10**6, max(0, start))),)
        case Table(rows):
            return (replace(block, rows=tuple(tuple(map(_cell, row)) for row in rows)),)
        case Embed(_, address):
            return (replace(block, address=_outside(address)),)
        case QrCode(payload, caption):
            code = _outside(payload)
            return (QrCode(code, _line(caption)),) if code else ()
        case Preformatted(text):
            return (Preformatted(_plain(text)),)
        case _:
            return (block,)


def _cell(cell: Cell) -> Cell:
    most = _limits.MAX_SPAN
    return replace(cell, colspan=min(most, max(1, cell.colspan)), rowspan=min(most, max(1, cell.rowspan)))


def _inline(inline: Inline) -> tuple[Inline, ...]:
    match inline:
        case Link(children, Url(address)):
            target = _address.outside(address)
            return (replace(inline, target=target),) if target else children
        case Image(asset, alt):
            return (Image(asset if asset and _HASH.fullmatch(asset) else None, _plain(alt)),)
        case Span(children, language):
            return (replace(inline, language=language if language and _LANGUAGE.fullmatch(language) else None),)
        case Text(text) | Code(text):
            return (replace(inline, text=_plain(text)),)
        case Ruby(base, reading):
            return (Ruby(base, _line(reading)),)
        case _:
            return (inline,)


def _plain(text: str) -> str:
    return _text.clean(text)[0]


def _depth(blocks: tuple[Block, ...]) -> int:
    """Count how deep nodes stand inside nodes, level by level."""
    depth, level = 0, tuple(blocks)
    while level and depth <= _limits.MAX_DEPTH:
        depth += 1
        level = tuple(inner for block in level for inner in inner_blocks(block))
    runs = tuple(inline for block in every_block(blocks) for line in lines(block) for inline in line)
    while runs and depth <= _limits.MAX_DEPTH:
        depth += 1
        runs = tuple(inner for inline in runs for inner in inner_inlines(inline))
    return depth


def pictures(value: object) -> Mapping[str, str]:
    """Return a mapping of strings. ValueError for anything else."""
    if not isinstance(value, dict) or not all(isinstance(path, str) for path in value.values()):
        message = "not a mapping"
        raise ValueError(message)
    return value


def is_hash(name: str) -> bool:
    """Say whether a name is a SHA-256."""
    return _HASH.fullmatch(name) is not None
