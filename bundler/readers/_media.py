"""Pictures of a page: which of them its archive holds, also of those that are on the web, and which can be carried."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin

from bundler import media, pictures
from bundler.model import Note, Original
from bundler.readers import _address
from bundler.tree import MAX_PICTURE_BYTES, TooLargeError, Tree


def noted(found: Original | Note | None, notes: list[Note]) -> Original | None:
    """Return a picture that can be carried; why one cannot goes to the page's notes."""
    if isinstance(found, Note):
        notes.append(found)
        return None
    return found


def carried(tree: Tree, path: str) -> Original | Note | None:
    """Return the hash of a picture's bytes; the Note that says why it is not carried; None where it is not there."""
    try:
        return _judged(tree.read(path, max_bytes=MAX_PICTURE_BYTES), path)
    except TooLargeError as error:
        return Note("picture-too-large", detail=f"{path}: {error}")
    except OSError:
        return None


def _judged(data: bytes, path: str) -> Original | Note:
    refused = pictures.refusal(data)
    return pictures.original(data) if refused is None else Note(refused, detail=path)


@dataclass(slots=True)
class Remote:
    """The pictures of one page that are on the web: their addresses, and what the archive has of them.

    `base` is the address that relative ones count from, where they are not files of the archive; `needs` and `found`
    are the page's own: paths that were looked at, and in which file each picture stands.
    """

    tree: Tree
    needs: dict[str, None]
    found: dict[Original, str]
    base: str = ""
    addresses: dict[str, None] = field(default_factory=dict)

    def picture(self, written: str) -> Original | Note | None:
        """Return a picture that was fetched for the archive; None where the address is not remote or it is missing."""
        address = self.address(written)
        if not address:
            return None
        self.addresses[address] = None
        self.needs[media.slip(address)] = None
        path = media.find(self.tree, address)
        return self._read(path) if path else None

    def address(self, written: str) -> str:
        """Return the address of a picture on the web, as it is asked for and noted; nothing where it is not one."""
        try:
            joined = urljoin(self.base, written.strip()) if self.base else written
        except ValueError:
            return ""
        found = _address.outside(media.address(joined)) if media.is_remote(joined) else None
        return found.address if found else ""

    def _read(self, path: str) -> Original | Note | None:
        self.needs[path] = None
        try:
            judged = _judged(media.read(self.tree, path), path)
        except (OSError, TooLargeError):
            return None
        if not isinstance(judged, Note):
            self.found.setdefault(judged, path)
        return judged
