"""EPUB, ZIM, WARC and WACZ files that somebody saved become pages of an archive, once; hostile ones harm nothing."""

import contextlib
import datetime as dt
import gzip
import io
import os
import sys
import zipfile

import pytest
from fetching import APART, picture
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bundler import media
from bundler.catalog import open_archive
from bundler.fetch import ledger, pages, saved, stored
from bundler.fetch.apart import Apart
from bundler.fetch.events import Run
from bundler.fetch.faults import NetError
from bundler.fetch.net import Net
from bundler.fetch.sources import Saved
from bundler.folder import open_folder
from bundler.work import Work

DAY = dt.date(2026, 11, 22)
TEXT = "河水退去以后，邻居们一起清理街道，孩子们在桥头画画。" * 12
SITE = "https://news.example"


def page(title, inside=""):
    head = f"<html><head><title>{title}</title></head><body><nav>首页</nav>"
    return f"{head}<article><h1>{title}</h1><p>{TEXT}</p>{inside}</article></body></html>".encode()


def warc(*records, compressed=True):
    """Write answers: address, status, type, body."""
    data = io.BytesIO()
    writer = WARCWriter(data, gzip=compressed)
    for address, status, kind, body in records:
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(address, "response", io.BytesIO(body), http_headers=headers))
    return data.getvalue()


