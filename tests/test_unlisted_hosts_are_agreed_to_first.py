"""A host to which a feed or a redirect leads is asked only once somebody agreed: on a terminal, by --yes, or never."""

import os
import pty
import subprocess

import pytest
from fetching import command, environment, fetch, picture
from hostile_server import reply, serving

from bundler.fetch import consent

pytestmark = pytest.mark.slow

NEWS, OTHER, FAR = "news.example", "other.example", "far.example"
NAMES = ",".join((NEWS, OTHER, FAR, f"www.{NEWS}"))
TEXT = "集市在清晨开张，摊贩带来自家种的蔬菜，邻居们围着炉子说话。" * 30


def webpage(title):
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{TEXT}</p>".encode()


def moved(to):
    return reply(b"", "302 Found", Location=to)


@pytest.fixture
def server():
    with serving() as found:
        at = f"http://{{}}:{found.port}".format
        items = "".join(
            f"<item><link>{at(host)}{path}</link><title>{title}</title><description>今天人很多。</description></item>"
            for host, path, title in ((NEWS, "/1", "近处"), (OTHER, "/2", "别处"), (NEWS, "/3", "远处"))
        )
        found.answers |= {
            "/feed": reply(f'<rss version="2.0"><channel><title>晨报</title>{items}</channel></rss>'.encode()),
            "/1": reply(webpage("近处")), "/2": reply(webpage("别处")), "/3": moved(f"{at(FAR)}/4"),
            "/4": reply(webpage("远处")), "/moved": moved(f"{at(FAR)}/feed"),
        }  # fmt: skip
        yield found


@pytest.fixture
def archive(server, tmp_path):
    made = tmp_path / "news"
    made.mkdir()
    name(made, server, "feed", "/feed")
    agree(made, tmp_path)
    return made


def name(archive, server, kind, path, host=NEWS):
    text = f"version: 1\nsources:\n  - {kind}: http://{host}:{server.port}{path}\n"
    (archive / "archive.yaml").write_text(text, encoding="utf-8")


def agree(archive, home):
    """Agree to the host of the feed, and to no other."""
    consent.agree(home / "kept", archive, [NEWS])


def bring(archive, home, *options):
    return fetch(archive, *options, home=home, names=NAMES)


def answered(archive, home, words):
    """Run fetch on a terminal where somebody types these words; return what it showed."""
    parent, child = pty.openpty()
    with subprocess.Popen(
        command("fetch", archive, names=NAMES), env=environment(home), stdin=child, stdout=child, stderr=child
    ) as run:
        os.close(child)
        os.write(parent, words)
        shown = b""
        try:
            while piece := os.read(parent, 10_000):
                shown += piece
        except OSError:  # as Linux says that the other end is closed
            pass
        run.wait(60)
    os.close(parent)
    return shown.decode()


def test_without_a_terminal_they_are_left_out_and_named(archive, server, tmp_path):
    done = bring(archive, tmp_path, "--json")
    assert done.code == 0, done.err
    assert done.json["not_agreed"] == [FAR, OTHER]
    lost = [(one["subject"].rpartition("/")[2], one["detail"]) for one in done.json["told"] if one["what"] == "failed"]
    assert sorted(lost) == [("2", OTHER), ("3", FAR)]
    assert {one["reason"] for one in done.json["told"]} == {"host-not-agreed", "feed-excerpt"}
    assert not {"/2", "/4"} & set(server.asked)
    said = bring(archive, tmp_path)
    assert "not asked: far.example, other.example" in said.out
    assert "--yes" in said.out


def test_what_was_left_out_is_had_as_soon_as_somebody_agrees(archive, server, tmp_path):
    bring(archive, tmp_path, "--json")
    done = bring(archive, tmp_path, "--json", "--yes")
    assert (done.code, done.json["not_agreed"], done.json["told"]) == (0, [], [])
    assert {"/2", "/4"} <= set(server.asked)
    server.asked.clear()
    server.answers["/feed"] = server.answers["/feed"].replace(b"/2<", b"/5<")
    server.answers["/5"] = reply(webpage("别处又一篇"))
    again = bring(archive, tmp_path, "--json")
    assert not again.json["not_agreed"], "what was agreed to once is not asked about again"
    assert "/5" in server.asked


def test_on_a_terminal_somebody_is_asked_and_the_pages_come(archive, server, tmp_path):
    shown = answered(archive, tmp_path, b"y\ny\n")
    assert "other.example" in shown
    assert "far.example" in shown
    assert {"/2", "/4"} <= set(server.asked)
    assert "3 new" in shown, "each counts once, though the feed was read twice"
    assert "not asked" not in shown


def test_on_a_terminal_no_is_no(archive, server, tmp_path):
    shown = answered(archive, tmp_path, b"n\nn\n")
    assert "not asked: far.example, other.example" in shown
    assert not {"/2", "/4"} & set(server.asked)


def test_a_source_that_moved_to_another_host_is_not_followed(archive, server, tmp_path):
    name(archive, server, "feed", "/moved")
    done = bring(archive, tmp_path, "--json")
    assert server.asked.count("/feed") == 0
    assert done.json["not_agreed"] == [FAR]
    assert bring(archive, tmp_path, "--json", "--yes").code == 0
    assert server.asked.count("/feed") == 1


INSIDE = ("169.254.169.254", "[::ffff:10.0.0.1]", "router.lan", "localhost")


def test_nobody_is_asked_to_agree_to_a_host_that_is_never_asked(archive, server, tmp_path):
    items = "".join(f"<item><link>http://{host}/x</link><title>{host}</title></item>" for host in INSIDE)
    server.answers["/feed"] = reply(f'<rss version="2.0"><channel><title>晨报</title>{items}</channel></rss>'.encode())
    shown = answered(archive, tmp_path, b"")
    assert "go on?" not in shown
    (archive / "archive.yaml").write_text(
        f"version: 1\nsources:\n  - pages: [http://{INSIDE[0]}/y, http://{INSIDE[2]}/y, http://{NEWS}:{server.port}/1]\n",
        encoding="utf-8",
    )
    done = bring(archive, tmp_path, "--json")
    assert done.code == 0, done.err
    assert done.json["not_agreed"] == []
    assert {one["reason"] for one in done.json["told"] if one["what"] == "failed"} == {"address-not-public"}
    assert set(bring(archive, tmp_path, "--json", "--dry-run").json["hosts"]) == {NEWS}


def test_www_is_no_other_host(archive, server, tmp_path):
    server.answers["/1"] = moved(f"http://www.{NEWS}:{server.port}/2")
    done = bring(archive, tmp_path, "--json")
    assert done.json["not_agreed"] == [FAR, OTHER]
    assert server.asked.count("/2") == 1


def test_pictures_are_not_followed_to_other_hosts_either(archive, server, tmp_path):
    server.answers["/1"] = reply(webpage("近处") + f"<img src='http://{NEWS}:{server.port}/p'>".encode())
    server.answers |= {"/p": moved(f"http://{FAR}:{server.port}/q"), "/q": reply(picture(1))}
    done = bring(archive, tmp_path, "--json")
    assert done.json["pictures"]["new"] == 0
    assert "/q" not in server.asked
    again = bring(archive, tmp_path, "--json", "--yes")
    assert again.json["pictures"]["new"] == 1, "nothing was remembered against the picture"
