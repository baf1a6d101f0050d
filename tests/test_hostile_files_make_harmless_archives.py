"""What a stranger put into an EPUB or HTML file that looks like ours: no crash, no bomb, nothing that may not stay."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile

import bundles
import pytest

from bundler.archive import _epub
from bundler.archive.found import read
from bundler.archive.rebuilt import rebuild
from bundler.catalog import open_archive
from bundler.errors import ArchiveError
from bundler.folder import open_folder
from bundler.model import Figure, short_id
from bundler.walk import plain_text
from bundler.work import Work

HASH = "ab" * 32
CHART = bundles.chart()[1].data


def article(body, own="mirror/a", title="水位", **said):
    """Return an article as an HTML file of ours has it."""
    more = "".join(f' data-{name}="{value}"' for name, value in said.items())
    head = f"<header>\n<h3><bdi>{title}</bdi></h3>\n</header>"
    return (
        f'<article id="{short_id(own)}" lang="zh-Hans" dir="ltr" data-id="{own}"{more}>\n{head}\n{body}\n</article>\n'
    )


def page(*articles):
    """Return an HTML file."""
    return f'<!doctype html>\n<html><body><main>\n{"".join(articles)}</main><p id="end">.</p></body></html>'.encode()


def epub(**members):
    """Return an EPUB without a package; its documents are read in the order of the file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def back(folder, data):
    """Read a file, make an archive of it, and return what the archive gives and the notes by code."""
    (folder / "x").write_bytes(data)
    made = rebuild([folder / "x"], folder / "made")
    catalog = open_archive(open_folder(folder / "made"), home=None, work=Work())
    return [catalog.load(entry.id).article for entry in catalog.entries()], made.counts


HARMFUL = {
    "a script": "<script>alert(1)</script>",
    "a handler": '<p onclick="alert(1)">字</p>',
    "a script address": '<p><a href="javascript:alert(1)">字</a></p>',
    "an address with a name": '<p><a href="https://user:alert(1)@bad.example/">字</a></p>',
    "a frame": '<iframe src="https://bad.example/alert(1)"></iframe>',
    "a picture from outside": '<figure><img src="https://bad.example/alert(1).png" alt="图"></figure>',
    "a picture by path": f'<figure><img src="../../etc/alert(1)" data-original="{HASH}" alt="图"></figure>',
    "a bad hash": '<figure><img src="data:image/png;base64,AAAA" data-original="../alert(1)" alt="图"></figure>',
    "an embed of no kind": '<p class="missing" data-embed="alert(1)">字</p>',
    "an embed that leads to a script": '<p data-embed="video"><span class="address">javascript:alert(1)</span></p>',
    "a code that is none": '<figure class="code"><figcaption><p><span class="address">javascript:alert(1)</span></p>'
    "</figcaption></figure><hr>",
    "a style": "<style>alert(1)</style>",
    "controls": "<p>a\x00\x1b[31m\u202eb</p>",
}


@pytest.mark.parametrize("body", HARMFUL.values(), ids=HARMFUL)
def test_what_may_not_stay_goes_and_the_text_stays(tmp_path, body):
    (found,), counts = back(tmp_path, page(article(f"{body}<p>其余的字</p>")))
    shown = repr(found)
    assert not any(bad in shown for bad in ("alert", "\\x1b", "\\x00", "\\u202e"))
    assert "其余的字" in plain_text(found.blocks)
    assert counts.keys() <= {"page-cleaned", "picture-broken"}


REFUSED = {
    "an id that climbs": {"own": "mirror/../../x"},
    "an id that is a folder": {"own": "/etc/passwd"},
    "no id": {"own": ""},
    "nested too deep": {"body": "<blockquote>" * 200 + "<p>x</p>"},
    "marks nested too deep": {"body": f"<p>{'<em>' * 200}x</p>"},
    "a hundred thousand elements in one another": {"body": "<div>" * 100_000},
    "too many elements": {"body": "<p>x</p>" * 150_000},
    "too many attributes": {"body": f"<p {' '.join(f'a{n}=1' for n in range(20_000))}>x</p>"},
    "too much text": {"body": f"<p>{'水' * 800_000}</p>"},
}


@pytest.mark.parametrize("bad", REFUSED.values(), ids=REFUSED)
def test_one_article_that_is_none_takes_no_other_along(tmp_path, bad):
    kept = article("<p>好的</p>", own="mirror/good")
    for name, data in (
        ("html", page(article(**{"body": "<p>x</p>"} | bad), kept)),
        ("epub", epub(**{"a.xhtml": article(**{"body": "<p>x</p>"} | bad).encode(), "b.xhtml": kept.encode()})),
    ):
        (tmp_path / name).mkdir()
        (found,), counts = back(tmp_path / name, data)
        assert found.entry.id == "mirror/good"
        assert counts == {"not-an-article": 1}


