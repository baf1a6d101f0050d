"""What a page's script needs in the page: the controls, hidden until it runs, and the policy that lets it run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from bundler import furniture
from bundler.model import Strings
from bundler.writers import _xhtml


def policy(styles: Iterable[str], script: str) -> str:
    """Return the content security policy (CSP Level 3) of a page with these styles and this script, empty for none."""
    rules = (
        "default-src 'none'",
        *((f"script-src {_source(script)}",) if script else ()),
        f"style-src {' '.join(map(_source, styles))}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _source(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def controls(strings: Strings) -> str:
    """Return search, text size and colours; the results; what a code's buttons and its dialog are made of."""

    def said(key: str) -> str:
        return _xhtml.text(furniture.text(strings, key))

    auto = said("look_auto")
    less, more = said("smaller"), said("larger")
    looks = f'data-light="{said("look_light")}" data-dark="{said("look_dark")}"'
    found = _xhtml.text(furniture.text(strings, "found", n="{n}"))
    tongue = _xhtml.tongue(strings.foreign.get("search", strings.language))
    return f"""<div id="tools" role="search"{tongue} hidden>
<input id="search" type="search" aria-label="{said("search")}" placeholder="{said("search")}" autocomplete="off">
<span class="actions">
<button type="button" data-do="smaller" dir="ltr" aria-label="A− {less}" title="{less}" disabled>A−</button>
<button type="button" data-do="larger" dir="ltr" aria-label="A+ {more}" title="{more}">A+</button>
<button type="button" data-do="look" aria-label="{auto}" title="{auto}" {looks}>◐</button>
</span>
<p id="count" role="status" data-said="{found}"></p>
<ol id="found" hidden></ol>
<p id="actions" class="actions" hidden>
<button type="button" data-do="enlarge">{said("enlarge")}</button>
<button type="button" data-do="copy" data-done="{said("copied")}">{said("copy")}</button>
<button type="button" data-do="share">{said("share")}</button>
</p>
<dialog id="large" aria-label="{said("enlarge")}">
<button type="button" data-do="close" aria-label="{said("close")}"><span id="shown"></span>{said("close")}</button>
</dialog>
</div>
"""
