"""Bytes to the modules of a QR code at level M under one fixed mask (ISO/IEC 18004), as `qr` draws them.

The patterns that depend on the version alone are `qrcode`'s and drawn once. What depends on the data is done here with
whole numbers and one look-up a code, in a tenth of the time: byte mode, error correction, mask, placement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, zip_longest
from operator import itemgetter
from typing import Any

Matrix = tuple[tuple[bool, ...], ...]

MASK = 2
_BYTE_MODE = 4
_LONG_COUNT = 10
"""From this version on, the number of bytes takes 16 bits."""
_PADDING = b"\xec\x11"
_PRIMITIVE = 0x11D
"""x⁸ + x⁴ + x³ + x² + 1, by which bytes are multiplied (section 7.5.2)."""
_BITS = bytes(48) + b"\0\1" + bytes(206)


def symbol(data: bytes, version: int) -> Matrix:
    """Return the modules, dark is True, without quiet zone. ValueError where the bytes do not fit the version."""
    form = _form(version)
    codewords = b"".join(_interleaved(_message(data, version, form.room), form.blocks, form.correction))
    masked = int.from_bytes(codewords) ^ form.mask
    modules = form.place(form.blank + f"{masked:0{8 * len(codewords)}b}".encode().translate(_BITS))
    cells = tuple(map(bool, modules))
    return tuple(cells[at : at + form.side] for at in range(0, len(cells), form.side))


def grown(text: str) -> Matrix:
    """Return the modules of a text for which no version is set, in the smallest that holds it and the mode it allows.

    Raises ValueError where it fits none.
    """
    from qrcode.exceptions import DataOverflowError  # noqa: PLC0415 - 15 ms, and most commands draw no code

    code = _code(None)
    code.add_data(text, optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        message = f"{len(text.encode())} bytes do not fit a QR code"
        raise ValueError(message) from error
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())


def _code(version: int | None) -> Any:
    """Return an empty code of `qrcode`."""
    from qrcode import QRCode  # noqa: PLC0415 - as above
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415

    return QRCode(version, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)


# -- codewords ---------------------------------------------------------------------------------------------------


def _message(data: bytes, version: int, room: int) -> bytes:
    """Return the data's codewords: mode, count, bytes, terminator, padding (section 7.4)."""
    count = 16 if version >= _LONG_COUNT else 8
    size = (4 + count + 4) // 8 + len(data)
    if size > room:
        message = f"{len(data)} bytes do not fit version {version}"
        raise ValueError(message)
    head = _BYTE_MODE << count | len(data)
    said = (head << 8 * len(data) | int.from_bytes(data)) << 4
    return said.to_bytes(size) + (_PADDING * room)[: room - size]


def _interleaved(message: bytes, sizes: tuple[int, ...], correction: int) -> Iterator[bytes]:
    """Yield the data of all blocks, a byte of each in turn, then their corrections likewise (section 7.6)."""
    at, blocks = 0, []
    for size in sizes:
        blocks.append(message[at : at + size])
        at += size
    for column in chain(zip_longest(*blocks), zip(*(_remainder(block, correction) for block in blocks), strict=True)):
        yield bytes(byte for byte in column if byte is not None)


def _remainder(block: bytes, count: int) -> bytes:
    """Return the error correction of a block: what is left of it when divided by the generator (section 7.5.2)."""
    table, left = _multiples(count), 0
    top, rest = 8 * (count - 1), (1 << 8 * (count - 1)) - 1
    for byte in block:
        left = (left & rest) << 8 ^ table[left >> top ^ byte]
    return left.to_bytes(count)


@cache
def _multiples(count: int) -> tuple[int, ...]:
    """Return the generator of so many corrections times each byte, without its first coefficient, as numbers."""
    generator, root = [1], 1
    for _ in range(count):
        generator = [a ^ _times(b, root) for a, b in zip([*generator, 0], [0, *generator], strict=True)]
        root = _times(root, 2)
    return tuple(int.from_bytes(bytes(_times(byte, one) for one in generator[1:])) for byte in range(256))


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a, b = a << 1 ^ (_PRIMITIVE if a & 0x80 else 0), b >> 1
    return product


# -- placement ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Form:
    """All codes of one version: bytes of data in each block, of correction in each, and where modules come from.

    `blank` are the modules of a code whose codewords are zero before masking, row by row; `mask` its data's modules as
    a number; `place` picks every module from `blank` and the data's that follow it.
    """

    side: int
    blocks: tuple[int, ...]
    correction: int
    blank: bytes
    mask: int
    place: Callable[[bytes], tuple[int, ...]]

    @property
    def room(self) -> int:
        """Return how many bytes of data there are."""
        return sum(self.blocks)


@cache
def _form(version: int) -> _Form:
    from qrcode.base import rs_blocks  # noqa: PLC0415 - as above
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415

    blocks = rs_blocks(version, ERROR_CORRECT_M)
    total = sum(block.total_count for block in blocks)
    blank, full = (_drawn(version, bytes((shade,)) * total) for shade in (0, 255))
    side = len(blank)
    flat = bytes(chain.from_iterable(blank))
    order = [y * side + x for y, x in _way(side) if blank[y][x] != full[y][x]]
    sources = list(range(side * side))
    for number, at in enumerate(order):
        sources[at] = side * side + number
    return _Form(
        side=side,
        blocks=tuple(block.data_count for block in blocks),
        correction=blocks[0].total_count - blocks[0].data_count,
        blank=flat,
        mask=int("".join(str(flat[at]) for at in order), 2),
        place=itemgetter(*sources),
    )


def _drawn(version: int, codewords: bytes) -> list[list[bool]]:
    """Return a code that holds these codewords, whatever they mean, as `qrcode` draws it."""
    code = _code(version)
    code.data_cache = codewords
    code.makeImpl(test=False, mask_pattern=MASK)
    modules: list[list[bool]] = code.modules
    return modules


def _way(side: int) -> Iterator[tuple[int, int]]:
    """Yield rows and columns of modules as codewords fill them: two columns up, two down (section 7.7.3)."""
    rows = range(side - 1, -1, -1)
    for right in (*range(side - 1, 6, -2), *range(5, 0, -2)):
        yield from ((y, x) for y in rows for x in (right, right - 1))
        rows = rows[::-1]
