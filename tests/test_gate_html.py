"""The gate passes our HTML, and refuses it with the fault's name once any one thing in it is broken."""

from __future__ import annotations

import base64
import io
import re
from urllib.parse import quote

import bundles
import judging
import pytest
from PIL import Image

from bundler import qr, theme
from bundler.gate import _images as images
from bundler.gate import html
from bundler.gate._policy import source_hash
from bundler.gate._script import SCRIPT


@pytest.fixture(scope="module")
def page() -> str:
    return bundles.written("html", bundles.sample()).decode()


@pytest.fixture(scope="module")
def wanted():
    return judging.expected(bundles.sample())


@pytest.mark.parametrize(("language", "outside"), [("zh-Hans", "open"), ("fa", "plain"), ("ru", "plain")])
def test_a_good_file_passes(language, outside, tmp_path):
    bundle = bundles.sample(language, outside=outside)
    assert judging.codes_of("html", bundles.written("html", bundle), judging.expected(bundle), tmp_path) == set()


def inside(markup: str):
    """Put markup at the end of the articles."""
    return lambda page: page.replace("</main>", f"{markup}</main>")


def styled(css: str):
    """Add to the style sheet, and to the policy the hash of the new one."""

    def change(page: str) -> str:
        old = re.search("<style>(.*?)</style>", page, re.DOTALL)[1]
        return page.replace(f"<style>{old}</style>", f"<style>{old}{css}</style>").replace(
            source_hash(old), source_hash(old + css)
        )

    return change


def found_script(page: str) -> str:
    return re.search("<script>.*?</script>", page, re.DOTALL)[0]


def moved(page: str, part: str, after: str) -> str:
    return page.replace(part, "").replace(after, after + part)


def scripted(added: str):
    """Add to the script, and to the policy the hash of the new one."""

    def change(page: str) -> str:
        old = found_script(page)[len("<script>") : -len("</script>")]
        return page.replace(old, old + added).replace(source_hash(old), source_hash(old + added))

    return change


def swap(old: str, new: str):
    """Replace the first match of a pattern."""
    return lambda page: re.sub(old, new.replace("\\", r"\\"), page, count=1, flags=re.DOTALL)


def data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def picture(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, kind, **options)
    return out.getvalue()


def image_as_code(png: bytes) -> str:
    return f'<figure class="code"><img src="{data("image/png", png)}" alt=""></figure>'


def code(payload: str) -> str:
    return image_as_code(qr.png(qr.matrix(payload)))


def inverted() -> bytes:
    png = Image.open(io.BytesIO(qr.png(qr.matrix("https://mirror.example/x"))))
    out = io.BytesIO()
    png.convert("L").point(lambda value: 255 - value).save(out, "PNG")
    return out.getvalue()


EXIF = Image.Exif()
EXIF[0x010F] = "CANARYCAMERA"
LATE = ('<meta charset="utf-8">\n', '<meta charset="utf-8">\n<title>first</title>')

