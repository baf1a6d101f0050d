"""Locked files open with their passphrase and no other; who is told what of the passphrase; what goes wrong."""

from __future__ import annotations

import base64
import builtins
import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import bundles
import parts
import pikepdf
import pypdfium2
import pytest
from command import ROOT, bundler
from sealing import sealed
from unlocking import REGIONS, VECTORS, broken, case_box, locked

from bundler import theme
from bundler.errors import MissingPartError, OutputError, UsageError, VerificationError
from bundler.release import verify
from bundler.share import lock
from bundler.share.lock import _box, _page

pytestmark = pytest.mark.slow

DIGITS = re.compile(r"\d{4}( \d{4}){4}")
QUIET = b"<!doctype html><html lang=en><head><meta charset=utf-8>"
QUIET += b'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
QUIET += b"<title>x</title></head><body><p>x</body></html>\n"
WORDS = "0123 4567 8901 2345 6789"


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: f"{case['outcome']}-{case['typed'][:12]!r}")
def test_vectors_come_out_as_they_say(case):
    box, page = case_box(case), base64.b64decode(VECTORS["files"][case["file"]]["page"])
    if case["outcome"] == "opens":
        assert _box.opened(box, lock.meant(case["typed"])) == page
        return
    with pytest.raises(_box.NotOpenedError) as caught:
        _box.opened(box, lock.meant(case["typed"]))
    assert caught.value.fault == case["outcome"]


@pytest.mark.parametrize("region", [name for name, (_, _, outcome) in REGIONS.items() if outcome == "damaged"])
def test_a_changed_byte_is_told_from_a_wrong_passphrase(tmp_path, region):
    path = tmp_path / "weekly-261122-x.html"
    path.write_bytes(broken(locked(QUIET), region))
    with pytest.raises(VerificationError, match="damaged"):
        lock.unlock(path, WORDS, tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


# -- each kind ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [False, True])
def test_html_comes_out_byte_for_byte_with_its_seal(tmp_path, words):
    source = tmp_path / "weekly-261122.html"
    seal = sealed(tmp_path, "html").read_bytes()
    source.write_bytes(QUIET + seal[seal.rindex(b"<!-- ") :])
    secret = lock.passphrase(words)
    made = lock.lock(source, "html", secret, tmp_path / "out")
    assert made.name == "weekly-261122-x.html"
    assert lock.unlock(made, secret.upper(), tmp_path / "back").read_bytes() == source.read_bytes()
    again = lock.lock(source, "html", secret, tmp_path / "again")
    one, other = (_page.box_of(path.read_bytes()) for path in (made, again))
    assert json.loads(one.header)["salt"] != json.loads(other.header)["salt"]
    assert json.loads(one.header)["iterations"] == 1_000_000
    assert one.body[:1000] != other.body[:1000]


def test_any_file_comes_out_of_age_byte_for_byte(tmp_path):
    source = sealed(tmp_path, "epub").rename(tmp_path / "weekly-261122.epub")
    made = lock.lock(source, "age", WORDS, tmp_path / "out")
    assert made.name == "weekly-261122.epub.age"
    back = lock.unlock(made, WORDS, tmp_path / "back")
    assert (back.name, back.read_bytes()) == (source.name, source.read_bytes())
    assert verify.file(back, verify.Trust()).verdict == "sealed"
    changed = bytearray(made.read_bytes())
    changed[-1] ^= 1
    made.write_bytes(changed)
    with pytest.raises(VerificationError):
        lock.unlock(made, WORDS, tmp_path / "never")
    assert not (tmp_path / "never").exists()


def test_without_age_the_way_out_is_said(tmp_path, monkeypatch):
    real = builtins.__import__
    monkeypatch.delitem(sys.modules, "pyrage", raising=False)
    monkeypatch.setattr(
        builtins, "__import__", lambda name, *more: _none(name) if name == "pyrage" else real(name, *more)
    )
    (tmp_path / "a.txt").write_text("正文。\n", encoding="utf-8")
    with pytest.raises(MissingPartError, match="age is not installed") as caught:
        lock.lock(tmp_path / "a.txt", "age", WORDS, tmp_path / "out")
    assert "`bundler doctor`" in caught.value.hint
    assert not (tmp_path / "out").exists()


def _none(name):
    raise ImportError(name)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "weekly-261122.pdf"
    path.write_bytes(bundles.written("pdf", bundles.sample()))
    return path


def test_pdf_opens_in_poppler_pdfium_and_qpdf(pdf, tmp_path):
    parts.require("pdftotext", "qpdf")
    made = lock.lock(pdf, "pdf", WORDS, tmp_path)
    plain = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True).stdout
    opened = subprocess.run(["pdftotext", "-upw", WORDS.replace(" ", ""), made, "-"], capture_output=True, check=True)
    assert opened.stdout == plain != b""
    wrong = subprocess.run(["pdftotext", "-upw", "1", made, "-"], capture_output=True, check=False)
    assert (wrong.returncode, wrong.stdout) == (1, b"")
    for typed in (WORDS, WORDS.replace(" ", "")):
        document = pypdfium2.PdfDocument(made, password=typed)
        assert len(document) == len(pypdfium2.PdfDocument(pdf))
        checked = subprocess.run(["qpdf", f"--password={typed}", "--check", made], capture_output=True, check=True)
        assert b"R = 6" in checked.stdout
        assert b"stream encryption method: AESv3" in checked.stdout
        assert b"not allowed" not in checked.stdout
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(made, password="1")
    back = lock.unlock(made, WORDS, tmp_path / "back")
    assert subprocess.run(["pdftotext", back, "-"], capture_output=True, check=True).stdout == plain


