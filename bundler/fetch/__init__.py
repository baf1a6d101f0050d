"""Bring archives up to date from the network: the only part of the program that opens connections to the outside.

`net` holds every rule of how, `sources` what an archive is made of, `ledger` what was fetched and when. Git, feeds,
pages and saved files are one module each; `pictures` completes what they brought. No build imports any of it.
"""
