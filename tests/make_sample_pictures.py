"""Draw the sample archive's pictures: `python tests/make_sample_pictures.py assets/sample/media`.

The same script, fonts and imaging library give the same bytes; nothing is taken from a camera or a clock.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import qrcode
from _drawing import ACCENT, BLUE, DUNE, INK, MIST, PAPER, SAND, WHITE, Board, arc, curve, phone, rounded, sheet
from _photographs import folded_sheet, window_at_dusk
from PIL import Image


def fold_four_steps() -> Image.Image:
    """A sheet becomes a booklet of eight pages: crease, cut, push together, fold round."""
    board = Board(1200, 430)
    for number in range(4):
        centre = 165 + number * 290
        for dot in range(number + 1):
            board.disc(centre + (dot - number / 2) * 24, 372, 7, ACCENT)
        if number < 3:
            board.line([(centre + 140, 362), (centre + 150, 372), (centre + 140, 382)], BLUE, 5)
    with board.at(53, 118):
        sheet(board, 224, 160)
        _creases(board)
    with board.at(343, 118):
        sheet(board, 224, 160)
        _creases(board)
        board.line([(56, 80), (168, 80)], ACCENT, 7)
    with board.at(745, 200):
        _pushed(board)
    with board.at(975, 98):
        _booklet(board)
    return board.finish()


def _creases(board: Board) -> None:
    for x in (56, 112, 168):
        board.dashes([(x, 6), (x, 154)], BLUE, 3, 9)
    board.dashes([(6, 80), (218, 80)], BLUE, 3, 9)


def _pushed(board: Board) -> None:
    """The sheet folded lengthwise and pushed from both ends, so that the cut opens to a diamond."""
    board.polygon(
        [(-112, 84), (-44, 84), (0, 124), (44, 84), (112, 84), (112, 96), (44, 96), (0, 136), (-44, 96), (-112, 96)],
        DUNE,
    )
    board.polygon([(-44, 2), (0, -38), (44, 2), (44, 84), (0, 44), (-44, 84)], MIST)
    board.line([(0, -38), (0, 44)], INK, 3)
    for side in (-1, 1):
        wall = [(side * 44, 2), (0, 42), (0, 124), (side * 44, 84)]
        wing = [(side * 112, 2), (side * 44, 2), (side * 44, 84), (side * 112, 84)]
        for shape in (wall, wing):
            board.polygon(shape, WHITE)
            board.line([*shape, shape[0]], INK, 3)
        board.line([(side * 44, 2), (0, -38)], INK, 3)
        board.line([(side * 142, 43), (side * 122, 43)], ACCENT, 5)
        board.line([(side * 130, 35), (side * 122, 43), (side * 130, 51)], ACCENT, 5)


def _booklet(board: Board) -> None:
    board.polygon([(14, 14), (160, 14), (160, 214), (14, 214)], DUNE)
    for page in (2, 1):
        board.polygon([(6, 4), (138 + page * 7, 8 + page * 4), (138 + page * 7, 194 + page * 4), (6, 200)], WHITE)
        board.line([(6, 4), (138 + page * 7, 8 + page * 4), (138 + page * 7, 194 + page * 4), (6, 200)], INK, 3)
    board.box(0, 0, 138, 200, BLUE, 4)
    board.line([(0, 0), (138, 0), (138, 200), (0, 200), (0, 0)], INK, 3)
    board.line([(16, 2), (16, 198)], INK, 2)
    board.box(38, 44, 78, 12, PAPER, 6)
    board.box(38, 68, 52, 12, PAPER, 6)
    board.disc(104, 164, 10, ACCENT)


def file_in_chat() -> Image.Image:
    """A file leaves a chat and opens in a reading app on the second phone."""
    board = Board(1200, 640)
    with board.at(190, 60):
        phone(board, 280, 520)
        board.box(34, 70, 130, 46, MIST, 20)
        board.box(136, 134, 110, 46, DUNE, 20)
        board.box(34, 204, 200, 104, MIST, 20)
        _document(board, 54, 222)
        board.rows(126, 240, (84, 60), BLUE)
        board.box(34, 330, 92, 46, MIST, 20)
        board.box(34, 442, 212, 40, PAPER, 20)
        board.disc(226, 462, 13, ACCENT)
    path = curve((450, 312), (600, 120), (718, 262))
    board.dashes(path[:-2], ACCENT, 5, 13)
    board.line([(694, 250), (718, 264), (724, 236)], ACCENT, 6)
    with board.at(730, 60):
        phone(board, 280, 520)
        board.box(40, 78, 150, 16, INK, 8)
        board.box(40, 106, 96, 10, ACCENT, 5)
        board.rows(40, 146, (200, 188, 196, 120), gap=20)
        board.polygon(rounded(40, 240, 200, 92, 8), DUNE)
        board.polygon([(52, 324), (104, 266), (136, 300), (168, 276), (228, 324)], BLUE)
        board.disc(200, 264, 11, ACCENT)
        board.rows(40, 354, (196, 200, 184, 198, 140), gap=20)
    return board.finish()


def _document(board: Board, x: float, y: float) -> None:
    board.polygon([(x, y), (x + 38, y), (x + 56, y + 18), (x + 56, y + 68), (x, y + 68)], WHITE)
    board.polygon([(x + 38, y), (x + 56, y + 18), (x + 38, y + 18)], ACCENT)
    board.rows(x + 10, y + 30, (36, 28), INK, gap=14)


def stick_between_hands() -> Image.Image:
    """One hand gives a USB stick to another, open one."""
    board = Board(1200, 560)
    board.disc(600, 280, 210, DUNE)
    with board.at(600, 262):
        _open_hand(board)
        _holding_finger(board)
        _stick(board)
        _giving_hand(board)
    return board.finish()


def _stick(board: Board) -> None:
    with board.at(4, -30, degrees=12):
        board.box(84, -25, 64, 50, INK, 5)
        board.box(88, -21, 56, 42, MIST, 3)
        board.box(112, -13, 14, 9, INK, 2)
        board.box(112, 5, 14, 9, INK, 2)
        board.box(-84, -38, 172, 76, INK, 16)
        board.box(-80, -34, 164, 68, ACCENT, 13)
        board.box(34, -14, 28, 28, PAPER, 6)


def _giving_hand(board: Board) -> None:
    board.box(-640, -120, 330, 140, INK, 0)
    board.box(-640, -116, 326, 132, BLUE, 0)
    board.polygon(rounded(-318, -108, 156, 146, 58), INK)
    board.polygon(rounded(-314, -104, 148, 138, 54), SAND)
    _finger(board, -230, -72, 210, degrees=6)
    board.polygon(rounded(-296, -100, 96, 128, 34), SAND)
    for y, length in ((-8, 46), (14, 40)):
        board.line([(-176 - length, y), (-176 - y / 2, y)], INK, 4)
    board.box(-334, -132, 42, 164, INK, 10)
    board.box(-330, -128, 34, 156, PAPER, 8)


def _holding_finger(board: Board) -> None:
    """The forefinger, which passes behind the stick."""
    _finger(board, -222, -34, 226, degrees=12)


def _open_hand(board: Board) -> None:
    board.box(310, 66, 330, 140, INK, 0)
    board.box(310, 70, 330, 132, INK, 0)
    for x, y, length, degrees in ((230, 112, 330, 180), (230, 132, 306, 180)):
        _finger(board, x, y, length, degrees=degrees)
    board.polygon(rounded(150, 68, 172, 130, 46), INK)
    board.polygon(rounded(154, 72, 164, 122, 42), SAND)
    _finger(board, 252, 106, 150, degrees=212)
    board.polygon(rounded(176, 96, 130, 90, 34), SAND)
    board.box(292, 56, 42, 164, INK, 10)
    board.box(296, 60, 34, 156, PAPER, 8)


def _finger(board: Board, x: float, y: float, length: float, *, degrees: float) -> None:
    with board.at(x, y, degrees=degrees):
        board.box(-24, -24, length, 48, INK, 24)
        board.box(-20, -20, length - 8, 40, SAND, 20)


def five_groups() -> Image.Image:
    """Five groups of digits on a paper note and on a phone, compared one by one."""
    groups = ("4071", "9926", "3358", "6014", "8820")
    board = Board(1200, 640)
    with board.at(176, 92):
        board.box(10, 12, 330, 460, DUNE, 4)
        board.box(0, 0, 330, 460, WHITE, 4)
        for hole in range(8):
            board.disc(26 + hole * 40, 22, 7, PAPER)
        board.line([(0, 0), (330, 0), (330, 460), (0, 460), (0, 0)], INK, 3)
    with board.at(704, 56):
        phone(board, 300, 528)
    for number, group in enumerate(groups):
        y = 172 + number * 76
        board.dashes([(522, y), (692, y)], BLUE, 3, 9)
        _digits(board, 341, y, group)
        _digits(board, 854, y, group)
        board.disc(604, y, 22, WHITE)
        board.line(arc(604, y, 22, 0, 360), BLUE, 3)
        board.line([(594, y), (601, y + 8), (615, y - 8)], ACCENT, 5)
    return board.finish()


def _digits(board: Board, x: float, y: float, group: str) -> None:
    for number, digit in enumerate(group):
        board.text((x + (number - 1.5) * 40, y), digit, 48, bold=True)


def code_in_white_box() -> Image.Image:
    """A notice with a QR code in a white box of its own, the address written beneath."""
    board = Board(900, 640)
    board.box(262, 62, 400, 536, SAND)
    board.box(250, 50, 400, 536, BLUE)
    board.box(290, 92, 180, 18, PAPER, 9)
    board.box(290, 124, 110, 12, MIST, 6)
    code = qrcode.QRCode(version=2, error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data("https://mirror.example/")
    matrix = code.get_matrix()
    module = 8
    side = module * (len(matrix) + 8)
    left, top = 450 - side // 2, 166
    board.box(left, top, side, side + 56, WHITE, 6)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                board.box(left + (x + 4) * module, top + (y + 4) * module, module - 1 / 3, module - 1 / 3, INK)
    board.text((450, top + side + 14), "https://mirror.example/", 20)
    board.rows(290, 528, (320, 250), MIST, gap=20)
    for x in (250, 650):
        with board.at(x, 50, degrees=-38 if x == 250 else 38):
            board.box(-46, -14, 92, 28, SAND)
    return board.finish()


def plain_shelf() -> Image.Image:
    """A shelf in a reading app: five covers that talk and one that does not."""
    board = Board(1200, 640)
    board.box(162, 66, 900, 530, DUNE, 36)
    board.box(150, 50, 900, 530, INK, 36)
    board.box(176, 76, 848, 478, WHITE, 14)
    for number in range(6):
        x, y = 246 + number % 3 * 262, 108 + number // 3 * 226
        board.box(x + 7, y + 7, 136, 182, DUNE, 4)
        board.box(x, y, 136, 182, (BLUE, ACCENT, SAND, INK, PAPER, BLUE)[number], 4)
        with board.at(x, y):
            _cover(board, number)
    for y in (294, 520):
        board.line([(216, y), (984, y)], MIST, 4)
    return board.finish()


def _cover(board: Board, number: int) -> None:
    match number:
        case 0:
            board.rows(18, 24, (98, 70), PAPER, gap=20)
            board.disc(68, 122, 36, PAPER)
            board.disc(68, 122, 20, BLUE)
        case 1:
            board.polygon([(18, 164), (68, 74), (118, 164)], PAPER)
            board.rows(18, 24, (100, 82), PAPER, gap=20)
        case 2:
            for stripe in range(4):
                board.box(18, 74 + stripe * 26, 100 - stripe * 18, 13, ACCENT, 6)
            board.rows(18, 24, (88, 60), INK, gap=20)
        case 3:
            board.disc(68, 106, 44, ACCENT)
            board.disc(86, 94, 38, INK)
            board.rows(18, 24, (72,), PAPER)
        case 4:
            board.line([(0, 0), (136, 0), (136, 182), (0, 182), (0, 0)], INK, 3)
        case _:
            board.polygon([(0, 140), (46, 96), (84, 128), (136, 82), (136, 182), (0, 182)], PAPER)
            board.rows(18, 24, (94, 66), PAPER, gap=20)


def one_among_sixteen() -> Image.Image:
    """Sixteen equal copies beside a single one, from which a thread leads back to a person."""
    board = Board(1200, 600)
    for number in range(16):
        with board.at(130 + number % 4 * 104, 62 + number // 4 * 124):
            _copy(board, BLUE)
    board.line([(606, 70), (606, 540)], SAND, 3)
    board.dashes(curve((846, 290), (950, 130), (1022, 250)), ACCENT, 5, 12)
    with board.at(710, 215, scale=1.75):
        _copy(board, ACCENT)
    board.disc(1022, 292, 36, INK)
    board.polygon([*arc(1022, 404, 64, 180, 360), (1086, 424), (958, 424)], INK)
    return board.finish()


def _copy(board: Board, seal: str) -> None:
    board.box(6, 7, 76, 98, DUNE, 4)
    board.box(0, 0, 76, 98, WHITE, 4)
    board.line([(0, 0), (76, 0), (76, 98), (0, 98), (0, 0)], INK, 2.4)
    board.rows(13, 17, (50, 44, 48), MIST, gap=14)
    board.disc(58, 80, 9, seal)


def archive_boxes() -> Image.Image:
    """A folder of folders: articles in their places, pictures beside them."""
    board = Board(1200, 600)
    _folder(board, 120, 216, 1.5, BLUE)
    board.line([(342, 300), (430, 300)], INK, 4)
    board.line([(430, 122), (430, 478)], INK, 4)
    for number, colour in enumerate((SAND, SAND, ACCENT)):
        y = 122 + number * 178
        board.line([(430, y), (490, y)], INK, 4)
        _folder(board, 500, y - 56, 1.0, colour)
        for page in range((4, 3, 3)[number]):
            with board.at(696 + page * 98, y - 46):
                (_picture if number == 2 else _page)(board)
    return board.finish()


def _folder(board: Board, x: float, y: float, scale: float, colour: str) -> None:
    with board.at(x, y, scale=scale):
        board.box(6, 8, 140, 106, DUNE, 10)
        board.polygon([*rounded(0, 0, 60, 30, 8)], INK)
        board.box(0, 12, 140, 100, INK, 10)
        board.box(3, 15, 134, 94, colour, 8)
        board.box(3, 36, 134, 73, colour, 8)
        board.line([(4, 36), (136, 36)], INK, 2.5)


def _page(board: Board) -> None:
    board.box(6, 7, 72, 92, DUNE, 4)
    board.box(0, 0, 72, 92, WHITE, 4)
    board.line([(0, 0), (72, 0), (72, 92), (0, 92), (0, 0)], INK, 2.6)
    board.box(12, 15, 34, 8, INK, 4)
    board.rows(12, 35, (48, 44, 48), MIST, gap=16)


def _picture(board: Board) -> None:
    board.box(6, 7, 84, 92, DUNE, 4)
    board.box(0, 0, 84, 92, MIST, 4)
    board.polygon([(2, 90), (30, 46), (50, 70), (62, 56), (82, 82), (82, 90)], BLUE)
    board.disc(60, 26, 9, ACCENT)
    board.line([(0, 0), (84, 0), (84, 92), (0, 92), (0, 0)], INK, 2.6)


def old_phone() -> Image.Image:
    """An old phone with a thick frame on a stand, kept for reading, without a network."""
    board = Board(1000, 640)
    board.box(0, 540, 1000, 100, DUNE)
    board.polygon([(330, 556), (690, 556), (730, 574), (370, 574)], SAND)
    board.line([*curve((585, 520), (700, 560), (780, 480)), *curve((780, 480), (836, 416), (900, 470))], INK, 6)
    board.box(884, 462, 60, 78, INK, 10)
    board.line([(904, 462), (904, 440)], INK, 7)
    board.line([(926, 462), (926, 440)], INK, 7)
    board.polygon([(560, 300), (640, 556), (600, 556), (530, 340)], SAND)
    with board.at(352, 96, degrees=-3):
        board.box(0, 0, 256, 452, INK, 30)
        board.box(22, 62, 212, 322, PAPER, 4)
        board.box(98, 28, 60, 9, BLUE, 4.5)
        board.disc(128, 418, 18, BLUE)
        board.disc(128, 418, 12, INK)
        board.box(44, 88, 120, 14, INK, 7)
        board.box(44, 114, 74, 9, ACCENT, 4.5)
        board.rows(44, 148, (168, 160, 166, 104), MIST, gap=20)
        board.rows(44, 244, (166, 170, 156, 168, 120), MIST, gap=20)
    board.box(296, 540, 350, 22, INK, 8)
    board.box(320, 524, 300, 20, ACCENT, 8)
    return board.finish()


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "fold-four-steps.png": fold_four_steps,
    "file-in-chat.png": file_in_chat,
    "stick-between-hands.png": stick_between_hands,
    "five-groups.png": five_groups,
    "code-in-white-box.gif": code_in_white_box,
    "plain-shelf.png": plain_shelf,
    "one-among-sixteen.png": one_among_sixteen,
    "archive-boxes.png": archive_boxes,
    "old-phone.webp": old_phone,
    "window-at-dusk.jpg": window_at_dusk,
    "folded-sheet.jpg": folded_sheet,
}


def main(folder: Path) -> None:
    """Write every picture into the folder, at most 120 KB each."""
    for name, draw in PICTURES.items():
        picture = draw()
        path = folder / name
        match path.suffix:
            case ".jpg":
                picture.save(path, quality=80, optimize=True, progressive=True)
            case ".webp":
                picture.save(path, quality=88, method=6)
            case _:
                flat = picture.quantize(192, dither=Image.Dither.NONE)
                flat.save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