def test_a_locked_pdf_says_nothing_outside_of_what_is_in_it(pdf, tmp_path):
    data = lock.lock(pdf, "pdf", WORDS, tmp_path).read_bytes()
    with pikepdf.open(pdf) as document:
        former = bytes(document.trailer.ID[0])
        title = str(document.docinfo["/Title"])
    assert former not in data
    assert former.hex().encode() not in data
    for spelled in (title.encode(), title.encode("utf-16-be"), b"/URI", b"BaseFont", b"dc:title", b"CreationDate"):
        assert spelled not in data
    again = lock.lock(pdf, "pdf", WORDS, tmp_path / "again").read_bytes()
    ids = [re.search(rb"/ID \[<([0-9a-f]{32})><([0-9a-f]{32})>\]", one).groups() for one in (data, again)]
    assert ids[0][0] != ids[1][0]
    assert ids[0][1] == ids[1][1], "the half for which a clock would be asked is the same for all"
    with pikepdf.open(tmp_path / "weekly-261122-x.pdf", password=WORDS) as document:
        assert str(document.docinfo["/Title"]) == "Document"


def test_metadata_that_is_no_xml_goes(tmp_path):
    path = tmp_path / "broken.pdf"
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.Metadata = pikepdf.Stream(document, b"<x:xmpmeta no XML \xff")
        document.Root.Metadata.stream_dict.Type = pikepdf.Name.Metadata
        document.save(path)
    made = lock.lock(path, "pdf", WORDS, tmp_path)
    with pikepdf.open(made, password=WORDS) as document:
        assert b"no XML" not in document.Root.Metadata.read_bytes()
        assert str(document.docinfo["/Title"]) == "Document"


# -- what the command says ----------------------------------------------------------------------------------------


@pytest.fixture
def page(tmp_path) -> Path:
    path = tmp_path / "weekly-261122.html"
    path.write_bytes(QUIET)
    return path


