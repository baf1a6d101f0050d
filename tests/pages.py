"""Small pages and folders of Markdown written for a test, and short names for what comes out of them."""

from pathlib import Path

from bundler.folder import open_folder
from bundler.model import ArticleId, Block, Original
from bundler.readers import Loaded, _address, _html, markdown
from bundler.walk import plain_text

PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\r"
    b"IDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def read(html: str, *, held: tuple[str, ...] = (), skip=lambda _node: None) -> _html.Parsed:
    """Walk HTML; pictures named in `held` are in the archive, links lead outside."""
    return _html.blocks(
        html,
        _html.Setting(lambda source: Original(source) if source in held else None, _address.outside, skip),
    )


def blocks(html: str, **given) -> tuple[Block, ...]:
    """Walk HTML and return its blocks."""
    return read(html, **given).blocks


def said(html: str) -> str:
    """Walk HTML and return its text, one line a block."""
    return plain_text(blocks(html))


def codes(noted) -> list[str]:
    """Return the codes of the notes of what was read."""
    return [note.code for note in noted.notes]


def folder(root: Path, **files: str | bytes) -> Path:
    """Write files into a folder; `__` in a name is a slash, its last `_` the dot of the suffix."""
    for name, data in files.items():
        stem, _, suffix = name.replace("__", "/").rpartition("_")
        put(root, f"{stem}.{suffix}", data)
    return root


def put(root: Path, path: str, data: str | bytes) -> Path:
    """Write one file."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def load(root: Path, path: str = "page.md") -> Loaded:
    """Read one page of a folder; the archive is called notes."""
    return markdown.load(open_folder(root), path, "notes")


def page(root: Path, text: str | bytes, path: str = "page.md") -> Loaded:
    """Write one page and read it."""
    put(root, path, text)
    return load(root, path)


def text(loaded: Loaded) -> str:
    """Return the text of an article."""
    assert loaded.article is not None, loaded.notes
    return plain_text(loaded.article.blocks)


def identity(path: str) -> ArticleId:
    """Return the id of a page of the archive `notes`."""
    return ArticleId(f"notes/{path}")
