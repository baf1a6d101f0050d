"""Whatever a repository holds: nothing of it runs, nothing leads out of it, and it costs no more than its limits."""

import contextlib
import hashlib
import json
import struct
import zlib

import pytest
from git_server import Repository, serving
from hostile_server import reply
from hostile_server import serving as hostile
from test_git_mirrors_are_fetched_bare import bring, page, texts

from bundler import blobs, packs
from bundler.errors import ArchiveError
from bundler.fetch import packing, smart
from bundler.fetch.faults import NetError
from bundler.fetch.net import Limits, Manners, Net, Reach
from bundler.folder import open_folder
from bundler.packs import PackError
from bundler.tree import TooLargeError

pytestmark = pytest.mark.slow


@pytest.fixture
def origin(tmp_path):
    repository = Repository(tmp_path / "origin/mirror")
    repository.write("news/1.md", page(1))
    repository.commit()
    return repository


@pytest.fixture
def server(tmp_path):
    with serving(tmp_path / "origin") as found:
        yield found


def test_case_70_only_plain_files_exist(origin, server, tmp_path):
    blob = origin.blob("这里不该有人看到".encode())
    link = origin.blob(b"/etc/passwd")
    sub = origin.git("mktree", "-z", data=f"100644 blob {blob}\tconfig\0".encode())
    origin.plant(
        f"100644 blob {origin.blob(page(1).encode())}\tgood.md", f"120000 blob {link}\tlink.md",
        f"160000 commit {'1' * 40}\tmodule\r", f"040000 tree {sub}\t.GIT", f"040000 tree {sub}\t..",
        f"100644 blob {blob}\t.gitattributes", f"100644 blob {blob}\t.hidden.md", f"100644 blob {blob}\tback\\slash.md",
        f"100755 blob {origin.blob(page(2).encode())}\trun.md",
    )  # fmt: skip
    events = bring(tmp_path / "a", server)
    assert texts(tmp_path / "a") == {"good.md": page(1), "run.md": page(2)}
    told = {event.detail for event in events if event.code == "git-left-out"}
    assert told == {"links x1", "submodules x1", "names x1"}
    tree = open_folder(tmp_path / "a")
    for path in ("link.md", "../good.md", ".GIT/config", "..", "module\r", "/good.md", "good.md/"):
        assert tree.stat(path) is None
        with pytest.raises(FileNotFoundError):
            tree.read(path)


def test_a_folder_that_names_itself_a_billion_times_is_refused(origin, server, tmp_path):
    tree = origin.git("mktree", "-z", data=f"100644 blob {origin.blob(b'x')}\tx.md\0".encode())
    for _ in range(10):
        tree = origin.git("mktree", "-z", data="".join(f"040000 tree {tree}\tf{n}\0" for n in range(10)).encode())
    origin.plant(f"040000 tree {tree}\tbomb")
    with pytest.raises(NetError) as caught:
        bring(tmp_path / "a", server)
    assert caught.value.code == "git-refused"
    assert blobs.recorded(tmp_path / "a") is None


def test_a_folder_of_links_that_is_named_again_and_again_is_refused(origin, server, tmp_path):
    link = origin.blob(b"nowhere")
    names = "".join(f"120000 blob {link}\tl{number}\0" for number in range(100_000))
    tree = origin.git("mktree", "-z", data=names.encode())
    origin.plant(*(f"040000 tree {tree}\tf{number}" for number in range(1_000)))
    with pytest.raises(NetError, match="folders of more than 200000000 bytes"):
        bring(tmp_path / "a", server)
    assert blobs.recorded(tmp_path / "a") is None


def test_deep_folders_are_refused(origin, server, tmp_path):
    origin.write("/".join("d" * 1 for _ in range(80)) + "/x.md", page(1))
    origin.commit()
    with pytest.raises(NetError, match="levels"):
        bring(tmp_path / "a", server)


def test_a_huge_file_is_named_by_its_size_and_never_read(origin, server, tmp_path):
    origin.write("huge.md", bytes(70_000_000))
    origin.commit()
    bring(tmp_path / "a", server)
    tree = open_folder(tmp_path / "a")
    assert tree.stat("huge.md").size == 70_000_000
    with pytest.raises(TooLargeError):
        tree.read("huge.md")
    assert tree.read("news/1.md").decode() == page(1)


