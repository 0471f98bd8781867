"""Any app that looks for an exact name."""
