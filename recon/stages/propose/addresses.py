"""E-mail addresses: what an app goes by that looks its clients up by them.

    the client's own address, where it is his alone      QuickBooks' customer is given it
    the customer's, where the client has none            the client is given it, by hand
    one that several share, or none on either side       both are given one that is theirs alone

Source: sub-addressing ("office+12@") reaches the same box where the provider heeds it: RFC 5233;
    nothing is ever delivered to a domain under ".invalid": RFC 2606; read 2026-11-26.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from recon.plan import Action, Write
from recon.rules.names import legal_email, query_key, unique_key
from recon.stages.propose.draft import Draft
from recon.stages.propose.parties import Parties

_NOBODYS = "no-address.invalid"


def goes_by_address(draft: Draft) -> bool:
    """Whether the app looks its clients up by their e-mail address."""
    return "email" in draft.case.profile.customer.match


@dataclass
class Addresses:
    """Who has which address, as the plan will leave it.

    Attributes:
        held: an address, as it is compared, to the refs on both sides that have it.
    """

    draft: Draft
    parties: Parties
    held: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        gone = {*self.parties.app_keeper, *self.parties.qbo_keeper}
        for ref, row in self.draft.rows.items():
            if ":customer:" in ref and ref not in gone and row["active"] and row["email"]:
                self.held[self._key(row["email"])].add(ref)

    def give(self, ref: str, other: str, about: dict[str, Any]) -> None:
        """Have the client and its customer share an address that is nobody else's.

        Args:
            ref: the client.
            other: its customer in QuickBooks.
            about: what every answer to who the client is has in common; see `customers`.
        """
        draft, row = self.draft, self.draft.rows[other]
        address = self._of_their_own(ref, other)
        in_app = address != draft.rows[ref]["email"]
        writes = []
        if address != row["email"] or not row["active"]:
            writes.append(self._in_qbo(other, address))
        if in_app:
            writes.append(draft.edit_in_app(ref, {"email": address}))
        sides = [side for side, is_so in (("QuickBooks", len(writes) > in_app),
                 (draft.case.profile.about.name, in_app)) if is_so]  # fmt: skip
        draft.add(
            Action(
                **{**about, "bulk": about["bulk"] and not in_app},
                kind="edit" if row["active"] else "reactivate",
                title=f"Give {draft.called(ref)} the address {address} in {' and '.join(sides)}",
                will=f"The app finds its customer by it. {_caution(address)}".strip(),
                undo="full" if row["email"] and not in_app else "partial",
            ),
            writes,
            "customer",
        )
        self._now(ref, address)
        self._now(other, address)

    def part(self, ref: str) -> None:
        """Give a client that has somebody else's address one of its own, in the app."""
        draft, about = self.draft, self.draft.case.profile.about
        before = draft.rows[ref]["email"]
        address = self._of_their_own(ref, "")
        draft.add(
            Action(
                id="",
                kind="edit",
                ref=ref,
                title=f"Give {draft.called(ref)} the address {address} in {about.name}",
                why="Somebody else has its address; the sync would link it to them.",
                will=f"{draft.in_app.way}. {_caution(address)}".strip(),
                cause="email_duplicated",
                compare={"E-mail": (str(before or ""), address)},
                bulk=False,
            ),
            [draft.edit_in_app(ref, {"email": address})],
        )
        self._now(ref, address)

    def shares(self, ref: str, other: str) -> bool:
        """Whether a client and a customer have one address."""
        one, two = (self.draft.rows[each]["email"] for each in (ref, other))
        return bool(one and two and self._key(one) == self._key(two))

    def _of_their_own(self, ref: str, other: str) -> str:
        """The first address that nobody but these two has, on either side."""
        free = (a for a in self._tried(ref, other) if not self.held[self._key(a)] - {ref, other})
        return next(free)

    def _tried(self, ref: str, other: str) -> Iterator[str]:
        own, theirs = (
            str(self.draft.rows[each]["email"] or "") if each else "" for each in (ref, other)
        )
        known = [address for address in (own, theirs) if address and legal_email(address)]
        yield from known
        number = str(self.draft.rows[ref]["number"] or ref.rsplit(":", 1)[1])
        mark = "".join(letter for letter in number if letter.isascii() and letter.isalnum())
        for mine in (mark or "1", *(f"{mark}-{turn}" for turn in range(2, 1000))):
            for address in known[:1]:
                box, _, domain = address.split(",")[0].strip().rpartition("@")
                yield f"{box}+{mine}@{domain}"
            yield f"{mine}@{_NOBODYS}"

    def _in_qbo(self, ref: str, address: str) -> Write:
        """The write that gives a customer an address; it wakes an inactive one."""
        draft, row = self.draft, self.draft.rows[ref]
        name = draft.name(ref)
        if draft.case.books.qbo.only_lists:
            clicks = (f"Open {name}, Edit, make it active, enter {address} as e-mail, Save.",)
            return draft.edit_in_qbo(
                ref, {"PrimaryEmailAddr": {"Address": address}}, clicks, {"email": address}
            )
        fields: dict[str, Any] = {"PrimaryEmailAddr": {"Address": address}}
        shows: dict[str, Any] = {"email": address}
        restore: dict[str, Any] = {}
        if row["email"]:
            restore = {"PrimaryEmailAddr": {"Address": row["email"]}}
        if not row["active"]:
            fields |= {"Active": True, "DisplayName": name}
            shows |= {"active": True}
            restore |= {"Active": False, "DisplayName": row["name"]}
            draft.taken.add(unique_key(name))
        return draft.update(ref, fields, shows, restore)

    def _now(self, ref: str, address: str) -> None:
        for refs in self.held.values():
            refs.discard(ref)
        self.held[self._key(address)].add(ref)

    @property
    def _key(self) -> Callable[[str], str]:
        compares = self.draft.case.profile.customer.compares
        return (lambda a: query_key(a.strip())) if compares == "query" else str.strip


def _caution(address: str) -> str:
    if address.endswith(f"@{_NOBODYS}"):
        return "Nobody is reached under it: it stands in until the true one is known."
    if "+" in address.partition("@")[0]:
        return (
            "Most providers deliver what has a plus sign to the same box; ask the client for an "
            "address of its own where that one does not."
        )
    return ""
