"""A locked page shows neither its size nor what it is; any other header or body is refused by name, without a crash."""

from __future__ import annotations

import gzip
import hashlib
import json
import random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bundler.share.lock import _box

PAGE = "<!doctype html><html lang=zh-Hans><title>一周</title><p>渡口。</p></html>\n".encode()
WORDS = "0123 4567 8901 2345 6789"


def boxed(page: bytes, *, iterations: int = _box.FEWEST_ITERATIONS) -> _box.Box:
    return _box.closed(page, WORDS, salt=bytes(16), nonce=bytes(12), iterations=iterations)


def test_the_size_of_a_locked_page_tells_no_more_than_its_step():
    drawn = random.Random(1)
    sizes = [len(boxed(drawn.randbytes(count), iterations=1).body) for count in (0, 1, 30_000, 65_000, 66_000, 120_000)]
    step = _box.STEP_BYTES
    assert [size - 16 for size in sizes] == [step, step, step, step, 2 * step, 2 * step]


def test_the_fewest_iterations_open():
    assert _box.opened(boxed(PAGE), WORDS) == PAGE


@pytest.mark.parametrize(
    "changed",
    [
        {"format": "locked-pdf"}, {"version": 2}, {"version": "1"}, {"iterations": 599_999}, {"iterations": 10_000_001},
        {"iterations": "1000000"}, {"iterations": 1e6}, {"iterations": None}, {"salt": "00" * 15}, {"salt": "00" * 17},
        {"salt": "FF" * 16}, {"salt": 7}, {"salt": None}, {"nonce": "00" * 11}, {"nonce": "00" * 16},
        {"nonce": "zz" * 12}, {"nonce": []},
    ],
)  # fmt: skip
def test_a_header_of_any_other_kind_is_said_to_be_unknown(changed):
    whole = boxed(PAGE, iterations=1)
    said = {"iterations": _box.FEWEST_ITERATIONS}
    header = json.dumps(json.loads(whole.header) | said | changed).encode()
    assert unknown(header)


@pytest.mark.parametrize("header", [b"", b"{}", b"[]", b"7", b"null", b"\xff", b"[" * 100_000])
def test_whatever_is_no_header_is_said_to_be_unknown(header):
    assert unknown(header)


@pytest.mark.parametrize(
    "plain",
    [
        b"", bytes(8), (4).to_bytes(8, "big") + b"page", (20).to_bytes(8, "big") + gzip.compress(PAGE, mtime=0),
        b"\xff" * 8,
    ],
)  # fmt: skip
def test_a_body_that_holds_no_page_is_said_to_be_damaged(plain):
    """Only who knows the passphrase can have made it; no exception of a library comes of it all the same."""
    header = boxed(PAGE).header
    key = hashlib.pbkdf2_hmac("sha256", WORDS.encode(), bytes(16), _box.FEWEST_ITERATIONS)
    body = AESGCM(key).encrypt(bytes(12), plain, header)
    with pytest.raises(_box.NotOpenedError) as caught:
        _box.opened(_box.Box(header, body, hashlib.sha256(header + body).hexdigest()), WORDS)
    assert caught.value.fault == "damaged"


def unknown(header: bytes) -> bool:
    body = boxed(PAGE, iterations=1).body
    with pytest.raises(_box.NotOpenedError) as caught:
        _box.opened(_box.Box(header, body, hashlib.sha256(header + body).hexdigest()), WORDS)
    return caught.value.fault == "unknown"