def test_in_a_pipe_the_passphrase_is_on_standard_error_alone(page, tmp_path):
    done = bundler("lock", page, home=tmp_path)
    assert done.code == 0, done.err
    assert DIGITS.fullmatch(done.err.strip())
    assert not DIGITS.search(done.out)
    assert "never send the passphrase by the way that the file goes" in done.out
    assert "not by e-mail" in done.out
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    digits = done.err.strip().replace(" ", "").encode()
    assert all(digits not in path.read_bytes().replace(b" ", b"") for path in kept), "it is in no file"
    (tmp_path / "said").write_text(done.err, encoding="utf-8")
    page.unlink()
    opened = bundler("unlock", tmp_path / "weekly-261122-x.html", "--passphrase-file", tmp_path / "said", home=tmp_path)
    assert opened.code == 0, opened.err
    assert page.read_bytes() == QUIET
    assert page.stat().st_mode & 0o777 == 0o600


def test_a_descriptor_gets_it_alone(page, tmp_path):
    with (tmp_path / "channel").open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-m", "bundler", "lock", page, "--words", "--tell-fd", str(file.fileno())], cwd=ROOT,
            capture_output=True, text=True, check=True, pass_fds=[file.fileno()],
        )  # fmt: skip
    words = (tmp_path / "channel").read_text().split()
    assert len(words) == 6
    assert done.stderr == ""
    assert not set(words) & set(done.stdout.split()) - {"the", "file", "way", "send"}
    closed = bundler("lock", page, "--to", tmp_path / "other", "--tell-fd", "77", home=tmp_path)
    assert (closed.code, (tmp_path / "other").exists()) == (2, False)


def test_on_a_terminal_the_line_is_cleared_after_a_key(page):
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.environ["LANG"] = "C.UTF-8"
        os.execv(sys.executable, [sys.executable, "-m", "bundler", "lock", str(page)])
    said = until(terminal, DIGITS)
    shown = DIGITS.search(said)[0]
    assert "\x1b[2K" not in said, "it stays until a key is pressed"
    after = until(terminal, re.compile("by the way that the file goes"), press=b"x")
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert after.index("\r\x1b[2K") < after.index("kept nowhere")
    assert shown not in after


def test_who_breaks_off_has_no_locked_file(page):
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "bundler", "lock", str(page)])
    until(terminal, DIGITS)
    assert "\x1b[2K" in until(terminal, re.compile("stopped"), press=b"\x03")
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 130
    assert [one.name for one in page.parent.iterdir()] == [page.name]


def until(terminal: int, wanted: re.Pattern[str], press: bytes = b"") -> str:
    """Read what is shown until it holds something; a key is pressed anew while nothing comes.

    What is typed before a program asks for a key is thrown away, as on any terminal.
    """
    said, end = "", time.monotonic() + 60
    while not wanted.search(said) and time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.3)
        if ready:
            said += os.read(terminal, 4096).decode("utf-8", "replace")
        elif press:
            os.write(terminal, press)
    assert wanted.search(said), said
    return said


def test_passphrases_are_as_long_as_is_said():
    assert all(DIGITS.fullmatch(lock.passphrase()) for _ in range(100))
    words = lock._words._list()
    assert len(words) == len(set(words)) == 7776
    assert all(len(lock.passphrase(words=True).split(" ")) == 6 for _ in range(100))
    assert max(map(len, words)) * 6 + 7 <= 80, "six fit one line of a terminal, which is cleared as a whole"


def test_the_page_speaks_every_language_and_says_all_it_can_say():
    script = _page.opener()
    used = set(re.findall(r'data-says="(\w+)"', (ROOT / "assets/lock/page.html").read_text(encoding="utf-8")))
    used |= {key for key in _page.messages("en") if f'"{key}"' in script.partition("// Opens")[2]}
    assert used | {"silent", "computer", "android", "iphone"} == _page.messages("en").keys()
    for language in theme.languages():
        assert _page.messages(language).keys() <= _page.messages("en").keys()
        assert "language" in _page.messages(language)


def test_the_opener_keeps_nothing_and_asks_nobody():
    words = r"\b(eval|Function|innerHTML|outerHTML|localStorage|sessionStorage|indexedDB|cookie|fetch|XMLHttpRequest"
    words += r"|WebSocket|sendBeacon|EventSource|import|location|open\(\")\b"
    assert re.findall(words, _page.opener().partition("// Opens")[2]) == []


