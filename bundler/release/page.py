"""The page that checks files: one HTML file that loads nothing, keeps nothing and is the same at every publisher."""

from __future__ import annotations

import hashlib
from functools import cache, partial

from bundler import furniture, speaking, theme

_SCRIPTS = ("noble.js", "1-seal.js", "2-cards.js", "3-judge.js", "4-page.js")
"""The library that `.ci/noble` made, and ours after it, in one scope of their own."""
messages = partial(speaking.messages, "verify")
"""The page's sentences that one language of the furniture has itself."""
_read = partial(speaking.read, "verify")


@cache
def page() -> bytes:
    """Return the page. Its policy names its own script and style by hash: nothing else runs, nothing is fetched."""
    css, script = _read("page.css"), speaking.script("verify", _SCRIPTS)
    template = _read("page.html")
    for name, text in {
        "css-hash": speaking.digest(css), "script-hash": speaking.digest(script), "title": messages("en")["title"],
        "silent": _silent(), "css": css, "script": script,
    }.items():  # fmt: skip
        template = template.replace(f"{{{{{name}}}}}", text)
    return template.encode()


def name() -> str:
    """Return the file name of the page, which changes with its bytes: no published page is ever replaced."""
    return f"verify-{hashlib.sha256(page()).hexdigest()[:8]}.html"


def _silent() -> str:
    """Return what stands there where no script runs, in every language that can say it."""
    return "\n".join(
        f'<p lang="{language}" dir="{furniture.direction(language)}">{messages(language)["silent"]}</p>'
        for language in theme.languages()
        if "silent" in messages(language)
    )
