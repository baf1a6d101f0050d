"""A seal stands for every byte of its file: no bit and no end can change unseen, and only the salt is free."""

import base64
import io
import itertools
import json
import subprocess
import zipfile
from dataclasses import replace

import pytest
from parts import ROOT, require
from sealing import KEY, SEED, body, sealed, unsigned

from bundler.release import ed25519
from bundler.release.seal import FRAMES, MAX_BYTES, SALTS, apply, check, unsealed

VECTORS = ROOT / "tests/vectors/seals.json"


def outcome(data: bytes) -> str:
    found = check(io.BytesIO(data))
    return found.fault or "sealed"


@pytest.mark.parametrize("kind", sorted(FRAMES))
def test_a_sealed_file_tells_who_and_what(tmp_path, kind):
    data = sealed(tmp_path, kind).read_bytes()
    found = check(io.BytesIO(data))
    assert found.fault is None
    assert replace(found.seal, signature=b"") == unsigned(kind)
    assert len(data) - len(body(kind)) <= MAX_BYTES


@pytest.mark.parametrize("role", ["editor", "robot"])
def test_a_seal_tells_who_packed(tmp_path, role):
    found = check(io.BytesIO(sealed(tmp_path, "text", role=role).read_bytes()))
    assert found.seal.role == role


@pytest.mark.parametrize(("changed", "outcome_of_it"), [
    ({"volume": 2, "volumes": 2}, "sealed"), ({"volume": 3, "volumes": 2}, "damaged"), ({"number": 0}, "damaged"),
    ({"edition": "2026-11-22B"}, "damaged"), ({"bundle": "weekly zh"}, "damaged"),
])  # fmt: skip
def test_what_is_signed_must_make_sense_too(tmp_path, changed, outcome_of_it):
    """The signature holds in every case."""
    assert outcome(sealed(tmp_path, "text", **changed).read_bytes()) == outcome_of_it


@pytest.mark.parametrize("kind", ["dump", "constructor"])
def test_a_seal_of_a_format_without_seals_is_damage(tmp_path, kind):
    data = sealed(tmp_path, "text").read_bytes().replace(b" format:text ", f" format:{kind} ".encode())
    assert outcome(data) == "damaged"
    assert unsealed(data) == data


def test_the_seal_of_an_empty_file_begins_at_its_first_byte(tmp_path):
    path = tmp_path / "empty.txt"
    path.touch()
    apply(path, unsigned("text"), lambda message: ed25519.sign(SEED, message))
    assert path.read_bytes().startswith(b"bundler-seal/1 ")
    assert outcome(path.read_bytes()) == "sealed"
    assert unsealed(path.read_bytes()) == b""


@pytest.mark.parametrize("kind", sorted(FRAMES))
def test_every_flipped_bit_is_seen(tmp_path, kind):
    data = sealed(tmp_path, kind).read_bytes()
    for at, bit in itertools.product(range(len(data)), range(8)):
        changed = data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]
        assert outcome(changed) != "sealed", (at, bit)


@pytest.mark.parametrize("kind", sorted(FRAMES))
def test_every_truncation_and_every_addition_is_seen(tmp_path, kind):
    data = sealed(tmp_path, kind).read_bytes()
    assert "sealed" not in {outcome(data[:end]) for end in range(len(data))}
    assert "sealed" not in {outcome(data[start:]) for start in range(1, len(data))}
    assert "sealed" not in {outcome(data + more) for more in (b"\n", b" ", b"\0", data)}


def test_any_salt_of_the_sixteen_verifies_and_no_other(tmp_path):
    data = sealed(tmp_path, "text").read_bytes()
    at = data.rindex(b" salt:") + len(b" salt:")
    for byte in range(256):
        changed = data[:at] + bytes([byte]) + data[at + 1 :]
        assert (outcome(changed) == "sealed") == (byte in SALTS.encode()), byte
    assert len(set(SALTS)) == 16
    assert all((ord(a) ^ ord(b)).bit_count() > 1 for a, b in itertools.combinations(SALTS, 2))


def test_a_seal_moved_to_another_file_is_damaged(tmp_path):
    data = sealed(tmp_path, "text").read_bytes()
    line = data[len(body("text")) :]
    assert outcome(body("markdown") + line) == "damaged"
    assert outcome(body("text") + b"more\n" + line) == "damaged"


