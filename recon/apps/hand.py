"""What a person does at an app's screen, on the records of `copy.py`.

Which of it an app can do is the app's own (`hand.py` of its folder): a piece of hand-work that
nobody has described for it is refused, so that no plan rests on a button that is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from recon.books import Ref, make_ref, split_ref
from recon.errors import InputError
from recon.ports import AppRecords

Json = dict[str, Any]

Step = Literal["edit", "merge", "link", "unlink", "create", "unsync", "resync"]
"""`link` picks the record in QuickBooks, `unlink` takes a link back, `create` says that there is no
record and one is to be made, `unsync` takes a record out of the sync, `resync` sends it again."""

_TABLES = {"customer": "clients", "item": "products", "invoice": "invoices", "payment": "payments"}


def rename(client: Json, name: str) -> None:
    """Give a client another name, in an app that has one field for it."""
    client["name"] = name


def rename_person(client: Json, name: str) -> None:
    """Give a client another name, in an app that has first and last name.

    The first word is the first name, as a person would type it.
    """
    first, _, last = name.strip().partition(" ")
    client.update(name=name, given_name=first, family_name=last.strip())


@dataclass(frozen=True)
class Hands:
    """What can be done at one app's screen.

    Attributes:
        app: the app's name.
        edits: kinds of records that can be edited.
        merges: kinds of which two can be made one, and what is gone then is gone.
        picks: kinds for which a person chooses what they are in QuickBooks, or leaves them out.
        unlinks: kinds whose link can be taken back.
        rename: how another name is entered for a client.
    """

    app: str = "the app"
    edits: frozenset[str] = frozenset({"customer", "item", "invoice", "payment"})
    merges: frozenset[str] = frozenset()
    picks: frozenset[str] = frozenset()
    unlinks: frozenset[str] = frozenset()
    rename: Callable[[Json, str], None] = rename

    def can(self, step: str, kind: str) -> bool:
        """Whether somebody can do it."""
        of = {"edit": self.edits, "merge": self.merges, "unlink": self.unlinks}
        return step in get_args(Step) and kind in of.get(step, self.picks)


Clicks = tuple[str, ...]


@dataclass(frozen=True)
class Screen:
    """What a person is told to click, in words.

    Attributes:
        who: whose rights it takes.
        steps: step and kind ("link customer") to the clicks, in order; what stands in braces is
            filled in by whoever tells of one record.
        resync: kind to what has to follow when such a record was changed, so that it travels.
        after_qbo: the same where what was changed for it is a record in QuickBooks, as far as that
            is otherwise: the app sees no change of its own then.
        closing: what is clicked once when all is done, in order.
        look: what to look at afterwards, and when.
    """

    who: str
    steps: Mapping[str, Clicks] = field(default_factory=dict)
    resync: Mapping[str, Clicks] = field(default_factory=dict)
    after_qbo: Mapping[str, Clicks] = field(default_factory=dict)
    closing: Clicks = ()
    look: Clicks = ()


def key_of(kind: str, record: Mapping[str, Any]) -> str:
    """What a record is known by: its number or name, as `recon.stages.tidy` makes references."""
    if kind == "item":
        told = str(record.get("product_key") or "")
        return told if told.strip() else "~"
    name = record.get("name" if kind == "customer" else "customer_name")
    return str(record.get("number") or f"~{name or ''}")


@dataclass
class Hand:
    """Works on records by reference."""

    app: AppRecords
    by_ref: dict[Ref, Json]
    hands: Hands

    def do(self, do: Mapping[str, Any]) -> None:
        """One piece of hand-work: `step`, `ref`, and `fields`, `into` or `target`.

        Raises:
            InputError: a record is not there, a number is taken, or nobody could do it.
        """
        ref, step = Ref(do["ref"]), str(do["step"])
        kind = split_ref(ref)[1]
        if not self.hands.can(step, kind):
            raise InputError(f"Nobody can {step} a {kind} in {self.hands.app} by hand.")
        record = self._of(ref)
        match step:
            case "edit":
                self._edit(kind, record, dict(do["fields"]))
            case "merge":
                self._merge(kind, ref, Ref(do["into"]))
            case "link":
                record.update(linked_id=split_ref(str(do["target"]))[2], picked="")
            case "unlink":
                record.update(linked_id="", picked="")
            case "create" | "unsync" | "resync":
                record["picked"] = step

    def _of(self, ref: Ref) -> Json:
        if ref not in self.by_ref:
            raise InputError(f"{ref} is not in the app.", remedy="Pull again, then propose again.")
        return self.by_ref[ref]

    def _edit(self, kind: str, record: Json, fields: Json) -> None:
        table = getattr(self.app, _TABLES[kind])
        number = fields.get("number")
        if number and any(other is not record and other.get("number") == number for other in table):
            raise InputError(f"The number {number} is taken.", remedy="Propose again.")
        if "item" in fields:
            gone = str(fields.pop("instead_of", ""))
            self._fill_lines(record, str(fields.pop("item")), gone)
        name = fields.pop("name", None)
        if name is not None and kind == "item":
            self._sell_as(record, str(name))
            record["product_key"] = str(name)
        elif name is not None:
            self.hands.rename(record, str(name))
        record.update(fields)
        self._known_anew(kind, record)

    def _known_anew(self, kind: str, record: Json) -> None:
        """Give a record the reference that the next reading gives it; the old one finds it, too."""
        before, ref = record["ref"], make_ref("app", kind, key_of(kind, record))
        if ref == before or split_ref(before)[2].startswith(f"{key_of(kind, record)}#"):
            return
        number = 1
        while self.by_ref.get(ref, record) is not record:
            number += 1
            ref = make_ref("app", kind, f"{key_of(kind, record)}#{number}")
        record["ref"] = ref
        self.by_ref[ref] = record
        for sale in (*self.app.invoices, *self.app.payments):
            for name in ("client", "was"):
                if sale[name] == before:
                    sale[name] = ref
            for part in sale.get("pays", ()):
                if part["invoice"] == before:
                    part["invoice"] = ref

    def _merge(self, kind: str, drop_ref: Ref, keep_ref: Ref) -> None:
        drop, keep = self._of(drop_ref), self._of(keep_ref)
        gone, stays = drop["ref"], keep["ref"]
        if keep is drop:
            raise InputError("A record cannot be merged into itself.")
        if kind == "item":
            self._sell_as(drop, keep["product_key"])
        else:
            for sale in (*self.app.invoices, *self.app.payments):
                if sale["client"] == gone:
                    sale["client"] = stays
        table = getattr(self.app, _TABLES[kind])
        table[:] = [record for record in table if record is not drop]
        for ref in [ref for ref, record in self.by_ref.items() if record is drop]:
            del self.by_ref[ref]

    def _fill_lines(self, invoice: Json, key: str, gone: str) -> None:
        """Choose a product on each line that names none, or one that is not there any more."""
        for line in invoice["lines"]:
            if str(line.get("item_product") or "").strip() == gone.strip():
                line["item_product"] = key

    def _sell_as(self, product: Json, key: str) -> None:
        """Give every line that names a product another key."""
        old = product["product_key"]
        for invoice in self.app.invoices:
            for line in invoice["lines"]:
                if line.get("item_product") == old:
                    line["item_product"] = key
