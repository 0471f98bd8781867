"""From the app to QuickBooks: one invoice with its client and its items.

Source: Invoice Ninja user guide, "Quickbooks" (as at 5.12.4), and descriptions of the newer
integration: which name is looked up, what happens on 6240, how items are found, when an invoice of
the same number counts as the same; read 2026-11-22.
"""

from __future__ import annotations

import re

from recon.sandbox.books.company import Record
from recon.sandbox.demo.app import NO_CONTACT
from recon.sandbox.invoiceninja.desk import Desk
from recon.sandbox.invoiceninja.quickbooks import QuickBooks, UnansweredError
from recon.sandbox.records.amounts import units

_TYPES = " AND Active = true AND Type IN ('Service', 'NonInventory', 'Inventory')"
_NAME_MOST, _NUMBER_MOST, _SUFFIX = 100, 21, " (C)"
_CENT = 100  # ten-thousandths
_GONE = re.compile(r"[\"'<>\\?*|]")


def looked_up_name(client: Record, *, cleaned: bool) -> str:
    """The name under which a client is looked up and created in QuickBooks."""
    name = str(client["name"])
    if len(name) <= 1:
        name = next(filter(None, map(_person, client["contacts"])), NO_CONTACT)
    return _cleaned(name) if cleaned else name[:_NAME_MOST]


def _person(contact: Record) -> str:
    if not contact["email"]:
        return ""
    return f"{contact['first_name']} {contact['last_name']}".strip() or str(contact["email"])


def _cleaned(name: str) -> str:
    for old, new in ((":", "-"), ("&", " and "), ("/", " ")):
        name = name.replace(old, new)
    name = " ".join(_GONE.sub("", name).split()).strip(" -")
    return (name or "Customer")[:_NAME_MOST].rstrip()


def client_id(desk: Desk, quickbooks: QuickBooks, ours: str) -> str:
    """The QuickBooks customer of a client: as stored, else of its name, else a new one.

    Raises:
        UnansweredError: neither found nor made.
    """
    client = desk.store.get("clients", ours)
    if client is None:
        raise UnansweredError("There is no such client.")
    stored = str(client["sync"].get("qb_id") or "")
    if stored and quickbooks.read("Customer", stored):
        return stored
    name = looked_up_name(client, cleaned=desk.switches.pushed_name == "cleaned")
    found = quickbooks.first("Customer", "DisplayName", name)
    customer = found or _new_customer(desk, quickbooks, client, name)
    _remember(desk, "clients", client, {"qb_id": customer["Id"]})
    return str(customer["Id"])


def _new_customer(desk: Desk, quickbooks: QuickBooks, client: Record, name: str) -> Record:
    body: Record = {"DisplayName": name, "CompanyName": name[:_NAME_MOST]}
    contact: Record = client["contacts"][0] if client["contacts"] else {}
    if contact.get("email"):
        body["PrimaryEmailAddr"] = {"Address": contact["email"][:100]}
    for ours, theirs, most in (("first_name", "GivenName", 25), ("last_name", "FamilyName", 25)):
        if contact.get(ours):
            body[theirs] = contact[ours][:most]
    body["BillAddr"] = {
        "Line1": client["address1"][:41],
        "City": client["city"][:31],
        "CountrySubDivisionCode": client["state"][:21],
        "PostalCode": client["postal_code"][:13],
    }
    try:
        return quickbooks.write("Customer", body)
    except UnansweredError as error:
        if error.code != "6240":
            raise
        again = quickbooks.first("Customer", "DisplayName", name)
        if again is not None:
            return again
        if desk.switches.name_collision == "fails":
            raise
        body["DisplayName"] = name[: _NAME_MOST - len(_SUFFIX)] + _SUFFIX
        return quickbooks.write("Customer", body)


def _item_id(desk: Desk, quickbooks: QuickBooks, line: Record) -> str:
    """The QuickBooks item of a line: of its product, of its key, else a new one."""
    key = line["product_key"]
    for product in desk.store.every("products"):
        if key and product["product_key"] == key and product["sync"].get("qb_id"):
            return str(product["sync"]["qb_id"])
    if key and (found := quickbooks.first("Item", "Name", key, _TYPES)):
        return str(found["Id"])
    account = quickbooks.first("Account", "AccountType", "Income")
    if account is None:
        raise UnansweredError("There is no income account.")
    name = key or f"Product {desk.store.new_id()}"
    kind = "Service" if line["type_id"] == "2" or line["tax_id"] in {"5", "8"} else "NonInventory"
    body = {"Name": name, "Type": kind, "UnitPrice": line["cost"]}
    return str(
        quickbooks.write("Item", {**body, "IncomeAccountRef": {"value": account["Id"]}})["Id"]
    )


