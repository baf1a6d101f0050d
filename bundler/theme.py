"""The files that come with the package, as a Theme: style sheets, fonts by language, sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bundler.errors import BundlerError, say
from bundler.model import Family, Strings, Theme

_PACKAGE = Path(__file__).parent / "assets"
_CHECKOUT = Path(__file__).parent.parent / "assets"


def assets() -> Path:
    """Return the folder of the files that come with the package: inside the wheel, or beside the checkout."""
    return _PACKAGE if _PACKAGE.is_dir() else _CHECKOUT


def languages() -> tuple[str, ...]:
    """Return the languages the furniture speaks, sorted."""
    return tuple(sorted(path.stem for path in (assets() / "strings").glob("*.yaml")))


@dataclass(frozen=True, slots=True)
class Tongue:
    """What the file of one language says of itself: its names, what speaks where it is silent, who vouches for it.

    Only `vouched` sentences were read by people of the project who speak the language; `own` are those it has.
    """

    tag: str
    name: str
    english: str
    fallback: tuple[str, ...]
    vouched: bool
    own: Mapping[str, str | Mapping[str, str]] = field(repr=False)


@cache
def tongue(tag: str) -> Tongue:
    """Return what one of `languages` says of itself. Raises BundlerError where its file is damaged."""
    name = f"strings/{tag}.yaml"
    messages = _mapping(name)
    about = messages.pop("about", None)
    if not isinstance(about, dict) or set(about) != {"name", "english", "fallback", "vouched"}:
        raise _damaged(name)
    return Tongue(tag, own=messages, **about | {"fallback": tuple(about["fallback"])})


@cache
def strings(language: str) -> Strings:
    """Return the furniture's sentences for a language (BCP 47), by the nearest language there is, else English.

    What that language lacks is said by those it falls back on, in their order; `foreign` tells which sentences.
    """
    own = tongue(nearest(language))
    chain = (own, *map(tongue, own.fallback))
    speakers = {key: next(one for one in chain if key in one.own) for key in chain[-1].own}
    foreign = {key: one.tag for key, one in speakers.items() if one is not own}
    return Strings(own.tag, {key: one.own[key] for key, one in speakers.items()}, foreign)


def nearest(language: str) -> str:
    """Return the furniture language nearest to a BCP 47 tag: `zh-TW` is near `zh-Hant`, `fa-AF` near `fa`."""
    tag = language.lower().replace("_", "-")
    if tag.split("-")[0] == "zh":
        return "zh-Hant" if any(part in tag.split("-") for part in ("hant", "tw", "hk", "mo")) else "zh-Hans"
    found = [known for known in languages() if known.lower() in (tag, tag.split("-")[0])]
    return found[0] if found else "en"


@cache
def theme(language: str) -> Theme:
    """Return the theme for a bundle in this language."""
    css = {path.stem: path.read_text(encoding="utf-8") for path in sorted((assets() / "css").glob("*.css"))}
    stacks = _mapping("fonts.yaml")
    fonts = {tag: tuple(families) for tag, families in stacks["stacks"].items()}
    families = tuple(
        Family(**parts | {"name": name, "scripts": tuple(parts["scripts"])})
        for name, parts in stacks["families"].items()
    )
    return Theme(css=css, fonts=fonts, strings=strings(language), families=families, script=script())


@cache
def script() -> str:
    """Return the one script that a page of HTML may hold: `js/` in the order of its names, nothing of it global."""
    parts = (path.read_text(encoding="utf-8") for path in sorted((assets() / "js").glob("*.js")))
    return '"use strict";\n{\n' + "\n".join(parts) + "}\n"


def _mapping(name: str) -> dict[str, Any]:
    """Read a YAML file of the package that holds a mapping."""
    found = yaml.safe_load((assets() / name).read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise _damaged(name)
    return found


def _damaged(name: str) -> BundlerError:
    return BundlerError(
        say("the file {name!r} of this installation is damaged", name=f"assets/{name}"),
        hint=say("install it again"),
    )