BROKEN = [
    ("policy-missing", swap("<meta http-equiv.*?>\n", "")),
    ("policy-missing", lambda page: page.replace(*LATE)),
    ("policy-missing", lambda page: page.replace("<!doctype html>\n", "<!doctype html>\n<p>")),
    ("policy-weak", swap("default-src 'none'", "default-src *")),
    ("policy-weak", swap("default-src 'none'", "default-src 'none'; font-src data:")),
    ("policy-weak", swap("default-src 'none'", "default-src *; default-src 'none'")),
    ("policy-weak", swap("default-src 'none'", "DEFAULT-SRC *; default-src 'none'")),
    ("policy-weak", swap("default-src 'none'", "default-src\u00a0'none'")),
    ("policy-weak", swap("base-uri 'none'; ", "base-uri 'none';\u3000")),
    ("policy-weak", swap("base-uri 'none'; ", "")),
    ("policy-hash", swap("script-src '", "script-src 'unsafe-inline' '")),
    ("policy-weak", swap("default-src 'none'", "default-src 'none'; script-src-elem 'unsafe-inline'")),
    ("policy-weak", swap("default-src 'none'", "default-src 'none'; connect-src data:")),
    ("policy-hash", swap("script-src '.*?'; ", "")),
    ("element-forbidden", scripted("fetch('data:,')")),
    ("element-forbidden", swap("<script>", '<script type="module">')),
    ("element-forbidden", lambda page: page.replace("</head>", "<script></script></head>")),
    ("element-forbidden", lambda page: page.replace("</head>", f"{found_script(page)}</head>")),
    ("element-forbidden", lambda page: moved(page, found_script(page), "<main>")),
    ("element-forbidden", swap(" hidden>\n<input", ">\n<input")),
    ("element-forbidden", swap('<dialog id="large"', '<form><dialog id="large"')),
    ("attribute-forbidden", swap('<input id="search"', '<input id="search" autofocus')),
    ("attribute-forbidden", swap('<button type="button"', '<button type="button" formaction="x"')),
    ("control-kind", swap('type="search"', 'type="file"')),
    ("control-kind", swap('<button type="button"', '<button type="submit"')),
    ("policy-weak", swap("img-src data:", "img-src data: https:")),
    ("policy-hash", swap("</style>", " </style>")),
    ("policy-hash", swap("style-src '", "style-src 'unsafe-inline' '")),
    ("style-forbidden", styled("@import '//x.example/a.css';")),
    *(("style-forbidden", styled(f"@{name} 'x';")) for name in ("namespace", "document", "charset", "IMPORT")),
    ("style-forbidden", styled("@media screen{@import 'x';}")),
    ("style-broken", styled("a{content:'\n'}")),
    ("network", styled("a{background:url(https://x.example/a)}")),
    ("network", styled("a{background:url('a.png')}")),
    ("network", styled("a{background:\\75 rl(//x.example)}")),
    ("network", styled("a{background:image-set('a.png' 1x)}")),
    *(("network", styled(f"a{{background:{name}('a.png' 1x)}}")) for name in (
        "url", "src", "image", "-webkit-image-set", "cross-fade", "-webkit-cross-fade", "IMAGE-SET",
    )),
    ("network", styled("a{background:cross-fade(var(--x, 'a.png'), red)}")),
    ("network", styled("@supports (a:b){a{background:url(a.png)}}")),
    ("network", styled("a{--u:'https://x.example/a'}")),
    ("network", styled("@font-face{src:url(//x.example/f.woff2)}")),
    ("network", inside('<img src="https://x.example/a.png" alt="">')),
    ("network", inside('<img src="//x.example/a.png" alt="">')),
    ("network", inside('<img src="\\\\x.example\\a.png" alt="">')),
    ("network", inside('<img src="a.png" alt="">')),
    ("network", inside('<img src="ht&#9;tps://x.example/" alt="">')),
    ("network", inside('<svg><image href="https://x.example/a.png"/></svg>')),
    ("network", inside('<svg><use href="https://x.example/a.svg#a"/></svg>')),
    ("file-address", inside('<img src="file:///a.png" alt="">')),
    ("file-address", inside('<a href="file:///a" rel="noreferrer">x</a>')),
    ("data-type", inside(f'<img src="{data("image/svg+xml", b"<svg/>")}" alt="">')),
    *(("data-type", inside(f'<img src="{data(kind, b"x")}" alt="">')) for kind in (
        "text/html", "text/css", "text/javascript", "application/pdf", "image/gif", "image/avif", "audio/mpeg",
        "font/woff2", "font/ttf",
    )),
    ("data-broken", inside('<img src="data:image/png;base64,@@@" alt="">')),
    ("data-broken", inside('<img src="data:image/png" alt="">')),
    ("data-broken", styled("a{background:url(data:image/png;base64,@@@)}")),
    ("link-forbidden", inside('<a href="javascript:alert(1)" rel="noreferrer">x</a>')),
    ("link-forbidden", inside('<a href="java&#10;script:alert(1)" rel="noreferrer">x</a>')),
    ("link-forbidden", inside('<a href="data:text/html,x" rel="noreferrer">x</a>')),
    ("link-forbidden", inside('<a href="https:///nohost" rel="noreferrer">x</a>')),
    ("link-forbidden", inside('<a href="http://[x" rel="noreferrer">x</a>')),
    *(("link-forbidden", inside(f'<a href="{name}:12345" rel="noreferrer">x</a>')) for name in (
        "tel", "sms", "intent", "ftp", "blob", "about", "view-source", "vbscript",
    )),
    ("link-forbidden", inside('<a href="//x.example/" rel="noreferrer">x</a>')),
    ("link-referrer", inside('<a href="https://x.example/">x</a>')),
    ("link-referrer", inside('<a href="https://x.example/" rel="external\u00a0noreferrer">x</a>')),
    ("link-broken", inside('<a href="#nowhere">x</a>')),
    ("link-broken", inside('<a href="other.html">x</a>')),
    ("link-broken", inside('<svg><use href="#nowhere"/></svg>')),
    ("link-kind", swap("<title>", '<link rel="preconnect" href="data:,"><title>')),
    ("link-kind", swap("<title>", '<link rel="dns-prefetch" href="data:,"><title>')),
    ("network", swap("<title>", '<link rel="icon" href="https://x.example/i"><title>')),
    ("meta-forbidden", swap("<title>", '<meta http-equiv="refresh" content="0"><title>')),
    *(("reference-broken", inside(f'<p {name}="contents nowhere">x</p>')) for name in (
        "aria-labelledby", "aria-describedby", "aria-details",
    )),
    ("reference-broken", inside('<table><tr><td headers="nowhere">x</td></tr></table>')),
    ("id-duplicate", inside('<p id="contents">x</p>')),
    ("id-empty", inside('<p id="">x</p>')),
    ("article-missing", swap('<article id="a[0-9a-f]*"', '<article id="x"')),
    ("article-unexpected", inside('<article id="a0000000000"></article>')),
    ("article-repeated", lambda page: page.replace("</main>", re.search("<article id[^>]*>", page)[0] + "</article>")),
    ("code-missing", swap('<figure class="code"', '<figure class="cold"')),
    ("code-unexpected", inside(code("https://mirror.example/stranger"))),
    ("code-unreadable", inside(image_as_code(picture("PNG")))),
    ("code-unreadable", inside(image_as_code(inverted()))),
    ("picture-metadata", inside(f'<img src="{data("image/jpeg", picture("JPEG", exif=EXIF))}" alt="">')),
    ("picture-metadata", inside(f'<img src="{data("image/jpeg", picture("JPEG", comment="x"))}" alt="">')),
    ("picture-metadata", inside(f'<img src="data:image/jpeg,{quote(picture("JPEG", comment="x"))}" alt="">')),
    ("picture-metadata", inside(f'<img src="{data("IMAGE/JPEG", picture("JPEG", comment="x"))}" alt="">')),
    ("picture-metadata", styled(f"a{{background:url({data('image/jpeg', picture('JPEG', comment='x'))})}}")),
    ("trace", inside(f'<img src="data:image/png,{quote("canaryuser".encode("utf-16-be"))}" alt="">')),
    ("picture-metadata", inside(f'<img src="{data("image/png", picture("PNG", exif=EXIF))}" alt="">')),
    ("picture-metadata", inside(f'<img src="{data("image/png", picture("PNG") + b"PK")}" alt="">')),
    ("trace", inside(f"<p>{judging.SECRET}/x</p>")),
    ("trace", inside(f"<!-- {quote(judging.SECRET)} -->")),
    ("trace", inside("<!-- by canaryuser -->")),
    ("trace", inside(f'<img src="{data("image/png", judging.SECRET.encode())}" alt="">')),
    ("control-character", inside("<p>\x85</p>")),
    ("control-character", lambda page: page.replace("\n", "\r\n")),
    ("byte-order-mark", lambda page: f"\ufeff{page}"),
    *(("element-forbidden", inside(f"<{name}></{name}>")) for name in (
        "script", "iframe", "object", "embed", "form", "video", "audio", "base", "template", "noscript", "math",
        "button", "input", "picture", "portal", "dialog", "plaintext", "x-any",
    )),
    *(("element-forbidden", inside(f"<svg><{name}/></svg>")) for name in ("script", "foreignObject", "animate", "set")),
    *(("attribute-forbidden", inside(f'<p {name}="x">x</p>')) for name in (
        "onclick", "ONLOAD", "style", "background", "srcset", "ping", "target", "download", "xlink:href", "popover",
        "is", "nonce", "attributionsrc", "itemprop",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("code", "breaking"), BROKEN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BROKEN)])
