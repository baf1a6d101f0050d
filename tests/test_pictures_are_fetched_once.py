"""Pictures of articles: fetched once, kept by content, remembered when gone, tried again by rule, seen by readers."""

import datetime as dt
import fcntl
import hashlib
import json
import os
import resource
import time
from itertools import pairwise

import pytest
from archives import Opening, page
from command import bundler, recipe
from fetching import HOST, answers, fetch, mirror, picture, shown
from hostile_server import reply, serving

from bundler import media
from bundler.errors import OutputError
from bundler.fetch import ledger, pictures
from bundler.fetch.events import Run
from bundler.fetch.ledger import Record
from bundler.fetch.net import Manners, Net, Reach
from bundler.folder import open_folder

pytestmark = pytest.mark.slow

DAY = dt.date(2026, 11, 22)
MANY = range(1, 5)


def files(archive):
    return sorted(path.name for path in (archive / "media").glob("??/*"))


def test_pictures_are_kept_by_content_with_their_addresses(tmp_path):
    with serving(**answers(MANY)) as server:
        archive = mirror(tmp_path / "mirror", server.port, MANY)
        page(archive / "pages/news/a9.md", "第9篇", shown(server.port, [1, 1, 2]))
        done = fetch(archive, "--yes", "--json", home=tmp_path)
        assert done.code == 0, done.err
        counted = done.json["pictures"]
        assert counted.pop("bytes") > 6 * 100
        assert counted == {"here": 0, "new": 6, "due": 6, "gone": 0, "failed": 0, "later": 0}
        assert sorted(server.asked) == sorted(["/robots.txt", *(f"/{name}" for name in answers(MANY))])
        address = server.url("/p1", HOST)
    name = f"{hashlib.sha256(picture(1)).hexdigest()}.png"
    assert (archive / "media" / name[:2] / name).read_bytes() == picture(1)
    assert (archive / media.slip(address)).read_text() == f"{address}\n{name}\n"
    assert len(files(archive)) == 6
    assert not [path for path in archive.rglob(".*") if path.name != ".bundler"]


def test_the_same_picture_at_two_addresses_is_one_file(tmp_path):
    one = reply(picture(7))
    with serving(p1=one, p2=one, p100002=reply(picture(8))) as server:
        archive = mirror(tmp_path / "mirror", server.port, range(1, 3))
        assert fetch(archive, "--yes", home=tmp_path).code == 0
    assert len(files(archive)) == 2
    assert len(list((archive / "media/from").glob("??/*"))) == 3


def test_readers_and_catalogs_see_what_came(tmp_path):
    with serving(**answers(MANY)) as server:
        archive = mirror(tmp_path / "mirror", server.port, MANY)
        opened = Opening(archive, tmp_path / "home")
        before = opened()
        assert [before.pictures_of(entry.id) for entry in before.entries()] == [(0, 1), (0, 2), (0, 1), (0, 2)]
        fetch(archive, "--yes", home=tmp_path)
        del server.answers["/p3"]
    after = opened()
    assert opened.read == 4
    assert [after.pictures_of(entry.id) for entry in after.entries()] == [(1, 0), (2, 0), (1, 0), (2, 0)]
    loaded = after.load(after.entries()[0].id)
    assert "picture-missing" not in [note.code for note in loaded.notes]
    (original,) = loaded.media
    assert hashlib.sha256((archive / loaded.media[original]).read_bytes()).hexdigest() == original


