"""The command line as a user runs it: in a process of its own, with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "assets" / "sample"
MIRROR = ROOT / "tests" / "mirror"
DAY = "2026-11-22"


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def bundler(*arguments: str | Path, home: Path, cwd: Path | None = None, **environment: str) -> Done:
    """Run the command line; nothing of the caller's own settings reaches it but the path."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(home), "BUNDLER_HOME": str(home / "kept"), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "bundler", *map(str, arguments)]
    made = subprocess.run(
        command, capture_output=True, env=clean | environment, cwd=cwd or ROOT, timeout=600, check=False
    )
    return Done(made.returncode, made.stdout.decode(), made.stderr.decode())


def recipe(folder: Path, archive: Path = SAMPLE, **keys: str) -> Path:
    """Write a small recipe; values are YAML as they stand."""
    lines = {
        "version": "1",
        "bundle": "weekly",
        "title": "一周文摘",
        "language": "zh-Hans",
        "archives": f"{{path: '{os.path.relpath(archive, folder)}', base_url: 'https://mirror.example/'}}",
        "formats": "[text]",
    } | keys
    path = folder / "weekly.yaml"
    path.write_text("".join(f"{key}: {value}\n" for key, value in lines.items()), encoding="utf-8")
    return path
