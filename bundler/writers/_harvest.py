"""What WeasyPrint made, taken out of its document before it writes it: contents, links, structure, pictures.

A structure element that says nothing (`Span`, `NonStruct`) gives its content to the one it stands in.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bundler.writers._heads import POINTS, Anchors, Heads
from bundler.writers._laid import LOCAL, STREAM, Page, Stream, Tap
from bundler.writers._slim import Pen, Widths, balanced
from bundler.writers._syntax import array, number, text
from bundler.writers._tagged import rejoined, spoken

_REFERENCE = re.compile(rb"(\d+) 0 R")
_SILENT = ("/Span", "/NonStruct")
_OWN = ("S", "P", "K", "Pg", "Type")
_NO_LINE = "/Border[0 0 0]"
"""What a link says of its frame, in the older of two ways, which every viewer knows (table 164)."""


@dataclass(slots=True)
class Crop:
    """What is taken: as `_laid.Head` and `_laid.Laid` name it."""

    pages: list[Page] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    streams: list[Stream] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    objects: list[bytes] = field(default_factory=list)
    top: tuple[int, ...] = ()
    count: int = 0
    cells: dict[str, int] = field(default_factory=dict)
    resources: str = ""


def harvest(
    pdf: Any, widths: Widths, anchors: Anchors, heads: Heads | None, drawn: Mapping[int, bytes] | None = None
) -> Crop:
    """Take everything out of a PDF of pydyf; the last page is the running heads', if there are any.

    `drawn` are artifacts that pages have besides.
    """
    crop = _Harvest(pdf, widths, anchors, heads, drawn or {}).crop()
    for item in pdf.objects:
        if isinstance(getattr(item, "stream", None), list):
            item.stream, item.extra = [], {}
    return crop


class _Harvest:
    """One PDF of pydyf while it is taken apart."""

    def __init__(
        self, pdf: Any, widths: Widths, anchors: Anchors, heads: Heads | None, drawn: Mapping[int, bytes]
    ) -> None:
        self._pdf = pdf
        self._widths = widths
        self._anchors = anchors
        self._heads = heads
        self._artifacts = drawn
        pages = [pdf.objects[place] for place in pdf.pages["Kids"][::3]]
        self._pages = pages[:-1] if heads else pages
        self._last = pages[-1]
        self._root = self._at(pdf.catalog["StructTreeRoot"])
        self._numbers: dict[bytes, int] = {page.reference: at for at, page in enumerate(self._pages, 1)}
        self._streams: dict[int, int] = {}
        self._crop = Crop()
        rejoined(pdf.objects)
        spoken(pdf.objects, self._at(self._root["K"][0]), pdf.catalog["Lang"].string)
        self._embody()

    def crop(self) -> Crop:
        owners = self._owners()
        pens = [self._drawn(page, owners[at]) for at, page in enumerate(self._pages)]
        self._renumber(pens)
        taps = [self._taps(page, owners) for page in self._pages]
        for tap in (tap for page in taps for tap in page):
            self._numbers.setdefault(tap.reference, len(self._numbers) + 1)
        roots = self._roots()
        elements = list(self._below(roots))
        for element in elements:
            self._numbers[element.reference] = len(self._numbers) + 1
        self._crop.top = tuple(self._numbers[element.reference] for element in roots)
        self._write(pens, taps, owners, elements)
        return self._crop

    def _at(self, reference: bytes) -> Any:
        return self._pdf.objects[int(reference.split()[0])]

    # -- marks and elements --------------------------------------------------------------------------------------

    def _embody(self) -> None:
        """Give what stands in a list's item by itself a body: nothing else may stand there (table 336)."""
        for item in [one for one in self._pdf.objects if _is_element(one) and one["S"] == "/LI"]:
            bare = [kid for kid in item["K"] if self._at(kid).get("S") not in ("/Lbl", "/LBody")]
            if not bare:
                continue
            entries = {"S": "/LBody", "P": item.reference, "Pg": item["Pg"], "K": type(item["K"])(bare)}
            body = type(item)(entries)
            self._pdf.add_object(body)
            place = item["K"].index(bare[0])
            item["K"][:] = [kid for kid in item["K"] if kid not in bare]
            item["K"].insert(place, body.reference)
            for kid in bare:
                self._at(kid)["P"] = body.reference

    def _owners(self) -> dict[int, Any]:
        """Return the parent tree (section 14.7.4.4), without the elements that say nothing."""
        nums = self._at(self._root["ParentTree"])["Nums"]
        held = {nums[at]: nums[at + 1] for at in range(0, len(nums), 2)}
        given = self._dissolved()
        return {
            key: [_final(one, given) for one in value] if isinstance(value, list) else _final(value, given)
            for key, value in held.items()
        }

    def _dissolved(self) -> dict[bytes, bytes]:
        """Give what silent elements hold to their parents; return the heir of each."""
        given: dict[bytes, bytes] = {}
        for element in reversed(self._pdf.objects):
            if not _is_silent(element):
                continue
            parent = self._at(element["P"])
            if parent.get("Pg") != element["Pg"] or element.reference not in parent["K"]:
                continue
            place = parent["K"].index(element.reference)
            parent["K"][place : place + 1] = element["K"]
            for kid in element["K"]:
                if isinstance(kid, bytes) and "P" in (inner := self._at(kid)):
                    inner["P"] = parent.reference
            given[element.reference] = parent.reference
            element.clear()
        return given

    def _drawn(self, page: Any, owners: list[bytes]) -> Pen:
        pen = Pen(owners, self._widths)
        pen.take(self._at(page["Contents"]).stream)
        return pen

    def _renumber(self, pens: list[Pen]) -> None:
        """Put the new marks into the elements that the old ones stood in."""
        places = {page.reference: pen for page, pen in zip(self._pages, pens, strict=True)}
        for element in self._pdf.objects:
            if _is_element(element) and element.get("Pg") in places:
                pen = places[element["Pg"]]
                new = (pen.renumbered.get(kid, ()) if isinstance(kid, int) else (kid,) for kid in element["K"])
                element["K"][:] = dict.fromkeys(one for ones in new for one in ones)

    def _roots(self) -> list[Any]:
        """Return the elements right below the document, but empty ones and the running heads'."""
        kept = {page.reference for page in self._pages}
        below = (self._at(kid) for kid in self._at(self._root["K"][0])["K"])
        return [element for element in below if element.get("Pg") in kept and element["K"]]

    def _below(self, roots: list[Any]) -> Iterator[Any]:
        """Yield elements, each before its children."""
        waiting = roots[::-1]
        while waiting:
            element = waiting.pop()
            yield element
            kids = (self._at(kid) for kid in reversed(element["K"]) if isinstance(kid, bytes))
            waiting += [kid for kid in kids if "S" in kid]

    # -- links ---------------------------------------------------------------------------------------------------

    def _taps(self, page: Any, owners: dict[int, Any]) -> list[Any]:
        """Return the annotations of links; WeasyPrint makes one more of every element inside a link."""
        kept = []
        for reference in page.get("Annots", ()):
            annotation = self._at(reference)
            owner = self._at(owners[annotation["StructParent"]])
            if owner.get("S") == "/Link":
                kept.append(annotation)
            else:
                owner["K"][:] = [kid for kid in owner["K"] if not self._points_at(kid, reference)]
        return kept

    def _points_at(self, kid: Any, reference: bytes) -> bool:
        return isinstance(kid, bytes) and self._at(kid).get("Obj") == reference

    def _tap(self, annotation: Any, owners: dict[int, Any]) -> Tap:
        address = annotation["A"]["URI"].string if "A" in annotation else annotation["Dest"].string
        rest = {key: value for key, value in annotation.items() if key in ("Type", "Subtype", "Rect")}
        inner = b"".join(b"/%s%s" % (key.encode(), self._value(value)) for key, value in rest.items()).decode()
        owner = self._numbers[owners[annotation["StructParent"]]]
        inside = "" if "A" in annotation else "#"
        return Tap(self._numbers[annotation.reference], owner, inside + address, inner + _NO_LINE)

    # -- writing -------------------------------------------------------------------------------------------------

    def _write(self, pens: list[Pen], taps: list[list[Any]], owners: dict[int, Any], elements: list[Any]) -> None:
        crop = self._crop
        crop.resources = self._resources(self._at(self._last["Resources"])).decode("latin-1")
        heads = self._running()
        self._say_where(elements)
        for at, (page, pen) in enumerate(zip(self._pages, pens, strict=True)):
            more = [one for one in (self._artifacts.get(at), heads.get(at)) if one]
            content = b"\n".join((b"q", *balanced(pen.said), b"Q", *more)) + b"\n"
            packed = _begun(content)
            marks = tuple(self._numbers[owner] for owner in pen.marks)
            links = tuple(self._tap(annotation, owners) for annotation in taps[at])
            _, _, width, height = map(float, page["MediaBox"])
            crop.pages.append(Page(width, height, len(packed), zlib.adler32(content), marks, links))
            crop.contents.append(packed)
        crop.objects = [self._element(element) for element in elements]
        crop.count = len(self._numbers)

    def _say_where(self, elements: list[Any]) -> None:
        """Name cells and notes as no other group does; measure pictures as the page is measured (section 14.8.5.4)."""
        heights = {page.reference: float(page["MediaBox"][3]) for page in self._pages}
        for element in elements:
            if "ID" in element:
                name = f"{self._heads.articles[0] if self._heads else ''}-{element['ID'].string}"
                while name in self._crop.cells:  # no two elements have one name (section 14.7.2)
                    name += "+"
                element["ID"].string = name
                self._crop.cells[name] = self._numbers[element.reference]
            if element["S"] == "/Figure":
                left, upper, right, lower = (side * POINTS for side in element["A"]["BBox"])
                height = heights[element["Pg"]]
                element["A"]["BBox"][:] = left, height - lower, right, height - upper

    def _running(self) -> dict[int, bytes]:
        if self._heads is None:
            return {}
        operators, height = self._at(self._last["Contents"]).stream, float(self._last["MediaBox"][3])
        return self._heads.drawn(operators, height, self._anchors, len(self._pages))

    def _element(self, element: Any) -> bytes:
        said = [b"<</S%s/P%s" % (element["S"].encode(), self._local(element["P"]))]
        if any(isinstance(kid, int) for kid in element["K"]):
            said.append(b"/Pg" + self._local(element["Pg"]))
        said.append(b"/K" + array([self._kid(kid) for kid in element["K"]]))
        said += [b"/%s%s" % (key.encode(), _parted(self._value(element[key]))) for key in element if key not in _OWN]
        return b"".join(said) + b">>"

    def _kid(self, kid: Any) -> bytes:
        if isinstance(kid, int):
            return b"%d" % kid
        inner = self._at(kid)
        if "S" in inner:
            return self._local(kid)
        return b"<</Type/OBJR/Obj%s/Pg%s>>" % (self._local(inner["Obj"]), self._local(inner["Pg"]))

    def _local(self, reference: bytes) -> bytes:
        return LOCAL + b"%d" % self._numbers.get(reference, 0)

    def _resources(self, resources: Any) -> bytes:
        """Return what pages draw with beside fonts: an opacity of 1 and WeasyPrint's colour spaces are not used."""
        kept = {}
        for kind, things in sorted(resources.items()):
            if kind in ("Font", "ColorSpace") or not isinstance(things, dict):
                continue
            used = {name: one for name, one in sorted(things.items()) if name not in ("a1", "a1.0", "A1", "A1.0")}
            if used:
                kept[kind] = used
        return self._value(kept)[2:-2]

    def _stream(self, item: Any) -> bytes:
        """Keep a stream and what it refers to; return its place-holder."""
        if item.number not in self._streams:
            extra = {key: value for key, value in item.extra.items() if key not in ("Length", "Filter", "Resources")}
            about = b"".join(b"/%s%s" % (k.encode(), _parted(self._value(v))) for k, v in sorted(extra.items()))
            data = b"\n".join(map(_bytes, item.stream))
            if "Filter" in item.extra:
                about += b"/Filter" + self._value(item.extra["Filter"])
            else:
                data, about = zlib.compress(data, 9), about + b"/Filter/FlateDecode"
            self._crop.streams.append(Stream(about.decode("latin-1"), len(data)))
            self._crop.data.append(data)
            self._streams[item.number] = len(self._crop.streams) - 1
        return STREAM + b"%d" % self._streams[item.number]

    def _value(self, value: Any) -> bytes:
        match value:
            case bytes() if _REFERENCE.fullmatch(value):
                item = self._at(value)
                return self._stream(item) if hasattr(item, "stream") else self._value(item)
            case dict():
                pairs = (b"/%s%s" % (key.encode(), _parted(self._value(one))) for key, one in value.items())
                return b"<<" + b"".join(pairs) + b">>"
            case list() | tuple():
                return array([self._value(one) for one in value])
            case int() | float():
                return number(value, 3)
            case _ if hasattr(value, "string"):
                return text(value.string)
            case _:
                return value if isinstance(value, bytes) else str(value).encode()


def _bytes(part: Any) -> bytes:
    return part if isinstance(part, bytes) else getattr(part, "data", None) or str(part).encode()


def _parted(value: bytes) -> bytes:
    """Put a space before a value that would run into its key."""
    return value if value[:1] in b"/[(<" else b" " + value


def _is_element(item: Any) -> bool:
    return isinstance(item, dict) and "S" in item and "K" in item


def _is_silent(element: Any) -> bool:
    return isinstance(element, dict) and element.get("S") in _SILENT and not set(element) - set(_OWN)


def _final(reference: bytes, given: dict[bytes, bytes]) -> bytes:
    while reference in given:
        reference = given[reference]
    return reference


def _begun(content: bytes) -> bytes:
    """Pack a content that something will be added to: raw deflate that ends on a byte, and is not the last of it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush(zlib.Z_SYNC_FLUSH)
