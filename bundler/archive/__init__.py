"""What an archive holds, and archives made again from files that were found."""

from __future__ import annotations
