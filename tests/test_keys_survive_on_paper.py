"""A key lives on paper too: its codes are scanned or typed back, its successor takes over, its stop card ends it."""

import errno
import json
import os
import pty
import re
import subprocess
import sys

import pypdfium2
import pytest
import zxingcpp
from command import MIRROR, bundler, recipe
from parts import require
from sealing import NEXT, SEED

from bundler import qr
from bundler.errors import OutputError, UsageError
from bundler.release import backup, ed25519, keyring, keys, minisign

pytestmark = pytest.mark.slow

PASSPHRASE = "1234 5678 9012 3456 7890\n"
LINE = backup.line(minisign.secret_file(SEED, b"x", bytes(32), "a key"))


def run(place, *arguments, code=0):
    done = bundler(*arguments, home=place, cwd=place)
    assert done.code == code, done.err
    return done


@pytest.fixture
def place(tmp_path):
    (tmp_path / "pass").write_text(PASSPHRASE)
    run(tmp_path, "keys", "new", "--passphrase-file", "pass")
    return tmp_path


def test_digits_and_scans_give_the_key_back():
    assert backup.typed("\n".join(backup.rows(LINE))) == LINE
    assert backup.typed(f" {LINE[:100]}\n{LINE[100:]}\n") == LINE
    assert all(re.fullmatch(r"(\d{4} )*\d{1,4}", row) for row in backup.rows(LINE))


def test_a_key_on_a_terminal_shows_its_code(place):
    """Nothing but the terminal's own protocol stands between: the command runs on a real one, 80 columns wide."""
    parent, child = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "LANG": "C.UTF-8", "TERM": "xterm"}
    command = [sys.executable, "-m", "bundler", "keys", "show"]
    done = subprocess.run(command, cwd=place, env=environment, stdout=child, check=True, timeout=60)
    os.close(child)
    said = os.read(parent, 100_000).decode()
    os.close(parent)
    assert done.returncode == 0
    bare = re.sub(r"\x1b\[[0-9;]*m", "", said).replace("\r\n", "\n")
    assert "\n".join(qr.halves(qr.matrix(keys.digits(keyring.card(place / "keys/editor").key)))) in bare
    assert "█" not in run(place, "keys", "show").out, "a pipe gets words"


def test_a_mistyped_row_is_named():
    rows = list(backup.rows(LINE))
    wrong = rows[4].replace(rows[4][0], str((int(rows[4][0]) + 1) % 10), 1)
    for changed, row in (([*rows[:4], wrong, *rows[5:]], 5), (rows[:-1], 0), ([*rows, rows[0]], 0)):
        with pytest.raises(ValueError, match=str(row)) as caught:
            backup.typed("\n".join(changed))
        assert caught.value.args == (row,)
    endless = ("1234 " * 2000, 1), ("\n".join(backup.rows(LINE) * 20), 0)
    for text, row in endless:
        with pytest.raises(ValueError, match=str(row)) as caught:
            backup.typed(text)
        assert caught.value.args == (row,)
    for text in ("", "no key", LINE[:-4]):
        with pytest.raises(ValueError, match="0"):
            backup.typed(text)


def test_half_a_key_never_stands_in_the_way(tmp_path, monkeypatch):
    """A disk that fills up while a key is written leaves none of its files, and the next attempt succeeds."""
    calls = []

    def full(handle):
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/other.key").write_text("of somebody else")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OutputError, match="the key cannot be written"):
            keyring.make(tmp_path / "keys/editor", "editor", b"0")
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["other.key"]
    made = keyring.make(tmp_path / "keys/editor", "editor", b"0")
    assert keyring.open_key(tmp_path / "keys/editor", b"0").key == keyring.card(tmp_path / "keys/editor").key
    secret = {path.name for path in made if path.stat().st_mode & 0o077 == 0}
    assert secret >= {"editor.key", "editor.next.key"}, "whatever the umask"
    before = {path: path.read_bytes() for path in made}
    with pytest.raises(UsageError, match="a key is there already"):
        keyring.make(tmp_path / "keys/editor", "editor", b"0")
    assert {path: path.read_bytes() for path in made} == before


def test_a_key_is_restored_from_what_was_typed(place):
    both = [backup.line((place / f"keys/editor{suffix}").read_text()) for suffix in (".key", ".next.key")]
    (place / "typed").write_text("\n".join(backup.rows(both[0])) + "\n\n" + both[1] + "\n")
    run(place, "keys", "restore", "keys/again", "--from", "typed", "--passphrase-file", "pass")
    for suffix in (".pub", ".next.pub", ".card", ".stop"):
        assert (place / f"keys/again{suffix}").read_text() == (place / f"keys/editor{suffix}").read_text()
    (place / "wrong").write_text("0\n")
    done = run(place, "keys", "restore", "keys/third", "--from", "typed", "--passphrase-file", "wrong", code=2)
    assert "does not open the key on the sheet" in done.err
    (place / "typed").write_text("1234 5678\n\n1234\n")
    done = run(place, "keys", "restore", "keys/third", "--from", "typed", "--passphrase-file", "pass", code=2)
    assert "row 1 of the digits is mistyped" in done.err
    assert not list(place.glob("keys/third*"))


