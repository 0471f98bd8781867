"""Which writes may leave together: those of which none needs, or is needed by, another one.

A batch promises no order, so whatever the order of the plan may stand for keeps two writes apart:

    one action's writes, and `after`      the answer of an earlier write
    one record                            a record that another write names, now or before
    a name that one frees and one takes   making inactive (which frees a name, or a parent)

Source: Intuit, Batch entity page: execution order should not be assumed, items are independent;
read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recon.plan import Action, Write, placeholders
from recon.rules.names import unique_key, without_deleted

LOOKED_AT = 400
"""How far ahead of the next write in the plan others are looked for."""

_NAMES = ("DisplayName", "Name", "DocNumber")
Token = tuple[str, str]
_FREES: Token = ("frees", "")


@dataclass(frozen=True)
class Ties:
    """What a write must not meet in its wave, and what it puts there itself.

    Attributes:
        needs: tokens that no earlier unfinished write may hold.
        holds: tokens that it holds until it is finished.
    """

    needs: frozenset[Token]
    holds: frozenset[Token]


def ties(write: Write, action: Action) -> Ties:
    """The ties of one write."""
    records = set(_ids(write.body, ("Id",)))
    named = {*_named(write.body), *_named(write.restore)}
    names = {
        unique_key(without_deleted(str(side[field])))
        for side in (write.body, write.restore)
        for field in _NAMES
        if isinstance(side.get(field), str)
    }
    retires = write.body.get("Active") is False
    takes_a_name = bool(names) or write.body.get("Active") is True
    own = {("action", write.action_id)} | {("name", name) for name in names}
    needs = own | {("action", other) for other in action.after}
    needs |= {("write", source) for source, _ in placeholders(write.body)}
    needs |= {(word, r) for r in records for word in ("changed", "named")}
    needs |= {("changed", r) for r in named}
    needs |= {_FREES} if retires or takes_a_name else set()
    holds = own | {("write", write.id)} | {("changed", r) for r in records}
    holds |= {("named", r) for r in named}
    holds |= {_FREES} if retires else set()
    return Ties(frozenset(needs), frozenset(holds))


def wave(
    pending: Sequence[Write], known: Mapping[str, Ties], may_leave: Mapping[str, bool], most: int
) -> list[Write]:
    """The next writes that may leave together, in the order of the plan.

    Args:
        pending: what is not finished yet, in the order of the plan.
        known: ties by write id.
        may_leave: by write id, whether it may leave with others and waits for nothing else.
        most: how many at most.
    """
    held: set[Token] = set()
    found: list[Write] = []
    if most < 1:
        return found
    for write in pending:
        tied = known[write.id]
        if may_leave[write.id] and held.isdisjoint(tied.needs):
            found.append(write)
            if len(found) == most:
                break
        held |= tied.holds
    return found


def _named(value: Any) -> Iterator[str]:
    """Ids of every record that a body names."""
    if isinstance(value, Mapping):
        yield from _ids(value, ("value", "TxnId"))
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _named(inner)


def _ids(value: Mapping[str, Any], fields: Sequence[str]) -> Iterator[str]:
    """The ids in some fields, as text however they were written; placeholders are none."""
    yield from (str(value[f]) for f in fields if isinstance(value.get(f), str | int))
