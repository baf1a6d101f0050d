"""Elements of a PDF say what WeasyPrint's tags leave out: another language, how a list counts, footnotes."""

import bundles
import gallery
import parts
import printing
import pytest
from pikepdf import Array, Dictionary
from printing import elements

from bundler.gate._ua import ua_faults
from bundler.model import Footnote, Footnotes, Items, NoteRef


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango")


def test_elements_name_their_language_where_it_changes():
    with printing.opened(printing.sample()) as pdf:
        assert {str(one.get("/Lang", "")) for one in elements(pdf, "Art")} == {"", "en", "ru", "fa", "ar", "zh-Hant"}
        assert "/Lang" not in elements(pdf, "Document")[0]
        assert {"en", "fa"} <= {str(one.get("/Lang", "")) for one in elements(pdf, "Span")}
        for one in (kid for kind in ("Art", "Div", "P", "Span") for kid in elements(pdf, kind)):
            if "/Lang" in one:
                assert str(one.Lang) != spoken_around(one)


def spoken_around(element):
    """Return the language of what an element stands in; the file's is Chinese."""
    while element.P.S != "/Document":
        element = element.P
        if "/Lang" in element:
            return str(element.Lang)
    return "zh-Hans"


def test_a_language_that_no_article_names_is_missed():
    with printing.opened(printing.sample()) as pdf:
        assert list(ua_faults(pdf, ("zh-Hans", "en", "fa"))) == []
        for one in elements(pdf, "Art"):
            if str(one.get("/Lang", "")) == "fa":
                del one.Lang
        assert {fault.code for fault in ua_faults(pdf, ("zh-Hans", "en", "fa"))} == {"ua-language"}


def test_footnotes_are_notes_and_their_calls_are_references():
    with printing.opened(printing.sample()) as pdf:
        notes = elements(pdf, "Note")
        assert len(notes) == len({str(one.ID) for one in notes}) >= 3
        assert {str(one.P.S) for one in notes} == {"/Sect"}
        assert {str(one.K[0].S) for one in notes} == {"/Lbl"}
        assert len(elements(pdf, "Reference")) >= 3
        named = pdf.Root.StructTreeRoot.IDTree.Kids[0].Names
        assert {str(one.ID) for one in notes} <= {str(named[at]) for at in range(0, len(named), 2)}


def test_a_note_that_runs_over_pages_is_one():
    notes = Footnotes((
        Footnote("1", (gallery.para("这一条注很长，要占去好几页。" * 80),)),
        Footnote("2", (gallery.para("这一条很短。"),)),
    ))  # fmt: skip
    words = gallery.para("正文。", NoteRef("1"), "还有。", NoteRef("2"))
    article = gallery.article("world/note", "长注", "zh-Hans", "", words, notes)
    with printing.opened(printing.printed(bundles.bundle_of([article]))) as pdf:
        long, short = elements(pdf, "Note")
        assert long.ID != short.ID
        assert len(pages_of(long)) > 2
        assert len(pages_of(short)) == 1
        assert [str(one.P.S) for one in (long, short)] == ["/Sect", "/Sect"]
        assert all(len(one.K) for one in elements(pdf, "Sect"))
        assert list(ua_faults(pdf)) == []


def pages_of(element):
    """Return the pages that an element has marks on."""
    kids = list(element.K) if isinstance(element.K, Array) else [element.K]
    own = {element.Pg.objgen} if any(isinstance(kid, int) for kid in kids) else set()
    return own.union(*(pages_of(kid) for kid in kids if isinstance(kid, Dictionary) and "/S" in kid))


def test_lists_say_how_they_are_numbered():
    with printing.opened(printing.sample()) as pdf:
        said = {str(one.get("/A", {}).get("/ListNumbering", "")) for one in elements(pdf, "L")}
        assert {"/Decimal", "/Disc"} <= said


@pytest.mark.parametrize(("language", "word"), [("fa", "نان"), ("ckb", "نان"), ("my", "ရေ")])
def test_lists_say_so_in_every_digits(language, word):
    listed = Items(((gallery.para(word),), (gallery.para(word),)), ordered=True)
    article = gallery.article("world/list", word, language, "", listed)
    with printing.opened(printing.printed(bundles.bundle_of([article]))) as pdf:
        assert "/Decimal" in {str(one.get("/A", {}).get("/ListNumbering", "")) for one in elements(pdf, "L")}
        assert list(ua_faults(pdf)) == []
