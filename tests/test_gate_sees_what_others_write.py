"""The gate finds glyphs and codes in a PDF also where they are written in a way that is not ours."""

from __future__ import annotations

import io
from dataclasses import replace

import bundles
import judging
import pytest
from PIL import Image

from bundler import qr
from bundler.gate import _streams


@pytest.mark.parametrize(("content", "lacks"), [
    (b"(\\000\\000)Tj", True), (b"(\0\0)Tj", True), (b"(\\0005)Tj", False), (b"(\0\5\0\6)Tj", False),
    (b"(\5\0\0\6)Tj", False), (b"[(\5\6)-3(\0\0)]TJ", True), (b"\0\0 0 Tr (\5\6)Tj", False),
    (b"(\\n\\005\\000\\000)Tj", True), (b"(\\n\\000\\000\\005)Tj", False),
    (b"(\\\n\\000\\000)Tj", True), (b"(\\\r\n\\000\\000)Tj", True), (b"(\\\n\\005\\000\\000\\005)Tj", False),
    (b"(\\(\\000\\000\\))Tj", False), (b"(\\)\\005\\000\\000)Tj", True),
    (b"(\\8\\005\\000\\000)Tj", True), (b"(\\8\\000\\000\\005)Tj", False),
], ids=repr)  # fmt: skip
def test_a_missing_glyph_is_found_however_it_is_written(content, lacks):
    """Glyphs are two bytes each, of which any may be written as an escape."""
    assert _streams._lacks(content) is lacks


def test_codes_are_found_where_they_are_drawn_as_pictures(tmp_path):
    """A page that draws no lines is looked at too, as long as codes are missing."""
    payload = "https://mirror.example/as-picture"
    image = Image.open(io.BytesIO(qr.png(qr.matrix(payload)))).convert("L")
    out = io.BytesIO()
    image.save(out, "PDF", resolution=200)
    alone = replace(judging.expected(bundles.sample()), articles=(), codes={payload: 1})
    assert "code-missing" not in judging.codes_of("pdf", out.getvalue(), alone, tmp_path)
