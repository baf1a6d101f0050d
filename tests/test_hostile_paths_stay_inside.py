"""Hostile class E: names and paths. A page reads nothing outside its archive, and no name harms what prints it."""

import json
import os
import socket
import stat
import unicodedata

import pytest
from command import bundler, recipe
from pages import PIXEL, codes, identity, load, page, put, text

from bundler.folder import open_folder
from bundler.model import Figure, Link
from bundler.readers import markdown
from bundler.walk import every_inline

WRITTEN = {
    "case_53_parent": "../../etc/passwd",
    "case_53_parent_of_the_archive": "../outside.png",
    "case_53_parent_in_the_middle": "a/../../outside.png",
    "case_53_parent_of_the_root": "/../outside.png",
    "case_54_absolute": "/etc/passwd",
    "case_54_two_slashes": "//etc/passwd",
    "case_54_file_address": "file:///etc/passwd",
    "case_54_drive": "C:\\outside.png",
    "case_55_encoded": "%2e%2e%2foutside.png",
    "case_55_encoded_twice": "%252e%252e%252foutside.png",
    "case_55_encoded_backslash": "..%5coutside.png",
    "case_55_nul": "outside.png%00.png",
    "case_56_backslash": "..\\outside.png",
    "case_60_urandom": "/dev/urandom",
    "case_60_environ": "/proc/self/environ",
    "case_60_relative": "../../../../../../../../proc/self/environ",
    "case_61_console": "CON",
    "case_61_null": "NUL.png",
    "case_61_port": "COM1.txt",
    "case_61_trailing": "trailing. ",
    "case_62_258_bytes": "字" * 86 + ".png",
    "case_63_6_000_bytes": "./" * 3_000 + "outside.png",
    "case_63_5_000_bytes": "x" * 5_000 + ".png",
    "case_67_line_end": "a\nb.png",
    "nothing": "",
    "the_folder": ".",
    "the_folder_above": "..",
    "only_an_anchor": "#",
    "only_a_query": "?",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_pictures_and_links_read_nothing_outside(tmp_path, written):
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
def test_case_57_symbolic_links_lead_nowhere(tmp_path, target):
    put(tmp_path, "outside.png", PIXEL)
    put(tmp_path, "archive/page.md", "字\n\n![图](link.png)\n\n![图](folder/outside.png)")
    (tmp_path / "archive/link.png").symlink_to(target)
    (tmp_path / "archive/folder").symlink_to(tmp_path)
    (tmp_path / "archive/linked.md").symlink_to(tmp_path / "archive/page.md")
    loaded = load(tmp_path / "archive")
    assert loaded.media == {}
    assert markdown.scan(open_folder(tmp_path / "archive")).pages == ("page.md",)
    assert load(tmp_path / "archive", "linked.md").notes[-1].code == "page-missing"


def test_case_58_a_hard_link_is_the_file_that_it_is(tmp_path):
    """Nothing tells it from its other name; only who may read a file can make one, and a picture is rebuilt anyway."""
    secret = put(tmp_path, "outside.txt", "\x89 nothing that is a picture")
    put(tmp_path, "archive/page.md", "字\n\n![图](link.png)")
    os.link(tmp_path / "archive/page.md", tmp_path / "archive/again.md")
    os.link(secret, tmp_path / "archive/link.png")
    assert markdown.scan(open_folder(tmp_path / "archive")).pages == ("again.md", "page.md")
    loaded = load(tmp_path / "archive")
    assert text(load(tmp_path / "archive", "again.md")) == text(loaded)
    assert loaded.media == {}
    assert "picture-type" in codes(loaded)


def test_case_59_devices_are_not_opened(tmp_path):
    put(tmp_path, "page.md", "字\n\n![图](device.png)")
    try:
        os.mknod(tmp_path / "device.png", stat.S_IFCHR | 0o600, os.makedev(1, 9))
        os.mknod(tmp_path / "device.md", stat.S_IFCHR | 0o600, os.makedev(1, 9))
    except PermissionError:
        pytest.skip("making devices needs root")
    assert load(tmp_path).media == {}
    assert markdown.scan(open_folder(tmp_path)).pages == ("page.md",)


def test_case_59_pipes_and_sockets_are_not_opened(tmp_path):
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


NAMES = {
    "case_61_console": ("CON", "CON"),
    "case_61_trailing": ("trailing. ", "trailing."),
    "case_62_250_bytes": ("62-" + "字" * 80, "62 " + "字" * 80),
    "case_66_right_to_left": ("66-annex\u202egpj.exe", "66 annexgpj.exe"),
    "case_67_escape": ("67-a\nb\x1b[31mc", "67 a b[31mc"),
    "case_68_option": ("-68-rf", "68 rf"),
    "case_69_mimetype": ("mimetype", "mimetype"),
    "case_69_container": ("META-INF/container.xml", "container.xml"),
    "markup": ("a&b<c>", "a&b<c>"),
}


@pytest.mark.parametrize(("name", "title"), NAMES.values(), ids=NAMES)
def test_names_of_pages(tmp_path, name, title):
    loaded = page(tmp_path, "正文", f"{name}.md")
    assert loaded.article is not None
    assert loaded.article.entry.title == title
    assert loaded.article.entry.id == identity(name.replace("\n", "%0A").replace("\x1b", "%1B"))


def test_case_66_names_of_sections_and_notes_can_be_printed(tmp_path):
    put(tmp_path, "a\u202eb\x1b[2J/page.md", "正文")
    put(tmp_path, "a\u202eb\x1b[2J/README.md", "正文")
    scan = markdown.scan(open_folder(tmp_path))
    assert list(scan.sections.values()) == ["ab[2J"]
    assert [note.detail for note in scan.notes] == ["ab[2J/README.md"]


@pytest.mark.parametrize("command", ["list", "build"])
def test_case_67_names_of_files_write_nothing_but_words_on_a_terminal(tmp_path, command):
    put(tmp_path, "archive/good\x1b[31m\u202e\x9b1m.md", "正文")
    put(tmp_path, "archive/broken\x1b]0;x\x07\r.md", b"\x89PNG\r\n\x1a\n")
    place = recipe(tmp_path, archives="{path: archive, reader: markdown}")
    options = {"list": ["--all"], "build": ["--out", tmp_path / "dist"]}
    done = bundler(command, place, *options[command], home=tmp_path / "home")
    assert done.code == 0, done.err
    said = done.out + done.err
    assert not [char for char in said if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char != "\n"]
    assert "broken%1B]0;x%07%0D" in said


def test_case_64_names_that_differ_in_case_are_two_articles(tmp_path):
    put(tmp_path, "A.md", "甲")
    put(tmp_path, "a.md", "乙")
    assert text(load(tmp_path, "A.md")) == "甲"
    assert load(tmp_path, "A.md").article.entry.id != load(tmp_path, "a.md").article.entry.id


def test_case_65_names_in_other_unicode_forms_have_one_id(tmp_path):
    composed, decomposed = "caf\u00e9.md", "cafe\u0301.md"
    put(tmp_path, composed, "甲")
    put(tmp_path, decomposed, "乙")
    assert load(tmp_path, composed).article.entry.id == load(tmp_path, decomposed).article.entry.id


def test_case_70_nothing_of_git_is_read_or_run(tmp_path):
    put(tmp_path, ".GIT/hooks/post-checkout", "#!/bin/sh\ntouch ran")
    put(tmp_path, ".Git/x.md", "x")
    put(tmp_path, ".gitattributes", "*.md filter=run\n")
    put(tmp_path, ".gitmodules", '[submodule "x\\r"]\n\tpath = a\\r\n\turl = https://attacker.example/\n')
    put(tmp_path, "page.md", "![图](.GIT/x.png) 字 <a href='.git/config'>链</a>")
    put(tmp_path, ".GIT/x.png", PIXEL)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert markdown.scan(open_folder(tmp_path)).pages == ("page.md",)
    loaded = load(tmp_path)
    assert text(loaded) == "图 字 链"
    assert loaded.media == {}
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}


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


