"""A picture travels as pixels: nothing else of the original file reaches a bundle."""

import io

import pytest
from PIL import Image, PngImagePlugin

from bundler import pictures


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo():
    return Image.merge("RGB", [Image.effect_noise((320, 200), spread) for spread in (20, 60, 100)])


def canary():
    exif = Image.Exif()
    exif[0x010F] = "CANARYCAMERA"
    exif[0x9286] = b"CANARYCOMMENT"
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_metadata_does_not_survive(kind):
    before = encoded(photo(), kind, exif=canary())
    assert b"CANARYCAMERA" in before
    assert b"CANARY" not in pictures.rebuild(before).data


def test_text_chunks_and_trailing_files_do_not_survive():
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "CANARYAUTHOR")
    polyglot = encoded(photo(), "PNG", pnginfo=info) + b"PK\x03\x04CANARYZIP<script>"
    assert b"CANARY" not in pictures.rebuild(polyglot).data


def test_the_same_bytes_make_the_same_bytes():
    data = encoded(photo(), "PNG")
    assert pictures.rebuild(data) == pictures.rebuild(data)


def test_a_photograph_becomes_jpeg_and_a_drawing_png():
    drawing = Image.new("P", (400, 300), 3)
    assert pictures.rebuild(encoded(photo(), "JPEG")).media_type == "image/jpeg"
    assert pictures.rebuild(encoded(drawing, "GIF")).media_type == "image/png"


def test_a_large_picture_is_shrunk_and_keeps_its_shape():
    made = pictures.rebuild(encoded(Image.new("RGB", (4000, 1000), "teal"), "PNG"))
    assert (made.width, made.height) == (1280, 320)


def test_a_turned_photograph_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    made = pictures.rebuild(encoded(Image.new("RGB", (60, 20)), "JPEG", exif=exif))
    assert (made.width, made.height) == (20, 60)


def test_transparency_becomes_white():
    made = pictures.rebuild(encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"))
    assert Image.open(io.BytesIO(made.data)).convert("RGB").getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("case 85: 400 megapixels of one bit", encoded(Image.new("1", (20_000, 20_000)), "PNG"), "picture-too-large"),
        ("case 86: 144 megapixels", encoded(Image.new("1", (12_000, 12_000)), "PNG"), "picture-too-large"),
        ("case 87: HTML named as a picture", b"<!doctype html><script>1</script>", "picture-type"),
        ("case 95: TIFF", encoded(Image.new("L", (4, 4)), "TIFF"), "picture-type"),
        ("nothing at all", b"", "picture-type"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith(("case", "nothing")) else "",
)
def test_what_cannot_be_carried_is_named(name, data, code):
    assert pictures.refusal(data) == code, name
    assert pictures.rebuild(data) is None


def test_a_truncated_picture_is_refused_also_after_another_library_allowed_them():
    from PIL import ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = True
    whole = encoded(photo(), "JPEG")
    assert pictures.rebuild(whole[: len(whole) // 2]) is None


def test_only_the_first_frame_of_an_animation_is_kept():
    frames = [Image.new("P", (9, 9), shade) for shade in range(20)]
    made = pictures.rebuild(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert getattr(Image.open(io.BytesIO(made.data)), "n_frames", 1) == 1


def test_a_picture_survives_the_cache():
    made = pictures.rebuild(encoded(photo(), "PNG"))
    assert pictures.unpack(pictures.pack(made)) == made
    assert pictures.unpack(pictures.pack(None)) is None
