"""Keys, signatures and cards: minisign reads ours, we read minisign's, and a wrong one is refused."""

import hashlib
import json
import subprocess

import pytest
from parts import ROOT, require
from sealing import FOLLOWING, KEY, NEXT, SEED

from bundler.release import canonical, ed25519, keys, minisign

VECTORS = ROOT / "tests/vectors/keys.json"
SALT = hashlib.sha256(b"salt").digest()
COMMENT = "bundler weekly 2026-11-22 number 12"


def test_ed25519_is_that_of_the_standard():
    """RFC 8032, 7.1, test 2."""
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = ed25519.public(seed)
    signature = ed25519.sign(seed, b"r")
    assert public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert signature.hex().startswith("92a009a9f0d4cab8720e820b5f642540")
    assert ed25519.holds(public, signature, b"r")
    assert not ed25519.holds(public, signature, b"s")
    assert not ed25519.holds(b"short", signature, b"r")
    assert not ed25519.holds(b"", signature, b"r")
    assert not ed25519.holds(public, b"", b"r")


SMALL = [
    "00" * 32, "01" + "00" * 31,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    *(f"{low}{'ff' * 30}7f" for low in ("ec", "ed", "ee")),
]  # fmt: skip


@pytest.mark.parametrize("sign", [0, 0x80])
@pytest.mark.parametrize("point", SMALL)
def test_a_key_under_which_anything_holds_is_none(point, sign):
    """Of order eight at most: by such a key a signature of zeros holds for an eighth of all messages, or for all."""
    key = bytearray.fromhex(point)
    key[-1] |= sign
    zeros = b"\1" + bytes(63)
    assert not any(ed25519.holds(bytes(key), zeros, bytes([n])) for n in range(64))


def test_a_secret_key_opens_with_its_passphrase_alone():
    text = minisign.secret_file(SEED, b"1234 5678", SALT, "a key")
    assert minisign.read_secret(text, b"1234 5678") == SEED
    with pytest.raises(PermissionError):
        minisign.read_secret(text, b"1234 5679")


@pytest.mark.parametrize("broken", ["", "untrusted comment: x\n", "untrusted comment: x\nAAAA\n", "no\nRWQ=\n"])
def test_what_is_no_key_is_refused(broken):
    with pytest.raises(ValueError, match=r"."):
        minisign.read_secret(broken, b"x")
    with pytest.raises(ValueError, match=r"."):
        minisign.read_public(broken)
    with pytest.raises(ValueError, match=r"."):
        minisign.read_signature(broken)
    assert minisign.holds(broken, b"", minisign.named(KEY)) is False


def test_a_signature_is_known_by_its_comments():
    untrusted, first, trusted, whole, _ = minisign.sign(SEED, b"x", comment="a", untrusted="b").split("\n")
    comment = trusted.removeprefix("trusted comment: ")
    for lines in ((first, trusted, whole), ("b", first, trusted, whole), (untrusted, first, comment, whole),
                  (untrusted, first, trusted, whole, "more")):  # fmt: skip
        with pytest.raises(ValueError, match="no signature"):
            minisign.read_signature("\n".join((*lines, "")))


def test_a_secret_key_is_known_by_its_comment_and_its_algorithms():
    comment, line, _ = minisign.secret_file(SEED, b"x", SALT, "a key").split("\n")
    data = minisign._unb64(line)
    for text in (f"a key\n{line}\n", comment, f"{comment}\n{minisign._b64(data[:-1])}\n"):
        with pytest.raises(ValueError, match="no secret key"):
            minisign.read_secret(text, b"x")
    for at in range(6):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(ValueError, match="secret key"):
            minisign.read_secret(f"{comment}\n{minisign._b64(changed)}\n", b"x")


def test_a_public_key_is_read_from_its_file_or_from_its_line():
    text = minisign.public_file(KEY, "a key")
    comment, line, _ = text.split("\n")
    for form in (text, text.strip(), line, f"{line}\n"):
        assert minisign.read_public(form) == minisign.named(KEY)
    data = minisign._unb64(line)
    for wrong in (data[:-1], data + b"\0", b"ED" + data[2:], data[2:]):
        with pytest.raises(ValueError, match="no public key"):
            minisign.read_public(f"{comment}\n{minisign._b64(wrong)}\n")
    for wrong in (comment, f"{line[:-1]}\n", f" {line}", f"{comment}\n {line}\n", line[:-2] + "\u4e8c="):
        with pytest.raises(ValueError, match=r"."):
            minisign.read_public(wrong)


def test_a_secret_key_may_lack_its_last_line_end():
    """An editor may have taken it away."""
    assert minisign.read_secret(minisign.secret_file(SEED, b"x", SALT, "a key").strip(), b"x") == SEED


@pytest.mark.parametrize(("place", "limit"), [
    (38, 2**34), (38, 0), (38, 2**56 + minisign.OPERATIONS), (46, 2**40), (46, 0), (46, 2**56 + minisign.MEMORY),
])  # fmt: skip
def test_a_secret_key_cannot_ask_for_all_memory_or_time(place, limit):
    lines = minisign.secret_file(SEED, b"x", SALT, "a key").split("\n")
    data = bytearray(minisign._unb64(lines[1]))
    data[place : place + 8] = limit.to_bytes(8, "little")
    with pytest.raises(ValueError, match="memory or time"):
        minisign.read_secret(f"{lines[0]}\n{minisign._b64(bytes(data))}\n", b"x")


