"""A robots.txt of any shape costs little time and memory, and says what RFC 9309 lets it say."""

import time

from bundler.fetch import robots

SECONDS = 20.0


def spent(data, path="/a/b.html"):
    begun = time.process_time()
    allowed = robots.read(data).allow(path)
    return allowed, time.process_time() - begun


def test_many_names_before_many_rules_are_not_multiplied():
    for name in (b"x%d", b"bundler", b"*"):
        names = b"".join(b"user-agent:%s\n" % (name % number if b"%" in name else name) for number in range(3_000))
        allowed, seconds = spent(names + b"disallow:/a\n" * 20_000)
        assert allowed == (name == b"x%d")
        assert seconds < SECONDS


def test_wildcards_without_end_take_linear_time():
    for rule in (b"*" * 500_000, b"/" + b"*a" * 250_000 + b"$"):
        _, seconds = spent(b"user-agent: *\ndisallow: " + rule, "/" + "a" * 7_000)
        assert seconds < SECONDS


def test_names_in_one_group_share_its_rules():
    data = b"User-agent: other\nUser-agent: bundler\nDisallow: /a\n\nUser-agent: other\nDisallow: /\n"
    assert not robots.read(data).allow("/a")
    assert robots.read(data).allow("/b")


def test_what_is_no_text_forbids_nothing():
    assert robots.read(bytes(range(256)) * 2_000).allow("/a")
    assert not robots.read(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /\r\n").allow("/a")
