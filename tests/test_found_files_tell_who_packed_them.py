"""Of a found file: same people, another key, older, damaged, no seal; never a bare "genuine", all without a network."""

import hashlib
import json
import os
import shutil
from dataclasses import replace
from itertools import pairwise
from typing import get_args

import pytest
from command import MIRROR, bundler, recipe
from sealing import FOLLOWING, KEY, NEXT, SEED, body, unsigned
from shelves import published

from bundler.release import ed25519, keys, manifest, minisign, verify
from bundler.release.seal import apply
from bundler.release.verify import Finding, Sealer, Trust, Verdict

pytestmark = pytest.mark.slow

PASSPHRASE = "1234 5678 9012 3456 7890\n"
OTHER = hashlib.sha256(b"somebody else").digest()
HASH = "ab" * 32


def made(folder, name, seed=SEED, **changed):
    path = folder / name
    path.write_bytes(body("text"))
    fields = {"key": ed25519.public(seed)} | changed
    apply(path, unsigned("text", **fields), lambda message: ed25519.sign(seed, message))
    return path


def verdict(path, **trust):
    return verify.file(path, Trust(**trust)).verdict


def test_the_same_key_is_the_same_people(tmp_path):
    old, new = made(tmp_path, "old", number=11), made(tmp_path, "new")
    assert verdict(new) == "sealed"
    assert verdict(new, like=verify.older(old)) == "same"
    assert verdict(old, like=verify.older(new)) == "older"
    assert verdict(new, like=verify.older(made(tmp_path, "another", number=99, bundle="monthly"))) == "same"


def test_another_key_is_said(tmp_path):
    old, new = made(tmp_path, "old", OTHER), made(tmp_path, "new")
    assert verdict(new, like=verify.older(old)) == "other-key"


def test_an_announced_key_is_the_same_people(tmp_path):
    old, new = made(tmp_path, "old"), made(tmp_path, "new", NEXT, next=bytes(32), number=13)
    assert verdict(new, like=verify.older(old)) == "successor"
    assert verdict(old, like=verify.older(new)) == "other-key"  # only the older one can vouch for the newer
    stranger = made(tmp_path, "stranger", OTHER, next=keys.announced(KEY))
    assert verdict(old, like=verify.older(stranger)) == "successor"  # whoever announces a key says that it follows
    assert verdict(stranger, like=verify.older(new)) == "other-key"
    assert verdict(stranger, like=verify.older(old)) == "other-key"  # nobody is older by naming a key of others


def test_several_changes_of_keys_are_followed_by_their_cards(tmp_path):
    seeds = [hashlib.sha256(bytes([n])).digest() for n in range(4)]
    chain = [ed25519.public(seed) for seed in seeds]
    cards = tuple(keys.Card(key, "editor", keys.announced(after)) for key, after in pairwise(chain))
    old = made(tmp_path, "old", seeds[0], next=keys.announced(chain[1]))
    new = made(tmp_path, "new", seeds[3], number=1)
    like = verify.older(old)
    assert verdict(new, like=like) == "other-key"
    assert verdict(new, like=like, cards=cards) == "successor"
    assert verdict(new, like=like, cards=(cards[0], cards[2])) == "other-key"
    assert verdict(new, like=like, cards=cards, stopped=frozenset({chain[2]})) == "other-key"
    circle = (*cards[:2], keys.Card(chain[2], "editor", keys.announced(chain[1])))
    assert verdict(new, like=like, cards=circle) == "other-key"


def test_a_stopped_key_is_said_before_all_else(tmp_path):
    old, new = made(tmp_path, "old"), made(tmp_path, "new")
    stopped = frozenset((keys.stopped(keys.stop_card(SEED)),))
    assert verdict(new, like=verify.older(old), stopped=stopped) == "stopped"


def test_what_is_named_counts_before_what_is_remembered(tmp_path):
    old, new = made(tmp_path, "old", number=11), made(tmp_path, "new")
    known = {"weekly": Sealer("weekly", 99, ed25519.public(OTHER), bytes(32), "editor")}
    assert verdict(new, known=known) == "other-key"
    assert verdict(new, known=known, key=KEY.hex()) == "same"
    assert verdict(new, known=known, like=verify.older(old)) == "same"
    assert verdict(new, known={"monthly": known["weekly"]}) == "sealed"


@pytest.mark.parametrize("key", [KEY.hex().upper(), KEY.hex(), keys.digits(KEY), keys.digits(KEY).replace(" ", "")])
def test_a_key_can_be_named_by_its_digits(tmp_path, key):
    assert verdict(made(tmp_path, "new"), key=key) == "same"
    assert verdict(made(tmp_path, "new"), key=keys.digits(FOLLOWING)) == "other-key"


