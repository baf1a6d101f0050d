"""The files that come with the package, as a Theme: style sheets, fonts by language, sentences."""

from __future__ import annotations

from functools import cache
from pathlib import Path

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


@cache
def strings(language: str) -> Strings:
    """Return the furniture's sentences for a language (BCP 47), by the nearest language there is, else English."""
    name = nearest(language)
    messages = yaml.safe_load((assets() / "strings" / f"{name}.yaml").read_text(encoding="utf-8"))
    return Strings(language=name, messages=messages)


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
    stacks = yaml.safe_load((assets() / "fonts.yaml").read_text(encoding="utf-8"))
    if not isinstance(stacks, dict):
        raise BundlerError(say("the file {name!r} of this installation is damaged", name="assets/fonts.yaml"))
    fonts = {tag: tuple(families) for tag, families in stacks["stacks"].items()}
    families = tuple(
        Family(**parts | {"name": name, "scripts": tuple(parts["scripts"])})
        for name, parts in stacks["families"].items()
    )
    return Theme(css=css, fonts=fonts, strings=strings(language), families=families)
