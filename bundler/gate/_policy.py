"""The content security policy of a single HTML file: the first thing after the charset, or browsers ignore it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator

from bundler.gate import Fault
from bundler.gate._reading import short, tokens

_HEAD = re.compile(
    rb'<!doctype html>\s*<html(?:\s[^<>]*)?>\s*<head>\s*<meta charset="?utf-8"?\s*/?>\s*'
    rb'<meta http-equiv="content-security-policy" content="([^"<>]*)"\s*/?>',
    re.IGNORECASE,
)
REQUIRED = {"default-src": ["'none'"], "base-uri": ["'none'"], "form-action": ["'none'"]}
OPTIONAL = {"img-src": ["data:"]}
STYLE, SCRIPT = "style-src", "script-src"


def policy_faults(source: bytes, styles: Iterable[str], scripts: Iterable[str]) -> Iterator[Fault]:
    """Judge the policy of a file (W3C CSP 3): where it stands, what it allows, that it names its styles and scripts."""
    found = _HEAD.match(source)
    if not found:
        yield Fault("policy-missing", "the policy must follow the charset, first in the head")
        return
    policy = _directives(html.unescape(found[1].decode("utf-8", "replace")))
    for name, values in REQUIRED.items():
        if policy.get(name) != values:
            yield Fault("policy-weak", f"{name} must be {' '.join(values)}")
    for name, given in policy.items():
        if name not in {*REQUIRED, STYLE, SCRIPT} and OPTIONAL.get(name) != given:
            yield Fault("policy-weak", f"{name} may not be {short(' '.join(given))}")
    for name, contents in ((STYLE, styles), (SCRIPT, scripts)):
        if set(policy.get(name, [])) - {"'none'"} != set(map(source_hash, contents)):
            yield Fault("policy-hash", f"{name} does not name exactly those of the file")


def _directives(policy: str) -> dict[str, list[str]]:
    """Return the directives of a policy; of a repeated one the first counts."""
    split = [parts for directive in policy.split(";") if (parts := tokens(directive))]
    return {name.lower(): values for name, *values in reversed(split)}


def source_hash(content: str) -> str:
    """Return the source expression of an inline style or script (CSP 3, 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
