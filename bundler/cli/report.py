"""What a build has become, for people and for programs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from bundler.build import Report, size
from bundler.cli.screen import Out, tell
from bundler.cli.speech import joined, plural, reason, tr

GOOD_FOR = {
    "epub": "phones and readers, with a reading app that works offline",
    "pdf": "almost every phone; can be printed",
    "html": "any browser, also old ones; nothing to install",
    "text": "the simplest devices and the slowest links",
    "dump": "other programs: the bundle as JSON",
}


def as_json(report: Report) -> dict[str, Any]:
    """Return the object that `build --json` prints; paths are relative to the output folder."""
    return {
        "bundle": report.bundle,
        "edition": report.edition.isoformat(),
        "articles": report.articles,
        "files": [
            {"format": file.format, "volume": file.volume, "path": path, "bytes": file.bytes, "sha256": file.sha256}
            for path, file in report.files
        ],
        "omitted": [{"id": one.id, "reason": one.reason} for one in report.omitted],
        "notes": dict(report.counts),
    }


def show(out: Out, report: Report, *, out_folder: Path, outside: str) -> None:
    """Print what was made, what was left out, and what to do next."""
    articles = plural("{n} article", "{n} articles", report.articles)
    what = f"{report.bundle} {report.edition}"
    out.print(tr("{what}: {value}", what=what, value=articles), style="bold")
    wide = max(len(path) for path, _ in report.files)
    for path, file in report.files:
        place = str(out_folder / path).ljust(wide + len(str(out_folder)) + 1)
        tell(out, f"  {place}  {size(file.bytes):>7}  {tr(GOOD_FOR[file.format])}")
    _left_out(out, report)
    shown = tr("only the edition date") if outside == "plain" else tr("title and headlines")
    tell(out, tr("before opening, others see: {shown}", shown=shown))
    tell(out, tr("on the way, whoever carries it can read all of it; `bundler lock` keeps the content from them"))
    tell(
        out, tr("when read, it asks no network, and can be told as made with bundler: `bundler expose FILE` says more")
    )
    if {file.format for _, file in report.files} == {"dump"}:
        return  # programs read it: nobody is given it in a chat
    folder = out_folder / Path(report.files[0][0]).parent
    tell(out, tr("next: give one file, with the words in {path}", path=str(folder / "SEND.txt")))


def _left_out(out: Out, report: Report) -> None:
    if report.omitted:
        out.print(plural("{n} article left out:", "{n} articles left out:", len(report.omitted)))
        for code, n in sorted(Counter(one.reason for one in report.omitted).items()):
            names = joined(one.id for one in report.omitted if one.reason == code)
            shown = names if len(names) < 200 else names[:200] + "…"  # noqa: PLR2004 - a few lines
            tell(out, "  " + tr("{what} ({n}): {names}", what=reason(code), n=n, names=shown))
    if "not-reproducible" in report.counts:
        tell(out, tr("warning: {what}", what=reason("not-reproducible")), style="bold")
    if report.notes:
        said = joined(tr("{what} ({n})", what=reason(code), n=n) for code, n in report.counts.items())
        tell(out, tr("notes: {notes}", notes=said))
