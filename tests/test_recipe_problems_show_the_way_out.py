"""Every mistake has its place, its sentence and a hint; those of a Chinese keyboard have their own."""

import pickle
from types import SimpleNamespace

import pytest
from _recipes import KNOWN, SHORTEST, read, wrong

from bundler.cli import speech
from bundler.errors import RecipeError, say
from bundler.recipe import RecipeProblems, load, located
from bundler.release import settings
from bundler.share import channels

ENGLISH = "with the keyboard switched to English"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("qr：share\n", f"6:3 '：' is not YAML's ':' | write ':' and a space, {ENGLISH}"),
        ("qr：share\non_problem: stop\n", f"6:3 '：' is not YAML's ':' | write ':' and a space, {ENGLISH}"),
        ("select:\n  since：7d\n", f"7:8 '：' is not YAML's ':' | write ':' and a space, {ENGLISH}"),
        ("select:\n  since：7d\n  limit: 5\n", f"7:8 '：' is not YAML's ':' | write ':' and a space, {ENGLISH}"),
        ("select: {any：[雨]}\n", f"6:13 '：' is not YAML's ':' | write ':' and a space, {ENGLISH}"),
        ("chapters:\n  - 头条：pinned\n", f"7:7 '：' is not YAML's ':' | write ':' and a space, {ENGLISH}"),
        ("formats: [epub，pdf]\n", f"6:15 '，' is not YAML's ',' | write ',', {ENGLISH}"),
        ("formats: ［epub］\n", f"6:10 '［' is not YAML's '[' | write '[', {ENGLISH}"),
        ("select: {any: [雨，雪]}\n", f"6:16 '，' is not YAML's ',' | write ',', {ENGLISH}"),
        ("select:\n  any: 雨、雪\n", f"7:8 '、' is not YAML's ',' | write ',', {ENGLISH}"),
        ("select: {any: [باران، برف]}\n", f"6:16 '،' is not YAML's ',' | write ',', {ENGLISH}"),
        ("select: {any: [“雨”]}\n", f"6:16 '“' is not YAML's '\"' | write '\"', {ENGLISH}"),
        ("qr: “share”\n", f"6:5 '“share”' holds wide characters | write share, {ENGLISH}"),
        ('foreword: "雨”\nqr: none\n', f"6:13 '”' is not YAML's '\"' | write '\"', {ENGLISH}"),
        ("　qr: none\n", f"6:1 a wide space indents this line | indent with ordinary spaces, {ENGLISH}"),
        ("qr: none\n　a: b: c\n", f"7:1 a wide space indents this line | indent with ordinary spaces, {ENGLISH}"),
        ("qr:none\n", "6:3 an ordinary space is missing after ':' | write ': ' between a key and its value"),
        ("qr:　none\n", "6:3 an ordinary space is missing after ':' | write ': ' between a key and its value"),
        ("foreword: *重要*\n", "6:11 a value cannot begin with '*' without quotes | put the value in quotes: \"*…\""),
        ("foreword: @x\n", "6:11 a value cannot begin with '@' without quotes | put the value in quotes: \"@…\""),
        ("foreword: %x\n", "6:11 a value cannot begin with '%' without quotes | put the value in quotes: \"%…\""),
        ("foreword: `x`\n", "6:11 a value cannot begin with '`' without quotes | put the value in quotes: \"`…\""),
        ("foreword: !重\n", "6:11 a value cannot begin with '!' without quotes | put the value in quotes: \"!…\""),
        ("foreword: a: b\n", "6:12 a ':' is not expected here | "),
        ("foreword: 'don't'\n", "6:16 text stands here that belongs to no key | "),
        ('foreword: "C:\\x"\n', "6:16 this is no escape that YAML knows | "),
        ('foreword: "x\n', "6:11 a quote opens here and does not close | close the quote"),
        ("formats: [epub, pdf\nqr: none\n", "6:10 a list opens here and does not close | "),
        ("select: {limit: 5\nqr: none\n", "6:9 a map opens here and does not close | "),
        ("mirrors: [https://a.example/?x]\n", "6:29 a '?' stands inside brackets without quotes | "),
        ("select:\n  limit: 5\n order: title\n", "8:2 the indentation does not fit | "),
        ("formats: - epub\n", "6:10 a list cannot begin on the line of its key | "),
        ("foreword: | x\n", "6:13 a text of several lines begins on the line after '|' | "),
        ("foreword: >x\n", "6:12 a value cannot begin with '|' or '>' without quotes | "),
        ("foreword: ]\n", "6:11 a value cannot begin like this | put the value in quotes"),
        ("foreword\nqr: none\n", "6:1 this line has no key | "),
    ],
)
def test_mistakes_of_syntax_stop_with_one_sentence(tmp_path, text, said):
    found = wrong(tmp_path, text, base=SHORTEST)
    assert len(found) == 1
    assert found[0].startswith(said)


