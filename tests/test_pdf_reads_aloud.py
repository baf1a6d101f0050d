"""PDF files are what PDF/UA-1 asks: each condition of the Matterhorn Protocol is found in a file broken on purpose."""

import io

import bundles
import judging
import parts
import pikepdf
import printing
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from printing import elements

from bundler import theme
from bundler.gate._ua import ua_faults


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango")


def codes(data, change=lambda _: None):
    """Break a file, save it and say by which conditions it is refused."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(out, fix_metadata_version=False)
    with pikepdf.open(out) as pdf:
        return {fault.code.removeprefix("ua-") for fault in ua_faults(pdf)}


def root(**entries):
    def change(pdf):
        for key, value in entries.items():
            pdf.Root[f"/{key}"] = value

    return change


def without(*path):
    """Take an entry out of the catalog, found by its path."""

    def change(pdf):
        node = pdf.Root
        for key in path[:-1]:
            node = node[f"/{key}"]
        del node[f"/{path[-1]}"]

    return change


def xmp(old, new):
    def change(pdf):
        pdf.Root.Metadata = Stream(pdf, pdf.Root.Metadata.read_bytes().replace(old, new))

    return change


def becomes(kind, other, which=0):
    """Give an element another type."""

    def change(pdf):
        elements(pdf, kind)[which].S = Name(f"/{other}")

    return change


def loses(kind, key, which=0):
    def change(pdf):
        del elements(pdf, kind)[which][f"/{key}"]

    return change


def gains(kind, **entries):
    def change(pdf):
        for key, value in entries.items():
            elements(pdf, kind)[0][f"/{key}"] = value

    return change


def inside(kind, child, **entries):
    """Put a new element of this type into another one."""

    def change(pdf):
        parent = elements(pdf, kind)[-1]
        new = pdf.make_indirect(Dictionary(S=Name(f"/{child}"), P=parent, K=Array(), **entries))
        parent.K = Array([*parent.K, new])

    return change


def drawn(content):
    """Add something to what the fifth page draws."""

    def change(pdf):
        pdf.pages[4].contents_add(Stream(pdf, content))

    return change


def links(**entries):
    """Change the first link; None takes an entry away."""

    def change(pdf):
        link = next(page.obj.Annots[0] for page in pdf.pages if "/Annots" in page.obj)
        for key, value in entries.items():
            if value is None:
                del link[f"/{key}"]
            else:
                link[f"/{key}"] = value

    return change


def annotated(kind, **entries):
    """Add an annotation of this type to the fifth page, in no element."""

    def change(pdf):
        page = pdf.pages[4].obj
        new = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([0] * 4), **entries))
        page.Annots = Array([*page.get("/Annots", ()), new])

    return change


def of_linked_pages(key, value):
    def change(pdf):
        for page in pdf.pages:
            if value is None:
                del page.obj[key]
            else:
                page.obj[key] = value

    return change


def font(key, value, inner=False):
    """Change an entry of the first font, or of its descendant; None takes it away."""

    def change(pdf):
        found = next(iter(pdf.pages[4].Resources.Font.values()))
        found = (
            next(f for f in pdf.pages[4].Resources.Font.values() if f.DescendantFonts[0].Subtype == "/CIDFontType2")
            if inner
            else found
        )
        found = found.DescendantFonts[0] if inner else found
        if value is None:
            del found[key]
        else:
            found[key] = Stream(pdf, value) if isinstance(value, bytes) else value

    return change


def fontless(pdf):
    descriptor = next(iter(pdf.pages[4].Resources.Font.values())).DescendantFonts[0].FontDescriptor
    for key in ("/FontFile2", "/FontFile3"):
        if key in descriptor:
            del descriptor[key]


def form(count, content=b"/Span<</MCID 0>>BDC EMC", **entries):
    """Let pages draw one form."""

    def change(pdf):
        stream = Stream(pdf, content)
        made = pdf.make_indirect(stream)
        made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, Array([0, 0, 1, 1])
        for key, value in entries.items():
            made[f"/{key}"] = value
        for page in list(pdf.pages)[4 : 4 + count]:
            own = Dictionary(page.obj.Resources)
            own.XObject = Dictionary(Fm=made)
            page.obj.Resources = own

    return change


def unmarked(pdf):
    """Let the parent tree forget a page's marks."""
    nums = pdf.Root.StructTreeRoot.ParentTree.Nums
    nums[1] = Array([*list(nums[1])[::-1], nums[1][0]])


