"""The nine attacks that The Update Framework lists, each performed on what was released; docs/threat-model.md says of
each what is defended without a network, and what is not."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from command import MIRROR, bundler, recipe
from parts import ROOT
from sealing import body, unsigned

from bundler.errors import UsageError
from bundler.release import ed25519, keyring, keys, manifest, memory, minisign, passphrase, seal, verify
from bundler.release.seal import apply
from bundler.release.verify import Trust

pytestmark = pytest.mark.slow

ATTACKS = (
    "arbitrary software", "endless data", "extraneous dependencies", "fast-forward", "freeze", "mix-and-match",
    "rollback", "key compromise", "wrong software",
)  # fmt: skip
STRANGER = hashlib.sha256(b"somebody else").digest()
PASSPHRASE = "1234 5678 9012 3456 7890"
FIRST, SECOND, THIRD = "2026-11-20", "2026-11-27", "2026-12-04"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Two editions by one key, a third by its successor, another bundle by the same people; stop cards kept apart."""
    place = tmp_path_factory.mktemp("shelf")
    (place / "pass").write_text(PASSPHRASE + "\n")

    def run(*arguments):
        done = bundler(*arguments, "--passphrase-file", "pass", home=place, cwd=place)
        assert done.code == 0, done.err

    def settings(key):
        (place / "release.yaml").write_text(f"version: 1\ntitle: 山中书摊\nkey: keys/{key}\n")

    recipe(place, MIRROR, formats="[html, text]")
    run("keys", "new", "keys/editor")
    settings("editor")
    for date in (FIRST, SECOND):
        run("release", "weekly.yaml", "--date", date, "--again")
    recipe(place, MIRROR, formats="[html, text]", bundle="monthly").rename(place / "monthly.yaml")
    run("release", "monthly.yaml", "--date", SECOND, "--again")
    recipe(place, MIRROR, formats="[html, text]")
    run("keys", "rotate", "keys/editor", "keys/second")
    settings("second")
    run("release", "weekly.yaml", "--date", THIRD, "--again")
    return place


def text(place, date, bundle="weekly"):
    return place / "dist" / bundle / date / f"{bundle}-{date[2:].replace('-', '')}.txt"


def seed(place, key="editor"):
    return keyring.secret(place / "keys" / key, ".key", passphrase.typed(PASSPHRASE))


@pytest.fixture
def edition(shelf, tmp_path):
    return shutil.copytree(shelf / "dist/weekly" / SECOND, tmp_path / "edition")


def forged(folder, secret, **changed):
    """Seal a text of the attacker's with a key that he has."""
    path = folder / "forged.txt"
    path.write_bytes(body("text"))
    apply(path, unsigned("text", key=ed25519.public(secret), **changed), lambda message: ed25519.sign(secret, message))
    return path


def like(shelf, date=FIRST):
    return Trust(verify.older(text(shelf, date)))


def test_arbitrary_software(shelf, edition, tmp_path):
    """Whatever the attacker makes himself is of another key, whatever it says of itself."""
    trusted = verify.older(text(shelf, FIRST))
    for claim in ({}, {"next": keys.announced(trusted.key)}, {"next": trusted.next}):
        assert verify.file(forged(tmp_path, STRANGER, **claim), Trust(trusted)).verdict == "other-key"
    sealed = text(shelf, SECOND).read_bytes()
    line = sealed[sealed.rindex(b"bundler-seal/1") :]
    (tmp_path / "grafted.txt").write_bytes(body("text") + line)
    assert verify.file(tmp_path / "grafted.txt", Trust(trusted)).verdict == "damaged"
    path = edition / text(shelf, SECOND).name
    path.write_bytes(forged(tmp_path, STRANGER).read_bytes())
    assert verify.folder(edition, like(shelf)).verdict == "damaged"


def test_endless_data(shelf, edition, monkeypatch):
    """What has no end is refused by its size before it is read: only a seal's body is read whole, in pieces."""
    for name in (manifest.NAME, manifest.SIGNATURE):
        whole = (edition / name).read_bytes()
        with (edition / name).open("r+b") as file:
            file.truncate(2**33)
        assert verify.folder(edition, Trust()).verdict == "damaged"
        (edition / name).write_bytes(whole)
    path = edition / text(shelf, SECOND).name
    with path.open("r+b") as file:
        file.truncate(2**33)
    assert verify.folder(edition, Trust()).detail == (path.name,)
    assert verify.file(path, Trust()).verdict == "no-seal"


def test_a_manifest_without_its_signature_names_what_is_missing(edition):
    (edition / manifest.SIGNATURE).unlink()
    found = verify.folder(edition, Trust())
    assert (found.verdict, found.detail) == ("damaged", (manifest.SIGNATURE,))
    (edition / manifest.NAME).write_bytes(b"{}")
    assert verify.folder(edition, Trust()).detail == (manifest.NAME,)


