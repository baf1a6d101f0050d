"""Messages and help in the user's language: English templates, translated by a file a language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import yaml

from bundler.errors import Code, Listed, Say, Target
from bundler.theme import assets

LANGUAGES = ("en", "zh-Hans")
_language = ["en"]
_target = [""]


def use(language: str) -> None:
    """Speak this language from now on; it is chosen once, before the first message."""
    _language[0] = language if language in LANGUAGES else "en"


def writes(option: str) -> None:
    """Name from now on this option, or none, in hints that say how to write elsewhere."""
    _target[0] = option


def spoken() -> str:
    """Return the language that is spoken."""
    return _language[0]


def tr(template: str, /, **values: object) -> str:
    """Say a literal English template in the user's language."""
    return told(Say(template, values))


def told(sentence: Say | str) -> str:
    """Say a sentence that another stage made in the user's language."""
    if not isinstance(sentence, Say):
        return sentence
    values = {name: _value(value) for name, value in sentence.values.items()}
    template = _messages(spoken())["messages"].get(sentence.template, sentence.template)
    return str(template.format(**values))


def _value(value: object) -> object:
    match value:
        case Say():
            return told(value)
        case Code():
            return reason(value)
        case Listed():
            return joined(map(str, map(_value, value.parts)))
        case Target():
            return tr(" with {option}", option=_target[0]) if _target[0] else ""
        case _:
            return value


def plural(one: str, other: str, n: int) -> str:
    """Say how many: English has two forms, Chinese one."""
    return tr(one if n == 1 else other, n=n)


def joined(names: Iterable[str]) -> str:
    """Say names one after the other, with the comma between them that the user's language has there."""
    return tr(", ").join(names)


def reason(code: str) -> str:
    """Explain a reason or a Note's code to a person; an unexplained code stands for itself."""
    explained = _messages(spoken())["codes"].get(code) or _messages("en")["codes"].get(code)
    return str(explained or code)


@cache
def _messages(language: str) -> dict[str, Any]:
    path = assets() / "messages" / f"{language}.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
    return {"messages": {}, "codes": {}} | found
