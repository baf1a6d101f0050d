"""Hostile saved files are read in a process apart: what takes too much is left out by name, and the rest goes on."""

import gzip
import io
import json
import random
import zipfile

import pytest
from fetching import APART, picture
from test_saved_files_are_read_article_by_article import SITE, TEXT, articles, bring, epub, page, warc, zim, zipped

from bundler.fetch import _batch, saved
from bundler.fetch.apart import Apart
from bundler.fetch.faults import NetError
from bundler.work import Bound

SMALL = Bound(20, 15_000_000)
"""Less memory than one of the records below takes, more than the others."""


@pytest.fixture
def fresh():
    """Return a process apart of a test's own: what others left in its memory would hide that more is asked for."""
    with Apart() as apart:
        yield apart


def parts(path, within=saved.BOUND, apart=APART):
    """Return what was found by what it is, each by its name, and the fault that ended the file."""
    found, fault = {}, ""
    try:
        for one in saved.parts(apart, path, path.name, within):
            found.setdefault(one.what, []).append(one.name)
    except NetError as error:
        fault = error.code
    return found, fault


def put(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def records(*numbers):
    return [(f"{SITE}/{n}", "200 OK", "text/html", page(f"第{n}篇")) for n in numbers]


def pictures(*large):
    """Return the pictures of an EPUB: some take more than the bound, one does not."""
    return {**{f"{name}.png": picture(1) + bytes(20_000_000) for name in large}, "small.png": picture(2)}


def test_one_part_that_takes_too_much_is_named_and_the_rest_goes_on(fresh, tmp_path):
    data = epub({f"{n}.xhtml": page(f"第{n}篇") for n in (1, 2)}, pictures("large"))
    found, fault = parts(put(tmp_path, "book.epub", data), SMALL, fresh)
    assert found["page"] == ["OEBPS/1.xhtml", "OEBPS/2.xhtml"], "nothing twice, nothing lost"
    assert found["picture"] == ["OEBPS/small.png"]
    assert found["stopped"] == ["OEBPS/large.png #3"]
    assert not fault


def test_what_was_stopped_stands_in_the_report_by_name(fresh, tmp_path):
    archive = tmp_path / "a"
    data = epub({"1.xhtml": page("第一篇")}, pictures("large"))
    events = bring(archive, "book.epub", data, fresh, SMALL)
    said = [(one.subject, one.code) for one in events if one.what == "failed"]
    assert said == [("OEBPS/large.png #2", "saved-part-stopped")]
    assert sorted(articles(archive)) == ["第一篇"]


def test_a_file_that_ends_its_process_again_and_again_is_given_up(fresh, tmp_path):
    data = epub({"1.xhtml": page("第一篇")}, pictures(*"abcde"))
    found, fault = parts(put(tmp_path, "book.epub", data), SMALL, fresh)
    assert (found["page"], len(found["stopped"]), fault) == (["OEBPS/1.xhtml"], 2, "saved-broken")


def test_a_file_of_any_size_flows_through(tmp_path):
    body = picture(1) + random.Random(1).randbytes(1_000_000)
    path = put(tmp_path, "site.warc", warc(
        *((f"{SITE}/{n}.png", "200 OK", "image/png", body) for n in range(60)), compressed=False
    ))  # fmt: skip
    found, fault = parts(path, Bound(20, 30_000_000))
    assert (len(found["picture"]), fault) == (60, ""), "60 MB through 30"
    told = APART.done(_batch.batch, _batch.Job(str(path), "", 0))
    assert len(told) < _batch.MAX_BATCH_BYTES + len(body) + 100_000


def test_a_damaged_entry_of_a_zim_is_named_and_the_rest_goes_on(tmp_path):
    path = tmp_path / "wiki.zim"
    zim(
        path,
        [(f"p{n}", f"第{n}条", "text/html", page(f"第{n}条") + random.Random(n).randbytes(300)) for n in range(40)],
    )
    whole, ended = path.read_bytes(), set()
    for seed in range(12):
        data = bytearray(whole)
        dice = random.Random(seed)
        for _ in range(20):
            data[dice.randrange(80, len(data))] = dice.randrange(256)
        found, fault = parts(put(tmp_path, f"{seed}.zim", bytes(data)))
        ended |= {fault, *found}
        assert fault or sum(map(len, found.values())) <= 60
    assert {"damaged", "page"} <= ended


@pytest.mark.parametrize("kept", [90, 500, 5_000, -500])
def test_a_zim_that_breaks_off_is_said(tmp_path, kept):
    path = tmp_path / "wiki.zim"
    zim(path, [(f"p{n}", f"第{n}条", "text/html", page(f"第{n}条")) for n in range(40)])
    found, fault = parts(put(tmp_path, "cut.zim", path.read_bytes()[:kept]))
    assert fault == "saved-broken"
    assert not found


@pytest.mark.parametrize("said", [b"7", b"99999999999999", b"-5", b"0x10", b"", "九".encode()])
def test_lengths_of_a_warc_may_lie(tmp_path, said):
    whole = warc(*records(1, 2, 3), compressed=False)
    head, name, rest = whole.partition(b"Content-Length: ")
    second = rest.index(b"WARC/1.0")
    before, _, after = rest[second:].partition(b"Content-Length: ")
    lied = head + name + rest[:second] + before + b"Content-Length: " + said + after[after.index(b"\r\n") :]
    found, _ = parts(put(tmp_path, "site.warc", lied))
    assert f"{SITE}/1" in found["page"], "what came before is kept"


@pytest.mark.slow
def test_a_bomb_of_a_header_ends_its_own_process_alone(fresh, tmp_path, capfd):
    bomb = gzip.compress(b"WARC/1.0\r\nX: " + bytes(200_000_000))
    found, fault = parts(put(tmp_path, "site.warc.gz", warc(*records(1)) + bomb), Bound(20, 60_000_000), fresh)
    assert found["page"] == [f"{SITE}/1"]
    assert fault == "saved-broken" or found["damaged"] == [""], found
    assert not any(capfd.readouterr()), "no library says anything of its own, least of all a stranger's words"


def test_a_record_that_does_not_say_what_it_is_is_damaged_and_the_rest_goes_on(tmp_path):
    nameless = gzip.compress(b"WARC/1.0\r\nX: " + bytes(2_000_000))
    found, fault = parts(put(tmp_path, "site.warc.gz", warc(*records(1)) + nameless + warc(*records(2))))
    assert (found, fault) == ({"page": [f"{SITE}/1", f"{SITE}/2"], "damaged": [""]}, "")


def test_a_record_that_inflates_without_end_costs_its_limit(tmp_path):
    body = gzip.compress(gzip.compress(bytes(300_000_000)))
    data = warc((f"{SITE}/bomb", "200 OK", "text/html", body), *records(1))
    found, fault = parts(put(tmp_path, "site.warc.gz", data))
    assert (found["page"], fault) == ([f"{SITE}/1"], "")


@pytest.mark.slow
def test_a_wacz_that_is_a_bomb_costs_its_limit(fresh, tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("archive/a.warc.gz", warc(*records(1)))
        with box.open("archive/b.warc", "w", force_zip64=True) as file:
            file.write(warc(*records(2), compressed=False) + b"WARC/1.0\r\nX: ")
            for _ in range(150):
                file.write(bytes(1_000_000))
    found, fault = parts(put(tmp_path, "site.wacz", data.getvalue()), Bound(5, 60_000_000), fresh)
    assert found["page"] == [f"{SITE}/1", f"{SITE}/2"]
    assert fault == "saved-broken"


def test_a_damaged_document_of_an_epub_is_named_and_the_rest_goes_on(tmp_path):
    data = bytearray(epub({f"{n}.xhtml": page(f"第{n}篇") for n in range(3)}))
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        at = box.getinfo("OEBPS/1.xhtml").header_offset + 60
    data[at : at + 20] = bytes(20)
    found, fault = parts(put(tmp_path, "book.epub", bytes(data)))
    assert (found["page"], found["damaged"], fault) == (["OEBPS/0.xhtml", "OEBPS/2.xhtml"], ["OEBPS/1.xhtml"], "")


@pytest.mark.parametrize("package", [
    "<package>" + "<a>" * 100_000, "<package " + " ".join(f"a{n}='1'" for n in range(50_000)) + "/>", "", "\0" * 100,
    "<package xmlns='http://www.idpf.org/2007/opf'><spine>" + "<itemref idref='x'/>" * 100_000 + "</spine></package>",
    '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]><package>&a;</package>',
])  # fmt: skip
def test_packages_of_an_epub_may_be_anything(tmp_path, package):
    container = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
      <rootfile full-path="p.opf"/></rootfiles></container>"""
    found, _ = parts(put(tmp_path, "book.epub", zipped(**{"META-INF/container.xml": container, "p.opf": package})))
    assert not found


def test_odd_names_of_parts_are_told_on_one_line(tmp_path):
    name = f"{SITE}/a\x1b[31m%0aerror: all is well"
    path = put(tmp_path, "site.warc", warc((name, "200 OK", "text/html", TEXT.encode()), compressed=False))
    for one in saved.parts(APART, path, "odd"):
        assert "\n" not in one.name
        assert json.dumps(one.name)
