"""A plan while it is being written: actions with their finished writes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from recon.books import split_ref
from recon.case import Case
from recon.plan import Action, Instruction, LookUp, Operation, Write, WriteTo, pointed
from recon.rules.names import unique_key, without_deleted
from recon.stages.propose.appside import AppSide, turn_of
from recon.stages.propose.rivals import rivals_among

Row = Mapping[str, Any]

ENTITIES = {
    "customer": ("Customer", "customers", "DisplayName"),
    "vendor": ("Vendor", "vendors", "DisplayName"),
    "employee": ("Employee", "employees", "DisplayName"),
    "item": ("Item", "items", "Name"),
    "invoice": ("Invoice", "invoices", "DocNumber"),
    "payment": ("Payment", "payments", "PaymentRefNum"),
    "credit": ("CreditMemo", "credits", "DocNumber"),
    "sales_receipt": ("SalesReceipt", "sales_receipts", "DocNumber"),
    "refund_receipt": ("RefundReceipt", "refund_receipts", "DocNumber"),
    "estimate": ("Estimate", "estimates", "DocNumber"),
    "class": ("Class", "classes", "Name"),
    "term": ("Term", "terms", "Name"),
    "tax_code": ("TaxCode", "tax_codes", "Name"),
}
"""Kind to QuickBooks' entity, our table, and the field that is its name."""

_SCREENS = {
    "customer": "In QuickBooks open the list of customers (under Sales).",
    "vendor": "In QuickBooks open the list of vendors (under Expenses).",
    "employee": "In QuickBooks open the list of employees (under Payroll).",
    "item": "In QuickBooks open the list of products and services (under Sales).",
}
"""Where people find a kind of record; the menu's own words change from year to year.

Source: Intuit help, "Move names between Customer, Vendor, and Employee lists in QuickBooks Online"
    (Expenses & Bills, then Vendors), read 2026-11-26; gear above the list of customers, "Include
    inactive", "Make active": liveflow.io, "How to delete a customer in QuickBooks Online", read
    2026-11-26.
"""

ORDER = ("tax", "holder", "customer", "category", "item", "invoice", "payment", "move", "hand")
"""Rooms of the plan in the order in which their writes are sent: what frees a name comes first."""


