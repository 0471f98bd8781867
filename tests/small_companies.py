"""Companies of twenty to sixty records, made of a seed, in which nearly every record is trouble.

Names, e-mails, keys, numbers and dates come from short lists, so that they collide; QuickBooks' own
records obey QuickBooks' rules. Rows are those of an app's exports.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import hostile_words

from recon.books import Snapshot
from recon.sandbox.books.company import Company, Record
from recon.sandbox.demo.chart import company_info, preferences, standing_lists
from recon.sandbox.demo.company import REALM

Row = dict[str, Any]

PEOPLE = (
    ("Ann", "Lee"), ("ann", "lee"), ("Ann", "Lee "), ("Bo", "Roe"), ("Bo", "Roe Jr"),
    ("Cy", "O'Malley"), ("Eve", ""), ("", "Fay"), ("Hal", "Ito & Co"), ("Zoë", "Kay"),
    ("Unit", "1"), ("", ""),
)  # fmt: skip
FIRMS = ("", "", "", "Kestrel Foods", "kestrel foods", "Finch & Sons", "Finch: Sons")
EMAILS = ("", "", "ann@example.com", "ANN@example.com", "office@example.com", "bo@example.com")
KEYS = ("Mow", "mow", "Rakes", "Rake", "Garden:Rake", "Hedge", "Pump", "Bed\tding", "z" * 101, "")
RATES = ("", "", "", "", "8.25", "8.25", "7.77")  # QuickBooks has no 7.77 %
PARENTS = ("", "", "", "", "0001", "0002", "Nobody")
GONE = "9001"  # an id that QuickBooks has no more
DAYS = ("2025-12-31", "2026-01-01", "2026-03-02", "2026-11-24", "2026-11-25", "2026-11-26")
KINDS = ("", "Service", "Non-inventory", "Non-inventory", "Inventory")
CLASSES = ("", "Lawn", "pools", "Homes:Lawn", "Pools", "Attic")
STATUSES = ("Sent", "Sent", "Sent", "Draft", "Paid", "Partial")

RATES_ABROAD = (("90", 0), ("91", 5), ("92", 9.975))


@dataclass(frozen=True)
class Small:
    """One company before a sync: what the app exports, and its QuickBooks."""

    app: Snapshot
    company: Company


def small_company(seed: int | str, taken_at: datetime, *, hostile: bool = False) -> Small:
    """The company of a seed: another seed, other collisions.

    Args:
        seed: what it is made of.
        taken_at: when the app was read.
        hostile: also values that are refused for several reasons at once, where which is told
            first is not documented, rates that no tax code has, and payments of somebody else's
            invoices.
    """
    # what came later is drawn by itself, so that a seed's company is what it was but for that
    making = _Making(Random(f"small/{seed}"), Random(f"small, later/{seed}"), hostile)
    records = making.records()
    exports = making.exports(records)
    records["Customer"] += making.known()
    return Small(
        Snapshot("app", "an app", "", "", "files", taken_at, exports),
        Company(REALM, making.info(), preferences(), records),
    )


class _Making:
    def __init__(self, rng: Random, more: Random, hostile: bool) -> None:
        self.rng = rng
        self.more = more
        self.abroad = more.random() < 0.2
        self.hostile = hostile
        self.people = PEOPLE + hostile_words.PEOPLE * hostile
        self.firms = FIRMS + hostile_words.FIRMS * hostile
        self.emails = EMAILS + hostile_words.EMAILS * hostile
        self.keys = KEYS + hostile_words.KEYS * hostile
        self.rates = RATES + hostile_words.RATES * hostile
        self.ids: dict[str, list[str]] = {}
        self.started = rng.random() < 0.3
        self.sold: list[str] = []
        self.names: set[str] = set()
        self.clients: list[Row] = []

    def exports(self, records: dict[str, list[Record]]) -> dict[str, list[Row]]:
        """Rows of the app's four lists; some are linked to these records of QuickBooks."""
        rng = self.rng
        self.ids = {entity: [each["Id"] for each in held] for entity, held in records.items()}
        clients = [self.client(f"{n:04d}") for n in range(1, rng.randint(4, 9))]
        self.clients = clients
        products = [
            _filled(
                {
                    "product_key": key,
                    "price": "10.00",
                    "description": "As agreed",
                    "type": self.more.choice(KINDS),
                    "active": rng.choice(("", "", "", "no")),
                    "linked_id": self.linked("Item") if key else "",
                }
            )
            for key in rng.sample(self.keys, rng.randint(3, 7))
        ]
        listed = {product.get("product_key", "") for product in products}
        # QuickBooks keeps "Mow " as "Mow"; whether it finds it when asked for "Mow " nobody knows,
        # so that no key with blanks around it is asked for twice
        self.sold = [k for k in self.keys if k in listed or k.strip() in (k, "")]
        invoices = [row for n in range(rng.randint(5, 16)) for row in self.invoice(n, clients)]
        payments = [self.payment(n, clients, invoices) for n in range(rng.randint(2, 8))]
        return {
            "clients": clients, "products": products, "invoices": invoices, "payments": payments,
        }  # fmt: skip

    def linked(self, entity: str) -> str:
        """The id in QuickBooks of a record that a sync has linked before, or none."""
        linked = self.started and self.rng.random() < 0.2
        return self.rng.choice((*self.ids.get(entity, ()), GONE)) if linked else ""

    def client(self, number: str) -> Row:
        """A client; its name is its company's or its person's, or missing."""
        first, last = self.rng.choice(self.people)
        company = self.rng.choice(self.firms)
        name = company or f"{first} {last}".strip()
        return _filled(
            {
                "number": number, "name": self.rng.choice((name, name, name, "")),
                "company_name": company, "given_name": first, "family_name": last,
                "email": self.rng.choice(self.emails),
                "city": self.rng.choice(hostile_words.PLACES) if self.hostile else "Buda",
                "address_line1": self.rng.choice(hostile_words.STREETS) if self.hostile else "",
                "phone": self.rng.choice(("", "555 010 0001")),
                "parent": self.rng.choice(PARENTS), "linked_id": self.linked("Customer"),
            }
        )  # fmt: skip

    def invoice(self, place: int, clients: list[Row]) -> Iterator[Row]:
        """Rows of an invoice with none, one or two lines."""
        rng = self.rng
        client = rng.choice(clients) if rng.random() < 0.95 else {}
        own = f"A{place:03d}"
        rates = [rng.choice(self.rates) for _ in range(rng.choice((0, 1, 1, 2)))]
        tax = sum(round(10 * float(rate) / 100, 2) for rate in rates if rate)
        numbers = (own, own, f"Q{place % 4}", f"{'1' * 20}-{place}")
        head = {
            "number": rng.choice(numbers + hostile_words.NUMBERS * self.hostile),
            "customer_number": client.get("number", ""), "customer_name": _shown(client),
            "linked_id": self.linked("Invoice"), "date": rng.choice(DAYS),
            "due_date": "2026-12-31", "tax": f"{tax:.2f}",
            "total": f"{10 * len(rates) + tax:.2f}", "status": rng.choice(STATUSES),
            "class_name": self.more.choice(CLASSES),
        }  # fmt: skip
        for rate in rates:
            second = self.more.choice(("9.975", "")) if rate and self.abroad else ""
            yield _filled(
                {
                    **head, "item_product": rng.choice(self.sold), "item_quantity": "1",
                    "item_cost": "10.00", "item_line_total": "10.00",
                    "item_tax_rate": "5" if second else rate, "item_tax_rate2": second,
                }
            )  # fmt: skip
        if not rates:
            yield _filled(head)

    def payment(self, place: int, clients: list[Row], invoices: list[Row]) -> Row:
        """A payment on account, or of an invoice."""
        rng = self.rng
        client, invoice = rng.choice(clients), rng.choice((*invoices[:4], {}))
        if invoice and not self.hostile:
            whose = invoice.get("customer_number")
            client = next((c for c in clients if c["number"] == whose), client)
        usual = f"ref-{place}"
        references = (usual, usual, f"{usual}-{'5' * 20}", "")
        return _filled(
            {
                "number": f"P{place:03d}", "customer_number": client["number"],
                "customer_name": _shown(client), "date": rng.choice(DAYS), "amount": "1.00",
                "reference": rng.choice(references + hostile_words.REFERENCES * self.hostile),
                "invoice_number": invoice.get("number", ""), "linked_id": self.linked("Payment"),
            }
        )  # fmt: skip

    def records(self) -> dict[str, list[Record]]:
        """What QuickBooks has."""
        rng = self.rng
        records = dict(standing_lists({}))
        if self.abroad:
            records["TaxRate"] = [*records["TaxRate"], *map(_rate, RATES_ABROAD)]
            records["TaxCode"] = [*records["TaxCode"], *self.codes_abroad()]
        elif self.more.random() < 0.3:  # the county's code, of 8.25 %, went to sleep
            records["TaxCode"] = [
                {**code, "Active": not code["Name"].startswith("Travis")}
                for code in records["TaxCode"]
            ]
        records["Class"] = list(self.classes())
        for entity, most in (("Customer", 8), ("Vendor", 2), ("Employee", 1)):
            records[entity] = list(self.named(entity, most))
        records["Item"] = list(self.items())
        owing = [customer["Id"] for customer in records["Customer"] if customer["Active"]]
        number = rng.randint(0, 3) if owing else 0
        records["Invoice"] = [_sale(n, rng.choice(owing), "1") for n in range(number)]
        return records

    def info(self) -> Record:
        """The company; abroad each line has its own tax code."""
        return {**company_info(), "Country": "CA" if self.abroad else "US"}

    def codes_abroad(self) -> Iterator[Record]:
        """Mostly one of nought; one of the first rate; none, one or two of both together."""
        made_of = [("Zero", ("90",)), ("GST", ("91",))][self.more.random() < 0.25 :]
        both = [("GST/QST", ("91", "92")), ("Quebec", ("92", "91"))]
        for place, (name, rates) in enumerate(made_of + both[: self.more.randint(0, 2)], 90):
            details = [{"TaxRateRef": {"value": rate}, "TaxOrder": 0} for rate in rates]
            yield {
                "Id": str(place), "SyncToken": "0", "Name": name, "Active": True, "Taxable": True,
                "TaxGroup": True, "SalesTaxRateList": {"TaxRateDetail": details},
                "PurchaseTaxRateList": {"TaxRateDetail": []},
            }  # fmt: skip

    def known(self) -> Iterator[Record]:
        """Customers of the very names of some clients, so that sales get as far as QuickBooks."""
        for client in self.clients:
            name = _shown(client).strip()
            free = name.casefold() not in self.names and not set(name) & set(":\t")
            if name and free and len(name) <= 100 and self.more.random() < 0.6:
                self.names.add(name.casefold())
                yield {
                    "Id": str(len(self.names)), "SyncToken": "0", "Active": True,
                    "DisplayName": name,
                }  # fmt: skip

    def classes(self) -> Iterator[Record]:
        """Classes, some inactive, of which two are called alike below different ones."""
        for place, name in enumerate(("Lawn", "Pools", "Homes", "Homes:Lawn"), 1):
            active = name == "Homes" or self.more.random() < 0.3
            leaf = name.rpartition(":")[2]
            yield {
                "Id": str(place), "SyncToken": "0", "Active": active,
                "Name": leaf if active else f"{leaf} (deleted)",
                "FullyQualifiedName": name if active else f"{name} (deleted)",
                **({"SubClass": True, "ParentRef": {"value": "3"}} if ":" in name else {}),
            }  # fmt: skip

    def named(self, entity: str, most: int) -> Iterator[Record]:
        """Records of one kind; no name is held twice among all kinds."""
        people = [f"{first} {last}".strip() for first, last in self.people]
        for _ in range(self.rng.randint(1, most)):
            name = self.rng.choice((*people, *filter(None, self.firms))).strip()
            key = name.casefold()
            refused = set(name) & set(":\t\r\n") or not 0 < len(name) <= 500
            if refused or key in self.names:
                continue
            self.names.add(key)
            active = self.rng.random() < 0.8
            email = self.rng.choice(EMAILS)
            yield {
                "Id": str(len(self.names)), "SyncToken": "0", "Active": active,
                "DisplayName": name if active else f"{name} (deleted)",
                **({"PrimaryEmailAddr": {"Address": email}} if email else {}),
                **({"Taxable": False} if entity == "Customer" and self.rng.random() < 0.2 else {}),
            }  # fmt: skip

    def items(self) -> Iterator[Record]:
        """Items of several types, of which the first can always be sold."""
        earns = {"IncomeAccountRef": {"value": "1"}}
        yield {"Id": "1", "SyncToken": "0", "Name": "Hours", "Type": "Service", "Active": True,
               **earns}  # fmt: skip
        taken = {"hours"}
        for place, key in enumerate(self.rng.sample(KEYS[:7], self.rng.randint(2, 6)), 2):
            name = key.rpartition(":")[2]
            if name.casefold() in taken:
                continue
            taken.add(name.casefold())
            kind = self.rng.choice(("Service", "Service", "NonInventory", "Inventory", "Category"))
            active = kind == "Category" or self.rng.random() < 0.8
            stock = {"TrackQtyOnHand": True, "QtyOnHand": 50, "InvStartDate": "2026-03-01"}
            yield {
                "Id": str(place), "SyncToken": "0", "Type": kind, "Active": active,
                "Name": name if active else f"{name} (deleted)",
                **({} if kind == "Category" else earns),
                **(stock if kind == "Inventory" else {}),
            }  # fmt: skip


def _rate(told: tuple[str, float]) -> Record:
    place, percent = told
    return {
        "Id": place, "SyncToken": "0", "Name": f"{percent} %", "Active": True,
        "RateValue": percent, "AgencyRef": {"value": "1"},
    }  # fmt: skip


def _shown(client: Row) -> str:
    """What the app calls a client where it stands on a sale."""
    person = f"{client.get('given_name', '')} {client.get('family_name', '')}".strip()
    told = (client.get("name", ""), person, client.get("company_name", ""), client.get("email", ""))
    return next(filter(None, told), "")


def _sale(place: int, customer: str, item: str) -> Record:
    line = {"Id": "1", "LineNum": 1, "Amount": 10.0, "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": item}, "Qty": 1, "UnitPrice": 10.0,
                                    "TaxCodeRef": {"value": "NON"}}}  # fmt: skip
    return {
        "Id": str(50 + place), "SyncToken": "0", "DocNumber": f"Q{place}", "TxnDate": "2026-02-02",
        "DueDate": "2026-03-02", "CustomerRef": {"value": customer}, "Line": [line],
        "TotalAmt": 10.0, "CurrencyRef": {"value": "USD"},
    }  # fmt: skip


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value not in ("", None)}