def test_a_variant_is_the_same_file(tmp_path):
    path = made(tmp_path, "new")
    before = path.read_bytes()
    variants = {verify.with_salt(before, salt) for salt in "03569cefijloqrtw"}
    assert len(variants) == 16
    for variant in variants:
        path.write_bytes(variant)
        assert verdict(path) == "sealed"
        assert verify.with_salt(variant, "0") == before
    assert verify.with_salt(body("text"), "3") == body("text")
    assert verify.with_salt(b" salt:0 signature:", "3") == b" salt:3 signature:"
    for other in (b"with salt:0 and water", b" salt:1 signature:", b" salt:0signature:"):
        assert verify.with_salt(other, "3") == other


def test_nothing_speaks_against_four_verdicts_alone():
    good = {one for one in get_args(Verdict) if Finding("a", one).good}
    assert good == {"same", "successor", "team", "sealed"}
    assert not Finding("a", "same", team="not-named").good


def test_the_same_file_is_no_older_one(tmp_path):
    path = made(tmp_path, "new")
    assert verdict(path, like=verify.older(path)) == "same"


def test_a_key_that_packed_in_another_role_is_told(tmp_path):
    old, new = made(tmp_path, "old", number=11, role="robot"), made(tmp_path, "new")
    like = verify.older(old)
    assert verify.file(new, Trust(like)).before == "robot"
    assert verify.file(old, Trust(like)).before is None
    assert verify.file(new, Trust()).before is None
    assert verify.file(made(tmp_path, "other", OTHER), Trust(like)).before is None, "it is another key's role"


def signed_again(folder, articles, **changed):
    """Let the editor himself sign a list of articles that is none."""
    (folder / "articles.json").write_bytes(articles)
    listed = manifest.read((folder / manifest.NAME).read_bytes())
    said = {"bytes": len(articles), "sha256": hashlib.sha256(articles).hexdigest()} | changed
    sign(folder, replace(listed, articles=replace(listed.articles, **said)))


def sign(folder, listed):
    data = manifest.write(listed)
    (folder / manifest.NAME).write_bytes(data)
    (folder / manifest.SIGNATURE).write_text(minisign.sign(SEED, data, comment=listed.comment, untrusted="x"))


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("changed", [{}, {"bytes": 9_999}, {"bytes": 1}, {"sha256": HASH}, {"sha512": HASH * 2}])
def test_a_file_is_what_the_manifest_says_in_every_way(tmp_path, place, changed):
    """One of two hashes is not enough, and neither are both without the size."""
    made = published(tmp_path)
    files = list(made.manifest.files)
    files[place] = replace(files[place], **changed)
    sign(made.folder, replace(made.manifest, files=tuple(files)))
    found = verify.folder(made.folder, Trust())
    assert (found.verdict, found.detail) == (("damaged", (files[place].name,)) if changed else ("sealed", ()))


def test_a_title_in_the_list_of_articles_is_signed_as_well(tmp_path):
    """The tree hash is of what articles say; how the list names them is in the list's own hash alone."""
    folder = published(tmp_path).folder
    listed = folder / "articles.json"
    listed.write_bytes(listed.read_bytes().replace("渡口".encode(), "渡船".encode()))
    found = verify.folder(folder, Trust())
    assert (found.verdict, found.detail) == ("damaged", ("articles.json",))


def test_a_list_of_articles_must_make_what_was_signed(tmp_path):
    folder = published(tmp_path).folder
    right = (folder / "articles.json").read_bytes()
    assert verify.folder(folder, Trust()).verdict == "sealed"
    leaf = json.loads(right)["articles"][0]["content"]
    signed_again(folder, right)
    assert verify.folder(folder, Trust()).verdict == "sealed"
    signed_again(folder, right, count=2)
    assert verify.folder(folder, Trust()).detail == ("articles.json",)
    for wrong in (right + b"\n", b"", b"\xff", b"[]", b"{}", b"7", b"null", b'{"articles":null}', b'{"articles":[7]}',
                  b'{"articles":["content"]}', b'{"articles":[{}]}', b'{"articles":[{"content":7}]}',
                  right.replace(leaf.encode(), leaf.upper().encode()),
                  right.replace(leaf.encode(), HASH.encode())):  # fmt: skip
        signed_again(folder, wrong)
        found = verify.folder(folder, Trust())
        assert (found.verdict, found.detail) == ("damaged", ("articles.json",)), wrong


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    place = tmp_path_factory.mktemp("release")
    (place / "pass").write_text(PASSPHRASE)
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\n")
    recipe(place, MIRROR, formats="[html, text, dump]")
    assert bundler("keys", "new", "keys/editor", "--passphrase-file", "pass", home=place, cwd=place).code == 0
    for date in ("2026-11-20", "2026-11-27"):
        done = bundler(
            "release", "weekly.yaml", "--date", date, "--again", "--passphrase-file", "pass", home=place, cwd=place
        )
        assert done.code == 0, done.err
    return place


@pytest.fixture
def edition(release, tmp_path):
    return shutil.copytree(release / "dist/weekly/2026-11-27", tmp_path / "edition")


def test_a_whole_folder_verifies(edition):
    found = verify.folder(edition, Trust())
    assert (found.verdict, found.files, found.edition) == ("sealed", 3, "2026-11-27")
    assert found.unsigned == ("SEND.txt", "SHA256SUMS")


