"""A year of editions: compared, cut down to what is kept, checked by building again, and rid of one article."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from command import ROOT, bundler, recipe

from bundler.release import editions, page
from bundler.release.schedule import SOURCE, UNITS

pytestmark = pytest.mark.slow

PASSPHRASE = "1234 5678 9012 3456 7890\n"


def run(place, *arguments, code=0):
    done = bundler(*arguments, home=place, cwd=place)
    assert done.code == code, done.err + done.out
    return done


def write(place, name, text, date="2026-11-01"):
    folder = place / "archive/news"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(
        f"---\ntitle: {text}\ndate: {date}\n---\n\n{text}，今天的消息。\n", encoding="utf-8"
    )


def release(place, date, *more):
    out = run(place, "release", "weekly.yaml", "--date", date, "--passphrase-file", "pass", "--json", *more).out
    return json.loads(out)


@pytest.fixture
def place(tmp_path):
    (tmp_path / "pass").write_text(PASSPHRASE)
    (tmp_path / "release.yaml").write_text("version: 1\ntitle: 山中书摊\n")
    run(tmp_path, "keys", "new", "--passphrase-file", "pass")
    write(tmp_path, "a1", "河水上涨")
    write(tmp_path, "a2", "桥已修好")
    recipe(tmp_path, tmp_path / "archive", every="friday")
    return tmp_path


def test_what_changed_between_two_editions(place):
    release(place, "2026-11-06")
    write(place, "a1", "河水回落")
    (place / "archive/news/a2.md").unlink()
    write(place, "a3", "学校开学")
    release(place, "2026-11-13")
    found = run(place, "diff", "weekly@2026-11-06", "weekly", "--json").out
    assert {name: [one["title"] for one in rows] for name, rows in json.loads(found).items()} == {
        "new": ["学校开学"], "changed": ["河水回落"], "withdrawn": ["桥已修好"]}  # fmt: skip
    moved = place / "archive/moved"
    moved.mkdir()
    (place / "archive/news/a3.md").rename(moved / "a3.md")
    release(place, "2026-11-20")
    found = json.loads(run(place, "diff", "weekly#2", "weekly#3", "--json").out)
    assert found == {"new": [], "changed": [], "withdrawn": []}


def test_old_editions_go_only_when_the_recipe_says_so(place):
    recipe(place, place / "archive", every="friday", keep="2")
    for week, date in enumerate(("2026-11-06", "2026-11-13", "2026-11-20"), 4):
        write(place, f"a{week}", f"第{week}条")
        made = release(place, date)
    assert made["deleted"] == ["2026-11-06"]
    assert [one.manifest.number for one in editions.released(place / "dist", "weekly")] == [2, 3]
    assert sorted(path.name for path in (place / "dist/weekly").iterdir()) == [
        "2026-11-13",
        "2026-11-20",
        "latest.json",
    ]


def test_an_edition_can_be_built_again_and_compared(place):
    release(place, "2026-11-06")
    assert "the same bytes" in run(place, "release", "--check", "weekly", "weekly.yaml").out
    write(place, "a1", "河水回落")
    out = run(place, "release", "--check", "weekly", "weekly.yaml", code=7).out
    assert "the articles are not the same" in out
    assert "weekly-261106.txt: other bytes" in out


def test_one_article_is_taken_out_of_everything(place):
    release(place, "2026-11-06")
    write(place, "a3", "学校开学")
    release(place, "2026-11-13")
    out = run(place, "withdraw", "markdown/news/a2", "weekly.yaml", "--passphrase-file", "pass").out
    assert "cannot be called back" in out
    there = editions.released(place / "dist", "weekly")
    assert [(one.manifest.edition, one.manifest.number) for one in there] == [("2026-11-06b", 3), ("2026-11-13b", 4)]
    assert all("桥已修好" not in path.read_text("utf-8") for path in (place / "dist").rglob("*.txt"))
    assert all("桥已修好" not in path.read_text("utf-8") for path in (place / "dist").rglob("articles.json"))
    assert json.loads((place / "dist/weekly/latest.json").read_text())["edition"] == "2026-11-13b"
    run(place, "withdraw", "markdown/news/a2", "weekly.yaml", "--passphrase-file", "pass", code=2)


def test_an_article_is_taken_out_of_every_bundle_or_of_none(place):
    release(place, "2026-11-06")
    other = recipe(place, place / "archive", bundle="daily", every="day")
    daily = other.rename(place / "daily.yaml")
    recipe(place, place / "archive", every="friday")
    run(place, "release", "daily.yaml", "--date", "2026-11-06", "--passphrase-file", "pass")
    before = sorted(path.name for path in (place / "dist").glob("*/2*"))
    withdraw = ("withdraw", "markdown/news/a2", "--passphrase-file", "pass")
    refused = run(place, *withdraw[:2], "weekly.yaml", *withdraw[2:], code=2).err
    assert "editions of daily hold 'markdown/news/a2' too" in refused
    assert sorted(path.name for path in (place / "dist").glob("*/2*")) == before, "half a withdrawal is none"
    assert daily.is_file()
    run(place, *withdraw)
    assert sorted(path.parts[-2:] for path in (place / "dist").glob("*/2???-*")) == [
        ("daily", "2026-11-06b"), ("weekly", "2026-11-06b"),
    ]  # fmt: skip
    assert all("桥已修好" not in path.read_text("utf-8") for path in (place / "dist").rglob("*.txt"))


def test_an_older_edition_made_anew_does_not_count_as_the_newest(place):
    release(place, "2026-11-06")
    (place / "archive/news/a2.md").unlink()
    write(place, "a3", "学校开学")
    release(place, "2026-11-13")
    write(place, "a2", "桥已修好")
    run(place, "withdraw", "markdown/news/a2", "weekly.yaml", "--passphrase-file", "pass")
    assert release(place, "2026-11-13")["what"] == "not-due"
    assert json.loads((place / "dist/weekly/latest.json").read_text())["edition"] == "2026-11-13"


@pytest.mark.parametrize(
    "typed",
    ["release weekly.yaml --again", "withdraw markdown/news/a1", "pack weekly --size std"],
)
def test_nothing_is_signed_with_a_stopped_key(place, typed):
    release(place, "2026-11-06")
    run(place, "keys", "stop", "keys/editor.stop")
    before = sorted((place / "dist").rglob("*"))
    done = run(place, *typed.split(), "--passphrase-file", "pass", code=2)
    assert "is stopped by" in done.err
    assert sorted((place / "dist").rglob("*")) == before
    assert not (place / "packed").exists()


def test_an_edition_has_one_way_to_be_named(place):
    release(place, "2026-11-06")
    folder = place / "dist/weekly/2026-11-06"
    for name in ("weekly", "weekly@2026-11-06", "weekly#1", str(folder)):
        assert editions.find(name, place / "dist").folder.resolve() == folder
    for name, said in (("weekly#9", "there is no edition"), ("weekly@1999-01-01", "there is no edition"),
                       ("../x", "names no edition"), ("nobody", "there is no edition")):  # fmt: skip
        assert said in run(place, "diff", name, "weekly", code=2).err


def test_what_stands_around_the_editions_follows_them(place):
    release(place, "2026-11-06")
    before = {path: path.read_bytes() for path in (place / "dist").iterdir() if path.is_file()}
    around = {"index.html", "catalog.xml", "catalog.json", "feed.xml", page.name()}
    assert {path.name for path in before} == around
    (place / "dist/verify-00000000.html").write_text("an older page")
    release(place, "2026-11-07")
    assert before == {path: path.read_bytes() for path in before}
    (place / "dist/index.html").write_text("broken")
    shutil.rmtree(place / "dist/keys")
    release(place, "2026-11-07")
    assert before == {path: path.read_bytes() for path in before}
    assert len(list((place / "dist/keys").iterdir())) == 3
    assert (place / "dist/verify-00000000.html").read_text() == "an older page"
    assert f'href="{page.name()}"' in (place / "dist/index.html").read_text("utf-8")


@pytest.mark.parametrize("kind", ["systemd", "cron", "github-actions"])
def test_units_are_printed_and_nothing_is_installed(tmp_path, kind):
    out = run(tmp_path, "schedule", f"--{kind}", "--secret", tmp_path / "a 100% secret").out
    assert not re.search(r"(pip|pipx|uvx?) .*install (?!\./)", out), "a package of our name may be anybody's"
    assert "release --quiet --passphrase-f" in out
    assert "1234" not in out
    assert run(tmp_path, "schedule", code=2).out == ""
    assert ("%" not in out.replace(r"\%", "")) or kind != "cron"


def test_units_name_programs_in_odd_places():
    odd = Path('/opt/a "50%" $place/python')
    assert r'ExecStart="/opt/a \"50%%\" $$place/python" -m bundler' in UNITS["systemd"](Path("/x"), Path("/s"), odd)
    line = UNITS["cron"](Path("/x"), Path("/s"), odd).replace(r"\%", "%")
    assert str(odd) in shlex.split(line.partition("&& ")[2])
    workflow = UNITS["github-actions"](Path("/x"), Path("/s"), odd)
    (step,) = (one for one in workflow.split("      - ") if "bundler release" in one)
    assert "env:" not in step, "no secret in the environment of a program of ours"
    (script,) = re.findall(rf"sh {SOURCE}/(\S+) run", workflow)
    assert (ROOT / script).is_file(), "what installs Pango and fonts is in the copy of the source code"
