"""Which language a page is in: what it says of itself, else the letters it is written with."""

from __future__ import annotations

import re

_SAMPLE = 5_000
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3]")
_PERSIAN = re.compile(r"[پچژگکی]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_SIMPLIFIED = frozenset(
    "这个们来为国说时会对过经学现当没动进样开实军无长机关点业将两间问战头体见产话内给门东声员论处义认条气"
    "题尔别变总电数报结务场计资华区队决马书则听达强难权设记类据边张该规万觉术领传师观让识带导争运读语译编"
    "码简网络测试链维",
)
_TRADITIONAL = frozenset(
    "這個們來爲國說時會對過經學現當沒動進樣開實軍無長機關點業將兩間問戰頭體見產話內給門東聲員論處義認條氣"
    "題爾別變總電數報結務場計資華區隊決馬書則聽達強難權設記類據邊張該規萬覺術領傳師觀讓識帶導爭運讀語譯編"
    "碼簡網絡測試鏈維",
)
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_].*)?")
_LETTERS = {
    "han": ("zh", "yue", "ja"),
    "hangul": ("ko",),
    "arabic": ("ar", "fa", "ps", "ug", "ur"),
    "cyrillic": ("be", "bg", "kk", "ky", "mn", "ru", "sr", "uk"),
}
_CODES = re.compile(
    "ar|az|be|bg|bn|bo|ca|cs|da|de|el|en|eo|es|et|fa|fi|fr|he|hi|hr|hu|hy|id|it|ja|ka|kk|km|ko|ky|lo|lt|lv|"
    "mn|ms|my|ne|nl|no|pa|pl|ps|pt|ro|ru|sk|sl|sq|sr|sv|sw|ta|te|th|tl|tr|ug|uk|ur|uz|vi|yue|zh",
)


def known(written: str) -> str:
    """Return a language as BCP 47 has it, Chinese by its script; nothing for Chinese of no script, or no language."""
    found = _TAG.fullmatch(written.strip())
    if found is None:
        return ""
    code, script, region = found[1].lower(), (found[2] or "").title(), (found[3] or "").upper()
    code = {"cn": "zh", "chs": "zh", "cht": "zh", "tw": "zh"}.get(code, code)
    if code == "zh":
        if found[1].lower() in ("tw", "cht"):
            return "zh-Hant"
        if found[1].lower() in ("cn", "chs"):
            return "zh-Hans"
        by_region = {"CN": "Hans", "SG": "Hans", "MY": "Hans", "TW": "Hant", "HK": "Hant", "MO": "Hant"}
        script = script or by_region.get(region, "")
        return f"zh-{script}" if script else ""
    if _CODES.fullmatch(code) is None:
        return ""
    return "-".join(part for part in (code, script, region) if part)


def is_code(name: str) -> bool:
    """Say whether a folder's or file's name is the code of a language (`en`, `zh-tw`)."""
    found = _TAG.fullmatch(name)
    return found is not None and _CODES.fullmatch(found[1].lower()) is not None


def alike(code: str, guessed: str) -> bool:
    """Say whether two languages are written with the same letters: a folder called `it` makes no Chinese Italian."""
    return _letters(code) == _letters(guessed)


def _letters(code: str) -> str:
    primary = code.partition("-")[0]
    return next((letters for letters, codes in _LETTERS.items() if primary in codes), "latin")


def guess(text: str) -> str:
    """Guess a language from the letters: zh-Hans, zh-Hant, ja, ko, fa, ar, ru or en."""
    sample = text[:_SAMPLE]
    counts = {
        "zh": 2 * len(_HAN.findall(sample)),
        "ja": 4 * len(_KANA.findall(sample)),
        "ko": 2 * len(_HANGUL.findall(sample)),
        "ar": len(_ARABIC.findall(sample)),
        "ru": len(_CYRILLIC.findall(sample)),
        "en": len(_LATIN.findall(sample)),
    }
    best = max(counts, key=lambda code: counts[code])
    if not counts[best]:
        return "en"
    if best == "zh":
        return _chinese(sample)
    return "fa" if best == "ar" and _PERSIAN.search(sample) else best


def _chinese(sample: str) -> str:
    simplified = sum(char in _SIMPLIFIED for char in sample)
    traditional = sum(char in _TRADITIONAL for char in sample)
    return "zh-Hant" if traditional > simplified else "zh-Hans"
