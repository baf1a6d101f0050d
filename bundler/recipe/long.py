"""The long form of a recipe: every key written out, so that one sees what was understood."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from pathlib import Path
from typing import Any

import yaml

from bundler.model import Age, Condition, Edit, Query
from bundler.recipe.apps import written
from bundler.recipe.archives import AUTO
from bundler.recipe.extend import EXTENDS
from bundler.recipe.query import BY_SECTION, EACH
from bundler.recipe.shape import Archive, ChapterRule, Recipe


def long_form(recipe: Recipe) -> str:
    """Return a recipe as YAML with every key explicit; loaded from the same folder it gives the equal recipe."""
    query = recipe.query
    keys = {
        "version": 1,
        EXTENDS: "none",
        "bundle": recipe.slug,
        "title": recipe.title,
        "language": recipe.language,
        "archives": [_archive(archive, recipe.path.parent) for archive in recipe.archives],
        "outside": recipe.outside,
        "foreword": recipe.foreword,
        "pin": list(query.pin),
        "drop": list(query.drop),
        "select": _select(query),
        "edits": [_edit(edit) for edit in recipe.edits],
        "convert": recipe.convert,
        "chapters": [_chapter(rule) for rule in recipe.chapters] or BY_SECTION,
        "links": [dataclasses.asdict(link) for link in recipe.links],
        "mirrors": list(recipe.mirrors),
        "qr": recipe.qr,
        "outside_links": recipe.outside_links,
        "images": recipe.images.size,
        "grey": recipe.images.grey,
        "for": list(recipe.sizes),
        "apps": [written(app) for app in recipe.apps],
        "formats": [{name: _options(options)} for name, options in recipe.formats],
        "on_problem": recipe.on_problem,
        "every": recipe.every,
        "cron": recipe.cron,
        "keep": recipe.keep or "none",
        "provenance": recipe.provenance,
    }
    return yaml.dump(keys, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**20)


def _archive(archive: Archive, folder: Path) -> dict[str, Any]:
    try:
        path = os.path.relpath(archive.path, os.path.realpath(folder))
    except ValueError:  # another drive
        path = str(archive.path)
    return {
        "path": path.replace(os.sep, "/"),
        "name": archive.name or AUTO,
        "reader": archive.reader or AUTO,
        "base_url": archive.base_url,
        "sections": dict(archive.sections),
    }


def _select(query: Query) -> dict[str, Any]:
    each: dict[str, int] = dict(query.limit_each)
    return {
        "since": _since(query.since),
        "until": query.until or "edition",
        **_condition(query.where),
        "dedupe": query.dedupe,
        "order": query.order or "auto",
        "limit": query.limit or "none",
        "new_since": {"recipe": query.new_since} if query.new_since else "none",
        "limit_each": {name: each.get(name, "none") for name in EACH},
    }


def _since(since: dt.date | Age | None) -> dt.date | str:
    match since:
        case None:
            return "none"
        case Age(days, of_newest):
            return f"{days}d of newest" if of_newest else f"{days}d"
        case _:
            return since


def _condition(where: Condition) -> dict[str, Any]:
    found = dataclasses.asdict(where)
    scope = found.pop("scope")
    return {**{name: list(values) for name, values in found.items()}, "in": scope}


def _edit(edit: Edit) -> dict[str, Any]:
    lists = {"drop": list(edit.drop), "redact": list(edit.redact)}
    return {"article": edit.article, "title": edit.title, "date": edit.date or "none", "note": edit.note, **lists}


def _chapter(rule: ChapterRule) -> dict[str, Any]:
    return {rule.title: rule.kind if rule.kind != "where" else _condition(rule.where)}


def _options(options: object) -> dict[str, Any]:
    assert dataclasses.is_dataclass(options)
    assert not isinstance(options, type)
    found = dataclasses.asdict(options)
    return {name: "none" if value is None else _listed(value) for name, value in found.items()}


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and nothing by reference."""

    def ignore_aliases(self, _: Any) -> bool:
        """Write equal values out each time: a recipe has no aliases."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)
