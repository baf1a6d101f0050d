"""A mistake is said where it was made and with the way out, also where the wrong kind of thing was named."""

import ast
import os
import pickle
import subprocess
import sys

import pytest
from command import MIRROR, ROOT, SAMPLE, bundler, recipe
from shelves import published

from bundler.errors import ArchiveError, say

pytestmark = pytest.mark.slow


def test_an_archive_that_is_missing_is_named_by_its_line(tmp_path):
    path = recipe(tmp_path, archives="\n  - " + str(SAMPLE) + "\n  - name: second\n    path: ../nowhere")
    done = bundler("list", path, home=tmp_path)
    assert done.code == 4
    assert f"{path}:8:11: the archive " in done.err
    path.write_text(path.read_text("utf-8").replace("path: ../nowhere", "path: ."), encoding="utf-8")
    assert f"{path}:8:11: no reader recognizes this archive" in bundler("list", path, home=tmp_path).err


def test_a_place_crosses_processes():
    error = ArchiveError(say("the file is empty"))
    error.place = "a.yaml:5:11"
    assert pickle.loads(pickle.dumps(error)).place == "a.yaml:5:11"


@pytest.mark.parametrize(
    ("typed", "code", "said", "way_out"),
    [
        ("make no-such-page.md", 4, "the file 'no-such-page.md' does not exist", "name the file of a page"),
        ("show no-such-page.md", 4, "the file 'no-such-page.md' does not exist", "name the file of a page"),
        ("make weekly.yaml", 4, "'weekly.yaml' is no page that a reader knows", "`bundler build`"),
        ("show weekly.yaml", 4, "'weekly.yaml' is no page that a reader knows", "with an article's id"),
        ("build page.md", 3, "'page.md' is a page, not a recipe", "bundler make PAGE"),
        ("check folder", 3, "'folder' is a folder, not a file", "bundler init . --archive folder"),
        ("unlock no-such-file.pdf", 2, "'no-such-file.pdf' cannot be read", "name a file that is there"),
        ("unlock page.md", 2, "'page.md' is not locked", "it opens as it is"),
        ("expose folder", 2, "'folder' cannot be read: it is a folder", "name a file that is there"),
        ("keys stop card.txt", 2, "'card.txt' cannot be read: it does not exist", "name a file that is there"),
        ("keys restore key --from no.txt", 2, "'no.txt' cannot be read", "name a file that is there"),
    ],
)
def test_another_thing_than_was_meant_is_called_by_its_name(tmp_path, typed, code, said, way_out):
    recipe(tmp_path)
    (tmp_path / "folder").mkdir()
    page = next(MIRROR.rglob("pages/*/*.md")).read_bytes() if "build" in typed else b"x"
    if "page.md" in typed.split():
        (tmp_path / "page.md").write_bytes(page)
    done = bundler(*typed.split(), home=tmp_path, cwd=tmp_path)
    assert (done.code, done.out) == (code, "")
    error, hint = done.err.splitlines()
    assert said in error
    assert way_out in hint


@pytest.mark.parametrize(
    ("typed", "said", "way_out"),
    [
        ("make notes.md", "'notes.md' is left out: drafts", "`bundler archive status PATH`"),
        ("show weekly.yaml notes.md", "'notes.md' is left out: drafts", "`bundler archive status PATH`"),
        ("show README.md", "'README.md' is left out: files that are no articles", "`bundler archive status PATH`"),
        ("show weekly.yaml folder/a.md", "'folder/a.md' is no page of the archive", "alone, without an archive"),
    ],
)
def test_a_page_that_is_no_article_is_told_why(tmp_path, typed, said, way_out):
    draft = next(path for path in sorted(SAMPLE.rglob("*.md")) if "\ndraft: true" in path.read_text("utf-8"))
    article = next(path for path in sorted(SAMPLE.rglob("*.md")) if path.parent != SAMPLE and path != draft)
    (tmp_path / "folder").mkdir()
    for source, name in ((draft, "notes.md"), (SAMPLE / "README.md", "README.md"), (article, "one.md")):
        (tmp_path / name).write_bytes(source.read_bytes())
    (tmp_path / "folder/a.md").symlink_to(article)
    recipe(tmp_path, tmp_path)
    done = bundler(*typed.split(), home=tmp_path, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    error, hint = done.err.splitlines()
    assert said in error
    assert way_out in hint


@pytest.mark.parametrize(
    "typed",
    ["verify closed", "verify closed/a.epub", "diff closed weekly", "share closed", "expose closed/a.epub"],
)
def test_a_closed_folder_is_a_sentence(tmp_path, typed):
    (tmp_path / "closed").mkdir(mode=0)
    done = confined(*typed.split(), home=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "cannot be read: no permission" in done.stderr
    assert "hint: name a file that is there and that you may read" in done.stderr


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("list weekly.yaml --date 2026-11-22", 0, ""),
        ("archive status sample", 0, ""),
        ("forget --all", 74, "cannot be removed"),
    ],
)
def test_what_is_kept_in_a_closed_folder_stops_nobody(tmp_path, typed, code, said):
    """As where HOME is another user's."""
    recipe(tmp_path)
    (tmp_path / "sample").symlink_to(SAMPLE)
    (tmp_path / "closed").mkdir(mode=0)
    done = confined("--home", "closed", *typed.split(), home=tmp_path)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


