"""Every case of docs/hostile-inputs.md has its tests, found by its number, and they name the Notes that it promises."""

import re
from dataclasses import dataclass

import pytest
import yaml
from command import ROOT

from bundler import pictures
from bundler.catalog._page import BOUND
from bundler.readers import _limits, _text
from bundler.recipe.source import MAX_BYTES

DOCUMENT = (ROOT / "docs/hostile-inputs.md").read_text(encoding="utf-8")
CODES = yaml.safe_load((ROOT / "assets/messages/en.yaml").read_text(encoding="utf-8"))["codes"]
LAST = 124


@dataclass(frozen=True)
class Case:
    """One row of the document."""

    number: int
    what: str
    codes: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"case_{self.number}_{re.sub(r'[^a-z0-9]+', '_', self.what.lower()).strip('_')}"


def cases():
    for row in re.findall(r"^\| (\d+) \| (.+) \| .+ \| (.*) \| (.+) \|$", DOCUMENT, re.MULTILINE):
        yield Case(int(row[0]), row[1], tuple(re.findall("`(.+?)`", row[2])), tuple(re.findall("`(.+?)`", row[3])))


CASES = tuple(cases())


def source(name: str) -> str:
    """Return a test file, with the cases that it takes from a file beside it."""
    text = (ROOT / "tests" / f"{name}.py").read_text(encoding="utf-8")
    beside = re.findall(r"^from (hostile_\w+) import", text, re.MULTILINE)
    return text + "".join((ROOT / "tests" / f"{one}.py").read_text(encoding="utf-8") for one in beside)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_found_by_its_number_and_leaves_its_notes(case):
    for name in case.files:
        assert re.search(rf"(def test_|\")case_{case.number}_", source(name)), (
            f"{name} has no test of case {case.number}"
        )
    for code in case.codes:
        assert code in CODES
        assert any(f'"{code}' in source(name) or f'|{code}"' in source(name) for name in case.files), code


def test_the_document_has_every_case_once():
    assert [case.number for case in CASES] == list(range(1, LAST + 1))


def test_no_test_has_a_case_that_the_document_has_not():
    numbers = {
        int(number)
        for path in sorted((ROOT / "tests").glob("*.py"))
        for number in re.findall(r"(?:def test_|\")case_(\d+)_", path.read_text(encoding="utf-8"))
    }
    assert numbers == {case.number for case in CASES}


def test_the_documented_limits_are_those_of_the_code():
    told = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8").partition("## Hostile input")[2]
    limits = (
        *(_limits.MAX_ARTICLE_BYTES, _limits.MAX_TEXT_BYTES, _limits.MAX_PICTURES, _limits.MAX_TAGS, _limits.MAX_SPAN),
        *(_limits.MAX_ATTRIBUTES, _limits.MAX_CELLS, _limits.MAX_WORD, _limits.MAX_TITLE, _text.MAX_MARKS, MAX_BYTES),
        *(_limits.MAX_NESTING, _limits.MAX_MARKS),
        *(_limits.MAX_ITEMS, _limits.MAX_PARAGRAPH, _limits.MAX_LINKS, _limits.MAX_BLOCKS),
    )
    for limit in limits:
        assert f"| {limit:,} |" in told or f"| {limit:,} bytes" in told
    assert f"| {_limits.MAX_DEPTH}, of them {_limits.MAX_INLINE_DEPTH} in a line |" in told
    assert f"{pictures.MAX_PIXELS:,} pixels, {pictures.MAX_BYTES:,} bytes" in told
    assert f"{BOUND.seconds} seconds of the processor or {BOUND.memory // 10**6} MB of memory" in told
