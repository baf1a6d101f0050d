"""The gate passes our EPUB, and refuses one with the fault's name once any one thing in it is broken."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import bundles
import judging
import pytest
import tiny_book
from PIL import Image
from tiny_book import ARTICLE, CODE, CSS, MEMBERS, ONE, OPF, packed

from bundler.gate import _container, _xml

Members = Mapping[str, bytes]


@pytest.mark.parametrize(("language", "outside"), [("zh-Hans", "open"), ("fa", "plain"), ("zh-Hant", "plain")])
def test_a_good_file_passes(language, outside, tmp_path):
    bundle = bundles.sample(language, outside=outside)
    assert judging.codes_of("epub", bundles.written("epub", bundle), judging.expected(bundle), tmp_path) == set()


def codes(members: Members, folder, dress: tiny_book.Dress = lambda _: None) -> set[str]:
    wanted = tiny_book.wanted(judging.SECRET, "canaryuser")
    return judging.codes_of("epub", packed(members, dress), wanted, folder)


def test_the_tiny_book_passes(tmp_path):
    assert codes(MEMBERS, tmp_path) == set()


def swap(name: str, old: str, new: str) -> Callable[[Members], Members]:
    """Replace text in one member."""
    assert old in MEMBERS[name].decode()
    return lambda members: {**members, name: members[name].replace(old.encode(), new.encode())}


def add(name: str, data: bytes, kind: str = "") -> Callable[[Members], Members]:
    """Add a member; declare it where it has a kind."""
    item = f'<item id="x" href="{name}" media-type="{kind}"/></manifest>' if kind else "</manifest>"
    return lambda members: {
        **members,
        f"EPUB/{name}": data,
        OPF: members[OPF].replace(b"</manifest>", item.encode()),
    }


def drop(name: str) -> Callable[[Members], Members]:
    return lambda members: {key: data for key, data in members.items() if key != name}


def inside(markup: str) -> Callable[[Members], Members]:
    """Put markup at the end of the article."""
    return swap(ONE, "</article>", f"{markup}</article>")


def many_documents(members: Members) -> Members:
    """Add a thousand documents to read."""
    names = [f"d{number}.xhtml" for number in range(1000)]
    items = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in names)
    read = "".join(f'<itemref idref="{name}"/>' for name in names)
    opf = members[OPF].replace(b"</manifest>", f"{items}</manifest>".encode())
    opf = opf.replace(b"</spine>", f"{read}</spine>".encode())
    return {**members, OPF: opf, **dict.fromkeys((f"EPUB/{name}" for name in names), DOCUMENT)}


def photograph() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "CANARYCAMERA"
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def blank() -> bytes:
    out = io.BytesIO()
    Image.new("1", (300, 300), 1).save(out, "PNG")
    return out.getvalue()


def last_first(members: Members) -> Members:
    return dict(reversed(members.items()))


DOCUMENT = b'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><p>x</p></body></html>'
BOMB = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
SHEET = 'href="book.css" media-type="text/css"'
BROKEN = [
    ("mimetype", last_first),
    ("mimetype", swap("mimetype", "epub", "ebup")),
    ("mimetype", drop("mimetype")),
    ("member-name", add("a b.css", b"", "text/css")),
    ("member-name", add("../../x.css", b"", "text/css")),
    ("member-name", add("BOOK.css", b"", "text/css")),
    ("member-undeclared", add("notes.txt", b"x")),
    ("member-undeclared", lambda members: {**members, "META-INF/encryption.xml": b"<encryption/>"}),
    ("member-missing", drop(CSS)),
    *(("item-forbidden", add("a.bin", b"", kind)) for kind in (
        "image/svg+xml", "image/gif", "image/webp", "text/javascript", "application/javascript", "text/html",
        "audio/mpeg", "video/mp4", "application/pdf", "application/smil+xml", "application/octet-stream",
        "font/woff2", "application/vnd.ms-opentype",
    )),
    *(("item-forbidden", swap(OPF, 'properties="nav"', f'properties="nav {name}"')) for name in (
        "scripted", "remote-resources", "switch",
    )),
    ("package-missing", drop(OPF)),
    ("package-missing", swap("META-INF/container.xml", "<rootfile ", "<rootfile/><rootfile ")),
    ("xml-broken", drop("META-INF/container.xml")),
    ("xml-broken", swap(OPF, "</manifest>", "")),
    ("xml-broken", swap("EPUB/toc.ncx", "</navMap>", "")),
    ("xml-broken", swap(ONE, "</article>", "")),
    ("xml-broken", swap(ONE, "船", "&nbsp;")),
    ("xml-broken", inside("<p>" * 400 + "</p>" * 400)),
    ("xml-doctype", swap(ONE, "<!DOCTYPE html>", BOMB)),
    ("xml-doctype", swap(ONE, "<!DOCTYPE html>", '<!DOCTYPE html SYSTEM "http://x.example/x.dtd">')),
    ("xml-instruction", swap(ONE, "<!DOCTYPE html>", '<?xml-stylesheet href="http://x.example/x.css"?>')),
    ("xml-doctype", swap(OPF, "<package", "<!DOCTYPE package><package")),
    ("xml-instruction", swap("META-INF/container.xml", "<rootfiles>", "<rootfiles><?x y?>")),
    ("xml-instruction", inside("<?php x?>")),
    ("xml-instruction", swap(ONE, "</html>", "</html><?xml-stylesheet href='x.css'?>")),
    ("spine-broken", swap(OPF, '<itemref idref="one"/>', '<itemref idref="two"/>')),
    ("spine-broken", swap(OPF, '<itemref idref="one"/>', '<itemref idref="one"/><itemref idref="one"/>')),
    ("spine-broken", swap(OPF, '<item id="css"', f'<item id="css2" {SHEET}/><item id="css"')),
    ("spine-broken", swap(OPF, '<item id="one"', '<item id="one" href="x" media-type="text/html"/><item id="one"')),
    ("spine-incomplete", swap(OPF, 'idref="one"', 'idref="one" linear="no"')),
    ("spine-incomplete", add("two.xhtml", DOCUMENT, "application/xhtml+xml")),
    ("nav-missing", swap(OPF, ' properties="nav"', "")),
    ("nav-missing", swap(OPF, 'properties="nav"', 'properties="nav\u3000cover"')),
    ("nav-incomplete", swap("EPUB/nav.xhtml", f"text/one.xhtml#{ARTICLE}", "nav.xhtml")),
    ("nav-incomplete", swap("EPUB/nav.xhtml", f"text/one.xhtml#{ARTICLE}", f"text/one.xhtml#{ARTICLE}-top")),
    ("spine-long", many_documents),
    ("chapter-large", inside(f"<p>{'字' * 90_000}</p>")),
    ("member-large", add("large.css", bytes(32_000_001), "text/css")),
    ("network", swap(OPF, 'href="book.css"', 'href="https://x.example/book.css"')),
    ("network", swap(OPF, "<metadata/>", '<metadata><link rel="record" href="https://x.example/r"/></metadata>')),
    ("network", swap("META-INF/container.xml", "<rootfiles>", '<links><link href="//x.example/"/></links><rootfiles>')),
    ("network", inside('<img src="https://x.example/a.png" alt=""/>')),
    ("network", inside('<img src="//x.example/a.png" alt=""/>')),
    ("network", swap(ONE, "../book.css", "https://x.example/book.css")),
    ("network", swap(CSS, "p{", "p{background:url(https://x.example/a.png);")),
    ("network", swap(ONE, "</head>", "<style>p{background:url(//x.example/a)}</style></head>")),
    ("file-address", inside('<img src="file:///a.png" alt=""/>')),
    ("file-address", swap(CSS, "p{", "p{background:url(file:///a.png);")),
    ("file-address", inside('<a href="file:///a" rel="noreferrer">x</a>')),
    ("style-forbidden", swap(CSS, "p{", "@import 'other.css';p{")),
    ("part-missing", inside('<img src="../other.png" alt=""/>')),
    ("part-missing", swap(CSS, "p{", "p{background:url(other.png);")),
    ("part-missing", swap(ONE, "../book.css", "../other.css")),
    ("link-broken", inside('<a href="#nowhere">x</a>')),
    ("link-broken", inside('<a href="two.xhtml">x</a>')),
    ("link-broken", swap("EPUB/toc.ncx", f"#{ARTICLE}", "#nowhere")),
    ("link-broken", swap("EPUB/toc.ncx", "text/one.xhtml", "text/two.xhtml")),
    ("link-broken", swap("EPUB/toc.ncx", f"text/one.xhtml#{ARTICLE}", "https://x.example/")),
    ("link-broken", swap("EPUB/nav.xhtml", f"#{ARTICLE}", "#nowhere")),
    ("link-forbidden", inside('<a href="javascript:alert(1)" rel="noreferrer">x</a>')),
    ("link-referrer", inside('<a href="https://x.example/">x</a>')),
    ("link-kind", swap(ONE, 'rel="stylesheet"', 'rel="preload"')),
    ("meta-forbidden", swap(ONE, "</head>", '<meta http-equiv="refresh" content="0"/></head>')),
    ("element-forbidden", inside("<script>x()</script>")),
    ("element-forbidden", inside('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')),
    ("element-forbidden", inside('<math xmlns="http://www.w3.org/1998/Math/MathML"/>')),
    ("attribute-forbidden", inside('<p onclick="x()">x</p>')),
    ("attribute-forbidden", inside('<p style="color:red">x</p>')),
    ("id-duplicate", inside(f'<p id="{ARTICLE}-top">x</p>')),
    ("article-missing", swap(ONE, f'<article id="{ARTICLE}"', f'<article id="{ARTICLE}0"')),
    ("article-repeated", swap(ONE, "</body>", f'<article id="{ARTICLE}"><p>x</p></article></body>')),
    ("article-unexpected", swap(ONE, "</body>", '<article id="a9"><p>x</p></article></body>')),
    ("code-missing", swap(ONE, 'class="code"', 'class="cold"')),
    ("code-unexpected", inside('<figure class="code"><img src="../code.png" alt=""/></figure>')),
    ("code-unexpected", inside('<figure class="code"><p><img src="../code.png" alt=""/></p></figure>')),
    ("code-unreadable", lambda members: {**members, CODE: blank()}),
    ("picture-metadata", lambda members: {**members, CODE: photograph()}),
    ("picture-metadata", lambda members: {**members, CODE: members[CODE] + b"PK"}),
    ("trace", inside(f"<p>{judging.SECRET}</p>")),
    ("trace", swap(CSS, "p{", "/* canaryuser */p{")),
    ("trace", swap(OPF, "<metadata/>", "<metadata><!-- canaryuser --></metadata>")),
    ("trace", add("canaryuser.css", b"", "text/css")),
    ("not-utf-8", lambda members: {**members, ONE: members[ONE].decode().encode("utf-16")}),
    ("control-character", swap(ONE, "\n", "\r\n")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "breaking"), BROKEN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BROKEN)])
def test_a_broken_file_is_refused(code, breaking, tmp_path):
    assert code in codes(breaking(MEMBERS), tmp_path)


DRESSES: list[tuple[str, str, object]] = [
    ("member-time", "date_time", (2026, 11, 22, 8, 0, 0)),
    ("member-extra", "extra", b"UT\x05\x00\x03\x00\x00\x00\x00"),
    ("member-extra", "comment", b"packed at home"),
    ("member-extra", "create_system", 0),
    ("member-extra", "external_attr", 0o600 << 16),
    ("member-packing", "compress_type", zipfile.ZIP_LZMA),
]


def test_the_first_member_is_stored(tmp_path):
    """Programs that look at the first bytes find the type there."""

    def dress(info: zipfile.ZipInfo) -> None:
        if info.filename == "mimetype":
            info.compress_type = zipfile.ZIP_DEFLATED

    assert "mimetype" in codes(MEMBERS, tmp_path, dress)


def test_a_member_that_is_said_to_be_encrypted_is_refused(tmp_path):
    data = bytearray(packed(MEMBERS))
    data[data.rindex(b"PK\1\2") + 8] |= 1
    assert "member-packing" in judging.codes_of("epub", bytes(data), tiny_book.wanted(), tmp_path)


@pytest.mark.parametrize(("code", "attribute", "value"), DRESSES, ids=[attribute for _, attribute, _ in DRESSES])
def test_what_the_archive_says_of_its_members_is_judged(code, attribute, value, tmp_path):
    def dress(info: zipfile.ZipInfo) -> None:
        if info.filename == ONE:
            setattr(info, attribute, value)

    assert code in codes(MEMBERS, tmp_path, dress)


ONLY_ONCE = [
    ("member-extra", "extra", b"UT\x05\x00\x03\x00\x00\x00\x00", b""),
    ("member-extra", "extra", b"UT\xfc\x00" + bytes(252), b""),
    ("member-extra", "extra", b"", b"UT\x05\x00\x03\x00\x00\x00\x00"),
    ("member-time", "date_time", (2026, 11, 22, 8, 0, 0), (1980, 1, 1, 0, 0, 0)),
    ("member-time", "date_time", (1980, 1, 1, 0, 0, 0), (2026, 11, 22, 8, 0, 0)),
]


@pytest.mark.parametrize(("code", "attribute", "before", "after"), ONLY_ONCE)
def test_what_a_member_and_the_directory_say_is_judged_each(code, attribute, before, after, tmp_path):
    """An archive says it twice: in front of the member, and in the directory behind all of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, zipfile.ZipFile(io.BytesIO(packed(MEMBERS))) as whole:
        for info in whole.infolist():
            one = info.filename == ONE
            setattr(info, attribute, before if one else getattr(info, attribute))
            archive.writestr(info, whole.read(info.filename))
            setattr(info, attribute, after if one else getattr(info, attribute))
    assert judging.codes_of("epub", out.getvalue(), tiny_book.wanted(), tmp_path) == {code}


