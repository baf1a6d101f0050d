"""Bytes of strangers to text: which encoding they are in, and which characters may go on."""

from __future__ import annotations

import re
from collections import Counter

from bundler.model import Note
from bundler.readers import _limits

_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_BINARY = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF-", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"\x7fELF", b"BZh",
    b"\xfd7zXZ", b"7z\xbc\xaf", b"RIFF", b"OggS", b"ID3", b"SQLite format 3", b"\xd0\xcf\x11\xe0", b"Rar!", b"MZ",
    b"\x00\x00\x01\x00", b"wOFF", b"wOF2", b"\xca\xfe\xba\xbe",
)  # fmt: skip
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_.:-]{2,20})""")
_LEGACY = (
    "gb18030", "big5hkscs", "cp932", "euc_jp", "euc_kr", "cp1251", "koi8_r", "cp1256", "cp1252",
    "utf-16-le", "utf-16-be",
)  # fmt: skip
_LATIN_MIXED = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
_MIXED = {
    **dict.fromkeys(("cp1251", "koi8_r", "cp1256"), _LATIN_MIXED),
    "euc_kr": re.compile("[\uac00-\ud7a3][\u4e00-\u9fff]|[\u4e00-\u9fff][\uac00-\ud7a3]"),
}
"""Neighbours that show a wrong reading: Latin letters beside others, and Hangul beside Hanja, as Chinese comes out."""
_SAMPLE = 20_000
_MOSTLY = 0.1
_GOOD = 0.45

_COMMON = frozenset(
    "的一是不了在人有我他这这個个们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里裡"
    "用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實日"
    "军軍者意无無力它与與长長把机機十民第公此已工使情明性知全三又关關点點正业業外将將两兩高间間由问問很最重并並物手应應战戰向头頭文体體政"
    "美相见見被利什二等产產或新己制身果加西斯月话話合回特代内內信表化老给給世位次度门門任常先海通教儿兒原东東声聲提立及比员員解水名真论論"
    "处處走义義各入几幾口认認条條平系气氣题題活尔爾更别別打女变變四神总總何电電数數安少报報才结結反受目太量再感建务務做接必场場件计計管期"
    "市直德资資命山金指克许許统統区區保至队隊形社便空决決治展马馬科司五基眼书書非则則听聽白却卻界达達光放强強即像难難且权權思王象完设設式"
    "色路记記南品住告类類求据據程北边邊死张張该該交规規万萬取拉格望觉覺术術领領共确確传傳师師观觀清今切院让讓识識候带帶导導争爭运運阅閱读"
    "讀语語言译譯编編码碼简簡繁字网網络絡测測试試址链鏈接二维維",
)
_MARKS = frozenset("，。、；：？！“”‘’（）《》「」『』【】—…·　")


def decode(data: bytes) -> tuple[str, tuple[Note, ...]] | Note:
    """Decode a page: byte order mark, UTF-8, then what its characters look like; a declared encoding breaks ties.

    Bytes that no encoding explains become U+FFFD with a note. A binary file comes back as the note that names it.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], codec)
    if data.startswith(_BINARY):
        return Note("binary-file", detail=repr(data[:4])[2:-1])
    if b"\0" in data and (wide := _wide(data)):
        return _decoded(data, wide)
    if _is_binary(data):
        return Note("binary-file", detail="control characters")
    try:
        return data.decode("utf-8"), _misdeclared(data)
    except UnicodeDecodeError as error:
        sample = data[error.start :] if error.start > _SAMPLE else data
        return _decoded(data, _guessed(data, sample[:_SAMPLE]))


def _decoded(data: bytes, codec: str) -> tuple[str, tuple[Note, ...]]:
    notes: tuple[Note, ...] = () if codec == "utf-8" else (Note("encoding-converted", detail=codec),)
    text = data.decode(codec, "replace")
    broken = text.count("\ufffd") - (data.count(b"\xef\xbf\xbd") if codec == "utf-8" else 0)
    if broken > 0:
        notes += (Note("bytes-replaced", detail=f"{broken}"),)
    return text, notes


def _misdeclared(data: bytes) -> tuple[Note, ...]:
    """Say that a declared encoding was not believed: valid UTF-8 is UTF-8, whatever it says."""
    declared = _declaration(data)
    if declared in ("", "utf-8", "utf8", "us-ascii", "ascii") or (data.isascii() and declared != "utf-7"):
        return ()
    return (Note("encoding-ignored", detail=declared),)


def _declaration(data: bytes) -> str:
    head = data[:4096].lower()
    found = _DECLARED.search(head) if b"charset" in head or b"encoding" in head else None
    return found[1].decode("ascii") if found else ""


