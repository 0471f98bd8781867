"""What stock cost, first in, first out, worked out of the transactions when a report asks.

What an item had before its first transaction is taken at its purchase cost.

Source: Intuit, Reports (InventoryValuationSummary, InventoryValuationDetail) entity pages;
QuickBooks help, What is FIFO, read 2026-11-26.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.amounts import number, units
from recon.sandbox.reports.figures import number_of, party, spaced, within
from recon.sandbox.reports.layout import Table, cell, columns, row, section, total
from recon.sandbox.reports.period import Period
from recon.sandbox.transactions import stock


@dataclass(frozen=True)
class Move:
    """Some of an item came in (quantity above zero) or went, at a cost a piece."""

    day: str
    type: str
    record_id: str
    number: str
    party: str
    quantity: float
    cost: float


class Layers:
    """What is on hand of one item: how many came in together, and at which cost a piece."""

    def __init__(self) -> None:
        self._layers: deque[tuple[float, float]] = deque()
        self._last = 0.0

    def take(self, quantity: float, cost: float | None) -> float:
        """Put in or take out so many; answers what they cost altogether, negative when taken out.

        What comes back without a price of its own, or goes though nothing is left, does so at the
        last cost known.
        """
        if quantity > 0:
            price = self._last if cost is None else cost
            self._layers.append((quantity, price))
            self._last = price
            return quantity * price
        wanted, worth = -quantity, 0.0
        while wanted > 0 and self._layers:
            held, price = self._layers.popleft()
            used = min(held, wanted)
            worth += used * price
            wanted -= used
            self._last = price
            if held > used:
                self._layers.appendleft((held - used, price))
        return -(worth + wanted * self._last)

    @property
    def quantity(self) -> float:
        """How many there are."""
        return sum(held for held, _ in self._layers)

    @property
    def worth(self) -> float:
        """What they cost."""
        return sum(held * price for held, price in self._layers)


def _moves(ledger: Ledger) -> dict[str, list[tuple[str, str, Record, float, float | None]]]:
    """By item, in the order of days: (day, kind, transaction, quantity, cost a piece)."""
    found: dict[str, list[tuple[str, str, Record, float, float | None]]] = {}
    for kind in stock.SIGNS:
        for record in within(ledger, kind, Period("", "9999-12-31")):
            for item_id, quantity, cost in stock.moves(kind, record):
                day = str(record.get("TxnDate", ""))
                found.setdefault(item_id, []).append((day, kind, record, quantity, cost))
    for moves in found.values():
        # On one day what comes in is there before what goes out.
        moves.sort(key=lambda move: (move[0], move[3] < 0))
    return found


def _walked(ledger: Ledger, asked: Period) -> Iterator[tuple[Record, Layers, list[Move]]]:
    """Every stock item, what is left of it at the end, and how that came about."""
    moved = _moves(ledger)
    wanted = dict(asked.only).get("ProductsAndServices")
    for item in ledger.store.every("Item", "active = 1"):
        if item.get("Type") != "Inventory" or (wanted and item["Id"] not in wanted):
            continue
        layers, moves = Layers(), moved.get(item["Id"], [])
        first = float(item.get("QtyOnHand") or 0) - sum(each[3] for each in moves)
        cost = float(item.get("PurchaseCost") or 0)
        shown = []
        if round(first, 6) > 0:
            layers.take(first, cost)
            began = str(item.get("InvStartDate", ""))
            shown.append(Move(began, "Inventory Starting Value", "", "", "", first, cost))
        for day, kind, record, quantity, price in moves:
            if day > asked.end:
                continue
            worth = layers.take(quantity, price)
            shown.append(
                Move(
                    day, spaced(kind), record["Id"], number_of(record), party(ledger, record)[1],
                    quantity, worth / quantity,
                )
            )  # fmt: skip
        yield item, layers, shown


def summary(ledger: Ledger, asked: Period) -> Table:
    """Each stock item: how many there are, what they cost, and what one cost on average."""
    rows, worth = [], 0
    for item, layers, _ in _walked(ledger, asked):
        value = units(f"{layers.worth:.2f}")
        worth += value
        average = units(f"{layers.worth / layers.quantity:.2f}") if layers.quantity else 0
        rows.append(
            row(
                cell(str(item.get("FullyQualifiedName", "")), item["Id"]),
                cell(str(item.get("Sku") or "")), cell(f"{layers.quantity:g}"), cell(value),
                cell(average),
            )
        )  # fmt: skip
    if rows:
        rows.append(total("TOTAL", "GrandTotal", ["", "", worth, ""]))
    titles = columns(("", "ProductsAndService"), ("SKU", "Sku"), ("Qty", "Quantity"),
                     ("Asset Value", "Money"), ("Calc. Avg", "Money"))  # fmt: skip
    return Table(titles, rows)


def detail(ledger: Ledger, asked: Period) -> Table:
    """Each stock item: what came in and went out, and what was left of it."""
    titles = columns(("Date", "tx_date"), ("Transaction Type", "txn_type"), ("Num", "doc_num"),
                     ("Name", "name"), ("Qty", "quantity"), ("Rate", "rate"),
                     ("Cost", "inventory_cost"), ("Qty on Hand", "quantity_on_hand"),
                     ("Asset Value", "asset_value"))  # fmt: skip
    rows = []
    for item, layers, moves in _walked(ledger, asked):
        lines, held, worth = [], 0.0, 0.0
        for move in moves:
            held += move.quantity
            worth += move.quantity * move.cost
            line = row(
                cell(move.day), cell(move.type, move.record_id), cell(move.number),
                cell(move.party), cell(f"{move.quantity:g}"), cell(_money(move.cost)),
                cell(_money(move.quantity * move.cost)), cell(f"{held:g}"), cell(_money(worth)),
            )  # fmt: skip
            lines += [line] if move.day >= asked.start else []
        ends: list[int | str] = [*[""] * 6, f"{layers.quantity:g}", _money(layers.worth)]
        name = str(item.get("FullyQualifiedName", ""))
        if lines:
            rows.append(
                section(cell(name, item["Id"]), lines, total(f"Total for {name}", "", ends), 8)
            )
    return Table(titles, rows)


def _money(amount: float) -> int:
    return units(number(round(amount * 100) * 100))