def stray(pdf):
    """Take an element out of the tree whose content is still drawn."""
    parent = elements(pdf, "P")[0].P
    parent.K = Array([kid for kid in parent.K if kid.objgen != elements(pdf, "P")[0].objgen])


def shortened(pdf):
    cell = elements(pdf, "TD")[0]
    cell.A.ColSpan = 2


def moved(pdf):
    """Put the first link's annotation into a paragraph."""
    link = elements(pdf, "Link")[0]
    link.S = Name.Span


def labelled(pdf):
    """Return a list whose items have labels."""
    return next(label.P.P for label in elements(pdf, "Lbl") if label.P.S == "/LI")


def layers(**entries):
    return root(OCProperties=Dictionary(OCGs=Array(), **entries))


ROLE = {"RoleMap": Dictionary(Odd=Name.Odder, Odder=Name.Odd)}
BROKEN = [
    ("01-003", drawn(b"/Span<</MCID 900>>BDC /Artifact BMC EMC EMC")),
    ("01-004", drawn(b"/Artifact BMC /Span<</MCID 900>>BDC EMC EMC")),
    ("01-005", drawn(b"0 0 9 9 re f")),
    ("01-005", drawn(b"/Span<</Lang(en)>>BDC BT (ab)Tj ET EMC")),
    ("01-005", drawn(b"/Span<</MCID 900>>BDC 0 0 9 9 re f EMC")),
    ("01-005", stray),
    ("01-007", root(MarkInfo=Dictionary(Marked=True, Suspects=True))),
    ("02-001", becomes("P", "Paragraph")),
    ("02-003", lambda pdf: pdf.Root.StructTreeRoot.__setattr__("RoleMap", ROLE["RoleMap"])),
    ("02-004", lambda pdf: pdf.Root.StructTreeRoot.__setattr__("RoleMap", Dictionary(P=Name.Span))),
    ("06-001", without("Metadata")),
    ("06-001", xmp(b"<rdf:Alt>", b"<rdf:Bag>")),
    ("06-002", xmp(b"<pdfuaid:part>1</pdfuaid:part>", b"")),
    ("06-003", xmp(b"dc:title", b"dc:subject")),
    ("07-001", without("ViewerPreferences", "DisplayDocTitle")),
    ("07-002", lambda pdf: pdf.Root.ViewerPreferences.__setattr__("DisplayDocTitle", False)),
    ("09-004", becomes("TR", "P")),
    ("09-004", inside("Table", "P")),
    ("09-005", becomes("LBody", "P")),
    ("09-005", inside("L", "P")),
    ("09-006", inside("P", "TOCI")),
    ("09-007", inside("P", "RT")),
    ("09-008", inside("P", "WP")),
    ("10-001", font("/ToUnicode", b"1 begincodespacerange <0000> <ffff> endcodespacerange")),
    ("11-001", without("Lang")),
    ("11-001", root(Lang=String("not a language"))),
    ("11-001", gains("P", Lang=String("_"))),
    ("11-003", without("Lang")),
    ("11-006", without("Lang")),
    ("13-004", loses("Figure", "Alt")),
    ("14-002", becomes("H1", "H2")),
    ("14-003", becomes("H2", "H4")),
    ("14-006", lambda pdf: [inside("Sect", "H")(pdf) for _ in range(2)]),
    ("14-007", inside("Sect", "H")),
    ("15-003", loses("TH", "ID")),
    ("16-001", lambda pdf: labelled(pdf).__delitem__("/A")),
    ("16-001", lambda pdf: labelled(pdf).A.__setattr__("ListNumbering", Name("/None"))),
    ("16-002", lambda pdf: labelled(pdf).A.__setattr__("ListNumbering", Name.Dozenal)),
    ("17-002", inside("P", "Formula")),
    ("19-003", loses("Note", "ID")),
    ("19-004", lambda pdf: elements(pdf, "Note")[1].__setattr__("ID", elements(pdf, "Note")[0].ID)),
    ("20-001", layers(Configs=Array([Dictionary()]))),
    ("20-002", layers(D=Dictionary())),
    ("20-003", layers(D=Dictionary(Name=String("a"), AS=Array()))),
    ("21-001", lambda pdf: pdf.Root.__setattr__("Extra", pdf.make_indirect(Dictionary(EF=Dictionary())))),
    ("28-002", annotated("Square", Contents=String("a"))),
    ("28-004", annotated("Square")),
    ("28-005", annotated("Widget")),
    ("28-007", annotated("TrapNet")),
    ("28-008", of_linked_pages("/Tabs", None)),
    ("28-009", of_linked_pages("/Tabs", Name.R)),
    ("28-010", annotated("Widget", TU=String("a"))),
    ("28-011", moved),
    ("28-011", annotated("Link", Contents=String("a"))),
    ("28-012", links(Contents=None)),
    ("28-012", links(Contents=String(" "))),
    ("28-017", links(Subtype=Name.PrinterMark)),
    ("30-001", form(1, b"", Ref=Dictionary())),
    ("30-002", form(2)),
    ("31-004", font("/CIDToGIDMap", Name.Other, inner=True)),
    ("31-005", font("/CIDToGIDMap", None, inner=True)),
    ("31-006", font("/Encoding", Name("/WinAnsiEncoding"))),
    ("31-009", fontless),
    ("31-027", font("/ToUnicode", None)),
    ("31-028", font("/ToUnicode", b"1 beginbfchar <0001> <0000> endbfchar")),
    ("31-029", font("/ToUnicode", b"1 beginbfrange <0001> <0002> <FEFF> endbfrange")),
    ("tagged", without("MarkInfo")),
    ("tagged", without("StructTreeRoot")),
    ("parents", unmarked),
    ("parents", links(StructParent=0)),
    ("reference", lambda pdf: elements(pdf, "Reference")[0].K[0].__setattr__("S", Name.Span)),
    ("rows", shortened),
]  # fmt: skip
TOGETHER = {"01-003", "01-004", "11-001", "11-003", "11-006", "14-006", "28-004", "28-005", "reference"}
"""Conditions that cannot be met without another one: no language is none for text, outline and metadata alike."""


