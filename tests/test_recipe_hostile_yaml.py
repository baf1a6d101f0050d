"""Hostile recipes, cases 41 to 52: each is refused with its line, and nothing in it changes a meaning silently."""

import time

import pytest
from _recipes import KNOWN, SHORTEST, read, wrong

from bundler.errors import say
from bundler.recipe import RecipeProblems, load
from bundler.recipe.problems import Place
from bundler.recipe.source import Broken, compose, decoded, read_file


@pytest.fixture(autouse=True)
def _soon():
    start = time.process_time()
    yield
    assert time.process_time() - start < 40, "a recipe must not keep the machine busy"


def test_case_41_alias_bomb(tmp_path):
    rows = [
        "a: &a [x]",
        *(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)),
    ]
    said = wrong(tmp_path, "\n".join(rows))
    assert said[0].startswith("1:1 unknown key 'a'")
    anchor = "write the value out; a text that begins with '&' stands in quotes"
    assert f"1:4 the anchor '&a' is not allowed here | {anchor}" in said
    alias = "write the value again; a text that begins with '*' stands in quotes"
    assert f"2:8 the alias '*a' is not allowed here | {alias}" in said


def test_case_42_merge_key_bomb(tmp_path):
    said = wrong(tmp_path, "select: {<<: {limit: 5}, <<: {limit: 6}}\n", base=SHORTEST)
    sentence = "the merge key '<<' is not allowed here | write the keys out"
    assert said == [f"6:10 {sentence}", f"6:26 {sentence}"]


def test_case_43_duplicate_keys(tmp_path):
    said = wrong(tmp_path, "qr: share\nselect: {limit: 5, limit: 6}\nqr: none\n", base=SHORTEST)
    assert said == [
        "7:20 the key 'limit' stands twice, first in line 7 | keep one of the two",
        "8:1 the key 'qr' stands twice, first in line 6 | keep one of the two",
    ]


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [true]", "!!str x", "! x", "!x y", "!<tag:x> y"])
def test_case_44_tags(tmp_path, tag):
    said = wrong(tmp_path, f"foreword: {tag}\n", base=SHORTEST)
    assert said[0].startswith("6:11 the tag ")


def test_case_45_norway(tmp_path):
    assert read(tmp_path, "language: no\n").language == "no"
    assert read(tmp_path, "select: {languages: [no], any: [yes, on, null, ~, 010]}\n").query.where.any == (
        "yes",
        "on",
        "null",
        "~",
        "010",
    )
    assert wrong(tmp_path, "formats: [pdf: {pictures: no}]\n", base=SHORTEST) == [
        "6:27 'pictures' must be true or false, not 'no' | write false"
    ]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("010", "write 10"),
        ("1_000", "write 1000"),
        ("1,000", "write 1000"),
        ("+5", "write 5"),
        ("３０", "write 30"),
        ("12:30:45", "for example: limit: 30"),
        ("0x1F", "for example: limit: 30"),
        ("0o17", "for example: limit: 30"),
        ("1e3", "for example: limit: 30"),
        ("30.0", "for example: limit: 30"),
        ("yes", "for example: limit: 30"),
    ],
)
def test_case_46_numbers_of_yaml_1_1(tmp_path, written, hint):
    said = wrong(tmp_path, f"select:\n  limit: {written}\n", base=SHORTEST)
    assert said == [f"7:10 'limit' must be a whole number, not '{written}' | {hint}"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026-13-40", "'2026-13-40' is no day of the calendar | for example: until: 2026-11-22"),
        ("2026-1-5", "'until' must be a date, not '2026-1-5' | write 2026-01-05"),
        ("20260105", "'until' must be a date, not '20260105' | write 2026-01-05"),
        ("2026年1月5日", "'until' must be a date, not '2026年1月5日' | write 2026-01-05"),
        ("2026-W01-1", "'until' must be a date, not '2026-W01-1' | for example: until: 2026-11-22"),
        ("7d", "'until' must be a date, not '7d' | for example: until: 2026-11-22"),
    ],
)
def test_case_46_dates_of_yaml_1_1(tmp_path, written, said):
    assert wrong(tmp_path, f"select:\n  until: {written}\n", base=SHORTEST) == [f"7:10 {said}"]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}"), ("- ", "")])
