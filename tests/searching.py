"""Searching a page of ours in a real browser: typing words, and what is shown then."""

from __future__ import annotations

import gallery
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from bundler.model import Article

NOWHERE = 9
TITLES = "return [...document.querySelectorAll('#found bdi')].map(title => title.textContent)"
MARKS = "return [...document.querySelectorAll('#found mark')].map(mark => mark.textContent)"
COUNT = "return document.getElementById('count').textContent"


def told(title: str, text: str, path: str = "") -> Article:
    """Make an article of one sentence, whose links would lead nowhere."""
    return gallery.article(path or f"told/{title}", title, "en", "One", gallery.para(text))


def ask(driver: Chrome, words: str) -> list[str]:
    """Type words into the search box and return the titles that are found."""
    box = driver.find_element(By.ID, "search")
    box.clear()
    box.send_keys(words)
    return driver.execute_script(TITLES)
