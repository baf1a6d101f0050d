"""A small world to fetch from: a mirror, a feed, pages and pictures on loopback, and what an archive of them holds."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certificates
from archives import write
from command import ROOT, Done, bundler, recipe
from fetching import HOST, answers, command, environment, fetch, mirror
from git_server import Repository
from git_server import serving as git_serving
from hostile_server import Server, reply, serving

from bundler.fetch import ledger

CODE = "code.example"
ARTICLES = range(1, 7)
TEXT = "雨停以后，街上的孩子们又出来踢球，老人把椅子搬到门口。" * 20


@dataclass(frozen=True)
class World:
    """What is fetched from: a mirror, a feed, pages and pictures; and where archives are begun."""

    code: str
    web: Server
    roots: Path
    root: Path

    def begin(self, name: str) -> Path:
        """Begin an archive of all sources; its folder's name is part of no byte of what is fetched."""
        site = f"http://{HOST}:{self.web.port}"
        urls = "".join(f"      - {site}/page{n}\n" for n in range(3))
        sources = f"version: 1\nsources:\n  - git: {self.code}\n  - feed: {site}/feed\n  - pages:\n{urls}"
        write(self.root / name / "archive" / "archive.yaml", sources)
        return self.root / name / "archive"

    def line(self, archive: Path, *arguments: object, before: str = "") -> list[str]:
        """Return the command line that fetches, after some code of ours."""
        return command("fetch", archive, *arguments, names=f"{CODE},{HOST}", roots=self.roots, before=before)

    def broken(self, archive: Path, before: str) -> Done:
        """Fetch in a process in which some code of ours ran before."""
        made = subprocess.run(
            self.line(archive, "--yes", before=before), env=environment(archive.parent), cwd=ROOT, capture_output=True,
            check=False, timeout=300,
        )  # fmt: skip
        return Done(made.returncode, made.stdout.decode(), made.stderr.decode())

    def fetch(self, archive: Path) -> Done:
        """Fetch as anybody does."""
        return fetch(archive, "--yes", home=archive.parent, names=f"{CODE},{HOST}", roots=self.roots)


def article(title: str) -> bytes:
    """Return a page of the web."""
    return f"<html><head><title>{title}</title></head><article><h1>{title}</h1><p>{TEXT}</p></article>".encode()


def feed(site: str) -> bytes:
    """Return a feed of four items, of the first of which it has a part."""
    items = "".join(
        f"<item><link>{site}/item{n}</link><title>集市第{n}天</title>"
        f"<description>{TEXT if n else '今天人多。'}</description></item>"
        for n in range(4)
    )
    return f'<rss version="2.0"><channel><title>晨报</title>{items}</channel></rss>'.encode()


@contextmanager
def created(root: Path) -> Iterator[World]:
    """Serve the world for as long as the block lasts."""
    authority = certificates.authority(root)
    with serving(**answers(ARTICLES)) as web:
        site = f"http://{HOST}:{web.port}"
        web.answers |= {f"/page{n}": reply(article(f"第{n}页")) for n in range(3)}
        web.answers |= {"/feed": reply(feed(site), ETag='"1"'), "/item0": reply(article("集市第0天"))}
        repository = Repository(root / "origin/mirror")
        mirror(repository.root, web.port, ARTICLES)
        repository.commit()
        with git_serving(root / "origin", authority.certificate(CODE)) as code:
            yield World(f"https://{CODE}:{code.server_port}/mirror/.git", web, authority.roots, root)


def held(archive: Path) -> tuple[dict[str, bytes], dict[tuple[str, str], Any]]:
    """Return every file of an archive with its bytes.

    Lines of the ledger stand in the order in which hosts answered, and a run that goes on writes again what it learned
    again: of them what is known in the end is compared, without marks of feeds, which are asked for once more where
    a page of theirs failed before the fault, and without pictures that are here, of which the slips say the same.
    """
    files = {path.relative_to(archive).as_posix(): path for path in archive.rglob("*") if path.is_file()}
    files.pop(".bundler/ledger.jsonl", None)
    records = [one for one in ledger.opened(archive).records.values() if (one.kind, one.state) != ("picture", "here")]
    known = {(one.kind, one.address): (one.state, one.held, one.tries) for one in records}
    return {name: path.read_bytes() for name, path in files.items()}, known


def staged(archive: Path) -> list[str]:
    """Return what stands half written."""
    return [path.name for path in archive.rglob("*") if "staging" in path.name or path.name == "fresh"]


def lists(archive: Path) -> Done:
    """Say what `bundler list` says over what is there."""
    done = bundler("list", recipe(archive.parent, archive), "--json", home=archive.parent)
    assert "Traceback" not in done.err
    return done
