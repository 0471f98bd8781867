"""Requests and answers: the addresses, the gate before them, the service behind, the doors."""
