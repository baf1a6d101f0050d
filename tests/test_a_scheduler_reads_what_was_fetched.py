"""`fetch --json` says all that a scheduler needs: archive, and of each source its kind, counts, reasons and bytes."""

import sys

import pytest
from fetching import HOST, fetch
from hostile_server import reply, serving

from bundler import doctor

TEXT = "集市在清晨开张，摊贩带来自家种的蔬菜，邻居们围着炉子说话。" * 30


@pytest.mark.slow
def test_each_source_says_its_kind_its_counts_its_reasons_and_its_bytes(tmp_path):
    archive = tmp_path / "news"
    archive.mkdir()
    page = f"<html><body><article><h1>集市</h1><p>{TEXT}</p></article></body></html>".encode()
    with serving(one=reply(page), feed=reply(b"no feed")) as server:
        one, lost, feed = (server.url(f"/{name}", HOST) for name in ("one", "lost", "feed"))
        text = f"version: 1\nsources:\n  - pages: [{one}, {lost}]\n  - feed: {feed}\n  - saved: no.epub\n"
        (archive / "archive.yaml").write_text(text, encoding="utf-8")
        done = fetch(archive, "--yes", "--json", home=tmp_path)
    assert done.code == 0, done.err
    assert done.json["archive"] == str(archive)
    pages, broken, saved = done.json["sources"]
    counts = {"new": 1, "changed": 0, "same": 0, "gone": 1, "failed": 0}
    assert {name: pages[name] for name in ("kind", "codes", *counts)} == {
        "kind": "pages", "codes": {"page-gone": 1}, **counts,
    }  # fmt: skip
    assert pages["bytes"] > len(page)
    assert (broken["kind"], broken["failed"], broken["codes"]) == ("feed", 1, {"feed-broken": 1})
    assert (saved["kind"], saved["codes"], saved["bytes"]) == ("saved", {"saved-missing": 1}, 0)


def test_doctor_names_the_extras_and_how_they_come():
    said = [str(finding.what) for finding in doctor.examine()]
    assert any(one.startswith("extra age: ") for one in said)
    assert any(one.startswith("extra saved: ") for one in said)
    lacking = doctor.extra("age", ("no-such-library",))
    assert not lacking.there
    assert f"`{sys.executable} -m pip install no-such-library`" in str(lacking.what), (
        "a name of ours may be a stranger's"
    )
