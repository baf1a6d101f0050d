"""What WeasyPrint draws is said shorter and looks the same: glyphs at their places, marks at their elements."""

import io
import random

import pikepdf
import pytest

from bundler import qr
from bundler.writers._file import File
from bundler.writers._slim import Pen, balanced
from bundler.writers._syntax import glyphs, number, text

SIZE = 10.0
WIDENED = b"[<0041>-30()-10<0042>-40<0041>-40<0042>-40<0041>-40<0042>-40] TJ"


def line(*shown, x=0, y=0):
    return [b"BT", b"1 0 0 -1 %.2f %.2f Tm" % (x, y), b"/F %d Tf" % SIZE, *shown, b"ET"]


def marked(place, *operators):
    return ["/Span", {"MCID": place}, b"BDC", *operators, b"EMC"]


def drawn(operators, owners=(), widths=None):
    pen = Pen(owners, {"F": widths} if widths else {})
    pen.take(operators)
    return pen


def instructions(said):
    file = pikepdf.new()
    parsed = pikepdf.parse_content_stream(pikepdf.Stream(file, b"\n".join(said)))
    return [(str(one.operator), list(one.operands)) for one in parsed]


def places(said, width=0):
    """Return every glyph with its place from the left and from above, all as wide, in em (section 9.4)."""
    found, spacing, at, start = [], 0.0, 0.0, (0.0, 0.0)
    for operator, operands in instructions(said):
        match operator:
            case "Tm":
                start, at = (float(operands[4]), float(operands[5])), 0.0
            case "Td":
                start, at = (start[0] + float(operands[0]), start[1] - float(operands[1])), 0.0
            case "Tc":
                spacing = float(operands[0])
            case "Tj" | "TJ":
                for part in operands[0] if operator == "TJ" else operands:
                    if isinstance(part, pikepdf.String):
                        for place in range(0, len(bytes(part)), 2):
                            found.append((bytes(part)[place : place + 2], start[0] + at, start[1]))
                            at += spacing + width * SIZE
                    else:
                        at -= float(part) / 1000 * SIZE
    return found


@pytest.mark.parametrize(
    ("operator", "shown"),
    [
        (b"[<00410042>] TJ", [b"(\0A\0B)Tj"]),
        (b"[<0041>0<0042>0] TJ", [b"(\0A\0B)Tj"]),
        (WIDENED, [b".4 Tc", b"(\0A\0B\0A\0B\0A\0B)Tj", b"0 Tc"]),
        (b"[<0041>12<00420043>] TJ", [b"[(\0A)12(\0B\0C)]TJ"]),
        (b"[5<0041>-5<0042>] TJ", [b"[5(\0A)-5(\0B)]TJ"]),
        (b"[<5c28290d>] TJ", [b"(\\\\\\(\\)\\r)Tj"]),
    ],
)  # fmt: skip
def test_a_line_is_said_in_few_words(operator, shown):
    said = drawn(line(operator)).said
    assert said == [b"BT", b"1 0 0 -1 0 0 Tm", b"/F 10 Tf", *shown, b"ET"]


def test_every_glyph_stays_at_its_place():
    dice = random.Random(7)
    operators, expected = [], []
    for y in range(1, 60):
        x, common = dice.randrange(50), dice.choice((0, -20, -41.3))
        steps = [round(common + dice.choice((0, 0, 0.4, -15, 3)), 1) for _ in range(dice.randrange(1, 40))]
        operators += line(
            b"[" + b"".join(b"<%04x>%.1f" % (y * 64 + n, s) for n, s in enumerate(steps)) + b"] TJ", x=x, y=y
        )
        left = [x - sum(steps[:n]) / 1000 * SIZE for n in range(len(steps))]
        expected += [((y * 64 + n).to_bytes(2, "big"), at, y) for n, at in enumerate(left)]
    found = places(drawn(operators).said)
    assert [one[0] for one in found] == [one[0] for one in expected]
    assert [one[2] for one in found] == pytest.approx([one[2] for one in expected], abs=0.01)
    assert [one[1] for one in found] == pytest.approx([one[1] for one in expected], abs=SIZE * 0.006)


def test_a_spacing_lasts_until_another_pays():
    widened = line(b"[" + b"".join(b"<%04x>-40" % glyph for glyph in range(65, 85)) + b"] TJ")
    alike = line(b"[" + b"".join(b"<%04x>-40.1" % glyph for glyph in range(65, 85)) + b"] TJ", y=20)
    lone = line(b"[<0041>500] TJ", y=40)
    wider = line(b"[" + b"".join(b"<%04x>-42" % glyph for glyph in range(65, 85)) + b"] TJ", y=60)
    said = drawn([*widened, *alike, *lone, *wider]).said
    assert [one for one in said if one.endswith(b" Tc")] == [b".4 Tc", b".42 Tc", b"0 Tc"]
    assert not any(one.endswith(b"]TJ") for one in said)


