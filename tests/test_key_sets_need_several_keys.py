"""A team's key set counts when enough offline keys signed it, of its own and of the set before."""

import datetime as dt
import hashlib
import json
import shutil
from dataclasses import replace

import pytest
from command import MIRROR, bundler, recipe
from sealing import KEY, body, sealed, unsigned

from bundler.errors import UsageError, VerificationError
from bundler.release import canonical, ed25519, keyring, keys, keyset, minisign, site, verify
from bundler.release.keyset import KeySet, Named
from bundler.release.seal import apply
from bundler.release.settings import Settings

pytestmark = pytest.mark.slow

SEEDS = [hashlib.sha256(bytes([n])).digest() for n in range(5)]
ROOTS = tuple(map(ed25519.public, SEEDS))
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
SET = KeySet(1, 2, ROOTS[:3], (Named(KEY, "editor", FIRST, LAST),))
DATA = keyset.write(SET)
NEXT = KeySet(2, 2, ROOTS[2:], SET.keys, hashlib.sha256(DATA).hexdigest())


def signed(made, *seeds, comment=None):
    data = keyset.write(made)
    return [minisign.sign(seed, data, comment=comment or made.comment, untrusted="") for seed in seeds]


def counts(made, *seeds, former=None):
    return keyset.counts(keyset.write(made), signed(made, *seeds), former)


def test_a_set_reads_as_it_was_written():
    assert keyset.read(DATA) == SET
    assert keyset.read(keyset.write(NEXT)) == NEXT
    both = replace(SET, keys=(*SET.keys, Named(ROOTS[3], "robot", LAST, LAST)))
    assert keyset.read(keyset.write(both)) == both


@pytest.mark.parametrize(
    "changed",
    [{"threshold": 0}, {"threshold": 4}, {"number": 0}, {"number": 2}, {"previous": "00" * 32}, {"version": 2},
     {"roots": [ROOTS[0].hex()] * 3}, {"roots": ["AB" * 32]}, {"keys": [{}]}, {"keys": None}, {"threshold": "2"},
     {"number": True, "previous": None}, {"threshold": True},
     {"number": 0, "previous": "00" * 32}, {"number": -1, "previous": "00" * 32}, {"number": 2, "previous": 7},
     {"roots": [7]}, {"roots": None}, {"keys": [7]}, {"keys": ["editor"]}, {"format": "bundler-manifest"},
     {"keys": [{"key": KEY.hex(), "role": "boss", "from": "2026-01-01", "until": "2026-12-31"}]},
     {"keys": [{"key": KEY.hex(), "role": "editor", "from": "20260101", "until": "2026-12-31"}]}],
)  # fmt: skip
def test_anything_else_is_no_set(changed):
    data = json.dumps(json.loads(DATA) | changed, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError is the refusal that is promised
        keyset.read(data)


def test_two_of_three_are_needed_and_each_counts_once():
    assert counts(SET, *SEEDS[:2])
    assert counts(SET, SEEDS[0], SEEDS[2])
    assert not counts(SET, SEEDS[0])
    assert not counts(SET, SEEDS[0], SEEDS[0])
    assert not counts(SET, SEEDS[0], SEEDS[4])
    assert not keyset.counts(DATA, [*signed(SET, SEEDS[0]), *signed(SET, SEEDS[1], comment="other words")], None)


def test_the_next_set_needs_the_roots_of_both():
    assert counts(NEXT, SEEDS[1], SEEDS[2], SEEDS[3], former=DATA)
    assert not counts(NEXT, SEEDS[2], SEEDS[3], former=DATA), "one root of the set before it"
    assert not counts(NEXT, SEEDS[0], SEEDS[1], SEEDS[2], former=DATA), "one root of its own"
    assert not counts(NEXT, SEEDS[1], SEEDS[2], SEEDS[3], former=None)
    assert not counts(replace(NEXT, number=3), SEEDS[1], SEEDS[2], SEEDS[3], former=DATA), "a set between is left out"
    assert not counts(NEXT, SEEDS[1], SEEDS[2], SEEDS[3], former=DATA.replace(b"2026-12-31", b"2027-12-31"))


def test_a_set_that_cannot_be_read_is_a_sentence(tmp_path):
    path = tmp_path / "set.json"
    with pytest.raises(UsageError, match="cannot be read"):
        keyset.load(path)
    for data in (b"", DATA[:-1], b"\xff", bytes(keyset.MAX_BYTES + 2)):
        path.write_bytes(data)
        with pytest.raises(VerificationError, match="is no key set, or damaged"):
            keyset.load(path)
    path.write_bytes(DATA)
    with pytest.raises(VerificationError, match="not enough offline keys"):
        keyset.load(path)


def test_what_is_no_file_beside_a_set_is_no_signature(tmp_path):
    """A folder of its name hides none of those that are there."""
    path = tmp_path / "set.json"
    path.write_bytes(DATA)
    for seed, text in zip(SEEDS[:2], signed(SET, *SEEDS[:2]), strict=True):
        keyset.signature(path, ed25519.public(seed)).write_text(text)
    keyset.signature(path, ROOTS[2]).mkdir()
    keyset.signature(path, ROOTS[3]).write_bytes(b"\xff")
    (tmp_path / "other.json").mkdir()
    assert keyset.load(path) == SET
    assert len(keyset.signed_by(path)) == 3


def test_a_set_may_have_any_name(tmp_path):
    path = tmp_path / "set [1].json"
    path.write_bytes(DATA)
    for seed, text in zip(SEEDS[:2], signed(SET, *SEEDS[:2]), strict=True):
        keyset.signature(path, ed25519.public(seed)).write_text(text)
    assert keyset.load(path) == SET


def test_every_flipped_bit_ends_it():
    signatures = signed(SET, *SEEDS[:2])
    for at in range(0, len(DATA), 3):
        changed = DATA[:at] + bytes([DATA[at] ^ (1 << at % 8)]) + DATA[at + 1 :]
        try:
            assert not keyset.counts(changed, signatures, None), at
        except ValueError:
            continue


def test_a_key_counts_on_its_days():
    assert [bool(SET.named(KEY, day)) for day in (FIRST, LAST)] == [True, True]
    assert not SET.named(KEY, LAST + dt.timedelta(days=1))
    assert not SET.named(KEY, FIRST - dt.timedelta(days=1))
    assert not SET.named(ROOTS[0], FIRST)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "named"),
        ({"edition": "2026-11-22b"}, "named"),
        ({"edition": LAST.isoformat()}, "named"),
        ({"edition": "2027-01-01"}, "not-named"),
        ({"edition": "2026-02-30"}, "not-named"),
        ({"role": "robot"}, "not-named"),
    ],
)
def test_a_file_is_good_where_the_set_names_its_key_for_role_and_day(tmp_path, changed, said):
    path = sealed(tmp_path, "text", **changed)
    found = verify.file(path, verify.Trust(team=SET))
    assert (found.verdict, found.team, found.good) == ("sealed", said, said == "named")
    strangers = replace(SET, keys=(Named(ROOTS[3], "editor", FIRST, LAST),))
    assert verify.file(path, verify.Trust(team=strangers)).team == "not-named"
    assert verify.file(path, verify.Trust()).team == ""


