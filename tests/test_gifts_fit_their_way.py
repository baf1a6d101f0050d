"""`share`: the right file for each way, locked where a platform reads it, in a folder that is whole or not there."""

import dataclasses
import hashlib
import io
import json
from types import SimpleNamespace

import pikepdf
import pytest
from command import recipe
from shelves import published, tree

from bundler import cli
from bundler.errors import RecipeError, UsageError
from bundler.release import manifest
from bundler.share import channels, folder, gift

SHIPPED = channels.load()


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return a folder with a released edition under `dist`, as the current one."""
    published(tmp_path / "dist")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def share(capsys, *typed, language="en"):
    """Type a command; return its code and what it printed."""
    code = cli.run(["--lang", language, "share", *typed])
    out, err = capsys.readouterr()
    return SimpleNamespace(code=code, out=out, err=err)


def pdf():
    """Return the bytes of a PDF that a lock takes."""
    made, data = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(data)
    return data.getvalue()


def edition(place, *files):
    """Return the edition with other files listed: (format, size class, volume, volumes, bytes)."""
    there = published(place)
    listed = there.manifest.files[0]
    made = tuple(
        dataclasses.replace(listed, name=f"weekly-261122-{at}.{kind}", format=kind, size=size, volume=volume,
                            volumes=volumes, bytes=count)
        for at, (kind, size, volume, volumes, count) in enumerate(files)
    )  # fmt: skip
    return dataclasses.replace(there, manifest=dataclasses.replace(there.manifest, files=made))


def test_every_way_of_the_table_names_its_source_and_the_day_it_was_looked_at():
    assert set(SHIPPED) == {
        "wechat", "qq", "signal", "telegram", "whatsapp", "session", "email", "usb", "wifi", "nearby", "paper",
    }  # fmt: skip
    for way in SHIPPED.values():
        assert way.source.startswith("https://")
        assert way.checked.year == 2026
    assert not SHIPPED["wechat"].plain
    assert not SHIPPED["qq"].plain


def test_a_file_of_ones_own_replaces_single_keys(tmp_path):
    own = tmp_path / "channels.yaml"
    own.write_text("wechat: {bytes: 200000000, checked: 2026-12-01}\n", "utf-8")
    loaded = channels.load(own)
    assert (loaded["wechat"].bytes, loaded["wechat"].checked.month) == (200_000_000, 12)
    assert loaded["wechat"].formats == SHIPPED["wechat"].formats
    assert loaded["signal"] == SHIPPED["signal"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wechatt: {bytes: 1}", "1:1: there is no way 'wechatt'"),
        ("wechat: {byte: 1}", "1:10: unknown key 'byte'"),
        ("wechat: {bytes: many}", "'bytes' must be a whole number"),
        ("wechat: yes", "wants keys with values"),
    ],
)
def test_what_is_wrong_in_it_is_said_with_its_place(tmp_path, text, said):
    own = tmp_path / "channels.yaml"
    own.write_text(text + "\n", "utf-8")
    with pytest.raises(RecipeError) as caught:
        channels.load(own)
    assert said in str(caught.value.problems[0])


def test_the_largest_file_that_fits_is_given(tmp_path):
    there = edition(
        tmp_path, ("epub", "lite", 1, 1, 6_000_000), ("epub", "full", 1, 1, 80_000_000), ("pdf", "lite", 1, 1, 10)
    )
    assert gift.choose(there, SHIPPED["signal"]).bytes == 80_000_000
    assert gift.choose(there, SHIPPED["session"]).bytes == 6_000_000


def test_volumes_are_given_together_and_one_file_rather_than_several(tmp_path):
    parts = [("epub", "lite", n, 3, 6_000_000) for n in (2, 1, 3)]
    there = edition(tmp_path, *parts, ("epub", "std", 1, 1, 16_000_000))
    assert [file.volume for file in gift.choose(there, SHIPPED["session"]).files] == [1, 2, 3]
    assert len(gift.choose(there, SHIPPED["signal"]).files) == 1


def test_what_fits_no_way_is_said_with_the_way_out(tmp_path):
    there = edition(tmp_path, ("epub", "full", 1, 1, 80_000_000))
    with pytest.raises(UsageError) as caught:
        gift.choose(there, SHIPPED["session"])
    assert str(caught.value) == "weekly@2026-11-22 has no file that session takes: 10 MB are the most there"
    assert str(caught.value.hint) == "bundler pack weekly@2026-11-22 --size lite"


def test_the_table_names_every_way(place, capsys):
    done = share(capsys)
    assert done.code == 0
    assert [one for one in SHIPPED if f"\n  {one}  " not in done.out] == []
    assert "bundler share --by wechat weekly@2026-11-22" in done.out
    (one,) = json.loads(share(capsys, "--json").out)
    assert [row["way"] for row in one["ways"]] == list(SHIPPED)
    assert one["ways"][2]["files"][0]["type"] == "application/epub+zip"


def row(capsys, way="paper"):
    """Return what the table says of a way, for people and for programs."""
    said = share(capsys, "weekly").out.partition(f"\n  {way}  ")[2].partition("\n\n")[0]
    (one,) = json.loads(share(capsys, "weekly", "--json").out)
    return said, next(found for found in one["ways"] if found["way"] == way)


def test_the_table_promises_of_paper_what_can_be_printed(place, capsys):
    assert row(capsys)[0] == "the file 'release.yaml' does not exist\n"
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\n", "utf-8")
    said, found = row(capsys)
    assert said.startswith("'release.yaml' names no address for a poster, and no recipe beside it makes 'weekly'")
    assert (found["files"], "command" in found) == ([], False)
    assert share(capsys, "weekly", "--by", "paper").err.startswith(f"error: {said}")
    recipe(place)
    said, found = row(capsys)
    assert said.startswith("a booklet of all articles\n")
    assert found["prints"] == ["booklet"]
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\nmirrors: [https://two.example/]\n", "utf-8")
    assert row(capsys)[0].startswith("a booklet of all articles, a poster, cards\n")
    (place / "weekly.yaml").unlink()
    assert row(capsys)[1]["prints"] == ["poster", "cards"]


def test_a_stick_takes_every_file(place, capsys):
    assert len(row(capsys, "usb")[1]["files"]) == 4


def test_a_way_ends_in_a_folder_with_file_and_words(place, capsys):
    done = share(capsys, "weekly", "--by", "signal")
    made = tree(place / "share/signal-weekly-2026-11-22")
    assert done.code == 0
    assert set(made) == {"weekly-261122.epub", "SEND.txt"}
    assert made["weekly-261122.epub"] == (place / "dist/weekly/2026-11-22/weekly-261122.epub").read_bytes()
    assert "weekly-261122.epub" in made["SEND.txt"].decode()
    assert "pdf" not in made["SEND.txt"].decode()


def release(place, name="weekly-261122.pdf"):
    """Put a real PDF into the edition, and list it."""
    there = place / "dist/weekly/2026-11-22"
    (there / name).write_bytes(pdf())
    listed = manifest.read((there / manifest.NAME).read_bytes())

    data = (there / name).read_bytes()
    files = tuple(
        dataclasses.replace(one, name=name, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
        if one.format == "pdf" else one
        for one in listed.files
    )  # fmt: skip
    (there / manifest.NAME).write_bytes(manifest.write(dataclasses.replace(listed, files=files)))
    return data


def test_what_a_platform_reads_is_locked_and_the_passphrase_is_told_once(place, capsys):
    release(place)
    done = share(capsys, "weekly", "--by", "wechat", "--json")
    said = json.loads(done.out)
    secret = done.err.strip()
    assert (said["locked"], [one["name"] for one in said["files"]]) == ("pdf", ["weekly-261122-x.pdf"])
    assert len(secret.replace(" ", "")) == 20
    made = place / "share/wechat-weekly-2026-11-22"
    with pikepdf.open(made / "weekly-261122-x.pdf", password=secret.replace(" ", "")) as opened:
        assert opened.is_encrypted
    words = (made / "SEND.txt").read_text("utf-8")
    assert "加锁" in words
    assert secret not in words
    assert secret not in done.out


def test_a_locked_file_can_be_refused_but_only_aloud(place, capsys):
    data = release(place)
    done = share(capsys, "weekly", "--by", "wechat", "--plain")
    assert (place / "share/wechat-weekly-2026-11-22/weekly-261122.pdf").read_bytes() == data
    assert "warning: wechat reads these files" in done.out
    refused = share(capsys, "weekly", "--by", "signal", "--plain")
    assert refused.code == 2
    assert "files go by signal as they are" in refused.err


def test_locked_pages_are_never_for_mail(tmp_path):
    way = dataclasses.replace(SHIPPED["email"], plain=False, formats=("html", "pdf"))
    there = edition(tmp_path, ("html", "lite", 1, 1, 10), ("pdf", "lite", 1, 1, 10))
    assert gift.choose(there, way).kind == "pdf"


def test_a_title_is_sent_only_where_nobody_reads_it_on_the_way(tmp_path):
    there = published(tmp_path)
    there = dataclasses.replace(there, manifest=dataclasses.replace(there.manifest, title="渡口周刊"))
    said = {}
    for name in ("signal", "telegram", "wechat"):
        given = gift.choose(there, SHIPPED[name])
        made = [folder.Given(one.name, one.bytes, one.format) for one in given.files]
        said[name] = "渡口周刊" in folder.words(there, given, made)
    assert said == {"signal": True, "telegram": False, "wechat": False}


def test_an_edition_that_was_never_sealed_is_said(place, capsys):
    (place / "dist/weekly/2026-11-22/manifest.json").unlink()
    done = share(capsys, "weekly", "--by", "signal")
    assert done.code == 2
    assert "'weekly' was built and never released" in done.err
    assert "release it: bundler release RECIPE" in done.err


def test_a_file_that_was_changed_or_is_gone_leaves_nothing_behind(place, capsys):
    path = place / "dist/weekly/2026-11-22/weekly-261122.epub"
    data = path.read_bytes()
    path.write_bytes(data + b"x")
    assert share(capsys, "weekly", "--by", "signal").code == 7
    path.unlink()
    assert share(capsys, "weekly", "--by", "signal").code == 2
    assert not any((place / "share").iterdir())


def test_a_folder_that_holds_something_is_left_alone(place, capsys):
    (place / "mine").mkdir()
    (place / "mine/letter.txt").write_text("mine")
    done = share(capsys, "weekly", "--by", "signal", "--to", "mine")
    assert (done.code, tree(place / "mine")) == (2, {"letter.txt": b"mine"})
    assert "choose another folder with --to" in done.err


def test_a_name_that_is_too_long_is_said_before_anything_is_written(place, capsys):
    release(place, "weekly-261122-and-much-more.pdf")
    done = share(capsys, "weekly", "--by", "email")
    assert done.code == 2
    assert "is a name of 31 characters: 25 are the most" in done.err
    assert not any((place / "share").iterdir())


def test_a_folder_with_a_name_too_long_is_a_sentence(place, capsys):
    done = share(capsys, "weekly", "--by", "signal", "--to", "n" * 300)
    assert done.code == 74
    assert "is too long" in done.err


def test_a_full_disk_is_a_sentence_and_leaves_nothing(place, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder.shutil, "copyfileobj", full)
    done = share(capsys, "weekly", "--by", "signal")
    assert (done.code, "the disk is full" in done.err) == (74, True)
    assert not any((place / "share").iterdir())


def test_help_says_what_it_cannot_protect_from(capsys):
    cli.run(["--lang", "en", "share", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "a receiver who reports you" in shown
    assert "WeChat and QQ compare every file with lists" in shown


def test_a_folder_that_nobody_may_write_to_is_a_sentence(place, capsys):
    done = share(capsys, "weekly", "--by", "signal", "--to", "/proc/share")
    assert done.code == 74
    assert "'/proc/share' cannot be written" in done.err
    assert "choose another folder with --to" in done.err