def test_texts_on_one_line_are_one_string_whatever_stands_between_them():
    widths = dict.fromkeys(range(256), 1000)
    texts = ((b"<0041>", 5, 0), (b"<00420043>", 15, 0), (b"<0044>", 38.5, 0), (b"<0045>", 5, 20))
    apart = [one for shown, x, y in texts for one in line(b"[%s] TJ" % shown, x=x, y=y)]
    said = drawn(apart, widths=widths).said
    assert [one for one in said if one[-1:] in b"Jj"] == [b"[(\0A\0B\0C)-350(\0D)]TJ", b"(\0E)Tj"]
    assert b"0 -20 Td" in said
    assert places(said, width=1) == [
        (b"\0A", 5, 0), (b"\0B", 15, 0), (b"\0C", 25, 0), (b"\0D", 38.5, 0), (b"\0E", 5, 20),
    ]  # fmt: skip


def test_lines_of_one_element_are_one_mark_and_others_have_their_own():
    glyph = b"[<0041>] TJ"
    owners = [b"a", b"a", b"b", b"a", b"a"]
    operators = [one for place in range(5) for one in marked(place, *line(glyph, y=place * 20))]
    pen = drawn(operators, owners)
    assert pen.marks == [b"a", b"b", b"a"]
    assert pen.renumbered == {0: [0], 1: [0], 2: [1], 3: [2], 4: [2]}
    names = [operator for operator, _ in instructions(pen.said)]
    assert names.count("BDC") == names.count("EMC") == 3
    assert names.count("BT") == names.count("ET") == 1


def test_what_is_drawn_between_lines_ends_text_and_marks_in_their_order():
    glyph = b"[<0041>] TJ"
    rule = [b"q", b"0 0 0 RG", b"1 w", b"0 5 m", b"9 5 l", b"S", b"Q"]
    operators = [
        *marked(0, *line(glyph), *rule, *line(glyph, y=9)),
        "/Artifact",
        b"BMC",
        *rule,
        b"EMC",
        *marked(1, *line(glyph)),
    ]
    pen = drawn(operators, [b"a", b"a"])
    depth, inside = [], False
    for operator, _ in instructions(pen.said):
        match operator:
            case "BT":
                assert not inside
                inside, depth = True, [*depth, "T"]
            case "ET":
                assert depth.pop() == "T"
                inside = False
            case "BDC" | "BMC":
                depth.append("M")
            case "EMC":
                assert depth.pop() == "M"
            case "m" | "S" | "q":
                assert not inside
    assert depth == []
    assert pen.marks == [b"a", b"a", b"a", b"a"]
    assert pen.renumbered == {0: [0, 1, 2], 1: [3]}


def test_opacity_is_said_only_where_there_is_some():
    assert b"/a1.0 gs" not in drawn([b"/a1.0 gs", b"0 0 5 5 re", b"f"]).said
    assert b"/a1.0 gs" in drawn([b"/a0.5 gs", b"0 0 5 5 re", b"f", b"/a1.0 gs"]).said


def test_idle_states_are_left_out():
    assert balanced([b"q", b"q", b"q", b"f", b"Q", b"Q", b"Q"]) == [b"q", b"f", b"Q"]
    assert balanced([b"q", b"q", b"f", b"Q", b"S", b"Q"]) == [b"q", b"q", b"f", b"Q", b"S", b"Q"]


def test_numbers_and_texts_are_short_and_right():
    assert [number(value) for value in (0, -0.001, 0.5, -0.25, 12.0, 100, 3.14159)] == [
        b"0", b"0", b".5", b"-.25", b"12", b"100", b"3.14",
    ]  # fmt: skip
    for said in ("plain (text) \\ here", "中文，(括号)", "line\nbreak", "\x01\x02", "🌊"):
        assert not set(text(said)) & set(range(32))
        assert str(pikepdf.Object.parse(text(said))) == said
    every = bytes(range(256))
    assert bytes(pikepdf.Object.parse(glyphs(every))) == every


def test_blocks_of_a_code_are_its_dark_modules_and_no_other():
    for payload in ("a", "https://mirror.example/pages/news/a1.md"):
        modules = qr.matrix(payload)
        covered = [
            (x + right, y + down)
            for x, y, wide, high in qr.blocks(modules)
            for right in range(wide)
            for down in range(high)
        ]
        dark = {(x + 4, y + 4) for y, row in enumerate(modules) for x, one in enumerate(row) if one}
        assert len(covered) == len(set(covered))
        assert set(covered) == dark


def test_a_file_is_read_back_object_by_object():
    out = io.BytesIO()
    file = File(out)
    pages = file.reserve()
    file.reserve()  # a number that is never used is free
    many = [file.add(b"<</Number %d>>" % place) for place in range(700)]
    stream = file.add_stream(b"0 0 5 5 re f\n" * 40)
    page = file.add(b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents %d 0 R>>" % (pages, stream))
    file.put(pages, b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % page)
    file.close(file.add(b"<</Type/Catalog/Pages %d 0 R>>" % pages), file.add(b"<</Title(t)>>"))
    with pikepdf.open(io.BytesIO(out.getvalue())) as read:
        assert read.check_pdf_syntax() == []
        assert read.pages[0].obj.Contents.read_bytes() == b"0 0 5 5 re f\n" * 40
        assert [int(read.get_object(number, 0).Number) for number in many] == list(range(700))
        assert str(read.docinfo.Title) == "t"
