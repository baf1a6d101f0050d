"""`pack`: the same articles in another size, sealed like the edition, or a sentence that says they are gone."""

import json
import shutil

import pytest
from command import MIRROR, bundler, recipe

from bundler.release.seal import check

DAY = "2026-11-20"


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Return a folder with a key, an archive, a recipe and a released edition."""
    place = tmp_path_factory.mktemp("released")
    (place / "pass").write_text("1234 5678 9012 3456 7890\n")
    shutil.copytree(MIRROR, place / "mirror")
    assert bundler("keys", "new", "keys/editor", "--passphrase-file", "pass", home=place, cwd=place).code == 0
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\n")
    recipe(place, place / "mirror", formats="[text, html, dump]", every="friday")
    made = bundler("release", "--date", DAY, "--passphrase-file", "pass", home=place, cwd=place)
    assert made.code == 0, made.err
    return place


@pytest.fixture
def place(released, tmp_path):
    """Return a copy that a test may harm."""
    shutil.copytree(released, tmp_path / "own")
    return tmp_path / "own"


def pack(place, *typed):
    typed = typed if "--unsealed" in typed else (*typed, "--passphrase-file", "pass")
    return bundler("pack", f"weekly@{DAY}", *typed, home=place, cwd=place)


def test_another_size_is_sealed_as_the_same_edition(place):
    before = sorted((path.name, path.read_bytes()) for path in (place / f"dist/weekly/{DAY}").iterdir())
    done = pack(place, "--size", "std", "--json")
    assert done.code == 0, done.err
    names = [file["path"] for file in done.json["files"]]
    assert names == [f"weekly/{DAY}/weekly-261120-s.txt", f"weekly/{DAY}/weekly-261120-s.html"]
    seals = []
    for path in (place / "packed" / names[1], place / f"dist/weekly/{DAY}/weekly-261120.html"):
        with path.open("rb") as file:
            seals.append(check(file).seal)
    assert [(one.edition, one.number, one.key, one.content) for one in seals] == [
        (DAY, 1, seals[0].key, seals[0].content)
    ] * 2
    assert before == sorted((path.name, path.read_bytes()) for path in (place / f"dist/weekly/{DAY}").iterdir())
    checked = bundler("verify", str(place / "packed" / names[1]), "--json", home=place, cwd=place)
    assert json.loads(checked.out.splitlines()[0])["edition"] == DAY


def test_without_a_key_it_is_said_that_nobody_can_check(place):
    done = pack(place, "--size", "nano", "--unsealed")
    assert done.code == 0
    assert "these files have no seal" in done.out
    made = place / f"packed/weekly/{DAY}/weekly-261120-n.html"
    with made.open("rb") as file:
        assert check(file).fault == "no-seal"


def test_an_archive_that_changed_is_told_and_nothing_is_written(place):
    shutil.rmtree(next(path for path in sorted((place / "mirror/pages").iterdir()) if path.is_dir()))
    done = pack(place, "--size", "std")
    assert done.code in (3, 4)
    assert not list((place / "packed").rglob("weekly*"))


def test_an_archive_that_is_gone_is_a_sentence(place):
    shutil.rmtree(place / "mirror")
    done = pack(place, "--size", "std")
    assert done.code == 4
    assert done.err.startswith("error: ")
    assert "hint: " in done.err


def test_an_edition_that_is_unknown_is_a_sentence(place):
    done = bundler("pack", "weekly@2026-01-01", "--size", "std", "--unsealed", home=place, cwd=place)
    assert done.code == 2
    assert "there is no edition 'weekly@2026-01-01'" in done.err
