"""What the app's sync would do to each record, told by tiny books."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_books import Row, Rows, case, companies, pair, preferences, shuffled

from recon.books import OUTCOMES
from recon.stages.forecast import forecast

ANN, BO = "app:customer:1", "app:customer:2"
CLOSED = preferences(BookCloseDate="2025-12-31")
NUMBERS_WATCHED = preferences(CustomTxnNumbers="true", WarnDuplicateCheckNumber="true")


def sync(
    app: Rows,
    qbo: Rows | None = None,
    pairs: Iterable[Row] = (),
    leave_out: Collection[str] = (),
    **changed: dict[str, Any],
) -> dict[str, str]:
    """What is forecast for each record, by ref: outcome, then target or fault."""
    outcomes = forecast(case(app, qbo, pairs, changed), leave_out)
    told = outcomes[["ref", "outcome", "target_ref", "fault"]].fillna("")
    return {row[0]: " ".join(filter(None, row[1:])) for row in told.itertuples(index=False)}


def client(record_id: str, name: str | None, **more: Any) -> Row:
    """A client or customer in short form."""
    return {"id": record_id, "name": name, **more}


def sale(*lines: Row, day: str = "2026-02-01", **more: Any) -> Rows:
    """One client with one invoice of these lines; one that QuickBooks would take if none."""
    return {
        "customers": [client("1", "Ann Lee")],
        "invoices": [{"id": "1001", "customer": "1", "date": day, **more}],
        "invoice_lines": [
            {"invoice": "1001", **line} for line in lines or ({"item_name": "Repairs"},)
        ],
    }


# --- customers


def test_a_client_of_exactly_the_name_is_linked() -> None:
    """Case does not count in a look-up."""
    assert sync(
        {"customers": [client("1", "ANN lee")]},
        {"customers": [client("7", "Ann Lee")]},
        [pair(ANN, "qbo:customer:7", 0.9)],
    ) == {ANN: "link qbo:customer:7"}


def test_a_client_that_nobody_knows_is_created() -> None:
    """Not in QuickBooks by any evidence: that is what the sync is for."""
    assert sync({"customers": [client("1", "Ann Lee")]}) == {ANN: "create"}


@pytest.mark.parametrize("name", ["Ann Leigh", "Ann  Lee", "Lee, Ann"])
def test_a_near_miss_makes_a_duplicate(name: str) -> None:
    """The look-up misses by a letter what the evidence knows."""
    near = [pair(ANN, "qbo:customer:7", 0.6)]
    there: Rows = {"customers": [client("7", name)]}
    assert sync({"customers": [client("1", "Ann Lee")]}, there, near) == {
        ANN: "duplicate qbo:customer:7"
    }


def test_weak_evidence_makes_no_duplicate() -> None:
    """Below the threshold two records are two parties."""
    weak = [pair(ANN, "qbo:customer:7", 0.49)]
    there: Rows = {"customers": [client("7", "Ann Leigh")]}
    assert sync({"customers": [client("1", "Ann Lee")]}, there, weak) == {ANN: "create"}


def test_a_namesake_is_linked_wrongly() -> None:
    """The name is the same and everything else speaks against it."""
    assert sync(
        {"customers": [client("1", "Ann Lee")]},
        {"customers": [client("7", "Ann Lee")]},
        [pair(ANN, "qbo:customer:7", 0.1)],
    ) == {ANN: "wrong_link qbo:customer:7"}


def test_contradiction_outweighs_a_common_name() -> None:
    """Two ways of reaching them, and both differ; one that agrees is enough."""
    ann = client("1", "Ann Lee", email="ann@example.com", phone="555 010 0001")
    for phone, outcome in (("555 010 0002", "wrong_link"), ("+1 (555) 010-0001", "link")):
        other = client("7", "Ann Lee", email="lee@example.com", phone=phone)
        said = sync(
            {"customers": [ann]}, {"customers": [other]}, [pair(ANN, "qbo:customer:7", 0.9)]
        )
        assert said == {ANN: f"{outcome} qbo:customer:7"}


def test_of_two_clients_on_one_customer_the_likelier_is_right() -> None:
    """The other is somebody else, unless the evidence says that both are one."""
    app: Rows = {"customers": [client("1", "Ann Lee"), client("2", "Ann Lee")]}
    qbo: Rows = {"customers": [client("7", "Ann Lee")]}
    pairs = [pair(ANN, "qbo:customer:7", 0.6), pair(BO, "qbo:customer:7", 0.9)]
    assert sync(app, qbo, pairs) == {ANN: "wrong_link qbo:customer:7", BO: "link qbo:customer:7"}
    pairs.append(pair(ANN, BO, 0.9))
    assert sync(app, qbo, pairs) == {ANN: "link qbo:customer:7", BO: "link qbo:customer:7"}


def test_an_app_that_does_not_relink_takes_a_customer_once() -> None:
    """The second client of the name is refused, for the name is held."""
    app: Rows = {"customers": [client("1", "Ann Lee"), client("2", "Ann Lee")]}
    qbo: Rows = {"customers": [client("7", "Ann Lee")]}
    said = sync(app, qbo, [pair(ANN, "qbo:customer:7", 0.9)], customer={"relinks": False})
    assert said == {ANN: "link qbo:customer:7", BO: "refuse 6240"}


def test_clients_without_a_name_collapse_into_one() -> None:
    """The first makes the stand-in, the second is linked to it and is somebody else."""
    assert sync({"customers": [client("1", None), client("2", "B")]}) == {
        ANN: "create",
        BO: f"wrong_link new:{ANN}",
    }


def test_a_client_without_a_name_goes_by_its_contact() -> None:
    """The first contact with an address: its name, else the address itself."""
    app: Rows = {
        "customers": [client("1", None), client("2", None), client("3", None)],
        "contacts": [
            {"client": "1", "given_name": "Zed"},
            {"client": "1", "given_name": "Ann", "family_name": "Lee", "email": "a@example.com"},
            {"client": "2", "email": "bo@example.com"},
        ],
    }
    qbo: Rows = {"customers": [client("7", "Ann Lee"), client("8", "bo@example.com")]}
    pairs = [pair(ANN, "qbo:customer:7", 0.9), pair(BO, "qbo:customer:8", 0.9)]
    assert sync(app, qbo, pairs) == {
        ANN: "link qbo:customer:7",
        BO: "link qbo:customer:8",
        "app:customer:3": "create",
    }


@pytest.mark.parametrize("kind", ["vendors", "employees"])
@pytest.mark.parametrize("name", ["Ann Lee", "ANN LEE ", "ann lee"])
def test_a_name_held_by_a_vendor_or_employee_is_refused(kind: str, name: str) -> None:
    """One name space; case and blanks at the ends do not make a name free."""
    assert sync({"customers": [client("1", "Ann Lee")]}, {kind: [client("7", name)]}) == {
        ANN: "refuse 6240"
    }


def test_a_blank_at_the_end_misses_the_customer_and_is_refused() -> None:
    """The look-up sees the blank, uniqueness does not."""
    near = [pair(ANN, "qbo:customer:7", 0.9)]
    there: Rows = {"customers": [client("7", "Ann Lee")]}
    assert sync({"customers": [client("1", "Ann Lee ")]}, there, near) == {ANN: "refuse 6240"}


def test_an_inactive_customer_is_not_found_and_its_name_is_free() -> None:
    """QuickBooks marks the name of what is made inactive, so a second one is made."""
    gone: Rows = {"customers": [client("7", "Ann Lee (deleted)", active=False)]}
    near = [pair(ANN, "qbo:customer:7", 0.9)]
    assert sync({"customers": [client("1", "Ann Lee")]}, gone, near) == {
        ANN: "duplicate qbo:customer:7"
    }


@pytest.mark.parametrize(
    ("name", "email", "fault"),
    [
        ("Ann: Lee", None, "2040"),
        ("Ann\tLee", None, "2040"),
        ("Ann Lee", "ann@example", "2210"),
        ("Ann: Lee", "ann@example", "2210"),
        ("Ann: Lee", "a" * 89 + "@example.com", "2050"),
        ("Ann Lee", "a" * 89 + "@example.com", "2050"),
    ],
)
def test_what_quickbooks_refuses_to_create(name: str, email: str | None, fault: str) -> None:
    """Characters and addresses; an address that is none is told first, then what is too long."""
    assert sync({"customers": [client("1", name, email=email)]}) == {ANN: f"refuse {fault}"}


def test_a_bad_address_does_not_stand_in_the_way_of_a_link() -> None:
    """Nothing is sent when the customer is found."""
    assert sync(
        {"customers": [client("1", "Ann Lee", email="ann@example")]},
        {"customers": [client("7", "Ann Lee")]},
        [pair(ANN, "qbo:customer:7", 0.9)],
    ) == {ANN: "link qbo:customer:7"}


def test_an_app_that_sends_no_address_is_not_refused_for_it() -> None:
    """The profile says what travels."""
    app: Rows = {"customers": [client("1", "Ann Lee", email="ann@example")]}
    assert sync(app, customer={"sends_email": False}) == {ANN: "create"}


def test_the_first_of_two_equal_names_is_created_and_the_second_linked_to_it() -> None:
    """In the order of the clients' numbers; rightly so when both are one party."""
    app: Rows = {"customers": [client("2", "Ann Lee"), client("1", "ann lee")]}
    assert sync(app) == {ANN: "create", BO: f"wrong_link new:{ANN}"}
    assert sync(app, pairs=[pair(ANN, BO, 0.9)]) == {ANN: "create", BO: f"link new:{ANN}"}