def test_a_broken_file_is_refused(code, breaking, page, wanted, tmp_path):
    broken = breaking(page)
    assert broken != page
    assert code in judging.codes_of("html", broken.encode(), wanted, tmp_path)


def test_a_page_without_a_script_passes_and_may_hold_no_controls(wanted, tmp_path):
    bare = bundles.written("html", bundles.sample(), script="none").decode()
    assert judging.codes_of("html", bare.encode(), wanted, tmp_path) == set()
    tools = '<div id="tools" hidden><button type="button">x</button></div>'
    assert "element-forbidden" in judging.codes_of(
        "html", bare.replace("<body>", f"<body>{tools}").encode(), wanted, tmp_path
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="http://mirror.example/" rel="noreferrer">x</a>',
        '<a href="HTTPS://mirror.example/" rel="nofollow NoReferrer">x</a>',
        '<a href="mailto:editors@mirror.example" rel="noreferrer">x</a>',
        '<a href="#">x</a><a href="#top">x</a>',
        f'<img src="{data("image/webp", picture("WEBP", lossless=True))}" alt="">',
        f'<img src="data:image/png,{quote(picture("PNG"))}" alt="">',
        f'<img src=" {data("image/png", picture("PNG")).replace(";base64", "; BASE64 ")} " alt="">',
    ],
)
def test_what_a_reader_may_tap_and_see_passes(markup, page, wanted, tmp_path):
    assert judging.codes_of("html", inside(markup)(page).encode(), wanted, tmp_path) == set()


