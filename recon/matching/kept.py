"""What is known of both lists as a whole is worked out once, not again for every chunk of pairs.

Else comparing would cost the square of the lists' length: a million customers are gone through in
hundreds of chunks.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.matching.records import Records

T = TypeVar("T")


def once(of: Callable[[Records], T]) -> Callable[[Records], T]:
    """The function, its answer kept beside the records and forgotten with them.

    Two threads may work it out at the same time: both find the same.
    """

    @wraps(of)
    def answer(records: Records) -> T:
        if of not in records.known:
            records.known[of] = of(records)
        found: T = records.known[of]
        return found

    return answer