def test_names_of_another_encoding_and_links_are_told(tmp_path):
    put(tmp_path, os.fsdecode("archive/新闻.md".encode("gb18030")), "正文")
    put(tmp_path, "archive/page.md", "正文")
    for name in ("a", "b", "c", "d"):
        (tmp_path / "archive" / f"{name}.md").symlink_to("page.md")
    for _ in ("read", "kept"):
        done = bundler("archive", "status", tmp_path / "archive", "--json", home=tmp_path / "home")
        assert done.code == 0, done.err
        notes = {note["reason"]: note["detail"] for note in json.loads(done.out)["notes"]}
        assert notes["name-not-utf-8"] == "\\xd0\\xc2\\xce\\xc5.md"
        assert notes["link-not-followed"] == "a.md, b.md, c.md and 1 more"


def test_an_archive_of_names_of_another_encoding_alone_says_what_to_do(tmp_path):
    put(tmp_path, os.fsdecode("archive/新闻.md".encode("gb18030")), "正文")
    done = bundler("archive", "status", tmp_path / "archive", home=tmp_path / "home")
    assert done.code == 4
    assert "no name of a file in the archive 'archive' is UTF-8: '\\xd0\\xc2\\xce\\xc5.md'" in " ".join(
        done.err.split()
    )
    assert "convmv -r -f GB18030 -t UTF-8" in done.err


def test_an_id_holds_no_control(tmp_path):
    loaded = page(tmp_path, "正文", "67-a\nb\x1b\x85.md")
    assert loaded.article is not None
    assert loaded.article.entry.id == identity("67-a%0Ab%1B%C2%85")
