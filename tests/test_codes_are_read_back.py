"""Every QR code is read back from its picture, at every version that bundles use."""

import io

import pytest
import qrcode
import zxingcpp
from PIL import Image, ImageDraw
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, QRData

from bundler import qr, symbol


def read(image):
    return zxingcpp.read_barcode(image).text


@pytest.mark.parametrize("size", sorted({*qr.CAPACITY, *(size + 1 for size in qr.CAPACITY), 1}))
def test_a_payload_of_every_size_is_read_from_its_png(size):
    payload = ("https://mirror.example/" + "x" * size)[-size:]
    modules = qr.matrix(payload)
    version = (len(modules) - 17) // 4
    assert size <= (*qr.CAPACITY, 450)[version - 1]
    assert version == 1 or size > qr.CAPACITY[version - 2]
    assert read(Image.open(io.BytesIO(qr.png(modules)))) == payload


@pytest.mark.parametrize("payload", ["https://例子.example/文章/一", "mailto:editors@mirror.example", "0123456789"])
def test_other_scripts_and_schemes_are_read(payload):
    assert read(Image.open(io.BytesIO(qr.png(qr.matrix(payload))))) == payload


def test_the_path_draws_the_same_modules():
    modules = qr.matrix("https://mirror.example/pages/news/a1.md")
    drawn = Image.new("1", (qr.side(modules),) * 2, 1)
    pen = ImageDraw.Draw(drawn)
    for x, y, length in qr.runs(modules):
        pen.line([(x, y), (x + length - 1, y)], fill=0)
    large = drawn.resize((drawn.width * 8,) * 2)
    assert large.tobytes() == Image.open(io.BytesIO(qr.png(modules))).convert("1").tobytes()
    assert read(large.convert("L")) == "https://mirror.example/pages/news/a1.md"
    assert qr.path(modules).count("M") == len(list(qr.runs(modules)))


@pytest.mark.parametrize("version", [*range(1, 16), 25, 40])
@pytest.mark.parametrize("part", [0, 1, 2])
def test_every_module_stands_where_another_encoder_puts_it(version, part):
    most = (*qr.CAPACITY, 300)[min(version, 16) - 1]
    data = bytes(byte * 97 % 256 for byte in range(most * part // 2))
    code = qrcode.QRCode(version, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=symbol.MASK)
    code.add_data(QRData(data, mode=MODE_8BIT_BYTE), optimize=0)
    code.make(fit=False)
    assert [list(map(bool, row)) for row in code.get_matrix()] == [list(row) for row in symbol.symbol(data, version)]


def test_what_no_code_holds_is_an_error():
    assert not qr.fits("x" * 214)
    assert not qr.fits("x" * 413, max_version=qr.MAX_VERSION_SCREEN)
    with pytest.raises(ValueError, match="2954 bytes"):
        qr.matrix("x" * 2954)


def test_a_code_is_small():
    assert len(qr.png(qr.matrix("https://mirror.example/pages/news/a123456789.md"))) < 600


@pytest.mark.parametrize("payload", ["1234 5678 9012 3456 7890", "WIFI:T:WPA;S:书摊;P:12345678;;", "x" * 213])
def test_a_terminal_draws_a_code_that_a_camera_reads(payload):
    lines = list(qr.halves(qr.matrix(payload)))
    drawn = Image.new("L", (len(lines[0]) * 8, len(lines) * 16))
    pen = ImageDraw.Draw(drawn)
    for y, line in enumerate(lines):
        for x, character in enumerate(line):
            if character in "█▀":
                pen.rectangle([x * 8, y * 16, x * 8 + 7, y * 16 + 7], fill=255)
            if character in "█▄":
                pen.rectangle([x * 8, y * 16 + 8, x * 8 + 7, y * 16 + 15], fill=255)
    assert read(drawn) == payload
