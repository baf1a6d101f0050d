"""`archive prune` removes what nothing needs, lists it first, and touches nothing that fetching did not write."""

import pytest
from archives import write
from command import bundler
from fetching import HOST, answers, fetch, mirror, picture
from hostile_server import reply, serving

from bundler import media
from bundler.fetch import ledger

pytestmark = pytest.mark.slow

MANY = range(1, 4)


@pytest.fixture
def archive(tmp_path):
    """A mirror of three articles and four pictures, one of which nobody shows any more, and files of its owner's."""
    with serving(**answers(MANY)) as server:
        found = mirror(tmp_path / "mirror", server.port, MANY)
        assert fetch(found, "--yes", home=tmp_path).code == 0
        (found / "pages/news/a3.md").unlink()
        for path in ("media/own.png", "media/ab/own.png", "media/notes.txt", "media/ab/.bundler-staging"):
            write(found / path, picture(5))
        write(found / f"media/ab/.{'a' * 64}.png.bundler-staging", b"torn")
        yield found, server.url("/p3", HOST)


def there(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_what_nothing_needs_is_listed_and_removed(archive, tmp_path):
    root, address = archive
    before = there(root)
    dry = bundler("archive", "prune", root, "--dry-run", "--json", home=tmp_path)
    assert (dry.code, there(root)) == (0, before)
    doomed = {media.place(media.name(picture(3))), media.slip(address), f"media/ab/.{'a' * 64}.png.bundler-staging"}
    assert set(dry.json["files"]) == doomed
    done = bundler("archive", "prune", root, "--yes", home=tmp_path)
    assert done.code == 0, done.err
    assert before - there(root) == doomed
    assert [one.address for one in ledger.opened(root).of("picture")].count(address) == 0
    assert bundler("archive", "prune", root, "--yes", "--json", home=tmp_path).json["files"] == []


def test_nothing_is_removed_unless_somebody_agrees(archive, tmp_path):
    root, _ = archive
    before = there(root)
    done = bundler("archive", "prune", root, home=tmp_path)
    assert (done.code, there(root)) == (2, before)
    assert "--yes" in done.err


def test_a_shared_picture_stays_while_one_article_shows_it(tmp_path):
    one = reply(picture(1))
    with serving(p1=one, p3=one) as server:
        root = mirror(tmp_path / "mirror", server.port, range(1, 4, 2))
        assert fetch(root, "--yes", home=tmp_path).code == 0
    (root / "pages/news/a3.md").unlink()
    done = bundler("archive", "prune", root, "--yes", "--json", home=tmp_path)
    assert [path.startswith("media/from/") for path in done.json["files"]] == [True]
    assert (root / media.place(media.name(picture(1)))).is_file()


def test_status_counts_what_is_there_due_and_gone(archive, tmp_path):
    root, _ = archive
    (root / media.place(media.name(picture(1)))).unlink()
    with serving(p5=reply(status="404 Not Found")) as server:
        mirror(root, server.port, range(5, 6), of=6)
        assert fetch(root, "--yes", "--json", home=tmp_path).code in (0, 75)
    web = bundler("archive", "status", root, "--json", home=tmp_path).json["web"]
    assert web == {"here": 3, "due": 0, "later": 1, "gone": 1}
    said = bundler("archive", "status", root, home=tmp_path).out
    assert "of the web: 3 fetched, 0 can be fetched, 1 failed lately, 1 gone" in said


@pytest.mark.parametrize("linked", ["media", "media/from", ".bundler", "slip", "staged"])
def test_nothing_is_written_through_links(tmp_path, linked):
    """A stranger's archive may hold links to where it wants something written."""
    with serving(**answers(range(1, 2))) as server:
        root = mirror(tmp_path / "mirror", server.port, range(1, 2))
        target = tmp_path / "target"
        target.mkdir()
        own = target / "own"
        own.write_text("mine")
        called = media.name(picture(1))
        slip = media.slip(server.url("/p1", HOST))
        if linked in ("slip", "staged"):
            place = root / (slip if linked == "slip" else f"media/{called[:2]}/.{called}.bundler-staging")
            place.parent.mkdir(parents=True)
            place.symlink_to(own)
        else:
            (root / linked).parent.mkdir(exist_ok=True)
            (root / linked).symlink_to(target)
        done = fetch(root, "--yes", home=tmp_path)
    assert there(target) == {"own"}
    assert own.read_text() == "mine"
    assert done.code == (0 if linked in ("slip", "staged") else 74), done.err
