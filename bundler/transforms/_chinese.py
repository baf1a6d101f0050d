"""Which Chinese a language tag means."""

from __future__ import annotations

_REGIONS = {"tw": "zh-TW", "hk": "zh-HK", "mo": "zh-HK", "hant": "zh-Hant"}


def kind(language: str) -> str:
    """Return which Chinese a language tag (BCP 47) means, as `convert` names them; nothing for another language."""
    first, *rest = language.lower().replace("_", "-").split("-")
    if first != "zh":
        return ""
    return next((_REGIONS[part] for part in _REGIONS if part in rest), "zh-Hans")
