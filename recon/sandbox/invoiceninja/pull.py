"""From QuickBooks to the app: the import of clients, products and invoices, and one invoice.

Source: Invoice Ninja user guide, "Quickbooks" (as at 5.12.4, "How Matching Works"), and
descriptions of the newer integration, which compares a client's name with CompanyName and flags
numbers that clash; where the two differ there is a switch; read 2026-11-22. A comparison of names
knows neither case nor blanks at the end (the database's collation).
"""

from __future__ import annotations

from collections.abc import Collection

from recon.sandbox.books.company import Record
from recon.sandbox.demo.app import display_name
from recon.sandbox.invoiceninja import push
from recon.sandbox.invoiceninja.desk import Desk
from recon.sandbox.invoiceninja.kinds import CLIENTS, CONTACT, INVOICES, LINE, PRODUCTS, SENT
from recon.sandbox.invoiceninja.payments import status_of
from recon.sandbox.invoiceninja.quickbooks import QuickBooks
from recon.sandbox.records.amounts import number, units

_TYPES = {"Service": "2", "NonInventory": "1", "Inventory": "1"}


def everything(desk: Desk, quickbooks: QuickBooks, kinds: Collection[str]) -> None:
    """Import the kinds that are named (client, product, invoice), whatever their direction."""
    if "client" in kinds:
        for customer in quickbooks.every("Customer"):
            client(desk, customer)
    if "product" in kinds:
        for item in quickbooks.every("Item"):
            product(desk, item)
    if "invoice" in kinds:
        for theirs in quickbooks.every("Invoice"):
            imported_invoice(desk, quickbooks, theirs)


def _linked(desk: Desk, path: str, qb_id: str) -> Record | None:
    every = desk.store.every(path)
    found = next((each for each in every if each["sync"].get("qb_id") == qb_id), None)
    return desk.store.get(path, found["id"]) if found else None


def _same(left: str, right: str) -> bool:
    return left.rstrip().casefold() == right.rstrip().casefold()


def client(desk: Desk, customer: Record) -> Record:
    """The client of a QuickBooks customer: by link, name or e-mail, else a new one."""
    by_company = desk.switches.import_name == "company_name"
    name = str(customer.get("CompanyName" if by_company else "DisplayName") or "")
    email = str((customer.get("PrimaryEmailAddr") or {}).get("Address") or "")
    found = _linked(desk, "clients", customer["Id"]) or _alike(desk, name, email)
    record = found or {**desk.new(CLIENTS), "number": desk.store.new_number("clients")}
    if name or desk.switches.import_blank_name == "written" or found is None:
        record["name"] = name
    address = customer.get("BillAddr") or {}
    for ours, theirs in (("address1", "Line1"), ("city", "City"), ("postal_code", "PostalCode"),
                         ("state", "CountrySubDivisionCode")):  # fmt: skip
        record[ours] = str(address.get(theirs) or "")
    record["is_tax_exempt"] = customer.get("Taxable") is False
    record["settings"] = record["settings"] or {"currency_id": desk.currency}
    record["contacts"] = _with_contact(desk, record["contacts"], customer, email)
    record["sync"] = {**record["sync"], "qb_id": customer["Id"]}
    record["display_name"] = display_name(record)
    return desk.put(CLIENTS, record)


def _alike(desk: Desk, name: str, email: str) -> Record | None:
    """The client of a name, else of an e-mail; not whether it is linked to somebody already."""
    every = desk.store.every("clients")
    found = next((c for c in every if name and _same(c["name"], name)), None) or next(
        (c for c in every if email and any(_same(k["email"], email) for k in c["contacts"])), None
    )
    return desk.store.get("clients", found["id"]) if found else None


def _with_contact(desk: Desk, contacts: list[Record], customer: Record, email: str) -> list[Record]:
    phone = str((customer.get("PrimaryPhone") or {}).get("FreeFormNumber") or "")
    told = {
        "first_name": str(customer.get("GivenName") or ""),
        "last_name": str(customer.get("FamilyName") or ""),
        "email": email,
        "phone": phone,
    }
    for contact in contacts:
        if _same(contact["email"], email):
            contact.update(told)
            return contacts
    new = {**CONTACT, "id": desk.store.new_id(), **told, "is_primary": True}
    return [new, *({**contact, "is_primary": False} for contact in contacts)]


