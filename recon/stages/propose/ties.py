"""What a plan would disconnect: said in each action, before anybody approves it.

Which events break a link is the profile's (`links.disconnect_on`), and after which of them it can
never be made again (`links.lost_for_good`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from recon.books import split_ref
from recon.case import Case
from recon.plan import Action, Write

_SHOWN = 5
_OF_CLIENTS = {"email": "app.client.email", "name": "app.client.name"}


def with_what_it_disconnects(
    case: Case, actions: Iterable[Action], writes: Iterable[Write]
) -> tuple[Action, ...]:
    """The actions; one that breaks links says which, is not done in bulk, and may not be advised.

    Recon does not advise what would lose a link for good.
    """
    ties = _Ties(case)
    found: dict[str, dict[str, list[str]]] = {}
    for write in writes:
        for event, names in ties.broken(write):
            found.setdefault(write.action_id, {}).setdefault(event, []).extend(names)
    return tuple(_said(case, action, found.get(action.id, {})) for action in actions)


def _said(case: Case, action: Action, broken: dict[str, list[str]]) -> Action:
    if not broken:
        return action
    names = list(dict.fromkeys(name for each in broken.values() for name in each))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    lost = set(broken) & set(case.profile.links.lost_for_good)
    after = "for good" if lost else f"until they are sent again ({case.profile.about.resync[0]})"
    if not case.profile.about.resync and not lost:
        after = "until they are sent again"
    says = f"This disconnects {', '.join(names[:_SHOWN])}{more} {after}."
    return replace(
        action, will=f"{action.will} {says}", bulk=False, advised=action.advised and not lost
    )


class _Ties:
    """What is linked, and by which events that ends."""

    def __init__(self, case: Case) -> None:
        links, self.books = case.books.app.links, case.books
        self.ends = {*case.profile.links.disconnect_on, *case.profile.links.lost_for_good}
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
        self, ref: str, do: dict[str, object], write: Write
    ) -> Iterator[tuple[str, list[str]]]:
        system, kind, _ = split_ref(ref) if ref else ("", "", "")
        fields = set(write.body) - {"ref"}
        if (system, kind) == ("qbo", "customer") and do.get("step") == "merge":
            yield "qbo.customer.merged_away", [self.held[ref]] if ref in self.held else []
        elif (system, kind) == ("qbo", "invoice"):
            yield "qbo.invoice.edited", [self.held[ref]] if ref in self.held else []
        elif (system, kind) == ("app", "customer"):
            for name in fields & set(_OF_CLIENTS):
                yield _OF_CLIENTS[name], self._invoices_of(ref)
        elif (system, kind) == ("app", "invoice"):
            yield "app.invoice.number" if "number" in fields else "app.invoice.lines", [ref]
        elif (system, kind) == ("app", "item"):
            yield "app.invoice.lines", self._sold_on(ref)

    def _invoices_of(self, client: str) -> list[str]:
        invoices = self.books.app.invoices
        return list(invoices.loc[(invoices["customer_ref"] == client).fillna(value=False), "ref"])

    def _sold_on(self, product: str) -> list[str]:
        items, lines = self.books.app.items, self.books.app.invoice_lines
        names = items.loc[items["ref"] == product, "name"]
        return list(lines.loc[lines["item_name"].isin(names), "ref"].unique())

    def _called(self, ref: str) -> str:
        return f"{split_ref(ref)[1]} {split_ref(ref)[2]}"
