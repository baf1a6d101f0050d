"""HarfBuzz through its own library: what a font covers, how wide its glyphs are, and a font cut to what is used.

Glyph ids of a cut font stay what they were, so that pages laid out apart can share it: TrueType keeps empty places
(RETAIN_GIDS); a CID-keyed CFF font is renumbered inside, as PDF finds its glyphs by CID (ISO 32000-1, 9.7.4.2).
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

_LIBRARIES = (
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll"),
)
_VERSIONS = (
    (_LIBRARIES[0], "hb_version_string"),
    (("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"), "pango_version_string"),
    (("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"), "FcGetVersion"),
)
"""What shapes text and breaks lines, and what it is asked for."""
_NO_HINTING = 0x1
_RETAIN_GIDS = 0x2
_DROP_TABLES = 3
"""HB_SUBSET_SETS_DROP_TABLE_TAG."""
_USELESS = (
    b"BASE", b"DSIG", b"GDEF", b"GPOS", b"GSUB", b"JSTF", b"LTSH", b"PCLT", b"VORG", b"cmap", b"name", b"vhea", b"vmtx",
)  # fmt: skip
_INVALID = 0xFFFFFFFF
"""HB_SET_VALUE_INVALID: a walk begins here."""
_CFF = b"OTTO"
_P, _U, _I = ctypes.c_void_p, ctypes.c_uint, ctypes.c_int
_CORE: dict[str, tuple[Any, ...]] = {
    "hb_blob_create_from_file": (_P, ctypes.c_char_p),
    "hb_blob_destroy": (None, _P),
    "hb_blob_get_data": (_P, _P, _P),
    "hb_face_collect_unicodes": (None, _P, _P),
    "hb_face_create": (_P, _P, _U),
    "hb_face_destroy": (None, _P),
    "hb_face_get_upem": (_U, _P),
    "hb_face_reference_blob": (_P, _P),
    "hb_font_create": (_P, _P),
    "hb_font_destroy": (None, _P),
    "hb_font_get_glyph_h_advance": (_I, _P, _U),
    "hb_font_get_h_extents": (_I, _P, _P),
    "hb_font_get_nominal_glyph": (_I, _P, _U, _P),
    "hb_set_add": (None, _P, _U),
    "hb_set_create": (_P,),
    "hb_set_destroy": (None, _P),
    "hb_set_next_range": (_I, _P, _P, _P),
}
_SUBSET: dict[str, tuple[Any, ...]] = {
    "hb_subset_input_create_or_fail": (_P,),
    "hb_subset_input_destroy": (None, _P),
    "hb_subset_input_glyph_set": (_P, _P),
    "hb_subset_input_set": (_P, _P, _I),
    "hb_subset_input_set_flags": (None, _P, _U),
    "hb_subset_or_fail": (_P, _P, _P),
}
"""What is called: the result, then the arguments."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Which glyphs of which face; the path is where the file with this digest lies."""

    path: str
    index: int
    digest: str
    glyphs: tuple[int, ...]

    @property
    def key(self) -> bytes:
        """Return all that the result depends on."""
        return f"{self.digest}#{self.index} {','.join(map(str, self.glyphs))} ".encode() + versions()


@dataclass(frozen=True, slots=True)
class Metrics:
    """Glyphs by character, widths by glyph, height above and depth below the line, in thousandths of an em."""

    glyphs: dict[str, int]
    widths: dict[int, int]
    ascent: int
    descent: int


def cut(job: Cut) -> bytes:
    """Return the font with the glyphs of the job: a TrueType file, or a bare CFF table. OSError where that fails."""
    core, subset = libraries()
    wanted = subset.hb_subset_input_create_or_fail()
    _fill(core, subset.hb_subset_input_glyph_set(wanted), job.glyphs)
    _fill(core, subset.hb_subset_input_set(wanted, _DROP_TABLES), (int.from_bytes(tag, "big") for tag in _USELESS))
    subset.hb_subset_input_set_flags(wanted, _NO_HINTING | (0 if is_cff(job.path) else _RETAIN_GIDS))
    with _face(job.path, job.index) as face:
        made = subset.hb_subset_or_fail(face, wanted)
        data = _bytes(core, made) if made else b""
        core.hb_face_destroy(made)
    subset.hb_subset_input_destroy(wanted)
    if not data:
        message = f"HarfBuzz cannot cut a font of {len(job.glyphs)} glyphs"
        raise OSError(message)
    return _table(data, b"CFF ") if data[:4] == _CFF else data