def test_what_is_gone_is_remembered_and_tried_again_by_rule(tmp_path):
    with serving(p1=reply(picture(1))) as server, Net(reach=reach(), manners=manners()) as net:
        address, lost = server.url("/p1", HOST), server.url("/lost", HOST)
        known = ledger.opened(tmp_path)
        tree = open_folder(tmp_path)
        days = []
        for number in range(400):
            today = DAY + dt.timedelta(days=number)
            found = pictures.sorted_out(tree, known, [address, lost], today)
            if found.due:
                events = list(pictures.fetch(Run(tmp_path, net, known, today), found.due))
                days += [number for event in events if event.subject == lost]
                assert {event.what for event in events} <= {"new", "gone"}
        assert days == [0, 1, 8, 38, 68, 98, 128, 158, 188, 218, 248, 278], "then it is dead"
        assert pictures.sorted_out(tree, known, [address, lost], DAY).gone == (lost,)
        assert server.asked.count("/p1") == 1
        known.close()
    assert ledger.opened(tmp_path).get("picture", lost).state == "gone"


def test_a_picture_that_was_deleted_is_fetched_again(tmp_path):
    with serving(**answers(range(1, 2))) as server:
        archive = mirror(tmp_path / "mirror", server.port, range(1, 2))
        fetch(archive, "--yes", home=tmp_path)
        (one,) = (archive / "media").glob("??/*.png")
        one.unlink()
        assert fetch(archive, "--json", home=tmp_path).json["pictures"]["new"] == 1
        assert one.read_bytes() == picture(1)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (reply(b"<html>not here</html>", Content_Type="image/png"), "picture-type"),
        (reply(b"<svg xmlns='http://www.w3.org/2000/svg'/>", Content_Type="image/svg+xml"), "picture-type"),
        (reply(status="403 Forbidden"), "server-refused"),
        (reply(status="503 Busy"), "server-busy"),
        (reply(b"", Content_Length="99000000"), "too-large"),
        (reply(status="302 Found", Location="http://192.168.0.1/x.png"), "address-not-public"),
    ],
    ids=["html", "svg", "refused", "busy", "large", "private"],
)
def test_what_is_no_picture_is_not_kept(tmp_path, answer, code):
    with serving(p1=answer) as server:
        archive = mirror(tmp_path / "mirror", server.port, range(1, 2))
        done = fetch(archive, "--yes", "--json", home=tmp_path)
        assert [(one["what"], one["reason"]) for one in done.json["told"]] == [("failed", code)]
        assert done.code == 75
        assert files(archive) == []
        assert fetch(archive, "--yes", "--json", home=tmp_path).json["pictures"]["later"] == 1
        assert server.asked.count("/p1") == 1


def test_the_type_that_a_server_names_counts_for_nothing(tmp_path):
    with serving(p1=reply(picture(1, "JPEG"), Content_Type="text/html")) as server:
        archive = mirror(tmp_path / "mirror", server.port, range(1, 2))
        assert fetch(archive, "--yes", home=tmp_path).code == 0
    assert [name.partition(".")[2] for name in files(archive)] == ["jpg"]


def test_robots_txt_is_kept(tmp_path):
    rules = b"User-agent: *\nDisallow: /\nAllow: /p1$\n"
    with serving(**answers(range(1, 3)), **{"robots.txt": reply(rules)}) as server:
        archive = mirror(tmp_path / "mirror", server.port, range(1, 3))
        done = fetch(archive, "--yes", "--json", home=tmp_path)
        assert server.asked == ["/robots.txt", "/p1"]
        assert {one["reason"] for one in done.json["told"]} == {"robots-refused"}
        assert fetch(archive, "--yes", "--json", home=tmp_path).json["pictures"]["later"] == 2
        done = fetch(archive, "--yes", "--ignore-robots", "--json", home=tmp_path)
        assert (done.json["pictures"]["new"], done.json["told"]) == (2, [])
        assert server.asked == ["/robots.txt", "/p1", "/p100002", "/p2"]


def test_a_host_is_asked_as_seldom_as_somebody_wants(tmp_path):
    moments = []

    def answer(connection):
        moments.append(time.monotonic())
        connection.sendall(reply(picture(len(moments))))

    with serving(p1=answer, p2=answer, p100002=answer) as server:
        archive = mirror(tmp_path / "mirror", server.port, range(1, 3))
        assert fetch(archive, "--yes", "--wait", "0.4", home=tmp_path).code == 0
    assert len(moments) == 3
    assert all(later - sooner >= 0.4 for sooner, later in pairwise(moments))