def test_a_variant_in_a_folder_verifies(edition):
    path = edition / "weekly-261127.html"
    path.write_bytes(verify.with_salt(path.read_bytes(), "w"))
    assert verify.folder(edition, Trust()).verdict == "sealed"


@pytest.mark.parametrize("name", ["weekly-261127.html", "weekly-261127.txt", "weekly-261127.json", "articles.json"])
def test_a_changed_or_missing_file_is_named(edition, name):
    data = (edition / name).read_bytes()
    (edition / name).write_bytes(data[:10] + bytes([data[10] ^ 1]) + data[11:])
    found = verify.folder(edition, Trust())
    assert (found.verdict, found.detail) == ("damaged", (name,))
    (edition / name).unlink()
    found = verify.folder(edition, Trust())
    assert (found.verdict, found.detail) == ("incomplete", (name,))


def test_files_of_two_editions_do_not_mix(release, edition):
    shutil.copy(release / "dist/weekly/2026-11-20/weekly-261120.txt", edition / "weekly-261127.txt")
    assert verify.folder(edition, Trust()).detail == ("weekly-261127.txt",)
    shutil.copy(release / "dist/weekly/2026-11-20" / manifest.NAME, edition)
    assert verify.folder(edition, Trust()).detail == (manifest.SIGNATURE,)


def test_every_flipped_bit_of_the_manifest_is_seen(edition):
    path = edition / manifest.NAME
    data = path.read_bytes()
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :])
        assert verify.folder(edition, Trust()).verdict == "damaged", at
    path.write_bytes(data[:-1])
    assert verify.folder(edition, Trust()).verdict == "damaged"


def test_the_words_of_the_command(release):
    folder = release / "dist/weekly"
    done = bundler("verify", folder / "2026-11-27", "--like", folder / "2026-11-20/weekly-261120.html", home=release)
    assert (done.code, "same people as weekly-261120.html" in done.out) == (0, True)
    assert "not that it is true, nor that it is safe to have" in " ".join(done.out.split())
    assert "genuine" not in done.out
    done = bundler("verify", folder / "2026-11-27/SEND.txt", home=release)
    assert (done.code, "no seal" in done.out) == (7, True)
    done = bundler(
        "verify",
        folder / "2026-11-20/weekly-261120.txt",
        "--json",
        "--stop",
        release / "keys/editor.stop",
        home=release,
    )
    assert (done.code, json.loads(done.out)["verdict"]) == (7, "stopped")


def test_what_cannot_be_compared_is_a_sentence(release, tmp_path):
    (tmp_path / "plain").write_text("no seal\n")
    (tmp_path / "empty").mkdir()
    sealed = release / "dist/weekly/2026-11-20/weekly-261120.txt"
    broken = tmp_path / "broken"
    broken.write_bytes(sealed.read_bytes()[:-3] + b"0\n")
    done = bundler("verify", sealed, "--like", broken, home=release)
    assert (done.code, "the older file" in done.err, "is damaged" in done.err) == (7, True, True), done.err
    for arguments, said in (
        (("--like", tmp_path / "plain", sealed), "has no seal"), ((tmp_path / "missing",), "cannot be read"),
        (("--keys", tmp_path / "missing", sealed), "holds no key card and no stop card"),
        ((tmp_path / "empty",), "is empty"), (("--key", "夏至", sealed), "is no key"),
        (("--stop", tmp_path / "plain", sealed), "is no stop card"),
    ):  # fmt: skip
        done = bundler("verify", *arguments, home=release)
        assert (done.code, said in done.err) == (2, True), done.err


def test_links_in_a_circle_and_pipes_are_sentences(edition):
    """Found folders hold anything; opening a pipe that nobody writes to would wait for ever."""
    (edition / "circle.epub").symlink_to("circle.epub")
    os.mkfifo(edition / "pipe.epub")
    for name in ("circle.epub", "pipe.epub"):
        done = bundler("verify", edition / name, home=edition)
        assert (done.code, "cannot be read" in done.err) == (2, True), done.err
    (edition / manifest.SIGNATURE).unlink()
    os.mkfifo(edition / manifest.SIGNATURE)
    assert verify.folder(edition, Trust()).verdict == "damaged"


def test_nothing_is_remembered(release, tmp_path):
    before = sorted(path for path in (tmp_path / "home").rglob("*"))
    bundler("verify", release / "dist/weekly/2026-11-20", home=tmp_path / "home")
    assert sorted(path for path in (tmp_path / "home").rglob("*")) == before


def test_who_is_older_is_told_by_numbers_not_dates():
    here = Sealer("weekly", 3, KEY, bytes(32), "editor")
    assert verify.judge(here, Trust(like=Sealer("weekly", 2, KEY, bytes(32), "robot"))) == "same"
    assert verify.judge(here, Trust(like=Sealer("weekly", 4, KEY, bytes(32), "editor"))) == "older"
