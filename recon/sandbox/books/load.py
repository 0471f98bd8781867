"""Whole companies in and out of the store, with every derived field worked out on the way in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from recon.sandbox.books.company import Company, Record, Source
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts
from recon.sandbox.lists.naming import place
from recon.sandbox.lists.parties import Owed
from recon.sandbox.records.amounts import number, units
from recon.sandbox.records.entities import Entity, entity
from recon.sandbox.transactions.links import show_links
from recon.sandbox.transactions.stated import (
    PAYING,
    SETTLED,
    SOURCES,
    kind_of,
    links_in,
    owed,
    txn_type,
)

_Applied = Mapping[tuple[str, str], list[tuple[str, str, int]]]
_SETTINGS = ("CompanyInfo", "Preferences")
# What names its targets with amounts, so that a target's balance can be worked out.
_APPLYING = (*sorted(PAYING), "Deposit")


def load(ledger: Ledger, company: Source) -> None:
    """Replace everything in the store by a company; on any exception all stays as it was."""
    applied, links = _applications(company)
    balances: Owed = defaultdict(int)
    types = {each["Id"]: each.get("AccountType", "") for each in company.each("Account")}
    fill = Filler(ledger)
    ledger.forget_chart()
    with ledger.store.bulk():
        ledger.store.clear()
        ledger.store.link_many(links)
        for name, record in zip(_SETTINGS, (company.info, company.preferences), strict=True):
            ledger.store.put(name, fill.common({**record, "Id": "1"}))
        names = [name for name in company.names() if name not in _SETTINGS]
        for name in names:
            if entity(name).kind == "transaction":
                filled = fill.transactions(name, company.each(name), applied)
                counted = _counted(name, filled, balances, types)
                ledger.store.put_many(name, _numbered(ledger, name, counted))
        for name in names:
            if entity(name).kind != "transaction":
                filled_list = fill.lists(entity(name), company.each(name), balances)
                ledger.store.put_many(name, _numbered(ledger, name, filled_list))
        ledger.store.link_many(fill.origins)
        ledger.store.describe("realm_id", company.realm_id)


def save(ledger: Ledger) -> Company:
    """The company as it stands now, records in the order of their ids."""
    records = {
        name: ledger.store.every(name) for name in ledger.store.names() if name not in _SETTINGS
    }
    return Company(
        realm_id=ledger.realm_id,
        info=ledger.store.get("CompanyInfo", "1") or {},
        preferences=ledger.store.get("Preferences", "1") or {},
        records=records,
    )


def _applications(company: Source) -> tuple[_Applied, list[tuple[str, str, str, str, int]]]:
    """What payments and deposits are applied to: by target, and as rows of the link table."""
    by_target: dict[tuple[str, str], list[tuple[str, str, int]]] = defaultdict(list)
    rows = []
    for source in _APPLYING:
        for record in company.each(source):
            for target, record_id, amount in links_in(source, record):
                shown = (txn_type(source, record), str(record["Id"]), amount)
                by_target[target, record_id].append(shown)
                rows.append((source, str(record["Id"]), target, record_id, amount))
    return by_target, rows


def _counted(
    name: str, records: Iterable[Record], balances: Owed, types: Mapping[str, str]
) -> Iterator[Record]:
    """The records as they are, what each one leaves open added to its customer's or vendor's."""
    for record in records:
        for party, amount in owed(name, record, lambda account: types.get(account, "")).items():
            balances[party] += amount
        yield record


class Filler:
    """Fills in what QuickBooks derives and a company file may leave out."""

    def __init__(self, ledger: Ledger) -> None:
        # Links that no balance needs: they are met while their forms are filled, and kept at once.
        self.origins: list[tuple[str, str, str, str, int]] = []
        stamp = ledger.stamp()
        self._meta = {"CreateTime": stamp, "LastUpdatedTime": stamp}

    def common(self, record: Record) -> Record:
        """A copy with the fields that every record has."""
        return {
            "SyncToken": "0",
            "domain": "QBO",
            "sparse": False,
            "MetaData": self._meta,
            **record,
            "Id": str(record["Id"]),
        }

    def transactions(
        self, name: str, records: Iterable[Record], applied: _Applied
    ) -> Iterator[Record]:
        """Transactions with totals, balances and the links of both sides."""
        totals = {"Payment": _payment_totals, "BillPayment": _paid_totals}
        total: Callable[[Record], None] = totals.get(name, _totals)
        if "TotalAmt" not in entity(name).fields:
            total = _no_total
        for each in records:
            record = self.common(each)
            total(record)
            links = applied.get((name, record["Id"]), ())
            if links:
                show_links(record, links, _unknown)
            if name in SETTLED:
                paid = sum(amount for source, _, amount in links if kind_of(source) in PAYING)
                record.setdefault("Balance", number(units(record["TotalAmt"]) - paid))
            if name == "CreditMemo":
                record.setdefault("RemainingCredit", record["Balance"])
            if name in SOURCES and name not in _APPLYING:
                self.origins += ((name, record["Id"], *link) for link in links_in(name, record))
            yield record

    def lists(self, kind: Entity, records: Iterable[Record], balances: Owed) -> list[Record]:
        """List records with full names, levels and balances, parents taken into account."""
        filled = {record["Id"]: record for record in map(self.common, records)}
        for record in filled.values():
            if "Active" in kind.fields:
                record.setdefault("Active", True)
            if kind.name in {"Customer", "Vendor"}:
                owes = balances.get((kind.name, record["Id"]), 0)
                record.setdefault("Balance", number(owes))
            if kind.name == "Account":
                _classify(record)
            if kind.name in {"Customer", "Vendor", "Employee"}:
                record.setdefault("PrintOnCheckName", record["DisplayName"])
        if "FullyQualifiedName" in kind.fields:
            placed: set[str] = set()
            for record_id in filled:
                _place(kind, filled, placed, record_id)
        if kind.name == "Customer":
            _roll_up(filled)
        return list(filled.values())


def _place(kind: Entity, records: Mapping[str, Record], placed: set[str], record_id: str) -> None:
    """Full name and level of one record, its ancestors first."""
    if record_id in placed:
        return
    placed.add(record_id)
    record = records[record_id]
    parent_id = _parent_id(record)
    parent = records.get(parent_id)
    if parent is not None:
        _place(kind, records, placed, parent["Id"])
        record["ParentRef"] = {"value": parent_id, "name": parent["FullyQualifiedName"]}
    elif parent_id and "FullyQualifiedName" in record:
        return  # the parent was not loaded; what the file says stands
    place(kind, record, parent)


def _roll_up(customers: Mapping[str, Record]) -> None:
    """Give every customer BalanceWithJobs: its own balance and those of all below."""
    total: dict[str, int] = defaultdict(int)
    for record in customers.values():
        amount = units(record["Balance"])
        total[record["Id"]] += amount
        above = record
        while amount and (parent := customers.get(_parent_id(above))):
            total[parent["Id"]] += amount
            above = parent
    for record_id, record in customers.items():
        record.setdefault("BalanceWithJobs", number(total[record_id]))


def _parent_id(record: Record) -> str:
    return str((record.get("ParentRef") or {}).get("value", ""))


def _unknown(_kind: str, _record_id: str) -> None:
    """No record: while a company is loaded, links bear the names that they are shown by."""


def _classify(account: Record) -> None:
    """What QuickBooks adds to an account; balances that the file leaves out begin at zero."""
    account.setdefault("Classification", accounts.classification(account))
    account.setdefault("CurrentBalance", 0)
    account.setdefault("CurrentBalanceWithSubAccounts", account["CurrentBalance"])


def _paid_totals(record: Record) -> None:
    applied = sum(SETTLED.get(kind, 1) * a for kind, _, a in links_in("BillPayment", record))
    record.setdefault("TotalAmt", number(applied))


def _no_total(_: Record) -> None:
    """Hours, transfers and the like have no total."""


def _payment_totals(record: Record) -> None:
    applied = sum(-a if kind == "CreditMemo" else a for kind, _, a in links_in("Payment", record))
    record.setdefault("TotalAmt", number(applied))
    record.setdefault("Line", [])
    record.setdefault("UnappliedAmt", number(units(record["TotalAmt"]) - applied))


def _totals(record: Record) -> None:
    """TotalAmt and the subtotal line of a form whose lines have amounts."""
    lines = record.get("Line") or []
    if "TotalAmt" in record or not lines:
        record.setdefault("TotalAmt", 0)
        return
    subtotal = discount = 0
    summed = False
    for line in lines:
        detail_type = line.get("DetailType")
        if detail_type == "DiscountLineDetail":
            discount += units(line.get("Amount"))
        elif detail_type == "SubTotalLineDetail":
            summed = True
        elif detail_type != "DescriptionOnly":
            subtotal += units(line.get("Amount"))
    if not summed:
        sum_line: Record = {"DetailType": "SubTotalLineDetail", "Amount": number(subtotal)}
        kinds = [line.get("DetailType") for line in lines]
        place = kinds.index("DiscountLineDetail") if "DiscountLineDetail" in kinds else len(kinds)
        sum_line["SubTotalLineDetail"] = {}
        record["Line"] = [*lines[:place], sum_line, *lines[place:]]
    tax = 0
    if record.get("GlobalTaxCalculation") != "TaxInclusive":
        tax = units((record.get("TxnTaxDetail") or {}).get("TotalTax"))
    record["TotalAmt"] = number(subtotal - discount + tax)


_LONGEST_NUMBER = 15


def _numbered(ledger: Ledger, name: str, records: Iterable[Record]) -> Iterator[Record]:
    """The records as they are; new ids and document numbers will follow the highest of them."""
    last, last_number = 0, 1000
    numbered = entity(name).number_field == "DocNumber"
    for record in records:
        if record["Id"].isdecimal():
            last = max(last, int(record["Id"]))
        number_ = str(record.get("DocNumber") or "") if numbered else ""
        # twenty digits are somebody's reference, and no number that the next one follows
        if number_.isdecimal() and len(number_) <= _LONGEST_NUMBER:
            last_number = max(last_number, int(number_))
        yield record
    ledger.store.start_sequence(entity(name).ids, last)
    if numbered:
        ledger.store.start_sequence(f"DocNumber {name}", last_number)