def test_the_first_member_says_what_the_file_is(tmp_path):
    def stored(info: zipfile.ZipInfo) -> None:
        info.compress_type = zipfile.ZIP_STORED

    assert codes(MEMBERS, tmp_path, stored) == set()
    assert codes(last_first(MEMBERS), tmp_path, stored) == {"mimetype"}


def test_a_member_may_have_just_the_bytes_that_are_read(tmp_path, monkeypatch):
    most = max(map(len, MEMBERS.values()))
    monkeypatch.setattr(_container, "MAX_MEMBER_BYTES", most)
    assert codes(MEMBERS, tmp_path) == set()
    monkeypatch.setattr(_container, "MAX_MEMBER_BYTES", most - 1)
    assert "member-large" in codes(MEMBERS, tmp_path)


def test_a_member_packed_twice_is_refused(tmp_path):
    out = io.BytesIO(packed(MEMBERS))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(zipfile.ZipInfo(CSS), b"p{}")
    assert "member-name" in judging.codes_of("epub", out.getvalue(), tiny_book.wanted(), tmp_path)


def test_a_trace_behind_the_archive_is_found(tmp_path):
    data = packed(MEMBERS)
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"by canaryuser"
    assert judging.codes_of("epub", out.getvalue(), tiny_book.wanted("canaryuser"), tmp_path) == {"trace"}


