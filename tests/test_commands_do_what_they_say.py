"""Every command does what its help says, in sentences, with the exit codes and the JSON that are documented."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from command import DAY, MIRROR, ROOT, SAMPLE, bundler, recipe


def test_bundler_alone_says_how_to_start(tmp_path):
    done = bundler(home=tmp_path)
    assert done.code == 0
    assert len([line for line in done.out.splitlines() if line.startswith("  bundler ")]) == 5


def test_messages_follow_the_language(tmp_path):
    assert "打包" in bundler(home=tmp_path, LANG="zh_CN.UTF-8").out
    assert "打包" in bundler("--lang", "zh", home=tmp_path).out
    assert "packs" in bundler("--lang", "en", home=tmp_path, LANG="zh_CN.UTF-8").out


@pytest.mark.parametrize("command", ["make", "build", "list", "check", "show", "init", "schema", "formats", "doctor"])
def test_every_command_shows_an_example(tmp_path, command):
    done = bundler(command, "--help", home=tmp_path)
    assert done.code == 0
    assert f"bundler {command}" in " ".join(done.out.split()).replace("│ ", "")
    assert f"bundler {command}" in (ROOT / "docs/command-line.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_build_prints_the_documented_object(tmp_path):
    path = recipe(tmp_path, formats="[text, dump]")
    done = bundler("build", path, "--out", tmp_path / "dist", "--date", DAY, "--json", home=tmp_path)
    assert (done.code, done.err) == (0, "")
    report = done.json
    assert list(report) == ["bundle", "edition", "articles", "files", "omitted", "notes"]
    assert (report["bundle"], report["edition"], report["articles"]) == ("weekly", DAY, 15)
    assert [file["path"] for file in report["files"]] == [
        "weekly/2026-11-22/weekly-261122.txt",
        "weekly/2026-11-22/weekly-261122.json",
    ]
    for file in report["files"]:
        assert list(file) == ["format", "volume", "path", "bytes", "sha256"]
        assert (tmp_path / "dist" / file["path"]).stat().st_size == file["bytes"]
    assert [one["reason"] for one in report["omitted"]] == ["draft"]


def test_list_prints_the_documented_object(tmp_path):
    path = recipe(tmp_path, select="{any: [手机], limit: 2}")
    listed = bundler("list", path, "--date", DAY, "--json", home=tmp_path).json
    assert list(listed) == ["articles", "omitted", "counts", "expected"]
    expected = listed["expected"]
    assert list(expected) == ["text", "pictures", "figures", "files"]
    assert expected["text"]["text"] > 100
    assert expected["files"] == [{"format": "text", "size": "lite", "pictures": "screen", "n": 1}]
    assert list(listed["articles"][0]) == [
        "id", "title", "section", "published", "language", "publisher", "source", "share", "tags", "chapter", "reason",
    ]  # fmt: skip
    assert sum(listed["counts"].values()) == len(listed["omitted"])
    assert len(listed["articles"]) + len(listed["omitted"]) == 16


@pytest.mark.slow
def test_a_second_build_on_another_day_stands_beside_the_first(tmp_path):
    path = recipe(tmp_path)
    for day in ("2026-11-22", "2026-11-23", "2026-11-23"):
        assert bundler("build", path, "--out", tmp_path / "dist", "--date", day, "-q", home=tmp_path).code == 0
    assert sorted(folder.name for folder in (tmp_path / "dist/weekly").iterdir()) == ["2026-11-22", "2026-11-23"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["build", "nowhere.yaml"], 3, "does not exist"),
        (["build"], 2, "missing"),
        (["build", "{recipe}", "--date", "tomorrow"], 2, "is no date"),
        (["build", "{recipe}", "--date", "2300-01-01"], 2, "out of range"),
        (["build", "{recipe}", "--format", "docx"], 2, "unknown format 'docx'"),
        (["bild", "{recipe}"], 2, "no"),
        (["build", "{recipe}", "--fast"], 2, "--fast"),
        (["make", "{recipe}"], 4, ""),
        (["make", "no/such/page"], 4, ""),
        (["init", "{folder}", "--archive", "{folder}/nothing", "--name", "other"], 4, "does not exist"),
    ],
)
def test_mistakes_are_one_sentence_with_a_way_out(tmp_path, arguments, code, said):
    path = recipe(tmp_path)
    filled = [argument.format(recipe=path, folder=tmp_path) for argument in arguments]
    done = bundler(*filled, home=tmp_path, cwd=tmp_path)
    assert done.code == code
    assert done.err.startswith("error: ")
    assert "hint: " in done.err
    assert said in done.err
    assert "Traceback" not in done.err + done.out
    assert not (tmp_path / "dist").exists()


def test_an_empty_result_says_what_the_archive_holds(tmp_path):
    done = bundler("list", recipe(tmp_path, select="{any: [南极洲]}"), home=tmp_path)
    assert done.code == 3
    assert "2026-11-14" in done.err


def test_case_117_a_clock_before_every_article_is_a_sentence(tmp_path):
    done = bundler("build", recipe(tmp_path), "--date", "1990-01-01", home=tmp_path, cwd=tmp_path)
    assert done.code == 3
    assert "newest" in done.err


def test_check_says_everything_at_once_with_places(tmp_path):
    path = recipe(tmp_path, titel="x", language="english please", select="{since: 7 parsecs}")
    done = bundler("check", path, home=tmp_path)
    assert done.code == 3
    assert done.err.count("error: ") == 3
    assert all(f"weekly.yaml:{line}:" in done.err for line in (4, 7, 8))
    assert "did you mean 'title'" in done.err


def test_check_long_is_understood_again(tmp_path):
    done = bundler("check", recipe(tmp_path), "--long", home=tmp_path)
    (tmp_path / "long.yaml").write_text(done.out, encoding="utf-8")
    assert bundler("check", tmp_path / "long.yaml", "--long", home=tmp_path).out == done.out


def test_schema_is_json_schema(tmp_path):
    assert bundler("schema", home=tmp_path).json["$schema"].endswith("2020-12/schema")


def test_formats_and_doctor_name_what_there_is(tmp_path):
    assert {"epub", "pdf", "html", "text", "dump"} <= set(bundler("formats", home=tmp_path).out.split())
    assert "Pango" in bundler("doctor", home=tmp_path).out


def test_init_writes_a_recipe_that_builds(tmp_path):
    done = bundler("init", tmp_path, "--archive", MIRROR, home=tmp_path)
    assert done.code == 0
    text = (tmp_path / "weekly.yaml").read_text(encoding="utf-8")
    assert f'"{MIRROR}' not in text, "the archive's place is relative to the recipe"
    made = bundler("build", "weekly.yaml", "-f", "text", "--json", home=tmp_path, cwd=tmp_path)
    assert made.json["articles"] > 0
    again = bundler("init", tmp_path, "--archive", MIRROR, home=tmp_path)
    assert (again.code, "exists already" in again.err) == (2, True)


def test_the_comments_of_a_first_recipe_follow_the_language(tmp_path):
    assert bundler("init", tmp_path, "--archive", SAMPLE, home=tmp_path, LANG="zh_CN.UTF-8").code == 0
    written = (tmp_path / "weekly.yaml").read_text(encoding="utf-8")
    comments = [comment.strip() for _, sign, comment in (line.partition("# ") for line in written.splitlines()) if sign]
    assert {"栏目：", "发布者：", "无"} <= set(comments)
    assert "of newest" in written
    assert not [one for one in comments if one in ("sections:", "publishers:", "none")]
    assert bundler("check", "weekly.yaml", home=tmp_path, cwd=tmp_path).code == 0


@pytest.mark.slow
def test_make_packs_a_file_an_id_and_an_address(tmp_path):
    listed = bundler("list", recipe(tmp_path, archive=MIRROR), "--json", "--date", DAY, home=tmp_path).json["articles"]
    one = next(entry for entry in listed if entry["source"] and entry["share"])
    file = next(MIRROR.rglob(f"{one['id'].rpartition('/')[2]}.md"))
    for page in (file, one["id"], one["share"], one["source"]):
        arguments = ("make", page, "--as", "text", "--out", tmp_path / "d", "--date", DAY, "--json")
        given = () if page == file else ("--archive", MIRROR)
        made = bundler(*arguments, *given, home=tmp_path)
        assert made.code == 0, made.err
        assert made.json["articles"] == 1
        assert "only-pins" not in made.json["notes"]
        text = next((tmp_path / "d").rglob("pages-*.txt")).read_text(encoding="utf-8")
        assert one["title"] in text


@pytest.mark.slow
def test_show_says_what_was_dropped(tmp_path):
    page = min(MIRROR.rglob("pages/*/*.md"))
    assert "title: " in bundler("show", page, home=tmp_path).out
    assert json.loads(bundler("show", page, "--as", "json", home=tmp_path).out)["type"] == "Article"
    assert "removed: " in bundler("show", page, "--as", "notes", home=tmp_path).out


def test_a_broken_pipe_is_silent_and_no_failure(tmp_path):
    path = recipe(tmp_path)
    command = f"{sys.executable} -m bundler list {path} --all | true; exit ${{PIPESTATUS[0]}}"
    for _ in ("cold, with a pool of processes", "warm"):
        done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=ROOT, timeout=60, check=False,
                              env=os.environ | {"BUNDLER_HOME": str(tmp_path / "kept")})  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
def test_ctrl_c_stops_within_a_second_and_leaves_nothing(tmp_path):
    path = recipe(tmp_path, formats="[pdf]")
    environment = os.environ | {"BUNDLER_HOME": str(tmp_path / "kept")}
    arguments = [sys.executable, "-m", "bundler", "build", str(path), "--out", str(tmp_path / "dist"), "--date", DAY]
    with subprocess.Popen(arguments, env=environment, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True) as made:
        deadline = time.monotonic() + 60
        while not (tmp_path / "dist/.bundler-staging").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(made.pid, signal.SIGINT)
        stopped = time.monotonic()
        _, said = made.communicate(timeout=120)
        took = time.monotonic() - stopped
    assert made.returncode == 130
    assert took < 60, "a second on a machine that does nothing else"
    assert said == b"stopped; nothing half done is left, and the next run goes on from here\n"
    assert [path.name for path in (tmp_path / "dist").rglob("*")] == []


def test_ctrl_c_is_heard_where_python_cannot_raise_it(tmp_path):
    script = (
        "import gc, os, signal, sys, weakref\n"
        "from bundler import store\n"
        "from bundler.cli import run\n"
        "class Thing: pass\n"
        "edition = store.edition\n"
        "def interrupted(*arguments, **options):\n"
        "    thing = Thing()\n"
        "    weakref.finalize(thing, os.kill, os.getpid(), signal.SIGINT)\n"
        "    del thing\n"
        "    return edition(*arguments, **options)\n"
        "store.edition = interrupted\n"
        "sys.exit(run(sys.argv[1:]))"
    )
    arguments = ["build", str(recipe(tmp_path)), "--out", str(tmp_path / "dist"), "--date", DAY]
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, cwd=ROOT, timeout=60,
                          check=False, env=os.environ | {"BUNDLER_HOME": str(tmp_path / "kept")})  # fmt: skip
    assert done.returncode == 130
    assert done.stderr == b"stopped; nothing half done is left, and the next run goes on from here\n"
    assert [path.name for path in (tmp_path / "dist").rglob("*")] == []


def test_a_mistake_of_ours_is_one_sentence(tmp_path):
    script = (
        "import sys, bundler.cli.looking as looking\n"
        "looking.load = lambda *_: 1 / 0\n"
        "from bundler.cli import run\n"
        "sys.exit(run(['check', 'x.yaml']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 70
    assert done.stderr.decode().splitlines()[0] == "error: bundler made a mistake: ZeroDivisionError"
    assert b"Traceback" not in done.stderr


@pytest.mark.slow
def test_a_problem_stops_only_where_the_recipe_says_so_and_a_draft_is_none(tmp_path):
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "a.md").write_text("---\ntitle: 甲\ndate: 2026-11-01\n---\n正文在此。\n", encoding="utf-8")
    (archive / "draft.md").write_text("---\ntitle: 乙\ndraft: true\n---\n还没写完。\n", encoding="utf-8")
    path = recipe(tmp_path, archive, on_problem="stop")
    assert bundler("build", path, "--out", tmp_path / "o", home=tmp_path).code == 0
    (archive / "binary.md").write_bytes(b"\x7fELF\0\0\0\1" * 4000)
    stopped = bundler("build", path, "--out", tmp_path / "p", home=tmp_path)
    assert (stopped.code, "binary" in stopped.err) == (4, True)
    assert not list((tmp_path / "p").rglob("*.txt"))
    path = recipe(tmp_path, archive, on_problem="publish")
    assert bundler("build", path, "--out", tmp_path / "q", home=tmp_path).code == 0


@pytest.mark.slow
def test_a_language_without_furniture_is_said(tmp_path):
    done = bundler("build", recipe(tmp_path, language="sw"), "--out", tmp_path / "o", "--json", home=tmp_path)
    assert done.json["notes"]["furniture-language"] == 1


HEAVY = (
    "PIL", "babel.dates", "ebooklib", "fontTools.subset", "lxml", "pikepdf", "pypdfium2", "selectolax", "trafilatura",
    "weasyprint",
)  # fmt: skip


def test_a_list_of_what_is_known_waits_for_no_library_of_formats(tmp_path):
    path = recipe(tmp_path, formats="[epub, pdf, html, text]")
    bundler("list", path, "--json", home=tmp_path)
    script = f"import sys\nfrom bundler.cli import run\nrun(['list', {str(path)!r}, '--json'])\nprint(*sys.modules)"
    kept = os.environ | {"BUNDLER_HOME": str(tmp_path / "kept")}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, env=kept, check=True)
    assert {"bundler.cli.looking", "bundler.writers.epub"} <= set(done.stdout.decode().split())
    assert set(HEAVY).isdisjoint(done.stdout.decode().split())


def test_the_version_waits_for_no_command():
    script = "import sys\nfrom bundler.cli import run\nrun(['--version'])\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=True)
    assert not [name for name in done.stdout.decode().split() if name.startswith(("bundler.build", "bundler.catalog"))]


def test_a_command_that_is_not_there_is_named(tmp_path):
    assert bundler("lst", "x.yaml", home=tmp_path).err.splitlines()[0] == "error: there is no command lst"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("sh", {"share", "show"}),
        ("keys r", {"rotate", "restore"}),
        ("list --a", {"--all"}),
        ("show x --as n", {"notes"}),
    ],
)
def test_a_shell_completes_commands_options_and_values(tmp_path, typed, offered):
    words = f"bundler {typed}"
    asked = {"_BUNDLER_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = bundler(home=tmp_path, **asked)
    assert offered <= set(done.out.split()), done.err
    assert all(one.startswith(typed.split()[-1]) for one in done.out.split())
