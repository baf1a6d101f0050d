"""A year of weekly editions of a changing archive, with a key rotated and at last stopped, stays in order."""

import datetime as dt
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from command import recipe
from faulty import Came, Faulty

from bundler.release import editions, keyring, verify

PASSPHRASE = "1234 5678 9012 3456 7890\n"
FRIDAYS = tuple((dt.date(2026, 1, 2) + dt.timedelta(weeks=week)).isoformat() for week in range(52))
MISSED = {"2026-02-13", "2026-05-08", "2026-05-15"}
ROTATED = "2026-04-17"
KEEP = 9


class Year:
    """A publisher's folder, the machine that runs commands in it, and what was released so far."""

    def __init__(self, place: Path, machine: Faulty) -> None:
        self.place, self.machine, self.key = place, machine, "keys/editor"
        self.numbers: list[int] = []
        self.last: Path | None = None

    def run(self, *arguments: str, code: int = 0, warm: bool = False) -> Came:
        ask = self.machine.warm if warm else self.machine.run
        done = ask("--home", "kept", *arguments)
        assert done.code == code, done.said
        return done

    def write(self, name: str, text: str) -> None:
        path = self.place / f"archive/news/{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ntitle: {text}\ndate: 2026-01-01\n---\n\n{text}。\n", encoding="utf-8")

    def settle(self) -> None:
        text = f"version: 1\ntitle: 山中书摊\nkey: {self.key}\n"
        (self.place / "release.yaml").write_text(text, encoding="utf-8")

    def release(self, date: str, *, warm: bool = False) -> dict[str, object]:
        done = self.run("release", "weekly.yaml", "--date", date, "--passphrase-file", "pass", "--json", warm=warm)
        return dict(json.loads(done.said))


@pytest.fixture
def year(tmp_path):
    (tmp_path / "pass").write_text(PASSPHRASE)
    with Faulty(tmp_path) as machine:
        made = Year(tmp_path, machine)
        made.settle()
        made.run("keys", "new", "--passphrase-file", "pass", warm=True)
        recipe(tmp_path, tmp_path / "archive", every="friday", keep=str(KEEP), on_problem="publish")
        yield made


def change(year: Year, week: int) -> bool:
    """Change the archive as weeks do: mostly something new, at times a correction, something gone, or nothing."""
    match week % 8:
        case 5:
            return False
        case 3:
            year.write(f"a{week - 1:02d}", f"第{week - 1}周的更正")
        case 6:
            (year.place / f"archive/news/a{week - 2:02d}.md").unlink()
        case _:
            year.write(f"a{week:02d}", f"第{week}周的消息")
    return True


def in_order(year: Year) -> None:
    """Hold what must be true after every step."""
    out = year.place / "dist"
    there = editions.released(out, "weekly")
    numbers = [one.manifest.number for one in there]
    assert numbers == year.numbers[-KEEP:]
    for earlier, later in pairwise(there):
        assert later.manifest.previous == earlier.digest
        assert later.manifest.date > earlier.manifest.date
    for one in there:
        assert verify.folder(one.folder, verify.Trust()).verdict == "sealed"
    latest = json.loads((out / "weekly/latest.json").read_bytes())
    assert (latest["number"], latest["manifest"]["sha256"]) == (numbers[-1], there[-1].digest)
    offered = {f"weekly/{one.manifest.edition}/{file.name}" for one in there for file in one.manifest.files}
    for name in ("index.html", "feed.xml", "catalog.xml", "catalog.json"):
        text = (out / name).read_text("utf-8")
        assert set(re.findall(r'href"?[=:]"(weekly/[^"]+)"', text)) == offered, name


def follows(year: Year, folder: Path, *, rotated: bool) -> None:
    """Hold that a reader with last week's file alone knows this week's as of the same people."""
    (file,) = folder.glob("weekly-*.txt")
    if year.last:
        found = verify.file(file, verify.Trust(verify.older(year.last)))
        assert found.verdict == ("successor" if rotated else "same")
    kept = year.place / f"reader/{file.name}"
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(file.read_bytes())
    year.last = kept


@pytest.mark.slow
def test_a_year_of_editions_stays_in_order(year):
    rotated = False
    for week, date in enumerate(FRIDAYS):
        changed = change(year, week)
        if date in MISSED:
            continue
        if date >= ROTATED and not rotated:
            year.run("keys", "rotate", "keys/editor", "keys/second", "--passphrase-file", "pass")
            year.key = "keys/second"
            year.settle()
        made = year.release(date, warm=week == 0)
        assert made["what"] == ("released" if changed else "unchanged")
        if changed:
            year.numbers.append(int(str(made["number"])))
            first = date >= ROTATED and not rotated
            follows(year, year.place / "dist/weekly" / date, rotated=first)
            rotated = rotated or first
        in_order(year)
        assert year.release(date)["what"] in {"not-due", "unchanged"}
        in_order(year)
    assert rotated
    assert year.numbers == list(range(1, len(year.numbers) + 1))
    year.run("keys", "stop", "keys/second.stop")
    refused = year.run("release", "weekly.yaml", "--date", "2026-12-25", "--passphrase-file", "pass", code=2)
    assert "is stopped by" in refused.said
    stopped = verify.Trust(stopped=frozenset({keyring.card(year.place / "keys/second").key}))
    newest = editions.newest(editions.released(year.place / "dist", "weekly"))
    assert newest
    assert verify.folder(newest.folder, stopped).verdict == "stopped"