def test_a_dead_host_is_left_alone_and_others_are_asked(tmp_path):
    with serving(p1=reply(picture(1))) as server:
        archive = mirror(tmp_path / "mirror", server.port, range(1, 2))
        page(archive / "pages/news/a2.md", "第2篇", shown(1_025, range(20), host="dead.example"))
        done = fetch(archive, "--yes", "--json", home=tmp_path, names=f"{HOST},dead.example")
        reasons = [one["reason"] for one in done.json["told"]]
        assert (reasons.count("unreachable"), reasons.count("host-skipped")) == (2, 18)
        assert done.json["pictures"]["new"] == 1
        assert done.code == 0


def test_a_recipe_fetches_what_it_selects(tmp_path):
    with serving(**answers(MANY)) as server:
        archive = mirror(tmp_path / "mirror", server.port, MANY)
        path = recipe(tmp_path, archive, select="{ids: [mirror/news/a1, mirror/news/a3]}", formats="[html]")
        assert fetch(path, "--yes", home=tmp_path).code == 0
        assert sorted(server.asked) == ["/p1", "/p3", "/robots.txt"]
    assert bundler("build", path, "--out", tmp_path / "dist", home=tmp_path).code == 0
    (made,) = (tmp_path / "dist").rglob("*.html")
    assert made.read_text(encoding="utf-8").count("<img") >= 2


def test_nobody_is_asked_without_consent(tmp_path):
    with serving(**answers(range(1, 2))) as server:
        archive = mirror(tmp_path / "mirror", server.port, range(1, 2))
        done = fetch(archive, home=tmp_path)
        assert (done.code, server.asked) == (2, [])
        assert HOST in done.err
        assert "--yes" in done.err
        dry = fetch(archive, "--dry-run", "--json", home=tmp_path)
        assert (dry.code, dry.json["hosts"], server.asked) == (0, {HOST: 1}, [])
        assert fetch(archive, "--yes", home=tmp_path).code == 0
        page(archive / "pages/news/a5.md", "第5篇", shown(server.port, [1], host="other.example"))
        done = fetch(archive, home=tmp_path, names=f"{HOST},other.example")
        assert done.code == 2
        assert "other.example" in done.err
        assert HOST not in done.err
    kept = "".join(path.read_text() for path in (tmp_path / "kept/hosts").iterdir())
    assert HOST not in kept
    assert bundler("forget", "--all", home=tmp_path).code == 0
    assert not (tmp_path / "kept/hosts").exists()


def test_articles_since_a_day_alone(tmp_path):
    with serving(**answers(MANY)) as server:
        archive = mirror(tmp_path / "mirror", server.port, MANY)
        done = fetch(archive, "--yes", "--since", "2021-12-03", "--json", home=tmp_path)
        assert done.json["pictures"]["new"] == 3
        assert sorted(server.asked) == ["/p100004", "/p3", "/p4", "/robots.txt"]


