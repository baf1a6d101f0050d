"""Why an article is read as it is: the rule behind each decision, for people and for programs (`show --why`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bundler.build.single import entry_of
from bundler.catalog import Union
from bundler.cli.listing import explained, published
from bundler.cli.screen import Out, tell
from bundler.cli.speech import joined, plural, reason, tr
from bundler.model import Entry, Note
from bundler.readers import Reason

SHOWN = 70
"""So many characters of what a rule went by are shown to people; programs get all that is known."""


def show(out: Out, index: Union, name: str, *, as_json: bool) -> None:
    """Print what is known of an article, each with its rule, then what was taken out, and every note."""
    entry = entry_of(name, index)
    reasons, notes = index.reasons(entry.id), index.load(entry.id).notes
    if as_json:
        out.print(json.dumps(_json(entry, reasons, notes), ensure_ascii=False))
        return
    values, labels = _values(entry), _labels()
    out.print(tr("{what}: {value}", what=tr("id"), value=entry.id))
    for what, value in values.items():
        rules = [one for one in reasons if one.what == what]
        if value or rules:
            out.print(tr("{what}: {value}", what=labels[what], value=_line(value) or tr("none given")))
        for one in rules:
            _rule(out, one)
    removed = [one for one in reasons if one.what == "removed"]
    if removed:
        out.print(tr("left out, rule by rule: {n}", n=len(removed)))
    for one in removed:
        _rule(out, one)
    out.print(plural("{n} note", "{n} notes", len(notes)))
    for note in notes:
        tell(out, f"  {explained(note)}")


def _json(entry: Entry, reasons: Sequence[Reason], notes: Sequence[Note]) -> dict[str, Any]:
    """Return the object that `show --why --json` prints."""
    values = _values(entry)
    return {
        "id": entry.id,
        "decisions": [
            {"what": one.what, "value": values[one.what], "rule": one.rule, "words": one.said}
            for one in reasons
            if one.what != "removed"
        ],
        "removed": [{"rule": one.rule, "words": one.said} for one in reasons if one.what == "removed"],
        "notes": [{"code": note.code, "meaning": reason(note.code), "detail": note.detail} for note in notes],
    }


def _values(entry: Entry) -> dict[str, Any]:
    """Return what was decided, in the order in which it is shown."""
    return {
        "title": entry.title,
        "section": entry.section.name,
        "date": published(entry),
        "publisher": entry.publisher,
        "authors": list(entry.authors),
        "language": entry.language,
        "tags": list(entry.tags),
        "source": entry.source,
        "share": entry.share,
    }


def _labels() -> dict[str, str]:
    return {
        "title": tr("title"), "section": tr("section"), "date": tr("published"), "publisher": tr("publisher"),
        "authors": tr("authors"), "language": tr("language"), "tags": tr("tags"), "source": tr("source"),
        "share": tr("share"),
    }  # fmt: skip


def _line(value: Any) -> str:
    return joined(value) if isinstance(value, list) else str(value)


def _rule(out: Out, one: Reason) -> None:
    said = " ".join(one.said.split())
    shown = said if len(said) <= SHOWN else f"{said[:SHOWN]}…"
    out.print(f"    {one.rule}" + (f"  {shown}" if shown else ""), style="dim")
