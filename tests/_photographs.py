"""Two pictures for the sample archive that look like photographs, painted from gradients and seeded noise."""

from __future__ import annotations

import math
from random import Random

from _drawing import ACCENT, WHITE, Board, arc, curve, grain, ramp
from PIL import Image, ImageChops, ImageDraw, ImageFilter

Size = tuple[int, int]


def window_at_dusk() -> Image.Image:
    """A still life: a window after sunset, a phone left reading on the sill."""
    size = (1200, 800)
    scene = ramp(size, ((0, "#10161e"), (0.7, "#1b222b"), (0.78, "#2a2c2f"), (1, "#1a1a1c")))
    pane = Image.new("L", size, 0)
    draw = ImageDraw.Draw(pane)
    for left, right in ((232, 578), (612, 958)):
        for top, bottom in ((0, 232), (262, 606)):
            draw.rectangle((left, top, right, bottom), fill=255)
    scene.paste(_frame(size), (0, 0), _frame_mask(size))
    scene.paste(_evening(size), (0, 0), pane.filter(ImageFilter.GaussianBlur(1.6)))
    scene.paste(_sill(size), (0, 640))
    _curtains(scene)
    _still_life(scene)
    return grain(_vignette(scene), 20261115, 0.05)


def _evening(size: Size) -> Image.Image:
    """The sky, a row of roofs and a few lit windows, out of focus."""
    sky = ramp(
        size,
        ((0, "#26384d"), (0.3, "#4f6f8d"), (0.52, "#a9a8a6"), (0.62, "#dcae86"), (0.70, "#c9744f"), (1, "#7d3a2c")),
    )
    draw = ImageDraw.Draw(sky)
    chance = Random(7)
    for row, colour in ((0, "#5d6470"), (1, "#303b49")):
        x = 180
        while x < 1000:
            width, top = chance.randint(70, 130), 440 + row * 60 + chance.randint(-46, 30)
            draw.rectangle((x, top, x + width, 640), fill=colour)
            if chance.random() < 0.6:
                draw.polygon([(x - 6, top), (x + width / 2, top - 34), (x + width + 6, top)], fill=colour)
            x += width + chance.randint(-4, 16)
    sky = sky.filter(ImageFilter.GaussianBlur(5))
    lights = Image.new("RGB", size)
    draw = ImageDraw.Draw(lights)
    for _ in range(34):
        x, y, radius = chance.randint(240, 950), chance.randint(510, 600), chance.choice((4, 5, 7, 9))
        draw.ellipse(
            (x - radius, y - radius, x + radius, y + radius), fill=chance.choice(("#b98546", "#8f6a3c", "#d8b27a"))
        )
    return ImageChops.screen(sky, lights.filter(ImageFilter.GaussianBlur(2.4)))


def _frame_mask(size: Size) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rectangle((196, 0, 994, 640), fill=255)
    return mask


def _frame(size: Size) -> Image.Image:
    """The window's wood, a little lighter where the sky touches it."""
    wood = ramp(size, ((0, "#2f3a46"), (0.5, "#3d4149"), (0.8, "#4a3c37"), (1, "#4a3c37")))
    glow = Image.new("L", size, 0)
    draw = ImageDraw.Draw(glow)
    for left, right in ((232, 578), (612, 958)):
        draw.rectangle((left - 5, -9, right + 5, 236), outline=150, width=5)
        draw.rectangle((left - 5, 258, right + 5, 611), outline=150, width=5)
    light = ramp(size, ((0, "#6f8aa4"), (0.6, "#c39a7c"), (0.8, "#c9744f"), (1, "#c9744f")))
    wood.paste(light, (0, 0), glow.filter(ImageFilter.GaussianBlur(2.5)))
    return wood


def _sill(size: Size) -> Image.Image:
    """The sill, in perspective: the sky's last light lies on it between the bars."""
    width, height = size[0], 160
    board = ramp(
        (width, height), ((0, "#57443a"), (0.08, "#4b3d37"), (0.72, "#332d2c"), (0.75, "#1d1b1d"), (1, "#141416"))
    )
    light = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(light)
    for top, bottom in (((240, 572), (150, 560)), ((618, 950), (640, 1050))):
        draw.polygon([(top[0], 0), (top[1], 0), (bottom[1], 116), (bottom[0], 116)], fill=120)
    fall = ramp((width, height), ((0, "#ffffff"), (0.7, "#303030"), (1, "#000000"))).convert("L")
    light = ImageChops.multiply(light.filter(ImageFilter.GaussianBlur(9)), fall)
    board.paste(Image.new("RGB", (width, height), "#d9916a"), (0, 0), light)
    return board


