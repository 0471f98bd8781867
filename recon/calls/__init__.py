"""Calling somebody's API over HTTP: how long to wait, how fast to go, where a token may travel."""