def test_a_refused_first_does_not_block_the_second() -> None:
    """The second is created in its place, and the third is linked to that one."""
    app: Rows = {
        "customers": [
            client("1", "Ann Lee", email="ann@example"),
            client("2", "Ann Lee"),
            client("3", "Ann Lee", email="lee@example"),
        ]
    }
    same = [pair(BO, "app:customer:3", 0.9)]
    assert sync(app, pairs=same) == {
        ANN: "refuse 2210",
        BO: "create",
        "app:customer:3": f"link new:{BO}",
    }


def test_two_names_that_differ_in_a_blank_at_the_end_clash() -> None:
    """Two look-ups, one name: the later is refused."""
    app: Rows = {"customers": [client("1", "Ann Lee"), client("2", "Ann Lee ")]}
    assert sync(app) == {ANN: "create", BO: "refuse 6240"}
    app = {"customers": [client("1", "Ann Lee "), client("2", "Ann Lee")]}
    assert sync(app)[BO].endswith(f"new:{ANN}")  # QuickBooks keeps the first without the blank


def test_one_party_twice_in_the_app_makes_a_second_customer() -> None:
    """Whether the first is linked or created; the first itself is no duplicate."""
    app: Rows = {"customers": [client("1", "Ann Lee"), client("2", "Ann Leigh")]}
    both = [pair(ANN, BO, 0.9)]
    assert sync(app, pairs=both) == {ANN: "create", BO: "duplicate"}
    there: Rows = {"customers": [client("7", "Ann Leigh")]}
    said = sync(app, there, [*both, pair(BO, "qbo:customer:7", 0.9)])
    assert said == {ANN: "duplicate", BO: "link qbo:customer:7"}


