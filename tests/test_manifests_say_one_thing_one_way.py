"""A manifest has one form: what is not canonical is refused, unknown fields stay, the tree hash is a standard's."""

import datetime as dt
import hashlib
import json
from dataclasses import replace

import pytest
from parts import ROOT
from sealing import FOLLOWING, KEY, SEED

from bundler import merkle
from bundler.release import canonical, keys, manifest, minisign
from bundler.release.manifest import Articles, File, Manifest

VECTORS = ROOT / "tests/vectors"
LEAVES = [bytes.fromhex(one) for one in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]  # those that certificate transparency publishes for its test leaves
HASH = "ab" * 32
EXAMPLE = Manifest(
    "weekly", "2026-11-22b", 12, dt.date(2027, 2, 22), HASH, KEY, "editor", keys.announced(FOLLOWING), bytes(32),
    Articles(2, "articles.json", 311, HASH),
    (File("weekly-261122b.epub", "epub", "zh-Hans", "lite", 1, 1, 5120, HASH, HASH * 2),), "zh-Hans",
)  # fmt: skip


def test_the_tree_hash_is_that_of_certificate_transparency():
    assert [merkle.root(LEAVES[:count]).hex() for count in range(9)] == ROOTS


def test_a_manifest_comes_back_as_it_was():
    data = manifest.write(EXAMPLE)
    assert manifest.read(data) == EXAMPLE
    assert manifest.write(manifest.read(data)) == data
    told = replace(EXAMPLE, role="robot", keyset=HASH, title="一周文摘", provenance={"recipe": HASH, "archives": {}})
    assert manifest.read(manifest.write(told)) == told
    assert manifest.digest(data) == hashlib.sha256(data).hexdigest()
    assert EXAMPLE.comment == "bundler weekly 2026-11-22b number 12"
    assert EXAMPLE.date == dt.date(2026, 11, 22)


def test_fields_of_a_later_version_survive():
    value = json.loads(manifest.write(EXAMPLE))
    value["later"] = {"deep": [1, "二"]}
    value["files"][0] |= {"later": True, "rest": 1}
    value["articles"]["later"] = None
    data = canonical.write(value)
    assert manifest.write(manifest.read(data)) == data


@pytest.mark.parametrize("name", sorted(json.loads(manifest.write(EXAMPLE))))
def test_a_missing_or_strange_field_is_refused(name):
    value = json.loads(manifest.write(EXAMPLE))
    for strange in (..., {}, [1], "\n", -1, True):
        changed = {key: inner for key, inner in value.items() if key != name}
        if strange is not ...:
            changed[name] = strange
        with pytest.raises(ValueError, match=r"."):
            manifest.read(canonical.write(changed))


def test_a_manifest_is_an_object_and_no_list_of_pairs():
    """Python makes one of the other; a reader in another language would not."""
    pairs = sorted(json.loads(manifest.write(EXAMPLE)).items())
    with pytest.raises(ValueError, match=r"."):
        manifest.read(canonical.write([list(pair) for pair in pairs]))


@pytest.mark.parametrize("provenance", [None, "none", 1, [], [["recipe", HASH]]])
def test_provenance_is_an_object_where_it_stands(provenance):
    value = json.loads(manifest.write(EXAMPLE)) | {"provenance": provenance}
    with pytest.raises(ValueError, match=r"."):
        manifest.read(canonical.write(value))


@pytest.mark.parametrize("edition", ["2026-99-99b", "2026-11-22a", "2026-11-22bb", "20261122", "2026-W47-7"])
def test_an_edition_of_no_day_is_refused(edition):
    data = manifest.write(EXAMPLE).replace(b"2026-11-22b", edition.encode())
    with pytest.raises(ValueError, match=r"."):
        manifest.read(data)


@pytest.mark.parametrize("day", ["20270222", "2027-W08-1", "2027-02-30", "2027-02-22 "])
def test_a_day_has_one_form(day):
    data = manifest.write(EXAMPLE).replace(b"2027-02-22", day.encode())
    with pytest.raises(ValueError, match=r"."):
        manifest.read(data)