@pytest.mark.parametrize(
    ("operations", "memory", "parameters"),
    [(524_288, 16_777_216, (2**14, 8, 1)), (33_554_432, 1_073_741_824, (2**20, 8, 1)),
     (minisign.OPERATIONS, minisign.MEMORY, (2**17, 8, 1)), (32_768, 16_777_216, (2**10, 8, 1)),
     (1, 16_777_216, (2**10, 8, 1)), (4_194_304, 16_777_216, (2**14, 8, 8)), (2**33, 2**30, (2**20, 8, 256)),
     (2**22 - 32, 2**27, (2**16, 8, 1)), (2**22 + 10, 2**27 - 1024, (2**16, 8, 2))],
)  # fmt: skip
def test_limits_mean_what_libsodium_makes_of_them(operations, memory, parameters):
    """Its interactive and sensitive limits, minisign's, the largest, and some by which time decides, or memory does."""
    assert minisign._parameters(operations, memory) == parameters


def test_every_flipped_bit_of_a_signature_is_seen():
    text = minisign.sign(SEED, b"manifest", comment=COMMENT, untrusted="see docs")
    public = minisign.named(KEY)
    assert minisign.holds(text, b"manifest", public)
    start = text.index("\n") + 1  # the first line is not signed: its name says so
    data = text.encode()
    for at in range(start, len(data)):
        for bit in range(8):
            changed = data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]
            assert not minisign.holds(changed.decode("utf-8", "surrogateescape"), b"manifest", public), (at, bit)
    assert not any(minisign.holds(text[:end], b"manifest", public) for end in range(len(text)))


def test_minisign_verifies_what_we_sign(tmp_path):
    require("minisign")
    (tmp_path / "manifest.json").write_bytes(b'{"a":1}')
    (tmp_path / "manifest.json.minisig").write_text(
        minisign.sign(SEED, b'{"a":1}', comment=COMMENT, untrusted="of bundler")
    )
    (tmp_path / "editor.pub").write_text(minisign.public_file(KEY, "a key of bundler"))
    command = ["minisign", "-V", "-p", "editor.pub", "-m", "manifest.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert COMMENT in done.stdout
    (tmp_path / "manifest.json").write_bytes(b'{"a":2}')
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_minisign_signs_with_our_key_and_we_verify(tmp_path):
    require("minisign")
    (tmp_path / "our.key").write_text(minisign.secret_file(SEED, b"0000", SALT, "minisign encrypted secret key"))
    (tmp_path / "file").write_bytes(b"text")
    for form in ("-l", "-H"):
        command = ["minisign", "-S", form, "-s", "our.key", "-m", "file", "-t", "of a test"]
        done = subprocess.run(command, cwd=tmp_path, input="0000\n", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert minisign.holds((tmp_path / "file.minisig").read_text(), b"text", minisign.named(KEY))


def test_we_verify_with_keys_that_minisign_made(tmp_path):
    require("minisign")
    (tmp_path / "file").write_bytes(b"text")
    for command in (
        ["minisign", "-G", "-W", "-p", "m.pub", "-s", "m.key"],
        ["minisign", "-S", "-s", "m.key", "-m", "file"],
    ):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, input=b"\n\n")
    public = minisign.read_public((tmp_path / "m.pub").read_text())
    assert minisign.holds((tmp_path / "file.minisig").read_text(), b"text", public)
    assert not minisign.holds((tmp_path / "file.minisig").read_text(), b"text", minisign.named(public.key))


def test_digits_name_a_key():
    assert [len(group) for group in keys.digits(KEY).split()] == [4] * 5
    assert keys.digits(KEY) != keys.digits(FOLLOWING)


def test_a_card_says_role_and_successor():
    read = keys.read_card(keys.card(KEY, "robot", FOLLOWING))
    assert (read.key, read.role, read.next) == (KEY, "robot", keys.announced(FOLLOWING))
    assert keys.read_card(keys.card(KEY, "editor", FOLLOWING)).role == "editor"
    whole = json.loads(keys.card(KEY, "editor", FOLLOWING))
    for name, strange in (
        ("format", "bundler-manifest"), ("version", 2), ("version", True), ("role", None), ("role", "boss"),
        ("key", KEY.hex().upper()), ("key", KEY.hex()[:-1]), ("key", 7), ("next", ""), ("next", None),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"."):
            keys.read_card(canonical.write(whole | {name: strange}))
    for wrong in (b"{}", b"[]", b"null", b'{"format":"bundler-key"}', keys.card(KEY, "robot", FOLLOWING) + b"\n",
                  keys.card(KEY, "editor", FOLLOWING).replace(b"editor", b"author")):  # fmt: skip
        with pytest.raises(ValueError, match=r"."):
            keys.read_card(wrong)


def test_a_stop_card_ends_its_key_and_no_other():
    card = keys.stop_card(SEED)
    assert keys.stopped(card) == keys.stopped(card.upper() + "\n") == KEY
    assert keys.stopped(keys.stop_card(NEXT)) == FOLLOWING
    for at in range(len(card)):
        assert keys.stopped(card[:at]) is None
        assert keys.stopped(card[:at] + ("0" if card[at] != "0" else "1") + card[at + 1 :]) is None


def test_the_published_vectors_hold(accept):
    made = {"seed": SEED.hex(), "public": KEY.hex(), "following": FOLLOWING.hex(), "digits": keys.digits(KEY),
            "card": keys.card(KEY, "editor", FOLLOWING).decode(), "stop": keys.stop_card(SEED),
            "public_file": minisign.public_file(KEY, "a key of bundler"), "passphrase": "1234 5678",
            "secret_file": minisign.secret_file(SEED, b"1234 5678", SALT, "a key of bundler")}  # fmt: skip
    text = json.dumps(made, indent=1) + "\n"
    if accept:
        VECTORS.write_text(text, encoding="utf-8")
    assert VECTORS.read_text(encoding="utf-8") == text
