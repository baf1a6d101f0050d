"""Options of the test suite."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--accept`: write what came out as the new golden files, to be reviewed as a change."""
    parser.addoption("--accept", action="store_true", help="rewrite the golden files with what came out")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Say whether golden files are to be rewritten."""
    return bool(request.config.getoption("--accept"))
