"""Invoice Ninja's push, written as a procedure, against the QuickBooks-compatible server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from recon.apps.invoiceninja.simulate import Settings, simulate
from recon.ports import SyncEvent
from recon.qbo.client import QboClient, sandbox_client
from recon.qbo.port import QboCalls
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.demo import demo_company
from recon.sandbox.server import Sandbox

Record = dict[str, Any]


@dataclass
class App:
    """An Invoice Ninja company with nothing in it but what a test puts there."""

    clients: list[Record] = field(default_factory=list)
    products: list[Record] = field(default_factory=list)
    invoices: list[Record] = field(default_factory=list)
    payments: list[Record] = field(default_factory=list)


@dataclass
class Books:
    """One QuickBooks company: what serves it, and a client of it."""

    sandbox: Sandbox
    client: QboClient

    def push(self, app: App, *leave_out: str) -> dict[str, SyncEvent]:
        """Run the sync; the last event of each record."""
        return {event.ref: event for event in simulate(app, QboCalls(self.client), leave_out)}

    def add(self, entity: str, **body: Any) -> str:
        """Put a record there beforehand; its id."""
        return str(self.client.create(entity, body)["Id"])

    def item(self, name: str, **body: Any) -> str:
        """Put an item there that can be sold."""
        return self.add("Item", Name=name, **{"Type": "Service", **self.earning(), **body})

    def earning(self) -> Record:
        """The reference to the company's first income account."""
        account = self.client.query("SELECT * FROM Account WHERE AccountType = 'Income'")[0]
        return {"IncomeAccountRef": {"value": account["Id"]}}

    def read(self, entity: str, record_id: str) -> Record:
        """A record as QuickBooks has it now."""
        return self.client.read(entity, record_id)

    def created(self) -> Counter[str]:
        """Records in the company that a sync can make, by entity, inactive ones left out."""
        kinds = ("Customer", "Item", "Invoice", "Payment")
        return Counter({k: self.client.count(f"SELECT COUNT(*) FROM {k}") for k in kinds})


@pytest.fixture(scope="module")
def served() -> Iterator[Books]:
    """One server for all tests of this module."""
    with Sandbox(empty_company()) as sandbox, sandbox_client(sandbox.describe()) as client:
        yield Books(sandbox, client)


@pytest.fixture
def books(served: Books) -> Books:
    """An empty American company."""
    served.sandbox.reset(empty_company())
    return served


def client(number: str, name: str = "", **more: Any) -> Record:
    """A client; its id is "c" and its number."""
    return {"id": f"c{number}", "number": number, "name": name, "is_deleted": False, **more}


def contact(first: str = "", last: str = "", email: str = "") -> Record:
    """A contact of a client."""
    return {"first_name": first, "last_name": last, "email": email}


def product(key: str, **more: Any) -> Record:
    """A product."""
    return {"id": f"p{key}", "product_key": key, "price": 10.0, **more}


def line(key: str, amount: float = 10.0, **more: Any) -> Record:
    """One line of an invoice."""
    return {"product_key": key, "quantity": 1.0, "cost": amount, "line_total": amount, **more}


def invoice(number: str, of: str, *lines: Record, **more: Any) -> Record:
    """An invoice; its id is "i" and its number."""
    base = {"id": f"i{number}", "number": number, "client_id": of, "date": "2026-11-01"}
    return {**base, "status_id": "2", "line_items": list(lines), "total_taxes": 0.0, **more}


def payment(number: str, of: str, amount: float, *of_invoices: str, **more: Any) -> Record:
    """A completed payment that is spread evenly over invoices."""
    parts = [{"invoice_id": i, "amount": amount / len(of_invoices)} for i in of_invoices]
    base = {"id": f"y{number}", "number": number, "client_id": of, "date": "2026-11-02"}
    return {**base, "amount": amount, "status_id": "4", "paymentables": parts, **more}


