"""Pictures that were fetched for an archive: where their bytes stand, and how a page's remote picture finds them.

    media/<2>/<SHA-256 of the bytes>.<jpg, png, gif or webp>    a picture, once, whatever it was called on the web
    media/from/<2>/<SHA-256 of the address>                     two lines: the address and the name of its picture

Where the slip of an address lies follows from the address alone, so a reader asks the tree for one small file, and a
picture that comes later is a file that a page was waiting for. Both are a stranger's: a name is a hash or nothing.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urldefrag

from bundler.tree import MAX_PICTURE_BYTES, TooLargeError, Tree

FOLDER = "media"
SLIPS = f"{FOLDER}/from"
MAX_SLIP_BYTES = 10_000
_SIGNS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))
_NAME = re.compile("([0-9a-f]{64})[.](?:jpg|png|gif|webp)")
_WEB = re.compile("(?:https?:)?//[^/]", re.IGNORECASE)


def is_remote(written: str) -> bool:
    """Say whether the address of a picture, as a page writes it, is on the web."""
    return bool(_WEB.match(written.strip()))


def address(written: str) -> str:
    """Return a remote picture's address as it is asked for and noted: with its scheme, without fragment and spaces."""
    found = urldefrag(written.strip()).url
    return f"https:{found}" if found.startswith("//") else found


def kind(data: bytes) -> str:
    """Return the suffix of a picture by its first bytes, whatever a server calls it; empty where it is none of ours."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((suffix for sign, suffix in _SIGNS if data.startswith(sign)), "")


def name(data: bytes) -> str:
    """Return what a picture is called: the hash of its bytes, and a suffix for people."""
    return f"{hashlib.sha256(data).hexdigest()}.{kind(data)}"


def place(called: str) -> str:
    """Return the path of a picture in the archive by its name."""
    return f"{FOLDER}/{called[:2]}/{called}"


def slip(asked: str) -> str:
    """Return the path of the slip of an address (as `address` returns it)."""
    digest = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{SLIPS}/{digest[:2]}/{digest}"


def written(asked: str, called: str) -> bytes:
    """Return what a slip holds."""
    return f"{asked}\n{called}\n".encode("utf-8", "surrogatepass")


def find(tree: Tree, asked: str) -> str:
    """Return the path of the picture that came from an address; empty where there is none."""
    try:
        lines = tree.read(slip(asked), max_bytes=MAX_SLIP_BYTES).decode("utf-8", "surrogatepass").split("\n")
    except (OSError, TooLargeError, ValueError):
        return ""
    called = lines[1] if len(lines) > 1 and lines[0] == asked else ""
    return place(called) if _NAME.fullmatch(called) else ""


def read(tree: Tree, path: str) -> bytes:
    """Return a picture's bytes. Raises OSError where they are missing or not those of its name, TooLargeError."""
    data = tree.read(path, max_bytes=MAX_PICTURE_BYTES)
    if name(data) != path.rpartition("/")[2]:
        raise FileNotFoundError(path)
    return data