def _wide(data: bytes) -> str:
    """Name the UTF-16 that bytes with zeros are in, or nothing."""
    even = data[: len(data) // 2 * 2][:_SAMPLE]
    scores = {codec: _score(even, codec) for codec in ("utf-16-le", "utf-16-be")}
    best = max(scores, key=lambda codec: scores[codec])
    return best if scores[best] > _GOOD and _letters(even.decode(best, "replace")) else ""


def _letters(text: str) -> bool:
    """Say whether most characters are ones that people write."""
    plain = sum(1 for char in text if char in "\t\n\r" or char.isprintable())
    return plain > (1 - _MOSTLY) * len(text)


def _is_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    strange = sum(sample.count(byte) for byte in (*range(9), *range(14, 27), *range(28, 32), 127))
    return strange > _MOSTLY * len(sample)


def _guessed(data: bytes, sample: bytes) -> str:
    """Name the encoding whose reading of the bytes looks most like writing; broken UTF-8 stays UTF-8."""
    text = sample.decode("utf-8", "replace")
    sound = sum(1 for char in text if char > "\x7f" and char != "\ufffd")
    if sound > text.count("\ufffd"):
        return "utf-8"
    declared = _declaration(data).replace("gb2312", "gb18030").replace("gbk", "gb18030")
    declared = declared.replace("big5-hkscs", "big5").replace("big5", "big5hkscs").replace("shift_jis", "cp932")
    scores = {codec: _score(sample, codec) + (0.05 if codec == declared else 0) for codec in _LEGACY}
    best = max(scores, key=lambda codec: scores[codec])
    return best if scores[best] > _GOOD else "utf-8"


def _score(sample: bytes, codec: str) -> float:
    """Rate a reading between -1 and about 1: the mean likelihood of its characters outside ASCII."""
    text = sample[: len(sample) // 2 * 2].decode(codec, "replace").removesuffix("\ufffd")
    if codec.startswith("utf-16"):
        counted = [_likely(char) for char in text]
    else:
        counted = [_likely(char) for char in text if char > "\x7f"]
    mixed = len(_MIXED[codec].findall(text)) if codec in _MIXED else 0
    return (sum(counted) - mixed) / len(counted) if counted else 0.0


def _likely(char: str) -> float:
    """Rate one character: frequent in writing 1, possible about 0.4, a sign of a wrong reading below 0."""
    if char in _COMMON or char in _MARKS or "\u3041" <= char <= "\u30ff":
        return 1.0
    if char < "\x80":
        return 0.9 if char.isprintable() or char in "\t\n\r" else -1.0
    if "\u0430" <= char <= "\u044f" or "\u0620" <= char <= "\u064a" or "\uac00" <= char <= "\ud7a3":
        return 0.8
    if "\u0410" <= char <= "\u042f" or char in "ёЁپچژگکی":
        return 0.5
    if "\u00e0" <= char <= "\u00ff":
        return 0.55
    if "\u4e00" <= char <= "\u9fff":
        return 0.35
    if "\uff01" <= char <= "\uff5e" or "\u00a0" <= char <= "\u00df" or "\u2010" <= char <= "\u203a":
        return 0.2
    return -1.0


# -- characters --------------------------------------------------------------------------------------------------

_LINE_ENDS = "\r\x85\u2028\u2029\x0b\x0c"
_DROPPED = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufff9-\ufffc\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
)
_COMBINING = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u0f71-\u0f84\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
MAX_MARKS = 8
_CLOSERS = {"\u202a": "\u202c", "\u202b": "\u202c", **dict.fromkeys("\u2066\u2067\u2068", "\u2069")}
"""Embeddings and isolates, and what ends them (UAX 9, section 2). The overrides U+202D and U+202E are never kept."""
_DIRECTING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HIDING = "\u200b-\u200d\u2060-\u2064\u206a-\u206f\u115f\u1160\u3164\uffa0"
_JOINING = (
    "\u0530-\u08ff\u0900-\u109f\u1780-\u18af\u1900-\u1aad\u1b00-\u1c7f"
    "\ua800-\uabff\ufb1d-\ufdcf\ufe70-\ufefc\U00010a00-\U00011fff"
)
_PICTURED = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_HIDDEN = re.compile(f"[{_HIDING}]")
_INVISIBLE = re.compile(
    f"(?P<one>[\u200b-\u200d](?<=[{_JOINING}].)(?![{_HIDING}])|\u200d(?<=[{_PICTURED}].)(?=[{_PICTURED}])"
    f"|\u200b(?<=[^\\s{_HIDING}]{{{_limits.MAX_WORD}}}.)(?![{_HIDING}]))|[{_HIDING}]+",
)
"""A soft break after MAX_WORD characters is one of `soften`: a page made again from a bundle keeps it. What stands
before a mark is looked at behind the mark: tried first, it would be read again at every character."""
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,8}\U000e007f"
_ODD = re.compile(
    f"(?P<flag>{_FLAG})|(?P<end>\r\n|[{_LINE_ENDS}])|(?P<dropped>[{_DROPPED}])|(?P<lone>[\ud800-\udfff])"
    f"|(?P<kept>[{_COMBINING}]{{{MAX_MARKS}}})(?P<piled>[{_COMBINING}]+)",
)
_SUSPECT = re.compile(f"[{_LINE_ENDS}{_DROPPED}{_COMBINING}\ud800-\udfff]")
_ANY = re.compile(f"[\u202a-\u202e\u2066-\u2069{_HIDING}{_LINE_ENDS}{_DROPPED}{_COMBINING}\ud800-\udfff]")
"""What most texts have nothing of, so that most are looked at once."""
_WORD = re.compile(
    f"[^\\s\u200b\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{{{_limits.MAX_WORD}}}(?=\\S)",
)


