"""`expose` says what others see of a file from the file alone: of ours, of locked ones, of foreign and hostile ones."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import bundles
import leaks
import pikepdf
import pytest
from command import bundler, recipe
from PIL import Image
from sealing import KEY, SEED, unsigned
from unlocking import locked

from bundler.errors import UsageError
from bundler.release import ed25519, keys
from bundler.release.seal import apply
from bundler.share import expose as exposing
from bundler.share import lock
from bundler.share.expose import expose
from bundler.work import Work

pytestmark = pytest.mark.slow

SUFFIXES = {"epub": "epub", "html": "html", "pdf": "pdf", "text": "txt"}
WORDS = ("茶馆", "航海日记", "radio", "潜水艇")


@pytest.fixture(scope="module")
def work():
    with Work(1) as made:
        yield made


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """Write the sample in every format, plain outside, sealed."""
    folder = tmp_path_factory.mktemp("files")
    made = {kind: folder / f"weekly-261122.{suffix}" for kind, suffix in SUFFIXES.items()}
    for kind, path in made.items():
        path.write_bytes(bundles.written(kind, bundles.sample(outside="plain")))
        apply(path, unsigned(kind), lambda message: ed25519.sign(SEED, message))
    return made


@pytest.mark.parametrize("kind", SUFFIXES)
def test_a_file_of_ours_shows_a_date_its_words_and_its_key(files, work, kind):
    seen = expose(files[kind], WORDS, work=work)
    assert (seen.kind, seen.locked, seen.title) == (kind, "", "2026年11月22日")
    assert seen.seal.key == KEY
    assert {"seal"} < set(seen.marks)
    assert seen.loads == seen.broken == ()
    hits = dict(seen.hits)
    assert hits.keys() == {"茶馆", "航海日记", "radio"}
    assert hits["茶馆"] >= 6
    assert dict(seen.hosts)["mirror.example"] >= 12
    assert bool(seen.picture) == (kind in ("epub", "pdf"))
    assert all("茶馆" not in value for _, value in seen.said)


def test_what_may_say_more_outside_is_seen(tmp_path, work):
    path = tmp_path / "open.epub"
    path.write_bytes(bundles.written("epub", bundles.sample(outside="open")))
    seen = expose(path, (), work=work)
    assert "一周文摘" in seen.title
    assert seen.seal is None
    assert seen.marks == ("names", "styles")


@pytest.mark.parametrize("kind", ["html", "pdf", "age"])
def test_a_locked_file_shows_that_it_is_locked_and_no_more(files, tmp_path, work, kind):
    source = files[kind if kind != "age" else "epub"]
    path = lock.lock(source, kind, "0123 4567 8901 2345 6789", tmp_path)
    seen = expose(path, WORDS, work=work)
    assert seen.locked == kind
    assert (seen.characters, seen.hosts, seen.hits, seen.picture, seen.said) == (0, (), (), b"", ())
    assert seen.title in ("", "Document")
    assert seen.marks == (() if kind == "age" else ("lock",))
    assert seen.seal is None
    assert bundler("expose", path, home=tmp_path).out.count("locked") >= 2 or kind == "age"


# -- files of others ----------------------------------------------------------------------------------------------


def test_what_a_page_would_load_is_found(tmp_path, work):
    path = tmp_path / "control.html"
    path.write_text(leaks.control_page(), encoding="utf-8")
    seen = expose(path, (), work=work)
    missed = [vector for n, vector in enumerate(leaks.VECTORS)
              if not any(f"v{n}.leak.example" in one for one in seen.loads) and "<script>" not in vector]  # fmt: skip
    assert [one for one in missed if "srcdoc" not in one and "data:text/html" not in one] == []
    assert "JavaScript" in seen.loads, "what a script does cannot be seen, but that it runs"
    assert seen.marks == ()


def test_a_foreign_epub_shows_when_and_by_whom_it_was_packed(tmp_path, work):
    path = tmp_path / "book.epub"
    with zipfile.ZipFile(path, "w") as book:
        for name, text in {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="o/p.opf"/></rootfiles></container>',
            "o/p.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<metadata><dc:title>茶馆</dc:title><dc:creator>老板</dc:creator></metadata><manifest>"
            '<item id="a" href="a%20b.xhtml" media-type="application/xhtml+xml"/></manifest></package>',
            "o/a b.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><body><img src="http://t.leak.example/x.png"/>'
            '<a href="https://tea.example/">茶</a> 见 https://other.example/路径。</body></html>',
        }.items():
            book.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 21, 30, 4)), text)
    seen = expose(path, ("茶",), work=work)
    assert seen.title == "茶馆"
    assert {("dc:creator", "老板"), ("zip", "2026-11-20 21:30:04")} <= set(seen.said)
    assert seen.loads == ("http://t.leak.example/x.png",)
    assert seen.hosts == (("other.example", 1), ("t.leak.example", 1), ("tea.example", 1))
    assert (seen.hits, seen.taps, seen.marks) == ((("茶", 1),), 1, ())


def test_a_foreign_pdf_shows_its_maker_and_what_it_runs(tmp_path, work):
    path = tmp_path / "paper.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Author"] = "老板"
        pdf.docinfo["/CreationDate"] = "D:20261120213004+08'00'"
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.launchURL('http://x.leak.example')")
        pdf.save(path)
    seen = expose(path, (), work=work)
    assert {("Author", "老板"), ("CreationDate", "D:20261120213004+08'00'")} <= set(seen.said)
    assert seen.loads == ("JavaScript",)
    assert Image.open(io.BytesIO(seen.picture)).format == "PNG"


def bomb() -> bytes:
    """Return an EPUB whose one document would be 4 GB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("META-INF/container.xml", '<c xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
                      '<rootfile full-path="p.opf"/></c>')  # fmt: skip
        book.writestr("p.opf", '<p xmlns="http://www.idpf.org/2007/opf"><item href="a" '
                      'media-type="application/xhtml+xml"/><item href="../../etc/passwd" '
                      'media-type="application/xhtml+xml"/></p>')  # fmt: skip
        with book.open("a", "w", force_zip64=True) as member:
            for _ in range(60):
                member.write(bytes(1_000_000))
    return out.getvalue()


