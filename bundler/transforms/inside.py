"""Links between selected articles point inside the bundle; links to the archive's other articles become addresses."""

from __future__ import annotations

from dataclasses import replace

from bundler.address import key
from bundler.model import Anchor, Article, ArticleId, Inline, Link, Note, Target, Url
from bundler.transforms import Context
from bundler.walk import map_blocks


def apply(article: Article, context: Context) -> tuple[Article, tuple[Note, ...]]:
    """Turn every link of an article to where it leads from inside the bundle; a link that leads nowhere is text."""
    own = article.entry.id
    lost: list[str] = []

    def change(inline: Inline) -> tuple[Inline, ...]:
        if not isinstance(inline, Link):
            return (inline,)
        target = _target(inline.target, own, context)
        if target is None:
            lost.append(str(inline.target))
            return inline.children
        return inline.children if target == own else (replace(inline, target=target),)

    blocks = map_blocks(article.blocks, lambda block: (block,), change)
    notes = tuple(Note("link-lost", own, detail) for detail in dict.fromkeys(lost))
    return replace(article, blocks=blocks), notes


def _target(target: Target, own: ArticleId, context: Context) -> Target | None:
    match target:
        case Url(address):
            return context.inside.get(key(address), target)
        case Anchor(_, None):
            return target
        case Anchor(_, article) if article == own or article in context.entries:
            return replace(target, article=None) if article == own else target
        case Anchor(_, article):
            return _elsewhere(article, context)
        case article:
            return article if article in context.entries or article == own else _elsewhere(article, context)


def _elsewhere(article: ArticleId | None, context: Context) -> Url | None:
    address = context.elsewhere.get(article, "") if article else ""
    return Url(address) if address else None
