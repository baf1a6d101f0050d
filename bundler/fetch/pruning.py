"""What fetching left in an archive and nothing needs any more: listed first, removed when somebody agrees."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from bundler import media, store
from bundler.fetch.ledger import Ledger
from bundler.fetch.pictures import KIND
from bundler.tree import FolderTree

_PICTURE = re.compile(rf"{media.FOLDER}/[0-9a-f]{{2}}/[0-9a-f]{{64}}[.][a-z]{{3,4}}")
_SLIP = re.compile(rf"{media.SLIPS}/[0-9a-f]{{2}}/[0-9a-f]{{64}}")
_STAGED = re.compile(r"[.][0-9a-f]{64}(?:[.][a-z]{3,4})?[.]bundler-staging")


@dataclass(frozen=True, slots=True)
class Unneeded:
    """Paths in the archive, sorted: pictures that no article shows, slips of addresses that none names, torn files.

    `bytes` is what the pictures take; `addresses` stand in the ledger and are of no use there.
    """

    pictures: tuple[str, ...]
    slips: tuple[str, ...]
    torn: tuple[str, ...]
    addresses: tuple[str, ...]
    bytes: int

    @property
    def paths(self) -> tuple[str, ...]:
        """Return every file."""
        return (*self.slips, *self.pictures, *self.torn)


def unneeded(tree: FolderTree, ledger: Ledger, addresses: Collection[str]) -> Unneeded:
    """Say what nothing needs where articles show pictures of these addresses. Only files that fetching named count."""
    needed = {media.slip(address): media.find(tree, address) for address in addresses}
    files = {file.path: file.size for file in tree.list(media.FOLDER)}
    kept = set(needed.values())
    pictures = tuple(path for path in sorted(files) if _PICTURE.fullmatch(path) and path not in kept)
    return Unneeded(
        pictures=pictures,
        slips=tuple(path for path in sorted(files) if _SLIP.fullmatch(path) and path not in needed),
        torn=_torn(tree.root),
        addresses=tuple(one.address for one in ledger.of(KIND) if media.slip(one.address) not in needed),
        bytes=sum(files[path] for path in pictures),
    )


def _torn(root: Path) -> tuple[str, ...]:
    """Return files that a run had begun when it was killed."""
    tops = (top for top in (root / media.FOLDER, root / media.SLIPS) if not top.is_symlink())
    folders = (folder for top in tops for folder in top.glob("??") if not folder.is_symlink())
    found = (path for folder in folders for path in folder.glob(".*"))
    return tuple(sorted(path.relative_to(root).as_posix() for path in found if _STAGED.fullmatch(path.name)))


def remove(archive: Path, found: Unneeded, ledger: Ledger) -> None:
    """Remove it, slips before their pictures, so that none ever leads to nothing. Raises OutputError."""
    with store.said(archive):
        for path in found.paths:
            place = archive / path
            place.unlink(missing_ok=True)
            if not any(place.parent.iterdir()):
                place.parent.rmdir()
    for address in found.addresses:
        ledger.forget(KIND, address)