def test_twenty_levels_are_read_and_no_more(opening, closing):
    for levels, said in ((19, 0), (20, 1)):
        problems = []
        found = compose(opening * levels + "[]" + closing * levels, "recipe.yaml", problems)
        assert (found is None, len(problems)) == (bool(said), said), levels


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("\ufeffab".encode() + b"\xff", "1:3"),
        ("\ufeffa: 一\n".encode() + "bc: 二".encode("gb18030"), "2:5"),
        (b"\xef\xbb\xbf\xff", "1:1"),
        ("一二".encode() + b"\xff", "1:3"),
    ],
    ids=range(4),
)
def test_bytes_that_are_no_utf_8_are_said_with_their_place(data, place):
    """A mark in front, as Windows writes it, moves nothing."""
    problems = []
    assert decoded(data, "recipe.yaml", problems) is None
    assert [f"{one.place} {one.message}" for one in problems] == [f"recipe.yaml:{place} this is not UTF-8 text"]


def test_a_mark_in_front_and_line_ends_of_windows_are_read_over():
    assert decoded("\ufeffa: 一\r\nb: 二\r\n".encode(), "recipe.yaml", []) == "a: 一\nb: 二\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("? [a]\n: b\nc: d\n", "1:3 a list or a map cannot be a key"),
        ("? {a: b}\n: b\nc: d\n", "1:3 a list or a map cannot be a key"),
        ("<<: b\nc: d\n", "1:1 the merge key '<<' is not allowed here"),
        ("c: d\nc: e\n", "2:1 the key 'c' stands twice, first in line 1"),
        ("? *a\n: b\nc: d\n", "1:3 the alias '*a' is not allowed here"),
    ],
)
def test_what_cannot_be_a_key_is_told_and_left_out(text, said):
    problems = []
    found = compose(text, "recipe.yaml", problems)
    assert [f"{one.place} {one.message}" for one in problems] == [f"recipe.yaml:{said}"]
    assert [(name.text, value.text) for name, value in found.pairs] == [("c", "d")]


def test_just_64_kb_are_read(tmp_path):
    path = tmp_path / "recipe.yaml"
    for count, said in ((65_536, 0), (65_537, 1)):
        path.write_bytes(b"x" * count)
        problems = []
        text = read_file(path, Place("recipe.yaml"), problems, missing=say("it is missing"))
        assert (text is None, len(problems)) == (bool(said), said), count


@pytest.mark.parametrize(
    ("sign", "said"),
    [("\t", "a tab stands here"), ("\r", "a carriage return stands here without a line feed"),
     ("\x85", "the line end U+0085 is not one of YAML's"), ("\u2028", "the line end U+2028 is not one of YAML's"),
     ("\u2029", "the line end U+2029 is not one of YAML's"), ("\ufeff", "a byte order mark stands inside the text"),
     ("\x07", "the control character U+0007 stands here")],
)  # fmt: skip
def test_a_character_that_nobody_sees_is_called_by_its_name(sign, said):
    problems = []
    assert decoded(f"a: b\nc: {sign}d{sign}\n".encode(), "recipe.yaml", problems) is None
    assert [f"{one.place} {one.message}" for one in problems] == [f"recipe.yaml:2:4 {said}"]


REFUSED = "\0\x08\t\x0b\r\x1f\x7f\x85\x9f\u2028\u2029\ufeff\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff"


@pytest.mark.parametrize("sign", REFUSED)
def test_characters_that_nobody_sees_are_refused_as_written_and_as_escapes(sign):
    problems = []
    assert decoded(f"a: b{sign}c\n".encode(), "recipe.yaml", problems) is None
    assert [(one.line, one.column) for one in problems] == [(1, 5)]
    problems = []
    found = compose(f'a: "\\U{ord(sign):08x}"', "recipe.yaml", problems)
    assert isinstance(found.pairs[0][1], Broken)
    assert [(one.line, one.column) for one in problems] == [(1, 4)]


