"""Arguments that are words, paths or switches, read as they stand: what typer checks with takes 0.1 s to import."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Typers: TypeAlias = Any
"""An object of typer's; it types few of them for others."""


@dataclass(frozen=True, slots=True)
class Plain:
    """Reads the value of one parameter; what it cannot is typer's to read, and to complain about."""

    kind: type

    def coerce(self, value: Any, param: Typers, ctx: Typers) -> Any:
        """Return the value as the command wants it."""
        if value is None or (self.kind in (str, bool) and type(value) is self.kind):
            return value
        if self.kind is Path and isinstance(value, str | Path) and _fine(value):
            return Path(value)
        from typer import _coercion  # noqa: PLC0415 - only a value that is not plain needs it

        return _coercion.build_runtime_param(param.type_descriptor).coerce(value, param=param, ctx=ctx)


def _fine(path: str | Path) -> bool:
    """Say whether typer would have nothing against a path."""
    return "\0" not in os.fspath(path)


def plain(parameter: Typers) -> None:
    """Let us read the values of a parameter where they are plain, and typer would check nothing that we do not.

    Whether a file can be read is said by what reads it, with the file's place and the exit code of its kind.
    """
    kind, checks = parameter.type_descriptor.annotation, parameter.type_descriptor.parameter_info
    checks.readable = False
    one = parameter.nargs == 1 and not parameter.multiple
    special = checks.parser or checks.exists or checks.resolve_path or checks.writable
    if one and not special and kind in (str, bool, Path):
        parameter._runtime_param = Plain(kind)  # noqa: SLF001 - typer has no door for it
