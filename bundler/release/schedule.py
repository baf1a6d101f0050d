"""Units that run a release every night, for systemd, cron and a host of Git repositories."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

HOUR, MINUTE = 3, 17
"""When the night's release begins, before its random delay."""
DELAY_MINUTES = 120
"""Spread over two hours: a release that is always on the minute tells whose machine made it."""

SOURCE = "bundler-source"
"""Where the workflow finds the program: no name on a registry is ours."""


def systemd(folder: Path, secret: Path, python: Path) -> str:
    """Return a service and a timer (systemd.timer(5)), with the commands that put them in force."""
    return f"""# ~/.config/systemd/user/bundler-release.service
[Unit]
Description=Release the editions that are due

[Service]
Type=oneshot
WorkingDirectory={_unit(folder)}
LoadCredential=passphrase:{_unit(secret)}
ExecStart={_word(python)} -m bundler release --quiet --passphrase-file %d/passphrase
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


def cron(folder: Path, secret: Path, python: Path) -> str:
    """Return a line for `crontab -e` (crontab(5)); a percent sign ends a command there, so it is escaped."""
    delay = f"sleep $(awk 'BEGIN {{ srand(); print int(rand() * {DELAY_MINUTES * 60}) }}')"
    place, program, file = (shlex.quote(str(path)) for path in (folder, python, secret))
    run = f"cd {place} && {program} -m bundler release --quiet --passphrase-file {file}"
    return f"{MINUTE} {HOUR} * * * " + f"{delay}; {run}".replace("%", r"\%") + "\n"


def github_actions(folder: Path, secret: Path, python: Path) -> str:  # noqa: ARG001 - it runs on another machine
    """Return a workflow, after a paragraph on what an account and its logs give away."""
    return f"""# Think before you use this.
# The host of a repository knows the account's e-mail address, the addresses it connects
# from and its times of day, and keeps the logs of every run; whoever can order the host to speak, learns them. The
# robot's key and its passphrase are readable by that host. Recipes and archive in the repository show what is selected
# before it is published. A machine of your own tells less. Use a robot's key here, never an editor's.
# Put a copy of bundler's source code into the folder {SOURCE} of the repository: what a registry has under
# its name is another program, and would be handed your key.
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
      - run: sh {SOURCE}/.ci/parts run # what PDF needs: Pango and fonts
      - run: pipx install ./{SOURCE}
      - run: install -m 600 /dev/stdin "$RUNNER_TEMP/passphrase" <<<"$PASSPHRASE"
        env: # of this step alone: no program of ours finds the passphrase in its environment
          PASSPHRASE: ${{{{ secrets.BUNDLER_PASSPHRASE }}}}
      - run: bundler release --quiet --passphrase-file "$RUNNER_TEMP/passphrase"
      - run: rm -f "$RUNNER_TEMP/passphrase"
        if: always()
      - run: |
          git -c user.name=release -c user.email=release@localhost add dist
          git -c user.name=release -c user.email=release@localhost commit --message "Release" || exit 0
          git push
"""


def _unit(path: Path) -> str:
    """Write a path as unit files want it: specifiers doubled (systemd.unit(5))."""
    return str(path).replace("%", "%%")


def _word(path: Path) -> str:
    """Write a path as one word of a command line in a unit (systemd.service(5), "Command lines")."""
    text = _unit(path).replace("$", "$$")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return text if text == escaped and not any(map(str.isspace, text)) else f'"{escaped}"'


UNITS: Mapping[str, Callable[[Path, Path, Path], str]] = {
    "systemd": systemd,
    "cron": cron,
    "github-actions": github_actions,
}
"""The kinds of schedules by the name of their option."""
