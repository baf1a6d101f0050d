"""`pack`: the same articles in another size, sealed like the edition, or a sentence that says they are gone."""

import hashlib
import json
import shutil

import pytest
from command import MIRROR, bundler, recipe

from bundler import cli
from bundler.release import manifest
from bundler.release.seal import check

pytestmark = pytest.mark.slow

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


@pytest.fixture(scope="module")
def volumes(tmp_path_factory):
    """Return a folder with a released edition whose text has volumes."""
    place = tmp_path_factory.mktemp("volumes")
    (place / "pass").write_text("1234 5678 9012 3456 7890\n")
    (place / "letters").mkdir()
    for n in range(10, 30):
        said = " ".join(hashlib.sha256(f"{n} {at}".encode()).hexdigest() for at in range(300))
        (place / f"letters/letter-{n}.md").write_text(
            f"---\ntitle: 第{n}封信\ndate: 2026-01-{n}\n---\n{said}\n", "utf-8"
        )
    assert bundler("keys", "new", "keys/editor", "--passphrase-file", "pass", home=place, cwd=place).code == 0
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\nbase_url: https://mirror.example/dist/\n")
    recipe(place, place / "letters", formats="[text]", every="friday", **{"for": "[nano, lite]"})
    made = bundler("release", "--date", DAY, "--passphrase-file", "pass", home=place, cwd=place)
    assert made.code == 0, made.err
    return place


def test_volumes_are_sealed_listed_and_offered(volumes):
    folder = volumes / f"dist/weekly/{DAY}"
    listed = json.loads((folder / "manifest.json").read_bytes())["files"]
    told = [(one["name"], one["size"], one["volume"], one["volumes"]) for one in listed]
    assert told == [
        ("weekly-261120-1.txt", "nano", 1, 2),
        ("weekly-261120-2.txt", "nano", 2, 2),
        ("weekly-261120-l.txt", "lite", 1, 1),
    ]
    for name, _, volume, count in told:
        with (folder / name).open("rb") as file:
            sealed = check(file).seal
        assert (sealed.volume, sealed.volumes) == (volume, count)
    catalog = (volumes / "dist/catalog.xml").read_text("utf-8")
    assert all(f'href="https://mirror.example/dist/weekly/{DAY}/{name}"' in catalog for name, *_ in told)


def test_a_volume_is_checked_alone_and_the_edition_with_all(volumes, tmp_path):
    folder = volumes / f"dist/weekly/{DAY}"
    alone = bundler("verify", str(folder / "weekly-261120-2.txt"), "--json", home=volumes, cwd=volumes)
    assert json.loads(alone.out.splitlines()[0])["volume"] == [2, 2]
    own = tmp_path / DAY
    shutil.copytree(folder, own)
    whole = bundler("verify", str(own), home=volumes, cwd=volumes)
    (own / "weekly-261120-2.txt").unlink()
    lacking = bundler("verify", str(own), home=volumes, cwd=volumes)
    assert (whole.code, lacking.code) != (0, 0)
    assert "weekly-261120-2.txt" in lacking.out + lacking.err
    assert "weekly-261120-2.txt" not in whole.out + whole.err


def test_a_release_with_volumes_is_made_again_to_the_byte(volumes):
    done = bundler("release", "--check", f"weekly@{DAY}", home=volumes, cwd=volumes)
    assert done.code == 0, done.out + done.err


def test_a_way_gets_all_volumes_or_the_one_file(volumes):
    done = bundler("share", "weekly", "--by", "signal", "--to", "given", "--json", home=volumes, cwd=volumes)
    assert [one["name"] for one in done.json["files"]] == ["weekly-261120-l.txt"]


def test_more_files_than_one_list_can_hold_are_a_sentence(volumes, monkeypatch, capsys):
    monkeypatch.chdir(volumes)
    monkeypatch.setattr(manifest, "MAX_BYTES", 1_000)
    typed = ["--home", "kept", "--lang", "en", "release", "--date", "2026-11-27", "--passphrase-file", "pass"]
    assert cli.run([*typed, "--again", "--out", "other"]) == 2
    assert "the edition has 3 files: more than its signed list can hold" in capsys.readouterr().err
    assert not list((volumes / "other").rglob("weekly-*"))
