"""A hint is a way out only where it can be gone: every option and command that one names is there to be typed."""

import ast
import re
from pathlib import Path

import pikepdf
import pytest
from command import bundler
from shelves import published

from bundler import cli
from bundler.cli import speech
from bundler.cli.app import GROUPS, command
from bundler.errors import Code, Listed, Target, say

ROOT = Path(__file__).parents[1]
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
OTHERS = re.compile(r"\bconvmv [^;]*")
"""What is typed for programs that are not ours."""
COMMAND = re.compile(r"bundler ([a-z]+(?: [a-z]+)?)([^`:]*)")
EVERYWHERE = {"--home", "--lang", "--debug", "--help"}
BY = {
    "build.first": ("init",),
    "cli.holdings": ("archive prune",),
    "cli.papers": ("share",),
    "cli.passphrases": ("release", "withdraw", "unlock", "pack", "keys new", "keys rotate", "keys restore",
                        "keys sign"),
    "cli.handing": ("share",),
    "cli.listing": ("list",),
    "cli.serving": ("share",),
    "cli.sticks": ("share",),
    "cli.verifying": ("verify",),
    "cli.agreeing": ("fetch",),
    "cli.archive": ("archive prune",),
    "cli.fetched": ("fetch",),
    "fetch.reach": ("fetch",),
    "release.memory": ("verify",),
    "release.packing": ("pack",),
    "share.folder": ("share",),
    "share.interfaces": ("share",),
    "share.lock": ("lock",),
    "share.medium": ("share",),
    "share.serve": ("share",),
    "store": ("build", "make", "release"),
    "traces": ("verify",),
}  # fmt: skip
"""The commands that say what a module says, where it holds sentences with options and is none of a command's own."""


def all_commands():
    """Return every command by what is typed, with its options."""
    found = {}

    def gather(one, typed):
        found[typed] = {name for option in one.params for name in option.opts} | EVERYWHERE
        for name, inner in getattr(one, "commands", {}).items():
            gather(inner, f"{typed} {name}".strip())

    gather(command(("--help",)), "")
    return found


COMMANDS = all_commands()


def sentences():
    """Yield module and template of every sentence that is said."""
    for path in sorted((ROOT / "bundler").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT / "bundler").with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("say", "tr"):
                yield from ((module, one.value) for one in node.args[:1] if isinstance(one, ast.Constant))


NAMED = tuple((module, text) for module, text in sentences() if OPTION.search(text) or COMMAND.search(text))


def parts(text):
    """Return what a sentence names: commands with the options behind them, and options that stand alone."""
    text = OTHERS.sub("", text)
    typed = [(found[1], set(OPTION.findall(found[2]))) for found in COMMAND.finditer(text)]
    return typed, set(OPTION.findall(COMMAND.sub("", text)))


@pytest.mark.parametrize(("module", "text"), NAMED, ids=[text[:40] for _, text in NAMED])
def test_every_command_that_a_sentence_names_takes_what_it_says(module, text):
    typed, alone = parts(text)
    for words, options in typed:
        name = words if words in COMMANDS else words.split()[0]
        if name not in COMMANDS and name in ("packs", "made", "reads"):
            continue  # the program, not a command of it
        assert name in COMMANDS, f"there is no `bundler {name}`"
        assert options <= COMMANDS[name]
    group = GROUPS.get(module.removeprefix("cli."), ()) if module.startswith("cli.") else ()
    behind = BY.get(module) or tuple(one for one in COMMANDS if one.split(" ")[0] in group)
    if alone - EVERYWHERE:
        assert behind, "say in BY which commands say this"
        said_by = [one for one in behind if alone <= COMMANDS[one]]
        assert said_by if module.startswith("cli.") and module not in BY else said_by == list(behind)


def refused(tmp_path, *typed):
    """Run a command whose output stands where a file is in the way; return the hint."""
    done = bundler(*typed, home=tmp_path)
    assert done.code == 74, done.err
    return done.err.splitlines()[-1]


def test_a_disk_that_refuses_names_the_option_of_the_command(tmp_path):
    there = published(tmp_path / "dist").folder
    wall = tmp_path / "wall"
    wall.write_text("a file")
    locked = tmp_path / "locked.pdf"
    blank = pikepdf.new()
    blank.add_blank_page()
    blank.save(locked)
    for typed, option in (
        (("lock", locked, "--to", wall / "x"), " with --to"),
        (("vary", next(there.glob("*.epub")), wall / "x.epub"), ""),
        (("make", ROOT / "tests/book/chapters/1.md", "--as", "text", "--out", wall / "x"), " with --out"),
    ):
        assert refused(tmp_path, *typed) == f"hint: choose a folder of your own{option}"


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        ("build x", "--out"), ("make x", "--out"), ("release", "--out"), ("lock x", "--to"), ("unlock x", "--to"),
        ("vary x y", ""), ("preview x", "--to"), ("share weekly", "--to"), ("keys sheet x", "--to"),
        ("archive import x", "--to"), ("expose x", "--thumbnail"), ("keys new x", ""), ("--home build lock x", "--to"),
    ],
)  # fmt: skip
def test_where_a_command_writes_is_known_by_its_options(typed, option):
    words = typed.split()
    rest = words[2:] if words[0] == "--home" else words
    assert cli.app.target(command(words), rest) == option


def test_names_in_a_sentence_have_the_commas_of_the_language():
    sentence = say("known ways: {known}", known=Listed(("a", say("{what} ({n})", what=Code("too-old"), n=2))))
    assert str(sentence) == "known ways: a, too-old (2)"
    speech.use("zh-Hans")
    assert speech.told(sentence) == "已有的途径：a、早于配方要求（2）"


def test_a_library_names_no_option():
    assert str(say("choose a folder of your own{by}", by=Target())) == "choose a folder of your own"


def test_no_list_in_a_sentence_is_joined_by_hand():
    """A sentence that holds `", ".join(…)` has English commas in every language."""
    found = [
        f"{path.name}: {ast.unparse(keyword.value)}"
        for path in sorted((ROOT / "bundler").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("say", "tr", "Say")
        for keyword in node.keywords
        if "', '.join" in ast.unparse(keyword.value)
    ]
    assert found == []