def _curtains(scene: Image.Image) -> None:
    """Soft folds at both sides, drawn as columns that swell and fade."""
    for left, width, towards in ((0, 250, 1), (950, 250, -1)):
        for column in range(width):
            inner = column / width if towards > 0 else 1 - column / width
            wave = 0.5 + 0.5 * math.sin(column / 13 + math.sin(column / 31) * 1.7)
            shade = 0.16 + 0.26 * wave + 0.30 * inner * wave
            colour = (round(150 * shade + 12), round(138 * shade + 15), round(128 * shade + 20))
            ImageDraw.Draw(scene).line((left + column, 0, left + column, 655 + round(6 * wave)), fill=colour)


def _still_life(scene: Image.Image) -> None:
    """A phone that leans on the frame, its light on the sill, and a cup."""
    glow = Image.new("L", scene.size, 0)
    ImageDraw.Draw(glow).ellipse((590, 640, 930, 760), fill=150)
    ImageDraw.Draw(glow).rectangle((664, 420, 852, 690), fill=70)
    scene.paste(Image.new("RGB", scene.size, "#f0d9b0"), (0, 0), glow.filter(ImageFilter.GaussianBlur(42)))
    shadow = Image.new("L", scene.size, 0)
    ImageDraw.Draw(shadow).ellipse((664, 690, 860, 714), fill=230)
    ImageDraw.Draw(shadow).ellipse((352, 706, 560, 736), fill=230)
    scene.paste(Image.new("RGB", scene.size, "#0d0d0f"), (0, 0), shadow.filter(ImageFilter.GaussianBlur(8)))
    scene.paste(*_lit_phone(scene.size))
    scene.paste(*_cup(scene.size))


def _lit_phone(size: Size) -> tuple[Image.Image, Size, Image.Image]:
    board, mask = Board(*size, "#14181e"), Board(*size, "#000000")
    for target, fill in ((board, "#0c0f14"), (mask, WHITE)):
        with target.at(672, 372, degrees=-2.5):
            target.box(0, 0, 178, 336, fill, 24)
    with board.at(672, 372, degrees=-2.5):
        board.box(0, 0, 178, 336, "#3a4048", 24)
        board.box(2.5, 2, 174, 333, "#0c0f14", 22)
        board.box(10, 10, 158, 316, "#f3e8d2", 16)
        board.box(26, 40, 104, 11, "#4a4038", 5)
        board.box(26, 60, 60, 7, ACCENT, 3)
        board.rows(26, 88, (124, 118, 122, 112, 124, 70), "#b5a78e", gap=15)
        board.rows(26, 192, (120, 124, 110, 122, 118, 124, 84), "#b5a78e", gap=15)
    return (
        board.finish().filter(ImageFilter.GaussianBlur(0.9)),
        (0, 0),
        mask.finish().convert("L").filter(ImageFilter.GaussianBlur(0.8)),
    )


def _cup(size: Size) -> tuple[Image.Image, Size, Image.Image]:
    """A cup, lit from behind by the sky and from the right by the phone."""
    body = [
        *arc(450, 598, 78, 180, 0)[::-1][:1],
        *curve((372, 600), (376, 724), (412, 726)),
        *curve((488, 726), (524, 724), (528, 600)),
    ]
    mask, board = Board(*size, "#000000"), Board(*size, "#2a2b2e")
    mask.polygon(body, WHITE)
    mask.polygon([(450 + (x - 450), 600 + (y - 600) * 0.2) for x, y in arc(450, 600, 78, 0, 360)], WHITE)
    mask.line(curve((380, 624), (310, 620), (330, 664)), WHITE, 13)
    mask.line(curve((330, 664), (346, 694), (396, 690)), WHITE, 13)
    shade = Image.new("L", (size[0], 1), 0)
    for x in range(size[0]):
        share = (x - 372) / 156
        shade.putpixel((x, 0), max(0, min(255, round(40 + 165 * max(0.0, share) ** 2.2 + 60 * max(0.0, 0.18 - share)))))
    picture = board.finish()
    picture.paste(Image.new("RGB", size, "#c99f7c"), (0, 0), shade.resize(size))
    top = Board(*size, "#000000")
    top.polygon([(x, 600 + (y - 600) * 0.2) for x, y in arc(450, 600, 78, 0, 360)], "#b9b0a6")
    top.polygon([(x, 602 + (y - 602) * 0.17) for x, y in arc(450, 602, 71, 0, 360)], "#211a18")
    ellipse = top.finish()
    picture.paste(ellipse, (0, 0), ellipse.convert("L").point(lambda value: 255 if value > 4 else 0))
    return (
        picture.filter(ImageFilter.GaussianBlur(1.2)),
        (0, 0),
        mask.finish().convert("L").filter(ImageFilter.GaussianBlur(1.2)),
    )


