"""Releases: sealed files, signed manifests, numbered editions, and all that is published around them."""

from __future__ import annotations