def test_whatever_is_no_book_is_refused_without_an_exception(tmp_path):
    whole = packed(MEMBERS)
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    for data in (b"", b"PK", whole[: len(whole) // 2], bytes(damaged), packed({})):
        assert judging.codes_of("epub", data, tiny_book.wanted(), tmp_path)


def test_an_entity_reads_no_file_of_this_machine(tmp_path):
    (tmp_path / "own.txt").write_text("渡口以外的文字", encoding="utf-8")
    entity = f'<!DOCTYPE p [<!ENTITY own SYSTEM "{(tmp_path / "own.txt").as_uri()}">]><p>&own;</p>'
    root, faults = _xml.parse(entity.encode(), "a page")
    assert "".join(root.itertext()) != "渡口以外的文字"
    assert {fault.code for fault in faults} == {"xml-doctype"}


def test_a_font_may_stand_in_it(tmp_path):
    members = add("serif.ttf", b"", "font/ttf")(swap(CSS, "p{", "@font-face{src:url(serif.ttf)}p{")(MEMBERS))
    assert codes(members, tmp_path) == set()


def test_contents_may_be_larger_than_a_chapter(tmp_path):
    """EPUB allows one navigation document alone, and reading apps show it as a list of their own."""
    line = f'<li><a href="text/one.xhtml#{ARTICLE}">{"渡" * 90_000}</a></li></ol>'
    assert codes(swap("EPUB/nav.xhtml", "</ol>", line)(MEMBERS), tmp_path) == set()
