"""What of an edition can be printed, and why nothing can: decided before anything is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bundler import qr
from bundler.errors import Say, say
from bundler.recipe import Known, Recipe
from bundler.release import settings
from bundler.release.editions import Published
from bundler.release.settings import Settings


@dataclass(frozen=True, slots=True)
class Printable:
    """The recipe that makes an edition's booklet, and the addresses that poster and cards lead to; each may lack."""

    recipe: Recipe | None
    addresses: tuple[str, ...]

    def __bool__(self) -> bool:
        """Say whether there is anything to print."""
        return self.recipe is not None or bool(self.addresses)


def printable(edition: Published, said: Settings, known: Known) -> Printable:
    """Return what can be printed of an edition by what its publisher says.

    Raises RecipeProblems for the first recipe beside the settings that is wrong.
    """
    beside = (one for one in settings.recipes(said.path, known) if one.slug == edition.manifest.bundle)
    return Printable(next(beside, None), addresses(said))


def addresses(said: Settings) -> tuple[str, ...]:
    """Return the addresses of a publisher that fit a code, his own first."""
    named = (said.base_url, *said.mirrors) if said.base_url else said.mirrors
    return tuple(one for one in named if qr.fits(one))


def refusal(edition: Published, path: Path) -> Say:
    """Say why nothing of an edition can be printed."""
    return say("{path!r} names no address for a poster, and no recipe beside it makes {bundle!r}", path=str(path),
               bundle=edition.manifest.bundle)  # fmt: skip
