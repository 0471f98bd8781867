"""Mends that hang on what the app goes by, and on what it can do."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from review_plan import action as an_action
from review_plan import plan_of
from small_books import Row, Rows, case, pair, plan_for

from recon.apps.profiles import load_profile
from recon.plan import Operation, Plan, Write
from recon.stages.forecast import forecast
from recon.stages.propose.draft import Draft
from recon.stages.propose.ties import held_to_links

ANN, BO = "app:customer:1", "app:customer:2"
DAY = pd.Timestamp("2026-02-01")
PAYS_77 = {"Line": [{"Amount": 5.0, "LinkedTxn": [{"TxnId": "77", "TxnType": "Invoice"}]}]}


def proposed(app: str, ours: Rows, theirs: Rows, *pairs: Row, **changed: Any) -> Plan:
    """The plan for a tiny company of an app."""
    small = case(ours, theirs, pairs, changed, load_profile(app))
    return plan_for(small, forecast(small))


def bodies(plan: Plan) -> list[tuple[str, str, Any]]:
    """Where each write goes, what it does there, and with which content."""
    guards = {"Id", "SyncToken", "sparse", "ref"}

    def content(write: Write) -> Row:
        return {k: v for k, v in write.body.items() if k not in guards}

    return [(w.to, w.operation, content(w)) for w in plan.writes]


def client(record_id: str, name: str, **more: Any) -> Row:
    """A client or customer."""
    return {"id": record_id, "name": name, **more}


def address(text: str) -> Row:
    """What gives a customer an address."""
    return {"PrimaryEmailAddr": {"Address": text}}


def test_an_app_that_goes_by_addresses_has_them_equalised_not_names() -> None:
    """QuickBooks' customer is given the client's."""
    plan = proposed(
        "generic_email",
        {"customers": [client("1", "Ann Lee", email="ann@example.com")]},
        {"customers": [client("7", "Ann Lee")]},
        pair(ANN, "qbo:customer:7", 0.99),
    )
    assert bodies(plan) == [("qbo", "update", address("ann@example.com"))]
    assert (plan.actions[0].kind, plan.actions[0].bulk) == ("edit", False)


def test_a_client_without_an_address_is_given_its_customers() -> None:
    """By hand, in the app; where neither has one, both get one that nobody is reached under."""
    for theirs, expected in (
        ("ann@example.com", [("hand", "hand", {"email": "ann@example.com"})]),
        (None, [("qbo", "update", address("1@no-address.invalid")),
                ("hand", "hand", {"email": "1@no-address.invalid"})]),
    ):  # fmt: skip
        plan = proposed(
            "generic_email",
            {"customers": [client("1", "Ann Lee")]},
            {"customers": [client("7", "Ann Lee", email=theirs)]},
            pair(ANN, "qbo:customer:7", 0.99),
        )
        assert bodies(plan) == expected


def test_a_shared_address_is_parted_on_both_sides() -> None:
    """The first keeps it; the other's gets a mark that the provider passes over."""
    shared = "office@example.com"
    plan = proposed(
        "generic_email",
        {"customers": [client("1", "Ann Lee", email=shared), client("2", "Bo Roe", email=shared)]},
        {"customers": [client("7", "Ann Lee", email=shared), client("8", "Bo Roe", email=shared)]},
        pair(ANN, "qbo:customer:7", 0.99),
        pair(BO, "qbo:customer:8", 0.99),
    )
    marked = "office+2@example.com"
    assert bodies(plan) == [
        ("qbo", "update", address(marked)),
        ("hand", "hand", {"email": marked}),
    ]
    assert "ask the client" in plan.actions[0].will


def test_an_app_that_makes_no_customers_finds_one_made_for_it() -> None:
    """TaxDome: under the account's name, by QuickBooks' API."""
    new = client("1", "Ann Lee", email="ann@example.com", phone="555 010 0001")
    sale = {"id": "11", "customer": "1", "date": DAY, "total": "5"}
    plan = proposed("taxdome", {"customers": [new], "invoices": [sale]}, {})
    assert bodies(plan) == [
        ("qbo", "create", {"DisplayName": "Ann Lee", **address("ann@example.com"),
                           "PrimaryPhone": {"FreeFormNumber": "555 010 0001"}})
    ]  # fmt: skip
    assert plan.writes[0].look_up is not None


