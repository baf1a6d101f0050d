"""Finished files and verdicts that are kept: writers and judges are pure, so the same question has the same answer.

A file is kept under the bundle's content and the writer's own word for what else it depends on; that a file is clean,
under its bytes and all that was expected of it. After any change of this program both are asked anew.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from pathlib import Path

from bundler import gate, store, writers
from bundler.build.bundle import Assembled
from bundler.gate import Expected, Fault
from bundler.model import Note
from bundler.work import Work, cache_key

MOST_BYTES = 128_000_000
"""Larger files are written again."""
_CLEAN = b"clean"
_LAZY = ("articles", "assets")
"""Fields of a bundle that are made when a writer asks for them: digests stand for them."""


def write(
    assembled: Assembled, options: object, output: store.StagedOutput, work: Work
) -> tuple[Note, ...]:  # fmt: skip
    """Write a bundle in one format, or put its file as it was written before; return what the writer said."""
    name, staging, bundle = output.format, output.staging, assembled.bundle
    writer, cache = writers.writer(name), work.cache
    surroundings = getattr(writer, "surroundings", None)
    around = surroundings(bundle) if surroundings and cache else b""
    key = cache_key(write, _question(assembled, name, options, around)) if around else ""
    if cache and key and (body := cache.get(key)):
        return _put(body, output)
    before = len(staging.files)
    notes = writer.write(bundle, options, output, work)
    made = staging.files[before:]
    if cache and key and sum(file.bytes for file in made) <= MOST_BYTES:
        cache.put(key, _packed(made, notes, staging))
    return notes


def faults(name: str, path: Path, expected: Expected, work: Work) -> tuple[Fault, ...]:
    """Read a finished file back; one whose very bytes were found clean before, with the same expectation, is clean."""
    if work.cache is None:
        return gate.judge(name).faults(path, expected)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    wanted = (expected.articles, sorted(expected.codes.items()), expected.forbidden, expected.languages)
    asked = repr((name, path.suffix, digest, *wanted))
    key = cache_key(faults, asked.encode("utf-8", "surrogatepass"))
    if work.cache.get(key) == _CLEAN:
        return ()
    found = gate.judge(name).faults(path, expected)
    if not found:
        work.cache.put(key, _CLEAN)
    return found


def _question(assembled: Assembled, name: str, options: object, surroundings: bytes) -> bytes:
    """Name all that a finished file depends on beside the code of this program."""
    bundle = assembled.bundle
    head = {field.name: getattr(bundle, field.name) for field in fields(bundle) if field.name not in _LAZY}
    digests = [assembled.digests[article] for article in bundle.articles.ids]
    said = repr((name, options, head, bundle.articles.ids, digests, list(bundle.assets)))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest() + surroundings


def _packed(made: list[store.Written], notes: tuple[Note, ...], staging: store.Staging) -> bytes:
    files = [(Path(file.name).suffix.lstrip("."), file.bytes) for file in made]
    told = [(note.code, note.article, note.detail) for note in notes]
    head = json.dumps([files, told]).encode()
    bodies = (staging.path(file).read_bytes() for file in made)
    return b"".join((len(head).to_bytes(8, "big"), head, *bodies))


def _put(body: bytes, output: writers.Output) -> tuple[Note, ...]:
    """Write the files of an answer."""
    at = 8 + int.from_bytes(body[:8], "big")
    files, told = json.loads(body[8:at])
    for extension, size in files:
        with output.open(extension) as stream:
            stream.write(memoryview(body)[at : at + size])
        at += size
    return tuple(Note(code, article, detail) for code, article, detail in told)
