"""The fonts of a joined PDF: each face is cut once, to all the glyphs that some page uses, and embedded once.

Composite fonts with Identity-H and CIDs that are the font's own glyph ids (ISO 32000-1, section 9.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bundler.writers._file import File
from bundler.writers._fonts import Face, Fonts
from bundler.writers._harfbuzz import Cut, is_cff, metrics
from bundler.writers._laid import Used
from bundler.writers._syntax import text

Place = tuple[str, int]
"""A face by its file and its place there."""
_BATCH = 100
"""Mappings a block of a CMap may hold (Adobe Technical Note 5014)."""
_USUAL = 1000
"""The width of a glyph of which nothing is said: an em, as wide as Chinese is (DW, table 117)."""
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
    unite(found, uses)
    return dict(sorted(found.items()))


def unite(found: dict[str, Used], uses: Iterable[Used]) -> None:
    """Add to what is known of fonts what more pages say of them."""
    for use in uses:
        known = found.get(use.name)
        if known is None:
            found[use.name] = replace(use, widths=dict(use.widths), texts=dict(use.texts))
            continue
        known.widths.update(use.widths)
        for glyph, said in use.texts.items():
            known.texts.setdefault(glyph, said)


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


def embed(file: File, fonts: Fonts, uses: Mapping[str, Used], files: Mapping[Place, bytes]) -> bytes:
    """Add the fonts to a PDF and return its font resources; `files` are the cut faces."""
    programs: dict[Place, int] = {}
    resources = []
    for name, use in uses.items():
        face = _face(fonts, use)
        place = (face.path, face.index)
        cff = is_cff(face.path)
        if place not in programs:
            data = files[place]
            programs[place] = file.add_stream(data, b"/Subtype/CIDFontType0C" if cff else b"/Length1 %d" % len(data))
        resources.append(b"/%s %d 0 R" % (name.encode(), _font(file, use, programs[place], cff=cff)))
    return b"<<" + b"".join(resources) + b">>"


def _face(fonts: Fonts, use: Used) -> Face:
    return fonts.face(use.family, bold=use.bold, italic=use.italic)


def _font(file: File, use: Used, program: int, *, cff: bool) -> int:
    base = use.base.encode()
    widest = max(use.widths.values(), default=0)
    descriptor = file.add(
        b"<</Type/FontDescriptor/FontName/%s/FontFamily%s/Flags %d/FontBBox[0 %d %d %d]/ItalicAngle 0/Ascent %d"
        b"/Descent %d/CapHeight %d/StemV 80/%s %d 0 R>>"
        % (base, text(use.family), use.flags, use.descent, widest, use.ascent, use.ascent, use.descent, use.ascent,
           b"FontFile3" if cff else b"FontFile2", program)
    )  # fmt: skip
    inner = file.add(
        b"<</Type/Font/Subtype/%s/BaseFont/%s/W%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor %d 0 R%s>>"
        % (b"CIDFontType0" if cff else b"CIDFontType2", base, _widths(use.widths), descriptor,
           b"" if cff else b"/CIDToGIDMap/Identity")
    )  # fmt: skip
    texts = file.add_stream(_to_unicode(use.texts))
    return file.add(
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (base, inner, texts)
    )


def _widths(widths: Mapping[int, int]) -> bytes:
    """Return the widths (section 9.7.4.3): glyphs that follow one another are a run, those of 1000 need no word."""
    runs: list[tuple[int, list[int]]] = []
    for glyph in sorted(widths):
        if widths[glyph] == _USUAL:
            continue
        if runs and glyph == runs[-1][0] + len(runs[-1][1]):
            runs[-1][1].append(widths[glyph])
        else:
            runs.append((glyph, [widths[glyph]]))
    said = (f"{first}[{' '.join(map(str, run))}]" for first, run in runs)
    return f"[{' '.join(said)}]".encode()


def _to_unicode(texts: Mapping[int, str]) -> bytes:
    lines = [f"<{glyph:04x}> <{texts[glyph].encode('utf-16-be').hex()}>" for glyph in sorted(texts)]
    return _CMAP.format(blocks="".join(_blocks(lines))).encode()


def _blocks(lines: list[str]) -> Iterator[str]:
    for start in range(0, len(lines), _BATCH):
        block = lines[start : start + _BATCH]
        yield f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n"
