"""Lists of an app that nobody has described: in the shape of the template, or column by column."""

from __future__ import annotations

from recon.apps.exports import Dialect

DIALECT = Dialect("The app", has_log=True)