def _vignette(scene: Image.Image) -> Image.Image:
    mask = ImageChops.invert(Image.radial_gradient("L")).resize(scene.size)
    mask = mask.point(lambda value: min(255, 96 + round(value * 1.1)))
    return Image.composite(scene, Image.new("RGB", scene.size, "#0a0d12"), mask)


def folded_sheet() -> Image.Image:
    """A printed sheet that was folded twice, opened again on a table, light from the left."""
    size = (1200, 800)
    table = grain(ramp(size, ((0, "#a08a6a"), (1, "#7f6c53"))), 3, 0.08)
    table = ImageChops.multiply(table, _grain_of_wood(size))
    shadow, mask = Image.new("L", size, 0), Board(*size, "#000000")
    outline = [(262, 96), (600, 74), (946, 92), (958, 400), (950, 706), (606, 726), (252, 712), (246, 404)]
    ImageDraw.Draw(shadow).polygon([(x + 16, y + 20) for x, y in outline], fill=190)
    mask.polygon(outline, WHITE)
    table.paste(Image.new("RGB", size, "#1a140d"), (0, 0), shadow.filter(ImageFilter.GaussianBlur(16)))
    table.paste(_crumpled(size), (0, 0), mask.finish().convert("L").filter(ImageFilter.GaussianBlur(0.6)))
    return grain(table, 11, 0.025)


def _grain_of_wood(size: Size) -> Image.Image:
    noise = Image.frombytes("L", (size[0] // 60, size[1]), Random(5).randbytes(size[0] // 60 * size[1]))
    streaks = noise.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1.4))
    return streaks.point(lambda value: 190 + round(value / 4)).convert("RGB")


def _crumpled(size: Size) -> Image.Image:
    """The paper: four faces, each with its own light, two creases, printed lines."""
    board = Board(*size, "#fbf5e6")
    board.box(318, 150, 236, 24, "#3a3f46", 3)
    board.box(318, 188, 150, 14, "#b5472f", 3)
    for column, first, last in ((318, 246, 360), (318, 438, 660), (646, 150, 360), (646, 566, 660)):
        for number, y in enumerate(range(first, last, 24)):
            ends = y + 24 >= last or number % 5 == 4
            board.box(column, y, 150 if ends else (236, 228, 240, 232)[number % 4], 6, "#a8a297", 3)
    board.box(646, 426, 244, 118, "#c9c0ac", 2)
    board.polygon([(660, 536), (722, 462), (768, 508), (806, 476), (876, 536)], "#8f9aa3")
    paper = board.finish().filter(ImageFilter.GaussianBlur(0.7))
    faces = Image.new("L", size, 255)
    draw = ImageDraw.Draw(faces)
    for corners, light in (
        ((0, 0, 602, 401), 255),
        ((602, 0, 1200, 401), 236),
        ((0, 401, 602, 800), 246),
        ((602, 401, 1200, 800), 224),
    ):
        draw.rectangle(corners, fill=light)
    faces = faces.filter(ImageFilter.GaussianBlur(5))
    slope = Image.linear_gradient("L").rotate(-90).resize(size).point(lambda value: 232 + value // 11)
    paper = ImageChops.multiply(paper, ImageChops.multiply(faces, slope).convert("RGB"))
    return _fibres(_crease(paper))


def _crease(paper: Image.Image) -> Image.Image:
    dark, light = Image.new("L", paper.size, 0), Image.new("L", paper.size, 0)
    for image, shift in ((dark, 2), (light, -2)):
        draw = ImageDraw.Draw(image)
        draw.line([(600 + shift, 0), (603 + shift, 401), (605 + shift, 800)], fill=150, width=3)
        draw.line([(0, 404 + shift), (603, 401 + shift), (1200, 400 + shift)], fill=150, width=3)
    paper.paste(Image.new("RGB", paper.size, "#6f6552"), (0, 0), dark.filter(ImageFilter.GaussianBlur(2.2)))
    paper.paste(Image.new("RGB", paper.size, WHITE), (0, 0), light.filter(ImageFilter.GaussianBlur(1.4)))
    return paper


def _fibres(paper: Image.Image) -> Image.Image:
    width, height = paper.size
    noise = Image.frombytes("L", (width // 3, height // 3), Random(9).randbytes(width // 3 * (height // 3)))
    cloud = noise.resize(paper.size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(3))
    return ImageChops.multiply(paper, cloud.point(lambda value: 232 + value // 11).convert("RGB"))
