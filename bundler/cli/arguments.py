"""What must be known of the arguments before they are parsed: the language, and options that may stand anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_ANYWHERE = ("--home", "--lang")
_CHINESE = ("zh", "chinese")


def hoist(argv: Sequence[str]) -> tuple[list[str], bool]:
    """Move the options that belong to every command to the front; return them all and whether --debug is there."""
    front: list[str] = []
    rest: list[str] = []
    debug = False
    words = iter(argv)
    for word in words:
        name = word.partition("=")[0]
        if word == "--":
            rest += [word, *words]
        elif word == "--debug":
            debug = True
        elif name in _ANYWHERE:
            front.append(word)
            if "=" not in word:
                front += [value for value in [next(words, None)] if value is not None]
        else:
            rest.append(word)
    return [*front, *rest], debug


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the language of messages: --lang, else LC_ALL, LC_MESSAGES or LANG, else English."""
    for place, word in enumerate(arguments):
        if word == "--lang":
            return _known("".join(arguments[place + 1 : place + 2]))
        if word.startswith("--lang="):
            return _known(word.partition("=")[2])
    given = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return _known(next((value for value in given if value), ""))


def is_spoken(name: str) -> bool:
    """Say whether messages are in a language that somebody names."""
    return name.lower().startswith((*_CHINESE, "en"))


def _known(name: str) -> str:
    return "zh-Hans" if name.lower().startswith(_CHINESE) else "en"