def test_a_client_is_linked_by_the_exact_name_and_else_created(books: Books) -> None:
    """Case does not matter to QuickBooks; one letter does, and makes a second customer."""
    known = books.add("Customer", DisplayName="O'Brien \\ Sons")
    books.add("Customer", DisplayName="Kestrl Foods")
    done = books.push(App(clients=[client("1", "O'BRIEN \\ Sons"), client("2", "Kestrel Foods")]))
    assert (done["app:customer:1"].effect, done["app:customer:1"].target) == ("link", known)
    assert done["app:customer:2"].effect == "create"
    made = books.read("Customer", done["app:customer:2"].target)
    assert (made["DisplayName"], made["CompanyName"]) == ("Kestrel Foods", "Kestrel Foods")


def test_two_clients_of_one_name_share_a_customer(books: Books) -> None:
    """The first by number creates it, the second is linked to it although it is taken."""
    done = books.push(App(clients=[client("0002", "Twin"), client("0001", "Twin")]))
    first, second = done["app:customer:0001"], done["app:customer:0002"]
    assert (first.effect, second.effect) == ("create", "link")
    assert first.target == second.target
    assert list(done) == ["app:customer:0001", "app:customer:0002"]


def test_a_client_without_a_name_goes_by_its_contact(books: Books) -> None:
    """First contact with an e-mail: its name, else the e-mail; without any, all share one name."""
    app = App(
        clients=[
            client(
                "1", "", contacts=[contact("No", "Mail"), contact("Ada", "Ames", "a@x.example")]
            ),
            client("2", "Z", contacts=[contact(email="z@x.example")]),
            client("3", ""),
            client("4", "", contacts=[contact("Only", "Name")]),
        ]
    )
    done = books.push(app)
    named = [books.read("Customer", event.target)["DisplayName"] for event in done.values()]
    assert named == ["Ada Ames", "z@x.example", "No Contact Set", "No Contact Set"]
    assert done["app:customer:4"].effect == "link"


def test_a_long_name_is_cut_before_it_is_looked_up(books: Books) -> None:
    """The first hundred characters are the name; nothing else is cleaned up."""
    known = books.add("Customer", DisplayName="L" * 100)
    done = books.push(App(clients=[client("1", "L" * 120), client("2", "Acme: West")]))
    assert done["app:customer:1"].target == known
    assert (done["app:customer:2"].effect, done["app:customer:2"].fault) == ("refuse", "2040")


def test_what_quickbooks_refuses_is_told_with_its_code(books: Books) -> None:
    """A vendor's name and a bad e-mail: the client, its invoice and its payment stay away."""
    books.add("Vendor", DisplayName="Delta Roofing")
    app = App(
        clients=[
            client("1", "Delta Roofing"),
            client("2", "Bad Mail", contacts=[contact("A", "B", "nobody")]),
        ],
        invoices=[invoice("1", "c1", line("Work"))],
        payments=[payment("1", "c1", 10.0, "i1")],
    )
    done = books.push(app)
    assert [event.fault for event in done.values()] == ["6240", "2210", "6240", "client_not_linked"]
    assert {event.effect for event in done.values()} == {"refuse"}
    assert not books.created().total()


def test_an_inactive_customer_is_not_seen(books: Books) -> None:
    """The look-up asks for active ones, so a second customer is made."""
    old = books.add("Customer", DisplayName="Umber Print")
    books.client.update("Customer", {"Id": old, "SyncToken": "0", "sparse": True, "Active": False})
    event = books.push(App(clients=[client("1", "Umber Print")]))["app:customer:1"]
    assert event.effect == "create"
    assert event.target != old