def test_a_set_that_nobody_could_read_is_not_written():
    for wrong in ({"threshold": 4}, {"number": 0}, {"number": 2}, {"roots": ROOTS[:1] * 3}, {"previous": "00" * 32}):
        with pytest.raises(ValueError):  # noqa: PT011 - any ValueError is the refusal that is promised
            keyset.write(replace(SET, **wrong))


@pytest.mark.parametrize("data", [b"", b"7", b"[]", b'"set"', b"null", b"{}", b"[" * 9_000, DATA + b"\n", DATA[:-1]])
def test_whatever_is_no_set_is_refused_alike(data):
    with pytest.raises(ValueError):  # noqa: PT011 - any ValueError is the refusal that is promised
        keyset.read(data)


def test_a_set_of_just_64_kb_is_read():
    value = json.loads(DATA) | {"later": ""}
    room = keyset.MAX_BYTES - len(canonical.write(value))
    assert keyset.MAX_BYTES == 65_536
    assert keyset.read(canonical.write(value | {"later": "x" * room})) == SET
    with pytest.raises(ValueError, match="too large"):
        keyset.read(canonical.write(value | {"later": "x" * (room + 1)}))


def test_a_set_may_need_every_one_of_its_keys():
    assert keyset.read(keyset.write(replace(SET, threshold=3))).threshold == 3
    assert keyset.read(keyset.write(replace(SET, threshold=1, roots=ROOTS[:1]))).roots == ROOTS[:1]


def test_the_trusted_comment_names_the_set_by_its_number():
    """A signature that was made for one set of a team says nothing of another."""
    assert SET.comment == "bundler keyset number 1"
    assert keyset.signers(DATA, signed(SET, SEEDS[0]), ROOTS) == {ROOTS[0]}
    assert keyset.signers(DATA, signed(SET, *SEEDS[:2], comment=NEXT.comment), ROOTS) == set()


def test_a_key_of_the_set_is_the_same_people_as_another(tmp_path):
    """Also where the older file's key stands only in a set before it; a key that no set names is another one."""
    (tmp_path / "set-1.json").write_bytes(DATA)
    later = KeySet(2, 2, ROOTS[:3], (Named(ROOTS[3], "editor", FIRST, LAST),), NEXT.previous)
    (tmp_path / "set-2.json").write_bytes(keyset.write(later))
    for name, made in (("set-1.json", SET), ("set-2.json", later)):
        for seed, text in zip(SEEDS[:2], signed(made, *SEEDS[:2]), strict=True):
            keyset.signature(tmp_path / name, ed25519.public(seed)).write_text(text)
    path = tmp_path / "set-2.json"
    old = verify.Sealer("weekly", 12, KEY, bytes(32), "editor")
    new = verify.Sealer("weekly", 13, ROOTS[3], bytes(32), "editor")
    trust = verify.Trust(like=old, team=keyset.load(path), mates=keyset.mates(path))
    assert verify.judge(new, trust) == "team"
    assert verify.judge(new, replace(trust, mates=frozenset([ROOTS[3]]))) == "other-key"
    assert verify.judge(replace(new, key=ROOTS[4]), trust) == "other-key"
    assert verify.judge(new, replace(trust, stopped=frozenset([KEY]))) == "other-key", (
        "a thief may have sealed the old one"
    )
    assert verify.judge(new, replace(trust, stopped=frozenset([ROOTS[3]]))) == "stopped"


