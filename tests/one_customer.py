"""What one customer is called, by the code that goes through all customers at once."""

from __future__ import annotations

from recon.matching import identity
from recon.matching.reader import Reader


def customer_names(
    display: str, company: str, given: str, family: str, parent: str
) -> tuple[str, str, str]:
    """(the customer's name, its other name, its contact person), "" where there is none."""
    reader = Reader()
    cells = (display, company, f"{given} {family}".strip(), parent)
    called = identity.customer_names(reader, *(reader.rows([cell]) for cell in cells))
    name, other, person = (reader.texts[rows[0]] for rows in called[:3])
    return name, other, person