def test_a_stored_link_stays_without_a_request(books: Books) -> None:
    """What is linked keeps its id, whatever its name, and its invoice uses it."""
    known = books.add("Customer", DisplayName="Known As This")
    app = App(
        clients=[client("1", "Known As That", sync={"qb_id": known})],
        invoices=[invoice("1", "c1", line("Work"))],
    )
    done = books.push(app)
    assert (done["app:customer:1"].effect, done["app:customer:1"].target) == ("link", known)
    made = books.read("Invoice", done["app:invoice:1"].target)
    assert made["CustomerRef"]["value"] == known
    assert books.created()["Customer"] == 1


def test_products_are_linked_by_leaf_name_and_type(books: Books) -> None:
    """A category of that name is not seen and then in the way; a blank key is not sent."""
    parent = books.add("Item", Name="Garden", Type="Category")
    known = books.item("Mowing", SubItem=True, ParentRef={"value": parent})
    app = App(
        products=[
            product("Mowing"), product("Garden"), product("Hedge: side"), product(""),
            product("Exempt", tax_id="5"), product("Gravel"), product("Gone", is_deleted=True),
        ]
    )  # fmt: skip
    done = books.push(app)
    assert done["app:item:Mowing"].target == known
    assert (done["app:item:Garden"].effect, done["app:item:Garden"].fault) == ("refuse", "6240")
    assert done["app:item:Hedge: side"].fault == "2040"
    assert books.read("Item", done["app:item:Exempt"].target)["Type"] == "Service"
    assert books.read("Item", done["app:item:Gravel"].target)["Type"] == "NonInventory"
    assert len(done) == 5


def test_an_invoice_brings_its_items_along(books: Books) -> None:
    """Known, looked up, new and blank keys all become items; a draft travels as well."""
    known = books.item("In QuickBooks")
    app = App(
        clients=[client("1", "Acme Books")],
        products=[product("Ours")],
        invoices=[
            invoice(
                "INV-2026-000000000000001", "c1", line("Ours", 20.0), line("In QuickBooks"),
                line("New"), line("", 1.0), line("", 2.0), status_id="1",
            )
        ],
    )  # fmt: skip
    event = books.push(app)["app:invoice:INV-2026-000000000000001"]
    made = books.read("Invoice", event.target)
    items = [
        row["SalesItemLineDetail"]["ItemRef"]["value"]
        for row in made["Line"]
        if row["DetailType"] == "SalesItemLineDetail"
    ]
    assert made["DocNumber"] == "INV-2026-000000000000"
    assert made["TotalAmt"] == 43.0
    assert items[1] == known
    assert len(set(items)) == 5
    assert [books.read("Item", i)["Name"][:8] for i in items[3:]] == ["Product ", "Product "]


def test_an_invoice_is_never_looked_up_by_its_number(books: Books) -> None:
    """A number that is taken is refused, even by the very same invoice."""
    customer, item = books.add("Customer", DisplayName="Acme"), books.item("Work")
    row = {"DetailType": "SalesItemLineDetail", "Amount": 10.0,
           "SalesItemLineDetail": {"ItemRef": {"value": item}}}  # fmt: skip
    books.add("Invoice", CustomerRef={"value": customer}, DocNumber="INV-1", Line=[row])
    app = App(clients=[client("1", "Acme")], invoices=[invoice("INV-1", "c1", line("Work"))])
    event = books.push(app)["app:invoice:INV-1"]
    assert (event.effect, event.fault) == ("refuse", "6140")


def test_a_line_whose_item_is_refused_is_dropped(books: Books) -> None:
    """The rest arrives with a smaller total; with no line left nothing does."""
    app = App(
        clients=[client("1", "Acme")],
        invoices=[
            invoice("1", "c1", line("Good", 5.0), line("Bad: one", 7.0)),
            invoice("2", "c1", line("Bad: two")),
            invoice("3", "c1"),
        ],
    )
    done = books.push(app)
    assert (done["app:invoice:1"].effect, done["app:invoice:1"].dropped) == ("create", (2,))
    assert books.read("Invoice", done["app:invoice:1"].target)["TotalAmt"] == 5.0
    assert (done["app:invoice:2"].fault, done["app:invoice:2"].dropped) == ("no_lines", (1,))
    assert done["app:invoice:3"].fault == "no_lines"


