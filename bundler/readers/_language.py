"""Which language a page is in: what it says of itself, else the letters and the small words it is written with.

Scripts are counted first, each letter by how much it says: a Han character stands for three Latin letters. Within a
script decide the letters that only one language writes, for Latin the small words; where nothing decides, Han is
zh-Hans, Arabic ar, Cyrillic ru, Latin en, and so is a text without letters. Addresses do not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice

from bundler.model import Block
from bundler.walk import every_block, line_text, lines

SAMPLE = 5_000
"""Characters that are looked at."""

_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")
_SCRIPTS: tuple[tuple[str, str, float], ...] = (
    ("han", "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff", 3),
    ("kana", "\u3041-\u30ff\uff66-\uff9d", 2),
    ("ko", "\uac00-\ud7a3", 2.5),
    ("arabic", "\u0620-\u064a\u066e-\u06d3\u06d5\u0750-\u077f", 1.2),
    ("cyrillic", "\u0400-\u052f", 1),
    ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff", 1),
    ("bo", "\u0f40-\u0fbc", 1),
    ("my", "\u1000-\u104f", 1),
    ("th", "\u0e01-\u0e4e", 1),
    ("lo", "\u0e81-\u0ecd", 1),
    ("km", "\u1780-\u17d3", 1),
    ("hi", "\u0904-\u0963", 1),
    ("bn", "\u0980-\u09fe", 1),
    ("ta", "\u0b82-\u0bd7", 1),
    ("he", "\u05d0-\u05ea", 1),
    ("el", "\u0370-\u03ff\u1f00-\u1fff", 1),
    ("hy", "\u0531-\u0587", 1),
    ("ka", "\u10a0-\u10ff", 1),
    ("mn-Mong", "\u1820-\u1878", 1),
)
"""Scripts by the one language that we know in them, or by a name where letters must decide; what a letter weighs."""
_LETTERS = tuple((name, re.compile(f"[{letters}]"), weight) for name, letters, weight in _SCRIPTS)

_KANA_SHARE = 0.1
"""Of Han and kana: Chinese quotes Japanese names, Japanese never does without kana for long."""
_SIMPLIFIED = re.compile(
    "[这个们来为国说时会对过经学现当没动进样开实军无长机关点业将两间问战头体见产话给门东声员论处义认条气题尔变总电数报结务场计华资队马书则听达"
    "难权设类记据边张该规万觉领术传师观让识带导争运读语译编码简网络测试链维谁从还发应车几亲爱钱钟银铁飞鱼鸟龙广厂儿岁卖买县乡单压医历叶响图团圆"
    "坏块备够夺妇孙宁宝审宪宽宾岛币帮庆废库异弃弹录忆怀态恶悬惊惧愿护担择损换摄敌断旧显请谈课调证评词诉误详诚谢谣输轮转轻较载环疗盐确]",
)
_TRADITIONAL = re.compile(
    "[這個們來為國說時會對過經學現當沒動進樣開實軍無長機關點業將兩間問戰頭體見產話給門東聲員論處義認條氣題爾變總電數報結務場計華資隊馬書則聽達"
    "難權設類記據邊張該規萬覺領術傳師觀讓識帶導爭運讀語譯編碼簡網絡測試鏈維誰從還發應車幾親愛錢鐘銀鐵飛魚鳥龍廣廠兒歲賣買縣鄉單壓醫歷葉響圖團圓"
    "壞塊備夠奪婦孫寧寶審憲寬賓島幣幫慶廢庫異棄彈錄憶懷態惡懸驚懼願護擔擇損換攝敵斷舊顯請談課調證評詞訴誤詳誠謝謠輸輪轉輕較載環療鹽確]",
)
_OWN: Mapping[str, tuple[tuple[str, str], ...]] = {
    "arabic": (
        ("ug", "ۈڭۋ"), ("ckb", "ێڵڕ"), ("ps", "ړښځۍټډڼې"), ("ur", "ےںٹڈڑہ"), ("fa", "پچژگکی"),
    ),
    "cyrillic": (
        ("be", "ў"), ("uk", "їєґ"), ("kk", "әғқұһ"), ("tg", "ӣӯҷҳ"), ("sr", "ђћ"), ("mk", "ѓќѕ"), ("ky", "ң"),
        ("mn", "өү"), ("uk", "і"),
    ),
    "latin": (
        ("vi", "ảạấầẩẫậắằẳẵặẻẽẹếềểễệỉĩịỏọốồổỗộớờởỡợủũụứừửữựỷỹỵơư"), ("az", "ə"), ("tr", "ğı"),
        ("pl", "łżśźń"), ("cs", "ěřů"), ("ro", "țșţ"), ("hu", "őű"),
    ),
}  # fmt: skip
"""Letters that no other language of the script writes, the surest first."""
_OFTEN = 0.005
"""Of all letters: a foreign name brings a few foreign letters, a language brings many."""
_RUSSIAN, _BULGARIAN = re.compile("[ыэё]"), re.compile("ъ")
_WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the of and to in is that for it with as was on are this be by have from not you they which at or an",
        "es": "el la los las de que y en un una por con para del se es su lo como más al pero sus ha muy",
        "fr": "le la les des et est une dans que qui pour pas sur du au avec ce il ne se sont plus aux",
        "de": "der die das und ist nicht ein eine den von mit zu auf für im des dem sich auch werden oder",
        "pt": "o os as de que e do da em um uma para com não no na dos por mais como ao foi são",
        "it": "il lo la gli che di è non un una per con del della sono le nel anche dei alla più",
        "nl": "de het een van en is dat niet op te zijn met voor aan ook er maar bij naar wordt",
        "id": "yang dan di dengan untuk dari pada ini itu tidak adalah akan oleh atau juga dalam tersebut",
        "tr": "ve bir bu için ile da de çok daha olarak olan gibi ne ama var değil kadar sonra",
        "pl": "i w na nie się z do jest że to jak o po dla za są przez",
        "cs": "a je se na že v to ne s z do si jako pro ale by jsou",
        "sv": "och att det som en på är av för med inte till den har om ett var",
        "ro": "și în de la cu este nu un o pe care din mai sunt pentru",
        "hu": "a az és hogy nem is egy van meg volt ez csak de mint",
        "uz": "va bilan uchun bu bir ham edi deb emas yoki lekin",
    }.items()
}
_WORD = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_].*)?")
_WRITTEN = {
    "han": ("zh", "yue", "ja"),
    "hangul": ("ko",),
    "arabic": ("ar", "ckb", "fa", "ps", "ug", "ur"),
    "cyrillic": ("be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "uk"),
    **{code: (code,) for code in ("bo", "my", "th", "lo", "km", "hi", "bn", "ta", "he", "el", "hy", "ka")},
}
"""The letters that a language is written with; the rest is Latin."""
_CODES = re.compile(
    "ar|az|be|bg|bn|bo|ca|ckb|cs|da|de|el|en|eo|es|et|fa|fi|fr|he|hi|hr|hu|hy|id|it|ja|ka|kk|km|ko|ky|lo|lt|lv|"
    "mk|mn|ms|my|ne|nl|no|pa|pl|ps|pt|ro|ru|sk|sl|sq|sr|sv|sw|ta|te|tg|th|tl|tr|ug|uk|ur|uz|vi|yue|zh",
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
    return _script(code) == _script(guessed)


def _script(code: str) -> str:
    primary = code.partition("-")[0]
    return next((script for script, codes in _WRITTEN.items() if primary in codes), "latin")


def of(title: str, blocks: Iterable[Block]) -> str:
    """Return the language of an article: of its title and as much of its text as the sample holds."""
    said = [title]
    size = len(title)
    for block in every_block(blocks):
        if size >= SAMPLE:
            break
        found = [line_text(line) for line in lines(block)]
        said += found
        size += sum(map(len, found))
    return guess("\n".join(said))


def guess(text: str) -> str:
    """Return the language of a text; en where it has no letters."""
    sample = _ADDRESS.sub(" ", text[: 2 * SAMPLE])[:SAMPLE].lower()
    tally = Counter(sample)
    counts = {name: weight * _times(letters, tally) for name, letters, weight in _LETTERS}
    counts["han"] += counts["kana"]
    best = max(counts, key=lambda name: counts[name])
    if not counts[best]:
        return "en"
    match best:
        case "han" | "kana":
            return "ja" if counts["kana"] > _KANA_SHARE * counts["han"] else _chinese(tally)
        case "arabic" | "cyrillic" | "latin":
            return _own(sample, best, counts[best]) or _common(sample, best)
        case _:
            return best


def _chinese(tally: Counter[str]) -> str:
    """Tell Traditional from Simplified by the characters that only one of them writes; zh-Hans where it has none."""
    return "zh-Hant" if _times(_TRADITIONAL, tally) > _times(_SIMPLIFIED, tally) else "zh-Hans"


def _times(letters: re.Pattern[str], tally: Counter[str]) -> int:
    """Count letters in a text whose characters are counted: it holds few different ones."""
    return sum(map(tally.__getitem__, letters.findall("".join(tally))))


def _own(sample: str, script: str, count: float) -> str:
    """Name the language whose own letters stand in a text often enough."""
    found = ((code, sum(map(sample.count, letters))) for code, letters in _OWN[script])
    return next((code for code, times in found if times and times >= _OFTEN * count), "")


def _common(sample: str, script: str) -> str:
    """Name the language that a script stands for where no letter decides; for Latin the small words do."""
    if script == "arabic":
        return "ar"
    if script == "cyrillic":
        return "bg" if _BULGARIAN.search(sample) and not _RUSSIAN.search(sample) else "ru"
    said = Counter(islice((found[0] for found in _WORD.finditer(sample)), SAMPLE))
    counts = {code: sum(said[word] for word in known_words & said.keys()) for code, known_words in _WORDS.items()}
    return max(counts, key=lambda code: counts[code])
