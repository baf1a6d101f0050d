"""What an editor changed in one article: title, date, paragraphs left out, words blacked out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from bundler.errors import Say, say
from bundler.model import (
    Article,
    Block,
    Date,
    Definitions,
    Edit,
    Embed,
    Figure,
    Footnotes,
    Heading,
    Items,
    Note,
    NoteRef,
    Paragraph,
    Preformatted,
    QrCode,
    Quote,
    Separator,
    Table,
)
from bundler.transforms import Changes, Context
from bundler.transforms._hiding import Hiding
from bundler.walk import characters, every_inline, lead, plain_text
from bundler.words import fold

RULE = "edited"
"""The rule of a date that an editor gave."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A part of an edit that hits nothing: the keys that lead to it inside the edit, what is wrong, the way out."""

    where: tuple[str | int, ...]
    message: Say
    hint: Say


def apply(article: Article, context: Context) -> tuple[Article, tuple[Note, ...]]:
    """Return an article as its editor wants it; that the edit hits was made sure of before."""
    edit = context.edits.get(article.entry.id)
    if edit is None:
        return article, ()
    made, changes, _ = edited(article, edit)
    return made, tuple(_notes(made, edit, changes))


def discreet(notes: Iterable[Note], edit: Edit) -> tuple[Note, ...]:
    """Return notes whose details do not say what is blacked out: a dump holds them."""
    hiding = Hiding(edit.redact)
    return tuple(replace(note, detail="") if hiding.holds(note.detail) else note for note in notes)


def edited(article: Article, edit: Edit) -> tuple[Article, Changes, tuple[Miss, ...]]:
    """Return an article with an edit's changes, what they were, and what of the edit hits nothing in the article.

    An article with words blacked out loses its source digest: with it, the words could be found by trying.
    """
    entry, misses = article.entry, []
    title, date = edit.title or entry.title, Date(edit.date, rule=RULE) if edit.date else entry.published
    made = replace(article, entry=replace(entry, title=title, published=date))
    dropped: int = 0
    if edit.drop:
        made, dropped, missed = _without(made, edit.drop)
        misses += missed
    hiding = Hiding(edit.redact)
    if edit.redact:
        made = replace(hiding.article(made), digest="")
        misses += _unfound(hiding, article)
    if edit.drop or edit.redact:
        text = (block for block in made.blocks if not isinstance(block, Footnotes))
        counted = replace(made.entry, lead=lead(text), characters=characters(made.blocks))
        made = replace(made, entry=counted)
    changes = Changes(
        title=title != entry.title,
        date=date != entry.published,
        dropped=dropped,
        hidden=sum(hiding.found.values()),
        addresses=hiding.addresses,
    )
    return made, changes, tuple(misses)


def _notes(made: Article, edit: Edit, changes: Changes) -> Iterator[Note]:
    own = made.entry.id
    counted = (
        ("title-edited", int(changes.title)),
        ("date-edited", int(changes.date)),
        ("note-added", int(bool(edit.note))),
        ("paragraphs-cut", changes.dropped),
        ("words-hidden", changes.hidden),
        ("address-hidden", changes.addresses),
    )
    yield from (Note(code, own, str(count)) for code, count in counted if count)


def _unfound(hiding: Hiding, article: Article) -> Iterator[Miss]:
    for place, word in enumerate(hiding.words):
        one = Hiding((word,))
        if one.holds(article.entry.id):
            message = say("{word!r} stands in the article's id, which every edition holds", word=word)
            yield Miss(("redact", place), message, say("rename the page in the archive, or leave the article out"))
        elif not hiding.found.get(word):
            message = say("{word!r} is not in the article, so nothing is blacked out", word=word)
            yield Miss(("redact", place), message, say("write it as the article does; `bundler show` prints the text"))


# -- paragraphs --------------------------------------------------------------------------------------------------


def paragraphs(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the paragraphs of an article as an edit counts them, from 1; those of quotes and lists count each.

    A table and a list of terms count as one; footnotes, rules and codes are not counted.
    """
    return tuple(inner for block in blocks for inner in _parts(block))


def _parts(block: Block) -> Iterator[Block]:
    match block:
        case Quote(inner):
            yield from paragraphs(inner)
        case Items(items):
            yield from (part for item in items for part in paragraphs(item))
        case Paragraph() | Heading() | Figure() | Preformatted() | Table() | Definitions() | Embed():
            yield block
        case Separator() | Footnotes() | QrCode():
            return
        case _:
            assert_never(block)


def _each(blocks: Iterable[Block], keep: Callable[[Block], bool]) -> tuple[Block, ...]:
    """Ask of every paragraph whether it stays; what is empty then goes with it."""
    return tuple(new for block in blocks for new in _kept(block, keep))


def _kept(block: Block, keep: Callable[[Block], bool]) -> tuple[Block, ...]:
    match block:
        case Quote(inner):
            left = _each(inner, keep)
            return (Quote(left),) if left else ()
        case Items(items):
            stay = tuple(left for item in items if (left := _each(item, keep)))
            return (replace(block, items=stay),) if stay else ()
        case Paragraph() | Heading() | Figure() | Preformatted() | Table() | Definitions() | Embed():
            return (block,) if keep(block) else ()
        case Separator() | Footnotes() | QrCode():
            return (block,)
        case _:
            assert_never(block)


def _without(article: Article, drop: tuple[int | str, ...]) -> tuple[Article, int, list[Miss]]:
    """Cut paragraphs out, and the footnotes that nothing calls any more."""
    there = paragraphs(article.blocks)
    cut: set[int] = set()
    misses = []
    for place, name in enumerate(drop):
        hit = {at for at, block in enumerate(there) if _named(at, block, name)}
        if not hit:
            misses.append(Miss(("drop", place), *_missed(name, len(there))))
        cut |= hit
    numbers = iter(range(len(there)))
    blocks = _each(article.blocks, lambda _: next(numbers) not in cut)
    return replace(article, blocks=tuple(_called(blocks, article.blocks))), len(cut), misses


def _named(at: int, block: Block, name: int | str) -> bool:
    if isinstance(name, int):
        return at == name - 1
    return fold(plain_text((block,))).startswith(fold(name))


def _missed(name: int | str, count: int) -> tuple[Say, Say]:
    way = say("`bundler show RECIPE ID --as paragraphs` numbers them")
    if isinstance(name, int):
        return say("there is no paragraph {number}, the article has {count}", number=name, count=count), way
    return say("no paragraph begins with {text!r}", text=name), way


def _called(blocks: Iterable[Block], before: tuple[Block, ...]) -> Iterator[Block]:
    """Yield blocks without the footnotes that were called before and are not now."""
    kept = tuple(blocks)
    lost = _calls(before) - _calls(kept)
    for block in kept:
        if isinstance(block, Footnotes):
            notes = tuple(note for note in block.notes if note.label not in lost)
            yield from (Footnotes(notes),) if notes else ()
        else:
            yield block


def _calls(blocks: Iterable[Block]) -> set[str]:
    return {inline.label for inline in every_inline(blocks) if isinstance(inline, NoteRef)}
