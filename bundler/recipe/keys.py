"""The table of a recipe's keys: what reads them, what they default to and what they mean.

Reading, the JSON Schema and the documentation's tables follow it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bundler.errors import say
from bundler.recipe.addresses import base
from bundler.recipe.apps import app_keys, apps
from bundler.recipe.archives import archive_keys, archives
from bundler.recipe.edits import edit_keys, edits
from bundler.recipe.extend import EXTENDS
from bundler.recipe.kinds import Key, Kind, boolean, choice, pattern, slug, text
from bundler.recipe.links import link, link_keys, list_or_file
from bundler.recipe.maps import Homes, lines
from bundler.recipe.options import format_kind, option_keys
from bundler.recipe.problems import Problem
from bundler.recipe.query import chapters, condition_keys, each_keys, history_keys, language, select, select_keys
from bundler.recipe.schedule import release_keys
from bundler.recipe.shape import Known
from bundler.recipe.sizes import audience
from bundler.recipe.source import Listing, Node

VERSION = "1"
SCRIPTS = ("zh-Hans", "zh-Hant", "zh-TW", "zh-HK")
SIZES = ("original", "screen", "small", "none")
DEFAULT_FORMATS = ("epub", "pdf", "html")


def recipe_keys(known: Known) -> tuple[Key, ...]:
    """Return the keys of a recipe, in the order of the documentation."""
    top: dict[str, str] = {}
    link_list = list_or_file(link(known), alone="")
    base_list = list_or_file(base(), alone="http")
    formats = ", ".join(name for name in DEFAULT_FORMATS if name in known.formats)
    keys = (
        Key("version", _version(), None, "The version of this format.", VERSION),
        Key(EXTENDS, text(most=1_000), "none", "A recipe whose keys count where this one has none.", "base.yaml"),
        Key("bundle", slug(), None, "The bundle's short name: its files' names begin with it.", "weekly"),
        Key("title", text(), None, "The bundle's title.", "一周文摘"),
        Key("language", language(known), None, "The reader's language (BCP 47): of titles, dates, advice.", "zh-Hans"),
        Key("archives", archives(known), None, "Where the articles come from: a path, a map or a list.", "../archive"),
        Key("outside", choice("plain", "open"), "plain", "What shows before a file is opened.", "open"),
        Key("foreword", text(block=True, empty=True), '""', "Markdown before the articles, in any language.", "本周……"),
        Key("pin", lines(commas=True), "[]", "Articles that are always in, in this order.", "[a103306294]"),
        Key("drop", lines(commas=True), "[]", "Articles that are never in.", "[a102964952]"),
        Key("select", select(known, top), "{}", "Which articles, in which order, how many.", "{since: 7d, limit: 30}"),
        Key("edits", edits(), "[]", "What is changed in single articles.", "[{article: a103306294, title: 新标题}]"),
        Key(
            "convert", choice("none", *SCRIPTS), "none", "The script into which Chinese articles are brought.", "zh-TW"
        ),
        Key(
            "chapters",
            chapters(known),
            "by-section",
            "Titles and what belongs under them.",
            "[头条: pinned, 其他: rest]",
        ),
        Key("links", link_list, "[]", "Tools and home pages for every reader: a list or a file.", "links.yaml"),
        Key("mirrors", base_list, "[]", "Base addresses, best first: a list or a file.", "[https://mirror.example/]"),
        Key("qr", choice("share", "source", "none"), "share", "Which address an article's QR code holds.", "source"),
        Key("outside_links", choice("copy", "tap", "none"), "copy", "What becomes of links to the internet.", "tap"),
        *picture_keys(),
        Key("apps", apps(known), "[]", "What the message beside the files says of reading apps.", "apps.yaml"),
        Key("formats", _formats(known), f"[{formats}]", "What is made, with options.", "[epub, pdf: {page: a5}]"),
        Key("on_problem", choice("publish", "stop"), "publish", "What to do when articles are left out.", "stop"),
        *release_keys(),
    )
    top.update({key.name: "" for key in keys})
    return keys


def picture_keys() -> tuple[Key, ...]:
    """Return the keys that say what becomes of pictures, and how large files are."""
    return (
        Key("images", choice(*SIZES), "screen", "How large pictures are.", "small"),
        Key("grey", boolean(), "false", "Whether pictures lose their colours.", "true"),
        Key("for", audience(), "anyone", "How large files are: `anyone`, or a list of size classes.", "[lite, full]"),
    )


def homes(known: Known) -> Homes:
    """Return where the keys belong that may be mistaken for a recipe's own."""
    below = {
        "edits": edit_keys(),
        "archives": archive_keys(known),
        "links": link_keys(known),
        "apps": app_keys(known),
        "select": select_keys(known),
    }
    return {key.name: name for name, keys in below.items() for key in keys}


def tables(known: Known) -> Iterator[tuple[str, tuple[Key, ...]]]:
    """Yield every table of keys with its name: the documentation has one section for each."""
    yield "recipe", recipe_keys(known)
    yield "archives", archive_keys(known)
    yield "select", select_keys(known)
    yield "limit_each", each_keys()
    yield "new_since", history_keys()
    yield "edits", edit_keys()
    yield "chapters", condition_keys(known)
    yield "links", link_keys(known)
    yield "apps", app_keys(known)
    for name in sorted(known.formats):
        yield name, option_keys(known.formats[name])


def _version() -> Kind:
    kind = pattern(
        VERSION, lambda value: say("version {value} of the recipe format is not known: write 1", value=value)
    )
    return replace(kind, says={"const": int(VERSION)})


def _formats(known: Known) -> Kind:
    """Return the kind of `formats`: names or names with options, each once."""
    one = format_kind(known)

    def read(node: Node, key: Key, problems: list[Problem]) -> tuple[Any, ...]:
        nodes = node.items if isinstance(node, Listing) else (node,)
        if not nodes:
            problems.append(node.place.wrong(say("{key!r} is empty", key=key.name), key.hint))
        found = [(one.read(part, key, problems), part) for part in nodes]
        names: set[str] = set()
        for made, part in found:
            if made and made[0] in names:
                message = say("the format {name!r} stands twice", name=made[0])
                problems.append(part.place.wrong(message, say("keep one of the two")))
            names.add(made[0] if made else "")
        return tuple(made for made, _ in found if made)

    return Kind(read, lambda: {"anyOf": [{"type": "array", "minItems": 1, "items": one.schema}, one.schema]})