@pytest.mark.parametrize("sign", " ~\xa0\ufdcf\ufdf0\ufffd\U0001f600\U0010fffd")
def test_characters_beside_them_are_read(sign):
    problems = []
    assert decoded(f"a: b{sign}c\n".encode(), "recipe.yaml", problems) == f"a: b{sign}c\n"
    assert compose(f'a: "\\U{ord(sign):08x}"', "recipe.yaml", problems).pairs[0][1].text == sign
    assert not problems


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_case_47_nesting(tmp_path, opening):
    said = wrong(tmp_path, "foreword: " + opening * 5_000 if opening[0] in "[{" else opening * 5_000)
    assert "this is nested more than 20 levels deep" in said[0] or opening == "- "
    assert len(said) == 1


@pytest.mark.parametrize(
    "text",
    [
        "title: 字\n" + "x" * 65_000,
        "".join(f"key{number}: 1\n" for number in range(6_000)),
        "pin: [" + "a," * 32_000,
        "pin:\n" + "- a\n" * 16_000,
        "foreword: " + "[" * 65_000,
        "foreword: '" + "[" * 65_000,
        "pin:\n" + "- |\n" * 16_000,
        "formats: '" + "[" * 60_000 + "'",
        "formats: " + "x[" * 30_000,
        "mirrors: 'https://" + "维" * 20_000 + "'",
        "links: [x: 'https://" + "a." * 30_000 + "/']",
        "language: " + "a-" * 30_000,
        "? " * 30_000,
        "- " * 30_000,
    ],
    ids=range(14),
)
def test_case_48_everything_below_the_limit_is_read_soon(tmp_path, text):
    assert wrong(tmp_path, text)


@pytest.mark.parametrize("size", [70_000, 1_000_000])
def test_case_48_size(tmp_path, size):
    said = wrong(tmp_path, "title: " + "字" * size)
    assert said[0].startswith("recipe.yaml the file is larger than 65536 bytes | ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\tb\n", "1:3 a tab stands here | "),
        ("a: b\n\tc: d\n", "2:1 a tab stands here | "),
        ("a: b\rc: d\n", "1:5 a carriage return stands here without a line feed | "),
        ("a: b\u0085c: d\n", "1:5 the line end U+0085 is not one of YAML's | "),
        ("a: b\u2028c: d\n", "1:5 the line end U+2028 is not one of YAML's | "),
        ("a: \0\n", "1:4 the control character U+0000 stands here | "),
        ("a: \x1b[31m\n", "1:4 the control character U+001B stands here | "),
        ("a: \ufeff\n", "1:4 a byte order mark stands inside the text | "),
        ("a: \ufdd0\n", "1:4 the control character U+FDD0 stands here | "),
        ("a: \U0010ffff\n", "1:4 the control character U+10FFFF stands here | "),
    ],
)
def test_case_49_characters(tmp_path, text, said):
    assert wrong(tmp_path, text)[0].startswith(said)


@pytest.mark.parametrize("escape", ["\\0", "\\t", "\\x1b", "\\N", "\\L", "\\ud800", "\\ufffe", "\\e"])
def test_case_49_characters_by_escape(tmp_path, escape):
    said = wrong(tmp_path, f'title: "{escape}"\n', base=SHORTEST.replace("title: 一周文摘\n", ""))
    assert len(said) == 1
    assert said[0].startswith("5:8 an escape stands here for the control character U+")


def test_case_49_an_escape_beyond_unicode(tmp_path):
    assert wrong(tmp_path, 'foreword: "\\U00110000"\n', base=SHORTEST) == [
        "6:12 the escape '\\\\U00110000' names no character | delete it"
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("title: 周刊\n".encode("gb18030"), "1:8 this is not UTF-8 text | "),
        ("version: 1\nxyz: 文".encode() + b"\xff", "2:7 this is not UTF-8 text | "),
        (b"a: \xed\xa0\x80\n", "1:4 this is not UTF-8 text | "),
        (b"a: \xc0\xaf\n", "1:4 this is not UTF-8 text | "),
        ("a: b\n".encode("utf-16"), "recipe.yaml the file is UTF-16, not UTF-8 | "),
        ("a: b\n".encode("utf-16-le"), "1:2 the control character U+0000 stands here | "),
    ],
)
def test_case_49_encodings(tmp_path, data, said):
    assert wrong(tmp_path, data)[0].startswith(said)