NO_PHONES = (
    "apps: [{name: 甲, phones: [], formats: [epub], reads: offline, source: https://a.example/, checked: 2026-11-22}]\n"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "bundle: Weekly\n",
            "cannot name files: at most 8 of a-z, 0-9 and '-', and no '-' first | for example: bundle: weekly",
        ),
        ("bundle: weekly-digest\n", "cannot name files: at most 8"),
        ("bundle: -a\n", "cannot name files: at most 8"),
        ("bundle: 周刊\n", "cannot name files: at most 8"),
        ("bundle: com1\n", "'com1' cannot name files: Windows keeps the name for a device"),
        ("version: 2\n", "version '2' of the recipe format is not known: write 1"),
        ("title: ' '\n", "'title' is empty"),
        ("title: |\n  a\n  b\n", "'title' must be one line"),
        (f"title: {'字' * 201}\n", "'title' has 201 characters, at most 200"),
        ("title:\n", "'title' has no value | for example: title: 一周文摘"),
        ("qr:\n", "'qr' has no value | write one, or leave the line out for the default: share"),
        ("language: zh_CN\n", "'zh_CN' is no language tag (BCP 47) | write zh-CN"),
        ("language: 中文\n", "'中文' is no language tag (BCP 47) | for example: ar, en, fa, ru, zh-Hans, zh-Hant"),
        ("archives: []\n", "'archives' is empty | for example: archives: ../archive"),
        ("archives: a\\b\n", "the path 'a\\\\b' holds a backslash | write '/' instead, on Windows too"),
        ("archives: [a, ./a]\n", "the same archive stands here twice"),
        ("archives: [{path: a, name: x}, {path: b, name: x}]\n", "two archives have the name 'x'"),
        ("archives: {path: a, name: 新}\n", "'新' cannot name an archive: a-z, 0-9 and '-', at most 32 characters"),
        ("archives: {path: a, reader: miror}\n", "'miror' is no value of 'reader' | did you mean 'mirror'?"),
        ("archives: {path: a, base_url: http://a.example/}\n", "the address 'http://a.example/' is not encrypted"),
        ("archives: {path: a, sections: [b]}\n", "'sections' wants ids with names, not […]"),
        ("base_url: https://a.example/\n", "unknown key 'base_url' | 'base_url' belongs under 'archives', indented"),
        (
            "pin:\n  a\n  b\n",
            "the lines of 'pin' run together into one | write 'pin: |' and one a line below it, indented",
        ),
        ("pin: >\n  a\n  b\n", "the lines of 'pin' run together into one"),
        ("pin: [a, b]\ndrop: b\n", "'b' is pinned and dropped | keep one of the two"),
        ("pin: {a: b}\n", "'pin' wants a list, not {…}"),
        ("pin: ['']\n", "'pin' is empty"),
        ("select: {since: 7}\n", "'since' must be a date, or days like 7d, not '7' | write 7d"),
        ("select: {since: 7天}\n", "'since' must be a date, or days like 7d, not '7天' | write 7d"),
        ("select: {since: 99999d}\n", "'99999d' is more than 36500 days"),
        ("select: {since: 2026-02-01, until: 2026-01-01}\n", "'since' is later than 'until' | exchange the two dates"),
        ("select: {limit: 0}\n", "'limit' must lie between 1 and 1000000"),
        ("select: {limit_each: {sections: 5}}\n", "unknown key 'sections' | did you mean 'section'?"),
        ("select: {title: x}\n", "unknown key 'title' | 'title' belongs at the left edge"),
        ("chapters: []\n", "'chapters' wants a list of titles, or 'by-section'"),
        ("chapters: [a: pinned, b: pinned]\n", "two chapters take 'pinned' | keep one of the two"),
        ("chapters: [a: pinned, a: rest]\n", "two chapters have the title 'a'"),
        ("chapters: [a: {}]\n", "the chapter 'a' asks for nothing"),
        ("chapters: [a: {in: text}]\n", "the chapter 'a' asks for nothing"),
        (
            "chapters: [a: pined]\n",
            "'pined' is no value of 'chapters' | write pinned, rest, or words in brackets: [a, b]",
        ),
        ("chapters: [a]\n", "an entry of 'chapters' is one title with what belongs under it"),
        ("chapters: [a: {anny: [b]}]\n", "unknown key 'anny' | did you mean 'any'?"),
        ("formats: []\n", "'formats' is empty"),
        ("formats: [epub, epub: {}]\n", "the format 'epub' stands twice"),
        ("formats: [doc]\n", "'doc' is no value of 'formats' | valid values: epub, html, pdf, text"),
        ("formats:\n  - pdf:\n    page: a5\n", "the options of 'pdf' are not below it | indent them deeper than 'pdf'"),
        ("formats: [pdf: {page: a6x}]\n", "'a6x' is no value of 'page' | "),
        ("formats: [pdf: {pages: a5}]\n", "unknown key 'pages' | did you mean 'page'?"),
        ("formats: [pdf: {size: big}]\n", "'size' must be a whole number, not 'big' | for example: size: 11"),
        ("formats: [pdf: {size: 99}]\n", "these options do not go together: a size of 40 points at most"),
        (NO_PHONES, "'phones' is empty | for example: phones: android"),
        ("formats: [epub: {page: a5}]\n", "unknown key 'page' | 'page' belongs under 'pdf', indented"),
    ],
)
def test_mistakes_of_meaning_have_a_way_out(tmp_path, text, said):
    given = {line.partition(":")[0] for line in text.splitlines()}
    base = "".join(f"{line}\n" for line in SHORTEST.splitlines() if line.partition(":")[0] not in given)
    found = wrong(tmp_path, text, base=base)
    assert len(found) == 1
    assert said in found[0]