def test_a_taxed_line_needs_a_rate_of_that_percentage(books: Books) -> None:
    """With the rate the tax travels; without it the invoice does not; exempt lines need none."""
    books.client.create_tax_code(
        {
            "TaxCode": "City",
            "TaxRateDetails": [
                {"TaxRateName": "City", "RateValue": 8.25, "TaxAgencyId": "1",
                 "TaxApplicableOn": "Sales"}
            ],
        }
    )  # fmt: skip
    app = App(
        clients=[client("1", "Acme")],
        invoices=[
            invoice("1", "c1", line("A", 100.0, tax_name1="City", tax_rate1=8.25), line("B"),
                    total_taxes=8.25),
            invoice("2", "c1", line("A", 100.0, tax_name1="Town", tax_rate1=8.2)),
            invoice("3", "c1", line("A", tax_name1="Town", tax_rate1=8.2, tax_id="5")),
        ],
    )  # fmt: skip
    done = books.push(app)
    made = books.read("Invoice", done["app:invoice:1"].target)
    codes = [row["SalesItemLineDetail"]["TaxCodeRef"]["value"] for row in made["Line"][:2]]
    assert codes == ["TAX", "NON"]
    assert made["TotalAmt"] == 118.25
    assert (done["app:invoice:2"].effect, done["app:invoice:2"].fault) == (
        "refuse", "missing_tax_rate",
    )  # fmt: skip
    assert done["app:invoice:3"].effect == "create"


@pytest.mark.parametrize(("discount", "flat", "total"), [(10.0, False, 180.0), (10.0, True, 190.0)])
def test_a_discount_on_the_whole_invoice_travels(
    books: Books, discount: float, flat: bool, total: float
) -> None:
    """In percent or as an amount, it is one line of its own."""
    app = App(
        clients=[client("1", "Acme")],
        invoices=[invoice("1", "c1", line("A", 200.0), discount=discount, is_amount_discount=flat)],
    )
    event = books.push(app)["app:invoice:1"]
    assert books.read("Invoice", event.target)["TotalAmt"] == total


def test_a_payment_is_applied_to_linked_invoices_only(books: Books) -> None:
    """What belongs to an invoice that was refused stays unapplied; the reference is cut."""
    app = App(
        clients=[client("1", "Acme")],
        invoices=[invoice("1", "c1", line("A", 30.0)), invoice("2", "c1", line("Bad: A", 30.0))],
        payments=[
            payment("1", "c1", 60.0, "i1", "i2", transaction_reference="ch_" + "9" * 40),
            payment("2", "c1", 5.0, status_id="1"),
            payment("3", "c1", 9.0),
        ],
    )
    app.payments[1]["paymentables"] = app.payments[2]["paymentables"] = []
    done = books.push(app)
    made = books.read("Payment", done["app:payment:1"].target)
    assert (made["TotalAmt"], made["UnappliedAmt"]) == (60.0, 30.0)
    assert made["PaymentRefNum"] == "ch_" + "9" * 18
    assert "app:payment:2" not in done, "a payment that is not completed is not pushed"
    assert books.read("Payment", done["app:payment:3"].target)["UnappliedAmt"] == 9.0


def test_a_closed_period_keeps_invoices_and_payments_out(books: Books) -> None:
    """6210 is the answer to a date before the closing date."""
    books.sandbox.close_period("2026-12-31")
    app = App(
        clients=[client("1", "Acme")],
        invoices=[invoice("1", "c1", line("A"))],
        payments=[payment("1", "c1", 10.0, "i1")],
    )
    done = books.push(app)
    assert [done[f"app:{kind}:1"].fault for kind in ("invoice", "payment")] == ["6210", "6210"]


