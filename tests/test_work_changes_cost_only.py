"""The engine and its cache may change cost only: cold, warm, one process, two, damaged cache: the same results."""

import os
import signal
import subprocess
import sys
import time
import tracemalloc
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

import bundler.work
from bundler.cache import Cache
from bundler.work import WINDOW, Bound, Work, abandoned

pytestmark = pytest.mark.slow

BOUND = Bound(60, 1_000_000_000)

CALLS = []


def shout(job):
    CALLS.append(job)
    return f"{job}!".encode()


def die_on_three(job):
    if job == 3 and os.environ.get("BUNDLER_TEST_PARENT") != str(os.getpid()):
        os.kill(os.getpid(), signal.SIGKILL)
    return str(job).encode()


def megabyte(job):
    return bytes([job]) * 1_000_000


def key(job):
    return str(job).encode()


JOBS = tuple(range(20))
EXPECTED = [f"{job}!".encode() for job in JOBS]


def test_cold_warm_one_process_and_two_agree(tmp_path):
    cache = Cache(tmp_path)
    for processes in (1, 2):
        with Work(processes) as work:
            assert list(work.map(shout, JOBS)) == EXPECTED
        with Work(processes, cache) as work:
            assert list(work.map(shout, JOBS, key=key)) == EXPECTED
            assert list(work.map(shout, JOBS, key=key)) == EXPECTED


def test_a_warm_map_calls_nothing(tmp_path):
    work = Work(1, Cache(tmp_path))
    list(work.map(shout, JOBS, key=key))
    CALLS.clear()
    assert list(work.map(shout, JOBS, key=key)) == EXPECTED
    assert CALLS == []


def test_case_122_a_flipped_bit_or_a_truncated_entry_is_made_again(tmp_path):
    work = Work(1, Cache(tmp_path))
    list(work.map(shout, JOBS, key=key))
    entries = sorted(tmp_path.glob("??/*"))
    assert len(entries) == len(JOBS)
    for place, path in enumerate(entries):
        data = bytearray(path.read_bytes())
        data[place % len(data)] ^= 1
        path.write_bytes(bytes(data) if place % 2 else bytes(data[:-1]))
    assert list(work.map(shout, JOBS, key=key)) == EXPECTED


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path):
    (tmp_path / "file").write_text("no folder")
    work = Work(1, Cache(tmp_path / "file"))
    assert list(work.map(shout, JOBS, key=key)) == EXPECTED


def test_the_cache_forgets_what_was_not_used_for_longest(tmp_path):
    cache = Cache(tmp_path)
    for number in range(10):
        cache.put(f"{number:064d}", b"x" * 1000)
        path = tmp_path / f"{number:064d}"[:2] / f"{number:064d}"[2:]
        os.utime(path, (number, number))
    removed = cache.evict(max_bytes=5500)
    assert removed > 4000
    assert cache.get(f"{9:064d}") == b"x" * 1000
    assert cache.get(f"{0:064d}") is None


def test_a_cache_that_cannot_be_emptied_only_costs_space(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError

    cache = Cache(tmp_path)
    cache.put(f"{1:064d}", b"x")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refused)
        assert cache.evict(max_bytes=0) == 0
        patched.setattr(os, "replace", refused)
        cache.put(f"{2:064d}", b"y")
    assert cache.get(f"{1:064d}") == b"x"
    assert cache.added == [f"{1:064d}"]


@pytest.mark.parametrize("together", [1, 2, 4])
def test_a_job_that_kills_its_process_loses_no_other(together):
    with Work(2) as work:
        made = list(work.map(die_on_three, JOBS, lost=lambda job: f"lost {job}".encode(), together=together))
    assert made == [b"lost 3" if job == 3 else str(job).encode() for job in JOBS]


@pytest.mark.parametrize("together", [2, 3, 100])
def test_jobs_that_go_together_come_back_in_order(together):
    told = []
    with Work(2, progress=lambda _label, done, total: told.append((done, total))) as work:
        assert list(work.map(shout, JOBS, together=together)) == EXPECTED
    assert told == [(done, len(JOBS)) for done in range(1, len(JOBS) + 1)]


@pytest.mark.parametrize("function", ["shout", "die_on_three", "divide"])
def test_jobs_that_were_begun_come_out_as_if_they_had_not(tmp_path, function):
    called = {"shout": shout, "die_on_three": die_on_three, "divide": divide}[function]
    asked = {"key": key, "lost": lost, "within": BOUND}

    def made(work):
        try:
            return list(work.map(called, JOBS, **asked))
        except ZeroDivisionError:
            return "divided"

    with Work(2, Cache(tmp_path / "plain")) as work:
        plain = made(work)
    for processes in (1, 2):
        with Work(processes, Cache(tmp_path / str(processes))) as work:
            for job in JOBS:
                work.begin(called, (job,), **asked)
            assert made(work) == plain


