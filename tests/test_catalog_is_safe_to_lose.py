"""A catalog only ever changes cost: damaged, shared by two, unwritable or full, it gives the same articles."""

import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from archives import Opening, mirror

from bundler.catalog import Union
from bundler.errors import ArchiveError

HERE = str(Path(__file__).parent)


@pytest.fixture
def opening(tmp_path):
    made = Opening(mirror(tmp_path / "archive"), tmp_path / "home")
    made()
    return made


def file_of(opening):
    [found] = (opening.home / "catalog").iterdir()
    return found


def everything(catalog):
    loaded = [catalog.load(entry.id) for entry in catalog.entries()]
    return catalog.entries(), loaded, catalog.matching("水位", "text"), catalog.matching("права", "lead")


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"not a database" * 400,
        lambda data: data[: len(data) // 2],
        lambda data: data[:100] + bytes(len(data) - 100),
        lambda data: data[:5000] + b"\xff" * 3000 + data[8000:],
    ],
    ids=["empty", "not a database", "half", "zeroes", "overwritten"],
)
def test_a_damaged_catalog_is_rebuilt(opening, damage):
    expected = everything(opening())
    path = file_of(opening)
    path.write_bytes(damage(path.read_bytes()))
    catalog = opening()
    assert everything(catalog) == expected
    assert everything(opening()) == expected
    assert opening.read == 0


def test_a_rebuilt_catalog_says_so_once(opening):
    file_of(opening).write_bytes(b"not a database" * 400)
    assert [note.code for note in opening().notes] == ["catalog-rebuilt"]
    assert opening().notes == ()


def test_case_122_no_flipped_byte_changes_an_article(opening):
    expected = everything(opening())
    path = file_of(opening)
    data = path.read_bytes()
    for place in range(0, len(data), 997):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        assert everything(opening()) == expected, place
        path.write_bytes(data)


def test_a_text_that_is_damaged_later_is_read_from_the_article(opening):
    expected = everything(opening())
    path = file_of(opening)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE texts SET text = zeroblob(40)")
    connection.close()
    assert everything(opening()) == expected


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM columns",
        "DELETE FROM columns WHERE kind = 'end'",
        "DELETE FROM columns WHERE kind = 'words'",
        "DELETE FROM columns WHERE kind = 'entries'",
        "UPDATE columns SET data = zeroblob(40) WHERE kind = 'words'",
        "UPDATE columns SET data = zeroblob(40) WHERE kind = 'entries'",
    ],
)
def test_columns_that_are_missing_or_damaged_are_made_again(opening, change):
    expected = everything(opening())
    with sqlite3.connect(file_of(opening)) as connection:
        connection.execute(change)
    connection.close()
    assert everything(opening()) == expected