def invoice(desk: Desk, quickbooks: QuickBooks, record: Record) -> None:
    """Create the invoice in QuickBooks, or write it over the one that it is linked to.

    What stands in the way is told in the invoice's `sync`, and nothing is written.
    """
    try:
        customer = client_id(desk, quickbooks, record["client_id"])
        stored = str(record["sync"].get("qb_id") or "")
        held = quickbooks.read("Invoice", stored) if stored else None
        state, twin = ("", held) if held else compare(desk, quickbooks, record)
        if not held and twin is not None:
            return flag(desk, record, state, "QuickBooks has an invoice of this number.")
        body = _body(desk, quickbooks, record, customer)
        if held:
            body |= {"Id": held["Id"], "SyncToken": held["SyncToken"]}
        written = quickbooks.write("Invoice", body)
    except UnansweredError as error:
        return flag(desk, record, "error", f"{error} ({error.code})" if error.code else str(error))
    token = str(written["SyncToken"])
    link = {"qb_id": str(written["Id"]), "qb_sync_token": token}
    _remember(desk, "invoices", record, {**link, "qb_status": "synced", "qb_status_message": ""})
    return None


def _body(desk: Desk, quickbooks: QuickBooks, record: Record, customer: str) -> Record:
    exempt = {"5", "8"}
    lines = [
        {
            "DetailType": "SalesItemLineDetail",
            "Amount": line["line_total"],
            "Description": line["notes"][:4000],
            "SalesItemLineDetail": {
                "ItemRef": {"value": _item_id(desk, quickbooks, line)},
                "Qty": line["quantity"],
                "UnitPrice": line["cost"],
                "TaxCodeRef": {
                    "value": "NON" if line["tax_id"] in exempt or not line["tax_rate1"] else "TAX"
                },
            },
        }
        for line in record["line_items"]
    ]
    return {
        "CustomerRef": {"value": customer},
        "DocNumber": record["number"][:_NUMBER_MOST],
        "TxnDate": record["date"],
        **({"DueDate": record["due_date"]} if record["due_date"] else {}),
        "PrivateNote": record["private_notes"][:4000],
        "TxnTaxDetail": {"TotalTax": record["total_taxes"]},
        "Line": lines,
    }


def compare(desk: Desk, quickbooks: QuickBooks, record: Record) -> tuple[str, Record | None]:
    """What QuickBooks has under the number of an invoice that is not linked, and the app's word.

    Number, total (to a cent) and customer have to agree for `linkable`.
    """
    if not record["number"]:
        return "syncable", None
    twin = quickbooks.first("Invoice", "DocNumber", record["number"])
    if twin is None:
        return "syncable", None
    client = desk.store.get("clients", record["client_id"]) or {"sync": {}}
    same_customer = twin["CustomerRef"]["value"] == client["sync"].get("qb_id")
    return ("linkable" if same_customer and _same_total(record, twin) else "data_mismatch"), twin


def _same_total(record: Record, twin: Record) -> bool:
    return abs(units(twin["TotalAmt"]) - units(record["amount"])) <= _CENT


def link(desk: Desk, quickbooks: QuickBooks, record: Record) -> None:
    """Link an invoice to the one of the same number, total and customer; flag it otherwise."""
    state, twin = compare(desk, quickbooks, record)
    if state != "linkable" or twin is None:
        return flag(desk, record, state, "Number, total and customer have to agree.")
    found = {"qb_id": twin["Id"], "qb_sync_token": str(twin["SyncToken"])}
    return _remember(desk, "invoices", record, {**found, "qb_status": "synced"})


def flag(desk: Desk, record: Record, status: str, message: str) -> None:
    """Note in an invoice's `sync` how it stands with QuickBooks."""
    _remember(desk, "invoices", record, {"qb_status": status, "qb_status_message": message})


def _remember(desk: Desk, path: str, record: Record, changes: Record) -> None:
    record["sync"] = {**record["sync"], **changes}
    desk.store.put(path, record)


def checked(desk: Desk, quickbooks: QuickBooks, record: Record) -> Record:
    """How an invoice stands with QuickBooks, with what to do about it; nothing is changed.

    The six words are the app's own; the names of the other members are ours.
    """
    stored = str(record["sync"].get("qb_id") or "")
    if stored:
        twin = quickbooks.read("Invoice", stored)
        status = _linked_status(record, twin)
    else:
        status, twin = compare(desk, quickbooks, record)
    theirs = twin or {}
    return {
        "status": status,
        "entity": "invoice",
        "id": record["id"],
        "quickbooks_id": twin["Id"] if twin else "",
        "comparison": {
            "number": {
                "invoice_ninja": record["number"],
                "quickbooks": theirs.get("DocNumber"),
            },
            "total": {
                "invoice_ninja": record["amount"],
                "quickbooks": theirs.get("TotalAmt"),
            },
        },
        "recommended_actions": _ADVICE[status],
    }


def _linked_status(record: Record, twin: Record | None) -> str:
    if twin is None:
        return "not_found"
    if not units(twin["TotalAmt"]) and "Voided" in str(twin.get("PrivateNote", "")):
        return "voided"
    same = twin.get("DocNumber", "") == record["number"][:_NUMBER_MOST]
    return "synced" if same and _same_total(record, twin) else "data_mismatch"


_ADVICE = {
    "syncable": ["force_push"],
    "linkable": ["force_link"],
    "synced": [],
    "data_mismatch": ["change_invoice_number", "verify_quickbooks_invoice"],
    "not_found": ["force_push"],
    "voided": ["verify_quickbooks_invoice"],
}
