"""How much one article may be: every limit of reading, by counts, so that all machines decide alike."""

from __future__ import annotations

from collections.abc import Iterable

from bundler.model import Block, Note
from bundler.walk import plain_text

MAX_ARTICLE_BYTES = 5_000_000
"""Raw bytes of one page; refused from its size, before it is read."""

MAX_OWN_BYTES = 65_536
"""The rules that an archive brings."""

MAX_TEXT_BYTES = 2_000_000
"""UTF-8 bytes of the visible text of one article."""

MAX_TITLE = 300
"""Characters of a title; of a longer one the beginning is kept."""

MAX_PICTURES = 200
"""Pictures in one article; the ones after that keep their alternative text."""

MAX_DEPTH = 60
"""Elements inside elements, in lines and blocks together; what is deeper is flattened, its text kept."""

MAX_INLINE_DEPTH = 12
"""The part of MAX_DEPTH that the elements of one line may take."""

MAX_SPAN = 100
"""Columns or rows that one cell of a table may cover."""

MAX_CELLS = 5_000
"""Cells of one table; a larger one is flattened to paragraphs."""

MAX_ITEMS = 500
"""Items of one list; a longer one goes on as another list, its numbers too."""

MAX_PARAGRAPH = 10_000
"""Characters of one paragraph, 20 more for each link or change of letters; a longer one is cut behind a sentence."""

MAX_WORD = 500
"""Characters in a row without a place to break; a soft break goes in."""

MAX_TAGS = 100_000
"""Tags of one page; of a larger number only the text is kept."""

MAX_NESTING = 200_000_000
"""Elements that can stand open times tags: what the HTML parser's time grows with. Beyond it only the text is kept."""

MAX_MARKS = 5_000_000
"""Marks (bold, italic, …) times tags: what the parser's memory can grow with. Beyond it marks lose their attributes."""

MAX_ATTRIBUTES = 1_000
"""Attributes of one tag; the parser compares them in pairs. A tag with more loses all of them."""

MAX_BLOCKS = 8_000
"""Paragraphs, items, cells and other blocks of one article; of a larger number only the text is kept."""

MAX_LINKS = 2_000
"""Links to the web of one article; the ones after that keep their words."""

MAX_PARAGRAPHS = 4_000
"""Paragraphs of a page of which only the text is kept."""

MAX_NOTES = 100
"""Notes of one code on one article; one more says how many there were."""

MAX_DETAIL = 200
"""Characters of a note's detail that come from the input."""


def too_large(size: int) -> Note | None:
    """Name the limit that a page of so many bytes breaks."""
    if size <= MAX_ARTICLE_BYTES:
        return None
    return Note("page-too-large", detail=f"{size} bytes, at most {MAX_ARTICLE_BYTES}")


def shortened(title: str) -> tuple[str, tuple[Note, ...]]:
    """Return a title that fits into contents, and the Note that says what it was cut from."""
    if len(title) <= MAX_TITLE:
        return title, ()
    note = Note("title-shortened", detail=f"{len(title)} characters, at most {MAX_TITLE}")
    return title[: MAX_TITLE - 1] + "…", (note,)


def too_long(blocks: Iterable[Block]) -> Note | None:
    """Name the limit that the visible text of an article breaks."""
    size = len(plain_text(blocks).encode("utf-8", "replace"))
    if size <= MAX_TEXT_BYTES:
        return None
    return Note("text-too-long", detail=f"{size} bytes of text, at most {MAX_TEXT_BYTES}")
