"""The key that seals and signs: refused where it is stopped, opened with its passphrase."""

from __future__ import annotations

from pathlib import Path

from bundler.cli import passphrases
from bundler.cli.speech import tr
from bundler.errors import UsageError, say
from bundler.release import keyring, settings, site
from bundler.release.keyring import Signer


def refuse_stopped(out: Path, said: settings.Settings) -> None:
    """Raise UsageError where the key that would sign is stopped: nobody would trust what it signs."""
    path = site.stop_card(out, keyring.card(said.key).key)
    if path.is_file():
        raise UsageError(
            say("the key {key!r} is stopped by {path!r}", key=str(said.key), path=str(path)),
            hint=say("make a new key, and tell your readers its digits in person"),
        )


def opened(out: Path, said: settings.Settings, file: Path | None, descriptor: int | None) -> Signer:
    """Return the publisher's key, opened. Raises UsageError where it is stopped, missing, or its passphrase is."""
    refuse_stopped(out, said)
    return keyring.open_key(said.key, passphrases.ask(file, descriptor, prompt=tr("passphrase of the key")))
