"""Where a line begins, which WeasyPrint forgets inside bold text, links and titles.

At a line's start it breaks a text that does not fit between any two characters (CSS Text 3, `overflow-wrap`). It
takes every text for such a one that has no box of the line itself before it: behind a box inside bold text the rest
would be cut in the middle of a word, behind an opening mark, before a closing one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Split = Callable[..., Any]
_NEAR = 0.5
"""CSS pixels by which a text at the line's start may stand away from it."""


def remembering(boxes: Split, texts: Split, line_box: type) -> tuple[Split, Split]:
    """Wrap WeasyPrint's functions that fill a line with boxes, and with a text: the second learns where lines begin."""
    starts: list[float] = []

    def fill(context: Any, box: Any, position_x: float, *rest: Any) -> Any:
        if not isinstance(box, line_box):
            return boxes(context, box, position_x, *rest)
        starts.append(position_x)
        try:
            return boxes(context, box, position_x, *rest)
        finally:
            starts.pop()

    def cut(context: Any, box: Any, width: float | None, skip: int, *, is_line_start: bool = True) -> Any:
        first = is_line_start and (not starts or box.position_x < starts[-1] + _NEAR)
        return texts(context, box, width, skip, is_line_start=first)

    return fill, cut