def test_of_two_articles_with_one_id_the_first_counts(tmp_path):
    (found,), counts = back(tmp_path, page(article("<p>早</p>"), article("<p>晚</p>")))
    assert plain_text(found.blocks) == "早"
    assert counts == {"same-id": 1}


def test_bad_facts_are_no_facts(tmp_path):
    said = {"published": "2026-13-99 day", "characters": "-5", "source": "file:///etc/passwd", "tags": "&#9;&#9;"}
    (found,), _ = back(tmp_path, page(article("<p>字</p>", **said)))
    assert (found.entry.published, found.entry.characters, found.entry.source, found.entry.tags) == (None, 0, "", ())


def test_attributes_of_a_table_and_a_list_are_bounded(tmp_path):
    body = (
        '<div class="table"><table><tbody><tr><td colspan="999999999" rowspan="-3">字</td></tr></tbody></table></div>'
    )
    (found,), _ = back(
        tmp_path, page(article(f'{body}<ol start="99999999999999"><li>字</li></ol><h6 data-level="77">字</h6>'))
    )
    table, items, heading = found.blocks
    assert (table.rows[0][0].colspan, table.rows[0][0].rowspan) == (100, 1)
    assert items.start <= 10**6
    assert heading.level <= 6


@pytest.mark.parametrize("data", [b"GIF89a", b"<svg/>", b"", CHART[:20], b"\x89PNG" + bytes(99)])
def test_a_picture_that_is_none_leaves_its_words(tmp_path, data):
    source = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    body = f'<figure><img src="{source}" data-original="{HASH}" alt="一张图"></figure>'
    (found,), counts = back(tmp_path, page(article(body)))
    assert found.blocks == (Figure(None, "一张图"),)
    assert counts == {"picture-broken": 1}


# -- containers --------------------------------------------------------------------------------------------------


def test_a_document_that_unpacks_to_too_much_is_left_out(tmp_path):
    bomb = article(f"<p>{'x' * 50_000_000}</p>", own="mirror/bomb").encode()
    data = epub(**{"a.xhtml": bomb, "b.xhtml": article("<p>好的</p>").encode()})
    assert len(data) < 100_000
    (found,), counts = back(tmp_path, data)
    assert plain_text(found.blocks) == "好的"
    assert counts == {"member-broken": 1}


def test_what_all_members_unpack_to_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(_epub, "MAX_UNPACKED", 1_000_000)
    documents = {
        f"{n}.xhtml": article(f"<p>{n}</p><!--{'x' * 90_000}-->", own=f"mirror/{n}").encode() for n in range(30)
    }
    articles, counts = back(tmp_path, epub(**documents))
    assert 0 < len(articles) <= 11
    assert counts["member-broken"] >= 19


def test_a_list_of_members_that_would_fill_the_memory_is_not_read(tmp_path):
    data = bytearray(epub(**{"a.xhtml": article("<p>x</p>").encode()}))
    struct.pack_into("<L", data, data.rindex(b"PK\x05\x06") + 12, 0xFFFFFFFF)
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(ArchiveError, match="damaged"):
        read(tmp_path / "x")


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "'
    + b"&a;" * 9
    + b'"><!ENTITY x SYSTEM "file:///etc/passwd">]><package><manifest><item id="&x;" href="&b;"/></manifest></package>'
)


@pytest.mark.parametrize("package", [ENTITIES, b"", b"<package>", b"\xff\xfe", b"<a>" * 100_000])
def test_a_hostile_package_costs_the_order_only(tmp_path, package):
    container = b'<container><rootfiles><rootfile full-path="EPUB/p.opf"/></rootfiles></container>'
    members = {"META-INF/container.xml": container, "EPUB/p.opf": package}
    for order, body in enumerate("早晚"):
        members[f"EPUB/{order}.xhtml"] = article(f"<p>{body}</p>", own=f"mirror/{order}").encode()
    articles, counts = back(tmp_path, epub(**members))
    assert [plain_text(one.blocks) for one in articles] == ["早", "晚"]
    assert counts == {}


def test_names_of_members_are_never_paths(tmp_path):
    source = f'<figure><img src="../../../../etc/passwd" data-original="{HASH}" alt="图"></figure>'
    data = epub(**{"../../../evil.xhtml": article(source).encode(), "/etc/passwd": CHART, "C:\\x.xhtml": b"x"})
    (found,), _ = back(tmp_path, data)
    assert found.blocks == (Figure(None, "图"),)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["made", "x"]
    assert not (tmp_path.parent / "evil.xhtml").exists()


def test_any_changed_byte_is_an_archive_or_a_sentence(tmp_path):
    for name in ("epub", "html"):
        data = bundles.written(name, bundles.sample())
        for at in range(7, len(data), len(data) // 20):
            (tmp_path / "x").write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
            try:
                found = read(tmp_path / "x")
            except ArchiveError:
                continue
            assert len(found.articles) <= 12
            assert json.dumps([note.detail for note in found.notes])