@pytest.mark.parametrize(("code", "breaking"), BROKEN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BROKEN)])
def test_a_file_broken_on_purpose_is_refused_by_number(code, breaking):
    found = codes(printing.sample(), breaking)
    assert found == {code} if code not in TOGETHER else code in found


def test_a_locked_file_lets_screen_readers_in():
    out = io.BytesIO()
    with printing.opened(printing.sample()) as pdf:
        forbidden = pikepdf.Permissions(accessibility=False)
        pdf.save(
            out, encryption=pikepdf.Encryption(owner="a", user="", R=3, aes=False, metadata=False, allow=forbidden)
        )
    with pikepdf.open(out) as pdf:
        assert "ua-26-002" in {fault.code for fault in ua_faults(pdf)}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh-Hans", "fa", "en"])
@pytest.mark.parametrize("outside", ["open", "plain"])
def test_our_files_meet_every_condition(language, outside):
    assert codes(printing.sample(language, outside=outside)) == set()


@pytest.mark.slow
@pytest.mark.parametrize("language", theme.languages())
def test_files_in_every_language_meet_every_condition(language):
    assert codes(printing.sample(language)) == set()


def test_the_gate_asks_for_it(tmp_path):
    bundle = bundles.sample()
    out = io.BytesIO()
    with printing.opened(printing.sample()) as pdf:
        without("Lang")(pdf)
        pdf.save(out)
    assert "ua-11-001" in judging.codes_of("pdf", out.getvalue(), judging.expected(bundle), tmp_path)


def test_sheets_to_fold_promise_nothing_and_are_not_asked():
    data = printing.printed(bundles.sample(), page="booklet")
    assert codes(data) == set()
    with printing.opened(data) as pdf:
        assert "/StructTreeRoot" not in pdf.Root
        assert b"pdfuaid:part" not in pdf.Root.Metadata.read_bytes()


def test_what_stands_in_an_item_of_a_list_stands_in_its_body():
    with printing.opened(printing.sample()) as pdf:
        items = elements(pdf, "LI")
        assert len(items) > 10
        assert {str(kid.S) for item in items for kid in item.K} <= {"/Lbl", "/LBody"}
