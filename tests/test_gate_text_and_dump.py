"""The gate passes our text files and dumps, and refuses them with the fault's name once one thing is broken."""

from __future__ import annotations

import base64
import io
import json
import re
from urllib.parse import quote

import bundles
import judging
import pytest
from PIL import Image

from bundler import gate
from bundler.gate import Expected, _reading


@pytest.fixture(scope="module")
def wanted():
    return judging.expected(bundles.sample())


@pytest.mark.parametrize("name", ["text", "dump"])
@pytest.mark.parametrize(("language", "outside"), [("zh-Hans", "open"), ("ar", "plain")])
def test_a_good_file_passes(name, language, outside, tmp_path):
    bundle = bundles.sample(language, outside=outside)
    assert judging.codes_of(name, bundles.written(name, bundle), judging.expected(bundle), tmp_path) == set()


def traced(chunks, *forbidden):
    return len(list(_reading.traces(chunks, Expected((), {}, forbidden), "a file")))


@pytest.mark.parametrize("cut", range(11))
def test_a_trace_is_found_wherever_it_stands_and_however_it_is_cut(cut):
    for data in (b"canaryuser", b"-canaryuser", b"canaryuser-", b"x-canaryuser-x", b"xcanaryuser canaryuser"):
        assert traced([data[:cut], data[cut:]], "canaryuser") == 1, data
        assert traced([bytes([byte]) for byte in data], "canaryuser", "canary", "user") == 1, data
    for data in (b"xcanaryuser", b"canaryuser2", b"acanaryuserz"):
        assert traced([data[:cut], data[cut:]], "canaryuser") == 0, data
    assert traced([b"x/home/canary/", b"dir/y"], "/home/canary/dir") == 1
    assert traced([b"canaryuser"]) == traced([b"canaryuser"], "") == 0


@pytest.mark.parametrize("path", ["/home/canary", "C:\\Users\\canary"])
def test_a_path_is_a_trace_inside_a_word_too(path):
    assert traced([f"x{path}2".encode()], path) == 1


@pytest.mark.parametrize("written", ["utf-16-be", "utf-16-le"])
def test_a_trace_is_found_as_programs_write_it(written):
    """What adjoins such a word is half a letter: it counts wherever it stands."""
    for text in ("canaryuser", "由canaryuser打包", "x canaryuser y"):
        assert traced([b"\xfe\xff", text.encode(written)], "canaryuser") == 1
    assert traced(["渡口".encode(written)], "渡口") == traced([quote("渡口").encode()], "渡口") == 1


