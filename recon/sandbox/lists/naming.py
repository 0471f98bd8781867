"""Names, items, accounts and the other lists: unique names, parents, going inactive, coming back.

Source: Intuit, Customer, Item and Account entity pages, Error codes; ruckus/quickbooks-ruby
fixture deleted_customer.xml; a Go client's notes from Intuit's sandbox, read 2026-11-22.
"""

from __future__ import annotations

import re

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.books.store import fold
from recon.sandbox.lists import accounts, currency, items, terms
from recon.sandbox.records.amounts import units
from recon.sandbox.records.entities import PERSONS, Entity
from recon.sandbox.transactions.stated import UNBILLED

DELETED = " (deleted)"
_SUFFIX = re.compile(r" \([^()]*\)$")
_LEVELS = 5
_CATEGORY_LEVELS = 4
_NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_SUB_FLAGS = {
    "Customer": "Job",
    "Item": "SubItem",
    "Account": "SubAccount",
    "Class": "SubClass",
    "Department": "SubDepartment",
}


def settle(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """Work out and check everything of a list record that its request left to QuickBooks.

    Raises:
        Fault: 6080, 2020 (no name), 6000 (edit of an inactive record), 6150, 2500, 900, 6180, 6240,
            6220, 6280, 6130, and what items, accounts, terms and currencies are refused for.
    """
    record.setdefault("Active", True)
    if kind.name in PERSONS:
        _name_person(record, before)
    assert kind.name_field is not None
    if ledger.switches.display_name_blanks == "trim" and record.get(kind.name_field):
        record[kind.name_field] = record[kind.name_field].strip()
    was_inactive = before is not None and before["Active"] is False
    if was_inactive and not record["Active"]:
        raise faults.deleted_element()
    _settle_own(ledger, kind, record, before)
    parent = _parent(ledger, kind, record)
    _claim_name(ledger, kind, record, returning=was_inactive)
    if before is not None and before["Active"] and not record["Active"]:
        _retire(ledger, kind, record)
    place(kind, record, parent)
    if kind.name in PERSONS and not record.get("PrintOnCheckName"):
        record["PrintOnCheckName"] = record["DisplayName"].removesuffix(DELETED)


def _settle_own(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """What only one kind of list has rules for."""
    if kind.name == "Item":
        items.settle(ledger, record, before)
    elif kind.name == "Account":
        accounts.settle(record, before)
    elif kind.name == "Term":
        terms.settle(record)
    elif kind.name == "CompanyCurrency":
        currency.settle_currency(ledger, record, before)
    elif kind.name in {"Customer", "Vendor"}:
        currency.settle_party(ledger, record, before)
        record.setdefault("Balance", 0)
    if kind.name == "Customer":
        record.setdefault("BalanceWithJobs", 0)
        _check_bill_to(ledger, record, before)


def _check_bill_to(ledger: Ledger, record: Record, before: Record | None) -> None:
    """Who a sub-customer's bills go to stays while the parent pays some of them.

    Raises:
        Fault: 6130; 6150 for a customer who has no parent to bill with.
    """
    if record.get("BillWithParent") and not record.get("ParentRef"):
        raise faults.fault("6150", "ParentRef is required for BillWithParent.", "ParentRef")
    if before is None or not before.get("BillWithParent"):
        return
    parents = [(each.get("ParentRef") or {}).get("value") for each in (before, record)]
    if record.get("BillWithParent") and parents[0] == parents[1]:
        return
    sql = (
        "SELECT 1 FROM record AS form JOIN link ON link.target_id = form.id "
        "AND link.target = form.entity AND link.source = 'Payment' "
        "JOIN record AS paid ON paid.entity = 'Payment' AND paid.id = link.source_id "
        "WHERE form.entity = 'Invoice' AND form.customer = ? AND paid.customer <> form.customer "
        "LIMIT 1"
    )
    if ledger.store.rows(sql, (before["Id"],)):
        said = (
            "You can't change who this customer bills with because there are invoices connected "
            "to a parent account."
        )
        raise faults.fault("6130", said, "BillWithParent")


def _claim_name(ledger: Ledger, kind: Entity, record: Record, *, returning: bool) -> None:
    """Check that the record's name is free; one that comes back loses its suffix first."""
    field = kind.name_field
    assert field is not None
    if not record.get(field):
        raise faults.required(field)
    if returning:
        record[field] = _SUFFIX.sub("", record[field])
    holder = name_holder(ledger, kind, record)
    if holder and returning and ledger.switches.reactivate_on_taken_name == "append":
        record[field] += "-1"
        holder = name_holder(ledger, kind, record)
    if holder:
        raise faults.duplicate_name(holder[1] if holder[0] == kind.name else None)


def _name_person(record: Record, before: Record | None) -> None:
    """Build an absent DisplayName from the parts of the name; never let an update remove it."""
    if not record.get("DisplayName"):
        parts = [str(record[part]) for part in _NAME_PARTS if record.get(part)]
        record["DisplayName"] = " ".join(parts)
    if not record["DisplayName"].strip():
        if before is None:
            detail = "At least one of Title, Name, DisplayName or Suffix is required."
            raise faults.fault("6080", detail)
        record["DisplayName"] = before["DisplayName"]


def name_holder(ledger: Ledger, kind: Entity, record: Record) -> tuple[str, str] | None:
    """Who else has the record's name where it must be unique: (kind, id), or None.

    Customers, vendors and employees share one set of names; every other list has its own, within
    one parent. A name is compared without regard to case.
    """
    assert kind.name_field is not None
    name = fold(record[kind.name_field])
    own = record.get("Id")
    if kind.name in PERSONS:
        sql = "SELECT entity, id FROM record WHERE entity = ? AND name = ?"
        others = [name_ for name_ in PERSONS if name_ != kind.name]
        for each in (kind.name, *others):
            for found in ledger.store.rows(sql, (each, name)):
                if found != (kind.name, own):
                    return found[0], found[1]
        return None
    keys = [name]
    if kind.name == "Item" and ledger.switches.inactive_item_names == "reserved":
        keys.append(name + DELETED)
    parent = (record.get("ParentRef") or {}).get("value")
    marks = ", ".join("?" * len(keys))
    for record_id in ledger.store.ids(
        kind.name, f"name IN ({marks}) AND parent IS ?", (*keys, parent)
    ):
        if record_id != own:
            return kind.name, record_id
    return None


def _parent(ledger: Ledger, kind: Entity, record: Record) -> Record | None:
    """The record's parent, checked; None at the top."""
    flag = _SUB_FLAGS.get(kind.name)
    record_id = (record.get("ParentRef") or {}).get("value")
    if flag is None or record_id is None:
        if flag and record.get(flag):
            raise faults.fault("6150", "ParentRef is required for a sub element.", "ParentRef")
        return None
    record[flag] = True
    if record_id == record.get("Id"):
        raise faults.fault("900", "A record cannot be its own parent.", "ParentRef")
    parent = ledger.store.get(kind.name, record_id)
    if parent is None and ledger.switches.missing_parent == "700":
        raise faults.fault("700", f"Parent Reference Invalid : {record_id}", "ParentRef")
    if parent is None:
        group = "Names" if kind.name in PERSONS else kind.ids
        raise faults.missing_reference(group, record_id)
    if parent["Active"] is False and record["Active"]:
        raise faults.inactive_reference(ledger.switches.inactive_reference)
    if _is_below(ledger, kind, parent, record.get("Id")):
        raise faults.fault("900", "A record cannot be under one of its own subs.", "ParentRef")
    most = _CATEGORY_LEVELS if record.get("Type") == "Category" else _LEVELS
    if int(parent.get("Level") or 0) + 1 + _depth(ledger, kind, record) > most - 1:
        raise faults.fault("6180", f"You can only nest up to {most} levels.", "ParentRef")
    record["ParentRef"] = {"value": record_id, "name": parent.get("FullyQualifiedName", "")}
    return parent


def _is_below(ledger: Ledger, kind: Entity, record: Record, own: str | None) -> bool:
    """The record hangs somewhere below the one with id `own`."""
    above: Record | None = record
    while own and above:
        record_id = (above.get("ParentRef") or {}).get("value")
        if record_id == own:
            return True
        above = ledger.store.get(kind.name, record_id) if record_id else None
    return False


def _depth(ledger: Ledger, kind: Entity, record: Record) -> int:
    """How many levels of records hang below this one."""
    if "Id" not in record:
        return 0
    subs = ledger.store.every(kind.name, "parent = ?", (record["Id"],))
    return max((1 + _depth(ledger, kind, sub) for sub in subs), default=0)


def place(kind: Entity, record: Record, parent: Record | None) -> None:
    """Fill FullyQualifiedName and Level from the parent."""
    if "FullyQualifiedName" not in kind.fields or kind.name_field is None:
        return
    name = record[kind.name_field]
    record["FullyQualifiedName"] = f"{parent['FullyQualifiedName']}:{name}" if parent else name
    flag = _SUB_FLAGS[kind.name]
    if kind.name in {"Customer", "Item"}:
        record["Level"] = int(parent.get("Level") or 0) + 1 if parent else 0
    if kind.name == "Customer":
        record[flag] = parent is not None
    elif parent is None:
        record.pop(flag, None)


def replace_subs(ledger: Ledger, kind: Entity, parent: Record) -> None:
    """Carry a new name, place or level on to every record below."""
    for sub in ledger.store.every(kind.name, "parent = ?", (parent["Id"],)):
        place(kind, sub, parent)
        sub["ParentRef"] = {"value": parent["Id"], "name": parent["FullyQualifiedName"]}
        ledger.store.put(kind.name, sub)
        replace_subs(ledger, kind, sub)


def _retire(ledger: Ledger, kind: Entity, record: Record) -> None:
    """Make a record inactive: refuse where it is still needed, mark its name."""
    if ledger.store.ids(kind.name, "parent = ? AND active = 1", (record["Id"],)):
        said = "You must make the sub elements of this element inactive first."
        if ledger.switches.active_subs == "800":
            raise faults.fault("800", f"Cannot delete object : {said}")
        raise faults.business(said)
    if record.get("Type") == "Category":
        raise faults.business("A category cannot be made inactive.")
    owed = units(record.get("BalanceWithJobs", record.get("Balance")))
    if kind.name in PERSONS and owed and ledger.switches.inactive_with_balance == "6220":
        raise faults.fault("6220", "The element has a balance and cannot be made inactive.")
    if kind.name == "Customer" and ledger.store.links_to(UNBILLED, record["Id"]):
        said = "This customer can't be deleted because they have unbilled charges."
        raise faults.fault("6280", said)
    if kind.name != "Item" or ledger.switches.inactive_item_names == "free":
        assert kind.name_field is not None
        record[kind.name_field] += DELETED
