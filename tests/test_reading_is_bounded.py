"""The backstop: reading that takes too much time or memory is stopped wherever it runs, and the edition says so."""

import collections
import datetime as dt
import io
import itertools
import os
import resource
import signal
import subprocess
import sys
import time

import pytest
from command import DAY, recipe
from pages import put
from PIL import Image
from rich.console import Console

from bundler import build, pictures, readers
from bundler.build import lazy
from bundler.cache import Cache
from bundler.catalog import _refresh
from bundler.cli import report
from bundler.errors import ArchiveError
from bundler.readers import markdown
from bundler.recipe import load
from bundler.work import Bound, Work

SHORT = Bound(0.3, 50_000_000)
MEGABYTE = 1_000_000


def lost(job) -> bytes:
    return f"lost {job}".encode()


def where(_job) -> bytes:
    return str(os.getpid()).encode()


def burn(job) -> bytes:
    """Take for ever over the job 3, and catch whatever can be caught."""
    while job == 3:
        try:
            sum(range(1_000))
        except Exception:  # noqa: BLE001 — as a careless library does
            continue
    return str(job).encode()


def burn_deep(job) -> bytes:
    """Take for ever over the job 3 in a place that hears no signal."""
    if job == 3:
        collections.deque(itertools.repeat(None), maxlen=0)
    return str(job).encode()


def eat(job) -> bytes:
    """Ask for 1 GB for the job 3: more than what a process may have left over from others. None of it is written to."""
    return str(job + len(bytes(1_000 * MEGABYTE)) * 0).encode() if job == 3 else str(job).encode()


EXPECTED = [b"lost 3" if job == 3 else str(job).encode() for job in range(6)]


@pytest.mark.parametrize("processes", [0, 2])
@pytest.mark.parametrize("function", [burn, eat])
def test_a_job_beyond_its_bound_is_lost_alone(function, processes):
    before = signal.getsignal(signal.SIGPROF), resource.getrlimit(resource.RLIMIT_DATA)
    with Work(processes) as work:
        assert list(work.map(function, range(6), lost=lost, within=SHORT)) == EXPECTED
        assert list(work.map(eat, (3,))) == [b"3"]
    assert (signal.getsignal(signal.SIGPROF), resource.getrlimit(resource.RLIMIT_DATA)) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


@pytest.mark.slow
def test_code_that_hears_no_signal_ends_its_process_and_no_other_job():
    with Work(2) as work:
        assert list(work.map(burn_deep, range(6), lost=lost, within=SHORT)) == EXPECTED


def test_even_one_bounded_job_leaves_this_process():
    with Work(1) as work:
        assert list(work.map(where, (1,), lost=lost, within=SHORT)) != [where(1)]
        assert list(work.map(where, (1,))) == [where(1)]


def test_time_is_counted_by_the_job_and_not_by_its_process():
    with Work(1) as work:
        for _ in range(4):
            assert list(work.map(busy, (0.2,), lost=lost, within=SHORT)) == [b"done"]


def busy(seconds) -> bytes:
    start = time.process_time()
    while time.process_time() < start + seconds:
        pass
    return b"done"


def test_a_page_that_is_stopped_is_left_out_loudly_and_the_edition_says_so(tmp_path, monkeypatch):
    put(tmp_path, "archive/slow.md", "# 慢\n\n这一页读不完。\n")
    put(tmp_path, "archive/quiet.md", "# 静\n\n这一页什么也没有发生。\n")
    read = markdown.load
    monkeypatch.setattr(_refresh, "BOUND", SHORT)
    monkeypatch.setattr(
        markdown, "load", lambda tree, path, archive: (path == "slow.md" and burn(3)) or read(tree, path, archive)
    )
    path = recipe(tmp_path, archives="{path: archive, reader: markdown}", formats="[text]")
    wanted, work, day = load(path, build.known()), Work(), dt.date.fromisoformat(DAY)
    index = build.open_archives(wanted.archives, home=None, work=work)
    made = build.build(wanted, out=tmp_path / "dist", edition=day, index=index, work=work)
    assert [(one.id, one.reason) for one in made.omitted] == [("markdown/slow.md", "reading-stopped")]
    assert [(note.code, note.detail) for note in made.notes if note.code == "not-reproducible"] == [
        ("not-reproducible", "markdown/slow.md")
    ]
    assert report.as_json(made)["notes"]["not-reproducible"] == 1
    out = Console(file=io.StringIO(), width=200)
    report.show(out, made, out_folder=tmp_path, outside="open")
    assert "warning: another machine may make this edition differently" in out.file.getvalue()
    assert "这一页什么也没有发生。" in (tmp_path / "dist" / made.files[0][0]).read_text(encoding="utf-8")


