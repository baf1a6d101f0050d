"""Plain text holds every article and address by number; a dump holds the whole bundle and can be read back."""

import base64
import json

import pytest
from bundles import sample, written

from bundler.codec import from_json
from bundler.model import QrCode
from bundler.walk import every_block


def pages(bundle):
    return (*bundle.front, *bundle.articles, *bundle.back)


@pytest.mark.parametrize("language", ["zh-Hans", "en", "fa", "ar", "ru", "zh-Hant"])
def test_every_page_stands_in_the_contents_and_at_its_number(language):
    bundle = sample(language)
    text = written("text", bundle).decode()
    for number, page in enumerate(pages(bundle), 1):
        assert text.count(f"【{number}】{page.entry.title}") == 2
    assert f"【{len(pages(bundle)) + 1}】" not in text


def test_text_is_plain_utf_8_with_line_feeds():
    data = written("text", sample())
    assert data.endswith(b"\n")
    assert b"\r" not in data
    assert not data.startswith(b"\xef\xbb\xbf")


def test_addresses_stand_as_text_under_what_they_are():
    bundle = sample()
    text = written("text", bundle).decode()
    codes = [block for page in pages(bundle) for block in every_block(page.blocks) if isinstance(block, QrCode)]
    assert codes
    for code in codes:
        assert f"{code.caption}：{code.payload}" in text if code.caption else code.payload in text


def test_plain_outside_begins_with_the_edition_alone():
    first = written("text", sample(outside="plain")).decode().splitlines()[0]
    assert first == "2026年11月22日"


def test_a_dump_reads_back_as_the_same_articles():
    bundle = sample()
    dump = json.loads(written("dump", bundle))
    assert from_json(dump["articles"]) == tuple(bundle.articles)
    assert from_json(dump["front"]) == bundle.front
    assert from_json(dump["back"]) == bundle.back
    assert from_json(dump["bundle"])["chapters"] == bundle.chapters


@pytest.mark.parametrize(
    "value", [{"type": "Nothing"}, {"type": "Text"}, {"type": "Text", "words": "x"}, {"type": ["Text"]}, {"type": {}},
              {"type": "date"}, {"type": "date", "iso": 20261122}, {"type": "date", "iso": "2026-99-99"}],
)  # fmt: skip
def test_what_is_no_node_is_refused_with_one_error(value):
    with pytest.raises(ValueError, match=r"."):
        from_json(value)


def test_a_dump_holds_every_picture_as_it_was_rebuilt():
    bundle = sample()
    assets = json.loads(written("dump", bundle))["assets"]
    assert sorted(assets) == list(bundle.assets)
    for original, asset in assets.items():
        picture = bundle.assets.get(original)
        assert base64.b64decode(asset["data"]) == picture.data
        assert (asset["type"], asset["width"], asset["height"]) == (picture.media_type, picture.width, picture.height)
