"""A release is numbered, sealed, signed and whole: built when due and changed, never over another."""

import io
import json
import subprocess

import pytest
from command import MIRROR, bundler, recipe
from parts import require

from bundler.release import manifest, minisign
from bundler.release.seal import check, unsealed

pytestmark = pytest.mark.slow

FRIDAY, SATURDAY, NEXT, LATER = "2026-11-20", "2026-11-21", "2026-11-27", "2026-12-04"
PASSPHRASE = "1234 5678 9012 3456 7890\n"


@pytest.fixture
def place(tmp_path):
    """A folder with a key, settings and a recipe that is due every Friday."""
    (tmp_path / "pass").write_text(PASSPHRASE)
    made = bundler("keys", "new", "keys/editor", "--passphrase-file", "pass", home=tmp_path, cwd=tmp_path)
    assert made.code == 0, made.err
    (tmp_path / "release.yaml").write_text("version: 1\ntitle: 山中书摊\n")
    recipe(tmp_path, MIRROR, formats="[epub, html, text, dump]", every="friday")
    return tmp_path


def release(place, date, *more):
    made = bundler("release", "--date", date, "--passphrase-file", "pass", "--json", *more, home=place, cwd=place)
    assert made.code == 0, made.err
    return made.json


def changed(place, **keys):
    recipe(place, MIRROR, formats="[epub, html, text, dump]", every="friday", **keys)


def test_a_year_begins(place):
    assert release(place, FRIDAY)["what"] == "released"
    assert release(place, SATURDAY)["what"] == "not-due"
    assert release(place, NEXT)["what"] == "unchanged"
    changed(place, select="{limit: 2}")
    assert (release(place, LATER)["number"], release(place, LATER)["what"]) == (2, "not-due")
    again = release(place, LATER, "--again")
    assert (again["edition"], again["number"]) == (f"{LATER}b", 3)
    names = {path.name for path in (place / f"dist/weekly/{LATER}b").iterdir()}
    assert "weekly-261204b.epub" in names


def test_the_number_stands_inside(place):
    release(place, FRIDAY)
    release(place, NEXT, "--again")
    text = (place / f"dist/weekly/{NEXT}/weekly-261127.txt").read_text("utf-8")
    assert "2026年11月27日 · 第 2 期" in text.splitlines()[0]


def test_manifests_form_a_chain(place):
    release(place, FRIDAY)
    release(place, NEXT, "--again")
    first, second = ((place / f"dist/weekly/{day}/manifest.json").read_bytes() for day in (FRIDAY, NEXT))
    assert manifest.read(first).previous is None
    assert manifest.read(second).previous == manifest.digest(first)
    assert manifest.read(first).content == manifest.read(second).content


def test_every_file_of_the_folder_is_named_and_signed(place):
    release(place, FRIDAY)
    folder = place / f"dist/weekly/{FRIDAY}"
    data = (folder / manifest.NAME).read_bytes()
    public = minisign.read_public((place / "keys/editor.pub").read_text())
    assert minisign.holds((folder / manifest.SIGNATURE).read_text(), data, public)
    listed = manifest.read(data)
    for file in listed.files:
        assert (folder / file.name).stat().st_size == file.bytes
        seal = check(io.BytesIO((folder / file.name).read_bytes())).seal
        assert (seal is None) == (file.format == "dump")
        if seal:
            assert (seal.key, seal.content, seal.number, seal.edition) == (public.key, listed.content, 1, FRIDAY)
    assert listed.articles.count == len(json.loads((folder / "articles.json").read_text())["articles"])
    require("minisign")
    subprocess.run(["sha256sum", "--quiet", "--check", "SHA256SUMS"], cwd=folder, check=True)
    subprocess.run(["minisign", "-V", "-p", place / "keys/editor.pub", "-m", manifest.NAME], cwd=folder, check=True)


def test_the_body_is_anybodys_and_the_whole_the_key_holders(place):
    release(place, FRIDAY)
    first = {path.name: path.read_bytes() for path in (place / f"dist/weekly/{FRIDAY}").iterdir()}
    (place / "dist").rename(place / "former")
    release(place, FRIDAY)
    assert first == {path.name: path.read_bytes() for path in (place / f"dist/weekly/{FRIDAY}").iterdir()}
    (place / "dist").rename(place / "second")
    assert bundler("keys", "new", "keys/other", "--passphrase-file", "pass", home=place, cwd=place).code == 0
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\nkey: keys/other\n")
    release(place, FRIDAY)
    for name, data in first.items():
        other = (place / f"dist/weekly/{FRIDAY}/{name}").read_bytes()
        if name.startswith("weekly-"):
            assert unsealed(data) == unsealed(other)


def test_a_sealed_edition_is_never_replaced(place):
    release(place, FRIDAY)
    made = bundler("build", "weekly.yaml", "--date", FRIDAY, home=place, cwd=place)
    assert made.code == 2
    assert "is sealed and is never replaced" in made.err


def test_a_wrong_passphrase_and_a_lost_key_are_said(place):
    (place / "wrong").write_text("0000\n")
    made = bundler("release", "--date", FRIDAY, "--passphrase-file", "wrong", home=place, cwd=place)
    assert (made.code, "does not open" in made.err) == (2, True)
    (place / "keys/editor.key").unlink()
    made = bundler("release", "--date", FRIDAY, "--passphrase-file", "pass", home=place, cwd=place)
    assert (made.code, "there is no key at" in made.err) == (2, True)
    assert not (place / "dist/weekly").exists()


@pytest.mark.parametrize(("text", "code"), [(None, 2), ("no key set", 7)])
def test_a_key_set_that_is_missing_or_broken_publishes_nothing(place, text, code):
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\nkeyset: keys/set.json\n")
    if text:
        (place / "keys/set.json").write_text(text)
    made = bundler("release", "--date", FRIDAY, "--passphrase-file", "pass", home=place, cwd=place)
    assert (made.code, "set.json" in made.err) == (code, True), made.err
    assert not (place / "dist/weekly").exists()


def test_without_a_terminal_the_passphrase_must_be_named(place):
    made = bundler("release", "--date", FRIDAY, home=place, cwd=place)
    assert (made.code, "no terminal" in made.err) == (2, True)


def test_a_key_is_never_written_over(place):
    before = (place / "keys/editor.key").read_bytes()
    made = bundler("keys", "new", "keys/editor", "--passphrase-file", "pass", home=place, cwd=place)
    assert (made.code, "a key is there already" in made.err) == (2, True)
    assert (place / "keys/editor.key").read_bytes() == before
    assert (place / "keys/editor.key").stat().st_mode & 0o077 == 0


def test_a_damaged_manifest_stops_the_next_release(place):
    release(place, FRIDAY)
    path = place / f"dist/weekly/{FRIDAY}/manifest.json"
    path.write_bytes(path.read_bytes()[:-5])
    made = bundler("release", "--date", NEXT, "--passphrase-file", "pass", home=place, cwd=place)
    assert (made.code, "is damaged" in made.err) == (7, True)
