"""Units that run a release every night, for systemd, cron and a host of Git repositories."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

HOUR, MINUTE = 3, 17
"""When the night's release begins, before its random delay."""
DELAY_MINUTES = 120
"""Spread over two hours: a release that is always on the minute tells whose machine made it."""


def systemd(folder: Path, secret: Path, command: str) -> str:
    """Return a service and a timer (systemd.timer(5)), with the commands that put them in force."""
    return f"""# ~/.config/systemd/user/bundler-release.service
[Unit]
Description=Release the editions that are due

[Service]
Type=oneshot
WorkingDirectory={_unit(folder)}
LoadCredential=passphrase:{_unit(secret)}
ExecStart={command} release --quiet --passphrase-file %d/passphrase
PrivateNetwork=yes
NoNewPrivileges=yes
UMask=0077

# ~/.config/systemd/user/bundler-release.timer
[Unit]
Description=Every night, at a time that nobody can guess

[Timer]
OnCalendar=*-*-* {HOUR:02d}:{MINUTE:02d}:00
RandomizedDelaySec={DELAY_MINUTES}min
Persistent=true

[Install]
WantedBy=timers.target

# systemctl --user daemon-reload && systemctl --user enable --now bundler-release.timer && loginctl enable-linger
"""


def cron(folder: Path, secret: Path, command: str) -> str:
    """Return a line for `crontab -e` (crontab(5)); a percent sign ends a command there, so it is escaped."""
    delay = f"sleep $(awk 'BEGIN {{ srand(); print int(rand() * {DELAY_MINUTES * 60}) }}')"
    run = f"cd {shlex.quote(str(folder))} && {command} release --quiet --passphrase-file {shlex.quote(str(secret))}"
    return f"{MINUTE} {HOUR} * * * " + f"{delay}; {run}".replace("%", r"\%") + "\n"


def github_actions(folder: Path, secret: Path, command: str) -> str:  # noqa: ARG001 - it runs on another machine
    """Return a workflow, after a paragraph on what an account and its logs give away."""
    return f"""# Think before you use this.
# The host of a repository knows the account's e-mail address, the addresses it connects
# from and its times of day, and keeps the logs of every run; whoever can order the host to speak, learns them. The
# robot's key and its passphrase are readable by that host. Recipes and archive in the repository show what is selected
# before it is published. A machine of your own tells less. Use a robot's key here, never an editor's.
#
# .github/workflows/release.yml
name: release
on:
  schedule:
    - cron: "{MINUTE} {HOUR} * * *"
  workflow_dispatch:
permissions:
  contents: write
concurrency: release
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: sleep $((RANDOM % {DELAY_MINUTES * 60}))
      - run: pipx install bundler
      - run: bundler release --quiet --passphrase-fd 3 3<<<"$PASSPHRASE"
        env:
          PASSPHRASE: ${{{{ secrets.BUNDLER_PASSPHRASE }}}}
      - run: |
          git -c user.name=release -c user.email=release@localhost add dist
          git -c user.name=release -c user.email=release@localhost commit --message "Release" || exit 0
          git push
"""


def _unit(path: Path) -> str:
    """Write a path as unit files want it: specifiers doubled (systemd.unit(5))."""
    return str(path).replace("%", "%%")


UNITS: Mapping[str, Callable[[Path, Path, str], str]] = {
    "systemd": systemd,
    "cron": cron,
    "github-actions": github_actions,
}
"""The kinds of schedules by the name of their option."""