@pytest.mark.parametrize(
    ("app", "kind", "step"),
    [("invoiceninja", "merge", "merge"), ("taxdome", "link", "link"), ("spraye", "rename", "edit")],
)
def test_two_clients_of_one_party_share_a_customer_as_the_app_allows(
    app: str, kind: str, step: str
) -> None:
    """Merged, linked by hand, or called alike."""
    sales = [{"id": n, "customer": n, "date": DAY, "total": "5"} for n in ("1", "2")]
    plan = proposed(
        app,
        {"customers": [client("1", "Ann Lee"), client("2", "Anne Lee")], "invoices": sales},
        {"customers": [client("7", "Ann Lee")]},
        pair(ANN, "qbo:customer:7", 0.999),
        pair(ANN, BO, 0.999),
    )
    action = next(action for action in plan.actions if action.ref == BO)
    steps = [write.instruction.do for write in plan.writes_of(action.id) if write.instruction]
    assert (action.kind, {done["step"] for done in steps}) == (kind, {step})
    # a customer that somebody has picked is not found by its name any more: both are picked
    assert [done["ref"] for done in steps] == ([ANN, BO] if kind == "link" else [BO])


@pytest.mark.parametrize(
    ("held", "paid", "entered"),
    [
        ({}, {}, True),
        ({"balance": "4"}, {}, False),
        ({"currency": "EUR"}, {}, False),
        ({}, {"currency": "EUR"}, False),
        ({}, {"refunded": "2"}, False),
    ],
    ids=["owed", "less is owed", "foreign invoice", "foreign payment", "paid back"],
)
def test_a_payment_of_an_invoice_that_stays_out_is_entered_against_it(
    held: Row, paid: Row, entered: bool
) -> None:
    """As far as QuickBooks shows it as owed, in one currency; it stays out of the sync itself."""
    payment = {"id": "21", "customer": "1", "date": DAY, "amount": "5", "reference": "R1", **paid}
    ours = {
        "customers": [client("1", "Ann Lee")],
        "invoices": [{"id": "11", "customer": "1", "date": DAY, "total": "5"}],
        "payments": [payment],
        "payment_applications": [
            {"payment_ref": "app:payment:21", "invoice_ref": "app:invoice:11", "amount": "5"}
        ],
    }
    invoice = {"id": "77", "number": "11", "customer": "7", "date": DAY, "total": "5",
               "balance": "5", **held}  # fmt: skip
    plan = proposed(
        "generic_name",
        ours,
        {"customers": [client("7", "Ann Lee")], "invoices": [invoice]},
        pair(ANN, "qbo:customer:7", 0.999),
        pair("app:invoice:11", "qbo:invoice:77", 0.999),
    )
    out = {action.ref for action in plan.actions if action.kind == "skip"}
    assert out == {"app:invoice:11", "app:payment:21"}
    assert [write.entity for write in plan.writes] == (["Payment"] if entered else [])
    if entered:
        (line,) = plan.writes[0].body["Line"]
        assert line["LinkedTxn"] == [{"TxnId": "77", "TxnType": "Invoice"}]
        assert not plan.action(plan.writes[0].action_id).bulk


def test_a_first_and_a_last_name_are_entered_where_the_app_wants_them() -> None:
    """Workiz; of one word both are made."""
    plan = proposed("workiz", {"customers": [client("1", "Cher")]}, {})
    assert bodies(plan) == [("hand", "hand", {"name": "Cher Cher"})]


def test_what_a_plan_disconnects_is_said_and_not_done_in_bulk() -> None:
    """The invoices by number; what is lost for good is not advised."""
    ours = {
        "customers": [client("1", " Ann Lee")],
        "invoices": [{"id": "11", "customer": "1", "date": DAY, "total": "5"}],
        "links": [{"ref": "app:invoice:11", "linked_ref": "qbo:invoice:77", "how": "stated"}],
    }
    theirs = {
        "customers": [client("7", "Ann Lee")],
        "invoices": [{"id": "77", "number": "11", "customer": "7", "date": DAY, "total": "5"}],
    }
    for lost, advised in (((), True), (("app.client.name",), False)):
        links = {"disconnect_on": ("app.client.name",), "lost_for_good": lost}
        plan = proposed(
            "generic_name", ours, theirs, pair(ANN, "qbo:customer:7", 0.999), links=links
        )
        action = next(action for action in plan.actions if action.ref == ANN)
        assert "disconnects invoice 11" in action.will
        assert (action.bulk, action.advised) == (False, advised)
        assert action.confirm == "disconnect invoice 11"