def test_a_signature_made_for_another_edition_is_none(shelf, edition):
    data = (edition / manifest.NAME).read_bytes()
    for comment, verdict in (
        (manifest.read(data).comment, "sealed"),
        ("bundler weekly 2026-11-20 number 1", "damaged"),
    ):
        made = minisign.sign(seed(shelf), data, comment=comment, untrusted="x")
        (edition / manifest.SIGNATURE).write_text(made)
        assert verify.folder(edition, Trust()).verdict == verdict


@pytest.mark.parametrize(
    "changed", [{}, {"content": bytes(32)}, {"edition": "2026-11-28"}, {"volumes": 2}, {"next": bytes(32)}]
)
def test_a_file_sealed_as_something_else_is_damaged_even_where_its_hashes_are_listed(shelf, edition, changed):
    """Both are by the owner of the key: a mistake of the publisher's, or a thief's who mixes what he seals."""
    listed = manifest.read((edition / manifest.NAME).read_bytes())
    (told,) = (one for one in listed.files if one.format == "text")
    as_listed = {"number": listed.number, "edition": listed.edition, "content": listed.content, "next": listed.next}
    made = forged(edition, seed(shelf), **(as_listed | changed)).rename(edition / told.name)
    data = made.read_bytes()
    file = replace(told, bytes=len(data), sha256=hashlib.sha256(data).hexdigest(),
                   sha512=hashlib.sha512(data).hexdigest())  # fmt: skip
    written = manifest.write(replace(listed, files=tuple(file if one == told else one for one in listed.files)))
    (edition / manifest.NAME).write_bytes(written)
    (edition / manifest.SIGNATURE).write_text(
        minisign.sign(seed(shelf), written, comment=listed.comment, untrusted="x")
    )
    found = verify.folder(edition, Trust())
    assert (found.verdict, found.detail) == (("damaged", (told.name,)) if changed else ("sealed", ()))


def test_a_file_that_nobody_may_read_is_a_sentence(shelf, edition, monkeypatch):
    def refused(path, *arguments):
        if path.suffix == ".txt":
            raise PermissionError(path)
        return opened(path, *arguments)

    opened = Path.open
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(UsageError, match="cannot be read") as caught:
        verify.folder(edition, Trust())
    assert caught.value.hint


def test_extraneous_dependencies(shelf, edition, tmp_path):
    """A file that the attacker lays beside is named as signed by nobody; no file makes another one be fetched."""
    shutil.copy(forged(tmp_path, STRANGER), edition / "reader.apk")
    found = verify.folder(edition, like(shelf))
    assert found.verdict == "same"
    assert "reader.apk" in found.unsigned


def test_fast_forward(shelf, tmp_path):
    """Only a stolen key makes a high number, and its successor is not bound by it."""
    assert verify.file(forged(tmp_path, STRANGER, number=999_999), like(shelf)).verdict == "other-key"
    robbed = verify.older(text(shelf, FIRST))
    high = forged(tmp_path, seed(shelf), number=999_999, next=robbed.next)
    assert verify.file(text(shelf, SECOND), Trust(verify.older(high))).verdict == "older"
    assert verify.file(text(shelf, THIRD), Trust(verify.older(high))).verdict == "successor"


def test_freeze(shelf):
    """Who is shown nothing new for long is told by the date after which a signed manifest says to ask for more."""
    found = verify.folder(shelf / "dist/weekly" / SECOND, Trust())
    assert found.expires == "2027-02-25"
    path = shelf / "dist/weekly" / SECOND / manifest.NAME
    later = path.read_bytes().replace(b"2027-02-25", b"2037-02-25")
    assert not minisign.holds(
        (path.parent / manifest.SIGNATURE).read_text(), later, minisign.named(manifest.read(later).key)
    )


def test_mix_and_match(shelf, edition):
    """Files of two editions make no third one, and a volume says which it is of how many."""
    for date in (FIRST, THIRD):
        shutil.copy(text(shelf, date), edition / text(shelf, SECOND).name)
        assert verify.folder(edition, Trust()).verdict == "damaged"
    shutil.copy(text(shelf, SECOND), edition)
    assert verify.folder(edition, Trust()).verdict == "sealed"
    shutil.copy(shelf / "dist/monthly" / SECOND / manifest.NAME, edition)
    assert verify.folder(edition, Trust()).verdict == "damaged"


def test_rollback(shelf, tmp_path):
    """An older edition is called that, beside a newer file or with --remember."""
    assert verify.file(text(shelf, FIRST), like(shelf, SECOND)).verdict == "older"
    assert verify.folder(shelf / "dist/weekly" / FIRST, like(shelf, SECOND)).verdict == "older"
    assert verify.file(text(shelf, SECOND), like(shelf, THIRD)).verdict == "other-key"
    memory.remember(tmp_path, {}, [verify.file(text(shelf, SECOND), Trust())])
    assert verify.file(text(shelf, FIRST), Trust(known=memory.known(tmp_path))).verdict == "older"