def product(desk: Desk, item: Record) -> Record | None:
    """The product of an item: by link, then by its key; categories and bundles are left out."""
    if item["Type"] not in _TYPES:
        return None
    names = {item["Name"], item.get("FullyQualifiedName", item["Name"])}
    found = _linked(desk, "products", item["Id"])
    if found is None:
        every = desk.store.every("products")
        alike = next((p for p in every if any(_same(p["product_key"], n) for n in names)), None)
        found = desk.store.get("products", alike["id"]) if alike else None
    record = found or desk.new(PRODUCTS)
    record |= {
        "product_key": item["Name"],
        "notes": str(item.get("Description") or ""),
        "cost": float(item.get("PurchaseCost") or 0),
        "price": float(item.get("UnitPrice") or 0),
        "in_stock_quantity": int(item.get("QtyOnHand") or 0),
        "sync": {**record["sync"], "qb_id": item["Id"]},
    }
    return desk.put(PRODUCTS, record)


def imported_invoice(desk: Desk, quickbooks: QuickBooks, theirs: Record) -> None:
    """The invoice of a QuickBooks invoice: by link only; a new one for any other."""
    found = _linked(desk, "invoices", theirs["Id"])
    if found is not None:
        return overwrite(desk, found, theirs)
    told = str(theirs.get("DocNumber") or "")
    if desk.store.is_taken("invoices", "number", told, ""):
        if desk.switches.import_number_clash == "flagged":
            return _flag_clash(desk, quickbooks, told)
        told = f"{told}_{theirs['Id']}"
    customer_id = theirs["CustomerRef"]["value"]
    owner = _linked(desk, "clients", customer_id)
    if owner is None:
        customer = quickbooks.read("Customer", customer_id)
        if customer is None:
            return None
        owner = client(desk, customer)
    record = {**desk.new(INVOICES), "client_id": owner["id"], "status_id": SENT}
    record["number"] = told or desk.store.new_number("invoices")
    record["sync"] = {"qb_id": theirs["Id"], "qb_status": "synced"}
    return overwrite(desk, record, theirs)


def _flag_clash(desk: Desk, quickbooks: QuickBooks, told: str) -> None:
    held = next(each for each in desk.store.every("invoices") if each["number"] == told)
    record = desk.store.get("invoices", held["id"])
    if record is not None and not record["sync"].get("qb_id"):
        state, _ = push.compare(desk, quickbooks, record)
        push.flag(desk, record, state, "QuickBooks has an invoice of this number.")


def overwrite(desk: Desk, record: Record, theirs: Record) -> None:
    """Write a QuickBooks invoice over the app's; lines only where the balances differ."""
    balance = units(theirs.get("Balance"))
    change = balance - units(record["balance"])
    record["date"] = theirs.get("TxnDate", record["date"])
    record["due_date"] = theirs.get("DueDate") or ""
    if change or not record["line_items"]:
        record["line_items"] = [
            _line(line) for line in theirs["Line"] if line["DetailType"] == "SalesItemLineDetail"
        ]
        record["amount"] = number(units(theirs["TotalAmt"]))
        tax = (theirs.get("TxnTaxDetail") or {}).get("TotalTax")
        record["total_taxes"] = number(units(tax))
        record["balance"] = number(balance)
        record["paid_to_date"] = number(units(theirs["TotalAmt"]) - balance)
        record["status_id"] = status_of(record)
        desk.move(record["client_id"], balance=change)
    record["sync"] = {**record["sync"], "qb_sync_token": str(theirs["SyncToken"])}
    desk.put(INVOICES, record)


def _line(line: Record) -> Record:
    detail = line["SalesItemLineDetail"]
    amount = float(line.get("Amount") or 0)
    return {
        **LINE,
        "product_key": str((detail.get("ItemRef") or {}).get("name") or ""),
        "notes": str(line.get("Description") or ""),
        "quantity": float(detail.get("Qty") or 1),
        "cost": float(detail.get("UnitPrice") or amount),
        "line_total": amount,
        "gross_line_total": amount,
    }