CONFINED = """
import ctypes, os, sys
if os.geteuid() == 0:  # root reads everything by two capabilities (linux/capability.h), which a new program would lose
    for capability in (1, 2):
        if ctypes.CDLL(None).prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
            sys.exit(77)
os.execv(sys.executable, [sys.executable, "-m", "bundler", *sys.argv[1:]])
"""


def confined(*typed, home):
    """Run a command as somebody whom permissions hold, also where the tests are run by root."""
    environ = os.environ | {"BUNDLER_HOME": str(home / "kept"), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    command = [sys.executable, "-c", CONFINED, *typed]
    done = subprocess.run(command, cwd=home, env=environ, capture_output=True, text=True, check=False, timeout=100)
    if done.returncode == 77:
        pytest.skip("this root may not give up what lets it read everything")
    return done


@pytest.mark.parametrize(
    ("keys", "said", "way_out"),
    [
        ({"keep": "!!int 3"}, "7:7: the tag '!!int' is not", "delete it"),
        ({"chapters": "[头条: pinned, 头条: rest]"}, "two chapters have the title '头条'", "a title of its own"),
        ({"select": "｛limit: 3｝"}, "7:9: '｛' is not YAML's '{'", "write '{'"),
        ({"formats": "[text, text]"}, "the format 'text' stands twice", "keep one of the two"),
        ({"title": "长" * 300}, "'title' has 300 characters", "for example: title"),
        ({"select": "{publishers: [谁]}"}, "no article is of a publisher '谁'", "no article here names one"),
        ({"select": "{tags: [[[[[[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]]]]]]}"}, "nested more than", "look at the"),
    ],
)
def test_mistakes_in_recipes_have_their_way_out(tmp_path, keys, said, way_out):
    done = bundler("list", recipe(tmp_path, **keys), home=tmp_path)
    assert done.code == 3
    assert said in done.err
    assert way_out in done.err.partition("hint: ")[2]


WITHOUT = {"fetch.ledger", "fetch.stored"}
"""Modules whose errors come from files of our own: nothing that was typed was wrong."""


def test_errors_are_raised_with_a_hint():
    bare = []
    for path in sorted((ROOT / "bundler").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT / "bundler").with_suffix("").parts)
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("Error") and module not in WITHOUT:
                sentence = call.args and "say(" in ast.unparse(call.args[0])
                if sentence and not any(word.arg == "hint" for word in call.keywords):
                    bare.append(f"{module}: {ast.unparse(call)}")
    assert bare == []


def test_notes_are_explained_in_the_language_of_the_reader(tmp_path):
    page = min(MIRROR.rglob("pages/*/*.md"))
    shown = bundler("--lang", "zh", "show", page, "--as", "notes", home=tmp_path).out
    assert "removed：不属于正文的页面内容" in shown


def test_paragraphs_without_words_are_named(tmp_path):
    page = next(path for path in sorted(MIRROR.rglob("pages/*/*.md")) if "<iframe" in path.read_text("utf-8"))
    shown = bundler("--lang", "zh", "show", page, "--as", "paragraphs", home=tmp_path).out
    assert "  [嵌入的内容]\n" in shown


def test_formats_name_values_as_recipes_write_them(tmp_path):
    assert "vertical: true, false (default: false)" in bundler("formats", home=tmp_path).out


def test_a_stick_is_looked_for_before_editions(tmp_path):
    published(tmp_path / "dist")
    done = bundler("share", "weekly", "--by", "usb", "/no/such/stick", home=tmp_path, cwd=tmp_path)
    assert done.code == 2
    assert "there is no folder 'weekly'" in done.err
    assert "the folder where it does" in done.err


