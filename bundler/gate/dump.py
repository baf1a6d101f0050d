"""Reads a dump back: JSON that holds the articles and the codes, and nothing of this machine."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bundler.gate import Expected, Fault
from bundler.gate._images import metadata
from bundler.gate._reading import ids, judged, short, text_faults, traces
from bundler.model import short_id


def faults(path: Path, expected: Expected) -> tuple[Fault, ...]:
    """Return every reason not to publish the file; empty if it passes. Never raises for a broken file."""
    return judged(_faults, path, expected)


def _faults(path: Path, expected: Expected) -> Iterator[Fault]:
    source = path.read_bytes()
    yield from text_faults(source)
    nodes = list(_nodes(json.loads(source)))
    yield from ids((short_id(str(node.get("id"))) for node in nodes if node.get("type") == "Entry"), expected)
    for node in nodes:
        if str(node.get("type")).startswith("image/"):
            yield from _picture_faults(node, expected)
    held = {node.get("payload") for node in nodes if node.get("type") == "QrCode"}
    yield from (Fault("code-missing", short(payload)) for payload in sorted(set(expected.codes) - held))


def _picture_faults(node: dict[str, Any], expected: Expected) -> Iterator[Fault]:
    data = base64.b64decode(str(node.get("data")), validate=True)
    yield from traces([data], expected, "a picture")
    if extra := metadata(data):
        yield Fault("picture-metadata", extra)


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
