"""Whatever the command line can say, it can say in Chinese: every template and every code that the code holds."""

import ast
import os
import pickle
import re
import string
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import yaml

from bundler import cli, select, writers
from bundler.cli import app, exposing, folding, handing, keys, report, speech, usage, verifying
from bundler.errors import Code, Say, say

ROOT = Path(__file__).parents[1]

# What is said under a name and not as a literal: "module: expression" and the templates behind it.
NAMED = {
    "cli.exposing: kind": exposing.KINDS.values(),
    "cli.exposing: MARKS[mark]": exposing.MARKS.values(),
    "cli.handing: _who(given, way)": (*handing.READS.values(), handing.LOCKED),
    "cli.handing: _who(given, given.channel)": (),
    "cli.handing: _first(given, way)": (*handing.OPENS.values(), *handing.UNLOCKS.values(), *handing.ARRIVES.values()),
    "cli.keys: ROLES[card.role]": keys.ROLES.values(),
    "cli.keys: ROLES[role]": (),
    "cli.report: GOOD_FOR[file.format]": report.GOOD_FOR.values(),
    "cli.screen: label": (),  # progress; see LABELS
    "cli.speech: one if n == 1 else other": (),  # both forms stand at the callers
    "cli.starting: report.GOOD_FOR[name]": report.GOOD_FOR.values(),
    "cli.usage: added[0]": usage.HELP.values(),
    "cli.verifying: WORDS[found.verdict]": verifying.WORDS.values(),
}


WIDE = ("：", "，", "、", "（")
"""Signs that bring their own space."""
COMMANDS = r"--[a-z]+|`[^`]+`"


def name_of(path):
    """Name a module below the package."""
    return ".".join(path.relative_to(ROOT / "bundler").with_suffix("").parts).removesuffix(".__init__")


