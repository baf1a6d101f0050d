"""Hostile classes C, H and I: an archive full of active markup is built, and the finished files hold none of it."""

import re
import tempfile
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bundles import bundle_of, written
from command import DAY, bundler, recipe
from hostile_markup import CASES, after, before, markdown, mirror
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import codes_of, expected
from pages import read

from bundler.model import Article, ArticleId, Entry, Section

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


@dataclass(frozen=True)
class Built:
    """What one command made of a hostile archive."""

    report: dict
    html: list[Page]
    epub: list[Page]
    text: str
    folder: Path


def parsed(data: bytes) -> Page:
    """Read one page."""
    page = Page()
    page.feed(data.decode())
    page.close()
    return page


def built(folder: Path, write, formats: str, reader: str) -> Built:
    """Write an archive, build it with the command line, open the files."""
    write(folder / "archive")
    home = folder / "home"
    place = recipe(
        folder,
        archives=f"{{path: archive, reader: {reader}, base_url: 'https://mirror.example/'}}",
        select="{dedupe: none}",
        formats=formats,
    )
    done = bundler("build", place, "--out", folder / "dist", "--date", DAY, "--json", home=home)
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    files = {file["format"]: folder / "dist" / file["path"] for file in done.json["files"]}
    with zipfile.ZipFile(files["epub"]) as book:
        inside = [parsed(book.read(name)) for name in book.namelist() if name.endswith(".xhtml")]
    html = [parsed(files["html"].read_bytes())]
    return Built(done.json, html, inside, files["text"].read_text(encoding="utf-8"), folder)


@pytest.fixture(scope="module", params=[markdown, mirror], ids=["markdown", "mirror"])
def made(request, tmp_path_factory) -> Built:
    folder = tmp_path_factory.mktemp("hostile")
    return built(folder, request.param, "[epub, html, text]", request.param.__name__)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def everything(pages: list[Page]) -> str:
    return squeezed("".join(part for page in pages for part in page.said))


def test_no_page_takes_another_along(made):
    assert made.report["articles"] == len(CASES) + 1, made.report["omitted"]
    for whole in (everything(made.html), everything(made.epub), squeezed(made.text)):
        assert "这一页什么也没有发生。" in whole


@pytest.mark.parametrize("name", CASES)
def test_the_text_around_each_case_survives(made, name):
    for whole in (everything(made.html), everything(made.epub), squeezed(made.text)):
        assert before(name) in whole
        assert after(name) in whole


@pytest.mark.parametrize("form", ["html", "epub"])
def test_nothing_runs_loads_or_submits(made, form):
    pages: list[Page] = getattr(made, form)
    for page in pages:
        for tag, attributes in page.tags:
            assert tag not in LOADING
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


def test_nothing_of_this_machine_is_read(made):
    for whole in (everything(made.html), everything(made.epub), made.text):
        assert "root:" not in whole
        assert "haha" not in whole


@pytest.mark.parametrize("name", [name for name, (_, codes) in CASES.items() if codes])
def test_each_loss_has_a_note(made, name):
    page = next((made.folder / "archive").rglob(f"{name}.md"))
    shown = bundler("show", page, "--as", "notes", home=made.folder / "home")
    assert shown.code == 0, shown.err
    for code in CASES[name][1]:
        assert code in shown.out


def test_case_114_the_real_host_stands_beside_a_name_that_is_not_its(made):
    for whole in (everything(made.html), everything(made.epub), squeezed(made.text)):
        assert re.search(r"apple\.com[\[\]0-9]*\[xn--pple-43d\.com\]", whole)


def test_113_115_no_control_of_direction_or_hidden_mark_survives(made):
    for whole in (everything(made.html), everything(made.epub), made.text):
        assert not set("\u202a\u202b\u202d\u202e\u2067\u200c\u200d\u2060\u2063") & set(whole)
        assert "exe.文开" in whole
        assert "水印记" in whole


FRAGMENTS = st.sampled_from([payload for name, (payload, _) in CASES.items() if name[:2] not in ("29", "30")])
_NAMES = "p div b a table td li select svg math style template noscript xmp title textarea form"
TAGS = st.sampled_from(_NAMES.split(" "))
PIECES = st.one_of(
    FRAGMENTS,
    TAGS.map("<{}>".format),
    TAGS.map("</{}>".format),
    st.tuples(TAGS, st.sampled_from(["id=x", "onload=y", "href=javascript:z", "href='#x'", "dir=rtl", "'\""])).map(
        lambda pair: f"<{pair[0]} {pair[1]}>"
    ),
    st.text(max_size=12),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=25))
def test_no_mixture_of_markup_passes_the_gate_with_a_fault(pieces):
    article = Article(Entry(ArticleId("notes/x"), "一页", "zh-Hans", Section("", "")), read("".join(pieces)).blocks)
    bundle = bundle_of([article])
    with tempfile.TemporaryDirectory() as folder:
        for form in ("html", "epub"):
            assert codes_of(form, written(form, bundle), expected(bundle), Path(folder)) == set()
