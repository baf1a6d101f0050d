"""A program that is killed takes the processes of its pool with it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAM = """
import os, sys
from bundler.work import Bound, Work
def pid(job): return str(os.getpid()).encode()
if __name__ == "__main__":
    with Work(1) as work:
        (found,) = work.map(pid, [0], within=Bound(10, 10**9), lost=pid)
        print(found.decode(), flush=True)
        sys.stdin.read()
"""


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="processes are looked up in /proc")
def test_case_119_a_killed_program_leaves_no_worker(tmp_path):
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    with subprocess.Popen(
        [sys.executable, str(script)], env={"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout
        worker = Path("/proc") / program.stdout.readline().decode().strip()
        assert worker.is_dir()
        program.send_signal(signal.SIGKILL)
        program.wait(10)
    end = time.monotonic() + 10
    while worker.is_dir() and time.monotonic() < end:
        time.sleep(0.05)
    assert not worker.is_dir()
