"""What a file may be called on a stick: the rules of FAT32 and exFAT together with those of Windows, everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from bundler.errors import Say, UsageError, say

MAX_FILE_BYTES = 4_294_967_295
"""What one file has at most on FAT32 (Microsoft, FAT32 File System Specification 1.03, section 6)."""
MAX_UNITS = 255
"""UTF-16 code units of one name (the same, section 7; exFAT specification, 7.7)."""
FORBIDDEN = frozenset('"*/:<>?\\|')
RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10)))
)
"""Names of devices: Windows opens none of them as a file, whatever comes after the first dot."""


def fault(name: str) -> Say | None:
    """Say why no stick takes a name; None where every one does."""
    if not name or len(name.encode("utf-16-le")) // 2 > MAX_UNITS:
        return say("a name has 1 to {most} characters there", most=MAX_UNITS)
    if any(one in FORBIDDEN or one < " " for one in name):
        return say('none of " * / : < > ? \\ | stands in a name there')
    if name[-1] in " .":
        return say("no name ends in a dot or a space there")
    if name.split(".", maxsplit=1)[0].rstrip().lower() in RESERVED:
        return say("Windows takes it for a device: give the bundle another name")
    return None


def check(paths: Iterable[str]) -> None:
    """Hold paths, parts divided by a slash, against the rules, and against each other as a stick compares them.

    Raises UsageError for a name that no stick takes, and for two that are one where capitals do not count.
    """
    seen: dict[str, str] = {}
    for path in paths:
        parts = path.split("/")
        for depth, name in enumerate(parts, 1):
            if reason := fault(name):
                raise UsageError(say("no stick takes a file named {name!r}", name=name), hint=reason)
            whole = "/".join(parts[:depth])
            other = seen.setdefault(whole.casefold(), whole)
            if other != whole:
                raise UsageError(
                    say("{one!r} and {other!r} are one name on a stick", one=other, other=whole),
                    hint=say("capital letters do not count there: rename one of them"),
                )
