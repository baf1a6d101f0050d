"""Reads a dump back: JSON that holds the articles and the codes, and nothing of this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bundler.gate import Expected, Fault
from bundler.gate._reading import ids, judged, short, text_faults
from bundler.model import short_id


def faults(path: Path, expected: Expected) -> tuple[Fault, ...]:
    """Return every reason not to publish the file; empty if it passes. Never raises for a broken file."""
    return judged(_faults, path, expected)


def _faults(path: Path, expected: Expected) -> Iterator[Fault]:
    source = path.read_bytes()
    yield from text_faults(source)
    nodes = list(_nodes(json.loads(source)))
    yield from ids((short_id(str(node.get("id"))) for node in nodes if node.get("type") == "Entry"), expected)
    held = {node.get("payload") for node in nodes if node.get("type") == "QrCode"}
    yield from (Fault("code-missing", short(payload)) for payload in sorted(set(expected.codes) - held))


def _nodes(root: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a JSON value, outer before inner."""
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
