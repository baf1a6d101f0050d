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
from rich.console import Console

from bundler import build
from bundler.catalog import _refresh
from bundler.cli import report
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
    """Ask for 200 MB for the job 3."""
    return str(job + len(bytearray(200 * MEGABYTE)) * 0).encode() if job == 3 else str(job).encode()


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