# -- what goes wrong ----------------------------------------------------------------------------------------------


def test_what_cannot_be_locked_is_said(page, tmp_path):
    foreign = tmp_path / "foreign.html"
    foreign.write_text("<!doctype html><title>x</title><script src=https://example.org/x.js></script>")
    (tmp_path / "no.pdf").write_text("no PDF")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    done = lock.lock(page, "html", WORDS, tmp_path)
    aged = lock.lock(page, "age", WORDS, tmp_path)
    for path, kind, error, said in (
        (done, "html", UsageError, "is locked already"),
        (done, "age", UsageError, "is locked already"),
        (aged, "age", UsageError, "is locked already"),
        (foreign, "html", UsageError, "is no page of bundler"),
        (page, "pdf", UsageError, "has another format"),
        (tmp_path / "no.pdf", "pdf", UsageError, "is no PDF"),
        (tmp_path / "broken.pdf", "pdf", VerificationError, "was damaged on its way"),
        (tmp_path / "absent.html", "html", UsageError, "cannot be read"),
    ):
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(error, match=said):
            lock.lock(path, kind, WORDS, tmp_path / "out")
        assert sorted(tmp_path.rglob("*")) == before
    with pytest.raises(UsageError, match="exists already"):
        lock.lock(page, "html", WORDS, tmp_path)
    with pytest.raises(UsageError, match="is not locked"):
        lock.unlock(page, WORDS, tmp_path / "out")


def test_a_wrong_or_missing_passphrase_is_said(page, tmp_path):
    made = lock.lock(page, "html", WORDS, tmp_path)
    (tmp_path / "wrong").write_text("0123 4567 8901 2345 6788\n")
    wrong = bundler("unlock", made, "--to", tmp_path / "out", "--passphrase-file", tmp_path / "wrong", home=tmp_path)
    assert wrong.code == 7
    assert "this passphrase does not open" in wrong.err
    assert not (tmp_path / "out").exists()
    none = bundler("unlock", made, home=tmp_path)
    assert none.code == 2
    assert "no terminal to ask for the passphrase" in none.err


def test_a_disk_that_is_full_or_read_only_is_said(page, tmp_path):
    import resource

    folder = tmp_path / "out"
    folder.mkdir()
    full = subprocess.run(
        [sys.executable, "-m", "bundler", "lock", page, page, "--to", folder], cwd=ROOT, capture_output=True, text=True,
        check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    assert full.returncode == 74, full.stderr
    assert not DIGITS.search(full.stderr), "no passphrase for a file that is not there"
    assert list(folder.iterdir()) == []
    (folder / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        lock.lock(page, "html", WORDS, folder / "file" / "deeper")


def test_several_files_are_locked_all_or_none(page, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("正文。\n", encoding="utf-8")
    broken_off = bundler("lock", page, other, tmp_path / "absent.html", "--to", tmp_path / "out", home=tmp_path)
    assert broken_off.code == 2
    assert list((tmp_path / "out").iterdir()) == []
    done = bundler("lock", page, other, "--to", tmp_path / "out", home=tmp_path)
    assert done.code == 0
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["other.txt.age", "weekly-261122-x.html"]
    assert lock.refused("html", "email")
    assert not lock.refused("html", "usb")
    assert not lock.refused("pdf", "email")


@pytest.mark.parametrize(
    ("key", "said", "code"), [(b"\x03", "stopped", 130), (b"\x04", "is empty", 2), (b"\n", "is empty", 2)]
)
def test_who_types_no_passphrase_hears_it_on_a_line_of_its_own(page, key, said, code):
    locked = lock.lock(page, "html", WORDS, page.parent / "locked")
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.environ["LANG"] = "C.UTF-8"
        os.execv(sys.executable, [sys.executable, "-m", "bundler", "unlock", str(locked)])
    until(terminal, re.compile("passphrase of the file: "))
    after = until(terminal, re.compile(said), press=key)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == code
    assert after.lstrip("^CD\b").startswith("\r\n")
