"""Spraye, software for lawn care companies."""