@dataclass
class Draft:
    """Collects actions; `finish` numbers the writes and puts them in order.

    Attributes:
        case: the company.
        taken: `unique_key` of every name that may not be given away: QuickBooks' and the app's.
        touched: QuickBooks records that an advised action already changes.
        rows: every record by its ref.
        holders: `unique_key` of a name to those in QuickBooks who hold it.
        pairs: PAIRS by both refs.
        used: how much a customer is used, in words.
        in_app: makes the writes on the app's side.
        planned: (ref, field) to what a record of the app will have there, as advised.
        made: `unique_key` of the names of customers that the plan makes.
    """

    case: Case
    taken: set[str] = field(default_factory=set)
    touched: dict[str, str] = field(default_factory=dict)
    planned: dict[tuple[str, str], str] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    _actions: dict[str, Action] = field(default_factory=dict)
    _writes: list[tuple[int, Write]] = field(default_factory=list)

    def __post_init__(self) -> None:
        qbo = self.case.books.qbo
        self.rows: dict[str, dict[str, Any]] = {}
        for side in (self.case.books.app, qbo):
            for _, name, _ in ENTITIES.values():
                table = getattr(side, name)
                known = table.astype(object).where(table.notna(), None)
                self.rows.update({row["ref"]: row for row in known.to_dict("records")})
        self.holders: dict[str, list[str]] = {}
        for table in (qbo.vendors, qbo.employees, qbo.customers):
            for ref, name in zip(table["ref"], table["name"], strict=True):
                self.holders.setdefault(unique_key(name), []).append(ref)
        self.taken = {*self.holders, *map(unique_key, self.case.lookup_names.unique())}
        self._bearers = Counter(map(unique_key, self.case.lookup_names))
        self.used = _usage(self.case)
        about, side = self.case.profile.about, self.case.books.app
        self.in_app = AppSide(about, side, self.rows, self.name)
        pairs = self.case.pairs[["left_ref", "right_ref", "band", "reasons", "weighed"]]
        told = pairs.astype(object).where(pairs.notna(), "").to_dict("records")
        self.pairs: dict[tuple[str, str], Any] = {
            (pair["left_ref"], pair["right_ref"]): pair for pair in told
        }

    def add(self, action: Action, writes: Iterable[Write] = (), room: str = "hand") -> str:
        """Put an action into the plan; the same one twice is kept once. Returns its id."""
        action, writes = replace(action, id=_action_id(action)), list(writes)
        if action.undo == "full" and any(_by_hand_in_qbo(write) for write in writes):
            action = replace(action, undo="partial")  # set back by hand as well
        if action.id in self._actions:
            return action.id
        self._actions[action.id] = action
        for write in writes:
            self._writes.append((ORDER.index(room), replace(write, action_id=action.id)))
            if write.to == "qbo" and write.ref and action.advised:
                self.touched[write.ref] = action.id
            if write.ref.startswith("app:") and action.advised:
                self.planned |= {
                    (write.ref, name): text
                    for name, text in write.body.items()
                    if isinstance(text, str)
                }
        return action.id

    def finish(self) -> tuple[tuple[Action, ...], tuple[Write, ...]]:
        """Actions in the order in which they were added, writes in the order of sending.

        A write that has an id already is one that others name in a placeholder.
        """
        placed = sorted(self._writes, key=lambda pair: (pair[0], turn_of(pair[1])))
        ordered = [write for _, write in placed]
        ids = {w.id: f"w{number}" for number, w in enumerate(ordered, 1) if w.id}
        writes = tuple(
            replace(w, id=f"w{number}", body=pointed(w.body, ids) if w.id else w.body)
            for number, w in enumerate(ordered, 1)
        )
        rivals = rivals_among(self._actions.values())
        actions = tuple(replace(a, rivals=rivals.get(a.id, ())) for a in self._actions.values())
        return actions, writes

    def name(self, ref: str) -> str:
        """The name of a record for people, without QuickBooks' suffix for inactive ones."""
        if ref.startswith("app:customer:"):
            return str(self.case.lookup_names.get(ref, ""))
        row = self.rows[ref]
        return without_deleted(str(row.get("name") or row.get("number") or ref))

    def called(self, ref: str) -> str:
        """The same for titles: with the number where several of the app's clients share a name."""
        name = self.name(ref)
        if not ref.startswith("app:customer:") or self._bearers[unique_key(name)] < 2:
            return name
        return f"{name} (number {self.rows[ref]['number'] or split_ref(ref)[2]})"

    def compare(self, app_ref: str, qbo_ref: str) -> dict[str, tuple[str, str]]:
        """Field to both sides' values, as they are shown beside each other."""
        left, right = self.rows.get(app_ref, {}), self.rows.get(qbo_ref, {})
        shown = {
            "Name": "name", "Number": "number", "E-mail": "email", "Phone": "phone",
            "Address": "address_line1", "City": "city", "Description": "description",
            "Price": "unit_price", "Date": "date", "Total": "total", "Open balance": "balance",
        }  # fmt: skip
        told = {
            label: (_shown(left.get(column)), _shown(right.get(column)))
            for label, column in shown.items()
        }
        told["Used"] = (self.used.get(app_ref, ""), self.used.get(qbo_ref, ""))
        return {label: pair for label, pair in told.items() if any(pair)}

    def update(self, ref: str, fields: Row, shows: Row, restore: Row) -> Write:
        """A sparse update of one QuickBooks record, guarded by its SyncToken."""
        _, kind, record_id = split_ref(ref)
        entity, table, _ = ENTITIES[kind]
        token = str(self.rows[ref]["sync_token"] or "0")
        body = {"Id": record_id, "SyncToken": token, "sparse": True, **fields}
        return Write(
            **_blank("qbo", "update"),
            entity=entity,
            body=body,
            ref=ref,
            expect={"side": "qbo", "table": table, "key": {"ref": ref}, "shows": dict(shows)},
            restore=dict(restore),
        )

    def rename(self, ref: str, name: str) -> Write:
        """The write that gives one QuickBooks record another name; it wakes an inactive one.

        Where QuickBooks is only known from its lists nothing can be sent: it is hand-work then.
        """
        _, kind, _ = split_ref(ref)
        _, _, name_field = ENTITIES[kind]
        row = self.rows[ref]
        if self.case.books.qbo.only_lists:
            return self._rename_by_hand(ref, name)
        fields: dict[str, Any] = {name_field: name}
        shows: dict[str, Any] = {"name": name}
        restore: dict[str, Any] = {name_field: row["name"]}
        if row["active"] is not None and not row["active"]:
            fields["Active"], shows["active"], restore["Active"] = True, True, False
        self.taken.add(unique_key(name))
        return self.update(ref, fields, shows, restore)

    def wake(self, ref: str) -> Write:
        """The write that makes an inactive record of a list active again, under its own name."""
        name = self.name(ref).rsplit(":", 1)[-1]
        fields = {"Name": name, "Active": True}
        return self.update(ref, fields, {"active": True}, {"Name": name, "Active": False})

    def _rename_by_hand(self, ref: str, name: str) -> Write:
        _, kind, _ = split_ref(ref)
        row, (_, _, name_field) = self.rows[ref], ENTITIES[kind]
        asleep = row["active"] is not None and not row["active"]
        held = self.name(ref)
        clicks = [_SCREENS[kind]]
        if asleep:
            clicks.append(f"Show the inactive ones (gear above the list), make {held} active.")
        if name != held:
            clicks.append(f"Open {held}, Edit, change the name to {name}, Save.")
        self.taken.add(unique_key(name))
        shows = {"name": name, "active": True} if asleep else {"name": name}
        write = self.edit_in_qbo(ref, {name_field: name}, tuple(clicks), shows)
        # a list without ids knows a record by its name: the next export shows it under the new one
        return replace(write, expect={**write.expect, "key": {"name": name}})

    def edit_in_app(self, ref: str, fields: Row, then: tuple[str, ...] = ()) -> Write:
        """The write that changes a record in the app; see `AppSide.edit`."""
        return self.in_app.edit(ref, fields, then)

    def merge_in_app(self, keep: str, drop: str) -> Write:
        """The write that merges two of the app's customers; see `AppSide.merge`."""
        return self.in_app.merge(keep, drop)

    def merge_in_qbo(self, keep: str, drop: str) -> Write:
        """Hand-work that merges two records in the QuickBooks screen.

        Source: Intuit help, "Merge duplicate customers" (no sub-customers on either side, cannot
            be undone, the merged one stays as inactive), read 2026-11-22.
        """
        kept, dropped = self.rows[keep], self.rows[drop]
        _, kind, drop_id = split_ref(drop)
        clicks = (
            f"Open {dropped['name']} (the one to go, id {drop_id}).",
            f"Edit > Merge contacts > Into {kept['name']} (id {split_ref(keep)[2]}).",
        )
        if kind == "item":
            clicks = (
                f"Open Sales > Products and services, edit {dropped['name']} (the one to go).",
                f"Change its name to exactly {kept['name']}, Save.",
            )
        _, table, _ = ENTITIES[kind]
        return Write(
            **_blank("hand", "hand"),
            entity=ENTITIES[kind][0],
            body={"keep": keep, "drop": drop},
            ref=drop,
            expect={
                "side": "qbo",
                "table": table,
                "key": {"ref": drop, "active": True},
                "shows": None,
            },
            instruction=Instruction(
                where="QuickBooks",
                who="A user with full access to QuickBooks",
                steps=(*clicks, "Confirm. QuickBooks cannot undo a merge."),
                do={"step": "merge", "ref": drop, "into": keep},
            ),
        )

    def edit_in_qbo(self, ref: str, fields: Row, clicks: tuple[str, ...], shows: Row) -> Write:
        """Hand-work on one record in the QuickBooks screen."""
        _, kind, _ = split_ref(ref)
        entity, table, _ = ENTITIES[kind]
        return Write(
            **_blank("hand", "hand"),
            entity=entity,
            body={"ref": ref, **fields},
            ref=ref,
            expect={"side": "qbo", "table": table, "key": {"ref": ref}, "shows": dict(shows)},
            instruction=Instruction(
                where="QuickBooks",
                who="A user with full access to QuickBooks",
                steps=clicks,
                do={"step": "edit", "ref": ref, "fields": dict(fields)},
            ),
        )

    def at_the_screen(self, ref: str, clicks: tuple[str, ...]) -> Write:
        """Hand-work in QuickBooks that neither a rehearsal nor a later pull can see."""
        return Write(
            **_blank("hand", "hand"),
            entity=split_ref(ref)[1],
            body={"ref": ref},
            ref=ref,
            instruction=Instruction(
                where="QuickBooks", who="A user with full access to QuickBooks", steps=clicks
            ),
        )

    def link_in_app(self, ref: str, target: str) -> Write:
        """Hand-work that picks, in the app, the customer that a client is."""
        links, about = self.case.profile.links, self.case.profile.about
        _, kind, _ = split_ref(ref)
        return Write(
            **_blank("hand", "hand"),
            entity=kind,
            body={"ref": ref, "target": target},
            ref=ref,
            instruction=Instruction(
                where=about.name,
                who=about.who,
                steps=(*links.by_hand_steps, f"For {self.called(ref)} pick {self.name(target)}."),
                do={"step": "link", "ref": ref, "target": target},
            ),
        )

    def unlink_in_app(self, ref: str, target: str) -> Write:
        """Hand-work that takes back a link; where nobody tells how, support is asked.

        The next pull shows whether the link is gone.
        """
        links, about = self.case.profile.links, self.case.profile.about
        record_id = split_ref(target)[2]
        which = f"{self.called(ref)} to {self.name(target)} (QuickBooks id {record_id})"
        told = links.unlink_steps if ref.startswith("app:customer:") else ()
        steps = told or (f"Ask {about.name}'s support to take the link back.",)
        return Write(
            **_blank("hand", "hand"),
            entity=split_ref(ref)[1],
            body={"ref": ref, "target": target},
            ref=ref,
            expect={
                "side": "app", "table": "links", "key": {"ref": ref, "linked_ref": target},
                "shows": None,
            },
            instruction=Instruction(
                where=about.name,
                who=about.who,
                steps=(f"The link of {which} is wrong.", *steps),
                do={"step": "unlink", "ref": ref, "target": target},
            ),
        )  # fmt: skip

    def create(
        self, entity: str, table: str, body: Row, name: str = "", look_up: LookUp | None = None
    ) -> Write:
        """The request that makes a record in QuickBooks, found again by its name, or as said."""
        return Write(
            **_blank("qbo", "create"),
            entity=entity,
            body=body,
            expect={
                "side": "qbo", "table": table, "key": {"name": name}, "shows": {"active": True}
            } if name else {},
            look_up=LookUp(entity, "DisplayName", name) if name else look_up,
        )  # fmt: skip

    def create_tax_rate(self, name: str, rate: str, agency: str) -> Write:
        """The request that makes a tax code with one rate.

        Source: Intuit, TaxService entity (TaxCode, TaxRateDetails), read 2026-11-22.
        """
        detail = {
            "TaxRateName": name,
            "RateValue": rate,
            "TaxAgencyId": agency,
            "TaxApplicableOn": "Sales",
        }
        return Write(
            **_blank("qbo", "create"),
            entity="TaxService",
            body={"TaxCode": name, "TaxRateDetails": [detail]},
            expect={
                "side": "qbo",
                "table": "tax_rates",
                "key": {"name": name},
                "shows": {"active": True},
            },
            look_up=LookUp("TaxCode", "Name", name),
        )

    def create_term(self, name: str, days: int) -> Write:
        """The request that makes payment terms of so many days.

        Source: Intuit, Term entity (Name, DueDays), read 2026-11-22.
        """
        return Write(
            **_blank("qbo", "create"),
            entity="Term",
            body={"Name": name, "DueDays": days},
            expect={
                "side": "qbo",
                "table": "terms",
                "key": {"name": name},
                "shows": {"active": True},
            },
            look_up=LookUp("Term", "Name", name),
        )


def _by_hand_in_qbo(write: Write) -> bool:
    return write.instruction is not None and write.instruction.where == "QuickBooks"


def _blank(to: WriteTo, operation: Operation) -> dict[str, Any]:
    return {"id": "", "action_id": "", "to": to, "operation": operation}


def _action_id(action: Action) -> str:
    # the title says what is done: an id read aloud yesterday must not approve something else today
    said = f"{action.kind}|{action.ref}|{action.other_ref}|{action.cause}|{action.title}"
    return f"{action.kind}-{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def _shown(value: Any) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if hasattr(value, "quantize"):
        return f"{value:,.2f}"
    return str(value)


def _usage(case: Case) -> dict[str, str]:
    """How much each customer is used, in words: "14 invoices, last 2026-10-03"."""
    said: dict[str, str] = {}
    for side in (case.books.app, case.books.qbo):
        sales = side.invoices.dropna(subset=["customer_ref"]).groupby("customer_ref")["date"]
        for ref, count, last in sales.agg(["size", "max"]).itertuples():
            day = "" if pd.isna(last) else f", last {last.date().isoformat()}"
            said[str(ref)] = f"{count} invoice{'s' if count > 1 else ''}{day}"
    return said
