"""Hostile classes C, H and I: an archive full of active markup is built, and the finished files hold none of it."""

import json
import re
import tempfile
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bundles import bundle_of, written
from command import DAY, bundler, recipe
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import codes_of, expected
from pages import put, read

from bundler.model import Article, ArticleId, Entry, Section

SCRIPT = "https://attacker.example/x.js"
LAUGHS = "".join(f'<!ENTITY h{n} "{f"&h{n - 1};" * 10}">' for n in range(1, 12))
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40">{}</svg>'
)

CASES: dict[str, tuple[str, set[str]]] = {
    "case_29_billion_laughs": (f'<!DOCTYPE x [<!ENTITY h0 "ha">{LAUGHS}]><i>&h11;</i>', set()),
    "case_30_quadratic": (f'<!DOCTYPE x [<!ENTITY q "{"长" * 5000}">]><i>{"&q;" * 500}</i>', set()),
    "case_31_external_entity": ('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><i>&f;</i>', set()),
    "case_32_parameter_entity": (
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://attacker.example/p.dtd"> %p;]><i>字</i>',
        set(),
    ),
    "case_33_xinclude": (
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text">',
        set(),
    ),
    "case_34_svg_script": (SVG.format(f'<script href="{SCRIPT}">alert(1)</script>'), {"drawing-dropped"}),
    "case_34_svg_onload": ("<svg onload=alert(1)>", {"drawing-dropped"}),
    "case_35_foreign_object": (
        SVG.format("<foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject>"),
        {"drawing-dropped"},
    ),
    "case_36_svg_use_image": (
        SVG.format('<use xlink:href="//attacker.example/a.svg#a"/><image href="//attacker.example/a.png"/>'),
        {"drawing-dropped"},
    ),
    "case_37_svg_set": (
        SVG.format('<a><set attributeName="href" to="javascript:alert(1)"/><text>点</text></a>'),
        {"drawing-dropped"},
    ),
    "case_38_svg_import": (SVG.format("<style>@import '//attacker.example/a.css';</style>"), {"drawing-dropped"}),
    "case_39_xml_stylesheet": ('<?xml-stylesheet href="//attacker.example/a.xsl" type="text/xsl"?>', set()),
    "case_40_xslt": (
        (
            '<xsl:stylesheet version="1.0"><xsl:template match="/"><xsl:value-of select="document(\'/etc/passwd\')"/>'
            "</xsl:template></xsl:stylesheet>"
        ),
        set(),
    ),
    "case_99_script": (f"<ScRiPt src={SCRIPT}>alert(1)</sCrIpT >", {"script-dropped"}),
    "case_99_script_slash": (f'<script/x src="{SCRIPT}">alert(1)</script>', {"script-dropped"}),
    "case_99_script_nested": ("<scr<script>ipt>alert(1)</script>", set()),
    "case_100_handlers": (
        (
            "<b onclick=alert(1) OnMouseOver=\"alert(1)\" onfocus='alert(1)' autofocus tabindex=1>粗</b>"
            "<details ontoggle=alert(1) open><summary>概</summary></details><img/onerror=alert(1)//src=x>"
        ),
        {"picture-missing"},
    ),
    "case_101_java_line_script": ('<a href="java&#10;script:alert(1)">一</a>', {"link-dropped"}),
    "case_101_control_javascript": ('<a href="&#1;JavaScript&colon;alert(1)">二</a>', {"link-dropped"}),
    "case_101_tab_vbscript": ('<a href="vb&Tab;script:alert(1)">三</a>', {"link-dropped"}),
    "case_102_data_html": ('<a href="data:text/html,<script>alert(1)</script>">四</a>', {"link-dropped"}),
    "case_103_meta_refresh": ('<meta http-equiv=refresh content="0;url=javascript:alert(1)">', set()),
    "case_104_base": ("<base href=https://attacker.example/ target=_top>", set()),
    "case_105_iframe": (
        '<iframe src="https://attacker.example/f" srcdoc="&lt;script>alert(1)&lt;/script>"></iframe>',
        {"embed-omitted"},
    ),
    "case_105_object_embed": (
        "<object data=data:text/html,x><param name=a></object><embed src=javascript:alert(1)>",
        {"embed-omitted"},
    ),
    "case_106_form": (
        (
            "<form action=https://attacker.example/><p>表内</p><button formaction=javascript:alert(1)>按</button>"
            "<input type=image src=https://attacker.example/i.png value=图 formaction=//attacker.example></form>"
        ),
        {"control-dropped"},
    ),
    "case_107_template": ("<template><script>alert(1)</script></template>", set()),
    "case_107_noscript": ('<noscript><p title="</noscript><img src=x onerror=alert(1)>">隐</p></noscript>', set()),
    "case_107_xmp": ("<xmp><script>alert(1)</script></xmp>", set()),
    "case_107_select": (
        "<select><button><selectedcontent></selectedcontent></button><option><img src=x onerror=alert(1)>选</select>",
        {"control-dropped"},
    ),
    "case_107_comment": ('<!--><img src=x onerror=alert(1)>--!><i title="--><script>alert(1)</script>">注</i>', set()),
    "case_108_math_confusion": (
        (
            "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"
            "</table></mtext></math>"
        ),
        set(),
    ),
    "case_108_svg_confusion": ("<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'></style></svg>", set()),
    "case_109_style": (
        (
            "<style>@import '//attacker.example/a.css';@font-face{font-family:x;src:url(//attacker.example/f)}</style>"
            "<i style=\"background:url('//attacker.example/b');width:expression(alert(1))\">斜</i>"
        ),
        set(),
    ),
    "case_110_hints": (
        (
            "<link rel=preconnect href=//attacker.example><link rel=dns-prefetch href=//attacker.example>"
            "<link rel=prefetch href=//attacker.example/a><link rel=stylesheet href=//attacker.example/a.css>"
            '<script type=speculationrules>{"prefetch":[{"urls":["//attacker.example"]}]}</script>'
        ),
        {"script-dropped"},
    ),
    "case_111_clobbering": (
        (
            "<a id=body name=cookie href='#body'>身</a><h3 id=body>同</h3><h3 id=body>同</h3><img name=getElementById>"
            "<p id=__proto__>原</p><a href='#__proto__'>回</a>"
        ),
        {"picture-missing"},
    ),
    "case_112_media": (
        (
            "<img srcset='//attacker.example/1.png 1x' src=//attacker.example/2.png alt=替>"
            "<a ping=https://attacker.example/p href=https://shop.example/x>链</a>"
            "<video src=//attacker.example/v poster=//attacker.example/p><track src=//attacker.example/t></video>"
            "<audio src=//attacker.example/a autoplay></audio><html manifest=//attacker.example/m>"
        ),
        {"picture-missing", "video-omitted", "audio-omitted"},
    ),
    "case_113_bidi": ("<i>\u202eexe.文&#x202e;\u2067开</i>", {"direction-controls-dropped"}),
    "case_114_homoglyph": ("<a href='https://xn--pple-43d.com/a'>apple.com</a>", {"link-host-shown"}),
    "case_115_invisible": ("<i>水\u200b\u200c\u200d\u2060\u200b印&#x200c;&#x2063;记</i>", {"invisible-dropped"}),
    "case_116_title_empty": ("<i>无题</i>", set()),
    "case_116_title_emoji": ("<i>表情</i>", set()),
    "case_116_title_megabyte": ("<i>长题</i>", set()),
}
"""Name, markup and the codes of the notes that it must leave."""
TITLES = {"case_116_title_empty": "", "case_116_title_emoji": "😀🎉", "case_116_title_megabyte": "长题" * 170_000}
TITLES["case_113_bidi"] = "附件 \u202egpj.exe \u2067"
PLAIN = "安静的一页"
LOADING = {"script", "iframe", "frame", "object", "embed", "form", "input", "button", "base", "video", "audio", "track",
           "source", "applet", "template", "math", "foreignobject", "set", "animate"}  # fmt: skip


