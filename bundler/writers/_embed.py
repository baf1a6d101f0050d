"""The fonts of a joined PDF: each face is cut once, to all the glyphs that some page uses, and embedded once.

Composite fonts with Identity-H and CIDs that are the font's own glyph ids (ISO 32000-1, section 9.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from bundler.writers._fonts import Face, Fonts
from bundler.writers._harfbuzz import Cut, is_cff, metrics
from bundler.writers._layout import Used

Place = tuple[str, int]
"""A face by its file and its place there."""
_BATCH = 100
"""Mappings a block of a CMap may hold (Adobe Technical Note 5014)."""
_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
{blocks}endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def union(uses: Iterable[Used]) -> dict[str, Used]:
    """Unite what groups of pages say of the same font, by resource name; the first text of a glyph stands."""
    found: dict[str, Used] = {}
    for use in uses:
        known = found.get(use.name)
        if known is None:
            found[use.name] = replace(use, widths=dict(use.widths), texts=dict(use.texts))
            continue
        known.widths.update(use.widths)
        for glyph, text in use.texts.items():
            known.texts.setdefault(glyph, text)
    return dict(sorted(found.items()))


def plain(face: Face, name: str, text: str) -> tuple[Used, dict[str, int]]:
    """Return a font for text that needs no shaping, such as numbers, and the glyph of each character it has."""
    measured = metrics(face.path, face.index, "".join(sorted(set(text))))
    texts = {glyph: character for character, glyph in measured.glyphs.items()}
    base = f"{face.family.replace(' ', '-')}{'-Bold' if face.bold else ''}"
    about = (face.family, face.bold, face.italic, 4, measured.ascent, measured.descent)
    return Used(name, f"{name:A<6.6}+{base}", *about, measured.widths, texts), measured.glyphs


def cuts(fonts: Fonts, uses: Mapping[str, Used]) -> tuple[Cut, ...]:
    """Return what to cut: every face once, with the glyphs that any font on it uses."""
    wanted: dict[Place, set[int]] = {}
    faces: dict[Place, Face] = {}
    for use in uses.values():
        face = _face(fonts, use)
        place = (face.path, face.index)
        faces[place] = face
        wanted.setdefault(place, set()).update(use.texts)
    return tuple(
        Cut(path, index, faces[path, index].digest, tuple(sorted(wanted[path, index])))
        for path, index in sorted(wanted, key=lambda place: (faces[place].digest, place[1]))
    )


def embed(pdf: Pdf, fonts: Fonts, uses: Mapping[str, Used], files: Mapping[Place, bytes]) -> Object:
    """Add the fonts to a PDF and return its font resources; `files` are the cut faces."""
    programs: dict[Place, Object] = {}
    resources = Dictionary()
    for name, use in uses.items():
        face = _face(fonts, use)
        place = (face.path, face.index)
        if place not in programs:
            programs[place] = pdf.make_indirect(_program(pdf, files[place], cff=is_cff(face.path)))
        resources[f"/{name}"] = pdf.make_indirect(_font(pdf, use, programs[place], cff=is_cff(face.path)))
    return pdf.make_indirect(resources)


def _face(fonts: Fonts, use: Used) -> Face:
    return fonts.face(use.family, bold=use.bold, italic=use.italic)


def _program(pdf: Pdf, data: bytes, *, cff: bool) -> Stream:
    stream = Stream(pdf, data)
    if cff:
        stream["/Subtype"] = Name.CIDFontType0C
    else:
        stream["/Length1"] = len(data)
    return stream


def _font(pdf: Pdf, use: Used, program: Object, *, cff: bool) -> Dictionary:
    base = Name(f"/{use.base}")
    widest = max(use.widths.values(), default=0)
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=base, FontFamily=String(use.family), Flags=use.flags,
        FontBBox=Array([0, use.descent, widest, use.ascent]), ItalicAngle=0, Ascent=use.ascent, Descent=use.descent,
        CapHeight=use.ascent, StemV=80,
    )  # fmt: skip
    descriptor["/FontFile3" if cff else "/FontFile2"] = program
    inner = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0 if cff else Name.CIDFontType2, BaseFont=base, W=_widths(use.widths),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
    )  # fmt: skip
    if not cff:
        inner["/CIDToGIDMap"] = Name.Identity
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=base, Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(inner)]), ToUnicode=Stream(pdf, _to_unicode(use.texts)),
    )  # fmt: skip


def _widths(widths: Mapping[int, int]) -> Array:
    """Return the widths as runs of neighbouring glyphs."""
    runs: list[tuple[int, list[int]]] = []
    for glyph in sorted(widths):
        if runs and glyph == runs[-1][0] + len(runs[-1][1]):
            runs[-1][1].append(widths[glyph])
        else:
            runs.append((glyph, [widths[glyph]]))
    return Array([part for first, run in runs for part in (first, Array(run))])


def _to_unicode(texts: Mapping[int, str]) -> bytes:
    lines = [f"<{glyph:04x}> <{texts[glyph].encode('utf-16-be').hex()}>" for glyph in sorted(texts)]
    return _CMAP.format(blocks="".join(_blocks(lines))).encode()


def _blocks(lines: list[str]) -> Iterator[str]:
    for start in range(0, len(lines), _BATCH):
        block = lines[start : start + _BATCH]
        yield f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n"
