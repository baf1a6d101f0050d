"""What the readers make of real archives, and what of their visible text is missing. `make corpus-report` runs it.

`corpus_report.py [ARCHIVE…]`; without one, every folder of `../shared/corpus` beside the checkout. The text of mirrors
and books is compared with what another parser sees (`_oracle.py`), character by character.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import _oracle

from bundler.folder import open_folder
from bundler.model import Block, Figure, Footnotes, Image, Inline, Note, NoteRef, Original, Paragraph, Text
from bundler.readers import Loaded, reader, recognize
from bundler.tree import Tree
from bundler.walk import assets_of, map_blocks, plain_text

CORPUS = Path(__file__).parents[2] / "shared/corpus"
TEXTS = {"mirror": _oracle.mirror_text, "book": _oracle.book_text}
"""The readers whose pages the oracle can read."""
IGNORED = {"book": _oracle.MARKS}


@dataclass
class Findings:
    """What one archive gave; `order` are the ids as listed, `lost` and `foreign` pages with text missing or added."""

    name: str
    reader: str
    order: list[str] = field(default_factory=list)
    listed: tuple[str, ...] = ()
    unread: Counter[str] = field(default_factory=Counter)
    dates: Counter[str] = field(default_factory=Counter)
    publishers: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    tags: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    present: set[Original] = field(default_factory=set)
    missing: int = 0
    visible: int = 0
    ordered: int = 0
    lost: dict[str, Counter[str]] = field(default_factory=dict)
    foreign: dict[str, Counter[str]] = field(default_factory=dict)

    def share(self, pages: dict[str, Counter[str]]) -> float:
        """Return which part of the visible characters these are."""
        return sum(lost.total() for lost in pages.values()) / self.visible if self.visible else 0.0


def survey(folder: Path) -> Findings:
    """Read every page of an archive and compare its text with the oracle's."""
    tree = open_folder(folder)
    found = Findings(folder.name, recognize(tree))
    reading = reader(found.reader)
    scan = reading.scan(tree)
    found.listed = tuple(f"{note.code} ({note.detail.partition(':')[0]})" for note in scan.notes)
    for path in scan.pages:
        count(found, tree, path, reading.load(tree, path, folder.name))
    return found


def count(found: Findings, tree: Tree, path: str, loaded: Loaded) -> None:
    """Add one page to what was found."""
    if loaded.article is None:
        found.unread[loaded.notes[-1].code] += 1
        return
    entry = loaded.article.entry
    found.order.append(entry.id)
    date = entry.published
    found.dates["undated" if date is None else "inferred" if date.inferred else f"full {date.precision}"] += 1
    found.publishers[entry.publisher or "nobody"] += 1
    found.languages[entry.language] += 1
    found.tags.update(entry.tags)
    found.present.update(assets_of(loaded.article.blocks))
    found.missing += sum(note.code == "picture-missing" for note in loaded.notes)
    rules = removals(loaded.notes)
    found.removed.update(rules)
    if found.reader in TEXTS:
        source = tree.read(path, max_bytes=1 << 24).decode("utf-8", "replace")
        shown = TEXTS[found.reader](source, rules)
        title = "" if "title-repeated" in rules else entry.title
        lost = _oracle.compared(shown, f"{title}\n{said(loaded.article.blocks)}", ignored=IGNORED.get(found.reader, ()))
        found.visible += lost.visible
        found.ordered += lost.ordered
        found.lost |= {path: lost.missing} if lost.missing else {}
        found.foreign |= {path: lost.foreign} if lost.foreign else {}


def removals(notes: Iterable[Note]) -> frozenset[str]:
    """Name the rules by which a reader says that it took something out."""
    return frozenset(note.detail.partition(":")[0].partition(" x")[0] for note in notes if note.code == "removed")


def said(blocks: tuple[Block, ...]) -> str:
    """Return what blocks show: no alternative texts, but the labels of footnotes where they are called and stand."""
    return plain_text(map_blocks(blocks, _shown, _labelled))


def _shown(block: Block) -> tuple[Block, ...]:
    match block:
        case Figure():
            return (replace(block, alt=""),)
        case Footnotes(notes):
            return tuple(shown for note in notes for shown in (Paragraph((Text(f"[{note.label}]"),)), *note.blocks))
        case _:
            return (block,)


def _labelled(inline: Inline) -> tuple[Inline, ...]:
    match inline:
        case NoteRef(label):
            return (Text(f"[{label}]"),)
        case Image():
            return (replace(inline, alt=""),)
        case _:
            return (inline,)


def table(surveys: list[Findings]) -> Iterator[str]:
    """Yield the lines of the report, as Markdown."""
    yield f"| | {' | '.join(f'`{one.name}`' for one in surveys)} |"
    yield f"|---|{'---|' * len(surveys)}"
    rows = {
        "articles read": lambda one: f"{len(one.order):,}",
        "not read": lambda one: ", ".join((*one.listed, *filter(None, [_counted(one.unread)]))) or "none",
        "dates": lambda one: _counted(one.dates),
        "publishers": lambda one: _counted(one.publishers),
        "languages": lambda one: _counted(one.languages),
        "tags": lambda one: f"{len(one.tags):,} different, {one.tags.total():,} in all",
        "pictures": lambda one: f"{len(one.present):,} present, {one.missing:,} missing",
        "taken out, pages by rule": lambda one: _counted(one.removed),
        "visible characters": lambda one: f"{one.visible:,}",
        "missing without a note": lambda one: _share(one, one.lost),
        "doubled or foreign": lambda one: _share(one, one.foreign),
        "articles in the very order": lambda one: f"{one.ordered:,}" if one.visible else "not compared",
    }
    for name, row in rows.items():
        yield f"| {name} | {' | '.join(map(row, surveys))} |"


def _counted(counts: Counter[str]) -> str:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{name} {count:,}" for name, count in ordered)


def _share(found: Findings, pages: dict[str, Counter[str]]) -> str:
    if not found.visible:
        return "not compared"
    return f"{sum(lost.total() for lost in pages.values()):,} ({found.share(pages):.3%})"


def main(given: list[str]) -> None:
    """Print the report on the archives named, or on the corpus."""
    archives = [Path(name) for name in given] or sorted(place for place in CORPUS.glob("*") if place.is_dir())
    if not archives:
        print("the corpus is absent: name archives, as in make corpus-report ARCHIVES='one another'")
        return
    surveys = [survey(archive) for archive in archives]
    print(*table(surveys), sep="\n")
    visible = sum(one.visible for one in surveys)
    lost = sum(count.total() for one in surveys for count in one.lost.values())
    print(f"\nOf {visible:,} visible characters {lost:,} are missing without a note: {lost / max(visible, 1):.4%}")
    for path, text in chain.from_iterable(one.lost.items() for one in surveys):
        print(f"  {path}: {''.join(text.elements())[:60]}")


if __name__ == "__main__":
    main(sys.argv[1:])