@pytest.mark.parametrize(
    ("ends", "entity", "operation", "body"),
    [
        ("qbo.payment.any", "Payment", "create", PAYS_77),
        ("qbo.payment.any", "Payment", "delete", {"Id": "81"}),
        ("qbo.invoice.edited", "Invoice", "update", {"DocNumber": "11-QB"}),
        ("qbo.invoice.deleted", "Invoice", "delete", {"Id": "77"}),
    ],
)
@pytest.mark.parametrize("payments", ["push", "none"])
def test_every_request_is_held_against_what_breaks_links(
    ends: str, entity: str, operation: Operation, body: dict[str, Any], payments: str
) -> None:
    """Payments as well, of an undo as of a plan; not where the app looks at no payments."""
    flow = {"acts": {"none": "none", "push": "push"}, "mode": payments}
    small = case(
        {
            "invoices": [{"id": "11", "total": "5"}],
            "links": [{"ref": "app:invoice:11", "linked_ref": "qbo:invoice:77", "how": "stated"}],
        },
        {
            "invoices": [{"id": "77", "number": "11", "total": "5"}],
            "payments": [{"id": "81", "amount": "5"}],
            "payment_applications": [
                {"payment_ref": "qbo:payment:81", "invoice_ref": "qbo:invoice:77", "amount": "5"}
            ],
        },
        changed={"links": {"lost_for_good": (ends,)}, "flow": {"payment": flow}},
    )
    ref = {"Payment": "qbo:payment:81", "Invoice": "qbo:invoice:77"}[entity]
    write = Write(
        "w1", "a1", "qbo", operation, entity, body, ref="" if operation == "create" else ref
    )
    plan = plan_of(an_action("a1"), writes=[write])
    (held,) = held_to_links(plan, small.profile, small.books).actions
    looked_at = payments == "push" or entity == "Invoice"
    assert held.confirm == ("disconnect invoice 11" if looked_at else "")
    assert held.advised is not looked_at


@pytest.mark.parametrize(
    ("app", "held", "asked"),
    [
        ("invoiceninja", "Ann Lee", "Create a new client"),
        ("taxdome", "Bo Roe", "Clients > Accounts"),
        ("workiz", "Bo Roe", "support"),
    ],
)
def test_a_wrong_stored_link_can_be_taken_back(app: str, held: str, asked: str) -> None:
    """Or the client is left out; another name first where the next look-up finds the same again."""
    theirs = client("7", held, email="bo@example.com", phone="555 010 0002")
    ours = client(
        "1", "Ann Lee", given_name="Ann", family_name="Lee", city="Ulm",
        email="ann@example.com", phone="555 010 0001",
    )  # fmt: skip
    plan = proposed(
        app,
        {
            "customers": [ours],
            "invoices": [{"id": "11", "number": "11", "customer_ref": ANN, "total": "5"}],
            "links": [
                {"ref": ANN, "linked_ref": "qbo:customer:7", "how": "stated"},
                {"ref": "app:invoice:11", "linked_ref": "qbo:invoice:9", "how": "stated"},
            ],
        },
        {"customers": [theirs], "invoices": [{"id": "9", "number": "11", "total": "5"}]},
    )
    skip, unlink = (action for action in plan.actions if action.cause == "wrong_stored_link")
    assert (skip.kind, skip.advised, unlink.kind, unlink.advised) == ("skip", True, "unlink", False)
    assert unlink.rivals == (skip.id,)
    *renames, write = plan.writes_of(unlink.id)
    assert [w.body["name"] for w in renames] == ["Ann Lee (Ulm)"][: held == "Ann Lee"]
    assert write.instruction is not None
    assert any(asked in step for step in write.instruction.steps)
    assert write.instruction.do == {"step": "unlink", "ref": ANN, "target": "qbo:customer:7"}
    says = "disconnect customer 1, invoice 11" if app == "taxdome" else ""
    assert unlink.confirm == says


def test_a_draft_knows_every_record_that_it_may_have_to_name() -> None:
    """Payments as well, whose references are shortened."""
    small = case(
        {"payments": [{"id": "21", "amount": "5"}]}, {"items": [{"id": "7", "name": "Mow"}]}
    )
    assert {"app:payment:21", "qbo:item:7"} <= set(Draft(small).rows)


def test_a_product_without_stock_is_sold_under_a_name_of_its_own() -> None:
    """Workiz takes no inventory item for it, and no sync turns one kind into the other."""
    plan = proposed(
        "workiz",
        {"items": [{"id": "Pump", "name": "Pump", "type": "Non-inventory"}]},
        {"items": [{"id": "5", "name": "Pump", "type": "Inventory"}]},
    )
    (action,) = [a for a in plan.actions if a.cause == "item_type_conversion"]
    assert "Rename item Pump to Pump (no stock) in Workiz" in action.title
    assert ("hand", "hand", {"name": "Pump (no stock)"}) in bodies(plan)


