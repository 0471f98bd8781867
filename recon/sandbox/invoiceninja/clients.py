"""Clients and their contacts: made, changed, merged.

Source: Invoice Ninja API reference 5.12.55, "Merge client", read 2026-11-26; updates (contacts
that are not listed go, a currency that is left out becomes the company's) and what a merge moves:
behaviour of 5.10.42, read 2026-11-22; an update without `contacts` that removed them all: pull
request 95 of the PHP SDK, 2022-10-27, read 2026-11-26; addresses of contacts are checked, and
differ from each other: behaviour of its public repository, read 2026-11-26. What counts as an
address is Laravel's matter; only the plain cases are told here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from recon.sandbox.books.company import Record
from recon.sandbox.demo.app import display_name
from recon.sandbox.invoiceninja import fields
from recon.sandbox.invoiceninja.desk import Desk
from recon.sandbox.invoiceninja.kinds import CLIENTS, CONTACT, KINDS
from recon.sandbox.invoiceninja.refusals import RefusedError, chosen_badly, invalid, missing
from recon.sandbox.invoiceninja.statics import CURRENCIES
from recon.sandbox.records.amounts import number, units

_SUMS = ("balance", "paid_to_date", "credit_balance", "payment_balance")
_FOLLOW = ("invoices", "payments", "quotes", "credits")
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)*")


def create(desk: Desk, body: Mapping[str, Any]) -> Record:
    """A new client; one without a number gets the next, one without contacts a blank one."""
    client = {**desk.new(CLIENTS), **fields.settable(CLIENTS, body)}
    client["settings"] = {"currency_id": desk.currency, **_settings(body)}
    client["contacts"] = _contacts(desk, [], body.get("contacts") or [{}])
    client["number"] = client["number"] or desk.store.new_number("clients")
    return _settle(desk, client)


def update(desk: Desk, client: Record, body: Mapping[str, Any]) -> Record:
    """A changed client; what is not sent stays, save for the currency and as the switches say."""
    desk.refuse_gone(client)
    client.update(fields.settable(CLIENTS, body))
    settings = _settings(body)
    if "currency_id" not in settings and desk.switches.currency_left_out == "company":
        settings["currency_id"] = desk.currency
    client["settings"] = {**client["settings"], **settings}
    if "contacts" in body:
        client["contacts"] = _contacts(desk, client["contacts"], body["contacts"] or [{}])
    elif desk.switches.contacts_left_out == "removed":
        client["contacts"] = []
    return _settle(desk, client)


def merge(desk: Desk, keep_id: str, drop_id: str) -> Record:
    """One client merged into another: what hung on the dropped one moves, sums are added.

    Contacts move unless the kept client has their e-mail already. Name, address and the link to
    QuickBooks of the dropped client are lost, and the client itself is gone for good.

    Raises:
        RefusedError: 404, or 422 for a client and itself.
    """
    keep, drop = desk.store.get("clients", keep_id), desk.store.get("clients", drop_id)
    if keep is None or drop is None:
        raise RefusedError(404, "There is no such client.")
    if keep_id == drop_id:
        raise invalid({"client_id": ["A client cannot be merged into itself."]})
    emails = {contact["email"].casefold() for contact in keep["contacts"]}
    for contact in drop["contacts"]:
        if not contact["email"] or contact["email"].casefold() not in emails:
            keep["contacts"].append({**contact, "is_primary": False})
    for name in _SUMS:
        keep[name] = number(units(keep[name]) + units(drop[name]))
    for path in _FOLLOW:
        for record in desk.store.every(path):
            if record["client_id"] == drop_id:
                desk.store.put(path, {**record, "client_id": keep_id})
    keep["display_name"] = display_name(keep)
    desk.put(CLIENTS, keep)
    desk.store.remove("clients", drop_id)
    return keep


def _settings(body: Mapping[str, Any]) -> Record:
    """The settings that the request sends.

    Raises:
        RefusedError: 422 for settings that are none, and for an unknown currency.
    """
    settings = body.get("settings") or {}
    if not isinstance(settings, dict):
        raise invalid({"settings": ["The settings field must be an array."]})
    currency = settings.get("currency_id")
    if currency and str(currency) not in CURRENCIES:
        raise chosen_badly("settings.currency_id")
    return {name: value for name, value in settings.items() if value not in (None, "")}


def _contacts(desk: Desk, held: list[Record], sent: object) -> list[Record]:
    """The contacts after a request: exactly the listed ones, those with a known id changed.

    Raises:
        RefusedError: 422 for a list that is none.
    """
    if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
        raise invalid({"contacts": ["The contacts field must be an array."]})
    known = {contact["id"]: contact for contact in held}
    contacts = []
    for position, each in enumerate(sent):
        given = {name: each[name] for name in CONTACT.keys() - {"id"} if name in each}
        values = fields.typed(given, CONTACT, f"contacts.{position}.")
        before = known.get(str(each.get("id") or "")) or {**CONTACT, "id": desk.store.new_id()}
        contacts.append({**before, **values})
    if desk.switches.contact_emails == "checked":
        _check_emails(contacts)
    if not any(contact["is_primary"] for contact in contacts):
        contacts[0]["is_primary"] = True
    return contacts


def _check_emails(contacts: list[Record]) -> None:
    """Refuse addresses that are none, and the same one twice.

    Raises:
        RefusedError: 422, every contact that is wrong.
    """
    used: set[str] = set()
    errors: dict[str, list[str]] = {}
    for position, contact in enumerate(contacts):
        email, field = contact["email"], f"contacts.{position}.email"
        if email and not _ADDRESS.fullmatch(email):
            errors[field] = [f"The {field} field must be a valid email address."]
        elif email and email in used:
            errors[field] = [f"The {field} field has a duplicate value."]
        used.add(email)
    if errors:
        raise invalid(errors)


def _settle(desk: Desk, client: Record) -> Record:
    fields.check(desk.store, CLIENTS, client)
    client["display_name"] = display_name(client)
    return desk.put(CLIENTS, client)


def bulk_update(desk: Desk, client: Record, body: Mapping[str, Any]) -> None:
    """Set one of the columns that may be set for many clients at once; the name is none of them.

    Raises:
        RefusedError: 422.
    """
    column = str(body.get("column") or "")
    allowed = {"public_notes", "industry_id", "size_id", "country_id"}
    if column not in allowed | {name for name in KINDS["clients"].fields if "custom" in name}:
        raise chosen_badly("column")
    desk.refuse_gone(client)
    client.update(fields.settable(CLIENTS, {column: body.get("new_value")}))
    _settle(desk, client)


def update_group(desk: Desk, client: Record, body: Mapping[str, Any]) -> None:
    """Put a client into a group.

    Raises:
        RefusedError: 422 without a group.
    """
    if not body.get("group_settings_id"):
        raise missing("group_settings_id")
    desk.refuse_gone(client)
    client["group_settings_id"] = str(body["group_settings_id"])
    desk.put(CLIENTS, client)