def built(folder, **changes):
    """Build one edition as text, in this process; return what became of it and what its file says."""
    path = recipe(folder, **{"formats": "[text]"} | changes)
    wanted, work, day = load(path, build.known()), Work(0, Cache(folder / "cache")), dt.date.fromisoformat(DAY)
    index = build.open_archives(wanted.archives, home=folder / "home", work=work)
    made = build.build(wanted, out=folder / "dist", edition=day, index=index, work=work)
    return made, (folder / "dist" / made.files[0][0]).read_text(encoding="utf-8")


def told(made, *codes):
    return [(note.code, note.article, note.detail) for note in made.notes if note.code in codes]


def test_a_picture_that_is_stopped_is_left_out_loudly_and_the_edition_says_so(tmp_path, monkeypatch):
    for name, colour in (("slow", "red"), ("fine", "blue")):
        drawn = io.BytesIO()
        Image.new("RGB", (40, 40), colour).save(drawn, "PNG")
        put(tmp_path, f"archive/{name}.md", f"# {name}\n\n![一条河]({name}.png)\n\n正文照旧：{name}。\n")
        (tmp_path / f"archive/{name}.png").write_bytes(drawn.getvalue())
    slow = pictures.original((tmp_path / "archive/slow.png").read_bytes())
    rebuild = pictures.rebuild

    def slowly(data, *rest, **more):
        burn(3 if pictures.original(data) == slow else 0)
        return rebuild(data, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(lazy, "BOUND", SHORT)
        patched.setattr(pictures, "rebuild", slowly)
        made, text = built(tmp_path, archives="{path: archive, reader: markdown}")
    assert told(made, "picture-stopped", "picture-broken", "not-reproducible") == [
        ("picture-stopped", "markdown/slow", slow),
        ("not-reproducible", None, "markdown/slow"),
    ]
    assert not made.omitted
    assert text.count("正文照旧：") == 2
    again, _ = built(tmp_path, archives="{path: archive, reader: markdown}")
    assert told(again, "picture-stopped", "not-reproducible") == [], "what was stopped is tried again"


def test_an_archive_whose_listing_is_stopped_takes_no_other_along(tmp_path, monkeypatch):
    put(tmp_path, "slow/page.md", "# 慢\n\n这里列不完。\n")
    put(tmp_path, "quiet/page.md", "# 静\n\n这一页什么也没有发生。\n")
    both = "[{path: slow, name: slow, reader: markdown}, {path: quiet, name: quiet, reader: markdown}]"
    scan = markdown.scan

    def slowly(tree):
        burn(3 if tree.root.name == "slow" else 0)
        return scan(tree)

    with monkeypatch.context() as patched:
        patched.setattr(_refresh, "BOUND", SHORT)
        patched.setattr(markdown, "scan", slowly)
        made, text = built(tmp_path, archives=both)
    assert told(made, "listing-stopped", "not-reproducible") == [
        ("listing-stopped", None, "slow"),
        ("not-reproducible", None, "slow"),
    ]
    assert "这一页什么也没有发生。" in text
    again, text = built(tmp_path, archives=both)
    assert told(again, "listing-stopped", "not-reproducible") == [], "what was stopped is tried again"
    assert "这里列不完。" in text


def test_an_archive_of_many_files_is_given_the_time_that_listing_them_takes(tmp_path, monkeypatch):
    for number in range(6):
        put(tmp_path, f"large/{number}.md", f"# 第{number}页\n\n这里有很多页，列起来要些时候。\n")
    scan = markdown.scan

    def slowly(tree):
        end = time.process_time() + 1
        while time.process_time() < end:
            pass
        return scan(tree)

    monkeypatch.setattr(_refresh, "BOUND", SHORT)
    monkeypatch.setattr(_refresh, "EACH_FILE", Bound(2, 0))
    monkeypatch.setattr(markdown, "scan", slowly)
    made, text = built(tmp_path, archives="{path: large, reader: markdown}")
    assert told(made, "listing-stopped", "not-reproducible") == []
    assert "这里有很多页" in text


def test_an_archive_that_names_no_reader_and_cannot_be_listed_says_what_to_write(tmp_path, monkeypatch):
    put(tmp_path, "archive/page.md", "# 慢\n\n这里列不完。\n")
    monkeypatch.setattr(_refresh, "BOUND", SHORT)
    monkeypatch.setattr(readers, "recognize", lambda _tree: burn(3))
    with pytest.raises(ArchiveError, match="'archive' is takes too long to tell"):
        built(tmp_path, archives="{path: archive}")


PROGRAM = """
from bundler import work

def refused(_):
    raise OSError

del work.signal.setitimer
work.Path = refused
print(next(work.Work().map(str.encode, ["a"], lost=repr, within=work.Bound(1, 1))).decode())
"""


def test_where_there_is_no_such_limit_jobs_go_without():
    """As on a system that is not POSIX."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.stdout == "a\n", done.stderr
