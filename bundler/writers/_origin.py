"""What a file says of its articles and pictures for machines alone, so that an archive can be made again from it.

As `data-` attributes, which show nothing and load nothing. What stands in the text anyway (the title, the section's
name, the language) is not said twice.
"""

from __future__ import annotations

from bundler.model import Date, Entry, Original
from bundler.writers._inlines import attributes


def of_entry(entry: Entry) -> str:
    """Return the attributes of an article, with a leading space; none for a page of the furniture.

    The parts of a list are set apart by tabs. A date is a day, how much of it is known, and whether it was inferred.
    """
    if _made_here(entry):
        return ""
    return attributes(
        id=entry.id,
        section=entry.section.id,
        publisher=entry.publisher,
        published=_date(entry.published),
        rule=entry.published.rule if entry.published else "",
        authors=_list(entry.authors),
        tags=_list(entry.tags),
        source=entry.source,
        share=entry.share,
        characters=str(entry.characters or ""),
    )


def of_part(entry: Entry) -> str:
    """Return the attribute of a further part of an article."""
    return "" if _made_here(entry) else attributes(id=entry.id)


def of_picture(original: Original) -> str:
    """Return the attribute of a picture: the hash of the original that it was made from."""
    return attributes(original=original)


def _made_here(entry: Entry) -> bool:
    return entry.id.startswith("/")


def _list(parts: tuple[str, ...]) -> str:
    return "\t".join(part.replace("\t", " ") for part in parts)


def _date(date: Date | None) -> str:
    if date is None:
        return ""
    known = () if date.precision == "day" else (date.precision,)
    return " ".join((date.value.isoformat(), *known, *(("inferred",) if date.inferred else ())))