FILE = {
    "name": "../a.epub", "format": "EPUB 3", "language": "", "size": "lite!", "volume": 2, "volumes": 0, "bytes": -1,
    "sha256": "AB" * 32, "sha512": HASH,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FILE))
def test_a_strange_file_is_refused(name):
    for strange in (FILE[name], None, True, *([0] if name in ("volume", "volumes") else [])):
        value = json.loads(manifest.write(EXAMPLE))
        value["files"][0][name] = strange
        with pytest.raises(ValueError, match=r"."):
            manifest.read(canonical.write(value))


def test_numbers_begin_with_one():
    first = replace(EXAMPLE, number=1, previous=None, articles=replace(EXAMPLE.articles, count=0, bytes=0),
                    files=(replace(EXAMPLE.files[0], bytes=0),))  # fmt: skip
    assert manifest.read(manifest.write(first)) == first
    with pytest.raises(ValueError, match=r"."):
        manifest.read(manifest.write(replace(EXAMPLE, number=0)))


@pytest.mark.parametrize(
    "text",
    ['{"a": 1}', '{"b":1,"a":1}', '{"a":1,"a":1}', '{"a":1.0}',
     '{"a":1e3}', '{"a":NaN}', '{"a":"\\u4e8c"}', '{"a":1}\n', '{"a":9007199254740993}',
     "[" * 100_000, "", "\ufeff{}", '{"a":-0}', '"\\/"'],
)  # fmt: skip
def test_what_is_not_canonical_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        canonical.read(text.encode())


def test_whole_numbers_are_those_that_every_language_has():
    for number in (2**53, -(2**53), 0):
        assert canonical.read(canonical.write({"a": [number]})) == {"a": [number]}
    for number in (2**53 + 1, -(2**53) - 1):
        with pytest.raises(ValueError, match="not canonical"):
            canonical.read(canonical.write({"a": [number]}))


def test_a_manifest_that_is_too_large_is_neither_written_nor_read():
    many = tuple(
        File(f"weekly-261122-{n}.epub", "epub", "en", "lite", n, 300, 1, HASH, HASH * 2) for n in range(1, 301)
    )
    with pytest.raises(ValueError, match="at most 65536"):
        manifest.write(Manifest(*(getattr(EXAMPLE, name) for name in EXAMPLE.__slots__[:10]), many, "en"))
    with pytest.raises(ValueError, match="too large"):
        manifest.read(b" " * (manifest.MAX_BYTES + 1))


def test_a_manifest_of_just_64_kb_is_written_and_read():
    room = manifest.MAX_BYTES - len(manifest.write(EXAMPLE))
    full = replace(EXAMPLE, title="x" * room)
    assert len(manifest.write(full)) == manifest.MAX_BYTES
    assert manifest.read(manifest.write(full)) == full
    with pytest.raises(ValueError, match="at most 65536"):
        manifest.write(replace(full, title="x" * (room + 1)))


def test_names_of_files_cannot_leave_their_folder():
    for name in ("../x", "/x", "a/b", ".hidden", "a\\b", "a\n", "", "C:x", "x" * 65):
        value = json.loads(manifest.write(EXAMPLE))
        value["files"][0]["name"] = name
        with pytest.raises(ValueError, match=r"."):
            manifest.read(canonical.write(value))


def test_the_published_vectors_hold(accept):
    data = manifest.write(EXAMPLE)
    trees = [{"leaves": [leaf.hex() for leaf in LEAVES[:n]], "root": merkle.root(LEAVES[:n]).hex()} for n in range(9)]
    signature = minisign.sign(SEED, data, comment=EXAMPLE.comment, untrusted="signature of an edition")
    spaced = json.dumps(json.loads(data), sort_keys=True)
    manifests = {"key": KEY.hex(), "manifest": data.decode(), "signature": signature, "no manifests": [spaced, "{}"]}
    for name, value in (("trees.json", trees), ("manifests.json", manifests)):
        text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
        if accept:
            (VECTORS / name).write_text(text, encoding="utf-8")
        assert (VECTORS / name).read_text(encoding="utf-8") == text
    assert minisign.holds(signature, data, minisign.named(KEY))
