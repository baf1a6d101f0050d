"""The gate passes our PDF, and refuses it with the fault's name once any one thing in it is broken."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace

import bundles
import judging
import parts
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

from bundler import gate


@pytest.fixture(scope="module")
def whole() -> bytes:
    parts.require("pango")
    return bundles.written("pdf", bundles.sample())


@pytest.fixture(scope="module")
def wanted():
    return judging.expected(bundles.sample())


def changed(data: bytes, change, **saving) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(out, **saving)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "outside"), [("zh-Hans", "open"), ("fa", "plain")])
def test_a_good_file_passes(language, outside, tmp_path):
    parts.require("pango")
    bundle = bundles.sample(language, outside=outside)
    assert judging.codes_of("pdf", bundles.written("pdf", bundle), judging.expected(bundle), tmp_path) == set()


def link(**action):
    """Add a link with this action to the second page."""

    def change(pdf: Pdf) -> None:
        add_annotation(pdf, Subtype=Name.Link, A=Dictionary(**action))

    return change


def add_annotation(pdf: Pdf, **entries) -> None:
    page = pdf.pages[1].obj
    annotation = pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **entries))
    page.Annots = Array([*page.get("/Annots", ()), annotation])


def root(**entries):
    """Set entries of the catalog."""

    def change(pdf: Pdf) -> None:
        for key, value in entries.items():
            pdf.Root[f"/{key}"] = value

    return change


def action(kind: str, **entries) -> Dictionary:
    return Dictionary(S=Name(f"/{kind}"), **entries)


def stranded(pdf: Pdf) -> None:
    pdf.pages[1].AA = Dictionary(O=action("JavaScript", JS=String("app.alert(1)")))


def added(**entries):
    """Add a stream with these keys."""

    def change(pdf: Pdf) -> None:
        stream = Stream(pdf, b"")
        for key, value in entries.items():
            stream[f"/{key}"] = value
        pdf.Root.Extra = pdf.make_indirect(stream)

    return change


def embedded(pdf: Pdf) -> None:
    pdf.attachments["notes.txt"] = b"notes"


def bookmark_opens(pdf: Pdf) -> None:
    first = pdf.Root.Outlines.First
    del first[next(key for key in ("/Dest", "/A") if key in first)]
    first.A = action("URI", URI=String("https://mirror.example/"))


def bookmark_lost(pdf: Pdf) -> None:
    first = pdf.Root.Outlines.First
    first.Dest = String("nowhere")
    if "/A" in first:
        del first["/A"]


def destination_lost(pdf: Pdf) -> None:
    """Name a place that is on no page and to which no link leads."""
    name_array(pdf).extend([String("zzz"), Array([0, Name.Fit])])


def hidden(pdf: Pdf) -> None:
    """Put a program into the dictionary of a stream."""
    stream = Stream(pdf, b"")
    stream.Extra = action("JavaScript")
    pdf.Root.Extra = pdf.make_indirect(stream)


def endless_outline(pdf: Pdf) -> None:
    pdf.Root.Outlines.First.Next = pdf.Root.Outlines.First


def endless_names(pdf: Pdf) -> None:
    pdf.Root.Names.Dests = pdf.make_indirect(Dictionary(Names=Array([])))
    pdf.Root.Names.Dests.Kids = Array([pdf.Root.Names.Dests])


def deep(pdf: Pdf) -> None:
    """Hide a program deeper than anybody looks."""
    pdf.Root.Extra = pikepdf.Object.parse(b"[" * 120 + b"<</S/JavaScript/JS(x)>>" + b"]" * 120)


def repacked(packing):
    """Add a stream that is packed in a way in which nothing is searched."""

    def change(pdf: Pdf) -> None:
        stream = Stream(pdf, b"")
        stream.write(b"2f686f6d65>", filter=packing)
        pdf.Root.Extra = pdf.make_indirect(stream)

    return change


def without_pages(pdf: Pdf) -> None:
    while len(pdf.pages):
        del pdf.pages[0]


def without_a_page(pdf: Pdf) -> None:
    """Take out a page that a destination leads to."""
    target = name_array(pdf)[1][0].objgen
    del pdf.pages[next(number for number, page in enumerate(pdf.pages) if page.obj.objgen == target)]


def renamed(pdf: Pdf) -> None:
    names = name_array(pdf)
    at = next(n for n in range(0, len(names), 2) if len(str(names[n])) == 11)
    names[at] = String("a0")


def repeated(pdf: Pdf) -> None:
    names = name_array(pdf)
    at = next(n for n in range(0, len(names), 2) if len(str(names[n])) == 11)
    names.insert(at, names[at + 1])
    names.insert(at, names[at + 1])


def name_array(pdf: Pdf) -> Array:
    node = pdf.Root.Names.Dests
    while "/Names" not in node:
        node = node.Kids[0]
    return node.Names


def without_font_file(pdf: Pdf) -> None:
    for value in pdf.objects:
        if isinstance(value, Dictionary) and value.get("/Type") == "/FontDescriptor":
            for key in ("/FontFile2", "/FontFile3"):
                if key in value:
                    del value[key]
            return


def drawing(content: bytes):
    """Add to what the second page draws."""

    def change(pdf: Pdf) -> None:
        pdf.pages[1].contents_add(Stream(pdf, content))

    return change


def photographed(pdf: Pdf) -> None:
    exif = Image.Exif()
    exif[0x010F] = "CANARYCAMERA"
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    image = Stream(pdf, b"")
    image.write(out.getvalue(), filter=Name.DCTDecode)
    pdf.Root.Extra = pdf.make_indirect(image)


def covered(pdf: Pdf) -> None:
    """Draw white over every page."""
    for page in pdf.pages:
        page.contents_add(Stream(pdf, b"Q Q Q Q q 1 g 0 0 9999 9999 re f Q"))


def signed(**info):
    """Set entries of the information dictionary."""

    def change(pdf: Pdf) -> None:
        for key, value in info.items():
            pdf.docinfo[f"/{key}"] = value

    return change


def untyped(pdf: Pdf) -> None:
    """Let something else than a link lead to a page; what stands among annotations needs no type of its own."""
    add_annotation(pdf, Subtype=Name.Screen, Dest=Array([pdf.pages[0].obj, Name.Fit]))
    del pdf.pages[1].obj.Annots[-1].Type


def reckoned(pdf: Pdf) -> None:
    """Write each byte of a trace as the difference to the one before it."""
    trace = judging.SECRET.encode()
    row = bytes((1, *((byte - before) % 256 for byte, before in zip(trace, b"\0" + trace, strict=False))))
    stream = Stream(pdf, b"")
    stream.write(zlib.compress(row), filter=Name.FlateDecode, decode_parms=Dictionary(Predictor=15, Columns=len(trace)))
    assert stream.read_bytes() == trace
    pdf.Root.Extra = pdf.make_indirect(stream)


def described(time: str):
    """Say in the metadata when they were written."""

    def change(pdf: Pdf) -> None:
        said = f"<xmp:ModifyDate xmlns:xmp='http://ns.adobe.com/xap/1.0/'>{time}</xmp:ModifyDate></rdf:Description>"
        data = pdf.Root.Metadata.read_bytes().replace(b"</rdf:Description>", said.encode())
        pdf.Root.Metadata.write(data)

    return change


BROKEN = [
    *(("pdf-action", link(S=Name(f"/{kind}"))) for kind in (
        "GoToR", "GoToE", "GoToDp", "Launch", "Thread", "Sound", "Movie", "Hide", "Named", "SubmitForm", "ResetForm",
        "ImportData", "JavaScript", "SetOCGState", "Rendition", "Trans", "GoTo3DView", "RichMediaExecute",
    )),
    ("pdf-action", link(S=Name.URI, URI=String("https://x.example/"), Next=Dictionary())),
    ("pdf-action", link(S=Name.GoTo, D=Array([0]), Next=Dictionary())),
    ("pdf-action", root(OpenAction=action("URI", URI=String("https://x.example/")))),
    ("pdf-action", root(OpenAction=action("Named", N=Name.Print))),
    ("pdf-action", bookmark_opens),
    ("pdf-action", hidden),
    ("pdf-forbidden", stranded),
    ("pdf-forbidden", root(AcroForm=Dictionary(XFA=String("x")))),
    ("pdf-forbidden", root(URI=Dictionary(Base=String("https://x.example/")))),
    *(("pdf-forbidden", root(Extra=Dictionary({f"/{key}": Dictionary()}))) for key in (
        "JS", "JavaScript", "AA", "EmbeddedFiles", "EF", "AF", "XFA", "AcroForm", "Collection", "OPI", "PieceInfo",
        "RichMediaContent", "Requirements", "Perms", "Threads", "Encrypt",
    )),
    ("pdf-forbidden", root(Extra=Array([Array([Dictionary(JS=String("x"))])]))),
    ("pdf-forbidden", embedded),
    ("pdf-embedded", embedded),
    ("pdf-embedded", root(Extra=Dictionary(Type=Name.Filespec))),
    ("pdf-embedded", added(Type=Name.EmbeddedFile)),
    ("pdf-outside", added(F=String("other.bin"))),
    ("pdf-outside", added(FFilter=Name.FlateDecode)),
    ("pdf-outside", added(FDecodeParms=Dictionary())),
    ("pdf-outside", added(Ref=Dictionary())),
    ("pdf-deep", deep),
    ("pdf-packing", repacked(Name.JPXDecode)),
    ("pdf-packing", reckoned),
    ("pdf-packing", repacked(Array([Name.FlateDecode, Name.DCTDecode]))),
    ("pdf-annotation", lambda pdf: add_annotation(pdf, Subtype=Name.FileAttachment)),
    ("pdf-annotation", lambda pdf: add_annotation(pdf, Subtype=Name.Screen)),
    ("pdf-annotation", lambda pdf: add_annotation(pdf, Subtype=Name.Text)),
    ("pdf-annotation", untyped),
    ("file-address", link(S=Name.URI, URI=String("file:///a"))),
    ("link-forbidden", link(S=Name.URI, URI=String("javascript:alert(1)"))),
    ("link-forbidden", link(S=Name.URI, URI=String("page.html"))),
    ("link-broken", lambda pdf: add_annotation(pdf, Subtype=Name.Link, Dest=String("nowhere"))),
    ("link-broken", lambda pdf: add_annotation(pdf, Subtype=Name.Link)),
    ("link-broken", lambda pdf: add_annotation(pdf, Subtype=Name.Link, Dest=Array([]))),
    ("link-broken", link(S=Name.GoTo, D=String("nowhere"))),
    ("link-broken", bookmark_lost),
    ("link-broken", destination_lost),
    ("unreadable", endless_outline),
    ("unreadable", endless_names),
    ("link-broken", without_a_page),
    ("pages-missing", without_pages),
    ("article-missing", renamed),
    ("article-repeated", repeated),
    ("font-missing", without_font_file),
    ("glyph-missing", drawing(b"BT [<00050000>3<0006>] TJ ET")),
    ("glyph-missing", drawing(b"BT (\0\x05\0\0)Tj ET")),
    ("glyph-missing", drawing(b"BT [(\0\\()-3(\\000\0)]TJ ET")),
    ("local-time", signed(CreationDate="D:20261122080000+08'00'")),
    ("local-time", signed(ModDate="D:20261122080000-05'00'")),
    *(("local-time", root(Extra=Dictionary({f"/{key}": String("D:20261122080000+08'00'")}))) for key in (
        "CreationDate", "ModDate", "LastModified", "M",
    )),
    ("local-time", described("2026-11-22T08:00:00+08:00")),
    ("local-time", described("2026-11-22T08:00-05:00")),
    ("picture-metadata", photographed),
    ("trace", signed(Author=f"{judging.SECRET}/x")),
    ("trace", signed(Author="文档 canaryuser")),
    ("trace", drawing(f"% {judging.SECRET}".encode())),
    ("trace", link(S=Name.URI, URI=String(f"https://x.example/{judging.SECRET}"))),
    ("code-missing", covered),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("code", "breaking"), BROKEN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BROKEN)])
def test_a_broken_file_is_refused(code, breaking, whole, wanted, tmp_path):
    packed = pikepdf.ObjectStreamMode.generate
    assert code in judging.codes_of("pdf", changed(whole, breaking, object_stream_mode=packed), wanted, tmp_path)


def first_page(pdf: Pdf) -> Array:
    return Array([pdf.pages[0].obj, Name.Fit])


def named_by_dictionary(pdf: Pdf) -> None:
    name_array(pdf).extend([String("zzz"), Dictionary(D=first_page(pdf))])
    add_annotation(pdf, Subtype=Name.Link, Dest=String("zzz"))


@pytest.mark.parametrize(
    "leading",
    [lambda pdf: add_annotation(pdf, Subtype=Name.Link, Dest=first_page(pdf)),
     lambda pdf: link(S=Name.GoTo, D=first_page(pdf))(pdf), named_by_dictionary],
)  # fmt: skip
def test_a_link_may_lead_to_a_page_in_any_way(leading, whole, wanted, tmp_path):
    """It stands in no element of the structure, but it leads somewhere."""
    assert judging.codes_of("pdf", changed(whole, leading), wanted, tmp_path) <= {"ua-28-011", "ua-28-012"}


def test_a_font_that_is_drawn_glyph_by_glyph_needs_no_file(whole, wanted, tmp_path):
    drawn = changed(whole, root(Extra=Dictionary(Type=Name.Font, Subtype=Name.Type3)))
    assert judging.codes_of("pdf", drawn, wanted, tmp_path) == set()


def test_saving_again_changes_nothing(whole, wanted, tmp_path):
    """Else the test above would show what saving does."""
    packed = pikepdf.ObjectStreamMode.generate
    again = changed(whole, lambda _: None, object_stream_mode=packed)
    assert judging.codes_of("pdf", again, wanted, tmp_path) == set()


@pytest.mark.parametrize("time", ["2026-11-22T08:00:00Z", "2026-11-22T08:00:00+00:00", "2026-11-22"])
def test_a_time_that_tells_no_place_may_stand(time, whole, wanted, tmp_path):
    def change(pdf: Pdf) -> None:
        described(time)(pdf)
        signed(CreationDate="D:20261122080000Z", ModDate="D:20261122080000+00'00'")(pdf)

    assert judging.codes_of("pdf", changed(whole, change), wanted, tmp_path) == set()


def test_what_is_not_packed_is_looked_at_as_well(whole, wanted, tmp_path):
    plain = changed(whole, drawing(b"BT <00050000> Tj ET"), compress_streams=False)
    assert b"BT <00050000> Tj ET" in plain
    assert "glyph-missing" in judging.codes_of("pdf", plain, wanted, tmp_path)


def test_an_encrypted_file_is_refused(whole, wanted, tmp_path):
    locked = changed(whole, lambda _: None, encryption=pikepdf.Encryption(owner="a", user=""))
    assert "pdf-encrypted" in judging.codes_of("pdf", locked, wanted, tmp_path)


def test_whatever_is_no_document_is_refused_without_an_exception(whole, wanted, tmp_path):
    for data in (b"", b"%PDF-1.7", whole[: len(whole) // 2], b"\0" * 10_000):
        assert judging.codes_of("pdf", data, wanted, tmp_path)


def test_a_code_that_nobody_expects_is_refused(whole, wanted, tmp_path):
    fewer = replace(wanted, codes=dict(list(wanted.codes.items())[1:]))
    assert judging.codes_of("pdf", whole, fewer, tmp_path) == {"code-unexpected"}


def test_of_many_codes_a_stated_sample_is_decoded(whole, wanted, tmp_path, monkeypatch):
    assert gate.sampled("pdf", wanted) is None
    monkeypatch.setitem(gate.DECODED, "pdf", 5)
    total = sum(wanted.codes.values())
    assert gate.sampled("pdf", wanted).detail == f"5 of {total} codes in the PDF"
    assert gate.sampled("html", wanted) is None
    assert judging.codes_of("pdf", whole, wanted, tmp_path) == set()
    assert "code-missing" in judging.codes_of("pdf", changed(whole, covered), wanted, tmp_path)
    first = replace(wanted, codes={**wanted.codes, "about:first": 1})
    assert "code-missing" in judging.codes_of("pdf", whole, first, tmp_path)
