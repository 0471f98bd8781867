"""What a plan would disconnect: said in each action, and approved only by whoever writes it out.

Which events break a link is the profile's (`links.disconnect_on`), and after which of them it can
never be made again (`links.lost_for_good`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from recon.books import Books, make_ref, split_ref
from recon.plan import Action, Plan, Write
from recon.profile import Profile

_SHOWN = 5
_OF_CLIENTS = {"email": "app.client.email", "name": "app.client.name"}
_OF_PAYMENTS = ("qbo.payment.", "qbo.credit.")


def held_to_links(plan: Plan, profile: Profile, books: Books) -> Plan:
    """The plan, in which whatever breaks links says which, and may not be approved lightly.

    Such an action is not done in bulk, and its approval has to name the records that come apart
    (`Action.confirm`). Recon does not advise what would lose a link for good.
    """
    ties = _Ties(profile, books)
    found: dict[str, dict[str, list[str]]] = {}
    for write in plan.writes:
        for event, names in ties.broken(write):
            found.setdefault(write.action_id, {}).setdefault(event, []).extend(names)
    told = (_said(profile, action, found.get(action.id, {})) for action in plan.actions)
    return replace(plan, actions=tuple(told)) if found else plan


def _said(profile: Profile, action: Action, broken: dict[str, list[str]]) -> Action:
    if not broken:
        return action
    names = list(dict.fromkeys(name for each in broken.values() for name in each))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    which = f"{', '.join(names[:_SHOWN])}{more}"
    lost = set(broken) & set(profile.links.lost_for_good)
    resync = profile.about.resync
    after = f"until they are sent again ({resync[0]})" if resync else "until they are sent again"
    confirm = f"disconnect {which}"
    says = (
        f"This disconnects {which} {'for good' if lost else after}. "
        f"It is approved with the note: {confirm}"
    )
    return replace(
        action, will=f"{action.will} {says}", bulk=False, confirm=confirm,
        advised=action.advised and not lost,
    )  # fmt: skip


class _Ties:
    """What is linked, and by which events that ends."""

    def __init__(self, profile: Profile, books: Books) -> None:
        links, self.books = books.app.links, books
        lost = profile.links.lost_for_good
        if not profile.flow["payment"].pushes:  # then no payment is looked at either
            lost = tuple(event for event in lost if not event.startswith(_OF_PAYMENTS))
        self.ends = {*profile.links.disconnect_on, *lost}
        self.linked = dict(zip(links["ref"], links["linked_ref"], strict=True))
        self.held = {target: ref for ref, target in self.linked.items()}

    def broken(self, write: Write) -> Iterator[tuple[str, list[str]]]:
        """Events of a write that end links, each with what is linked then no more."""
        if not self.linked or not self.ends:
            return
        do = dict(write.instruction.do) if write.instruction else {}
        ref = str(do.get("ref") or write.ref)
        for event, refs in self._events(ref, do, write):
            names = [self._called(each) for each in refs if each in self.linked]
            if event in self.ends and names:
                yield event, names

    def _events(
        self, ref: str, do: Mapping[str, Any], write: Write
    ) -> Iterator[tuple[str, list[str]]]:
        system, kind, _ = split_ref(ref) if ref else ("", "", "")
        if system == "app":
            yield from self._in_app(ref, kind, do, set(write.body) - {"ref"})
        elif write.entity == "Payment":
            yield "qbo.payment.any", self._holding(self._paid_by(ref, write.body))
            yield "qbo.payment.deleted", self._holding([ref] * (write.operation == "delete"))
        elif kind == "invoice":
            gone = "deleted" if write.operation == "delete" else "edited"
            yield f"qbo.invoice.{gone}", self._holding([ref])
        elif kind == "customer" and do.get("step") == "merge":
            yield "qbo.customer.merged_away", self._holding([ref])

    def _in_app(
        self, ref: str, kind: str, do: Mapping[str, Any], fields: set[str]
    ) -> Iterator[tuple[str, list[str]]]:
        if kind == "customer" and do.get("step") in {"unsync", "unlink"}:
            yield "app.client.unsynced", [ref, *self._invoices_of(ref)]
        elif kind == "customer":
            for name in fields & set(_OF_CLIENTS):
                yield _OF_CLIENTS[name], self._invoices_of(ref)
        elif kind == "invoice":
            yield "app.invoice.number" if "number" in fields else "app.invoice.lines", [ref]
        elif kind == "item":
            yield "app.invoice.lines", self._sold_on(ref)

    def _holding(self, held: list[str]) -> list[str]:
        """The app's records that are linked to these of QuickBooks."""
        return [self.held[ref] for ref in held if ref in self.held]

    def _paid_by(self, ref: str, body: Mapping[str, Any]) -> list[str]:
        """QuickBooks' invoices that a payment pays, or that one to be made would."""
        parts = self.books.qbo.payment_applications
        paid = [str(each) for each in parts.loc[parts["payment_ref"] == ref, "invoice_ref"]]
        linked = [txn for line in body.get("Line", ()) for txn in line.get("LinkedTxn", ())]
        return paid + [
            make_ref("qbo", "invoice", str(txn["TxnId"]))
            for txn in linked
            if txn["TxnType"] == "Invoice"
        ]

    def _invoices_of(self, client: str) -> list[str]:
        invoices = self.books.app.invoices
        return list(invoices.loc[(invoices["customer_ref"] == client).fillna(value=False), "ref"])

    def _sold_on(self, product: str) -> list[str]:
        items, lines = self.books.app.items, self.books.app.invoice_lines
        names = items.loc[items["ref"] == product, "name"]
        return list(lines.loc[lines["item_name"].isin(names), "ref"].unique())

    def _called(self, ref: str) -> str:
        return f"{split_ref(ref)[1]} {split_ref(ref)[2]}"
