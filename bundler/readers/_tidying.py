"""What only shows once the blocks stand: appeals between the paragraphs, captions below pictures, rules at the ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bundler.model import Block, Figure, Heading, Paragraph, Separator
from bundler.readers._removals import Removed
from bundler.readers._rules import Rules
from bundler.walk import line_text

MAX_CAPTION = 300
"""Characters that a paragraph below a picture may have to be its caption."""
TITLE_REPEATED = "reader#removed.title-repeated"
_EARLY = 3
_BLANK = re.compile(r"[\s\W_]+")


def tidy(blocks: Iterable[Block], title: str, rules: Rules) -> tuple[tuple[Block, ...], tuple[Removed, ...]]:
    """Take out what is not the article, give pictures their captions; return the blocks and what was taken out."""
    kept: list[Block] = []
    removed: list[Removed] = []
    for block in blocks:
        said = line_text(block.children).strip() if isinstance(block, Paragraph | Heading) else ""
        appeal = _appeal(said, rules) if said and isinstance(block, Paragraph) else ""
        if appeal:
            removed.append(Removed(appeal, said))
            _drop_rule(kept)
        elif isinstance(block, Heading) and len(kept) < _EARLY and _bare(said) == _bare(title):
            removed.append(Removed(TITLE_REPEATED, said))
        else:
            kept.append(block)
    return tuple(_settled(list(_captioned(kept, rules)), title)), tuple(removed)


def _appeal(said: str, rules: Rules) -> str:
    """Name the rule by which a paragraph asks readers for something."""
    return next((one.rule for one in rules.appeals if one.pattern.match(said)), "")


def _drop_rule(kept: list[Block]) -> None:
    while kept and isinstance(kept[-1], Separator):
        kept.pop()


def _captioned(blocks: Sequence[Block], rules: Rules) -> Iterator[Block]:
    """Join a picture without caption and the paragraph below it that says what it shows."""
    taken = False
    for at, block in enumerate(blocks):
        if taken:
            taken = False
            continue
        below = blocks[at + 1] if at + 1 < len(blocks) else None
        if isinstance(block, Figure) and isinstance(below, Paragraph) and _is_caption(block, below, rules):
            yield replace(block, caption=below.children)
            taken = True
        else:
            yield block


def _is_caption(figure: Figure, below: Paragraph, rules: Rules) -> bool:
    said = line_text(below.children).strip()
    if figure.caption or len(said) > MAX_CAPTION:
        return False
    return bool(rules.caption.search(said)) or (bool(_bare(figure.alt)) and _bare(said) == _bare(figure.alt))


def _settled(blocks: list[Block], title: str) -> Iterator[Block]:
    """Drop rules that part nothing: at either end, after the picture above the text, after another rule."""
    _drop_rule(blocks)
    before: Block | None = None
    text = False
    for block in blocks:
        if isinstance(block, Separator) and (not text or isinstance(before, Separator)):
            continue
        text = text or not isinstance(block, Figure)
        before = block
        yield _without_echo(block, title) if isinstance(block, Figure) else block


def _without_echo(figure: Figure, title: str) -> Figure:
    """Empty an alternative text that repeats the title or the caption: it says nothing more."""
    alt, caption = _bare(figure.alt), _bare(line_text(figure.caption))
    return replace(figure, alt="") if caption and (alt == _bare(title) or alt in caption) else figure


def _bare(text: str) -> str:
    return _BLANK.sub("", text)