def test_case_50_several_documents(tmp_path):
    said = wrong(tmp_path, "---\nversion: 2\n", base=SHORTEST)
    assert said == ["6:1 a second document begins here | delete '---', or write what follows into a file of its own"]
    assert read(tmp_path, base=f"---\n{SHORTEST}...\n").slug == "weekly"


@pytest.mark.parametrize("line", ["%YAML 1.2", "%TAG ! tag:x,2026:", "%ANYTHING", "# c\n\n%YAML 1." + "9" * 5000])
def test_case_50_directives(tmp_path, line):
    number = line.count("\n") + 1
    assert wrong(tmp_path, f"{line}\n---\n{SHORTEST}") == [
        f"{number}:1 a directive ('%') is not allowed here | delete the line"
    ]


def test_case_51_unknown_keys_and_wrong_types_are_told_together(tmp_path):
    said = wrong(
        tmp_path,
        "titel: x\nselct: {}\nlimit: 5\nxyz: bar\nqr: shore\ntitle: [a]\nselect: 5\nlinks: {a: b}\nchapters: pinned\n",
        base="version: 1\nbundle: weekly\nlanguage: zh-Hans\n",
    )
    known = (
        "version, extends, bundle, title, language, archives, outside, foreword, pin, drop, select, edits, convert,"
        " chapters, links, mirrors, qr, outside_links, images, grey, for, apps, formats, on_problem,"
        " every, cron, keep, provenance"
    )
    assert said == [
        "1:1 the key 'archives' is missing | for example: archives: ../archive",
        "4:1 unknown key 'titel' | did you mean 'title'?",
        "5:1 unknown key 'selct' | did you mean 'select'?",
        "6:1 unknown key 'limit' | 'limit' belongs under 'select', indented",
        f"7:1 unknown key 'xyz' | known keys: {known}",
        "8:5 'shore' is no value of 'qr' | did you mean 'share'? valid values: share, source, none",
        "9:8 'title' wants one value, not […] | for example: title: 一周文摘",
        "10:9 'select' wants keys with values, not '5' | for example: select: {since: 7d, limit: 30}",
        "11:8 'links' wants a list or the name of a file, not {…} | for example: links: links.yaml",
        "12:11 'chapters' wants a list of titles, or 'by-section' | for example: chapters: [头条: pinned, 其他: rest]",
    ]


@pytest.mark.parametrize("word", ["(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", ".*", "/x/", "a|b"])
def test_case_52_words_are_plain(tmp_path, word):
    recipe = read(tmp_path, f"select:\n  any: ['{word}']\n  sections: ['{word}']\npin: ['{word}']\n")
    assert recipe.query.where.any == recipe.query.where.sections == recipe.query.pin == (word,)


def test_files_that_are_no_recipes(tmp_path):
    for path, message in {
        tmp_path / "none.yaml": "does not exist",
        tmp_path / "none" / "none.yaml": "does not exist",
        tmp_path: "is a folder, not a file",
        tmp_path / ("x" * 300): "cannot be read",
        tmp_path / "a\0b": "cannot be read",
        tmp_path / "pipe": "is not a regular file",
    }.items():
        if path.name == "pipe":
            pytest.importorskip("os").mkfifo(path)
        with pytest.raises(RecipeProblems, match=message) as caught:
            load(path, KNOWN)
        assert caught.value.exit_code == 3
    for text in ("", "\n\n", "# only a comment\n", "---\n", "---\n...\n"):
        assert wrong(tmp_path, text) == [
            "recipe.yaml the file is empty | make one with: bundler init DIR --archive PATH"
        ]
