"""What customers and vendors owe and are owed: balances that move with their transactions.

Source: Intuit, Customer and Vendor entity pages (Balance, BalanceWithJobs), read 2026-11-22.
"""

from __future__ import annotations

from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.amounts import number, units

# (kind, id) of a customer or vendor, and the ten-thousandths to add to its balance.
Owed = dict[tuple[str, str], int]


def move_balance(ledger: Ledger, party: tuple[str, str], amount: int) -> None:
    """Add to a party's balance; a customer's BalanceWithJobs and all above it follow."""
    name, record_id = party
    if not amount:
        return
    record = ledger.store.get(name, record_id)
    if record is None:
        return
    record["Balance"] = number(units(record.get("Balance")) + amount)
    if name == "Customer":
        record["BalanceWithJobs"] = number(units(record.get("BalanceWithJobs")) + amount)
    ledger.store.rebalance(name, record)
    if name == "Customer":
        move_tree_balance(ledger, (record.get("ParentRef") or {}).get("value"), amount)


def move_tree_balance(ledger: Ledger, customer_id: str | None, amount: int) -> None:
    """Add to BalanceWithJobs of a customer and of all above."""
    while customer_id and amount:
        customer = ledger.store.get("Customer", customer_id)
        if customer is None:
            return
        customer["BalanceWithJobs"] = number(units(customer.get("BalanceWithJobs")) + amount)
        ledger.store.rebalance("Customer", customer)
        customer_id = (customer.get("ParentRef") or {}).get("value")