def test_names_are_cut_before_they_are_looked_up() -> None:
    """A hundred characters are asked for, so what differs later is lost."""
    app: Rows = {"customers": [client("1", "x" * 100 + "a"), client("2", "x" * 100 + "b")]}
    qbo: Rows = {"customers": [client("7", "x" * 100)]}
    pairs = [pair(ANN, "qbo:customer:7", 0.9)]
    said = sync(app, qbo, pairs)
    assert said == {ANN: "link qbo:customer:7", BO: "wrong_link qbo:customer:7"}


def test_an_app_that_tries_again_with_a_suffix_gets_in() -> None:
    """After 6240 under the name with its suffix, which may be held as well."""
    app: Rows = {"customers": [client("1", "Ann Lee")]}
    rule = {"collision_suffix": " (C)"}
    held: list[Row] = [client("7", "Ann Lee")]
    assert sync(app, {"vendors": held}, customer=rule) == {ANN: "create"}
    held.append(client("8", "Ann Lee (C)"))
    assert sync(app, {"vendors": held}, customer=rule) == {ANN: "refuse 6240"}


# --- items

REPAIRS = "app:item:Repairs"


def test_a_product_finds_the_item_of_its_leaf_name() -> None:
    """Whatever category it lies in, and in whatever case it is written."""
    item = {"id": "5", "name": "REPAIRS", "parent_ref": "qbo:item:1"}
    app: Rows = {"items": [{"id": "Repairs", "name": "Repairs"}]}
    assert sync(app, {"items": [item]}) == {REPAIRS: "link qbo:item:5"}


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"type": "Category"}, "refuse 6240"),
        ({"type": "Group"}, "refuse 6240"),
        ({"active": False}, "refuse 6240"),
        ({"active": False, "name": "Repairs (deleted)"}, "refuse 6240"),
        ({"type": "Group", "parent_ref": "qbo:item:1"}, "create"),
        ({"name": "Repairs "}, "refuse 6240"),
        ({"name": "Repair"}, "create"),
    ],
)
def test_what_holds_a_products_name_without_being_found(held: Row, said: str) -> None:
    """Categories, bundles and inactive items keep their names; another parent is another list."""
    app: Rows = {"items": [{"id": "Repairs", "name": "Repairs"}]}
    item = {"id": "5", "name": "Repairs", **held}
    assert sync(app, {"items": [item]}) == {REPAIRS: said}


