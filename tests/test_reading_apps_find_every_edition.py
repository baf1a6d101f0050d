"""What stands around the editions is what reading apps expect: Atom, OPDS 1.2 and 2.0, and a page without scripts."""

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import pytest
from command import MIRROR, bundler, recipe
from lxml import etree
from parts import ROOT, VNU, require

from bundler import writers
from bundler.release.shelf import MEDIA_TYPES, media_type

pytestmark = pytest.mark.slow

BASE = "https://mirror.example/shelf/"
ATOM = "{http://www.w3.org/2005/Atom}"
ACQUISITION = "http://opds-spec.org/acquisition"
TYPES = {"application/epub+zip", "application/pdf", "text/html", "text/plain"}


@pytest.fixture(scope="module", params=[BASE, ""], ids=["base", "relative"])
def shelf(request, tmp_path_factory):
    """A published folder of two editions, and the address it stands at."""
    place = tmp_path_factory.mktemp("shelf")
    (place / "pass").write_text("1234\n")
    (place / "release.yaml").write_text(f"version: 1\ntitle: 山中书摊\nbase_url: '{request.param}'\n", "utf-8")
    assert bundler("keys", "new", "--passphrase-file", "pass", home=place, cwd=place).code == 0
    for date in ("2026-11-20", "2026-11-27"):
        recipe(
            place, MIRROR, formats="[epub, html, text]", outside="open", select=f"{{limit: {int(date[-2:]) % 5 + 2}}}"
        )
        made = bundler("release", "weekly.yaml", "--date", date, "--passphrase-file", "pass", home=place, cwd=place)
        assert made.code == 0, made.err
        made = bundler(
            "release", "weekly.yaml", "--date", date, "--again", "--passphrase-file", "pass", home=place, cwd=place
        )
        assert made.code == 0, made.err
    return place / "dist"


def stands(shelf: Path, href: str) -> bool:
    """Say whether an address leads to a published file, as a client resolves it."""
    path = urljoin(BASE, href)
    return path.startswith(BASE) and (shelf / path.removeprefix(BASE)).is_file()


@pytest.mark.parametrize("name", ["catalog.xml", "feed.xml"])
def test_feeds_are_as_their_standards_say(shelf, name):
    tree = etree.parse(shelf / name)
    schema = etree.RelaxNG(etree.parse(ROOT / "tests/atom.rng"))
    assert schema.validate(tree), schema.error_log
    ids = [found.text for found in tree.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 5
    updated = [entry.findtext(f"{ATOM}updated") for entry in tree.iter(f"{ATOM}entry")]
    assert updated == sorted(updated, reverse=True)
    assert all(stands(shelf, link.get("href")) for link in tree.iter(f"{ATOM}link"))


def test_a_broken_feed_is_seen(shelf):
    schema = etree.RelaxNG(etree.parse(ROOT / "tests/atom.rng"))
    for tag in ("id", "title", "updated"):
        tree = etree.parse(shelf / "feed.xml")
        found = tree.find(f"{ATOM}entry/{ATOM}{tag}")
        found.getparent().remove(found)
        assert not schema.validate(tree)


def test_every_file_can_be_acquired(shelf):
    """KOReader and Calibre take links by relation and type; Thorium shows an entry only with both."""
    tree = etree.parse(shelf / "catalog.xml")
    assert "profile=opds-catalog" in tree.find(f"{ATOM}link[@rel='self']").get("type")
    for entry in tree.iter(f"{ATOM}entry"):
        links = [link for link in entry.iter(f"{ATOM}link") if link.get("rel") == ACQUISITION]
        assert {link.get("type") for link in links} == TYPES - {"application/pdf"}
        for link in links:
            path = shelf / urljoin(BASE, link.get("href")).removeprefix(BASE)
            assert int(link.get("length")) == path.stat().st_size
        assert re.fullmatch(r"一周文摘 · 2026年11月\d+日 · 第 \d 期", entry.findtext(f"{ATOM}title"))


def test_every_format_has_a_media_type():
    assert set(writers.NAMES) <= set(MEDIA_TYPES)
    assert media_type("of a later version") == "application/octet-stream"


def test_opds_2_has_what_it_must_have(shelf):
    """OPDS 2.0, 1 and 2: metadata with a title, a self link, publications with metadata and acquisition links."""
    feed = json.loads((shelf / "catalog.json").read_text("utf-8"))
    assert feed["metadata"]["title"] == "山中书摊"
    assert [(link["rel"], link["type"]) for link in feed["links"]] == [("self", "application/opds+json")]
    assert len(feed["publications"]) == 4
    for publication in feed["publications"]:
        assert {"@type", "identifier", "title", "language", "modified"} <= publication["metadata"].keys()
        assert {link["type"] for link in publication["links"]} == TYPES - {"application/pdf"}
        assert all(link["rel"] == ACQUISITION and stands(shelf, link["href"]) for link in publication["links"])


def test_the_page_leads_to_every_file_and_runs_nothing(shelf):
    page = (shelf / "index.html").read_text("utf-8")
    assert "<script" not in page
    links = re.findall(r'<a href="([^"]+)"', page)
    assert all(stands(shelf, link) for link in links)
    files = {path.relative_to(shelf).as_posix() for path in shelf.rglob("weekly-*")}
    assert files <= set(links)
    assert page.index("weekly-261127b.epub") < page.index("weekly-261120.epub")


def test_the_page_is_valid(shelf):
    require("java", "vnu")
    done = subprocess.run(
        ["java", "-jar", VNU, "--errors-only", "--format", "gnu", shelf / "index.html"], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stderr == ""


def test_bundles_that_say_nothing_outside_are_told_apart(tmp_path):
    """A bundle's name stands in its files' names already, so a title may say it: nothing else does."""
    (tmp_path / "pass").write_text("1234\n")
    (tmp_path / "release.yaml").write_text("version: 1\ntitle: 山中书摊\n", "utf-8")
    secret = ("--passphrase-file", "pass")
    assert bundler("keys", "new", *secret, home=tmp_path, cwd=tmp_path).code == 0
    for slug in ("daily", "weekly"):
        written = recipe(tmp_path, MIRROR, bundle=slug, title="不许外传", outside="plain", select="{limit: 1}")
        made = bundler("release", written.name, "--date", "2026-11-20", *secret, home=tmp_path, cwd=tmp_path)
        assert made.code == 0, made.err
    titles = [one.findtext(f"{ATOM}title") for one in etree.parse(tmp_path / "dist/feed.xml").iter(f"{ATOM}entry")]
    assert titles == ["daily · 2026年11月20日 · 第 1 期", "weekly · 2026年11月20日 · 第 1 期"]
    for name in ("index.html", "feed.xml", "catalog.xml", "catalog.json"):
        assert "不许外传" not in (tmp_path / "dist" / name).read_text("utf-8"), name