def test_what_the_system_refuses_is_said_in_the_language_of_the_reader(tmp_path):
    done = bundler("--lang", "zh", "check", tmp_path / ("长" * 200), home=tmp_path)
    assert (done.code, "：名称太长\n" in done.err) == (3, True), done.err
    done = bundler("--lang", "zh", "release", "--settings", tmp_path, home=tmp_path)
    assert "是文件夹" in done.err
    done = bundler("--lang", "zh", "keys", "new", tmp_path / "k", "--passphrase-file", tmp_path, home=tmp_path)
    assert (done.code, "：它是文件夹\n" in done.err) == (2, True), done.err


UNPRIVILEGED = (
    () if os.geteuid() else ("setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all")
)
"""Root without what lets root read everything."""


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("check closed.yaml", 3),
        ("list open.yaml", 4),
        ("archive status shut", 4),
        ("fetch shut --yes", 4),
        ("show closed.md", 2),
        ("make closed.md", 2),
        ("verify closed.md", 2),
        ("lock closed.md", 2),
    ],
)
def test_what_may_not_be_read_is_said_with_its_own_exit_code(tmp_path, typed, code):
    (tmp_path / "shut").mkdir()
    recipe(tmp_path, archives="shut").rename(tmp_path / "open.yaml")
    for name in ("closed.yaml", "closed.md"):
        (tmp_path / name).write_text("version: 1\n", encoding="utf-8")
    for name in ("shut", "closed.yaml", "closed.md"):
        (tmp_path / name).chmod(0)
    command = [*UNPRIVILEGED, sys.executable, "-m", "bundler", *typed.split()]
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "BUNDLER_HOME": str(tmp_path / "kept")}
    done = subprocess.run(command, capture_output=True, text=True, env=clean, cwd=tmp_path, timeout=120, check=False)
    (tmp_path / "shut").chmod(0o700)
    error, hint = done.stderr.splitlines()
    assert (done.returncode, error[:7], hint[:6]) == (code, "error: ", "hint: "), done.stderr
    assert "mistake" not in error
    assert "closed" in error or "shut" in error


@pytest.mark.parametrize("name", ["周报", "con", "", "../x", "toolongname"])
def test_a_first_recipe_has_a_name_that_recipes_take(tmp_path, name):
    done = bundler("init", "new", "--archive", SAMPLE, "--name", name, home=tmp_path, cwd=tmp_path)
    assert done.code == 2
    assert done.err.splitlines()[1] == "hint: for example: --name weekly"
    assert not (tmp_path / "new").exists()


def test_commands_to_copy_are_quoted_and_sections_without_a_name_not_counted(tmp_path):
    (tmp_path / "资料 一").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"资料 一/{name}.md").write_text(f"---\ntitle: {name}\n---\n\n山里的路。\n", encoding="utf-8")
    done = bundler("init", "新 的", "--archive", "资料 一", home=tmp_path, cwd=tmp_path)
    assert "`bundler list '新 的/weekly.yaml'`" in done.out, done.err
    assert "#   (2)" not in (tmp_path / "新 的/weekly.yaml").read_text("utf-8")


def test_a_language_that_is_not_spoken_is_said(tmp_path):
    done = bundler("--lang", "de", "doctor", home=tmp_path)
    assert (done.code, "'de'" in done.err, "en or zh" in done.err) == (2, True, True)
    assert bundler("--lang", "en_GB", "--version", home=tmp_path).code == 0


def test_a_second_source_is_shown_as_it_is_written_down(tmp_path):
    """The hint's line, put where it says, is a source of the archive."""
    first, second = "https://one.example/feed", "https://two.example/feed"
    assert bundler("init", "news", "--feed", first, home=tmp_path, cwd=tmp_path).code == 0
    done = bundler("init", "news", "--feed", second, home=tmp_path, cwd=tmp_path)
    line = f'- feed: "{second}"'
    assert (done.code, f"hint: add it there, below 'sources:': {line}" in done.err) == (2, True), done.err
    path = tmp_path / "news/archive.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("sources:\n", f"sources:\n  {line}\n"), encoding="utf-8")
    done = bundler("fetch", "news", "--dry-run", "--json", home=tmp_path, cwd=tmp_path)
    assert set(done.json["hosts"]) == {"one.example", "two.example"}