def before(name: str) -> str:
    """Return what stands in front of a case."""
    return f"序{list(CASES).index(name):02}甲从这里开始"


def after(name: str) -> str:
    """Return what stands behind a case."""
    return f"尾{list(CASES).index(name):02}乙在这里结束"


def markdown(folder: Path) -> None:
    """Write the cases as a folder of Markdown, the title as YAML escapes it."""
    for name, (payload, _) in CASES.items():
        body = f"<div><p>{before(name)}</p>\n{payload}\n<p>{after(name)}</p></div>\n"
        put(folder, f"{name}.md", f"---\ntitle: {json.dumps(TITLES.get(name, f'第{name}页'))}\n---\n\n{body}")
    put(folder, "plain.md", f"---\ntitle: {PLAIN}\n---\n\n这一页什么也没有发生。\n")


def mirror(folder: Path) -> None:
    """Write the cases as pages of a mirror."""
    home = "#### [首页](https://code.example/m/blob/main/README.md)\n\n"
    for name, (payload, _) in CASES.items():
        title = TITLES.get(name, f"第{name}页")
        body = f"<div><p>{before(name)}</p>\n{payload}\n<p>{after(name)}</p></div>\n"
        put(folder, f"pages/prog/{name}.md", f"### {title}\n------\n\n{home}\n\n{body}<hr/>\n")
    put(folder, "pages/prog/plain.md", f"### {PLAIN}\n------\n\n{home}<p>这一页什么也没有发生。</p>\n<hr/>\n")


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
