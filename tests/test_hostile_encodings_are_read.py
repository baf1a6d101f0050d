"""Hostile class A: a page in any encoding, with any character, is read with its text and a note, or refused by name."""

import pytest
from pages import codes, page, put, text

from bundler.folder import open_folder
from bundler.model import Note
from bundler.readers import _html, _text, html, markdown

HANS = "在手机上安静地读。这是一个测试，说明同一件事：文件从朋友那里传到你手上。\n第二段也说这个。\n"
HANT = "在手機上安靜地讀。這是一個測試，說明同一件事：檔案從朋友那裡傳到你手上。\n第二段也說這個。\n"
JAPANESE = "これは文字の試験です。携帯電話で静かに読む方法を説明します。\n"
RUSSIAN = "Это проверка кодировки. Читайте спокойно, ничего не открывайте.\n"
FRENCH = "Un été à la campagne, où l’on lit très tard le soir : déjà vu.\n"
META = "<meta charset='iso-8859-1'>\n\n"


@pytest.mark.parametrize(
    "name",
    [
        "case_1_invalid_utf_8_mid_file",
        "case_10_overlong_utf_8",
    ],
)
def test_broken_bytes_become_replacement_characters_with_a_note(tmp_path, name):
    middle = {"case_1_invalid_utf_8_mid_file": b"\xff\x80", "case_10_overlong_utf_8": b"\xc0\xaf\xe0\x80\xaf"}[name]
    loaded = page(tmp_path, HANS.encode() + middle + HANS.encode())
    assert text(loaded).count("在手机上安静地读") == 2
    assert "\ufffd" in text(loaded)
    assert Note("bytes-replaced", "notes/page", f"{text(loaded).count(chr(0xFFFD))}") in loaded.notes


@pytest.mark.parametrize(
    ("name", "written", "codec"),
    [
        ("case_2_utf_16_le_with_bom", HANS, "utf-16"),
        ("case_2_utf_16_be_with_bom", "\ufeff" + HANS, "utf-16-be"),
        ("case_2_utf_32_with_bom", HANS, "utf-32"),
        ("case_3_utf_16_le_without_bom", HANS, "utf-16-le"),
        ("case_3_utf_16_be_without_bom", HANS, "utf-16-be"),
        ("case_3_utf_16_le_without_bom_latin", "A plain page in English.\n", "utf-16-le"),
        ("case_3_utf_16_be_without_bom_russian", RUSSIAN, "utf-16-be"),
        ("case_4_gb18030", HANS, "gb18030"),
        ("case_4_gb18030_wrong_meta", META + HANS, "gb18030"),
        ("case_4_gb18030_traditional", HANT, "gb18030"),
        ("case_4_big5", HANT, "big5"),
        ("case_4_big5_wrong_meta", META + HANT, "big5"),
        ("case_4_shift_jis", JAPANESE, "shift_jis"),
        ("case_4_shift_jis_wrong_meta", META + JAPANESE, "shift_jis"),
        ("case_4_euc_jp", JAPANESE, "euc_jp"),
        ("case_4_windows_1251", RUSSIAN, "cp1251"),
        ("case_4_windows_1252", FRENCH, "cp1252"),
        ("case_4_koi8", RUSSIAN, "koi8_r"),
        ("case_4_gb18030_short", "标题：短\n\n短文。\n", "gb18030"),
        ("case_4_euc_kr", "오늘은 날씨가 좋아서 강가를 산책했습니다. 漢字(한자)도 씁니다.\n", "euc_kr"),
    ],
)
def test_other_encodings_are_told_by_what_they_say(tmp_path, name, written, codec):
    loaded = page(tmp_path, written.encode(codec))
    expected = text(page(tmp_path / "utf-8", written.lstrip("\ufeff")))
    assert text(loaded) == expected, name
    assert "encoding-converted" in codes(loaded)


@pytest.mark.parametrize("reader", [markdown, html], ids=["markdown", "html"])
def test_text_that_was_decoded_twice_is_mended(tmp_path, reader):
    written = f"<html><body><article><h1>题</h1><p>{HANS}</p></article></body></html>"
    path = put(tmp_path, "page.html" if reader is html else "page.md", written.encode().decode("latin-1")).name
    loaded = reader.load(open_folder(tmp_path), path, "notes")
    assert "在手机上安静地读" in text(loaded)
    assert "encoding-mended" in codes(loaded)