HOSTILE = {
    "empty": b"",
    "zeros": bytes(70_000),
    "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Names 1 0 R/Kids[1 0 R]/Dests 1 0 R>>endobj\n"
    b"trailer<</Root 1 0 R>>",
    "zip": b"PK\x03\x04" + b"\xff" * 5000,
    "bomb": bomb(),
    "deep": b"<!doctype html>" + b"<div>" * 20_000,
    "entities": b'<!doctype html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><p>&b;&b;',
    "controls": "<!doctype html><title>\x1b[2J\u202egpj.exe</title><meta name='\x1b]0;x' content='\x07'>".encode(),
    "lone": b"<!doctype html><title>\xed\xa0\x80\xff</title><a href='http://[::1'>x</a><a href='http://%'>y</a>",
    "half locked": locked(b"<!doctype html>")[:4000],
    "locked header": locked(b"<!doctype html>")[:20_000],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_said_and_never_crash(tmp_path, name):
    path = tmp_path / "weekly-261122.epub"
    path.write_bytes(HOSTILE[name])
    done = bundler("expose", path, home=tmp_path)
    assert done.code == 0, done.err
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert bundler("expose", path, "--json", home=tmp_path).json["bytes"] == len(HOSTILE[name])


@pytest.mark.parametrize("kind", SUFFIXES)
def test_files_that_were_cut_or_changed_anywhere_never_crash(files, tmp_path, work, kind):
    data, lots = files[kind].read_bytes(), random.Random(7)
    for number in range(8):
        changed = bytearray(data[: lots.randrange(len(data))] if number % 2 else data)
        for _ in range(20):
            changed[lots.randrange(len(changed))] = lots.randrange(256)
        path = tmp_path / f"{number}.{SUFFIXES[kind]}"
        path.write_bytes(changed)
        seen = expose(path, ("茶馆",), work=work)
        assert seen.seal is None
        assert (seen.name, seen.size) == (path.name, len(changed))


def test_a_file_that_takes_too_long_is_said(files, monkeypatch, work):
    monkeypatch.setattr(exposing, "_BOUND", exposing.Bound(seconds=0.001, memory=2_000_000_000))
    assert expose(files["pdf"], (), work=work).broken == ("time",)


# -- the command --------------------------------------------------------------------------------------------------


def test_the_command_says_it_by_who_looks(files, tmp_path):
    (tmp_path / "words.txt").write_text("# 我们的词表\n茶馆\n潜水艇\n", encoding="utf-8")
    picture = tmp_path / "shelf.png"
    done = bundler("expose", files["epub"], "--words", tmp_path / "words.txt", "--thumbnail", picture, home=tmp_path)
    assert done.code == 0, done.err
    headings = [line for line in done.out.splitlines() if not line.startswith(" ")][1:]
    assert headings == ["before it is opened", "who carries it", "the device", "the network", "who made it",
                        "recognizable as made with bundler"]  # fmt: skip
    for said in ("title: 2026年11月22日", "茶馆 (", "Apple Books", "nothing, until a link is tapped", keys.digits(KEY),
                 "weekly, edition 2026-11-22, number 12", "yes, by its seal"):  # fmt: skip
        assert said in done.out
    assert "潜水艇" not in done.out
    with Image.open(picture) as shown:
        assert shown.format == "PNG"
        assert max(shown.size) <= 400
    again = bundler("expose", files["epub"], "--thumbnail", picture, home=tmp_path)
    assert (again.code, "exists already" in again.err) == (2, True)
    chinese = bundler("--lang", "zh", "expose", files["pdf"], home=tmp_path).out
    assert "苹果图书" in chinese
    assert "打开之前" in chinese


def test_lists_of_words_that_cannot_be_used_are_said(files, tmp_path, work):
    (tmp_path / "empty.txt").write_text("# nothing\n\n")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe")
    for name in ("empty.txt", "bytes.txt", "absent.txt"):
        with pytest.raises(UsageError):
            exposing.words_in(tmp_path / name)
    with pytest.raises(UsageError, match="cannot be read"):
        expose(tmp_path / "absent.epub", (), work=work)
    with pytest.raises(UsageError, match="cannot be read"):
        expose(tmp_path, (), work=work)


def test_every_build_ends_with_three_lines_of_it(tmp_path):
    done = bundler("build", recipe(tmp_path), "--out", tmp_path / "dist", "--date", "2026-11-22", home=tmp_path)
    assert done.code == 0, done.err
    for said in (
        "before opening, others see:",
        "whoever carries it can read all of it",
        "can be told as made with bundler",
    ):
        assert said in done.out


def test_what_programs_read_comes_with_no_words_for_a_chat(tmp_path):
    made = recipe(tmp_path)
    given = ("--out", tmp_path / "dist", "--date", "2026-11-22")
    assert "give one file" in bundler("build", made, *given, "--format", "html", home=tmp_path).out
    done = bundler("build", made, *given, "--format", "dump", home=tmp_path)
    assert (done.code, "give one file" in done.out) == (0, False), done.err
