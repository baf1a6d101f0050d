"""The published folder as a whole: one page for people, catalogs for programs, the keys. Static, for any host."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator
from pathlib import Path

from bundler import furniture, speaking, store, theme
from bundler.build import size
from bundler.model import Strings
from bundler.release import catalogs, keyring, keyset
from bundler.release import page as checking
from bundler.release.editions import Published
from bundler.release.keys import digits
from bundler.release.settings import Settings
from bundler.release.shelf import Offered, kind, language, media_type, offered

KEYS = "keys"
_PUBLIC = (".pub", ".card", ".card.minisig")


def refresh(out: Path, settings: Settings, *, leaving: Collection[Published] = ()) -> tuple[str, ...]:
    """Bring all that stands around the editions up to date; return the names of files that changed, sorted.

    Editions that are `leaving` are about to be deleted: nothing names them any more. A second run changes
    nothing. Raises VerificationError for a damaged manifest, OutputError where the disk refuses.
    """
    gone = {(one.manifest.bundle, one.manifest.edition) for one in leaving}
    shelf = tuple(one for one in offered(out) if (one.bundle, one.edition) not in gone)
    made = {
        "index.html": page(settings, shelf),
        checking.name(): checking.page(),
        "catalog.xml": catalogs.opds1(settings, shelf),
        "catalog.json": catalogs.opds2(settings, shelf),
        "feed.xml": catalogs.atom(settings, shelf),
        **{f"{one.bundle}/latest.json": catalogs.latest(one) for one in reversed(shelf)},
        **dict(_keys(settings)),
    }
    return tuple(name for name, data in sorted(made.items()) if store.put(out / name, data))


def _keys(settings: Settings) -> Iterator[tuple[str, bytes]]:
    for stem in keyring.line(settings.key):
        name = digits(keyring.card(stem).key).replace(" ", "")
        for suffix in _PUBLIC:
            yield f"{KEYS}/{name}{suffix}", keyring.read(stem, suffix).encode()
    if settings.keyset:
        yield from _keyset(settings.keyset)


def _keyset(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield a team's key set with its signatures, under a name that changes with its number."""
    published = Path(f"keyset-{keyset.load(path).number}.json")
    yield f"{KEYS}/{published}", keyset.data_of(path)
    for one in keyset.signed_by(path):
        yield f"{KEYS}/{published}{one.name.removeprefix(path.name)}", keyset.data_of(one)


def stop_card(out: Path, key: bytes) -> Path:
    """Return where the stop card of a key is published."""
    return out / KEYS / f"{digits(key).replace(' ', '')}.stop"


def page(settings: Settings, shelf: tuple[Offered, ...]) -> bytes:
    """Return the page of all editions: HTML that loads nothing, runs nothing and fits a phone."""
    strings = theme.strings(language(settings, shelf))
    css = (theme.assets() / "css/site.css").read_text(encoding="utf-8")
    digest = speaking.digest(css)
    title, direction = html.escape(settings.title), furniture.direction(strings.language)
    listed = "\n".join(_edition(one) for one in shelf)
    feed = html.escape(furniture.text(strings, "site_feed"))
    return f"""<!doctype html>
<html lang="{strings.language}" dir="{direction}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; \
form-action 'none'">
<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>{title}</title>
<link rel="alternate" type="application/atom+xml" href="feed.xml"><style>{css}</style></head>
<body><h1>{title}</h1>
<main>
{listed}
</main>
<p class="more"><a href="feed.xml">{feed}</a> · <a href="catalog.xml">OPDS</a></p>
<p class="key">{_key(settings, strings)}</p>
</body></html>
""".encode()


def _edition(one: Offered) -> str:
    strings = theme.strings(one.language)
    links = "\n".join(
        f'<li><a href="{one.path}{html.escape(file.name)}" type="{media_type(file.format)}" download>'
        f'{kind(file.name)}</a> <small dir="ltr">{size(file.bytes)}</small></li>'
        for file in one.files
    )
    return (
        f'<section lang="{strings.language}" dir="{furniture.direction(strings.language)}">'
        f"<h2>{html.escape(one.title)}</h2><ul>{links}</ul></section>"
    )


def _key(settings: Settings, strings: Strings) -> str:
    key = digits(keyring.card(settings.key).key)
    words = html.escape(furniture.text(strings, "site_check"))
    return f'<a href="{checking.name()}">{words}</a>: <bdi dir="ltr">{key}</bdi>'
