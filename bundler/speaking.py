"""Pages of ours that speak every language of the furniture by one script: how it is put together, and let run.

A page's folder in `assets/` holds a file of sentences for each language, and its script in parts.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from bundler import furniture, theme


@cache
def messages(folder: str, language: str) -> Mapping[str, str]:
    """Return the sentences of a page that one language of the furniture has itself."""
    found: dict[str, str] = yaml.safe_load(read(folder, f"{language}.yaml"))
    return found


def script(folder: str, parts: Sequence[str]) -> str:
    """Return the one script of a page: all it says in every language (`TONGUES`), then its parts; none is global."""
    tongues = {language: _tongue(folder, language) for language in theme.languages()}
    data = json.dumps(tongues, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return '"use strict";\n{\n' + f"const TONGUES = {data};\n" + "".join(read(folder, part) for part in parts) + "}\n"


def _tongue(folder: str, language: str) -> dict[str, Any]:
    """Return a language as scripts want it; `foreign` names who speaks for it where it is silent."""
    tongue = theme.tongue(language)
    chain = (language, *tongue.fallback)
    speaker = {key: next(one for one in chain if key in messages(folder, one)) for key in messages(folder, "en")}
    return {
        "name": tongue.name,
        "dir": furniture.direction(language),
        "says": {key: messages(folder, one)[key] for key, one in speaker.items()},
        "foreign": {key: one for key, one in speaker.items() if one != language},
    }


def read(folder: str, name: str) -> str:
    """Return a file of a page's folder."""
    return (theme.assets() / folder / name).read_text(encoding="utf-8")


def digest(text: str) -> str:
    """Return the Base64 of the SHA-256 by which a policy names a script or a style (CSP Level 3, 2.3.1)."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