def covered(path: str, index: int) -> frozenset[int]:
    """Return the code points that a face has glyphs for."""
    core, _ = libraries()
    found: set[int] = set()
    first, last = ctypes.c_uint(_INVALID), ctypes.c_uint(_INVALID)
    with _face(path, index) as face:
        held = core.hb_set_create()
        core.hb_face_collect_unicodes(face, held)
        while core.hb_set_next_range(held, ctypes.byref(first), ctypes.byref(last)):
            found.update(range(first.value, last.value + 1))
        core.hb_set_destroy(held)
    return frozenset(found)


def metrics(path: str, index: int, characters: str) -> Metrics:
    """Measure characters that need no shaping; those that the face does not have are left out."""
    core, _ = libraries()
    glyphs: dict[str, int] = {}
    glyph, extents = ctypes.c_uint(), (ctypes.c_int * 12)()
    with _face(path, index) as face:
        scale = 1000 / core.hb_face_get_upem(face)
        font = core.hb_font_create(face)
        for character in characters:
            if core.hb_font_get_nominal_glyph(font, ord(character), ctypes.byref(glyph)):
                glyphs[character] = glyph.value
        widths = {one: round(core.hb_font_get_glyph_h_advance(font, one) * scale) for one in glyphs.values()}
        core.hb_font_get_h_extents(font, ctypes.byref(extents))
        core.hb_font_destroy(font)
    return Metrics(glyphs, widths, round(extents[0] * scale), round(extents[1] * scale))


@contextmanager
def _face(path: str, index: int) -> Iterator[int]:
    core, _ = libraries()
    blob = core.hb_blob_create_from_file(path.encode())
    face = core.hb_face_create(blob, index)
    try:
        yield face
    finally:
        core.hb_face_destroy(face)
        core.hb_blob_destroy(blob)


def _fill(core: ctypes.CDLL, held: int, values: Iterable[int]) -> None:
    for value in values:
        core.hb_set_add(held, value)


@cache
def is_cff(path: str) -> bool:
    """Say whether a font file, or the first face of a collection, has PostScript outlines."""
    with open(path, "rb") as file:  # noqa: PTH123 - four bytes
        head = file.read(16)
        if head[:4] == b"ttcf":
            file.seek(struct.unpack(">L", head[12:16])[0])
            head = file.read(4)
    return head[:4] == _CFF


def _bytes(core: ctypes.CDLL, face: int) -> bytes:
    blob = core.hb_face_reference_blob(face)
    length = ctypes.c_uint()
    data = core.hb_blob_get_data(blob, ctypes.byref(length))
    copied = ctypes.string_at(data, length.value) if data else b""
    core.hb_blob_destroy(blob)
    return copied


def _table(font: bytes, tag: bytes) -> bytes:
    """Return one table of a font file (OpenType 1.9, table directory)."""
    for at in range(12, 12 + 16 * int.from_bytes(font[4:6], "big"), 16):
        if font[at : at + 4] == tag:
            start, length = struct.unpack(">LL", font[at + 8 : at + 16])
            return font[start : start + length]
    message = f"no table {tag!r}"
    raise OSError(message)


@cache
def libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    """Open HarfBuzz and its subsetter and declare what is called in them. OSError where they are missing."""
    core, subset = (load(names) for names in _LIBRARIES)
    for library, signatures in ((core, _CORE), (subset, _SUBSET)):
        for name, (result, *arguments) in signatures.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    return core, subset


@cache
def versions() -> bytes:
    """Name the libraries that set type, so that nothing laid out by others is used. OSError where one is missing."""
    said = []
    for names, function in _VERSIONS:
        asked = getattr(load(names), function)
        asked.restype = ctypes.c_char_p if function.endswith("_string") else ctypes.c_int
        said.append(f"{function}={asked()!r}")
    return " ".join(said).encode()


def load(names: tuple[str, ...]) -> ctypes.CDLL:
    """Open a library by the first of its names that is found. OSError where none is."""
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise OSError(names[0])
