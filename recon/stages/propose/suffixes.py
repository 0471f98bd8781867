"""Jr, Sr, III: what one program has no field for, and the other tells father and son apart by.

No evidence makes the matcher pair "Ann Lee" with "Ann Lee Jr": father and son share phone, street
and mail. Where the father is linked and the son is left without a customer, a person is asked.
"""

from __future__ import annotations

from collections.abc import Collection

from recon.matching.names import Kind, parse_name
from recon.stages.propose.draft import Draft
from recon.stages.propose.parties import Parties


def of_another_generation(
    draft: Draft, parties: Parties, given: Collection[str]
) -> list[tuple[str, str]]:
    """Clients without a customer, with those of QuickBooks who have a Jr or Sr besides.

    Args:
        draft: the plan.
        parties: who is who.
        given: customers that are a client's already.

    Returns:
        Both refs, in the clients' order; both are reached by one e-mail, phone or street.
    """
    free: dict[frozenset[str], list[str]] = {}
    for ref, row in draft.rows.items():
        if ref.startswith("qbo:customer:") and row["active"] and ref not in given:
            core, generation = _parted(draft.name(ref))
            if generation and ref not in parties.qbo_keeper:
                free.setdefault(core, []).append(ref)
    if not free:
        return []
    waiting = [
        ref
        for ref, outcome in sorted(parties.outcome.items())
        if outcome["outcome"] not in {"link", "skip"} and ref not in parties.partner
    ]
    return [
        (ref, other)
        for ref in waiting
        for other in free.get(frozenset(parse_name(draft.name(ref)).tokens), ())
        if draft.case.reached_alike(ref, other) and (ref, other) not in draft.case.different
    ]


def _parted(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a name, and what of them tells generations apart."""
    parsed = parse_name(name)
    told = zip(parsed.tokens, parsed.kinds, strict=True)
    generation = frozenset(token for token, kind in told if kind == Kind.GENERATION)
    return frozenset(parsed.tokens) - generation, generation
