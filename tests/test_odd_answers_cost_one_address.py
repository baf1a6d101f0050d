"""Answers that no honest server gives: each is read as HTTP says, or refused by name, and none waited for."""

import pytest
from hostile_server import reply, serving
from test_hostile_servers_harm_nobody import asked, refused

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def without_end(head, part):
    """Return an answer whose last part comes again and again."""

    def said(connection):
        connection.sendall(head)
        while True:
            connection.sendall(part)

    return said


@pytest.mark.parametrize(
    ("codes", "answer"),
    {
        "extension of a chunk without end": ("answer-broken", without_end(CHUNKED + b"5;", b"a" * 1_000)),
        "trailers without end": ("answer-broken", without_end(CHUNKED + b"5\r\nhello\r\n0\r\n", b"X-T: y\r\n")),
        "a chunk larger than any disk": ("answer-broken too-slow connection-broken", CHUNKED + b"f" * 16 + b"\r\nx"),
        "nine thousand headers": (
            "answer-broken too-slow connection-broken",
            OK + b"".join(b"X-%d: y\r\n" % n for n in range(9_000)) + b"\r\n",
        ),
        "no headers at all": ("answer-broken too-slow connection-broken", b"<html>hello</html>"),
        "another version": ("answer-broken", b"HTTP/2 200\r\n\r\nx"),
        "two encodings of the transfer": ("answer-broken", OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        "another protocol from here on": ("answer-broken", b"HTTP/1.1 101 Go\r\nUpgrade: h2c\r\n\r\nxxxx"),
        "a length with a sign": ("answer-broken", OK + b"Content-Length: +5\r\n\r\nhello"),
        "a length of five thousand digits": ("answer-broken", OK + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\nx"),
        "a header without a name": ("answer-broken", OK + b": x\r\n\r\nx"),
        "gzip that is none": ("answer-broken", reply(b"not gzip", Content_Encoding="gzip")),
        "twenty encodings": ("encoding-refused", reply(b"x", Content_Encoding=", ".join(["gzip"] * 20))),
        "busy for ever": ("server-busy", reply(b"", "503 Busy", Retry_After="9" * 30)),
        "busy until the past": ("server-busy", reply(b"", "429 Busy", Retry_After="-5", Date="Thu, 99 Foo 9999")),
        "a script": ("scheme-refused", reply(b"", "302 Found", Location="javascript:alert(1)")),
        "a file": ("scheme-refused", reply(b"", "302 Found", Location="file:///etc/passwd")),
        "a password": ("user-in-address", reply(b"", "302 Found", Location="http://a:b@127.0.0.1/")),
        "a control character": ("address-broken", reply(b"", "302 Found", Location="http://127.0.0.1/\x01")),
        "an address of 60,000 characters": ("address-broken", reply(b"", "302 Found", Location="/" + "a" * 60_000)),
    }.items(),
)
def test_case_84_what_is_refused(codes, answer):
    allowed, said = answer
    with serving(odd=said) as server:
        assert refused(server, "/odd") in allowed.split(), codes


@pytest.mark.parametrize(
    ("name", "answer"),
    {
        "an extension of a chunk": (200, b"hello", CHUNKED + b"5;name=value\r\nhello\r\n0\r\n\r\n"),
        "a length beside chunks": (
            200, b"hello", OK + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        ),
        "the same length twice": (200, b"hello", OK + b"Content-Length: 5, 5\r\n\r\nhello"),
        "a header on two lines": (200, b"x", OK + b"X: a\r\n b\r\nContent-Length: 1\r\n\r\nx"),
        "no reason": (200, b"x", b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx"),
        "three thousand headers": (
            200, b"x", OK + b"".join(b"X-%d: y\r\n" % n for n in range(3_000)) + b"Content-Length: 1\r\n\r\nx"
        ),
        "part of a file": (206, b"", reply(b"part", "206 Partial Content")),
        "a status that nobody knows": (999, b"", reply(b"x", "999 Odd")),
        "nothing new, unasked": (304, b"", b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'),
        "a redirect to nowhere": (302, b"", reply(b"x", "302 Found", Location="")),
    }.items(),
)  # fmt: skip
def test_case_84_what_is_read_as_http_says(name, answer):
    status, body, said = answer
    with serving(odd=said) as server:
        found = asked(server, "/odd")
    assert (found.status, found.body) == (status, body), name