@pytest.mark.parametrize(("key", "fault"), [("Pool:Pump", "2040"), ("y" * 101, "2050")])
def test_a_key_that_no_item_may_have_is_refused(key: str, fault: str) -> None:
    """Characters and length."""
    app: Rows = {"items": [{"id": key, "name": key}]}
    assert sync(app) == {f"app:item:{key}": f"refuse {fault}"}


@pytest.mark.parametrize(("p", "said"), [(0.99, "duplicate"), (0.3, "create")])
def test_one_thing_under_two_keys_makes_a_second_item(p: float, said: str) -> None:
    """One of the two products is linked, the other one is a second item of the same thing."""
    app = {"items": [{"id": key, "name": key} for key in ("Repairs", "Repair work")]}
    qbo = {"items": [{"id": "5", "name": "Repairs", "type": "Service"}]}
    told = sync(app, qbo, [pair(REPAIRS, "app:item:Repair work", p)])
    assert told == {REPAIRS: "link qbo:item:5", "app:item:Repair work": said}


@pytest.mark.parametrize(("called", "said"), [("Repairs, old", "link"), ("Repairs", "wrong_link")])
def test_a_stored_link_to_an_item_of_another_name_stays(called: str, said: str) -> None:
    """Nobody took it for its name: that another item has that name says nothing against it."""
    app: Rows = {
        "items": [{"id": "Repairs", "name": "Repairs"}],
        "links": [{"ref": REPAIRS, "linked_ref": "qbo:item:5", "how": "stated"}],
    }
    qbo: Rows = {
        "items": [
            {"id": "5", "name": called, "type": "Service", "parent_ref": "qbo:item:1"},
            {"id": "6", "name": "Repairs", "type": "Service", "parent_ref": "qbo:item:2"},
        ]
    }
    likely = [pair(REPAIRS, "qbo:item:6", 0.9), pair(REPAIRS, "qbo:item:5", 0.2)]
    assert sync(app, qbo, likely) == {REPAIRS: f"{said} qbo:item:5"}


def test_a_near_miss_makes_a_second_item() -> None:
    """The evidence knows the item under another spelling."""
    app: Rows = {"items": [{"id": "Repairs", "name": "Repairs"}]}
    qbo: Rows = {"items": [{"id": "5", "name": "Repair work"}]}
    assert sync(app, qbo, [pair(REPAIRS, "qbo:item:5", 0.9)]) == {REPAIRS: "duplicate qbo:item:5"}


