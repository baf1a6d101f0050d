"""A variant of a sealed file has other bytes and verifies like the other; anybody makes one, of sealed files alone."""

from __future__ import annotations

import hashlib

import bundles
import pytest
from command import bundler
from sealing import KEY, SEED, body, sealed, unsigned
from test_judges_find_nothing import complaints, found_by_epubcheck

from bundler.errors import OutputError, UsageError, VerificationError
from bundler.release import ed25519, verify
from bundler.release.seal import FRAMES, SALTS, apply
from bundler.share.vary import vary

TRUST = verify.Trust(key=KEY.hex())


@pytest.mark.parametrize("kind", sorted(FRAMES))
def test_every_salt_verifies_and_has_another_hash(tmp_path, kind):
    path = sealed(tmp_path, kind)
    hashes = {hashlib.md5(path.read_bytes()).digest()}
    for salt in SALTS[1:]:
        made = tmp_path / f"other.{salt}"
        assert vary(path, made, salt=salt) == salt
        assert verify.file(made, TRUST).verdict == "same"
        differing = [at for at, (a, b) in enumerate(zip(path.read_bytes(), made.read_bytes(), strict=True)) if a != b]
        assert len(differing) == 1
        hashes.add(hashlib.md5(made.read_bytes()).digest())
    assert len(hashes) == 16
    back = tmp_path / "back"
    vary(tmp_path / "other.w", back, salt=SALTS[0])
    assert back.read_bytes() == path.read_bytes()


def test_what_only_looks_like_a_salt_is_left_alone(tmp_path):
    """A hash in a manifest is taken of the file with salt 0: no other byte may become one on the way."""
    data = sealed(tmp_path, "text").read_bytes()
    for strange in (data.replace(b" salt:0 ", b" salt:1 "), data.replace(b" signature:", b" Signature:"),
                    b"x salt:0", b"x salt:", b" salt:0 sign", body("text"), b""):  # fmt: skip
        assert verify.with_salt(strange, SALTS[1]) == strange


def test_lots_are_drawn_among_the_other_fifteen(tmp_path):
    path = sealed(tmp_path, "text")
    drawn = {vary(path, tmp_path / f"other-{n}.txt") for n in range(150)}
    assert drawn <= set(SALTS[1:])
    assert len(drawn) > 10


def test_what_cannot_vary_is_said(tmp_path):
    path = sealed(tmp_path, "text")
    bare = tmp_path / "bare.txt"
    bare.write_bytes(body("text"))
    damaged = tmp_path / "damaged.txt"
    damaged.write_bytes(b"!" + path.read_bytes()[1:])
    dest = tmp_path / "dest.txt"
    for source, salt, error, said in (
        (bare, None, UsageError, "has no seal"),
        (damaged, None, VerificationError, "damaged"),
        (tmp_path / "absent.txt", None, UsageError, "cannot be read"),
        (path, SALTS[0], UsageError, "is no other salt"),
        (path, "1", UsageError, "is no other salt"),
        (path, "", UsageError, "is no other salt"),
        (path, SALTS[1:], UsageError, "is no other salt"),
    ):
        with pytest.raises(error, match=said):
            vary(source, dest, salt=salt)
        assert not dest.exists()
    astray = tmp_path / "astray.txt"
    astray.symlink_to(tmp_path / "nowhere")
    for there in (path, tmp_path, astray):
        with pytest.raises(UsageError, match="exists already"):
            vary(path, there)
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(OutputError):
        vary(path, path / "deeper" / "other.txt")


def test_the_command_warns_of_one_for_each_receiver(tmp_path):
    path, dest = sealed(tmp_path, "text"), tmp_path / "other.txt"
    done = bundler("vary", path, dest, home=tmp_path)
    assert done.code == 0, done.err
    assert verify.file(dest, TRUST).verdict == "same"
    shown = " ".join(bundler("vary", "--help", home=tmp_path, COLUMNS="120").out.split())
    assert "never make one for each receiver" in shown
    assert "lists of exact files, and nothing else" in shown
    assert bundler("vary", path, dest, home=tmp_path).code == 2


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["epub", "html"])
def test_judges_say_nothing_new_of_a_variant(tmp_path, kind):
    path = tmp_path / f"weekly-261122.{kind}"
    path.write_bytes(bundles.written(kind, bundles.sample()))
    apply(path, unsigned(kind), lambda message: ed25519.sign(SEED, message))
    made = tmp_path / "other" / path.name
    vary(path, made)
    judge = found_by_epubcheck if kind == "epub" else complaints
    assert judge(made) == judge(path) == []