def clean(text: str) -> tuple[str, tuple[Note, ...]]:
    """Return text in which every character may stand in XML 1.0 and on a page, and notes of what went.

    Line ends become LF. Controls, noncharacters, byte order marks, annotation and tag characters (outside flag emoji)
    go; lone surrogates become U+FFFD; of combining marks on one base the first 8 stay. Controls of direction stay where
    a line opens and closes them, invisible characters where a script needs them.
    """
    if _ANY.search(text) is None:
        return text, ()
    gone: Counter[str] = Counter()
    if _DIRECTING.search(text) is not None:
        text = "\n".join(_balanced(line, gone) for line in text.split("\n"))
    if _HIDDEN.search(text) is not None:
        text = _INVISIBLE.sub(lambda found: _needed(found, gone), text)
    if _SUSPECT.search(text) is None or _ODD.search(text) is None:
        return text, _told(gone)

    def replaced(found: re.Match[str]) -> str:
        match found.lastgroup:
            case "flag":
                return found[0]
            case "end":
                gone["line-ends-changed"] += found[0] not in ("\r\n", "\x0b", "\x0c")
                return "\n"
            case "lone":
                gone["characters-replaced"] += 1
                return "\ufffd"
            case "piled":
                gone["marks-dropped"] += len(found["piled"])
                return found["kept"]
            case _:
                gone[f"U+{ord(found[0]):04X}"] += 1
                return ""

    return _ODD.sub(replaced, text), _told(gone)


def _balanced(line: str, gone: Counter[str]) -> str:
    """Keep the embeddings and isolates that a line opens and closes; nothing else may turn the text around it."""
    if _DIRECTING.search(line) is None:
        return line
    open_at: list[tuple[int, str]] = []
    kept: set[int] = set()
    for found in _DIRECTING.finditer(line):
        end = _CLOSERS.get(found[0])
        if end:
            open_at.append((found.start(), end))
        elif open_at and open_at[-1][1] == found[0]:
            kept |= {open_at.pop()[0], found.start()}
    whole = _DIRECTING.sub(lambda found: found[0] if found.start() in kept else "", line)
    if len(whole) != len(line):
        gone["direction-controls-dropped"] += len(line) - len(whole)
    return whole


def _needed(found: re.Match[str], gone: Counter[str]) -> str:
    """Keep one joiner or soft break where a script or an emoji needs it; a run of them is a hidden mark."""
    kept = found[0] if found["one"] else ""
    gone["invisible-dropped"] += len(found[0]) - len(kept)
    return kept


def _told(gone: Counter[str]) -> tuple[Note, ...]:
    if not gone:
        return ()
    points = sorted((point, count) for point, count in gone.items() if point.startswith("U+"))
    notes = [Note(code, detail=f"{count}") for code, count in sorted(gone.items()) if count and code[:2] != "U+"]
    if points:
        shown = ", ".join(f"{point} x{count}" for point, count in points[:8])
        notes.insert(0, Note("characters-dropped", detail=shown + (", …" if len(points) > len(points[:8]) else "")))
    return tuple(notes)


def soften(text: str) -> str:
    """Put a soft break (U+200B) after every 500 characters of a word that has no place to break."""
    return _WORD.sub(lambda found: f"{found[0]}\u200b", text) if len(text) > _limits.MAX_WORD else text