def test_a_file_without_a_seal_says_so():
    assert outcome(b"") == "no-seal"
    assert outcome(body("html")) == "no-seal"
    assert outcome(b"bundler-seal/2 of a later version\n") == "damaged"


@pytest.mark.parametrize("kind", sorted(FRAMES))
def test_sealing_twice_makes_the_same_bytes_and_can_be_undone(tmp_path, kind):
    (tmp_path / "again").mkdir()
    first, second = sealed(tmp_path, kind).read_bytes(), sealed(tmp_path / "again", kind).read_bytes()
    assert first == second
    assert unsealed(first) == body(kind)
    assert unsealed(body(kind)) == body(kind)


def test_a_sealed_epub_is_still_a_sound_archive(tmp_path):
    path = sealed(tmp_path, "epub")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.comment.startswith(b"bundler-seal/1 ")


def test_a_file_of_several_pieces_is_covered_to_its_last_byte(tmp_path):
    """Bodies are hashed piece by piece: the byte that is a piece alone counts as much as the others."""
    path = tmp_path / "large.txt"
    path.write_bytes(b"x" * 2**20 + b"y")
    apply(path, unsigned("text"), lambda message: ed25519.sign(SEED, message))
    data = path.read_bytes()
    assert outcome(data) == "sealed"
    assert outcome(data[: 2**20] + b"z" + data[2**20 + 1 :]) == "damaged"


@pytest.mark.parametrize(
    "ending", [b"PK no archive at all, but long enough and ended by\0\0", body("epub")[:-2] + b"\1\0x"]
)
def test_a_file_that_ends_otherwise_is_not_sealed(tmp_path, ending):
    """It is no archive, or its archive has a comment already."""
    path = tmp_path / "no.epub"
    path.write_bytes(ending)
    with pytest.raises(ValueError, match="end record"):
        apply(path, unsigned("epub"), lambda message: ed25519.sign(SEED, message))


def test_a_seal_that_readers_would_not_find_is_not_made(tmp_path):
    """It would be longer than what is looked at from the end; the file stays as it is."""
    with pytest.raises(ValueError, match="too long"):
        sealed(tmp_path, "text", bundle="a" * MAX_BYTES)
    assert (tmp_path / "weekly-261122.text").read_bytes() == body("text")


def test_the_longest_seal_keeps_its_size(tmp_path):
    path = sealed(tmp_path, "html", bundle="abcdefgh", edition="2026-11-22z", number=999999, volume=999999,
                  volumes=999999)  # fmt: skip
    assert outcome(path.read_bytes()) == "sealed"
    assert path.stat().st_size - len(body("html")) <= MAX_BYTES


def vectors(folder) -> dict:
    found = []
    for kind in sorted(FRAMES):
        data = sealed(folder, kind).read_bytes()
        salted = data.replace(b" salt:0 ", b" salt:w ")
        cases = {"sealed": data, "other salt": salted, "salt out of its values": data.replace(b" salt:0 ", b" salt:1 "),
                 "body changed": b"!" + data[1:], "end cut": data[:-1], "unsealed": body(kind)}  # fmt: skip
        found.append({"format": kind, "key": KEY.hex(), "files": [
            {"case": name, "outcome": outcome(case), "file": base64.b64encode(case).decode()}
            for name, case in cases.items()]})  # fmt: skip
    return {"seed": SEED.hex(), "seals": found}


def test_the_published_vectors_hold(tmp_path, accept):
    made = json.dumps(vectors(tmp_path), indent=1) + "\n"
    if accept:
        VECTORS.write_text(made, encoding="utf-8")
    assert VECTORS.read_text(encoding="utf-8") == made
    for one in json.loads(made)["seals"]:
        outcomes = {file["case"]: file["outcome"] for file in one["files"]}
        assert outcomes.pop("sealed") == outcomes.pop("other salt") == "sealed"
        assert outcomes.pop("unsealed") == "no-seal"
        assert set(outcomes.values()) == {"damaged"}


def test_another_tool_unpacks_a_sealed_epub(tmp_path):
    require("unzip")
    done = subprocess.run(["unzip", "-tq", sealed(tmp_path, "epub")], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
