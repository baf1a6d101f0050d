"""A first recipe for an archive, filled in from what is there: sections with counts, dates, sample ids."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bundler import theme
from bundler.build.plan import open_archives
from bundler.catalog import Union
from bundler.errors import ArchiveError, OutputError, Say, UsageError, say
from bundler.furniture import text
from bundler.model import Entry
from bundler.recipe import Archive
from bundler.recipe.kinds import misnamed
from bundler.work import Work

SECTIONS = 8
"""So many sections are named, the largest first."""
SAMPLES = 3


def write(  # noqa: PLR0913 - what may be said of a recipe, by keyword
    folder: Path, archive: Path, *, name: str, home: Path | None, work: Work, told: Callable[[Say], str] = str
) -> Path:
    """Write `<name>.yaml` into a folder and return its path; the recipe builds as it is, `told` words its comments.

    Raises UsageError for a name that is none and where the file exists, ArchiveError where the archive is none or is
    empty, OutputError.
    """
    if wrong := misnamed(name):
        raise UsageError(wrong, hint=say("for example: {example}", example="--name weekly"))
    path = folder / f"{name}.yaml"
    if path.exists():
        raise UsageError(say("{path!r} exists already", path=str(path)), hint=say("choose another name with --name"))
    place = Archive(name="", path=archive.resolve(), reader=None)
    index = open_archives((place,), home=home, work=work)
    if not index.entries():
        raise ArchiveError(
            say("there is no article in {path!r}", path=str(archive)), hint=say("`bundler show PAGE` says why")
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(recipe(name, _relative(archive, folder), index, told), encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(
            say("{path!r} cannot be written", path=str(path)), hint=say("make the folder writable, or name another one")
        ) from error
    return path


def recipe(name: str, archive: str, index: Union, told: Callable[[Say], str] = str) -> str:
    """Return the text of a recipe that takes the newest articles, with what the archive holds as comments."""
    entries = index.entries()
    language = Counter(entry.language for entry in entries).most_common(1)[0][0]
    furniture = theme.strings(language).language
    title = text(theme.strings(furniture), "first_title")
    days = sorted(entry.published.value for entry in entries if entry.published)
    dated = f"{days[0]} … {days[-1]}" if days else told(say("no article has a date"))
    counted = told(say("{n} articles, {dated}", n=len(entries), dated=dated))
    since = (
        f"  since: 7d of newest             # {told(say('a date, 7d (before the edition date), or 7d of newest'))}\n"
    )
    none = told(say("none"))
    return f"""\
version: 1
bundle: {name}
title: {_quoted(title)}
language: {furniture}
archives: {_quoted(archive)}

# {counted}
# {told(say("sections:"))}
{_comment(_counted(_sections(entries)), none)}
# {told(say("publishers:"))}
{_comment(_counted([entry.publisher for entry in entries if entry.publisher]), none)}
# {told(say("articles, to pin or drop by id, address or a unique part of the title:"))}
{_comment((f"{entry.id}   {entry.title}" for entry in entries[:SAMPLES]), none)}
select:
{since if days else ""}  # sections: [{", ".join(_names(entries)[:2])}]
  # any: [{", ".join(_tags(entries)[:2])}]
  limit: 30

outside: plain                    # {told(say("what shows before opening: plain | open"))}
formats: [epub, pdf, html]
"""


def _relative(archive: Path, folder: Path) -> str:
    """Return the archive's path as the recipe's folder sees it; a recipe never says where it lies on this machine."""
    return Path(os.path.relpath(archive.resolve(), folder.resolve())).as_posix()


def _counted(names: Sequence[str]) -> list[str]:
    return [
        f"{name} ({n})" for name, n in sorted(Counter(names).most_common(SECTIONS), key=lambda one: (-one[1], one[0]))
    ]


def _names(entries: Sequence[Entry]) -> list[str]:
    return [name for name, _ in Counter(_sections(entries)).most_common(SECTIONS)]


def _sections(entries: Sequence[Entry]) -> list[str]:
    """Return the section of each article that is in one."""
    return [name for entry in entries if (name := entry.section.name or entry.section.id)]


def _tags(entries: Sequence[Entry]) -> list[str]:
    return [tag for tag, _ in Counter(tag for entry in entries for tag in entry.tags).most_common(SECTIONS)]


def _comment(lines: Iterable[str], none: str) -> str:
    return "\n".join(f"#   {' '.join(line.split())}" for line in lines) or f"#   {none}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
