"""Hostile class E: names and paths. A page reads nothing outside its archive, and no name harms what prints it."""

import os
import socket

import pytest
from pages import PIXEL, codes, identity, load, page, put, text

from bundler.model import Figure, Link
from bundler.readers import markdown
from bundler.tree import open_folder
from bundler.walk import every_inline


@pytest.mark.parametrize(
    "written",
    [
        "../../etc/passwd",
        "../outside.png",
        "a/../../outside.png",
        "/../outside.png",
        "/etc/passwd",
        "//etc/passwd",
        "file:///etc/passwd",
        "%2e%2e%2foutside.png",
        "%252e%252e%252foutside.png",
        "..%5coutside.png",
        "..\\outside.png",
        "C:\\outside.png",
        "/dev/urandom",
        "/proc/self/environ",
        "outside.png%00.png",
        "./" * 3_000 + "outside.png",
        "x" * 5_000 + ".png",
        "字" * 86 + ".png",
        "CON",
        "NUL.png",
        "a\nb.png",
        "",
        ".",
        "..",
        "#",
        "?",
    ],
    ids=lambda written: written[:24] or "empty",
)
def test_53_to_63_pictures_and_links_read_nothing_outside(tmp_path, written):
    put(tmp_path, "outside.png", PIXEL)
    loaded = page(tmp_path / "archive", f"字\n\n<img src='{written}' alt=图>\n<a href='{written}'>链</a>", "a/page.md")
    assert loaded.article is not None
    assert loaded.media == {}
    assert Figure(None, "图") in loaded.article.blocks or "图" in text(loaded)
    assert not any(isinstance(inline, Link) for inline in every_inline(loaded.article.blocks))
    assert all(not need.startswith(("/", "..")) for need in loaded.needs)


@pytest.mark.parametrize(
    "target", ["../outside.png", "/etc/passwd", "link.png", "."], ids=["file", "absolute", "loop", "folder"]
)
def test_57_symbolic_links_lead_nowhere(tmp_path, target):
    put(tmp_path, "outside.png", PIXEL)
    put(tmp_path, "archive/page.md", "字\n\n![图](link.png)\n\n![图](folder/outside.png)")
    (tmp_path / "archive/link.png").symlink_to(target)
    (tmp_path / "archive/folder").symlink_to(tmp_path)
    (tmp_path / "archive/linked.md").symlink_to(tmp_path / "archive/page.md")
    loaded = load(tmp_path / "archive")
    assert loaded.media == {}
    assert markdown.scan(open_folder(tmp_path / "archive")).pages == ("page.md",)
    assert load(tmp_path / "archive", "linked.md").notes[-1].code == "page-missing"


def test_59_pipes_and_sockets_are_not_opened(tmp_path):
    put(tmp_path, "page.md", "字\n\n![图](pipe.png)\n\n![图](socket.png)")
    os.mkfifo(tmp_path / "pipe.png")
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listening:
        folder = os.open(tmp_path, os.O_RDONLY)
        try:
            listening.bind(f"/proc/self/fd/{folder}/socket.png")
        finally:
            os.close(folder)
        loaded = load(tmp_path)
    assert loaded.article is not None
    assert loaded.media == {}
    assert markdown.scan(open_folder(tmp_path)).pages == ("page.md",)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("62-" + "字" * 80, "62 " + "字" * 80),
        ("66-annex\u202egpj.exe", "66 annexgpj.exe"),
        ("67-a\nb\x1b[31mc", "67 a b[31mc"),
        ("-68-rf", "68 rf"),
        ("mimetype", "mimetype"),
        ("CON", "CON"),
        ("trailing. ", "trailing."),
        ("a&b<c>", "a&b<c>"),
    ],
)
def test_61_to_69_names_of_pages(tmp_path, name, title):
    loaded = page(tmp_path, "正文", f"{name}.md")
    assert loaded.article is not None
    assert loaded.article.entry.title == title
    assert loaded.article.entry.id == identity(name)


def test_66_names_of_sections_and_notes_can_be_printed(tmp_path):
    put(tmp_path, "a\u202eb\x1b[2J/page.md", "正文")
    put(tmp_path, "a\u202eb\x1b[2J/README.md", "正文")
    scan = markdown.scan(open_folder(tmp_path))
    assert list(scan.sections.values()) == ["ab[2J"]
    assert [note.detail for note in scan.notes] == ["ab[2J/README.md"]


def test_64_names_that_differ_in_case_are_two_articles(tmp_path):
    put(tmp_path, "A.md", "甲")
    put(tmp_path, "a.md", "乙")
    assert text(load(tmp_path, "A.md")) == "甲"
    assert load(tmp_path, "A.md").article.entry.id != load(tmp_path, "a.md").article.entry.id


def test_65_names_in_other_unicode_forms_have_one_id(tmp_path):
    composed, decomposed = "caf\u00e9.md", "cafe\u0301.md"
    put(tmp_path, composed, "甲")
    put(tmp_path, decomposed, "乙")
    assert load(tmp_path, composed).article.entry.id == load(tmp_path, decomposed).article.entry.id


def test_a_page_in_a_language_folder_is_not_hidden_files(tmp_path):
    put(tmp_path, ".git/x.md", "x")
    put(tmp_path, ".obsidian/x.md", "x")
    put(tmp_path, "a/.x.md", "x")
    put(tmp_path, "a/b.md", "x")
    assert markdown.scan(open_folder(tmp_path)).pages == ("a/b.md",)


def test_many_relative_addresses_are_asked_for_only_so_often(tmp_path):
    loaded = page(tmp_path, "\n".join(f"[字](x{number})" for number in range(3_000)))
    assert codes(loaded).count("link-dropped") == 101
    assert len(loaded.needs) <= 1_000 * 20
