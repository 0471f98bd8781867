"""Intuit's sign-in: consent, tokens, and what signs them."""