def test_of_two_items_of_one_name_the_oldest_is_taken() -> None:
    """By id as a number; wrongly when the evidence names the other."""
    app: Rows = {"items": [{"id": "Filter", "name": "Filter"}]}
    qbo: Rows = {
        "items": [
            {"id": "10", "name": "Filter", "parent_ref": "qbo:item:1"},
            {"id": "9", "name": "Filter", "parent_ref": "qbo:item:2"},
        ]
    }
    ref = "app:item:Filter"
    assert sync(app, qbo) == {ref: "link qbo:item:9"}
    assert sync(app, qbo, [pair(ref, "qbo:item:9", 0.9)]) == {ref: "link qbo:item:9"}
    pairs = [pair(ref, "qbo:item:9", 0.4), pair(ref, "qbo:item:10", 0.9)]
    assert sync(app, qbo, pairs) == {ref: "wrong_link qbo:item:9"}
    equals = [pair(ref, "qbo:item:10", 0.9), pair(ref, "qbo:item:9", 0.9)]
    assert sync(app, qbo, equals) == {ref: "link qbo:item:9"}  # nothing speaks for the other


def test_a_product_that_differs_in_case_only_is_linked_to_the_first() -> None:
    """One look-up key, one item."""
    app: Rows = {
        "items": [{"id": "Repairs", "name": "Repairs"}, {"id": "REPAIRS", "name": "REPAIRS"}]
    }
    assert sync(app) == {REPAIRS: "create", "app:item:REPAIRS": f"link new:{REPAIRS}"}


def test_products_that_are_not_pushed_are_skipped() -> None:
    """Some apps send items with invoices only."""
    app: Rows = {"items": [{"id": "Repairs", "name": "Repairs"}]}
    assert sync(app, item={"pushes_products": False}) == {REPAIRS: "skip"}


def test_an_app_that_makes_no_items_refuses_what_it_misses() -> None:
    """The profile says whether a miss is a create."""
    app: Rows = {"items": [{"id": "Repairs", "name": "Repairs"}]}
    assert sync(app, item={"on_miss": "refuse"}) == {REPAIRS: "refuse not_found"}


# --- invoices

INVOICE = "app:invoice:1001"


def test_an_invoice_is_created_with_its_client_and_its_item() -> None:
    """Nothing stands in its way."""
    assert sync(sale()) == {ANN: "create", INVOICE: "create"}


def test_an_invoice_shares_the_fate_of_its_client() -> None:
    """A refused client keeps its invoices out, for the same reason."""
    said = sync(sale(), {"vendors": [client("7", "Ann Lee")]})
    assert said == {ANN: "refuse 6240", INVOICE: "refuse 6240"}


def test_an_invoice_of_a_client_that_is_known_by_name_only_shares_its_fate() -> None:
    """The export says the name; the first of that name counts."""
    app = dict(sale())
    app["invoices"] = [{"id": "1001", "customer_name": "Ann Lee", "date": "2026-02-01"}]
    said = sync(app, {"vendors": [client("7", "Ann Lee")]})
    assert said[INVOICE] == "refuse 6240"


def test_a_line_whose_item_is_refused_is_dropped() -> None:
    """The invoice travels without it, unless nothing is left."""
    good, bad = {"item_name": "Repairs"}, {"item_name": "Pool:Pump"}
    assert sync(sale(good, bad))[INVOICE] == "drop_line"
    assert sync(sale(bad, bad))[INVOICE] == "refuse no_lines"
    all_or_none = sync(sale(good, bad), invoice={"unresolved_line": "refuse"})
    assert all_or_none[INVOICE] == "refuse item_not_linked"


def test_an_invoice_without_lines_is_refused() -> None:
    """There is nothing to send."""
    app = dict(sale())
    app["invoice_lines"] = []
    assert sync(app)[INVOICE] == "refuse no_lines"


def test_a_line_without_a_product_makes_an_item_or_is_dropped() -> None:
    """As the profile says."""
    assert sync(sale({"item_name": None}))[INVOICE] == "create"
    dropped = sync(sale({"item_name": None}), item={"blank_key": "drop_line"})
    assert dropped[INVOICE] == "refuse no_lines"


