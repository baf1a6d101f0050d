"""What an editor changes in single articles: title, date, a note, paragraphs left out, words blacked out."""

from __future__ import annotations

import re

from bundler.errors import say
from bundler.model import Edit
from bundler.recipe.kinds import MAX_COUNT, MAX_TITLE, Key, Kind, day, mistyped, scalar, text
from bundler.recipe.maps import MAX_LINE, Fields, lines, record
from bundler.recipe.problems import Problem, shown
from bundler.recipe.source import Listing, Node

_NUMBER = re.compile("0|-?[1-9][0-9]{0,17}")


def edit_keys() -> tuple[Key, ...]:
    """Return the keys of one entry of `edits`."""
    return (
        Key("article", text(most=MAX_LINE), None, "Which article, as in pin.", "mirror/news/a1"),
        Key("title", text(empty=True), '""', "Its title from now on.", "新标题"),
        Key("date", day("none"), "none", "When it was published; it is selected by that.", "2021-12-30"),
        Key("note", text(block=True, empty=True), '""', "The editor's words before the text.", "此文已核实。"),
        Key("drop", lines(_part()), "[]", "Paragraphs, by number from 1 or by how they begin.", "[3, 广告]"),
        Key("redact", lines(text(most=MAX_TITLE)), "[]", "Words that are blacked out.", "[张三, 李四]"),
    )


def edits() -> Kind:
    """Return the kind of `edits`: a list of maps, each of which changes something."""
    one = record(edit_keys(), _edit)

    def read(node: Node, key: Key, problems: list[Problem]) -> tuple[Edit, ...]:
        if isinstance(node, Listing):
            found = [one.read(item, key, problems) for item in node.items]
            return tuple(edit for edit in found if edit is not None)
        message = say("{key!r} wants a list of articles with what is changed in them", key=key.name)
        mistyped(node, key, message, problems)
        return ()

    return Kind(read, {"type": "array", "items": one.schema})


def _edit(found: Fields, problems: list[Problem]) -> Edit | None:
    edit = Edit(**found.values)
    if edit == Edit(edit.article):
        message = say("nothing is changed in {article}", article=shown(edit.article))
        problems.append(found.at.wrong(message, say("keys that change something: title, date, note, drop, redact")))
        return None
    return edit


def _part() -> Kind:
    """Return the kind of a paragraph's name: its number in bare digits, or the words that it begins with."""
    words = text(most=MAX_LINE)

    def read(node: Node, key: Key, problems: list[Problem]) -> int | str | None:
        found = scalar(node, key, problems)
        if found is None:
            return None
        value = found.text.strip()
        if found.style in ("'", '"') or not _NUMBER.fullmatch(value):
            begins: str | None = words.read(node, key, problems)
            return begins
        if not 1 <= int(value) <= MAX_COUNT:
            problems.append(
                found.place.wrong(
                    say("paragraphs are counted from 1, not {value}", value=shown(value)),
                    say("`bundler show RECIPE ID --as paragraphs` numbers them"),
                )
            )
        return int(value)

    return Kind(read, {"anyOf": [{"type": "integer", "minimum": 1, "maximum": MAX_COUNT}, {"type": "string"}]})
