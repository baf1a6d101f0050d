"""`show --why`: what is known of an article, each by which rule; what was taken out, by which rule; every note."""

import re

import pytest
import yaml
from archives import write
from command import MIRROR, ROOT, bundler
from parts import corpus

from bundler.catalog import open_archive
from bundler.folder import open_folder
from bundler.readers import reader
from bundler.work import Work

DOCS = (ROOT / "docs/archives.md").read_text(encoding="utf-8")
KNOWN = ("title", "section", "date", "publisher", "authors", "language", "tags", "source")
BOOK, SAVED = ROOT / "tests/book", ROOT / "tests/saved"


def opened(root):
    return open_archive(open_folder(root), home=None, work=Work())


def names_of_our_file():
    """Return the full name of every rule of our file."""
    said = yaml.safe_load((ROOT / "assets/rules/mirror.yaml").read_text(encoding="utf-8"))
    for key, value in said.items():
        for one in value if isinstance(value, list) else ():
            if isinstance(one, dict) and not {"kind", "box"} & one.keys():
                yield "mirror.yaml#" + ".".join(filter(None, (key, one.get("rule"), one.get("name"))))


def explained(rule):
    """Say whether a rule stands in our file, or is a rule of code that the documentation names."""
    return (
        rule in NAMES or rule == "mirror.yaml#related.closing" or f"`{re.sub('around[.].*', 'around.…', rule)}`" in DOCS
    )


NAMES = frozenset(names_of_our_file())


def test_every_rule_of_our_file_has_a_name_of_its_own():
    names = tuple(names_of_our_file())
    assert len(names) == len(set(names))


@pytest.mark.parametrize("root", [MIRROR, BOOK, SAVED, ROOT / "assets/sample"], ids=lambda root: root.name)
def test_everything_that_is_known_has_its_rule(root):
    catalog = opened(root)
    assert catalog.entries()
    for entry in catalog.entries():
        reasons = catalog.reasons(entry.id)
        named = {one.what for one in reasons}
        values = (
            entry.title, entry.section.name, entry.published, entry.publisher, entry.authors, entry.language,
            entry.tags, entry.source,
        )  # fmt: skip
        assert {what for what, value in zip(KNOWN, values, strict=True) if value} <= named, entry.id
        assert not [one.rule for one in reasons if not explained(one.rule)], entry.id


@pytest.mark.parametrize("root", [MIRROR, BOOK], ids=lambda root: root.name)
def test_every_removal_that_a_note_counts_is_named(root):
    catalog = opened(root)
    for entry in catalog.entries():
        counted = {}
        for note in catalog.load(entry.id).notes:
            if note.code == "removed":
                rule, times = re.match(r"([a-z-]+)(?: x(\d+))?", note.detail).groups()
                counted[rule] = int(times or 1)
        named = [one.rule for one in catalog.reasons(entry.id) if one.what == "removed"]
        assert len(named) == sum(counted.values()), entry.id


def test_a_page_of_markdown_names_its_front_matter(tmp_path):
    write(tmp_path / "port/fog.md", "---\ntitle: 港口的雾\ndate: 2024-05-03\nauthor: 林一\n---\n\n雾从海上来。\n")
    write(tmp_path / "port/2024-06-01-tide.md", "# 潮\n\n潮水退去的时候，石头都露出来了。\n")
    catalog = opened(tmp_path)
    by_id = {entry.id: {one.what: one.rule for one in catalog.reasons(entry.id)} for entry in catalog.entries()}
    assert by_id["markdown/port/fog"] == {
        "title": "reader#title.front-matter", "language": "reader#language.letters",
        "section": "reader#section.listed", "date": "reader#date.front-matter",
        "authors": "reader#authors.front-matter",
    }  # fmt: skip
    assert by_id["markdown/port/2024-06-01-tide"]["title"] == "reader#title.heading"
    assert by_id["markdown/port/2024-06-01-tide"]["date"] == "reader#date.file"


def test_reasons_are_no_part_of_what_is_read(tmp_path):
    write(tmp_path / "fog.md", "# 雾\n\n雾从海上来。\n")
    catalog = opened(tmp_path)
    assert reader("markdown").load(catalog.tree, "fog.md", "markdown").reasons
    assert not catalog.load(catalog.entries()[0].id).reasons


@pytest.mark.slow
def test_people_and_programs_are_told(tmp_path):
    page = next(iter(sorted(MIRROR.glob("pages/prog*/*.md"))))
    said = bundler("show", page, "--why", home=tmp_path)
    assert said.code == 0, said.err
    assert "\n    mirror.yaml#lines.navigation.home" in said.out
    assert re.search(r"^published: \d{4}-\d\d-\d\d\n    mirror.yaml#dates\.", said.out, re.MULTILINE)
    told = bundler("show", page, "--why", "--json", "--lang", "zh", home=tmp_path).json
    assert {"id", "decisions", "removed", "notes"} == set(told)
    assert {"what", "value", "rule", "words"} == set(told["decisions"][0])
    assert {"rule": "mirror.yaml#lines.navigation.home"}.items() <= told["removed"][0].items()
    assert {"code", "meaning", "detail"} == set(told["notes"][0])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mirror", "mirror-2018", "book"])
def test_rules_of_real_archives_are_all_named(name):
    catalog = opened(corpus(name))
    for entry in catalog.entries():
        reasons = catalog.reasons(entry.id)
        found = {"date": entry.published, "publisher": entry.publisher}
        decided = {"title", "section", "language", *(what for what, value in found.items() if value)}
        assert decided <= {one.what for one in reasons}, entry.id
        assert not [one.rule for one in reasons if not explained(one.rule)], entry.id
