"""Reading apps, as the message beside the files names them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Phone = Literal["android", "iphone", "old", "computer"]
"""The kinds of device that a reader is advised for."""


@dataclass(frozen=True, slots=True)
class App:
    """A reading app: on which devices, for which formats, and whether what is opened in it stays there.

    `chinese` is its name for readers of Chinese, empty where it is the same. `confirmed` says whether the source says
    so itself, as of the day it was `checked`.
    """

    name: str
    phones: tuple[Phone, ...]
    formats: tuple[str, ...]
    reads: Literal["offline", "uploads"]
    source: str
    checked: dt.date
    chinese: str = ""
    confirmed: bool = False
