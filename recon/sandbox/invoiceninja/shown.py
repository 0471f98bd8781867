"""Records as answers show them: with the relations that `include` names, the link as switched.

Source: Invoice Ninja API description, 5.10 (`include` of each list; `paymentables` and `contacts`
are always there), read 2026-11-22; an `include` of what does not exist answered 500 (NumberSearch
issue 303, 2022-12), later versions filter it (pull request 11756), read 2026-11-26.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from recon.sandbox.books.company import Record
from recon.sandbox.invoiceninja.desk import Desk
from recon.sandbox.invoiceninja.kinds import CLIENTS, INVOICES, PAYMENTS, Kind
from recon.sandbox.invoiceninja.refusals import RefusedError


def shown(desk: Desk, kind: Kind, record: Record) -> Record:
    """A record as the API shows it: a client with its contacts, the link only where switched on."""
    switch = desk.switches.sync_shown
    if switch == "all" or (switch == "invoices" and kind is INVOICES):
        return record
    return {name: value for name, value in record.items() if name != "sync"}


def with_relations(
    desk: Desk, kind: Kind, records: Sequence[Record], params: Mapping[str, str]
) -> list[Record]:
    """Records with what `include` asks for beside them.

    Raises:
        RefusedError: 500 for an unknown relation, where switched so.
    """
    wanted = {each.strip() for each in params.get("include", "").split(",")} - {""}
    if wanted - kind.includes and desk.switches.unknown_include == "500":
        raise RefusedError(500, "Server Error")
    answers = [shown(desk, kind, record) for record in records]
    if "client" in wanted & kind.includes:
        for at, answer in enumerate(answers):
            client = desk.store.get("clients", answer["client_id"])
            if client is not None:
                answers[at] = {**answer, "client": shown(desk, CLIENTS, client)}
    if "payments" in wanted & kind.includes:
        paid_by = _payments_by_invoice(desk)
        answers = [{**answer, "payments": paid_by[answer["id"]]} for answer in answers]
    if "invoices" in wanted & kind.includes:
        answers = [{**answer, "invoices": _invoices_of(desk, answer)} for answer in answers]
    empty = wanted & kind.includes - {"client", "payments", "invoices", "contacts", "paymentables"}
    return [{**answer, **{name: [] for name in sorted(empty)}} for answer in answers]


def _payments_by_invoice(desk: Desk) -> defaultdict[str, list[Record]]:
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for payment in desk.store.every("payments"):
        for part in payment["paymentables"]:
            found[part["invoice_id"]].append(shown(desk, PAYMENTS, payment))
    return found


def _invoices_of(desk: Desk, payment: Record) -> list[Record]:
    held = (desk.store.get("invoices", part["invoice_id"]) for part in payment["paymentables"])
    return [shown(desk, INVOICES, invoice) for invoice in held if invoice is not None]
