"""The page that checks files: one HTML file that loads nothing, keeps nothing and is the same at every publisher."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from bundler import furniture, theme

_SCRIPTS = ("noble.js", "1-seal.js", "2-cards.js", "3-judge.js", "4-page.js")
"""The library that `.ci/noble` made, and ours after it, in one scope of their own."""


@cache
def page() -> bytes:
    """Return the page. Its policy names its own script and style by hash: nothing else runs, nothing is fetched."""
    css, script = _read("page.css"), _script()
    template = _read("page.html")
    for name, text in {
        "css-hash": _hash(css), "script-hash": _hash(script), "title": messages("en")["title"], "silent": _silent(),
        "css": css, "script": script,
    }.items():  # fmt: skip
        template = template.replace(f"{{{{{name}}}}}", text)
    return template.encode()


def name() -> str:
    """Return the file name of the page, which changes with its bytes: no published page is ever replaced."""
    return f"verify-{hashlib.sha256(page()).hexdigest()[:8]}.html"


@cache
def messages(language: str) -> Mapping[str, str]:
    """Return the page's sentences that one language of the furniture has itself."""
    found: dict[str, str] = yaml.safe_load(_read(f"{language}.yaml"))
    return found


def _tongue(language: str) -> dict[str, Any]:
    """Return a language as the script wants it; `foreign` names who speaks for it where it is silent."""
    tongue = theme.tongue(language)
    chain = (language, *tongue.fallback)
    speaker = {key: next(one for one in chain if key in messages(one)) for key in messages("en")}
    return {
        "name": tongue.name,
        "dir": furniture.direction(language),
        "says": {key: messages(one)[key] for key, one in speaker.items()},
        "foreign": {key: one for key, one in speaker.items() if one != language},
    }


def _script() -> str:
    tongues = {language: _tongue(language) for language in theme.languages()}
    data = json.dumps(tongues, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    parts = (f"const TONGUES = {data};\n", *map(_read, _SCRIPTS))
    return '"use strict";\n{\n' + "".join(parts) + "}\n"


def _silent() -> str:
    """Return what stands there where no script runs, in every language that can say it."""
    return "\n".join(
        f'<p lang="{language}" dir="{furniture.direction(language)}">{messages(language)["silent"]}</p>'
        for language in theme.languages()
        if "silent" in messages(language)
    )


def _read(file_name: str) -> str:
    return (theme.assets() / "verify" / file_name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