def test_a_tax_rate_that_quickbooks_lacks_stops_the_invoice() -> None:
    """An inactive rate is no rate; nought needs none; some apps send the line without."""
    qbo: Rows = {
        "tax_rates": [
            {"id": "3", "name": "City", "rate": "8.25"},
            {"id": "4", "name": "Old", "rate": "7", "active": False},
        ]
    }
    known = {"8.25": True, "8.2500": True, "0": True, None: True, "7": False, "8.2": False}
    for rate, travels in known.items():
        said = sync(sale({"item_name": "Repairs", "tax_rate": rate}), qbo)[INVOICE]
        assert said == ("create" if travels else "refuse missing_tax_rate"), rate
    line = {"item_name": "Repairs", "tax_rate": "7"}
    assert sync(sale(line), qbo, invoice={"missing_tax_rate": "ignore"})[INVOICE] == "create"


@pytest.mark.parametrize(
    ("day", "said"),
    [("2025-12-31", "refuse 6210"), ("2026-01-01", "create"), (None, "create")],
)
def test_the_closing_day_itself_is_closed(day: str | None, said: str) -> None:
    """Books are closed up to and including the day."""
    app = sale(day=day)  # type: ignore[arg-type]
    assert sync(app, {"preferences": CLOSED})[INVOICE] == said


def test_abroad_a_line_of_several_rates_needs_one_code_of_them() -> None:
    """None, or several of the same rates, keep it back; in the US the first rate counts."""
    line = {"tax_rate": 5, "tax_parts": "5+9.975"}
    rates = [{"id": "1", "name": "GST", "rate": 5, "tax_code": "6"}]
    codes = [{"id": n, "name": n, "rate": "14.975", "tax_parts": "5+9.975"} for n in ("4", "5")]
    abroad = preferences(Country="CA")
    for known, said in (([], "refuse missing_tax_rate"), (codes[:1], "create"),
                        (codes, "refuse tax_ambiguous")):  # fmt: skip
        qbo: Rows = {"tax_rates": rates, "tax_codes": known, "preferences": abroad}
        assert sync(sale(line), qbo)[INVOICE] == said
        assert (
            sync(sale(line), {**qbo, "preferences": preferences(Country="US")})[INVOICE] == "create"
        )
        assert sync(sale(line), qbo, invoice={"several_rates": "first"})[INVOICE] == "create"


def test_abroad_each_line_has_a_tax_code() -> None:
    """Also what is not taxed: where QuickBooks has no code of nought, it refuses the invoice."""
    untaxed = sale({"item_name": "Repairs"})
    rates: Row = {"id": "1", "name": "Zero", "rate": 0}
    for known, said in ((rates, "refuse 6000"), (rates | {"tax_code": "6"}, "create")):
        qbo: Rows = {"tax_rates": [known], "preferences": preferences(Country="CA")}
        assert sync(untaxed, qbo)[INVOICE] == said
        assert sync(untaxed, {**qbo, "preferences": []})[INVOICE] == "create"


@pytest.mark.parametrize(("day", "said"), [("2026-01-14", "refuse 6270"), ("2026-01-15", "create")])
def test_stock_is_not_sold_before_its_first_day(day: str, said: str) -> None:
    """The item's as-of date is the first on which it may be sold."""
    pump = {"id": "5", "name": "Pump", "type": "Inventory", "start_date": "2026-01-15"}
    assert sync(sale({"item_name": "PUMP"}, day=day), {"items": [pump]})[INVOICE] == said


def test_a_number_that_is_taken_is_refused_where_quickbooks_watches() -> None:
    """Only with custom numbers and the warning on; case does not make a number free."""
    app = sale(number="inv-9")
    held: list[Row] = [{"id": "77", "number": "INV-9"}]
    watched: Rows = {"invoices": held, "preferences": NUMBERS_WATCHED}
    assert sync(app, watched)[INVOICE] == "refuse 6140"
    for setting in ("CustomTxnNumbers", "WarnDuplicateCheckNumber"):
        off = [
            row | {"value": "false"} if row["name"] == setting else row for row in NUMBERS_WATCHED
        ]
        assert sync(app, {"invoices": held, "preferences": off})[INVOICE] == "create"
    assert sync(app, watched, invoice={"allows_duplicate_number": True})[INVOICE] == "create"


