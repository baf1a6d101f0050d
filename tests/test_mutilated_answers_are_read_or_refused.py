"""What servers say, with bytes changed, lost or put in: it is read or refused by name, and never an accident."""

import contextlib
import gzip
import io
import random

import pytest

from bundler.fetch import body, hosts, robots, smart
from bundler.fetch.faults import NetError

TIMES = 400


class Said:
    """A network that answers everything with the same bytes, some at a time."""

    def __init__(self, data):
        self.data = data

    @contextlib.contextmanager
    def post(self, *_arguments, **_named):
        yield iter([self.data[at : at + 7] for at in range(0, len(self.data), 7)])


def line(data):
    return b"%04x" % (len(data) + 4) + data


NAMES = line(b"a" * 40 + b" HEAD symref-target:refs/heads/main\n") + line(b"b" * 40 + b" refs/heads/main\n") + b"0000"
PACK = (
    line(b"shallow-info\n") + line(b"shallow " + b"a" * 40) + b"0001" + line(b"packfile\n")
    + line(b"\x02hi") + line(b"\x01PACKdata") + b"0000"
)  # fmt: skip
REPOSITORY = "https://code.example/x.git"
READERS = {
    "branches": (NAMES, lambda data: smart.branch(Said(data), REPOSITORY, "")),
    "pack": (PACK, lambda data: smart.pack(Said(data), REPOSITORY, "a" * 40, None, io.BytesIO())),
    "robots": (
        b"User-agent: *\nDisallow: /a*b$\nCrawl-delay: 3\nAllow: /%c3%a9\n",
        lambda data: robots.read(data).allow("/aéb"),
    ),
    "address": (
        b"https://news.example:8080/a?b=c#d",
        lambda data: hosts.target(data.decode("utf-8", "surrogateescape")),
    ),
    "redirect": (
        b"https://[64:ff9b::7f00:1]:443/..//x",
        lambda data: hosts.redirected(hosts.target("https://a.example/x"), data.decode("latin-1")),
    ),
    "gzip": (gzip.compress(b"hello" * 500), lambda data: body.whole([data], {"content-encoding": "gzip"}, 3_000)),
}


def mutilated(data, dice):
    """Change, lose or put in some bytes."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 2, 6))):
        at = dice.randrange(len(made) + 1)
        match dice.randrange(3):
            case 0:
                made[at : at + 1] = dice.randbytes(1)
            case 1:
                del made[at : at + dice.randrange(1, 9)]
            case _:
                made[at:at] = dice.randbytes(dice.randrange(1, 9))
    return bytes(made)


@pytest.mark.parametrize("name", READERS)
def test_any_bytes_are_read_or_refused(name):
    data, read = READERS[name]
    dice, refused = random.Random(8), 0
    for _ in range(TIMES):
        said = mutilated(data, dice)
        try:
            read(said)
        except NetError:
            refused += 1
        except Exception as error:
            raise AssertionError(said) from error
    read(data)
    assert name == "robots" or refused, "some are refused: else nothing was mutilated"