def test_the_successor_that_was_announced_takes_over(place):
    before = keyring.card(place / "keys/editor")
    run(place, "keys", "rotate", "keys/editor", "keys/second", "--passphrase-file", "pass")
    after = keyring.card(place / "keys/second")
    assert keys.announced(after.key) == before.next
    assert after.role == before.role
    assert keyring.card(place / "keys/editor") == before
    shown = run(place, "keys", "show", "keys/second").out
    assert keys.digits(after.key) in shown
    run(place, "keys", "rotate", "keys/editor", "keys/second", "--passphrase-file", "pass", code=2)


def test_a_stopped_key_signs_nothing_more(place):
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\n")
    recipe(place, MIRROR)
    released = ("release", "weekly.yaml", "--date", "2026-11-20", "--again", "--passphrase-file", "pass")
    run(place, *released)
    (place / "card.txt").write_text("found in a drawer:\n" + (place / "keys/editor.stop").read_text().upper())
    run(place, "keys", "stop", "card.txt")
    assert "is stopped by" in run(place, *released, code=2).err
    assert "its key is stopped" in run(place, "verify", "dist/weekly/2026-11-20", code=7).out
    run(place, "keys", "stop", "weekly.yaml", code=2)


def test_the_codes_of_the_printed_sheet_can_be_scanned(place):
    require("chromium")
    run(place, "keys", "sheet", "--to", "sheet.html")
    page = (place / "sheet.html").read_text()
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!data:,")', page)
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", f"--user-data-dir={place}/profile",
         f"--print-to-pdf={place}/sheet.pdf", "--no-pdf-header-footer", f"file://{place}/sheet.html"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    pages = list(pypdfium2.PdfDocument(place / "sheet.pdf"))
    found = {code.text for one in pages for code in zxingcpp.read_barcodes(one.render(scale=150 / 72).to_pil())}
    wanted = {backup.line((place / f"keys/editor{suffix}").read_text()) for suffix in (".key", ".next.key")}
    assert found == wanted | {(place / "keys/editor.stop").read_text().strip()}


@pytest.mark.parametrize("suffix", [".key", ".next.key", ".stop"])
@pytest.mark.parametrize("data", [b"", b"one line", b"one\ntwo\n", b"\xff" * 300 + b"\n" + b"\xff" * 300, b"[" * 9_999])
def test_nothing_damaged_is_printed(place, suffix, data):
    """Paper is looked at when all else is lost: too late to find that it holds no key."""
    (place / f"keys/editor{suffix}").write_bytes(data)
    assert f"editor{suffix}' is damaged" in run(place, "keys", "sheet", "--to", "sheet.html", code=7).err
    assert not (place / "sheet.html").exists()


def test_a_stop_card_of_another_key_is_not_printed(place):
    run(place, "keys", "new", "keys/robot", "--passphrase-file", "pass")
    (place / "keys/editor.stop").write_bytes((place / "keys/robot.stop").read_bytes())
    assert "editor.stop' is damaged" in run(place, "keys", "sheet", code=7).err


def test_a_damaged_successor_is_not_the_announced_one(place):
    (place / "keys/editor.next.pub").write_text("no key")
    assert "another one than was announced" in run(place, "keys", "show").out


def test_two_changes_of_key_between_two_releases_can_be_followed(place):
    """Only cards that lead to the key in force are published: another one beside it would tell whose it is too."""
    recipe(place, MIRROR, formats="[text]", select="{limit: 1}")
    secret = ("--passphrase-file", "pass")
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\n", "utf-8")
    run(place, "release", "weekly.yaml", "--date", "2026-11-13", *secret)
    run(place, "keys", "new", "keys/stranger", *secret)
    run(place, "keys", "rotate", "keys/editor", "keys/second", *secret)
    run(place, "keys", "rotate", "keys/second", "keys/third", *secret)
    (place / "keys/broken.card").write_text("no card")
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\nkey: keys/third\n", "utf-8")
    run(place, "release", "weekly.yaml", "--date", "2026-11-20", "--again", *secret)
    old, new = (next((place / f"dist/weekly/2026-11-{day}").glob("weekly-*")) for day in (13, 20))
    cards = ("--keys", "dist/keys")
    assert "they use the key now that it announced" in run(place, "verify", new, "--like", old, *cards).out
    published = {path.stem for path in (place / "dist/keys").glob("*.card")}
    names = (keys.digits(keyring.card(place / f"keys/{name}").key) for name in ("editor", "second", "third"))
    assert published == {name.replace(" ", "") for name in names}


def test_a_role_is_part_of_the_key(place):
    run(place, "keys", "new", "keys/robot", "--role", "robot", "--passphrase-file", "pass")
    assert json.loads(run(place, "keys", "show", "keys/robot", "--json").out)["role"] == "robot"
    card = place / "keys/robot.card"
    card.write_text(card.read_text().replace("robot", "editor"))
    assert "is damaged" in run(place, "keys", "show", "keys/robot", code=7).err


def test_a_passphrase_is_made_and_shown_once(tmp_path):
    made = run(tmp_path, "keys", "new")
    words = re.search(r"^(\d{4}( \d{4}){4})$", made.err, re.MULTILINE)
    assert words
    assert words[1] not in made.out, "standard output is kept in files"
    assert ed25519.public(keyring.secret(tmp_path / "keys/editor", ".key", words[1].replace(" ", "").encode()))
    assert keys.announced(ed25519.public(NEXT)) != keys.announced(ed25519.public(SEED))
