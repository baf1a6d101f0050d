"""How alike two texts are, whoever posted them: told from small prints, where those are unsure from the texts.

Texts are compared as `words.fold` folds them, by their letters and digits alone: other punctuation, other spaces and
the other Chinese script are no difference. What is compared are the sets of their character 4-grams, by the share
that both have of what either has (Jaccard).
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

DIGEST_BYTES = 16
GRAM = 4
"""Characters a gram."""
ALIKE = 0.8
"""From this share of common grams on two texts are near duplicates."""
MIN_CHARACTERS = 200
"""A text of fewer letters and digits is never a near duplicate."""
MAX_CHARACTERS = 100_000
"""Of a longer text so many letters and digits from its beginning are compared: this bounds what a print costs."""
BINS, ROWS = 128, 4
"""So many minima a print holds; so many of them in a row must be equal for two texts to be compared at all: of texts
that are ALIKE one pair in twenty million is missed (32 rows of probability 0.8 ** 4)."""
SURE, UNLIKE = 0.93, 0.65
"""At least so many equal minima decide for, at most so many against: three standard errors off ALIKE and more."""

_FORMAT = f">{BINS}H"
_MIX = 0x9E3779B1
_EMPTY = 0xFFFF


@dataclass(frozen=True, slots=True)
class Print:
    """What is kept of a text: `text` is equal for equal texts, empty for none; `minima` is empty for a short one.

    The grams of a text are dealt into bins by their hashes; of each bin the smallest hash stands in `minima`, cut to
    16 bits (one-permutation MinHash: Li, Owen and Zhang, 2012).
    """

    text: bytes = b""
    minima: bytes = b""


def taken(folded: str) -> Print:
    """Take the print of a folded text."""
    whole = "".join(folded.split())
    if not whole:
        return Print()
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).digest()[:DIGEST_BYTES]
    letters = _letters(folded)
    return Print(digest, _minima(letters) if len(letters) >= MIN_CHARACTERS else b"")


def _letters(folded: str) -> str:
    return "".join(filter(str.isalnum, folded))[:MAX_CHARACTERS]


def _grams(letters: str) -> set[str]:
    return {letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1)}


def _minima(letters: str) -> bytes:
    """Hash every gram to 32 bits: the first 7 name its bin, of the smallest in a bin the next 16 are kept."""
    data, crc = letters.encode("utf-32-le", "surrogatepass"), zlib.crc32
    width = 4 * GRAM
    hashes = {crc(data[at : at + width]) * _MIX & 0xFFFFFFFF for at in range(0, len(data) - width + 1, 4)}
    rising = [*sorted(hashes), 1 << 32]
    smallest = (rising[bisect_left(rising, place << 25)] for place in range(BINS))
    kept = (one >> 9 & 0xFFFF if one >> 25 == place else _EMPTY for place, one in enumerate(smallest))
    return struct.pack(_FORMAT, *kept)


def rows(one: Print) -> Iterator[tuple[int, bytes]]:
    """Yield what a text must share with another one, at the same place, for the two to be compared."""
    width = 2 * ROWS
    for at in range(0, len(one.minima), width):
        yield at, one.minima[at : at + width]


def guess(one: Print, other: Print) -> bool | None:
    """Say from two prints whether their texts are near duplicates; None where only the texts can tell."""
    if one.text and one.text == other.text:
        return True
    if not (one.minima and other.minima):
        return False
    pairs = zip(struct.unpack(_FORMAT, one.minima), struct.unpack(_FORMAT, other.minima), strict=True)
    share = sum(mine == yours for mine, yours in pairs) / BINS
    return True if share >= SURE else False if share <= UNLIKE else None


def alike(one: str, other: str) -> bool:
    """Say whether two folded texts are near duplicates."""
    first, second = _letters(one), _letters(other)
    if min(len(first), len(second)) < MIN_CHARACTERS:
        return False
    mine, yours = _grams(first), _grams(second)
    return len(mine & yours) >= ALIKE * len(mine | yours)
