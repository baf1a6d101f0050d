"""What to say when nothing is selected: what the archive does hold, and what to change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bundler.errors import Code, Listed, RecipeError, Say, say
from bundler.model import Age, Entry, Query
from bundler.select import _dates
from bundler.select._selection import Fallen, Reason


def nothing(query: Query, entries: Sequence[Entry], fallen: Sequence[Fallen], unfound: Sequence[str]) -> RecipeError:
    """Make the error of an empty selection. `unfound` are the words that stand in no article."""
    if not entries:
        return RecipeError(
            say("the archive holds no article"), hint=say("`bundler archive status PATH` says what is in it")
        )
    return RecipeError(_holds(entries), hint=_hint(query, fallen, unfound))


def _holds(entries: Sequence[Entry]) -> Say:
    dated = sorted((entry.published for entry in entries if entry.published), key=_dates.first)
    if not dated:
        return say("no article matches; the archive holds {count}, none of them dated", count=len(entries))
    return say(
        "no article matches; the newest article here is of {newest}, the oldest of {oldest}, of {count} in all",
        newest=_dates.written(dated[-1]),
        oldest=_dates.written(dated[0]),
        count=len(entries),
    )


def _hint(query: Query, fallen: Sequence[Fallen], unfound: Sequence[str]) -> Say:
    counts = Counter(one.reason for one in fallen)
    if unfound:
        return say("words that match nothing: {words}", words=Listed(unfound))
    if counts["too-old"] and isinstance(query.since, Age) and not query.since.of_newest:
        return say("to count back from the newest article, write 'since: {days}d of newest'", days=query.since.days)
    return say("what the articles fell by: {reasons}", reasons=_ranked(counts))


def _ranked(counts: Counter[Reason]) -> Listed:
    return Listed(say("{what} ({n})", what=Code(reason), n=n) for reason, n in counts.most_common())