def test_two_runs_at_once_do_not_meet(tmp_path):
    with serving(**answers(range(1, 2))) as server:
        archive = mirror(tmp_path / "mirror", server.port, range(1, 2))
        (archive / ".bundler").mkdir()
        handle = os.open(archive / ".bundler", os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        done = fetch(archive, "--yes", home=tmp_path)
        os.close(handle)
        assert (done.code, server.asked) == (6, [])


def reach():
    return Reach(loopback=True, names={HOST: "127.0.0.1"})


def manners():
    return Manners(gap=0, tries=1, back_off=0)


HOSTILE = [
    "{}", "[]", "null", '{"kind": "picture"}', '{"kind": 5, "address": "x", "state": "here", "day": "2026-11-22"}',
    '{"kind": "picture", "address": "x", "state": "here", "day": "yesterday"}', "[" * 50_000, '"' + "x" * 30_000 + '"',
    '{"kind": "picture", "address": "a\\u001b[2J", "state": "here", "day": "2026-11-22"}', "\x00\x01",
    '{"kind": "picture", "address": "x", "state": "there", "day": "2026-11-22"}', '{"tries": 1e999}',
    '{"kind": "../..", "address": "x", "state": "here", "day": "2026-11-22", "tries": -1}',
]  # fmt: skip


def test_hostile_ledgers_are_lines_that_are_not_there(tmp_path):
    good = {"kind": "picture", "address": "https://a.example/1", "state": "gone", "day": "2026-11-22", "tries": 3}
    path = tmp_path / ".bundler/ledger.jsonl"
    path.parent.mkdir()
    path.write_bytes("\n".join([*HOSTILE, json.dumps(good), '{"kind": "pic']).encode())
    known = ledger.opened(tmp_path)
    assert list(known.records.values()) == [Record("picture", "https://a.example/1", "gone", DAY, tries=3)]
    known.put(Record("picture", "https://a.example/2", "failed", DAY, tries=1, why="too-slow"))
    known.close()
    assert len(ledger.opened(tmp_path).records) == 2, "a torn last line stays the only torn one"


def test_a_ledger_is_written_anew_when_most_of_it_is_old(tmp_path):
    known = ledger.opened(tmp_path)
    for number in range(3_000):
        known.put(Record("feed", "https://a.example/feed", "here", DAY, etag=f"{number}"))
    known.close()
    assert (tmp_path / ".bundler/ledger.jsonl").read_bytes().count(b"\n") == 1
    assert ledger.opened(tmp_path).get("feed", "https://a.example/feed").etag == "2999"


def test_a_disk_that_takes_half_a_line_is_heard_and_costs_that_line_alone(tmp_path):
    """A disk that fills up takes a part of what is written, and says nothing before the next time."""
    first, second = (Record("page", f"https://a.example/{n}", "here", DAY, held="a/b.html") for n in (1, 2))
    known = ledger.opened(tmp_path)
    known.put(first)
    path = tmp_path / ".bundler/ledger.jsonl"
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 30, former[1]))
    try:
        with pytest.raises(OutputError) as caught:
            known.put(second)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    assert caught.value.exit_code == 74
    assert known.get("page", second.address) is None
    known.put(second)
    known.close()
    assert set(ledger.opened(tmp_path).of("page")) == {first, second}


@pytest.mark.parametrize(
    "slip",
    ["{a}\n../../../../etc/passwd\n", "{a}\n/etc/passwd\n", "{a}\n", "", "{a}", "other\n{n}\n", "{a}\n{n}.svg\n",
     "\n" * 9_999,     "{a}\n" + "a" * 64 + ".png\n", "{a}\nab/cd.png", "x" * 20_000],
)  # fmt: skip
def test_hostile_slips_lead_nowhere(tmp_path, slip):
    address = "https://a.example/1.png"
    path = tmp_path / media.slip(address)
    path.parent.mkdir(parents=True)
    path.write_text(slip.format(a=address, n=media.name(picture(1))))
    tree = open_folder(tmp_path)
    assert media.find(tree, address) in ("", media.place("a" * 64 + ".png"))
    assert pictures.sorted_out(tree, ledger.opened(tmp_path), [address], DAY).due == (address,)


def test_a_picture_with_a_name_that_is_not_its_hash_is_not_shown(tmp_path):
    with serving(**answers(range(1, 2))) as server:
        archive = mirror(tmp_path / "mirror", server.port, range(1, 2))
        fetch(archive, "--yes", home=tmp_path)
    (one,) = (archive / "media").glob("??/*.png")
    one.write_bytes(picture(2))
    found = Opening(archive, None)()
    assert found.pictures_of(found.entries()[0].id) == (0, 1)
