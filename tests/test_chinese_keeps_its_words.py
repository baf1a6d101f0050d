"""One thing has one word in Chinese, in messages, documents, pages and strings, and its signs are Chinese ones."""

import re

import pytest
import yaml
from command import ROOT, bundler

MESSAGES = yaml.safe_load((ROOT / "assets/messages/zh-Hans.yaml").read_text("utf-8"))["messages"]
PLACES = (
    *sorted((ROOT / "assets").glob("*/zh-Hans.yaml")),
    *sorted((ROOT / "docs").glob("*.zh-Hans.md")),
)
OTHERS = {
    "密码短语": "口令",
    "合集": "文集",
    "资料来源": "资料库",
    "归档": "资料库",
    "U 盘": "U盘",
    "构建": "生成",
    "备注": "附注",
    "公钥对": "密钥",
    "检验": "核对",
    "中文字体": "简体、繁体",
    "张图片": "幅图片",
}
"""Words that say what another word says everywhere else."""


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_second_word_for_the_same_thing(path):
    text = path.read_text("utf-8")
    assert {word: own for word, own in OTHERS.items() if word in text} == {}


def test_a_password_is_that_of_a_network():
    assert [text for english, text in MESSAGES.items() if "密码" in text and "password" not in english] == []


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_readers_are_addressed_politely(path):
    assert [line for line in path.read_text("utf-8").splitlines() if "你" in line.replace("你们", "")] == []


def test_signs_between_han_characters_are_chinese():
    assert [text for text in MESSAGES.values() if re.search("[\u4e00-\u9fff][,;:?!][ \u4e00-\u9fff]", text)] == []


@pytest.mark.slow
def test_the_role_of_a_key_is_said_in_chinese(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("1234")
    made = bundler("--lang", "zh", "keys", "new", tmp_path / "k", "--role", "robot", "--passphrase-file", secret,
                   home=tmp_path)  # fmt: skip
    assert "机器（robot）" in made.out, made.err
    assert "角色：机器（robot）" in bundler("--lang", "zh", "keys", "show", tmp_path / "k", home=tmp_path).out
