"""Options of the test suite."""

from __future__ import annotations

import pytest

from bundler.cli import speech


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--accept`: write what came out as the new golden files, to be reviewed as a change; and `--every-fault`."""
    parser.addoption("--accept", action="store_true", help="rewrite the golden files with what came out")
    parser.addoption("--every-fault", action="store_true", help="break every step in every way: `make test-faults`")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of bytes by its place: a compressor writes the clock, and the lists of two workers would differ."""
    return argname if isinstance(val, bytes) and not val[:32].decode("latin-1").isprintable() else None


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Say whether golden files are to be rewritten."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(scope="session")
def every_fault(request: pytest.FixtureRequest) -> bool:
    """Say whether every step is to be broken in every way, which takes minutes."""
    return bool(request.config.getoption("--every-fault"))


@pytest.fixture(autouse=True)
def english() -> None:
    """Let each test begin in English: a command that ran in this process may have chosen another language."""
    speech.use("en")
