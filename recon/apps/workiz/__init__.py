"""Workiz, software for field service companies."""
