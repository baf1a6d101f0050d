"""What an archive holds, for people and for programs: small bars on a terminal, names and numbers in a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from shlex import quote
from typing import Any

from rich.cells import cell_len, set_cell_size

from bundler.archive.rebuilt import Rebuilt
from bundler.archive.status import Status
from bundler.build import size
from bundler.cli.screen import Out, tell
from bundler.cli.speech import plural, reason, tr
from bundler.fetch.pictures import Found
from bundler.fetch.pruning import Unneeded

ROWS = 24
"""So many rows a chart has on a terminal; years take the place of more months, the rest of a longer list is summed."""
NAME_CELLS, BAR_CELLS = 28, 40
NAMED = 5
"""So many pages are named of each reason on a terminal."""
_EIGHTHS = " ▏▎▍▌▋▊▉"


def as_json(found: Status, web: Found) -> dict[str, Any]:
    """Return the object that `archive status --json` prints."""
    return {
        "archive": found.name,
        "reader": found.reader,
        "articles": found.articles,
        "months": {month: n for month, n in found.months.items() if month},
        "undated": found.months.get("", 0),
        "sections": [{"id": one.id, "name": one.name, "articles": n} for one, n in found.sections],
        "publishers": dict(found.publishers),
        "languages": dict(found.languages),
        "pictures": {"present": found.pictures_there, "missing": found.pictures_missing},
        "web": {"here": len(web.here), "due": len(web.due), "later": len(web.later), "gone": len(web.gone)},
        "duplicates": [{"id": one, "keeper": keeper} for one, keeper in found.duplicates.items()],
        "unread": [{"id": one.id, "path": one.path, "reason": one.code, "detail": one.detail} for one in found.unread],
        "notes": [{"reason": note.code, "detail": note.detail} for note in found.notes],
    }


def show(out: Out, found: Status, web: Found) -> None:
    """Print the charts, then pictures, duplicates and the pages that could not be read."""
    articles = plural("{n} article", "{n} articles", found.articles)
    tell(out, tr("{name}: {articles}, read as {reader}", name=found.name, articles=articles, reader=found.reader),
              style="bold")  # fmt: skip
    _chart(out, tr("by month"), _months(found, short=out.is_terminal))
    _chart(out, tr("by section"), _sections(found))
    _chart(out, tr("by publisher"), found.publishers.items())
    _chart(out, tr("by language"), found.languages.items())
    out.print()
    tell(out, tr("pictures: {there} in the archive, {missing} missing",
                 there=found.pictures_there, missing=found.pictures_missing))  # fmt: skip
    if web.here or web.due or web.later:
        tell(out, tr("of the web: {here} fetched, {due} can be fetched, {later} failed lately, {gone} gone",
                     here=len(web.here), due=len(web.due), later=len(web.later), gone=len(web.gone)))  # fmt: skip
    _named(out, tr("duplicates: {n}", n=len(found.duplicates)), [f"{a} = {b}" for a, b in found.duplicates.items()])
    tell(out, tr("pages that are no articles or could not be read: {n}", n=len(found.unread)))
    for code, n in Counter(one.code for one in found.unread).items():
        pages = [f"{one.path}: {one.detail}" if one.detail else one.path for one in found.unread if one.code == code]
        _named(out, f"  {n:>6}  {reason(code)}", pages)
    for note in found.notes:
        tell(out, tr("note on the archive: {what}", what=reason(note.code)))
        if note.detail:
            out.print(f"          {note.detail}")


def _sections(found: Status) -> list[tuple[str, int]]:
    """Name the sections, with their ids where several bear one name: those that are called after their publisher."""
    names = Counter(one.name for one, _ in found.sections)
    return [(one.name if one.name and names[one.name] == 1 else f"{one.name} {one.id}".strip(), n)
            for one, n in found.sections]  # fmt: skip


def rebuilt_json(made: Rebuilt) -> dict[str, Any]:
    """Return the object that `archive import --json` prints."""
    return {
        "articles": made.articles,
        "pictures": made.pictures,
        "known": list(made.known),
        "notes": dict(made.counts),
    }


def show_rebuilt(out: Out, made: Rebuilt, folder: Path) -> None:
    """Print what was added to an archive, and what was not."""
    articles = plural("{n} article", "{n} articles", made.articles)
    tell(out, tr("{path}: {articles} and {n} pictures added", path=str(folder), articles=articles, n=made.pictures))
    if made.known:
        _named(out, tr("there already, left as they are: {n}", n=len(made.known)), list(made.known))
    for code, n in made.counts.items():
        tell(out, tr("{what} ({n})", what=reason(code), n=n))
    tell(out, tr("next: `bundler init . --archive {path}`", path=quote(str(folder))))


def pruned_json(found: Unneeded, *, removed: bool) -> dict[str, Any]:
    """Return the object that `archive prune --json` prints."""
    return {"removed": removed, "files": list(found.paths), "bytes": found.bytes, "addresses": list(found.addresses)}


def show_unneeded(out: Out, found: Unneeded) -> None:
    """Name what nothing needs."""
    said = plural("{n} picture", "{n} pictures", len(found.pictures))
    _named(out, tr("shown by no article: {pictures}, {size}", pictures=said, size=size(found.bytes)),
           list(found.pictures))  # fmt: skip
    if rest := (*found.slips, *found.torn):
        _named(out, tr("notes of addresses, and torn files: {n}", n=len(rest)), list(rest))


def show_pruned(out: Out, found: Unneeded, *, removed: bool, listed: bool) -> None:
    """Print what was removed, or would be; whoever was asked has it listed already."""
    if not found.paths:
        tell(out, tr("nothing here is unneeded"))
        return
    if not listed:
        show_unneeded(out, found)
    tell(out, tr("removed") if removed else tr("nothing was removed"))


def _months(found: Status, *, short: bool) -> list[tuple[str, int]]:
    months = [(month, n) for month, n in found.months.items() if month]
    if short and len(months) > ROWS:
        years: Counter[str] = Counter()
        for month, n in months:
            years[month[:4]] += n
        months = sorted(years.items())
    undated = found.months.get("", 0)
    return [*months, *([(tr("without a date"), undated)] if undated else [])]


def _chart(out: Out, title: str, rows: Iterable[tuple[str, int]]) -> None:
    listed = [(name or tr("none given"), n) for name, n in rows]
    out.print()
    out.print(title, style="bold")
    if out.is_terminal and len(listed) > ROWS:
        rest = sum(n for _, n in listed[ROWS - 1 :])
        listed = [*listed[: ROWS - 1], (tr("{n} others", n=len(listed) - ROWS + 1), rest)]
    wide = min(NAME_CELLS, max((cell_len(name) for name, _ in listed), default=0))
    room = min(BAR_CELLS, out.width - wide - 13)
    most = max((n for _, n in listed), default=1)
    for name, n in listed:
        bar = f"  {_bar(n, most, room)}" if out.is_terminal and room > 0 else ""
        shown = set_cell_size(name, wide) if out.is_terminal else name + " " * (wide - cell_len(name))
        out.print(f"  {shown}  {n:>7}{bar}")


def _bar(n: int, most: int, room: int) -> str:
    eighths = max(1, n * room * 8 // most)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def _named(out: Out, title: str, names: list[str]) -> None:
    tell(out, title)
    shown = names[:NAMED] if out.is_terminal else names
    for name in shown:
        out.print(f"          {name}")
    if len(shown) < len(names):
        out.print("          " + tr("and {n} more", n=len(names) - len(shown)))
