"""What a page of a finished file says and holds, as an independent parser sees it, and that none of it is active."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from bundler import theme

LOADING = {"script", "iframe", "frame", "object", "embed", "form", "input", "button", "base", "video", "audio", "track",
           "source", "applet", "template", "math", "foreignobject", "set", "animate"}  # fmt: skip


@dataclass
class Page(HTMLParser):
    """What a page of a finished file says and holds, as an independent parser sees it."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.said.append(data)


def ours(tag: str, attributes: dict[str, str]) -> bool:
    """Say whether a control is one that the HTML writer puts beside the articles, for its one script."""
    return (tag, attributes.get("id")) == ("input", "search") or (tag == "button" and "data-do" in attributes)


def parsed(data: bytes) -> Page:
    """Read one page, without the one script of ours, byte for byte."""
    data = data.replace(f"<script>{theme.script()}</script>".encode(), b"", 1)
    page = Page()
    page.feed(data.decode())
    page.close()
    return page


def judge(page: Page) -> None:
    """Fail where a page of a finished file runs, loads, submits, or has ids that stand for something else."""
    for tag, attributes in page.tags:
        assert tag not in LOADING or ours(tag, attributes), (tag, attributes)
        assert tag != "meta" or attributes.get("http-equiv", "").lower() in ("", "content-security-policy")
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in (
                "style",
                "srcset",
                "ping",
                "formaction",
                "srcdoc",
                "poster",
                "manifest",
                "background",
            )
            plain = re.sub(r"[\x00-\x20]", "", value).lower()
            assert not plain.startswith(("javascript:", "vbscript:", "data:text")), (tag, name, value)
            assert name != "src" or not re.match(r"(https?:)?//", plain), (tag, value)
        assert tag != "link" or "//" not in attributes.get("href", "").replace("data:", "")
    places = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(places) == len(set(places))
    assert {"body", "cookie", "__proto__"}.isdisjoint(places)


def squeezed(text: str) -> str:
    """Return a text without spaces."""
    return re.sub(r"\s+", "", text)


def everything(pages: list[Page]) -> str:
    """Return all that pages say, without spaces."""
    return squeezed("".join(part for page in pages for part in page.said))