def test_the_gate_knows_the_script_of_this_version_by_its_hash():
    """Read `assets/js` again before you write its new hash into the gate: nothing else judges what it does."""
    assert source_hash(theme.script()) == SCRIPT


def test_whatever_is_no_page_is_refused_without_an_exception(page, wanted, tmp_path):
    whole = page.encode()
    assert "not-utf-8" in judging.codes_of("html", whole + b"\xff", wanted, tmp_path)
    for data in (b"", b"\0" * 1000, whole[: len(whole) // 2], b"<" * 100_000, b"<b>" * 50_000):
        assert judging.codes_of("html", data, wanted, tmp_path)


def test_a_file_that_is_not_there_is_refused(wanted, tmp_path):
    from bundler import gate

    (fault,) = gate.judge("html").faults(tmp_path / "absent.html", wanted)
    assert fault.code == "unreadable"
    assert str(tmp_path) not in fault.detail


def test_a_name_inside_a_longer_word_is_no_trace(page, wanted, tmp_path):
    assert judging.codes_of("html", inside("<p>canaryusers</p>")(page).encode(), wanted, tmp_path) == set()


def drawn(mode: str, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 90).convert(mode).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    "pixels",
    [
        picture("PNG"),
        drawn("P", "PNG", transparency=0),
        drawn("1", "PNG"),
        picture("JPEG"),
        drawn("L", "JPEG", progressive=True),
        drawn("RGB", "JPEG", restart_marker_blocks=1),
        drawn("CMYK", "JPEG"),
    ],
    ids=["png", "palette", "bilevel", "jpeg", "progressive", "restarts", "adobe"],
)
def test_pictures_of_nothing_but_pixels_are_clean(pixels):
    """Also where a picture breaks off: what is cut is no longer what was judged."""
    assert images.metadata(pixels) is None
    assert images.metadata(pixels + b"\0") == "bytes behind the end"
    assert images.metadata(pixels[:-1]) is not None
    assert images.metadata(pixels[: len(pixels) // 2]) is not None


def test_other_pictures_are_not_let_through():
    assert images.metadata(picture("GIF")) == "neither PNG nor JPEG"
    for name in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"iCCP", b"acTL"):
        whole = picture("PNG")
        assert images.metadata(whole[:33] + b"\0\0\0\0" + name + bytes(4) + whole[33:]) == f"PNG chunk {name.decode()}"
    for marker in (0xE1, 0xE2, 0xED, 0xFE):
        whole = picture("JPEG")
        assert images.metadata(whole[:2] + bytes((0xFF, marker, 0, 2)) + whole[2:]) == f"JPEG marker {marker:02X}"


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 60}], ids=["lossless", "lossy"])
def test_webp_passes_in_html_alone_and_only_with_nothing_but_pixels(options):
    data = picture("WEBP", **options)
    assert images.metadata(data, webp=True) is None
    assert images.metadata(data) == "neither PNG nor JPEG", "old readers of EPUB fail on it"
    assert images.metadata(data + b"PK", webp=True) == "bytes behind the end"
    assert images.metadata(picture("WEBP", exif=b"Exif\0\0II*\0", **options), webp=True) is not None


def test_a_link_is_looked_up_and_not_compared_with_every_name():
    class Names(frozenset):
        def __iter__(self):
            raise AssertionError("every name was walked through for one link")

    known = Names({"a1", "a2"})
    assert [list(html._target_faults(f"#{name}", known)) for name in ("a1", "", "top")] == [[], [], []]
    assert [fault.code for fault in html._target_faults("#a3", known)] == ["link-broken"]
