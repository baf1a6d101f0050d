"""Languages are told by their letters and small words, also where a text quotes another language."""

import pytest
from parts import ROOT, corpus

from bundler import readers
from bundler.folder import open_folder
from bundler.model import Link, Paragraph, Text, Url
from bundler.readers import _language

SAID = {
    "zh-Hans": "昨天夜里下了很大的雨，河边的人们把东西搬到楼上，孩子们觉得这样很好玩。",
    "zh-Hant": "昨天夜裡下了很大的雨，河邊的人們把東西搬到樓上，孩子們覺得這樣很好玩。",
    "ja": "昨夜は大雨が降り、川沿いの人々は荷物を二階へ運んだ。子供たちはそれを楽しんでいた。",
    "ko": "어젯밤에 비가 많이 와서 강가의 사람들이 짐을 위층으로 옮겼다.",
    "en": "It rained hard last night, and the people by the river carried their things upstairs.",
    "es": "Anoche llovió mucho y la gente que vive junto al río subió sus cosas a la planta de arriba.",
    "fr": "Il a beaucoup plu cette nuit, et les gens du bord de la rivière ont monté leurs affaires à l'étage.",
    "de": "Heute Nacht hat es stark geregnet, und die Leute am Fluss haben ihre Sachen nach oben getragen.",
    "pt": "Choveu muito esta noite e as pessoas da beira do rio levaram as suas coisas para o andar de cima.",
    "it": "Stanotte ha piovuto molto e la gente che vive lungo il fiume ha portato le sue cose al piano di sopra.",
    "nl": "Het heeft vannacht hard geregend en de mensen aan de rivier brachten hun spullen naar boven.",
    "id": "Tadi malam hujan sangat deras dan orang-orang di tepi sungai memindahkan barang ke lantai atas.",
    "tr": "Dün gece çok yağmur yağdı ve nehir kıyısında oturanlar eşyalarını yukarı kata taşıdı.",
    "vi": "Đêm qua mưa rất to, những người sống bên sông đã mang đồ đạc lên tầng trên.",
    "ru": "Ночью прошёл сильный дождь, и люди у реки перенесли свои вещи на второй этаж.",
    "uk": "Уночі пройшов сильний дощ, і люди біля річки перенесли свої речі на другий поверх.",
    "kk": "Түнде қатты жаңбыр жауып, өзен жағасындағы адамдар заттарын жоғарғы қабатқа көшірді.",
    "ar": "هطل المطر بغزارة ليلة أمس، فحمل الناس عند النهر أمتعتهم إلى الطابق العلوي.",
    "fa": "دیشب باران زیادی بارید و مردم کنار رودخانه وسایل خود را به طبقهٔ بالا بردند، چون آب می‌آمد.",
    "ug": "تۈنۈگۈن كېچىدە قاتتىق يامغۇر ياغدى، دەريا بويىدىكى كىشىلەر نەرسىلىرىنى ئۈستۈنكى قەۋەتكە توشۇدى.",
    "ur": "کل رات بہت بارش ہوئی اور دریا کے کنارے رہنے والے لوگ اپنا سامان اوپر لے گئے۔",
    "bo": "མདང་དགོང་ཆར་པ་ཆེན་པོ་བབས་པས་ཆུ་འགྲམ་གྱི་མི་ཚོས་ཅ་ལག་ཚང་མ་ཐོག་ཁར་བསྐྱལ་པ་རེད།",
    "my": "မနေ့ညက မိုးအရမ်းရွာလို့ မြစ်ကမ်းနားက လူတွေ ပစ္စည်းတွေကို အပေါ်ထပ်တင်ကြတယ်။",
    "th": "เมื่อคืนฝนตกหนักมาก ผู้คนริมแม่น้ำจึงขนของขึ้นไปชั้นบน",
}


@pytest.mark.parametrize("code", SAID)
def test_a_sentence_is_enough(code):
    assert _language.guess(SAID[code]) == code


@pytest.mark.parametrize("code", SAID)
def test_a_quotation_and_an_address_change_nothing(code):
    quoted = SAID["en"] if code not in ("en", "es", "fr", "de", "pt", "it", "nl", "id") else SAID["zh-Hans"][:12]
    text = f"{SAID[code]} {SAID[code]} {quoted} https://news.example/the-rain-and-the-river-in-the-night/of-it"
    assert _language.guess(text * 3) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "en"),
        ("2020 — 12", "en"),
        ("中文", "zh-Hans"),
        ("電", "zh-Hant"),
        ("Ок", "ru"),
        ("سلام", "ar"),
        ("かな", "ja"),
    ],
)
def test_what_says_too_little_falls_to_the_script(text, code):
    assert _language.guess(text) == code


def test_a_foreign_name_makes_no_foreign_text():
    assert _language.guess(SAID["en"] * 20 + " Erdoğan said so.") == "en"
    assert _language.guess(SAID["zh-Hans"] * 5 + "她在《さくら》里演过。") == "zh-Hans"


def test_the_text_of_links_counts_and_the_title_too():
    link = Link((Text(SAID["ru"]),), Url("https://news.example/the-and-of"))
    assert _language.of("Rain", (Paragraph((link,)),)) == "ru"
    assert _language.of(SAID["vi"], ()) == "vi"


@pytest.mark.parametrize("name", ["sample", "tests/mirror", "mirror", "mirror-2018"])
def test_articles_of_whole_archives_are_in_the_language_they_say(name):
    folder = {"sample": ROOT / "assets/sample", "tests/mirror": ROOT / name}.get(name) or corpus(name)
    tree = open_folder(folder)
    reader = readers.reader(readers.recognize(tree))
    read = [reader.load(tree, path, "x").article for path in reader.scan(tree).pages]
    found = [(one.entry.id, one.entry.language, _language.of(one.entry.title, one.blocks)) for one in read if one]
    assert [one for one in found if one[1] != one[2]] == []
    if name.startswith("mirror"):
        assert {said for _, said, _ in found} == {"zh-Hans"}