def test_programs_that_a_repository_names_are_never_run(origin, server, tmp_path):
    """A copied archive may bring a configuration, hooks, filters and other stores of objects: none is opened."""
    bring(tmp_path / "a", server)
    (repository,) = (tmp_path / "a/.bundler/git").glob("*.git")
    mark = tmp_path / "executed"
    run = f"!touch {mark}"
    (repository / "config").write_text(
        f"[core]\n\tsshCommand = touch {mark}\n\tfsmonitor = touch {mark}\n\thooksPath = {repository}/hooks\n"
        f'[filter "x"]\n\tsmudge = touch {mark}\n[credential]\n\thelper = {run}\n[alias]\n\tfetch = {run}\n'
        f'[http]\n\tproxy = http://127.0.0.1:9\n[url "http://127.0.0.1:9/"]\n\tinsteadOf = {server.url}\n'
    )
    (repository / "hooks").mkdir()
    for name in ("post-checkout", "reference-transaction", "post-merge"):
        (repository / "hooks" / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (repository / "hooks" / name).chmod(0o755)
    (repository / "objects/info").mkdir()
    (repository / "objects/info/alternates").write_text(f"{tmp_path}/origin/mirror/.git/objects\n")
    assert texts(tmp_path / "a") == {"news/1.md": page(1)}
    origin.write("news/2.md", page(2))
    origin.commit()
    bring(tmp_path / "a", server)
    assert "news/2.md" in texts(tmp_path / "a")
    assert not mark.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"repository": "../../elsewhere"}, {"repository": "git/../../x.git"}, {"repository": "/etc"},
        {"packs": ["../../x.pack"]}, {"packs": []}, {"commit": "HEAD"}, {"commit": "0" * 40}, {"packs": "abc"},
        {"version": 2}, {"paths": [1]}, {"packs": [f"pack-{'0' * 40}.pack"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_record_of_a_stranger_leads_nowhere(origin, server, tmp_path, change):
    archive = tmp_path / "a"
    bring(archive, server)
    record = archive / blobs.RECORD
    record.write_text(json.dumps(json.loads(record.read_text()) | change))
    with contextlib.suppress(ArchiveError):
        assert texts(archive) == {}
    bring(archive, server)
    assert texts(archive) == {"news/1.md": page(1)}, "the next run mends it"


@pytest.mark.parametrize("suffix", [".pack", ".idx"])
def test_damaged_packs_are_said_and_mended(origin, server, tmp_path, suffix):
    for number in range(2, 40):
        origin.write(f"news/{number}.md", page(number))
    origin.commit()
    archive = tmp_path / "a"
    bring(archive, server)
    whole = texts(archive)
    (path,) = (archive / ".bundler/git").glob(f"*.git/objects/pack/*{suffix}")
    data = path.read_bytes()
    path.chmod(0o600)
    for place in range(0, len(data), max(1, len(data) // 60)):
        for harmed in (data[:place], data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]):
            path.write_bytes(harmed)
            blobs.forget()
            try:
                found = open_folder(archive)
                read = {file.path: found.read(file.path).decode() for file in found.list()}
            except (ArchiveError, OSError, TooLargeError):
                continue
            assert read == whole
    path.write_bytes(data[:100])
    blobs.forget()
    bring(archive, server)
    assert texts(archive) == whole


def pack_of(*objects, count=None, tail=b""):
    """Write a pack of raw objects: kind, size that it says, what stands between, and bytes to be packed."""
    body = struct.pack(">4sII", b"PACK", 2, len(objects) if count is None else count)
    for kind, size, between, data in objects:
        first, rest = (kind << 4) | (size & 15), size >> 4
        while rest:
            body += bytes([first | 0x80])
            first, rest = rest & 0x7F, rest >> 7
        body += bytes([first]) + between + zlib.compress(data)
    body += tail
    return body + hashlib.sha1(body).digest()


def varint(value):
    made = b""
    while value > 0x7F:
        made, value = made + bytes([value & 0x7F | 0x80]), value >> 7
    return made + bytes([value])


BASE = b"x" * 65_536
COPY = b"\xb0\x00\x00"  # copy 65,536 bytes from the beginning
BOMB = varint(len(BASE)) + varint(65_536 * 40_000) + COPY * 40_000
SELF = bytes(range(20))

PACKS = {
    "no pack": b"not a pack" * 10,
    "too many": pack_of(count=2_000_000_000),
    "fewer than said": pack_of((3, 1, b"", b"x"), count=2),
    "something behind": pack_of((3, 1, b"", b"x"), tail=b"more"),
    "larger than said": pack_of((3, 10, b"", bytes(1_000_000))),
    "smaller than said": pack_of((3, 1_000, b"", b"x")),
    "endless size": struct.pack(">4sII", b"PACK", 2, 1) + b"\xbf" + b"\xff" * 200 + bytes(20),
    "no such kind": pack_of((5, 1, b"", b"x")),
    "base before the pack": pack_of((6, 4, b"\x7f", b"\x01\x01\x01x")),
    "base at itself": pack_of((6, 4, b"\x00", b"\x01\x01\x01x")),
    "base that is not there": pack_of((7, 4, SELF, b"\x01\x01\x01x")),
    "delta bomb": pack_of((3, len(BASE), b"", BASE), (7, len(BOMB), packs.oid_of(3, BASE), BOMB)),
    "delta of another length": pack_of((3, 1, b"", b"x"), (7, 4, packs.oid_of(3, b"x"), b"\x05\x01\x01x")),
    "delta without lengths": pack_of((3, 1, b"", b"x"), (7, 1, packs.oid_of(3, b"x"), b"\xff")),
    "delta beyond its base": pack_of((3, 1, b"", b"x"), (7, 4, packs.oid_of(3, b"x"), b"\x01\x09\x90\x09")),
    "no instruction": pack_of((3, 1, b"", b"x"), (7, 3, packs.oid_of(3, b"x"), b"\x01\x01\x00")),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKS)
def test_packs_that_lie_are_refused(tmp_path, name):
    data = PACKS[name]
    if name == "endless size":
        data = data[:-20] + hashlib.sha1(data[:-20]).digest()
    (tmp_path / "x.pack").write_bytes(data)
    with pytest.raises(PackError):
        packing.indexed(tmp_path / "x.pack")


def test_differences_of_many_small_steps_are_bounded(tmp_path, monkeypatch):
    steps = varint(1) + varint(2_000) + b"\x90\x01" * 2_000
    data = pack_of((3, 1, b"", b"x"), (7, len(steps), packs.oid_of(3, b"x"), steps))
    (tmp_path / "x.pack").write_bytes(data)
    assert packing.indexed(tmp_path / "x.pack")
    with monkeypatch.context() as less, pytest.raises(PackError, match="does not fit"):
        less.setattr(packs, "MAX_STEPS", 1_999)
        packing.indexed(tmp_path / "x.pack")
    with packs.mapped(tmp_path / "x.pack") as pack, pytest.raises(PackError, match="its objects are more"):
        packing._Reading(pack, left=30_000).whole()


def test_a_pack_that_says_the_truth_is_indexed_as_git_does(origin, tmp_path):
    for number in range(2, 60):
        origin.write("news/1.md", "".join(page(one) for one in range(number)))
        origin.commit()
    origin.git("repack", "-adfq", "--depth=50")
    (path,) = (origin.root / ".git/objects/pack").glob("*.pack")
    assert packing.indexed(path) == path.with_suffix(".idx").read_bytes()


def test_what_a_server_says_is_no_line_of_git(tmp_path):
    for said in (b"", b"zzzz", b"0003", b"0004", b"000", b"ffff", b"0009ERR x", b"<html>", b"0000", b"0001" * 9):
        with pytest.raises(NetError):
            smart.branch(Said(said), "https://code.example/x.git", "")


class Said:
    """A network that answers everything with the same bytes."""

    def __init__(self, data):
        self.data = data

    def post(self, *arguments, **named):
        return contextlib.nullcontext(iter([self.data[:3], self.data[3:]]))


def test_neither_git_nor_the_environment_takes_part(origin, server, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("GIT_SSL_NO_VERIFY", "1")
    bring(tmp_path / "a", server)
    assert texts(tmp_path / "a") == {"news/1.md": page(1)}


ANSWERS = {
    "address-not-public": reply(status="302 Found", Location="http://169.254.169.254/x.git/git-upload-pack"),
    "scheme-refused": reply(status="307 Temporary Redirect", Location="file:///etc/passwd"),
    "too-many-redirects": reply(status="302 Found", Location="/x.git/git-upload-pack"),
    "server-refused": reply(status="401 Unauthorized", WWW_Authenticate="Basic"),
    "git-refused": reply(b"<html>no repository</html>"),
}  # fmt: skip


@pytest.mark.parametrize("code", ANSWERS)
def test_servers_of_repositories_are_held_to_the_same_rules(tmp_path, code):
    with (
        hostile(**{"x.git/git-upload-pack": ANSWERS[code]}) as server,
        Net(Reach(loopback=True), Manners(gap=0, tries=1), Limits(seconds=2, idle=1, redirects=3)) as net,
        pytest.raises(NetError) as caught,
    ):
        smart.branch(net, server.url("/x.git"), "")
    assert caught.value.code == code
    assert set(server.asked) == {"/x.git/git-upload-pack"}, "nothing is asked on the side"
