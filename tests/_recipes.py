"""Recipes for tests: what a recipe may name, and the shortest one that is right."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from bundler.recipe import Known, Recipe, RecipeProblems, load

SHORTEST = "version: 1\nbundle: weekly\ntitle: 一周文摘\nlanguage: zh-Hans\narchives: ../archive\n"


@dataclass(frozen=True, slots=True)
class Plain:
    """A format without options."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A format with options of every type that a recipe can give."""

    page: Literal["phone", "a5", "a4"] = "phone"
    columns: Literal[1, 2] = 1
    pictures: bool = True
    size: int = 11
    fonts: tuple[str, ...] = ()
    cover: str | None = None

    def __post_init__(self) -> None:
        if self.size > 40:
            error = "a size of 40 points at most"
            raise ValueError(error)


KNOWN = Known(
    readers=("book", "html", "markdown", "mirror"),
    formats={"epub": Plain, "html": Plain, "pdf": Paper, "text": Plain},
    languages=("ar", "en", "fa", "ru", "zh-Hans", "zh-Hant"),
    max_code_bytes=213,
)


def read(folder: Path, more: str = "", *, base: str = SHORTEST) -> Recipe:
    """Load the shortest recipe with more keys; a key given again replaces the one of the shortest."""
    given = {line.partition(":")[0] for line in more.splitlines()}
    kept = "".join(f"{line}\n" for line in base.splitlines() if line.partition(":")[0] not in given)
    path = folder / "recipe.yaml"
    path.write_bytes((kept + more).encode("utf-8", "surrogatepass"))
    return load(path, KNOWN)


def wrong(folder: Path, more: str | bytes, *, base: str = "") -> list[str]:
    """Return what is said about a recipe that cannot be used, without the folder: `line:column: what | hint`."""
    path = folder / "recipe.yaml"
    path.write_bytes(more if isinstance(more, bytes) else (base + more).encode("utf-8", "surrogatepass"))
    with pytest.raises(RecipeProblems) as caught:
        load(path, KNOWN)
    assert all(problem.file for problem in caught.value.problems)
    return [
        f"{problem.place} {problem.message} | {problem.hint or ''}".replace(f"{path}:", "").replace(f"{folder}/", "")
        for problem in caught.value.problems
    ]