ONION = "http://pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion/"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://a.example/", "the address 'http://a.example/' is not encrypted | use https://"),
        ("ftp://a.example/", "'ftp://a.example/' is no address for readers | "),
        ("javascript:alert(1)", "'javascript:alert(1)' is no address for readers | "),
        ("a.example", "'a.example' is no address for readers | "),
        (
            "https://a@a.example/",
            "a user name stands before the host of 'https://a@a.example/' | leave out all before '@'",
        ),
        ("https://localhost/", "the host of 'https://localhost/' is not valid | "),
        ("https://a.example:99999/", "'https://a.example:99999/' is no address | "),
        ("https://[::1", "'https://[::1' is no address | "),
        ("https://a.example/a b", " | copy it again, whole; in the middle of an address a space is %20"),
        ("https://a.example/\u200b", "a space or an invisible character stands in the address"),
        ("https://维基.example/维", "is not plain ASCII | write it encoded: https://xn--3jsx02g.example/%E7%BB%B4"),
        ("mailto:nobody", "'mailto:nobody' is no e-mail address | for example: mailto:name@host.example"),
        (ONION.replace("scryd", "scrye"), "is no onion address | copy it again, whole"),
        ("http://aaaaaaaaaaaaaaaa.onion/", "'aaaaaaaaaaaaaaaa.onion' is no onion address | copy it again, whole"),
        ("https://a.example/" + "x" * 200, "is 218 bytes long, a QR code holds 213 | use a shorter address"),
    ],
)
def test_case_124_addresses_for_readers_are_checked(tmp_path, address, said):
    found = wrong(tmp_path, f"links:\n  - 家: '{address}'\n", base=SHORTEST)
    assert len(found) == 1
    assert found[0].startswith("7:8 ")
    assert said in found[0]


