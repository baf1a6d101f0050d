"""Addresses that a recipe gives its readers: https, mailto and .onion, checked here: nobody can mend them on paper."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import SplitResult, quote, urlsplit

from bundler.errors import Say, say
from bundler.recipe.kinds import Key, Kind, Schema, scalar
from bundler.recipe.problems import Problem, shown
from bundler.recipe.shape import Known
from bundler.recipe.source import Node, Scalar

MAX_CHARACTERS = 2_000
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})+", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s@?&]+@[^\s@?&]+(\?[^\s]*)?", re.IGNORECASE)
ADDRESS_SCHEMA: Schema = {"type": "string", "pattern": "^(https://|mailto:|http://[^/]+\\.onion)"}
_BASE_SCHEMA: Schema = {"type": "string", "pattern": "^(https://|http://[^/]+\\.onion|$)"}


def fault(address: str) -> tuple[Say, Say | None] | None:
    """Return what is wrong with an address (sentence, hint), or None."""
    if any(character.isspace() or not character.isprintable() for character in address):
        message = say("a space or an invisible character stands in the address {address}", address=shown(address))
        return message, say("copy it again, whole; in the middle of an address a space is %20")
    if not address.isascii():
        return say("the address {address} is not plain ASCII", address=shown(address)), _encoded(address)
    if re.match("mailto:", address, re.IGNORECASE):
        wrong = say("{address} is no e-mail address", address=shown(address))
        return None if _MAIL.fullmatch(address) else (wrong, say("for example: mailto:name@host.example"))
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return say("{address} is no address", address=shown(address)), say("for example: https://mirror.example/")
    return _scheme_fault(address, parts) or _host_fault(address, parts)


def _scheme_fault(address: str, parts: SplitResult) -> tuple[Say, Say | None] | None:
    onion = (parts.hostname or "").endswith(".onion")
    if parts.scheme == "https" or (parts.scheme == "http" and onion):
        return None
    if parts.scheme == "http":
        return say("the address {address} is not encrypted", address=shown(address)), say("use https://")
    message = say("{address} is no address for readers", address=shown(address))
    return message, say("an address begins with https:// or mailto:, or its host ends with .onion")


def _host_fault(address: str, parts: SplitResult) -> tuple[Say, Say | None] | None:
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        return say("a user name stands before the host of {address}", address=shown(address)), say(
            "leave out all before '@'"
        )
    if host.endswith(".onion"):
        return (
            None if _onion(host) else (say("{host} is no onion address", host=shown(host)), say("copy it again, whole"))
        )
    if not _HOST.fullmatch(host):
        return say("the host of {address} is not valid", address=shown(address)), say(
            "for example: https://mirror.example/"
        )
    return None


def _onion(host: str) -> bool:
    """Check the checksum of a version 3 onion address (Tor rend-spec-v3, section 6)."""
    name = host.removesuffix(".onion").rpartition(".")[2]
    if not re.fullmatch("[a-z2-7]{56}", name):
        return False
    data = base64.b32decode(name.upper())
    key, check, version = data[:32], data[32:34], data[34:]
    return version == b"\3" and hashlib.sha3_256(b".onion checksum" + key + version).digest()[:2] == check


def _encoded(address: str) -> Say:
    """Write an address in ASCII: the host as punycode, the rest percent-encoded."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    except (ValueError, UnicodeError):
        return say("for example: https://mirror.example/")
    path = quote(parts._replace(netloc=host).geturl(), safe=":/?#[]@!$&'()*+,;=%~")
    return say("write it encoded: {address}", address=path)


# -- kinds -------------------------------------------------------------------------------------------------------


def address(known: Known) -> Kind:
    """Return the kind of an address that fits a QR code."""

    def read(node: Node, key: Key, problems: list[Problem]) -> str | None:
        value = _checked(node, key, problems)
        if value is not None and (length := len(value.encode())) > known.max_code_bytes:
            message = say(
                "the address {address} is {length} bytes long, a QR code holds {most}",
                address=shown(value),
                length=length,
                most=known.max_code_bytes,
            )
            problems.append(node.place.wrong(message, say("use a shorter address of the same page")))
        return value

    return Kind(read, ADDRESS_SCHEMA)


def base(*, empty: bool = False) -> Kind:
    """Return the kind of an address that paths are put behind: it ends with a slash, added where it is missing."""

    def read(node: Node, key: Key, problems: list[Problem]) -> str | None:
        if empty and isinstance(node, Scalar) and not node.text.strip():
            return ""
        value = _checked(node, key, problems)
        if value is not None and re.search(r"[?#]|^mailto:", value):
            message = say("paths cannot be put behind {address}", address=shown(value))
            problems.append(node.place.wrong(message, say("a base address ends with '/', without '?', '#' or mailto:")))
        return value if value is None or value.endswith("/") else f"{value}/"

    return Kind(read, _BASE_SCHEMA)


def _checked(node: Node, key: Key, problems: list[Problem]) -> str | None:
    found = scalar(node, key, problems)
    if found is None:
        return None
    value = found.text.strip()
    if not value:
        problems.append(node.place.wrong(say("{key!r} is empty", key=key.name), key.hint))
    elif len(value) > MAX_CHARACTERS:
        message = say(
            "the address {address} has more than {most} characters", address=shown(value), most=MAX_CHARACTERS
        )
        problems.append(node.place.wrong(message, say("use a shorter address of the same page")))
    elif wrong := fault(value):
        problems.append(node.place.wrong(*wrong))
    else:
        return value
    return None
