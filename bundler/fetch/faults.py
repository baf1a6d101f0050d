"""What can go wrong with one address: never an end of everything, so it is no error of the command line's."""

from __future__ import annotations

_OURS = frozenset(("host-not-agreed", "host-skipped", "proxy-failed"))
"""Codes that say something of this run or of the proxy, and nothing of the address."""


class NetError(Exception):
    """One address gave nothing: `code` names the reason (explained as the codes of Notes are), `detail` the subject.

    `again` says whether another try may go better: a broken connection, not a rule.
    """

    def __init__(self, code: str, detail: str = "", *, again: bool = False) -> None:
        """Keep the three."""
        super().__init__(f"{code}: {detail}")
        self.code, self.detail, self.again = code, detail, again

    @property
    def ours(self) -> bool:
        """Say whether the address was never asked: then nothing is remembered against it."""
        return self.code in _OURS
