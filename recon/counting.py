"""Numbers with their nouns, as people write them."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 record", "1,204 records".

    Args:
        number: how many.
        one: the noun of one, or a whole phrase ("record is").
        many: that of several, where it is not `one` with an s.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
