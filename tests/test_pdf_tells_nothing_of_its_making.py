"""A PDF holds no trace of when, where and with what it was made, and nothing that a viewer would load."""

import getpass
import os
import socket
from pathlib import Path

import bundles
import parts
import pikepdf
import printing
import pytest

from bundler.model import Url
from bundler.writers import _layout
from bundler.writers._fonts import Fonts

pytestmark = pytest.mark.slow

NEVER = (
    b"/Producer",
    b"/Creator",
    b"CreationDate",
    b"ModDate",
    b"file:",
    b"/JavaScript",
    b"/Launch",
    b"WeasyPrint",
    b"qpdf",
)


@pytest.fixture(autouse=True)
def _machine():
    parts.require("pango")


@pytest.mark.parametrize("outside", ["plain", "open"])
def test_nothing_says_when_where_and_with_what_it_was_made(outside):
    plain = printing.streams(printing.sample(outside=outside))
    head, _, rest = plain.partition(b"\n%QDF")
    found = [word for word in NEVER if word in rest or word in head]
    assert not found
    traces = {str(Path.home()), str(Path.cwd()), os.uname().release, "/usr/share/fonts"}
    names = {getpass.getuser(), socket.gethostname()} - {"root"}
    for trace in traces | {name for name in names if len(name) > 4}:
        assert trace.encode() not in plain
        assert trace.encode("utf-16-be") not in plain


def test_the_file_says_what_readers_of_pages_aloud_need():
    with printing.opened(printing.sample("fa")) as file:
        root = file.Root
        assert str(root.Lang) == "fa"
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(root.ViewerPreferences.Direction) == "/R2L"
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root.Metadata.read_bytes()
        assert all(str(page.obj.Tabs) == "/S" for page in file.pages)


def test_every_picture_has_a_description():
    with printing.opened(printing.sample()) as file:
        figures = [element for element in elements(file.Root.StructTreeRoot.K[0]) if str(element.S) == "/Figure"]
        assert figures
        assert all(str(figure.Alt) for figure in figures)


def elements(element):
    yield element
    for kid in element.K:
        if "/S" in getattr(kid, "keys", tuple)():
            yield from elements(kid)


def test_furniture_stands_in_artifacts():
    with printing.opened(printing.sample()) as file:
        for page in file.pages[4:12]:
            marks = []
            artifacts = 0
            for operands, operator in pikepdf.parse_content_stream(page):
                match str(operator):
                    case "BDC" | "BMC":
                        marks.append(str(operands[0]))
                        artifacts += marks[-1] == "/Artifact"
                    case "EMC":
                        marks.pop()
                    case "Tj" | "TJ":
                        assert len(marks) == 1
            assert artifacts


def test_no_address_but_a_picture_of_the_bundle_is_fetched():
    original, picture = bundles.photo()
    sheet = _layout.Sheet("", "", Fonts(()), ((f"asset:{original}", picture),))
    fetch = _layout._fetcher(sheet).fetch
    assert fetch(f"asset:{original}").read() == picture.data
    for address in ("file:///etc/passwd", "https://mirror.example/", "data:,x", "asset:0", Url("x").address):
        with pytest.raises(ValueError, match="nothing but"):
            fetch(address)