def all_calls():
    """Yield module, name and call of every call in the package."""
    for path in sorted((ROOT / "bundler").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield name_of(path), ast.unparse(node.func).rpartition(".")[2], node


CALLS = tuple(all_calls())


def calls(*names):
    """Yield module, name and call of every call of one of these names, with or without an owner."""
    for module, name, node in CALLS:
        if name in names:
            yield module, name, node


def literals(node):
    """Return the strings that an argument can be, or None where they stand elsewhere."""
    match node:
        case ast.Constant(value=str() as value):
            return (value,)
        case ast.IfExp(body=one, orelse=other):
            one, other = literals(one), literals(other)
            return None if one is None or other is None else one + other
        case _:
            return None


def spoken():
    """Return every template that can be said, by the module that says it."""
    found = {}
    for module, name, call in calls("say", "tr", "plural"):
        for argument in call.args[: 2 if name == "plural" else 1]:
            said = literals(argument)
            site = f"{module}: {ast.unparse(argument)}"
            assert said is not None or site in NAMED, f"say in NAMED which templates these can be: {site!r}"
            found.update((template, module) for template in (NAMED[site] if said is None else said))
    return found | {template: "cli.usage" for _, template in usage.SENTENCES}


def labels():
    """Return every label of progress: those of stages, and the names of the formats."""
    given = [call.args[0] for _, _, call in calls("progress") if call.args]
    given += [keyword.value for _, _, call in calls("map") for keyword in call.keywords if keyword.arg == "label"]
    return {label for node in given for label in literals(node) or ()} - {""} | set(writers.NAMES)


def placeholders(template):
    """Return the fields of a template with their conversions."""
    parts = string.Formatter().parse(template)
    return sorted((name, conversion or "", spec) for _, name, spec, conversion in parts if name is not None)


CHINESE = yaml.safe_load((ROOT / "assets/messages/zh-Hans.yaml").read_text(encoding="utf-8"))
ENGLISH = yaml.safe_load((ROOT / "assets/messages/en.yaml").read_text(encoding="utf-8"))


def test_every_message_is_translated():
    missing = sorted((module, template) for template, module in spoken().items() if template not in CHINESE["messages"])
    assert not missing, "\n".join(f"{module}: {template!r}" for module, template in missing)


def test_every_label_of_progress_is_translated():
    assert sorted(labels() - set(CHINESE["messages"])) == []


def test_no_translation_has_lost_its_message():
    assert sorted(set(CHINESE["messages"]) - set(spoken()) - labels()) == []


@pytest.mark.parametrize("template", sorted(CHINESE["messages"]))
def test_translations_fill_in_the_same_values(template):
    assert placeholders(CHINESE["messages"][template]) == placeholders(template)


@pytest.mark.parametrize("template", sorted(CHINESE["messages"]))
def test_translations_keep_commands_and_spaces(template):
    chinese = CHINESE["messages"][template]
    assert re.findall(COMMANDS, chinese) == re.findall(COMMANDS, template)
    assert chinese[:1].isspace() == template[:1].isspace() or chinese[:1] in WIDE
    assert chinese[-1:].isspace() == template[-1:].isspace() or chinese[-1:] in WIDE
    assert not chinese.endswith("。") or template.endswith("."), "no full stop"


# -- codes --------------------------------------------------------------------------------------------------------

# Codes that stand elsewhere: "module: expression" and what it can be; nothing where a code is only handed on.
BEHIND = {
    "archive._gathered: code": (),
    "build.kept: code": (),  # those that writers gave it
    "build.reading: code": (),
    "build.reading: made": (),
    "build.reading: reason": (),
    "build.bundle: made": (),
    "build.bundle: problem.code": (),
    "catalog: row.problem[1]": (),
    "fetch.feeds: answer.code": (),
    "fetch.feeds: error.code": (),
    "fetch.pages: answer.code": (),
    "fetch.pictures: answer.code": (),
    "fetch.update: error.code": (),
    "catalog._refresh: code": ("link-not-followed", "name-not-utf-8"),
    "readers._media: refused": ("picture-broken", "picture-too-large", "picture-type"),
    "readers.html: refused": ("picture-broken", "picture-too-large", "picture-type"),
    "readers._build: code": ("table-flattened",),
    "readers._text: code": (
        "characters-replaced",
        "direction-controls-dropped",
        "invisible-dropped",
        "line-ends-changed",
        "marks-dropped",
    ),
    "readers._walk: note.code": (),
    "readers.markdown: reason": ("empty", "not-an-article"),
    "readers._walk: rule": ("hidden-dropped", "noscript-dropped"),  # and the rules of archives, which become `removed`
    "readers._walk: f'{kind}-omitted'": ("audio-omitted", "post-omitted", "video-omitted"),
    "select: code": ("author-unknown", "tag-unknown"),
    "transforms.edits: code": (
        "address-hidden",
        "date-edited",
        "note-added",
        "paragraphs-cut",
        "title-edited",
        "words-hidden",
    ),
    "fetch.apart: code": ("feed-stopped", "page-stopped"),
    "fetch.apart: *found['fault']": ("feed-broken", "page-broken", "feed-stopped", "page-stopped", "page-type"),
    "fetch.saved: *batch.fault": ("saved-broken", "saved-reader-missing"),
    "fetch.saved: f'saved-part-{part.what}'": ("saved-part-damaged", "saved-part-stopped"),
    "transforms.credits: choice.note": ("code-from-mirror", "code-from-source"),
}
CODED = {"Event": 2, "NetError": 0, "Note": 0, "Omitted": 2, "Problem": 2, "note": 0, "note_once": 0}
"""What takes a code, and at which place."""


def behind(module, argument):
    """Return the codes that an argument can be."""
    match argument:
        case ast.Constant(value=str() as code):
            yield code
        case ast.IfExp(body=one, orelse=other):
            yield from behind(module, one)
            yield from behind(module, other)
        case _:
            site = f"{module}: {ast.unparse(argument)}"
            assert site in BEHIND, f"say in BEHIND which codes these can be: {site!r}"
            yield from BEHIND[site]


def codes():
    """Return every code of a Note and every reason for which an article is not taken."""
    found = {*get_args(select.Reason), "pinned", "matched", "unreadable"}
    for module, name, call in calls(*CODED):
        place = CODED[name]
        if not module.startswith("recipe") and len(call.args) > place:
            found.update(behind(module, call.args[place]))
    return found


@pytest.mark.parametrize("language", [ENGLISH, CHINESE], ids=["en", "zh-Hans"])
def test_every_code_is_explained_to_people(language):
    assert sorted(codes() - set(language["codes"])) == []
    assert sorted(set(language["codes"]) - codes()) == [], "explained and never used"


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_no_code_is_explained_twice(language):
    lines = (ROOT / f"assets/messages/{language}.yaml").read_text(encoding="utf-8").splitlines()
    codes = [line.split(":")[0] for line in lines[lines.index("codes:") + 1 :]]
    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.parametrize("code", sorted(ENGLISH["codes"]))
def test_explanations_are_a_few_words_that_stand_in_a_list(code):
    english, chinese = ENGLISH["codes"][code], CHINESE["codes"][code]
    assert len(english.split()) <= 9
    assert english[0].islower() or english.startswith("QR")
    assert not set(english) & set("().:;")
    assert len(chinese) <= 16
    assert not set(chinese) & set("。：；、（）")


def test_codes_inside_a_sentence_are_explained():
    sentence = say(
        "{n} articles cannot be packed, the first is {id!r}: {reason}", n=2, id="x/a", reason=Code("undated")
    )
    assert str(sentence).endswith(": undated"), "programs and logs see the code"
    assert speech.told(sentence).endswith(": without a date")
    fallen = say("what the articles fell by: {reasons}", reasons=Say("{a} ({n})", {"a": Code("too-old"), "n": 12}))
    assert speech.told(fallen) == "what the articles fell by: older than the recipe asks (12)"
    assert speech.told(pickle.loads(pickle.dumps(fallen))) == speech.told(fallen)


# -- what typer says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "english", "chinese"),
    [
        ("build", "RECIPE... is missing", "缺少 RECIPE..."),
        ("nosuch", "there is no command nosuch", "没有命令 nosuch"),
        ("build x --nosuch", "there is no option --nosuch", "没有选项 --nosuch"),
        ("list a b", "more than this command takes: b", "多余的参数：b"),
        ("build --date", "--date wants a value", "--date 需要一个值"),
        ("build x --quiet=3", "--quiet takes no value", "--quiet 不接受值"),
        (
            "show x --as pig",
            "--as must be one of 'text', 'json', 'notes'",
            "--as 只能是 'text'、'json'、'notes'",
        ),
    ],
)
def test_mistakes_in_the_arguments_are_said_in_our_words(typed, english, chinese, capsys):
    for language, error, hint, said in (("en", "error: ", "hint: ", english), ("zh", "错误：", "提示：", chinese)):
        assert cli.run(["--lang", language, *typed.split()]) == 2
        first, second = capsys.readouterr().err.splitlines()
        assert first.startswith(f"{error}{said}")
        assert second.startswith(hint)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("bild x", "build"),
        ("keys nw", "new"),
        ("list --dat x", "--date"),
        ("share --by singal", "signal"),
        ("help", ""),
    ],
)
def test_slips_of_the_fingers_are_guessed(typed, near, capsys):
    assert cli.run(["--lang", "zh", *typed.split()]) == 2
    hint = capsys.readouterr().err.splitlines()[1]
    assert hint.startswith(f"提示：是否想写 '{near}'？用法见 `" if near else "提示：用法见 `")