def test_processes_that_were_started_early_change_nothing():
    for processes in (0, 1, 2):
        with Work(processes) as work:
            work.start(shout)
            assert list(work.map(shout, JOBS)) == EXPECTED


def test_what_was_begun_is_not_made_twice(tmp_path):
    asked = {"key": key, "lost": lost, "within": BOUND}
    with Work(2, Cache(tmp_path)) as work:
        work.begin(told_once, (str(tmp_path / "calls"),), **asked)
        assert list(work.map(told_once, (str(tmp_path / "calls"),), **asked)) == [b"told"]
        work.begin(told_once, (str(tmp_path / "calls"),), **asked)
    assert (tmp_path / "calls").read_text(encoding="utf-8") == "."


def test_no_more_is_begun_than_processes_have_in_hand(tmp_path):
    asked = {"key": key, "lost": lost, "within": BOUND}
    with Work(2, Cache(tmp_path)) as work:
        work.begin(wait_for, [str(tmp_path / "go")] + [str(tmp_path / f"{job}") for job in range(100)], **asked)
        begun = len(work._begun)
        for name in ("go", *map(str, range(100))):
            (tmp_path / name).touch()
    assert begun == 2 * WINDOW


def lost(job):
    return f"lost {job}".encode()


def told_once(path):
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(".")
    return b"told"


def wait_for(path):
    while not Path(path).exists():
        time.sleep(0.01)
    return b"there"


@pytest.mark.parametrize("moment", [1, 3, 5])
def test_a_pool_that_breaks_while_a_job_is_handed_over_loses_none(monkeypatch, moment):
    calls, submit = iter(range(1, 1_000)), Work._submit

    def breaking(work, function, job):
        if next(calls) == moment:
            raise BrokenProcessPool
        return submit(work, function, job)

    monkeypatch.setattr(Work, "_submit", breaking)
    with Work(2) as work:
        assert list(work.map(shout, JOBS)) == [shout(job) for job in JOBS]


def test_an_error_of_a_job_reaches_the_caller():
    with Work(2) as work, pytest.raises(ZeroDivisionError):
        list(work.map(divide, JOBS))


def divide(job):
    return str(1 // job).encode()


ENDED = """
import sys
sys.path.insert(0, {tests!r})
from test_work_changes_cost_only import JOBS, shout
from bundler.work import Work

if __name__ == "__main__":
    for _ in range(6):
        with Work(2) as work:
            for done, _ in enumerate(work.map(shout, JOBS)):
                if done == 3 * _stop:
                    break
"""


@pytest.mark.parametrize("stop", [0, 1, 100])
def test_an_engine_ends_in_silence_whenever_it_is_ended(tmp_path, stop):
    script = tmp_path / "ended.py"
    script.write_text(ENDED.format(tests=str(Path(__file__).parent)).replace("_stop", str(stop)), encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("hurry", [False, True])
def test_a_pool_whose_end_is_broken_off_is_known(monkeypatch, hurry):
    """Python's own clean-up would wake its thread through a pipe that it is just closing, and print a traceback."""
    monkeypatch.setattr("bundler.work._OPEN", [])
    work = Work(processes=2)
    assert list(work.map(shout, range(20))) == [shout(job) for job in range(20)]
    assert abandoned()
    (pool,) = bundler.work._OPEN
    ended = pool.shutdown

    def stopped(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(pool, "shutdown", stopped)
    with pytest.raises(KeyboardInterrupt):
        work.close(hurry=hurry)
    assert abandoned()
    ended()


def test_a_pool_that_ended_holds_up_nobody(monkeypatch):
    monkeypatch.setattr("bundler.work._OPEN", [])
    with Work(processes=2) as work:
        list(work.map(shout, range(20)))
    assert not abandoned()


def test_results_that_are_not_held_are_read_twice_and_never_made_twice(tmp_path, monkeypatch):
    monkeypatch.setattr("bundler.work.MOST_HELD", 10)
    work = Work(1, Cache(tmp_path))
    list(work.map(shout, JOBS, key=key))
    CALLS.clear()
    assert list(work.map(shout, JOBS, key=key)) == EXPECTED
    assert CALLS == []


def test_a_result_that_goes_while_others_are_read_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr("bundler.work.MOST_HELD", 10)
    work = Work(1, Cache(tmp_path))
    list(work.map(shout, JOBS, key=key))
    found = work.map(shout, JOBS, key=key)
    first = next(found)
    for entry in tmp_path.glob("??/*"):
        entry.unlink()
    assert [first, *found] == EXPECTED


def test_a_warm_map_of_large_results_holds_few_of_them(tmp_path):
    work = Work(1, Cache(tmp_path))
    large = tuple(range(100))
    for _ in work.map(megabyte, large, key=key):
        pass
    tracemalloc.start()
    assert sum(len(result) for result in work.map(megabyte, large, key=key)) == 100_000_000
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 50_000_000
