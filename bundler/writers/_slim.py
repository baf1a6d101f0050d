"""What WeasyPrint draws, said shorter: nothing that is seen or read aloud changes.

Glyphs are bytes instead of hexadecimals; lines widened by one measure are one string with a character spacing (ISO
32000-1, section 9.3.2); a line is placed by its distance from the one before (section 9.4.2); all lines of a structure
element that follow one another are one marked-content sequence (section 14.7.4.2), and text is one text object until
something else is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from statistics import median
from typing import Any

from bundler.writers._syntax import glyphs as string
from bundler.writers._syntax import number, numbers

_SHOWN = re.compile(rb"<([0-9a-f]*)>|(-?[0-9.]+)")
_GLYPH = 2
"""Bytes of a glyph."""
_FEW = 5
"""For so few glyphs a spacing of their own is not worth saying."""
_SLIP = 4
"""Thousandths of an em by which a glyph may stand beside its place."""
_ANYWHERE = frozenset((b"gs", b"rg", b"RG", b"Tr", b"Ts", b"w"))
"""Operators that may stand inside a text object as well (section 8.2, figure 9)."""
_OPAQUE = re.compile(rb"/[aA]1(\.0)? gs")
"""Full opacity, with which every page begins."""
_STATE = re.compile(rb"/\S+ gs")
_SAME_LINE = 0.005
"""CSS pixels between two texts on one line."""
_UPRIGHT = (1.0, 0.0, 0.0, -1.0)
Widths = Mapping[str, Mapping[int, int]]
_DIGITS = {b"cm": 4, b"rg": 3, b"RG": 3}


@dataclass(slots=True)
class Pen:
    """Writes the content of one page; `owners` are the structure elements of the marks as WeasyPrint counts them.

    `widths` are those of each font's glyphs, by its name, in thousandths of an em. In the end `said` is the content,
    `marks` the element of each new mark, `renumbered` the new marks of an old one.
    """

    owners: Sequence[Any] = ()
    widths: Widths = field(default_factory=dict)
    said: list[bytes] = field(default_factory=list)
    marks: list[Any] = field(default_factory=list)
    renumbered: dict[int, list[int]] = field(default_factory=dict)
    _operands: list[Any] = field(default_factory=list)
    _wanted: list[int | None] = field(default_factory=list)
    _open: bool = False
    _inside: bool = False
    _text: bool = False
    _font: bytes = b""
    _spacing: bytes = b"0"
    _row: list[bytearray | int] = field(default_factory=list)
    _start: tuple[float, float] | None = None
    _reached: float | None = None
    _matrix: tuple[float, ...] = ()
    _wished: bytes = b""
    _face: str = ""
    _size: float = 1.0
    _debt: float = 0.0

    def take(self, operators: Iterable[Any]) -> None:
        """Write operators as pydyf lists them, and close what they leave open."""
        listed = list(operators)
        states = {one for one in listed if isinstance(one, bytes) and _STATE.fullmatch(one)}
        opaque = all(map(_OPAQUE.fullmatch, states))
        for operator in listed:
            if not isinstance(operator, bytes):
                self._operands.append(operator)
            elif not (opaque and operator in states):
                self._take(operator, operator.rpartition(b" ")[2])
        self._leave_text()
        self._leave_mark()
        self.said[:] = _scaled(self.said)

    def _take(self, operator: bytes, kind: bytes) -> None:
        match kind:
            case b"BDC" | b"BMC":
                self._mark()
            case b"EMC":
                self._unmark()
            case b"BT" | b"ET":
                pass  # a text object begins with its first glyph and ends where something else is drawn
            case b"Tm":
                self._matrix = tuple(map(float, operator.split()[:-1]))
            case b"Tf":
                name, size, _ = operator.split()
                self._wished, self._size = name + b" " + number(float(size), 3) + b" Tf", float(size)
                self._face = name[1:].decode()
            case b"TJ":
                self._show(operator)
            case _ if kind in _ANYWHERE:
                self._say(_rounded(operator, kind))
            case _:
                self._leave_text()
                self._begin()
                self._say(_rounded(operator, kind))

    def _say(self, operator: bytes) -> None:
        """Write an operator after the glyphs that wait."""
        if self._row:
            said = [b"%d" % part if isinstance(part, int) else string(bytes(part)) for part in self._row]
            self.said.append(said[0] + b"Tj" if len(said) == 1 else b"[" + b"".join(said) + b"]TJ")
            self._row.clear()
        self.said.append(operator)

    def _mark(self) -> None:
        tag, *properties = self._operands
        self._operands.clear()
        if properties:
            self._wanted.append(properties[0]["MCID"])
            return
        self._leave_text()
        self._leave_mark()
        self._wanted.append(None)
        self._say(tag.encode() + b" BMC")

    def _unmark(self) -> None:
        if self._wanted.pop() is None:
            self._leave_text()
            self._say(b"EMC")

    def _begin(self) -> None:
        """Open the mark in which the next thing stands, unless it is open already."""
        old = self._wanted[-1] if self._wanted else None
        if old is None:
            self._leave_mark()
            return
        owner = self.owners[old]
        if not (self._open and self.marks[-1] == owner and self._inside == self._text):
            self._leave_mark()
            self._say(b"/Span<</MCID %d>>BDC" % len(self.marks))
            self.marks.append(owner)
            self._open, self._inside = True, self._text
        new = self.renumbered.setdefault(old, [])
        if len(self.marks) - 1 not in new:
            new.append(len(self.marks) - 1)

    def _leave_mark(self) -> None:
        if self._open:
            self._say(b"EMC")
            self._open = False

    def _leave_text(self) -> None:
        if not self._text:
            return
        if self._inside:
            self._leave_mark()
        if self._spacing != b"0":
            self._say(b"0 Tc")
        self._say(b"ET")
        self._text = False

    def _show(self, operator: bytes) -> None:
        """Show glyphs: what most steps between them have in common is a character spacing."""
        first, glyphs, steps = _glyphs(operator)
        if not glyphs:
            return
        if not self._text:
            self._leave_mark()
            self._say(b"BT")
            self._text, self._font, self._spacing, self._start, self._reached = True, b"", b"0", None, None
        self._begin()
        self._go()
        if self._wished != self._font:
            self._font = self._wished
            self._say(self._font)
        spacing = self._spaced(steps)
        if spacing != self._spacing:
            self._spacing = spacing
            self._say(spacing + b" Tc")
        common = -float(self._spacing) * 1000 / self._size
        self._add(first, glyphs, [step - common for step in steps])
        self._reach(first, glyphs, steps)

    def _spaced(self, steps: list[float]) -> bytes:
        """Return the character spacing for such steps: the one there is, where another would not pay."""
        between = steps[:-1]
        common = -float(self._spacing) * 1000 / self._size
        slips = list(accumulate(step - common for step in between))
        if all(abs(slip) < _SLIP for slip in slips):
            return self._spacing
        return number(-median(between) * self._size / 1000, 3) if len(steps) > _FEW else b"0"

    def _go(self) -> None:
        """Move to where a text begins: on the same line by a step, to another one from the beginning of this one."""
        if not self._matrix:
            return
        *turn, x, y = self._matrix
        self._matrix = ()
        upright = tuple(turn) == _UPRIGHT
        if upright and self._start and self._reached is not None and abs(self._start[1] - y) < _SAME_LINE:
            self._debt -= (x - self._reached) * 1000 / self._size
            self._reached = x
            return
        x, y, self._debt = round(x, 2), round(y, 2), 0.0
        if upright and self._start:
            self._say(numbers((x - self._start[0], self._start[1] - y)) + b" Td")
        else:
            self._say(numbers((*turn, x, y), 4) + b" Tm")
        self._start, self._reached = ((x, y), x) if upright else (None, None)

    def _reach(self, first: float, glyphs: list[bytes], steps: list[float]) -> None:
        """Remember where the text has come to, if the widths of its glyphs are known."""
        widths = self.widths.get(self._face)
        if widths is None or self._reached is None:
            self._reached = None
            return
        wide = sum(widths.get(int.from_bytes(glyph, "big"), 0) for glyph in glyphs)
        self._reached += (wide - first - sum(steps)) * self._size / 1000

    def _add(self, first: float, glyphs: list[bytes], steps: list[float]) -> None:
        """Add glyphs to those that wait, with the steps that can be seen."""
        debt = self._debt + first
        for glyph, step in zip(glyphs, steps, strict=True):
            if abs(debt) >= _SLIP:
                self._row.append(round(debt))
                debt -= round(debt)
            last = self._row[-1] if self._row else 0
            if isinstance(last, int):
                self._row.append(last := bytearray())
            last += glyph
            debt += step
        self._debt = debt


def balanced(said: Iterable[bytes]) -> list[bytes]:
    """Leave out every `q … Q` that stands alone inside another one."""
    held = list(said)
    opened: list[int] = []
    ends: dict[int, int] = {}
    for place, operator in enumerate(held):
        if operator == b"q":
            opened.append(place)
        elif operator == b"Q":
            ends[opened.pop()] = place
    idle = {start for start, end in ends.items() if ends.get(start - 1) == end + 1}
    dropped = idle | {ends[start] for start in idle}
    return [operator for place, operator in enumerate(held) if place not in dropped]


def _scaled(said: list[bytes]) -> list[bytes]:
    """Say in one matrix that a page is measured in CSS pixels from above, which WeasyPrint says in two."""
    flip, *rest = said[:3] or [b""]
    if rest != [b"q", b".75 0 0 .75 0 0 cm"] or not flip.startswith(b"1 0 0 -1 0 ") or said[-1] != b"Q":
        return said
    return [b".75 0 0 -.75 0 " + flip[11:], *said[3:-1]]


def _rounded(operator: bytes, kind: bytes) -> bytes:
    """Write an operator with as many digits as can be seen."""
    *operands, _ = operator.split() if b"[" not in operator and b"/" not in operator else (operator,)
    if not operands:
        return operator
    values = [float(operand) for operand in operands]
    if kind in (b"rg", b"RG") and len(set(values)) == 1:
        return number(values[0], 3) + (b" g" if kind == b"rg" else b" G")
    return numbers(values, _DIGITS.get(kind, 2)) + b" " + kind


def _glyphs(operator: bytes) -> tuple[float, list[bytes], list[float]]:
    """Return the step to the left before the first glyph, the glyphs, the step after each, in thousandths of an em."""
    first = 0.0
    glyphs: list[bytes] = []
    steps: list[float] = []
    for run, step in _SHOWN.findall(operator):
        if step and steps:
            steps[-1] += float(step)
        elif step:
            first += float(step)
        found = list(_by_glyph(bytes.fromhex(run.decode())))
        glyphs += found
        steps += [0.0] * len(found)
    return first, glyphs, steps


def _by_glyph(run: bytes) -> Iterator[bytes]:
    return (run[at : at + _GLYPH] for at in range(0, len(run), _GLYPH))