def test_two_processes_at_once_both_have_everything(tmp_path):
    root = mirror(tmp_path / "archive", pages=9)
    program = f"""
import sys
from pathlib import Path
sys.path.insert(0, {HERE!r})
from archives import Opening, page
opening = Opening(Path({str(root)!r}), Path({str(tmp_path / "home")!r}))
for turn in range(6):
    if sys.argv[1] == "a":
        page(opening.root / "pages/news/a1.md", f"题目{{turn}}", "改过的文字。", age=turn + 1)
    catalog = opening(name=f"name{{turn % 2}}")
    assert len(catalog.entries()) == 9 and len(catalog.matching("水位", "text")) >= 8
    assert all(catalog.load(entry.id).article for entry in catalog.entries())
print(catalog.entries()[1].title)
"""
    running = [
        subprocess.Popen([sys.executable, "-c", program, who], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for who in "ab"
    ]
    for process in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()
        assert out.decode().strip() == "第2篇文章"
    opening = Opening(root, tmp_path / "home")
    assert opening(name="name1").entries()[0].title == "题目5"
    assert not list((tmp_path / "home/catalog").glob("*.new"))


def test_what_was_just_written_is_read_whatever_takes_its_place(tmp_path, monkeypatch):
    replace = Path.replace

    def overtaken(staged, path):
        replace(staged, path)
        if path.suffix == ".sqlite":
            replace(path, path.with_suffix(".gone"))

    monkeypatch.setattr(Path, "replace", overtaken)
    opening = Opening(mirror(tmp_path / "archive"), tmp_path / "home")
    assert len(opening().entries()) == opening.read == 3


def test_a_home_that_cannot_be_written_is_not_used(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "catalog").write_text("a file where the folder should be")
    opening = Opening(mirror(tmp_path / "archive"), home)
    assert len(opening().entries()) == 3
    assert opening().matching("水位", "text")


def test_a_catalog_that_cannot_be_replaced_is_still_read(opening, monkeypatch):
    monkeypatch.setattr("tempfile.mkstemp", _refused)
    assert len(opening().entries()) == 3
    assert opening.read == 0
    (opening.root / "pages/news/a1.md").unlink()
    assert len(opening().entries()) == 2
    assert opening.read == 0


def _refused(*_, **__):
    raise PermissionError(13, "Permission denied")


def test_a_full_disk_keeps_nothing_and_loses_nothing(tmp_path):
    root = mirror(tmp_path / "archive")
    program = f"""
import resource, sys
from pathlib import Path
sys.path.insert(0, {HERE!r})
from archives import Opening
resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
opening = Opening(Path({str(root)!r}), Path({str(tmp_path / "home")!r}))
catalog = opening()
assert len(catalog.entries()) == 3 and catalog.load("mirror/news/a1").article, catalog
"""
    assert resource.RLIMIT_FSIZE
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert not list((tmp_path / "home/catalog").iterdir())


def test_a_page_that_breaks_the_reader_does_not_take_the_others_along(opening, monkeypatch):
    from bundler.readers import mirror as reader

    load = reader.load

    def breaking(tree, path, archive):
        if path.endswith("a2.md"):
            raise RecursionError
        return load(tree, path, archive)

    monkeypatch.setattr(reader, "load", breaking)
    catalog = Opening(opening.root, None)()
    assert [entry.id for entry in catalog.entries()] == ["mirror/news/a1", "mirror/news/a3"]
    assert [(one.path, one.code, one.detail) for one in catalog.problems] == [
        ("pages/news/a2.md", "reading-failed", "RecursionError")
    ]


def test_what_the_machine_would_not_give_is_tried_again(opening, monkeypatch):
    from bundler.readers import mirror as reader

    def refused(*_):
        raise MemoryError

    home = opening.home / "other"
    with monkeypatch.context() as patched:
        patched.setattr(reader, "load", refused)
        assert len(Opening(opening.root, home)().problems) == 3
    again = Opening(opening.root, home)
    assert len(again().entries()) == again.read == 3


def test_two_pages_of_one_id_leave_the_first(tmp_path):
    root = mirror(tmp_path / "archive", pages=1)
    data = (root / "pages/news/a1.md").read_bytes()
    for name in ("cafe\u0301.md", "caf\u00e9.md"):
        (root / "pages/news" / name).write_bytes(data)
    catalog = Opening(root, None)()
    assert [entry.id for entry in catalog.entries()] == ["mirror/news/a1", "mirror/news/caf\u00e9"]
    assert catalog.matching("第1篇", "text") == {"mirror/news/a1", "mirror/news/caf\u00e9"}
    assert [(one.id, one.code) for one in catalog.problems] == [("mirror/news/caf\u00e9", "same-id")]


def test_a_folder_that_no_reader_knows_is_an_error(tmp_path):
    (tmp_path / "archive").mkdir()
    with pytest.raises(ArchiveError):
        Opening(tmp_path / "archive", tmp_path / "home")()


def test_several_archives_are_asked_as_one(opening, tmp_path):
    other = Opening(mirror(tmp_path / "other", pages=1), opening.home)
    union = Union((opening(), other(name="second")))
    assert [entry.id for entry in union.entries()] == [*(f"mirror/news/a{n}" for n in (1, 2, 3)), "second/news/a1"]
    assert union.matching("第1篇", "title") == {"mirror/news/a1", "second/news/a1"}
    assert union.load("second/news/a1").article.entry.id == "second/news/a1"
    assert union.path_of("mirror/news/a3") == "pages/news/a3.md"
    assert union.tree_of("second/news/a1").root == other.root.resolve()
    with pytest.raises(KeyError):
        union.load("third/x")
