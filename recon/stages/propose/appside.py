"""Writes on the app's side: over its API where it was read over it, else hand-work.

Both say the same and promise the same; the write to an API also carries what was there before,
which is compared before it is sent and put back by an undo, and how a person would do it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from recon.behaviour import About
from recon.books import Side, split_ref
from recon.plan import Instruction, Write

Row = Mapping[str, Any]

_SEEN = ("name", "number", "email")
"""What somebody goes by who says that two customers are one."""
_ADDRESS = ("address_line1", "address_line2", "city", "region", "postal_code", "tax_number")
_COLUMNS = (*_SEEN, *_ADDRESS, "reference")
"""What can be changed of a record and seen in our tables, under the same word."""
_FIXED = frozenset({"cancelled", "reversed"})
"""Statuses of invoices that an app changes no more.

Source: Invoice Ninja v5.10.42 refuses to change a cancelled invoice, read 2026-11-22.
"""


@dataclass(frozen=True)
class AppSide:
    """Makes the writes that change the app's records.

    Attributes:
        about: the app, as its profile tells of it.
        side: its records.
        rows: every record by its ref.
        called: a record's name, for people.
    """

    about: About
    side: Side
    rows: Mapping[str, Row]
    called: Callable[[str], str]

    @property
    def live(self) -> bool:
        """Whether recon makes the changes itself."""
        return self.side.live

    @property
    def way(self) -> str:
        """How a change gets there, to begin a sentence with."""
        if self.live:
            return f"Through the API of {self.about.name}"
        return f"By hand in {self.about.name}"

    def edit(self, ref: str, fields: Row, then: tuple[str, ...] = ()) -> Write:
        """Change fields of one record, as `_COLUMNS`.

        `item` is sold on the lines of an invoice that name none, or `instead_of` what they name.
        """
        _, kind, record_id = split_ref(ref)
        said = ", ".join(
            f"{label.replace('_', ' ')}: {value or '(empty)'}" for label, value in fields.items()
        )
        shows = {f: v or None for f, v in fields.items() if f in _COLUMNS}
        key = {"ref": ref} if "number" not in fields else {"number": fields["number"]}
        if kind == "item" and "name" in fields:
            key = {"name": fields["name"]}
        write = Write(
            **_BY_HAND,
            entity=kind,
            body={"ref": ref, **fields},
            ref=ref,
            expect={"side": "app", "table": f"{kind}s", "key": key, "shows": shows},
            instruction=Instruction(
                where=self.about.name,
                who=self.about.who,
                steps=(*self.about.manual_edit, f"In {kind} {record_id}: {said}."),
                then=then,
                do={"step": "edit", "ref": ref, "fields": dict(fields)},
            ),
        )
        return self._over_api(write, fields) if self.live else write

    def merge(self, keep: str, drop: str) -> Write:
        """Merge one customer into another; nobody can undo it."""
        write = Write(
            **_BY_HAND,
            entity="customer",
            body={"keep": keep, "drop": drop},
            ref=drop,
            expect={"side": "app", "table": "customers", "key": {"ref": drop}, "shows": None},
            instruction=Instruction(
                where=self.about.name,
                who=self.about.who,
                steps=(
                    *self.about.manual_merge,
                    f"Keep number {split_ref(keep)[2]} ({self.called(keep)}).",
                    f"Merge number {split_ref(drop)[2]} ({self.called(drop)}) into it.",
                ),
                do={"step": "merge", "ref": drop, "into": keep},
            ),
        )
        if not self.live:
            return write
        body = {
            "Id": self.rows[drop]["id"],
            "into": self.rows[keep]["id"],
            "seen": {"Id": self._seen(drop), "into": self._seen(keep)},
        }
        return replace(write, to="app", operation="merge", body=body)

    def rename_item(self, ref: str, name: str) -> list[Write]:
        """Give a product another key, and the lines that name it."""
        then = (
            f"On invoices that still name {self.called(ref)}, choose {name} on the line and save."
        )
        edit = self.edit(ref, {"name": name}, (then,))
        return [*self._lines_named(ref, name), edit] if self.live else [edit]

    def sell_as(self, keep: str, drop: str) -> list[Write]:
        """Sell one product as another, and delete it."""
        old, new = self.called(drop), self.called(keep)
        write = Write(
            **_BY_HAND,
            entity="item",
            body={"keep": keep, "drop": drop},
            ref=drop,
            expect={"side": "app", "table": "items", "key": {"ref": drop}, "shows": None},
            instruction=Instruction(
                where=self.about.name,
                who=self.about.who,
                steps=(
                    f"On invoices that name {old}, choose {new} on the line and save.",
                    f"Open Products, choose {old}, More Actions > Delete.",
                ),
                do={"step": "merge", "ref": drop, "into": keep},
            ),
        )
        if not self.live:
            return [write]
        gone = self._over_api(write, {"deleted": True}, {"deleted": False})
        return [*self._lines_named(drop, new), gone]

    def _over_api(self, write: Write, fields: Row, before: Row | None = None) -> Write:
        row = self.rows[write.ref]
        if "item" in fields:
            lines, gone = self.side.invoice_lines, fields.get("instead_of", "")
            named = lines["item_name"].fillna("")
            there = lines.loc[(lines["ref"] == write.ref) & (named == gone), "position"]
            fields, before = (
                {"items": dict.fromkeys(map(str, there), told)} for told in (fields["item"], gone)
            )
        restore = before or {name: row.get(name) or "" for name in fields}
        body = {"Id": row["id"], **fields}
        return replace(write, to="app", operation="update", body=body, restore=dict(restore))

    def _lines_named(self, ref: str, name: str) -> list[Write]:
        """One write for each invoice that names a product, all of its lines together."""
        old = str(self.rows[ref]["name"])
        return [
            self._rename_lines(invoice, positions, old, name)
            for invoice, positions in self._sold.get(old, {}).items()
            if str(self.rows[invoice].get("status") or "") not in _FIXED
        ]

    def _rename_lines(self, invoice: str, positions: list[str], old: str, name: str) -> Write:
        now, before = (dict.fromkeys(positions, told) for told in (name, old))
        held = self.rows[invoice]
        clicks = f"In invoice {held['number'] or held['id']} choose {name} where it names {old}."
        return Write(
            **{**_BY_HAND, "to": "app", "operation": "update"},
            entity="invoice",
            body={"Id": held["id"], "items": now},
            ref=invoice,
            expect={
                "side": "app",
                "table": "invoice_lines",
                "key": {"ref": invoice, "item_name": old},
                "shows": None,
            },
            restore={"items": before},
            instruction=Instruction(
                where=self.about.name,
                who=self.about.who,
                steps=(clicks,),
                do={"step": "edit", "ref": invoice, "fields": {"items": now}},
            ),
        )

    @cached_property
    def _sold(self) -> dict[str, dict[str, list[str]]]:
        """Item name to the invoices that name it, each with the positions of those lines."""
        lines = self.side.invoice_lines.dropna(subset=["item_name"])
        sold: dict[str, dict[str, list[str]]] = {}
        named = lines[["item_name", "ref", "position"]].itertuples(index=False, name=None)
        for name, ref, position in named:
            sold.setdefault(name, {}).setdefault(ref, []).append(str(position))
        return sold

    def _seen(self, ref: str) -> dict[str, str]:
        """What a record looked like when somebody decided on it."""
        row = self.rows[ref]
        return {name: "" if pd.isna(row.get(name)) else str(row[name]) for name in _SEEN}


def turn_of(write: Write) -> int:
    """When a write to the app has its turn among others of its room, the smallest first.

    A merge first: it is held against what both customers looked like. Then e-mail addresses: an
    API may refuse any change of a record whose address is not one.
    """
    if write.operation == "merge":
        return 0
    return 1 if write.to == "app" and "email" in write.body else 2


_BY_HAND: dict[str, Any] = {"id": "", "action_id": "", "to": "hand", "operation": "hand"}