def test_a_declared_encoding_is_not_believed_where_the_bytes_are_utf_8(tmp_path):
    loaded = page(tmp_path, "<meta charset=big5>\n\n" + HANS)
    assert "在手机上安静地读" in text(loaded)
    assert "encoding-ignored" in codes(loaded)


def test_case_5_utf_7_stays_as_it_is_written(tmp_path):
    loaded = page(tmp_path, "<meta charset=utf-7>\n\n+ADw-script+AD4-alert(1)+ADw-/script+AD4-")
    assert text(loaded) == "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
    assert "encoding-ignored" in codes(loaded)


@pytest.mark.parametrize(
    ("name", "raw", "left", "code"),
    [
        ("case_6_nul", "甲\0乙", "甲乙", "characters-dropped"),
        ("case_7_c0", "甲\x07\x1b乙", "甲乙", "characters-dropped"),
        ("case_7_c1", "甲\x9b乙", "甲乙", "characters-dropped"),
        ("case_7_delete", "甲\x7f乙", "甲乙", "characters-dropped"),
        ("case_8_lone_surrogate", "甲\ud83d乙", "甲\ufffd乙", "characters-replaced"),
        ("case_9_noncharacters", "甲\ufffe\uffff\ufdd0\U0001fffe乙", "甲乙", "characters-dropped"),
        ("case_11_bom_mid_file", "甲\ufeff乙", "甲乙", "characters-dropped"),
        ("case_12_mixed_line_ends", "甲\r\n乙\r丙\x85丁\u2028戊\n", "甲\n乙\n丙\n丁\n戊\n", "line-ends-changed"),
        ("case_13_tag_characters", "甲\U000e0041\U000e0001乙", "甲乙", "characters-dropped"),
        ("case_13_zalgo", "甲e" + "\u0301" * 40 + "乙", "甲e" + "\u0301" * 8 + "乙", "marks-dropped"),
    ],
)
def test_characters_that_may_not_travel_go_with_a_note(name, raw, left, code):
    cleaned, notes = _text.clean(raw)
    assert cleaned == left, name
    assert [note.code for note in notes] == [code]


@pytest.mark.parametrize(
    "kept",
    [
        "👩\u200d👩\u200d👧\u200d👦",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم",
        "ทั้งนี้",
        "e\u0301\u0323",
        "\ue000",
        "a\tb\n",
        "\u00ad",
    ],
)
def test_case_13_characters_that_people_write_stay(kept):
    assert _text.clean(kept) == (kept, ())


def test_case_13_ten_megabytes_of_combining_marks_are_refused_by_size(tmp_path):
    loaded = page(tmp_path, "e" + "\u0301" * 5_000_000)
    assert loaded.article is None
    assert loaded.notes[-1] == Note("page-too-large", "notes/page", "10000001 bytes, at most 5000000")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"\xff\xd8\xff\xe0" + b"x" * 100,
        b"PK\x03\x04" + b"x" * 100,
        b"%PDF-1.7\n" + b"x" * 100,
        bytes(range(256)) * 20,
        b"\x7fELF" + b"x" * 100,
    ],
)
def test_case_14_a_binary_file_is_refused(tmp_path, data):
    loaded = page(tmp_path, data)
    assert loaded.article is None
    assert loaded.notes[-1].code == "binary-file"


@pytest.mark.parametrize("reference", ["&#0;", "&#1;", "&#x8;", "&#xFFFE;", "&#xD800;", "&#x1FFFF;", "&#xE0041;"])
def test_characters_named_by_reference_are_cleaned_too(reference):
    found = _html.blocks(f"<p>甲{reference}乙</p>", _html.Setting(lambda _: None, lambda _: None, lambda _: None))
    shown = str(found.blocks)
    assert "甲乙" in shown or "甲\ufffd乙" in shown


def test_nothing_changes_where_nothing_is_wrong():
    assert _text.decode(HANS.encode()) == (HANS, ())
    assert _text.decode(b"\xef\xbb\xbf" + HANS.encode()) == (HANS, ())
    assert _text.decode(b"") == ("", ())
    assert _text.clean(HANS) == (HANS, ())