@pytest.mark.parametrize(
    "address", ["https://a.example", "https://1.2.3.4:8443/x?y#z", "mailto:a@a.example?subject=x", ONION]
)
def test_good_addresses_stay_as_they_are(tmp_path, address):
    assert read(tmp_path, f"links:\n  - 家: {address}\n").links[0].address == address


def test_problems_in_a_list_file_bear_its_name(tmp_path):
    (tmp_path / "links.yaml").write_text("- title: 家\n- 写信: mailto:x\n  adress: y\n", encoding="utf-8")
    (tmp_path / "mirrors.yaml").write_text("mirrors: x\n", encoding="utf-8")
    assert wrong(tmp_path, "links: links.yaml\nmirrors: mirrors.yaml\nqr: shore\n", base=SHORTEST) == [
        "8:5 'shore' is no value of 'qr' | did you mean 'share'? valid values: share, source, none",
        "links.yaml:1:3 the key 'address' is missing | for example: address: https://mirror.example/",
        "links.yaml:2:3 unknown key '写信' | known keys: title, address, note",
        "links.yaml:2:3 the key 'title' is missing | for example: title: Tor Browser",
        "links.yaml:3:3 unknown key 'adress' | did you mean 'address'?",
        "mirrors.yaml:1:1 a file of 'mirrors' holds a list and nothing else | for example: mirrors: [https://mirror.example/]",
    ]
    said = wrong(tmp_path, "links: none.yaml\nmirrors: .\n", base=SHORTEST)
    assert [one.replace(f"{tmp_path}/", "") for one in said] == [
        "6:8 the file 'none.yaml' does not exist | paths begin in the folder of the file they stand in",
        f"7:10 '{tmp_path}' is a folder, not a file | name a file in it",
    ]


@pytest.mark.parametrize("written", ["", "- a\n", "title: *a\nkey: &b c\n", "%x\n", "a: 1\n---\nb: 2\n", "<<: 1\n"])
def test_a_file_that_is_no_recipe_is_not_called_one(tmp_path, written):
    """A publisher's settings and the ways of handing on are read by the same rules as recipes."""
    path = tmp_path / "release.yaml"
    path.write_text(written, encoding="utf-8")
    for reading in (lambda: settings.load(path, KNOWN), lambda: channels.load(path)):
        with pytest.raises(RecipeProblems) as caught:
            reading()
        sentences = [part for one in caught.value.problems for part in (one.message, one.hint) if part]
        for language in speech.LANGUAGES:
            speech.use(language)
            said = [speech.told(one).replace(str(tmp_path), "") for one in (caught.value.message, *sentences)]
            assert not [text for text in said if "recipe" in text or "配方" in text]


def test_problems_say_everything_as_text_and_across_processes(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text("title: x\nfoo: y\n", encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        load(path, KNOWN)
    text = str(caught.value)
    assert text.startswith(f"{path}:1:1: the key 'version' is missing\n  hint: for example: version: 1\n")
    assert text.count("\n  hint: ") == len(caught.value.problems) == 5
    assert caught.value.message == f"{str(path)!r} has 5 mistakes"
    again = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(again, RecipeProblems)
    assert again.problems == caught.value.problems


def test_what_is_found_later_gets_its_place(tmp_path):
    pins = "pin: |\n\n  # c\n\n  a\n  b\ndrop: c\n"
    text = f"{pins}select: {{sections: [x, y]}}\nchapters:\n- k: [r, s]\n- l:\n    sections: t\n"
    recipe = read(tmp_path, text)
    expected = {
        ("pin", 0): "10:3",
        ("pin", 1): "11:3",
        ("drop", 0): "12:7",
        ("select", "sections", 1): "13:24",
        ("chapters", 0, "any", 1): "15:10",
        ("chapters", 1, "sections", 0): "17:15",
        ("nowhere", 5): "1:1",
    }
    for where, place in expected.items():
        finding = SimpleNamespace(where=where, message=say("no article"), hint=None)
        assert [problem.place for problem in located(recipe.path, [finding]).problems] == [f"{recipe.path}:{place}"]