def test_a_release_is_refused_whose_key_the_set_does_not_name(tmp_path):
    (tmp_path / "pass").write_text("1234 5678 9012 3456 7890\n")
    secret = ("--passphrase-file", "pass")

    def run(*arguments, code=0):
        done = bundler(*arguments, home=tmp_path, cwd=tmp_path)
        assert done.code == code, (done.out, done.err)
        return done

    for name in ("a", "editor", "other"):
        run("keys", "new", f"keys/{name}", *secret)
    recipe(tmp_path, MIRROR, every="friday")
    roots = ("--root", "keys/a.pub", "--threshold", "1", "--from", "2026-11-01", "--until", "2026-12-31")
    run("keys", "set", "set.json", "--key", "keys/editor", *roots)
    run("keys", "sign", "set.json", "keys/a", *secret)
    (tmp_path / "release.yaml").write_text("version: 1\ntitle: 山中书摊\nkey: keys/other\nkeyset: set.json\n")
    refused = run("release", "--date", "2026-11-20", *secret, code=2).err
    assert "does not name the key 'keys/other' as editor for 2026-11-20" in refused
    (tmp_path / "release.yaml").write_text("version: 1\ntitle: 山中书摊\nkeyset: set.json\n")
    assert "for 2027-01-01" in run("release", "--date", "2027-01-01", *secret, code=2).err
    assert not (tmp_path / "dist/weekly").exists()
    run("release", "--date", "2026-11-20", *secret)
    assert "the key set names its key" in run("verify", "dist/weekly/2026-11-20", "--keyset", "set.json").out


def test_a_team_makes_signs_and_follows_its_set(tmp_path):
    (tmp_path / "pass").write_text("1234 5678 9012 3456 7890\n")

    def run(*arguments, code=0, secret=True):
        more = ("--passphrase-file", "pass") if secret else ()
        done = bundler(*arguments, *more, home=tmp_path, cwd=tmp_path)
        assert done.code == code, (done.out, done.err)
        return done

    for name in ("a", "b", "c", "editor"):
        run("keys", "new", f"keys/{name}")
    roots = [part for name in "abc" for part in ("--root", f"keys/{name}.pub")]
    days = ("--from", "2026-11-01", "--until", "2026-12-31")
    run("keys", "set", "set-1.json", *roots, "--key", "keys/editor", *days, secret=False)
    assert "signed by 1 offline keys of the 2" in run("keys", "sign", "set-1.json", "keys/a").out
    new = tmp_path / "new.txt"
    new.write_bytes(body("text"))
    signer = keyring.open_key(tmp_path / "keys/editor", b"12345678901234567890")
    apply(new, unsigned("text", key=signer.key, next=signer.next), signer.sign)
    refused = run("verify", "new.txt", "--keyset", "set-1.json", code=7, secret=False)
    assert "not enough offline keys signed" in refused.err
    run("keys", "sign", "set-1.json", "keys/c")
    told = run("verify", "new.txt", "--keyset", "set-1.json", secret=False)
    assert "the key set names its key" in told.out
    old = tmp_path / "old.txt"
    old.write_bytes(body("text"))
    apply(old, unsigned("text", key=signer.key, edition="2026-10-31"), signer.sign)
    assert "does not name its key" in run("verify", "old.txt", "--keyset", "set-1.json", code=7, secret=False).out
    run("keys", "set", "set-2.json", *roots, "--key", "keys/editor", "--after", "set-1.json", *days, secret=False)
    for name in "bc":
        run("keys", "sign", "set-2.json", f"keys/{name}")
    assert keyset.load(tmp_path / "set-2.json").number == 2
    for name in ("set-1.json", "set-2.json"):
        said = Settings(
            tmp_path / "release.yaml", "山中书摊", "", (), tmp_path / "keys/editor", tmp_path / name, (), 90
        )
        site.refresh(tmp_path / "dist", said)
    assert keyset.load(tmp_path / "dist/keys/keyset-2.json").number == 2, "sets and signatures are published, none goes"
    shutil.move(tmp_path / "set-1.json", tmp_path / "away")
    with pytest.raises(VerificationError):
        keyset.load(tmp_path / "set-2.json")
    assert (
        "is there already" in run("keys", "set", "set-2.json", *roots, "--key", "keys/editor", code=2, secret=False).err
    )
    assert keys.digits(signer.key) in told.out
