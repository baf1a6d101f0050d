"""Cut a font down to the glyphs a document uses, through HarfBuzz's own library.

Glyph ids stay what they were, so that pages laid out apart can share one font: TrueType keeps empty places
(RETAIN_GIDS); a CID-keyed CFF font is renumbered inside, as PDF finds its glyphs by CID (ISO 32000-1, 9.7.4.2).
"""

from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass
from functools import cache

_LIBRARIES = (
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll"),
)
_NO_HINTING = 0x1
_RETAIN_GIDS = 0x2
_DROP_TABLES = 3
"""HB_SUBSET_SETS_DROP_TABLE_TAG."""
_USELESS = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "VORG", "cmap", "name", "vhea", "vmtx")
_CFF = b"OTTO"


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
        return f"{self.digest}#{self.index} {','.join(map(str, self.glyphs))}".encode()


def cut(job: Cut) -> bytes:
    """Return the font with the glyphs of the job: a TrueType file, or a bare CFF table. OSError where that fails."""
    core, subset = libraries()
    blob = core.hb_blob_create_from_file(job.path.encode())
    face = core.hb_face_create(blob, job.index)
    wanted = subset.hb_subset_input_create_or_fail()
    glyphs = subset.hb_subset_input_glyph_set(wanted)
    for glyph in job.glyphs:
        core.hb_set_add(glyphs, glyph)
    drop = subset.hb_subset_input_set(wanted, _DROP_TABLES)
    for tag in _USELESS:
        core.hb_set_add(drop, int.from_bytes(tag.encode(), "big"))
    subset.hb_subset_input_set_flags(wanted, _NO_HINTING | (0 if is_cff(job.path) else _RETAIN_GIDS))
    made = subset.hb_subset_or_fail(face, wanted)
    data = _bytes(core, made) if made else b""
    for handle, destroy in ((made, core.hb_face_destroy), (face, core.hb_face_destroy), (blob, core.hb_blob_destroy)):
        if handle:
            destroy(handle)
    subset.hb_subset_input_destroy(wanted)
    if not data:
        message = f"HarfBuzz cannot cut a font of {len(job.glyphs)} glyphs"
        raise OSError(message)
    return _table(data, b"CFF ") if data[:4] == _CFF else data


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
    pointer = ctypes.c_void_p
    for library, name, result, arguments in (
        (core, "hb_blob_create_from_file", pointer, [ctypes.c_char_p]),
        (core, "hb_face_create", pointer, [pointer, ctypes.c_uint]),
        (core, "hb_face_reference_blob", pointer, [pointer]),
        (core, "hb_face_destroy", None, [pointer]),
        (core, "hb_blob_get_data", pointer, [pointer, ctypes.POINTER(ctypes.c_uint)]),
        (core, "hb_blob_destroy", None, [pointer]),
        (core, "hb_set_add", None, [pointer, ctypes.c_uint]),
        (subset, "hb_subset_input_create_or_fail", pointer, []),
        (subset, "hb_subset_input_glyph_set", pointer, [pointer]),
        (subset, "hb_subset_input_set", pointer, [pointer, ctypes.c_int]),
        (subset, "hb_subset_input_set_flags", None, [pointer, ctypes.c_uint]),
        (subset, "hb_subset_or_fail", pointer, [pointer, pointer]),
        (subset, "hb_subset_input_destroy", None, [pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return core, subset


def load(names: tuple[str, ...]) -> ctypes.CDLL:
    """Open a library by the first of its names that is found. OSError where none is."""
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise OSError(names[0])