def test_the_closed_period_is_told_before_the_stock_and_the_stock_before_the_number() -> None:
    """Of several faults QuickBooks tells the first, and so do we."""
    pump = {"id": "5", "name": "Pump", "type": "Inventory", "start_date": "2026-01-15"}
    held: list[Row] = [{"id": "77", "number": "1001"}]
    app = sale({"item_name": "Pump", "tax_rate": None}, day="2025-12-31")
    everything: Rows = {
        "items": [pump], "invoices": held, "preferences": [*CLOSED, *NUMBERS_WATCHED]
    }  # fmt: skip
    assert sync(app, everything)[INVOICE] == "refuse 6210"
    open_books: Rows = {**everything, "preferences": NUMBERS_WATCHED}
    assert sync(app, open_books)[INVOICE] == "refuse 6270"
    later = sale({"item_name": "Pump"}, day="2026-01-15")
    assert sync(later, open_books)[INVOICE] == "refuse 6140"
    taxed = sale({"item_name": "Pump", "tax_rate": "8.25"}, day="2025-12-31")
    assert sync(taxed, everything)[INVOICE] == "refuse missing_tax_rate"


def test_numbers_that_are_equal_once_cut_collide() -> None:
    """Twenty-one characters are sent: the first that goes keeps the number, where it is watched."""
    app = dict(sale())
    refs = [f"PROJECT-2026-00000001{end}" for end in ("A", "", "b", "B")]
    app["invoices"] = [{"id": ref, "customer": "1", "date": "2026-02-01"} for ref in refs]
    app["invoice_lines"] = [{"invoice": ref, "item_name": "Repairs"} for ref in refs]
    said = sync(app, {"preferences": NUMBERS_WATCHED})
    assert [said[f"app:invoice:{ref}"] for ref in sorted(refs)] == ["create"] + ["refuse 6140"] * 3
    said = sync(app)
    assert {said[f"app:invoice:{ref}"] for ref in refs} == {"create"}


def test_a_refused_invoice_leaves_its_number_free() -> None:
    """Of two that collide the first that is taken keeps the number."""
    app = dict(sale())
    long = "PROJECT-2026-00000001"
    app["invoices"] = [
        {"id": f"{long}A", "customer": "1", "date": "2025-12-31"},
        {"id": f"{long}B", "customer": "1", "date": "2026-02-01"},
    ]
    app["invoice_lines"] = [{"invoice": f"{long}{x}", "item_name": "Repairs"} for x in "AB"]
    said = sync(app, {"preferences": [*CLOSED, *NUMBERS_WATCHED]})
    assert said[f"app:invoice:{long}A"] == "refuse 6210"
    assert said[f"app:invoice:{long}B"] == "create"


def test_an_invoice_that_is_there_already_is_booked_twice() -> None:
    """Invoices are matched by a stored id alone, so another number hides nothing from the app."""
    twin = [pair(INVOICE, "qbo:invoice:77", 0.9)]
    assert (
        sync(sale(), {"invoices": [{"id": "77", "number": "9"}]}, twin)[INVOICE]
        == "duplicate qbo:invoice:77"
    )


def test_drafts_travel_where_the_profile_says_so() -> None:
    """Some apps keep them back."""
    assert sync(sale(status="draft"))[INVOICE] == "create"
    assert sync(sale(status="draft"), invoice={"sends": "sent"})[INVOICE] == "skip"
    told = forecast(case(sale(status="draft"))).set_index("ref")
    assert "though it is a draft" in told.loc[INVOICE, "says"]


# --- payments

PAYMENT = "app:payment:31"


def paid(**more: Any) -> Rows:
    """One client who paid."""
    payment = {"id": "31", "customer": "1", "date": "2026-02-01", **more}
    return {"customers": [client("1", "Ann Lee")], "payments": [payment]}