def test_key_compromise(shelf, tmp_path):
    """A stolen key seals as its owner did until its stop card is seen; then it, and what follows by its word, ends."""
    stolen = seed(shelf)
    thief = ed25519.public(STRANGER)
    file = forged(tmp_path, stolen, number=13, next=keys.announced(thief))
    assert verify.file(file, like(shelf)).verdict == "same"
    stopped = frozenset({keys.stopped((shelf / "keys/editor.stop").read_text())})
    trusted = verify.older(text(shelf, FIRST))
    assert verify.file(file, Trust(trusted, stopped=stopped)).verdict == "stopped"
    assert verify.file(text(shelf, THIRD), Trust(trusted, stopped=stopped)).verdict == "successor"
    new = keyring.card(shelf / "keys/second")
    card = keys.Card(new.key, "editor", keys.announced(thief))
    after = forged(tmp_path, STRANGER)
    assert verify.file(after, Trust(trusted, cards=(card,), stopped=stopped | {new.key})).verdict == "other-key"


def test_wrong_software(shelf, edition):
    """A sealed file under another name still says which bundle, edition and format it is; a folder refuses it."""
    renamed = edition / text(shelf, SECOND).name
    shutil.copy(text(shelf, SECOND, "monthly"), renamed)
    found = verify.file(renamed, like(shelf))
    assert (found.verdict, found.sealer.bundle) == ("same", "monthly")
    assert verify.folder(edition, Trust()).verdict == "damaged"
    data = text(shelf, SECOND).read_bytes()
    renamed.write_bytes(data.replace(b"format:text", b"format:markdown"))
    assert verify.file(renamed, Trust()).verdict == "damaged"
    assert seal.FRAMES["text"] == seal.FRAMES["markdown"]


def test_the_threat_model_says_of_each_what_is_defended():
    told = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
    assert all(f"| {attack} |" in told for attack in ATTACKS)
    assert all(f"test_{attack.replace(' ', '_').replace('-', '_')}" in globals() for attack in ATTACKS)


def checked(home, *arguments, code=0):
    done = bundler("verify", "--json", *arguments, home=home)
    assert done.code == code, (done.out, done.err)
    return json.loads(done.out)["verdict"]


def test_what_is_remembered_is_compared_and_moves_on(shelf, tmp_path):
    remembered = tmp_path / "kept" / memory.NAME
    assert checked(tmp_path, text(shelf, FIRST)) == "sealed"
    assert not remembered.exists()
    assert checked(tmp_path, text(shelf, SECOND), "--remember") == "sealed"
    kept = remembered.read_bytes()
    assert checked(tmp_path, text(shelf, FIRST)) == "sealed", "without --remember nothing is read"
    assert checked(tmp_path, text(shelf, FIRST), "--remember", code=7) == "older"
    assert checked(tmp_path, forged(tmp_path, STRANGER), "--remember", code=7) == "other-key"
    assert remembered.read_bytes() == kept
    assert checked(tmp_path, text(shelf, SECOND, "monthly"), "--remember") == "sealed", "each bundle by itself"
    assert checked(tmp_path, text(shelf, THIRD), "--remember") == "successor"
    assert checked(tmp_path, text(shelf, SECOND), "--remember", code=7) == "other-key"
    remembered.write_bytes(b"{}")
    done = bundler("verify", text(shelf, FIRST), "--remember", home=tmp_path)
    assert (done.code, "is damaged" in done.err) == (2, True)
    assert str(remembered) in "".join(done.err.split()), "the way out is to delete that file, and no other"


def test_published_cards_lead_over_several_changes(shelf, tmp_path):
    place = shutil.copytree(
        shelf, shelf.with_name("shelf-of-three-keys")
    )  # the recipe's path to its archive holds there
    (place / "release.yaml").write_text("version: 1\ntitle: 山中书摊\nkey: keys/third\n")
    last = "2026-12-11"
    release = ("release", "weekly.yaml", "--date", last, "--again")
    for arguments in (("keys", "rotate", "keys/second", "keys/third"), release):
        assert bundler(*arguments, "--passphrase-file", "pass", home=place, cwd=place).code == 0
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    shutil.copy(text(place, FIRST), old)
    shutil.copy(text(place, last), new)
    assert checked(tmp_path, "--like", old, new, code=7) == "other-key"
    assert checked(tmp_path, "--like", old, "--keys", place / "dist/keys", new) == "successor"
    assert checked(tmp_path, "--like", old, text(place, last)) == "successor", "cards beside the edition are found"
    name = keys.digits(keyring.card(place / "keys/second").key).replace(" ", "")
    card = place / f"dist/keys/{name}.card"
    card.write_bytes(card.read_bytes().replace(b"editor", b"robot"))
    done = bundler("verify", "--like", old, text(place, last), home=tmp_path)
    assert (done.code, "is damaged" in done.err) == (7, True)