def zipped(**members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as box:
        for name, body in members.items():
            box.writestr(name, body)
    return data.getvalue()


def epub(documents, pictures=(), href="{}"):
    listed = "".join(
        f'<item id="d{n}" href="{href.format(name)}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(documents)
    )
    listed += "".join(f'<item id="p{n}" href="{name}" media-type="image/png"/>' for n, name in enumerate(pictures))
    spine = "".join(f'<itemref idref="d{n}"/>' for n in range(len(documents)))
    package = f"""<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
      <dc:title>河边文集</dc:title><dc:creator>林小河</dc:creator><dc:language>zh</dc:language><dc:date>2026-05-03</dc:date>
      </metadata><manifest>{listed}</manifest><spine>{spine}</spine></package>"""
    container = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
      <rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"""
    files = {f"OEBPS/{name}": data for name, data in {**documents, **dict(pictures)}.items()}
    return zipped(**{"META-INF/container.xml": container, "OEBPS/book.opf": package, **files})


def zim(path, entries):
    from libzim.writer import Creator, Hint, Item, StringProvider

    class One(Item):
        def __init__(self, name, title, kind, body):
            super().__init__()
            self.told = name, title, kind, body

        def get_path(self):
            return self.told[0]

        def get_title(self):
            return self.told[1]

        def get_mimetype(self):
            return self.told[2]

        def get_contentprovider(self):
            return StringProvider(self.told[3])

        def get_hints(self):
            return {Hint.FRONT_ARTICLE: True}

    with Creator(str(path)) as creator:
        creator.set_mainpath("one")
        for entry in entries:
            creator.add_item(One(*entry))
        for key, value in (("Date", "2026-05-03"), ("Publisher", "河边百科"), ("Title", "百科"), ("Language", "zho")):
            creator.add_metadata(key, value)


def bring(archive, name, data=None, apart=APART, within=saved.BOUND):
    archive.mkdir(exist_ok=True)
    if data is not None:
        (archive / name).write_bytes(data)
    book = ledger.opened(archive)
    try:
        with Net() as net:
            return list(saved.fetch(Saved(archive / name), Run(archive, net, book, DAY, apart=apart), within))
    finally:
        book.close()


def articles(archive):
    with Work() as work:
        catalog = open_archive(open_folder(archive), home=None, work=work)
        found = {entry.title: (entry, catalog.media(entry.id)) for entry in catalog.entries()}
        catalog.close()
        return found


def whats(events):
    return sorted(event.what for event in events)


RECORDS = (
    (f"{SITE}/1?utm_source=x", "200 OK", "text/html; charset=utf-8", page("桥修好了", f"<img src='{SITE}/p.png'>")),
    (f"{SITE}/p.png", "200 OK", "image/png", picture(1)),
    (f"{SITE}/2", "404 Not Found", "text/html", page("没有这一页")),
    (f"{SITE}/x.js", "200 OK", "text/javascript", b"alert(1)"),
    (f"{SITE}/3", "200 OK", "text/html", "<html><title>旧码</title><p>".encode("gb18030") + TEXT.encode("gb18030")),
)


@pytest.mark.parametrize("kind", ["warc", "warc.gz", "wacz"])
def test_a_warc_is_read_with_its_pictures(tmp_path, kind):
    data = warc(*RECORDS, compressed=kind != "warc")
    if kind == "wacz":
        data = zipped(**{"archive/data.warc.gz": data, "datapackage.json": "{}"})
    archive = tmp_path / "a"
    assert whats(bring(archive, f"site.{kind}", data)) == ["new", "new", "new"]
    found = articles(archive)
    assert sorted(found) == ["旧码", "桥修好了"]
    entry, shown = found["桥修好了"]
    assert entry.source == f"{SITE}/1"
    assert len(shown) == 1, "the picture is found under the address that the page shows"


def test_an_epub_is_read_with_its_pictures(tmp_path):
    documents = {"text/1.xhtml": page("第一篇", "<img src='../images/a.png'>"), "text/2.xhtml": page("第二篇")}
    bring(
        tmp_path / "a",
        "河边 文集.epub",
        epub(documents, {"images/a.png": picture(2)}),
    )
    found = articles(tmp_path / "a")
    assert sorted(found) == ["第一篇", "第二篇"]
    entry, shown = found["第一篇"]
    assert (entry.authors, entry.publisher, str(entry.published.value)) == (("林小河",), "河边文集", "2026-05-03")
    assert len(shown) == 1


def test_a_zim_is_read_with_its_pictures(tmp_path):
    archive = tmp_path / "a"
    archive.mkdir()
    zim(archive / "wiki.zim", [
        ("one", "河流", "text/html", page("河流", "<img src='i/a.png'>")), ("two", "堤坝", "text/html", page("堤坝")),
        ("i/a.png", "", "image/png", picture(3)), ("s.js", "", "text/javascript", b"alert(1)"),
    ])  # fmt: skip
    bring(archive, "wiki.zim")
    found = articles(archive)
    assert sorted(found) == ["堤坝", "河流"]
    assert found["河流"][0].publisher == "河边百科"
    assert len(found["河流"][1]) == 1


def test_a_second_run_reads_nothing_and_a_changed_file_replaces(tmp_path):
    archive = tmp_path / "a"
    data = epub({"1.xhtml": page("第一篇")})
    bring(archive, "book.epub", data)
    assert whats(bring(archive, "book.epub", data)) == ["same"]
    assert whats(bring(archive, "book.epub", epub({"1.xhtml": page("第一篇，改过"), "2.xhtml": page("第二篇")}))) == [
        "changed",
        "new",
    ]
    assert sorted(articles(archive)) == ["第一篇，改过", "第二篇"]


def test_a_file_at_rest_is_not_even_read_again(tmp_path, monkeypatch):
    archive = tmp_path / "a"
    archive.mkdir()
    book = archive / "book.epub"
    book.write_bytes(epub({"1.xhtml": page("第一篇")}).ljust(2_000, b"\0"))
    bring(archive, book.name)
    real, read = saved._digest, []
    monkeypatch.setattr(saved, "_digest", lambda path: read.append(path) or real(path))
    bring(archive, book.name)
    assert read, "a file that changed a moment ago may change again unseen"
    os.utime(book, (1_700_000_000, 1_700_000_000))
    assert whats(bring(archive, book.name)) == ["same"]
    read.clear()
    assert whats(bring(archive, book.name)) == ["same"]
    assert not read
    size = book.stat().st_size
    book.write_bytes(epub({"1.xhtml": page("第二篇")}).ljust(2_000, b"\0"))
    os.utime(book, (1_700_000_000, 1_700_000_000))
    assert book.stat().st_size == size
    assert whats(bring(archive, book.name)) == ["changed"], "as large and as old as before, and another"


def test_what_the_archive_fetched_itself_is_never_replaced(tmp_path):
    archive = tmp_path / "a"
    archive.mkdir()
    book = ledger.opened(archive)
    stored.keep(archive, stored.place(f"{SITE}/1"), stored.page(page("桥修好了").decode(), f"{SITE}/1"))
    book.put(ledger.Record(pages.KIND, f"{SITE}/1", "here", DAY, stored.place(f"{SITE}/1")))
    book.close()
    assert whats(bring(archive, "evil.warc", warc((f"{SITE}/1", "200 OK", "text/html", page("桥塌了"))))) == ["same"]
    assert sorted(articles(archive)) == ["桥修好了"]


HREFS = ("../../../{}", "/etc/{}", "..%2f..%2f{}", "C:\\{}", ".git/{}", "%00{}", "a/../../../{}")


@pytest.mark.parametrize("href", HREFS)
def test_paths_of_an_epub_lead_nowhere_else(tmp_path, href):
    archive = tmp_path / "in/a"
    archive.parent.mkdir()
    documents = {"x.xhtml": page("第一篇")}
    before = sorted(tmp_path.rglob("*"))
    data = epub(documents, href=href)
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        files = {name: box.read(name) for name in box.namelist()}
    for name in ("../../x.xhtml", "../x.xhtml", "etc/x.xhtml", "OEBPS/.git/x.xhtml", "/etc/x.xhtml"):
        files[name] = page("第一篇")
    bring(archive, "book.epub", zipped(**files))
    made = {
        path.relative_to(archive).parts[0]
        for path in set(tmp_path.rglob("*")) - set(before)
        if path.is_relative_to(archive) and path != archive
    }
    assert made <= {"book", "book.epub", ".bundler"}
    assert sorted(path for path in tmp_path.rglob("*") if not path.is_relative_to(archive)) == before
    assert not list(archive.rglob(".git"))


def test_bombs_cost_their_limit(tmp_path):
    records = [(f"{SITE}/bomb", "200 OK", "text/html", b"<p>" + bytes(60_000_000)), *RECORDS[4:]]
    events = bring(tmp_path / "a", "site.warc.gz", warc(*records))
    assert [event.detail for event in events if event.code == "saved-left-out"] == ["too large or empty x1"]
    assert sorted(articles(tmp_path / "a")) == ["旧码"]
    events = bring(
        tmp_path / "b", "book.epub", epub({"1.xhtml": b"<p>" + bytes(60_000_000), "2.xhtml": page("第二篇")})
    )
    assert [event.detail for event in events if event.code == "saved-left-out"] == ["too large or empty x1"]
    laughs = (
        '<!DOCTYPE c [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
        + "]><c>&j;</c>"
    )
    with pytest.raises(NetError, match="saved-broken"):
        bring(tmp_path / "c", "book.epub", zipped(**{"META-INF/container.xml": laughs}))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"PK\x03\x04" + bytes(60), b"ZIM\x04" + bytes(200), b"ZIM\x04" + b"\xff" * 200, b"WARC/1.0\r\n\r\n",
        b"\x1f\x8b" + bytes(40), gzip.compress(b"not a WARC"), warc(*RECORDS)[:400], b"%PDF-1.7",
        epub({"1.xhtml": page("一")})[:300], zipped(**{"META-INF/container.xml": "<container/>"}),
        zipped(**{"archive/a.warc.gz": b"\x1f\x8b\x08broken"}),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_cannot_be_read_is_said(tmp_path, data):
    archive = tmp_path / "a"
    with contextlib.suppress(NetError):
        assert "new" not in whats(bring(archive, "file", data)), "a ZIP that holds nothing of ours is empty"
    assert not list(archive.glob("*/*.html"))


def test_links_lead_nowhere_either(tmp_path):
    archive, outside = tmp_path / "a", tmp_path / "outside"
    archive.mkdir()
    outside.mkdir()
    (archive / "book").symlink_to(outside)
    bring(archive, "book.epub", epub({"1.xhtml": page("第一篇")}))
    assert not list(outside.iterdir())
    (archive / "other.epub").symlink_to(archive / "book.epub")
    with pytest.raises(NetError, match="saved-missing"):
        bring(archive, "other.epub")


@pytest.mark.parametrize(
    ("module", "name", "data"),
    [("warcio.archiveiterator", "a.warc", warc(*RECORDS)), ("libzim.reader", "a.zim", b"ZIM\x04" + bytes(99))],
)
def test_a_missing_reader_is_named(tmp_path, monkeypatch, module, name, data):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(NetError) as caught:
        bring(tmp_path / "a", name, data, Apart(Work(processes=0)))
    assert caught.value.code == "saved-reader-missing"
    assert "`bundler doctor`" in caught.value.detail


def test_pictures_are_what_their_bytes_say(tmp_path):
    bring(tmp_path / "a", "site.warc", warc((f"{SITE}/p.png", "200 OK", "image/png", b"<script>alert(1)</script>")))
    assert not (tmp_path / "a" / media.FOLDER).exists()
