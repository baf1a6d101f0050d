"""The page that opens a stick: read, check, pass on. It stands in the root, beside the folder of all else."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Sequence

from bundler import furniture, theme
from bundler.furniture.message import BEST
from bundler.release import page as checking
from bundler.release.manifest import File
from bundler.release.shelf import Offered
from bundler.share import _frame

NAME = "START.html"
FOLDER = "files"
"""The one folder beside the page: a word that says nothing."""
_LAST = re.compile(rb"<!-- ([0-9a-f]{64}) -->\n\Z")


def page(shelf: Sequence[Offered]) -> bytes:
    """Return the page for all editions on a stick, the newest first; its last line is the hash of what stands above."""
    first = theme.strings(shelf[0].language).language
    listed = "\n".join(map(_edition, shelf))
    body = f"""<section>
{_frame.sentence("start_read", "h1")}
{_frame.sentence("start_read_how")}
{listed}
</section>
<section>
{_frame.sentence("start_check", "h2")}
{_frame.sentence("start_check_how")}
{_frame.link("site_check", f"{FOLDER}/{checking.name()}")}
</section>
<section>
{_frame.sentence("start_pass_on", "h2")}
{_frame.sentence("start_pass_on_how", folder=FOLDER)}
</section>"""
    made = _frame.page(body, first=first, title=furniture.text(theme.strings(first), "start_read"))
    return made + b"<!-- " + hashlib.sha256(made).hexdigest().encode() + b" -->\n"


def ours(data: bytes) -> bool:
    """Say whether a page was made here, by whatever version, and nobody has changed it since."""
    found = _LAST.search(data)
    return found is not None and hashlib.sha256(data[: found.start()]).hexdigest().encode() == found[1]


def _edition(one: Offered) -> str:
    strings = theme.strings(one.language)
    links = "\n".join(
        f'<li><a href="{FOLDER}/{one.path}{html.escape(file.name)}">{_frame.named(file)}</a> '
        f"{_frame.measured(file)}</li>"
        for file in sorted(one.files, key=_order)
    )
    return (
        f'<div class="edition" lang="{strings.language}" dir="{furniture.direction(strings.language)}">'
        f"<h2>{html.escape(one.title)}</h2><ul>{links}</ul></div>"
    )


def _order(file: File) -> tuple[int, str, int]:
    """Sort what a computer opens best first: that is where most sticks go."""
    best = BEST["computer"]
    return best.index(file.format) if file.format in best else len(best), file.format, file.volume