def test_what_was_left_out_is_not_pushed(books: Books) -> None:
    """Nothing is asked or made for it."""
    app = App(clients=[client("1", "Acme")], products=[product("Work")])
    done = books.push(app, "app:customer:1", "app:item:Work")
    assert {event.effect for event in done.values()} == {"skip"}
    assert not books.created().total()


def test_an_invoice_takes_along_what_was_left_out(books: Books) -> None:
    """The app makes client and item on the way; second events say what was made."""
    app = App(
        clients=[client("1", "Acme")],
        products=[product("Work")],
        invoices=[invoice("1", "c1", line("Work"))],
    )
    left_out = ("app:customer:1", "app:item:Work")
    events = list(simulate(app, QboCalls(books.client), left_out))
    assert [(event.ref, event.effect) for event in events] == [
        ("app:customer:1", "skip"), ("app:item:Work", "skip"), ("app:customer:1", "create"),
        ("app:item:Work", "create"), ("app:invoice:1", "create"),
    ]  # fmt: skip


def test_of_a_kind_that_is_not_sent_only_what_an_invoice_needs_travels(books: Books) -> None:
    """It is told before the invoice, once; the rest stays, whatever pull does at this version."""
    app = App(
        clients=[client("1", "Acme"), client("2", "Bolt")],
        products=[product("Work"), product("Idle")],
        invoices=[invoice("1", "c1", line("Work")), invoice("2", "c1", line("Work"))],
    )
    how = Settings(customer_mode="none", item_mode="pull")
    events = list(simulate(app, QboCalls(books.client), settings=how))
    assert [(event.ref, event.effect) for event in events] == [
        ("app:customer:1", "create"), ("app:item:Work", "create"), ("app:invoice:1", "create"),
        ("app:invoice:2", "create"), ("app:customer:2", "skip"), ("app:item:Idle", "skip"),
    ]  # fmt: skip


def test_archived_records_are_pushed_and_deleted_ones_are_not(books: Books) -> None:
    """Archiving hides a record in the app, but not from its sync."""
    app = App(clients=[client("1", "A Co", archived_at=1), client("2", "B Co", is_deleted=True)])
    assert list(books.push(app)) == ["app:customer:1"]


def test_a_second_run_makes_customers_and_items_only_once(books: Books) -> None:
    """Names are found again; invoices and payments, never looked up, are refused or doubled."""
    app = App(
        clients=[client("1", "Acme")],
        products=[product("Work")],
        invoices=[invoice("1", "c1", line("Work"))],
    )
    books.push(app)
    again = books.push(app)
    assert [event.effect for event in again.values()] == ["link", "link", "refuse"]


def test_every_record_of_the_demo_company_gets_one_answer_that_is_true() -> None:
    """Each is answered once and in order, what was made is there, and nothing else was."""
    demo = demo_company(customers=60, seed=1)
    with Sandbox(demo.company) as sandbox, sandbox_client(sandbox.describe()) as client:
        books = Books(sandbox, client)
        before = books.created()
        events = list(simulate(demo.app, QboCalls(client)))
        made = books.created() - before
        links = [e for e in events if e.effect == "link" and e.ref.startswith("app:customer:")]
        names = {c["number"]: c["name"] for c in demo.app.clients}
        for event in links:
            number, name = event.ref.split(":", 2)[2], books.read("Customer", event.target)
            if len(names[number]) > 1:
                assert name["DisplayName"].casefold() == names[number][:100].casefold().strip()
    pushed = Counter(event.ref for event in events)
    created = Counter(event.ref.split(":")[1] for event in events if event.effect == "create")
    assert set(pushed.values()) == {1}
    for kind in ("customer", "invoice", "payment"):
        assert made[kind.title()] == created[kind]
    assert made["Item"] >= created["item"]
    assert sum(pushed.values()) >= len(demo.app.clients) + len(demo.app.invoices)
    assert {"6240", "6140", "6210"} <= {event.fault for event in events}
