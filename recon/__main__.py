"""`python -m recon`: the command line."""

from __future__ import annotations

from recon.cli import main

main()
