"""Text that was decoded twice: UTF-8 that some collector took for Latin-1 and encoded again."""

from __future__ import annotations

import re

from bundler.model import Note

_CONTROLS = re.compile("[\x80-\x9f]")
_RUN = re.compile("[\x80-\xff]{2,}")
_MANY = 10


def mend(text: str) -> tuple[str, tuple[Note, ...]]:
    """Undo the second decoding in a text that shows its mark: many C1 controls, which no page means to hold.

    Only runs that are valid UTF-8 change.
    """
    if len(_CONTROLS.findall(text)) < _MANY:
        return text, ()
    mended = 0

    def undone(run: re.Match[str]) -> str:
        nonlocal mended
        try:
            said = run[0].encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return run[0]
        mended += len(said)
        return said

    changed = _RUN.sub(undone, text)
    return changed, (Note("encoding-mended", detail=f"{mended} characters"),) if mended else ()
