"""Single pages without a recipe: the archive around them, and the recipe that packs just them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bundler import select, writers
from bundler.catalog import Union, open_archive
from bundler.errors import ArchiveError, Code, Say, UsageError, say
from bundler.folder import open_folder
from bundler.model import Condition, Entry, Query
from bundler.recipe import Recipe
from bundler.tree import FolderTree
from bundler.work import Work

SLUG = "pages"
FORMATS = ("epub", "pdf", "html")


def open_pages(pages: Sequence[str], *, archive: Path | None, work: Work) -> Union:
    """Open the archives that pages stand in; of an archive that was not named, only the pages themselves are read.

    A page is a file, or an id, a share address or a source address of an article in `archive` (default: this folder).
    Raises UsageError where a file has no content that a reader knows, ArchiveError where the archive is none.
    """
    files = [Path(page) for page in pages if archive is None and _is_file(page)]
    trees = [*_around(files)]
    if len(files) < len(pages):
        trees.append(open_folder(archive or Path()))
    taken: set[str] = set()
    catalogs = []
    for tree in trees:
        try:
            catalogs.append(open_archive(tree, home=None, work=work, taken=taken))
        except ArchiveError as error:
            if archive is None:
                raise _no_page(tree, pages, error) from error
            raise
        taken.add(catalogs[-1].name)
    return Union(tuple(catalogs))


def _no_page(tree: FolderTree, pages: Sequence[str], error: ArchiveError) -> ArchiveError:
    """Speak of the page that was named, where no archive was: the folder around it is nobody's question."""
    if not tree.only:
        page = next(page for page in pages if not _is_file(page))
        hint = say("name the file of a page; to find an id or an address, name the archive too, or a recipe")
        return ArchiveError(say("the file {path!r} does not exist", path=page), hint=hint)
    page = next(page for page in pages if _is_file(page) and Path(page).resolve() == tree.root / tree.only[0])
    if page.endswith((".yaml", ".yml")):
        way_out: Say | None = say("a recipe is built with `bundler build`, and shown with an article's id")
    else:
        way_out = error.hint
    return ArchiveError(say("{path!r} is no page that a reader knows", path=page), hint=way_out)


def recipe_for(pages: Sequence[str], index: Union) -> Recipe:
    """Make the recipe that packs these pages, in this order, in the language most of them are in.

    Raises UsageError for a page that is no article, RecipeError for one that several articles answer to.
    """
    entries = [entry_of(page, index) for page in pages]
    ids = tuple(dict.fromkeys(entry.id for entry in entries))
    language = Counter(entry.language for entry in entries).most_common(1)[0][0]
    return Recipe(
        path=Path("make"),
        slug=SLUG,
        title=entries[0].title,
        language=language,
        archives=(),
        outside="plain",
        foreword="",
        query=Query(pin=ids, where=Condition(ids=ids), limit=0),
        chapters=(),
        links=(),
        mirrors=(),
        qr="share",
        outside_links="copy",
        on_problem="publish",
        formats=tuple((name, writers.writer(name).Options()) for name in FORMATS),
        sizes=("usb",),
    )


def entry_of(page: str, index: Union) -> Entry:
    """Return the entry that a file, an id or an address names. Raises UsageError or RecipeError where none does."""
    if not _is_file(page):
        return select.named(page, index)
    file = Path(page).resolve()
    for entry in index.entries():
        if (index.tree_of(entry.id).root / index.path_of(entry.id)).resolve() == file:
            return entry
    for path, code in _left_out(index):
        if path.resolve() == file:
            raise UsageError(
                say("{page!r} is left out: {reason}", page=page, reason=Code(code)),
                hint=say("`bundler archive status PATH` names all that is left out of an archive, and why"),
            )
    raise UsageError(
        say("{page!r} is no page of the archive", page=page),
        hint=say("name the file of a page alone, without an archive or a recipe"),
    )


def _left_out(index: Union) -> Iterator[tuple[Path, str]]:
    """Yield the files that are no articles, with the code that says why; what was read alone is a page or is here."""
    for catalog in index.catalogs:
        yield from ((catalog.tree.root / problem.path, problem.code) for problem in catalog.problems)
        yield from ((catalog.tree.root / path, "not-an-article") for path in catalog.tree.only)


def _is_file(page: str) -> bool:
    try:
        return Path(page).is_file()
    except (OSError, ValueError):
        return False


def _around(files: Iterable[Path]) -> list[FolderTree]:
    """Return a tree for each folder that pages stand in, listing these pages alone."""
    found: dict[Path, list[str]] = {}
    for file in files:
        root = _root(file.resolve())
        found.setdefault(root, []).append(file.resolve().relative_to(root).as_posix())
    return [FolderTree(root, tuple(paths)) for root, paths in found.items()]


def _root(file: Path) -> Path:
    """Return the folder from which a page's pictures are found: its mirror, this folder if it is below, or its own."""
    for folder in file.parents:
        if folder.name == "pages":
            return folder.parent
    here = Path.cwd().resolve()
    return here if here in file.parents else file.parent
