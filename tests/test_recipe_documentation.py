"""The specification, the schema and the shipped recipes say what the program does."""

import itertools
import json
import re
from pathlib import Path

import pytest
import yaml
from _recipes import KNOWN, SHORTEST, read
from command import bundler

from bundler import build
from bundler.recipe import Problem, RecipeProblems, load, schema
from bundler.recipe.keys import tables
from bundler.recipe.maps import plain

ROOT = Path(__file__).parents[1]
DOCUMENTS = (ROOT / "docs/recipe-format.md", ROOT / "docs/recipe-format.zh-Hans.md")
SHIPPED = sorted((ROOT / "recipes").glob("*.yaml"))


def rows(text):
    """Yield every table as its rows of cells."""
    for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        yield [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in table.splitlines()[2:]]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_documentation_has_every_key_with_its_default(path):
    found = [
        {cells[0].strip("| `"): (cells[2].strip("| `"), cells[4].strip("| `")) for cells in table if len(cells) == 5}
        for table in rows(path.read_text(encoding="utf-8").replace("| |", "|  |"))
    ]
    for name, keys in tables(KNOWN):
        if name not in KNOWN.formats:
            assert {key.name: (key.default or "", key.example) for key in keys} in found, name


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_documentation_has_every_option_with_its_default(path):
    known = build.known()
    options = {(name, key.name, key.default) for name, keys in tables(known) if name in known.formats for key in keys}
    found = {
        (cells[0].strip("| `"), cells[1].strip("` "), cells[3].strip("` "))
        for table in rows(path.read_text(encoding="utf-8"))
        for cells in table
        if cells[0].strip("| `") in known.formats
    }
    assert found == options


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_example_of_the_documentation_is_right(tmp_path, path):
    examples = re.findall(r"^```yaml\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    whole = [example for example in examples if example.startswith("version:")]
    parts = [example for example in examples if example not in whole]
    assert len(whole) == 2
    (tmp_path / "base.yaml").write_text("version: 1\nselect: {limit: 30}\n", encoding="utf-8")
    assert [read(tmp_path, base=example).slug for example in whole] == ["weekly", "weekly"]
    for example in parts:
        indented = "".join(f"  {line}\n" for line in example.splitlines())
        read(tmp_path, f"select:\n{indented}" if example.startswith("any") else example)
    for _, keys in tables(KNOWN):
        for key in keys:
            assert f"`{key.example}`" in path.read_text(encoding="utf-8") or key.example == key.default


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_errors_in_the_documentation_are_those_of_the_program(tmp_path, path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    keys = SHORTEST.replace("title", "titel")
    Path("weekly.yaml").write_text(f"{keys}\nselect:\n  since: 7d\n  limit: 010\n  order: newst\n", encoding="utf-8")
    said = bundler(
        "--lang", "zh" if "zh-Hans" in path.name else "en", "check", "weekly.yaml", home=tmp_path, cwd=tmp_path
    )
    assert f"```\n{said.err}```\n" in path.read_text(encoding="utf-8")


def test_both_languages_have_the_same_examples():
    english, chinese = (path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert english.count("```") == chinese.count("```")
    assert [len(table) for table in rows(english)] == [len(table) for table in rows(chinese)]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_recipe_is_right_and_says_how_to_make_another(path):
    recipe = load(path, KNOWN)
    assert recipe.archives[0].path == ROOT / "assets/sample"
    assert "bundler init" in path.read_text(encoding="utf-8")


def test_the_recipes_that_are_promised_ship():
    assert [path.stem for path in SHIPPED] == ["text-only", "topic", "weekly", "welcome"]


def fits(value, rule):
    """Say whether a JSON value fits a schema, as far as ours go (JSON Schema 2020-12, the keywords we use)."""
    types = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "array": list, "object": dict}
    wanted = rule.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    checks = {
        "type": lambda _: any(
            isinstance(value, types[one]) and (one == "boolean" or not isinstance(value, bool)) for one in wanted
        ),
        "enum": lambda allowed: value in allowed,
        "const": lambda only: value == only,
        "anyOf": lambda some: any(fits(value, one) for one in some),
        "pattern": lambda text: not isinstance(value, str) or re.search(text, value),
        "minimum": lambda least: not isinstance(value, int) or value >= least,
        "maximum": lambda most: not isinstance(value, int) or value <= most,
        "items": lambda one: not isinstance(value, list) or all(fits(item, one) for item in value),
        "minItems": lambda least: not isinstance(value, list) or len(value) >= least,
        "required": lambda names: not isinstance(value, dict) or set(names) <= set(value),
        "minProperties": lambda least: not isinstance(value, dict) or len(value) >= least,
        "maxProperties": lambda most: not isinstance(value, dict) or len(value) <= most,
        "properties": lambda known: (
            not isinstance(value, dict) or all(fits(value[name], one) for name, one in known.items() if name in value)
        ),
        "additionalProperties": lambda other: (
            not isinstance(value, dict)
            or all(
                other is not False and fits(value[name], other) for name in set(value) - set(rule.get("properties", ()))
            )
        ),
    }
    ignored = {"$schema", "title", "description", "default", "examples"}
    return all(checks[keyword](argument) for keyword, argument in rule.items() if keyword not in ignored)


def shaped(text):
    """Read YAML as an editor does (YAML 1.2, where dates are strings)."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def test_the_schema_takes_what_the_program_takes(tmp_path):
    rule = json.loads(json.dumps(schema(KNOWN)))
    assert rule["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    texts = [path.read_text(encoding="utf-8") for path in SHIPPED]
    for document in DOCUMENTS:
        blocks = re.findall(r"^```yaml\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        texts += [block for block in blocks if block.startswith("version:")]
    assert len(texts) == 8
    assert all(fits(shaped(text), rule) for text in texts)


PLACES: dict[str, tuple[str, tuple[str, ...]]] = {
    "recipe": ("{}", ()),
    "archives": ("archives: {{{}}}", ("path: a",)),
    "select": ("select: {{{}}}", ()),
    "limit_each": ("select: {{limit_each: {{{}}}}}", ()),
    "new_since": ("select: {{new_since: {{{}}}}}", ()),
    "edits": ("edits: [{{{}}}]", ("article: a", "title: b")),
    "chapters": ("chapters: [头条: {{{}}}]", ("any: [c]",)),
    "links": ("links: [{{{}}}]", ("title: x", "address: 'https://a.example/'")),
    "apps": (
        "apps: [{{{}}}]",
        ("name: x", "phones: [android]", "formats: [epub]", "reads: offline", "source: 'https://a.example/'",
         "checked: 2026-11-22"),
    ),
    **{name: (f"formats: [{name}: {{{{{{}}}}}}]", ()) for name in KNOWN.formats},
}  # fmt: skip
"""Where the keys of each table stand, and what stands beside them."""
SHAPES = ("a", "2021", "0", "2026-02-28", "[]", "[a, b]", "[[a]]", "[{a: b}]", "{}", "{a: b}", "{a: [b]}")


@pytest.mark.parametrize(("table", "keys"), list(tables(KNOWN)), ids=[name for name, _ in tables(KNOWN)])
def test_a_value_of_any_shape_is_refused_or_fits_the_schema(tmp_path, table, keys):
    rule = schema(KNOWN)
    for key, shape in itertools.product(keys, SHAPES):
        frame, beside = PLACES[table]
        others = [one for one in beside if not one.startswith(f"{key.name}:")]
        line = frame.format(", ".join((*others, f"{key.name}: {shape}")))
        problems: tuple[Problem, ...] = ()
        try:
            read(tmp_path, line)
        except RecipeProblems as found:
            problems = found.problems
        assert all(problem.line for problem in problems), line
        kept = {name: value for name, value in shaped(SHORTEST).items() if not line.startswith(f"{name}:")}
        assert problems or fits({**kept, **shaped(line)}, rule), line


@pytest.mark.parametrize(
    "line",
    [
        "titel: x",
        "qr: shore",
        "select: {limit: 0}",
        "formats: [doc]",
        "formats: [pdf: {page: x}]",
        "bundle: con",
        "language: 中文",
        "archives: []",
        "archives: [{name: old}]",
        "archives: {path: a, base_url: http://a.example/}",
        "select: {languages: [zh_CN]}",
        "select: {since: 7天}",
        "select: {until: 2026}",
        "select: {new_since: monthly}",
        "select: {new_since: {}}",
        "chapters: []",
        "chapters: 头条",
        "chapters: {头条: pinned}",
        "chapters: [头条]",
        "chapters: [{}]",
        "chapters: [{头条: pinned, 其他: rest}]",
        "chapters: [头条: pined]",
        "chapters: [头条: []]",
        "chapters: [头条: {anny: [雨]}]",
        "edits: {article: a, title: b}",
        "edits: [{title: b}]",
        "edits: [{article: a, drop: [0]}]",
        "links: [写信]",
        "links: [{title: 写信}]",
        "links: [写信: ftp://a.example/]",
        "for: everyone",
        "for: [huge]",
        "grey: grey",
        "keep: 0",
        "cron: daily",
    ],
)
def test_the_schema_refuses_what_the_program_refuses(line):
    good = shaped("version: 1\nbundle: weekly\ntitle: x\nlanguage: en\narchives: a\n")
    rule = schema(KNOWN)
    assert fits(good, rule)
    assert not fits({**good, **shaped(line)}, rule)


def test_the_schema_lets_a_recipe_with_a_base_leave_keys_out():
    rule = schema(KNOWN)
    assert fits(shaped("version: 1\nextends: base.yaml\n"), rule)
    assert not fits(shaped("version: 1\nbundle: weekly\n"), rule)
    assert not fits(shaped("extends: base.yaml\n"), rule)


def test_the_schema_has_a_description_an_example_and_the_default_of_every_key():
    rule = schema(KNOWN)
    for name, keys in tables(KNOWN):
        if name not in KNOWN.formats:
            assert all(key.about and key.example for key in keys)
    for key in dict(tables(KNOWN))["recipe"]:
        found = rule["properties"][key.name]
        assert found["description"] == key.about
        assert found["examples"] == [plain(key.example)]
        assert fits(found["examples"][0], found)
        assert (key.name in rule["anyOf"][1]["required"]) == (key.default is None)
        if key.default is not None:
            assert found["default"] == plain(key.default)
            assert fits(found["default"], found)