def test_text_is_judged_to_its_last_byte():
    """It is read in pieces, and a character may stand across the end of one."""

    def said(data: bytes) -> list[tuple[str, str]]:
        return [(fault.code, fault.detail) for fault in _reading.text_faults(data)]

    far = ("字" * (_reading.CHUNK // 3 + 9)).encode()
    assert _reading.CHUNK % 3, "a character stands across the end"
    assert said(far) == []
    assert said(far + b"\0") == [("control-character", f"U+0000 after byte {_reading.CHUNK} of the file")]
    assert [code for code, _ in said(far[:-1])] == [code for code, _ in said(far + b"\xff")] == ["not-utf-8"]
    assert [code for code, _ in said(b"a" * (_reading.CHUNK - 1) + b"\xe5")] == ["not-utf-8"]
    assert said(b"\0" + far + b"\r") == [
        ("control-character", "U+0000 after byte 0 of the file"),
        ("control-character", f"U+000D after byte {_reading.CHUNK} of the file"),
    ]


@pytest.mark.parametrize(
    "sign", ["\x00", "\x08", "\x0b", "\r", "\x1b", "\x1f", "\x7f", "\x85", "\x9f", "\ufffe", "\uffff"]
)
def test_no_control_character_may_stand_in_text(sign):
    assert [fault.code for fault in _reading.text_faults(f"a{sign}b".encode())] == ["control-character"]
    assert not list(_reading.text_faults("\t\n ~\xa0\ufffd".encode()))


@pytest.mark.parametrize("name", ["text", "dump", "epub", "html", "pdf"])
def test_a_file_without_an_end_is_not_read(name, wanted, tmp_path):
    path = tmp_path / f"weekly.{judging.EXTENSIONS[name]}"
    with path.open("wb") as file:
        file.truncate(_reading.MAX_FILE_BYTES + 1)
    assert [fault.code for fault in gate.judge(name).faults(path, wanted)] == ["too-large"]


def without_addresses(text: str) -> str:
    return text.replace("https://mirror.example/pages", "https://mirror.example/page")


LAST = len(judging.expected(bundles.sample()).articles)
TEXTS = [
    ("article-missing", lambda text: text.replace("【1】", "", 1)),
    ("article-missing", lambda text: text.replace(f"【{LAST}】", "", 1)),
    ("article-missing", lambda text: text.replace("\n【3】", "\n", 1)),
    ("article-missing", lambda text: text[: text.rindex("【")] + "\n"),
    ("address-missing", without_addresses),
    ("cut-off", lambda text: text[:-2]),
    ("control-character", lambda text: text.replace("\n", "\r\n")),
    ("control-character", lambda text: f"{text}\x1b[31m\n"),
    ("byte-order-mark", lambda text: f"\ufeff{text}"),
    ("trace", lambda text: f"{text}{judging.SECRET}\n"),
    ("trace", lambda text: f"{text}由canaryuser打包\n"),
]


@pytest.mark.parametrize(("code", "breaking"), TEXTS)
def test_a_broken_text_is_refused(code, breaking, wanted, tmp_path):
    text = bundles.written("text", bundles.sample()).decode()
    assert code in judging.codes_of("text", breaking(text).encode(), wanted, tmp_path)


def test_a_text_in_another_encoding_is_refused(wanted, tmp_path):
    text = bundles.written("text", bundles.sample()).decode()
    assert "not-utf-8" in judging.codes_of("text", text.encode("gb18030"), wanted, tmp_path)


def pictured(text: str, **options: object) -> str:
    """Put another photograph in the place of the first picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", **options)
    return re.sub('"data":"[^"]*"', f'"data":"{base64.b64encode(out.getvalue()).decode()}"', text, count=1)


def photographed(text: str) -> str:
    """Give a picture the data of a camera."""
    exif = Image.Exif()
    exif[0x010F] = "CANARYCAMERA"
    return pictured(text, exif=exif)


DUMPS = [
    ("unreadable", lambda text: text[:-3]),
    ("article-missing", lambda text: text.replace('"type":"Entry"', '"type":"Entree"', 1)),
    ("article-repeated", lambda text: text.replace('"front":[', f'"front":[{first_entry(text)},')),
    ("article-unexpected", lambda text: text.replace('"front":[', '"front":[{"type":"Entry","id":"a/b"},')),
    ("code-missing", lambda text: text.replace('"type":"QrCode"', '"type":"Code"')),
    ("picture-metadata", photographed),
    ("trace", lambda text: pictured(text, comment=judging.SECRET)),
    ("byte-order-mark", lambda text: f"\ufeff{text}"),
    ("control-character", lambda text: text.replace("\n", "\r\n")),
    ("trace", lambda text: text.replace('"front":[', f'"by":"{judging.SECRET}","front":[')),
]


def first_entry(text: str) -> str:
    return json.dumps(json.loads(text)["articles"][0]["entry"])


@pytest.mark.parametrize(("code", "breaking"), DUMPS)
def test_a_broken_dump_is_refused(code, breaking, wanted, tmp_path):
    text = bundles.written("dump", bundles.sample()).decode()
    assert code in judging.codes_of("dump", breaking(text).encode(), wanted, tmp_path)


@pytest.mark.parametrize("name", ["text", "dump"])
def test_whatever_is_no_such_file_is_refused_without_an_exception(name, wanted, tmp_path):
    for data in (b"", b"\xff\xfe\0", b"[" * 100_000, b"null"):
        assert judging.codes_of(name, data, wanted, tmp_path)
