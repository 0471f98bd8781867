"""What is done to a record as a whole: archived, restored, deleted, sent, paid, cancelled.

Source: Invoice Ninja API reference 5.12.55, "Bulk client actions", read 2026-11-26; actions of the
other kinds: API description, 5.10, read 2026-11-22. Nothing is removed by a delete; only a merge
removes. What a delete does to balances is not established.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recon.sandbox.books.company import Record
from recon.sandbox.invoiceninja import clients, fields, payments, products, sales
from recon.sandbox.invoiceninja.desk import Desk
from recon.sandbox.invoiceninja.kinds import PAYMENTS, SALES, Kind


def act(desk: Desk, kind: Kind, record: Record, action: str, body: Mapping[str, Any]) -> None:
    """Do one of the kind's actions to a record.

    Raises:
        RefusedError: 422 or 400, as the action's own module says.
    """
    if action in {"archive", "restore", "delete"}:
        _keep_or_drop(desk, kind, record, action)
    elif action == "bulk_update":
        clients.bulk_update(desk, record, body)
    elif action == "assign_group":
        clients.update_group(desk, record, body)
    elif action == "set_tax_id":
        products.set_tax_id(desk, record, body)
    elif kind.path in SALES:
        sales.act(desk, kind, record, action)


def _keep_or_drop(desk: Desk, kind: Kind, record: Record, action: str) -> None:
    was_deleted = record["is_deleted"]
    if action == "restore":
        record["archived_at"], record["is_deleted"] = 0, False
    else:
        record["archived_at"] = record["archived_at"] or desk.now
        record["is_deleted"] = was_deleted or action == "delete"
    if record["is_deleted"] == was_deleted:
        desk.put(kind, record)
        return
    fields.check(desk.store, kind, record)
    desk.put(kind, record)
    if kind is PAYMENTS:
        payments.delete(desk, record, 1 if was_deleted else -1)
    elif kind.path in SALES:
        (sales.restore if was_deleted else sales.delete)(desk, kind, record)