@pytest.mark.parametrize("group", ["archive", "keys"])
def test_a_group_alone_shows_its_help_in_chinese(group, capsys):
    assert cli.run(["--lang", "zh", group]) == 2
    shown = capsys.readouterr().out
    assert f"用法：bundler {group} [选项] 命令 ..." in shown
    assert "\n命令\n" in shown


def test_help_shows_every_command_in_one_panel():
    listed = [name for _, names in app.PANELS for name in names]
    assert sorted(listed) == sorted(name for names in app.GROUPS.values() for name in names)


ALL_HELP = """
from bundler import cli
for command in ("", "build", "make", "list", "check", "show", "init", "schema", "formats", "doctor", "archive",
                "archive status", "archive import", "archive prune", "fetch", "preview", "release", "verify", "diff",
                "withdraw", "schedule", "pack", "share", "lock", "unlock", "vary", "expose", "traces", "forget",
                "keys", "keys new", "keys show", "keys sheet", "keys rotate", "keys stop", "keys restore",
                "keys set", "keys sign"):
    cli.run(["--lang", "zh", *command.split(), "--help"])
"""


def help_of_all(columns):
    environment = {**os.environ, "COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8"}
    run = [sys.executable, "-c", ALL_HELP]
    return subprocess.run(run, capture_output=True, encoding="utf-8", check=True, cwd=ROOT, env=environment).stdout


@pytest.mark.slow
def test_help_is_in_chinese_and_fits_a_narrow_terminal():
    english = [*(template for template in spoken() if template.count(" ") > 1), "default:", "required", "env var"]
    shown = help_of_all(80)
    assert shown.count("显示此帮助。") == 38
    assert [template for template in english if template in shown] == []
    assert not re.search(r"Usage|OPTIONS|ARGS|<", shown), "words of the library that reads commands"
    assert not re.search(r"^ +--\S+ (?:bool|dir|file|float|int|path|str)\b", shown, re.MULTILINE), "names of types"
    assert [line for line in shown.splitlines() if folding.width(line) > 80] == []


@pytest.mark.slow
def test_help_loses_nothing_on_a_phone():
    wide, narrow = help_of_all(100), help_of_all(40)
    assert "".join(narrow.split()) == "".join(wide.split())
    long = [line.strip() for line in narrow.splitlines() if folding.width(line) > 40]
    assert [line for line in long if " " in line and not line.startswith(("--", "bundler "))] == [], (
        "only words and examples, which stay whole"
    )
