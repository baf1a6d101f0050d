"""What `verify --remember` keeps: per bundle the key, the hash of the next one and the highest number that was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bundler import store
from bundler.errors import UsageError, say
from bundler.release import canonical
from bundler.release.keys import hashed
from bundler.release.verify import Finding, Sealer

NAME = "remembered.json"


def known(home: Path) -> dict[str, Sealer]:
    """Return who sealed each bundle that is remembered. Raises UsageError for a file that is damaged."""
    path = home / NAME
    try:
        value = canonical.read(path.read_bytes())
        return {bundle: _sealer(bundle, one) for bundle, one in value["bundles"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(
            say("what is remembered in {path!r} is damaged", path=str(path)),
            hint=say("delete that file, and verify with --like and a file that you trust"),
        ) from error


def remember(home: Path, before: Mapping[str, Sealer], findings: Iterable[Finding]) -> None:
    """Keep what good verdicts say; a number never goes back while the key is the same. Raises OutputError."""
    after = dict(before)
    for found in findings:
        who = found.sealer
        if who is None or not found.good:
            continue
        former = after.get(who.bundle)
        if former is None or former.key != who.key or former.number < who.number:
            after[who.bundle] = who
    bundles = {bundle: _plain(one) for bundle, one in after.items()}
    if bundles:
        store.put(
            home / NAME,
            canonical.write({"format": "bundler-remembered", "version": 1, "bundles": bundles}),
            private=True,
        )


def _plain(who: Sealer) -> dict[str, Any]:
    return {"key": who.key.hex(), "next": who.next.hex(), "number": who.number, "role": who.role}


def _sealer(bundle: str, value: Mapping[str, Any]) -> Sealer:
    number, role = value["number"], value["role"]
    if not isinstance(number, int) or role not in ("editor", "robot"):
        message = "not as it was written"
        raise ValueError(message)
    return Sealer(bundle, number, hashed(value["key"]), hashed(value["next"]), role)
