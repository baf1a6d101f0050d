"""Entries in memory, and an index over them: what selection asks, without a disk."""

import datetime as dt
from dataclasses import dataclass

from bundler import likeness, words
from bundler.model import ArticleId, Date, Entry, Section


def entry(name, title="", day=None, *, section="news", **fields):
    """Make an entry: `day` in ISO 8601, `section` as id or as (id, name)."""
    named = Section(section, section) if isinstance(section, str) else Section(*section)
    date = Date(dt.date.fromisoformat(day), fields.pop("precision", "day")) if day else None
    article, language = ArticleId(f"{fields.pop('archive', 'mirror')}/{name}"), fields.pop("language", "zh-Hans")
    return Entry(article, title or name, language, named, published=date, **fields)


@dataclass
class Listed:
    """An index over entries; `texts` are whole texts by the last part of an id."""

    listed: tuple
    texts: dict

    def entries(self):
        return self.listed

    def matching(self, word, scope):
        sought = words.word(word)
        return {one.id for one in self.listed if words.stands(sought, words.fold_lines(self._text(one, scope)))}

    def prints(self, articles):
        return {one: likeness.taken(self._folded(one)) for one in articles}

    def alike(self, one, other):
        return likeness.alike(self._folded(one), self._folded(other))

    def _folded(self, article):
        return words.fold_lines(self.texts.get(article.rpartition("/")[2], ""))

    def _text(self, one, scope):
        if scope == "title":
            return one.title
        text = self.texts.get(one.id.rpartition("/")[2], "") if scope == "text" else ""
        return "\n".join((one.title, one.lead[:150], *one.tags, text))


def index(*entries, **texts):
    """Make an index over entries, in this order."""
    return Listed(entries, texts)


def names(selection):
    """Return the last parts of the ids that were taken, in order."""
    return [one.entry.id.rpartition("/")[2] for one in selection.taken]


def reasons(selection):
    """Return why each article fell, by the last part of its id."""
    return {one.id.rpartition("/")[2]: one.reason for one in selection.fallen}