def test_a_payment_follows_its_client() -> None:
    """Without a customer there is nobody to book it to."""
    assert sync(paid())[PAYMENT] == "create"
    said = sync(paid(), {"vendors": [client("7", "Ann Lee")]})
    assert said[PAYMENT] == "refuse client_not_linked"


def test_what_else_stops_a_payment() -> None:
    """The closed period, and a long reference where the app does not cut it."""
    assert sync(paid(date="2025-12-31"), {"preferences": CLOSED})[PAYMENT] == "refuse 6210"
    long = paid(reference="r" * 22)
    assert sync(long)[PAYMENT] == "create"
    assert sync(long, payment={"too_long_reference": "refuse"})[PAYMENT] == "refuse 2050"
    assert (
        sync(paid(reference="r" * 21), payment={"too_long_reference": "refuse"})[PAYMENT]
        == "create"
    )


def test_a_payment_that_is_there_already_counts_twice() -> None:
    """The app does not look."""
    twin = [pair(PAYMENT, "qbo:payment:88", 0.6)]
    assert sync(paid(), {"payments": [{"id": "88"}]}, twin)[PAYMENT] == "duplicate qbo:payment:88"


# --- what is left out, and what always holds


def test_what_is_left_out_is_skipped_and_nothing_is_said_against_it() -> None:
    """A skip has no fault and no target, of whatever kind the record is."""
    app = {
        **sale({"item_name": "Pool:Pump"}),
        **paid(),
        "items": [{"id": "Pool:Pump", "name": "Pool:Pump"}],
    }
    refs = [ANN, INVOICE, PAYMENT, "app:item:Pool:Pump"]
    assert sync(app, {"vendors": [client("7", "Ann Lee")]}, leave_out=refs) == dict.fromkeys(
        refs, "skip"
    )


def test_a_number_of_an_invoice_that_is_left_out_is_free() -> None:
    """It is not sent, so it takes no number from another."""
    app = dict(sale())
    long = "PROJECT-2026-00000001"
    app["invoices"] = [{"id": f"{long}{x}", "customer": "1", "date": "2026-02-01"} for x in "AB"]
    app["invoice_lines"] = [{"invoice": f"{long}{x}", "item_name": "Repairs"} for x in "AB"]
    said = sync(app, {"preferences": NUMBERS_WATCHED}, leave_out=[f"app:invoice:{long}A"])
    assert said[f"app:invoice:{long}B"] == "create"


def test_empty_books_have_no_outcomes() -> None:
    """No records is no reason to fail."""
    assert forecast(case()).equals(OUTCOMES.frame())


@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(told=companies(), order=st.integers(0, 3))
def test_any_small_company_gets_one_outcome_a_record(told: dict[str, Any], order: int) -> None:
    """Never an error, whatever collides; and the order of the rows does not matter."""
    small = case(**told)
    outcomes = forecast(small)
    app = small.books.app
    refs = pd.concat([app.customers, app.items, app.invoices, app.payments])["ref"]
    assert sorted(outcomes["ref"]) == sorted(refs)
    for row in outcomes.astype(object).where(outcomes.notna(), None).to_dict("records"):
        assert (row["fault"] is not None) == (row["effect"] == "refuse"), row
        if row["outcome"] != "duplicate":  # names the record that would be there twice, if any
            assert (row["target_ref"] is not None) == (row["effect"] == "link"), row
        assert (
            row["outcome"]
            in {
                "link": {"link", "wrong_link"},
                "create": {"create", "duplicate", "drop_line"},
                "refuse": {"refuse"},
                "skip": {"skip"},
            }[row["effect"]]
        ), row
        assert row["says"]
    linked = outcomes["target_ref"].dropna()
    made = set("new:" + outcomes.loc[outcomes["effect"] == "create", "ref"])
    known = set(small.books.qbo.customers["ref"]) | set(small.books.qbo.items["ref"])
    assert set(linked) <= made | known
    again = forecast(replace(small, books=shuffled(small.books, order)))
    pd.testing.assert_frame_equal(again, outcomes)
