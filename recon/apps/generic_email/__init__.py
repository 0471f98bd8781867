"""Any app that looks for an exact e-mail address."""