@pytest.mark.parametrize(("kind", "left_out"), [("Group", True), ("Service", False)])
def test_a_product_that_is_linked_to_a_bundle_is_left_out_with_its_sales(
    kind: str, left_out: bool
) -> None:
    """No name takes the link back, and every sale of it would be booked as the bundle."""
    sale = {"id": "12", "number": "12", "customer_ref": ANN, "total": "5", "date": DAY}
    plan = proposed(
        "workiz",
        {
            "customers": [client("1", "Ann Lee", given_name="Ann", family_name="Lee")],
            "items": [{"id": "Spring", "name": "Spring"}],
            "invoices": [sale],
            "invoice_lines": [{"invoice": "12", "item_name": "Spring", "amount": "5"}],
            "links": [
                {"ref": ANN, "linked_ref": "qbo:customer:7", "how": "stated"},
                {"ref": "app:item:Spring", "linked_ref": "qbo:item:5", "how": "inferred"},
            ],
        },
        {"customers": [client("7", "Ann Lee")], "items": [{"id": "5", "name": "Spring",
                                                           "type": kind}]},
    )  # fmt: skip
    skips = [(action.ref, action.cause) for action in plan.actions if action.kind == "skip"]
    wanted = [
        ("app:item:Spring", "wrong_stored_link"),
        ("app:invoice:12", "sale_of_a_wrong_link"),
    ]
    assert skips == (wanted if left_out else [])
    unlinks = [action for action in plan.actions if action.kind == "unlink"]
    assert [action.advised for action in unlinks] == ([False] if left_out else [])


@pytest.mark.parametrize(("total", "wrong"), [("9", True), ("5", False)])
def test_an_invoice_that_is_linked_to_another_sale_is_left_out(total: str, wrong: bool) -> None:
    """Of a stored link two things have to speak against it: here another day, and another total."""
    plan = proposed(
        "taxdome",
        {
            "customers": [client("1", "Ann Lee")],
            "invoices": [
                {"id": "11", "number": "11", "customer_ref": ANN, "total": "5", "date": DAY}
            ],
            "links": [
                {"ref": ANN, "linked_ref": "qbo:customer:7", "how": "stated"},
                {"ref": "app:invoice:11", "linked_ref": "qbo:invoice:9", "how": "inferred"},
            ],
        },
        {
            "customers": [client("7", "Ann Lee")],
            "invoices": [
                {"id": "9", "number": "11", "customer_ref": "qbo:customer:7", "total": total,
                 "date": DAY + pd.Timedelta(days=9)},
            ],
        },
    )  # fmt: skip
    found = [(a.kind, a.ref, a.advised) for a in plan.actions if a.cause == "wrong_stored_link"]
    asked = [("skip", "app:invoice:11", True), ("unlink", "app:invoice:11", False)]
    assert found == (asked if wrong else [])


@pytest.mark.parametrize(("email", "stays"), [("bo@example.com", True), ("ann@example.com", False)])
def test_sales_of_a_client_that_is_linked_to_somebody_else_stay_at_home(
    email: str, stays: bool
) -> None:
    """They would be booked on that one, whatever becomes of the client itself."""
    reached = {"email": "ann@example.com", "phone": "555 010 0001"}
    phone = "555 010 0002" if stays else "555 010 0001"
    plan = proposed(
        "workiz",
        {
            "customers": [client("1", "Ann Lee", given_name="Ann", family_name="Lee", **reached)],
            "invoices": [{"id": "11", "number": "11", "customer_ref": ANN, "total": "5"}],
            "payments": [{"id": "21", "customer_ref": ANN, "amount": "5"}],
            "links": [{"ref": ANN, "linked_ref": "qbo:customer:7", "how": "stated"}],
        },
        {"customers": [client("7", "Bo Roe", email=email, phone=phone)]},
    )
    left = {a.ref for a in plan.actions if a.cause == "sale_of_a_wrong_link"}
    assert left == ({"app:invoice:11", "app:payment:21"} if stays else set())


@pytest.mark.parametrize(("p", "left_out"), [(0.99, True), (0.1, False)])
def test_of_two_linked_clients_one_is_left_out_where_their_customers_become_one(
    p: float, left_out: bool
) -> None:
    """Spraye merges no clients, and no name links a client anew whose customer is merged away."""
    both = [("1", "Ann Lee", "7"), ("2", "Ann Leigh", "8")]
    plan = proposed(
        "spraye",
        {
            "customers": [client(ref, name) for ref, name, _ in both],
            "links": [
                {"ref": f"app:customer:{ref}", "linked_ref": f"qbo:customer:{to}", "how": "stated"}
                for ref, _, to in both
            ],
        },
        {"customers": [client(to, name) for _, name, to in both]},
        pair(ANN, BO, 0.99),
        pair("qbo:customer:7", "qbo:customer:8", p),
    )
    kinds = sorted(action.kind for action in plan.actions if action.kind in {"merge", "skip"})
    assert kinds == (["merge", "skip"] if left_out else [])
    refs = {action.kind: action.ref for action in plan.actions}
    held = {f"app:customer:{ref}": f"qbo:customer:{to}" for ref, _, to in both}
    assert not left_out or refs["merge"] == held[refs["skip"]]
