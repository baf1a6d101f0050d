"""A ZIP file whose bytes depend on its members alone: fixed times, no extra fields, one go (EPUB 3.3, OCF)."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import IO, BinaryIO, cast

TIME = (1980, 1, 1, 0, 0, 0)
UNIX = 3
PLAIN_FILE = 0o644 << 16
PACKED = (".png", ".jpg")
"""Members that are compressed already."""


class _Held:
    """A stream that can be rewound to where the last member began, over one that can only be written on."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._start, self._tail = out, 0, io.BytesIO()

    def write(self, data: bytes) -> int:
        return self._tail.write(data)

    def tell(self) -> int:
        return self._start + self._tail.tell()

    def seek(self, place: int, whence: int = 0) -> int:
        assert whence == 0
        return self._start + self._tail.seek(place - self._start)

    def seekable(self) -> bool:
        return True

    def flush(self) -> None:
        """Wait: a member is passed on when it is whole."""

    def release(self) -> None:
        """Pass on what is written."""
        data = self._tail.getvalue()
        self._out.write(data)
        self._start += len(data)
        self._tail = io.BytesIO()


class Container:
    """The ZIP file being written, and a digest of its members."""

    def __init__(self, out: BinaryIO) -> None:
        """Begin with the media type, stored, as the first member."""
        self._held = _Held(out)
        self._zip = zipfile.ZipFile(cast(IO[bytes], self._held), "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._digest = hashlib.sha256()
        self.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)

    def writestr(self, name: str, data: str | bytes, compress_type: int | None = None) -> None:
        """Write one member; ebooklib calls this as it would call a ZipFile."""
        info = zipfile.ZipInfo(name, TIME)
        info.create_system, info.external_attr = UNIX, PLAIN_FILE
        packed = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
        info.compress_type = packed if compress_type is None else compress_type
        whole = data.encode() if isinstance(data, str) else data
        self._zip.writestr(info, whole)
        self._held.release()
        for part in (name.encode(), whole):
            self._digest.update(hashlib.sha256(part).digest())

    def digest(self) -> str:
        """Return a digest of the names and bytes of all members so far (hex)."""
        return self._digest.hexdigest()

    def close(self) -> None:
        """Write the directory of members."""
        self._zip.close()
        self._held.release()
