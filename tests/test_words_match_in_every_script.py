"""Words are found however they are typed: Han as substrings, other scripts as whole words, adornments ignored."""

import subprocess
import sys

import pytest

from bundler.words import fold, fold_lines, stands, word

FOUND = {
    "simplified in traditional": ("经济", "臺灣的經濟危機"),
    "traditional in simplified": ("經濟", "中国经济"),
    "han inside a longer word": ("审查", "网络审查制度"),
    "one han character": ("网", "上网"),
    "han across a line break": ("防火墙", "防火\n墙"),
    "full width": ("5G", "５Ｇ網絡"),
    "mixed word": ("5G网络", "使用 ５Ｇ網絡 的人"),
    "latin beside han": ("5g", "使用5G网络"),
    "case": ("КАК", "как это сделать"),
    "cyrillic word": ("права", "Знай свои права!"),
    "cyrillic ё": ("еще", "Ещё раз"),
    "phrase": ("права человека", "«Права  человека»"),
    "phrase joined by a hyphen": ("human rights", "a human-rights lawyer"),
    "word after a longer one": ("art", "a party for art"),
    "possessive": ("China", "China’s rivers"),
    "arabic without vowel signs": ("حرية", "حُرِّيَّة التعبير"),
    "arabic stretched": ("سلام", "ســـلام"),
    "persian in arabic letters": ("کتابی", "كتابي خواندم"),
    "persian joined": ("می‌خواهم", "من میخواهم بروم"),
    "digits of another script": ("2021", "سال ۲۰۲۱"),
    "hidden characters inside": ("search", "sea\u200brch"),
    "soft hyphen": ("Nachrichten", "Nach\u00adrichten"),
    "sharp s": ("STRASSE", "Straße"),
    "kana": ("ニュース", "朝のﾆｭｰｽ番組"),
    "thai": ("ข่าว", "อ่านข่าววันนี้"),
    "signs at its end": ("C++", "I write C++."),
    "an emoji": ("📚", "books📚here"),
}
NOT_FOUND = {
    "part of a latin word": ("art", "a party"),
    "beginning of a cyrillic word": ("прав", "права человека"),
    "beginning of an arabic word": ("حري", "حرية"),
    "beginning of a persian word": ("کتاب", "کتاب‌ها"),
    "words in another order": ("rights human", "human rights"),
    "other han": ("经济", "经营"),
    "digits inside a number": ("202", "in 2021"),
    "nothing but ignored characters": ("\u200c\u0640", "anything"),
    "a letter with its mark": ("e", "e\u0301cole"),
}


@pytest.mark.parametrize(("sought", "text"), FOUND.values(), ids=FOUND)
def test_found(sought, text):
    assert stands(word(sought), fold(text))


@pytest.mark.parametrize(("sought", "text"), NOT_FOUND.values(), ids=NOT_FOUND)
def test_not_found(sought, text):
    assert not stands(word(sought), fold(text))


def test_a_word_does_not_cross_lines_that_stand_apart():
    text = fold_lines("自由之城\n市民大会, human\nrights")
    assert not stands(word("城市"), text)
    assert not stands(word("human rights"), text)
    assert stands(word("自由"), text)


def test_folding_is_settled():
    for text in ("ＡＢＣ 經濟 Straße", "حُرِّيَّة", "İstanbul", "Ǆ ŉ ﬁ"):
        assert fold(fold(text)) == fold(text)


def test_a_character_folds_alone_as_in_a_text():
    assert fold("乾隆") == fold("乾") + fold("隆")


def test_words_without_han_do_not_load_the_converter():
    program = "import sys; from bundler.words import fold; fold('Ещё раз, again'); sys.exit('opencc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
