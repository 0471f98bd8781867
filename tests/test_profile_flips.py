"""Every value of every profile changes what recon says of some company: none is dead.

One company holds a record for each thing that a profile can say. Each value is changed once, and at
least 95 % of the changes must show: in the forecast, in what an import would do, or in what the
checks find. That a value is also *right* is held against the app's sync, written down as a
procedure by itself: `test_differential.py` does so for Invoice Ninja, and is the place for each
further app once its sync is there.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from small_books import Row, Rows, case, pair, preferences, profile

from recon.apps.profiles import clean_up, known_profiles
from recon.behaviour import Entity
from recon.case import Case
from recon.checks import linked, parties, payments, setup
from recon.profile import Profile, put
from recon.stages.forecast import forecast
from recon.stages.forecast.importing import import_outcomes

SAID = {
    "about": "what people are told: shown in hand-work and papers",
    "links.by_hand": "told in hand-work", "links.by_hand_steps": "told in hand-work",
    "links.unlink_steps": "told in hand-work",
    "links.merges_clients": "decides how a plan makes two clients one",
    "links.survivor": "decides which record a proposed merge keeps",
    "links.lost_for_good": "told where a plan would touch them",
    "item.edits_travel": "a first push edits nothing", "status.where": "told in hand-work",
    "pull.ignores_mode": "told with the scenario of an import",
    "flow.customer.acts": "seen by its modes", "flow.item.acts": "seen by its modes",
    "flow.invoice.acts": "seen by its modes", "flow.payment.acts": "seen by its modes",
}  # fmt: skip
"""Values that are told to people as they stand."""

CHECKED = {
    "customer.cuts": parties.address_line_too_long,
    "invoice.custom_numbers": setup.custom_numbers_are_off,
    "payment.methods_back": payments.payment_method_unsupported,
    "payment.splits_back": payments.batch_payment,
    "links.reconnect_keeps": setup.reconnect_lost_links,
    "links.rename_travels": linked.rename_not_propagated,
    "links.overwrites": linked.linked_update_overwrites_qbo,
}
"""Values that a check goes by."""

ABROAD = frozenset({"invoice.several_rates"})
"""Values that mean nothing in the US."""

ALL_KINDS: tuple[Entity, ...] = ("customer", "item", "invoice", "payment")


def person(number: int, given: str | None, family: str | None, **more: Any) -> Row:
    """A client with a name of its own, or of first and last name."""
    name = more.pop("name", " ".join(filter(None, (given, family))) or None)
    return {"id": str(number), "name": name, "given_name": given, "family_name": family, **more}


def company() -> tuple[Rows, Rows, list[Row]]:
    """Books in which each value of a profile decides on some record."""
    clients = [
        person(1, "Ann", "Lee", email="ann@example.com"),
        person(2, "Ann", "Lee", email="ann2@example.com"),  # twice in the app
        person(3, "BO", "LEE"),  # capitals
        person(4, "Cy", "Vendor"),  # a vendor has the name
        person(5, "Di", "Asleep", email="di@example.com"),  # inactive in QuickBooks
        person(6, None, None, name="Finch & Sons"),  # no person, and a name that is cleaned
        person(7, "Eve", "Lee", parent_ref="app:customer:404"),
        person(8, "Flo", "Lee", email="shared@example.com"),
        person(9, "Gus", "Lee", email="gus@example"),  # an address that is none
        person(10, "x" * 60, "y" * 60),  # cut
        person(11, "Hal", "Idle"),  # no sales
        person(12, None, None, name="Z"),  # one letter
        person(13, None, None),  # only a contact
        person(14, None, None),  # nothing at all
        person(15, "Ida", "Kept"),  # kept out by the status list
        person(16, "Jo", "Linked", city="Llanfair" * 5, address_line1="Llanfair" * 6),
        person(17, "Kim", "Lee", name="Kim the Plumber"),  # name and person differ
        person(18, "Lou", "Twice"),  # created, and
        person(19, "Lou", "Twice"),  # once more
        person(20, "Mo", "Vendor"),  # a second one
        person(21, None, None),  # only an address
        person(22, "Nat", "Accent"),  # with an accent in QuickBooks
        person(23, "O'Neil", "Lee"),  # a character that is cleaned away
        person(24, "Pip", "Free", parent_ref="app:customer:404"),
        person(25, "Ann", "Mail", email="ann@example.com"),  # an address for the second time
        person(26, "Ray", "Held", email="ray@nowhere"),  # linked, with an address that is none
        person(27, "Sam:", "Again", name="Sam Again"),  # refused, and found again as the next one
        person(28, "Sam", "Again", name="sam again"),
        person(29, "Tess", "Again", parent_ref="app:customer:404"),
        person(30, "Tess", "Again"),
    ]
    app: dict[str, list[Row]] = {
        "customers": clients,
        "contacts": [
            {"client": "13", "given_name": "Zed", "family_name": "Lee", "email": "z@example.com"},
            {"client": "12", "given_name": "Yan", "family_name": "Lee", "email": "y@example.com"},
            {"client": "21", "email": "only@example.com"},
        ],
        "items": [
            {"id": key, "name": key}
            for key in ("Repairs", "Pump", "Bundle", "Sleeper", "New", "Hose", "Colon: x")
        ]
        + [{"id": "New#2", "name": "New"}, {"id": "Repairs#2", "name": "Repairs"}]
        + [{"id": "Stock", "name": "Stock", "type": "Non-inventory"}]
        + [{"id": "Idle", "name": "Idle", "active": False}],
        "sync_status": [
            {"ref": "app:customer:15", "status": "Skipped"},
            {"ref": "app:customer:17", "status": "Not synced"},
        ],
        "invoices": [],
        "invoice_lines": [],
        "payments": [],
        "payment_applications": [],
        "links": [
            {"ref": "app:customer:16", "linked_ref": "qbo:customer:16"},
            {"ref": "app:customer:26", "linked_ref": "qbo:customer:26"},
            {"ref": "app:item:Pump", "linked_ref": "qbo:item:9"},
            {"ref": "app:invoice:L1", "linked_ref": "qbo:invoice:1"},
            {"ref": "app:invoice:V", "linked_ref": "qbo:invoice:5"},
            {"ref": "app:payment:PL", "linked_ref": "qbo:payment:1"},
        ],
    }
    sell(app, "L1", 16, total="12")
    sell(app, "V", 1)
    sell(app, "old", 1, day="2024-12-30")
    for number in (*range(1, 11), *range(12, 31)):
        sell(app, f"N{number}", number, total="10")
    sell(app, "1001", 1, total="10")  # in QuickBooks, with the same total
    sell(app, "1002", 1, total="11")  # in QuickBooks, with another
    sell(app, "9" * 21 + "A", 1)
    sell(app, "9" * 21 + "B", 1)  # equal once they are cut
    sell(app, "same", 1)
    sell(app, "same", 1, ref="app:invoice:same#2")
    sell(app, "draft", 1, status="draft")
    sell(app, "open", 1, balance="5", total="5")
    sell(app, "today", 1, day="2026-11-22")
    sell(app, "dropped", 1, items=("Repairs", "Colon: x"))
    sell(app, "blank", 1, items=("Repairs", None))
    sell(app, "sleeper", 1, items=("Repairs", "Sleeper"))
    sell(app, "hose", 1, items=("Repairs", "Hose"))
    sell(app, "fresh", 1, items=("Repairs", "Only here"))
    sell(app, "taxed", 1, rate="9.75")
    sell(app, "classed", 1, class_name="Lawn")
    sell(app, "stock", 1, items=("Stock",))
    sell(app, "idle", 1, items=("Idle",))
    sell(app, "parts", 1, rate="5", parts="5+9.975")
    for number, more in {
        "P1": {"reference": "7" * 30}, "P2": {"reference": "R2"}, "PL": {}, "P3": {"customer": "6"},
    }.items():  # fmt: skip
        row = {"id": number, "customer": "1", "date": "2026-02-01", "amount": "10", **more}
        app["payments"].append(row)
    app["payment_applications"].append(
        {"payment_ref": "app:payment:P2", "invoice_ref": "app:invoice:old"}
    )
    qbo: Rows = {
        "customers": [
            {"id": "1", "name": "Ann Lee", "given_name": "Ann", "family_name": "Lee",
             "email": "ann@example.com", "company_name": "Other"},
            {"id": "3", "name": "Bo Lee", "company_name": "Bó Lee"},
            {"id": "5", "name": "Di Asleep (deleted)", "active": False, "email": "di@example.com"},
            {"id": "6", "name": "Finch and Sons", "company_name": "Finch & Sons"},
            {"id": "8", "name": "Shared One", "email": "shared@example.com"},
            {"id": "9", "name": "Shared Two", "email": "shared@example.com"},
            {"id": "16", "name": "Jo Once", "city": "Buda"},
            {"id": "17", "name": "Kim the Plumber"},
            {"id": "21", "name": "Nobody", "email": "ANN2@example.com"},
            {"id": "7", "name": "Eve Lee"},
            {"id": "10", "name": "x" * 60 + " " + "y" * 39},
            {"id": "13", "name": "Zed Lee"},
            {"id": "22", "name": "Nät Accent"},
            {"id": "26", "name": "Ray Held"},
        ],
        "vendors": [
            {"id": "4", "name": "Cy Vendor"},
            {"id": "20", "name": "Mo Vendor"},
        ],
        "items": [
            {"id": "2", "name": "Repairs", "full_name": "Repairs"},
            {"id": "9", "name": "Pump 2000", "full_name": "Pump 2000"},
            {"id": "3", "name": "Bundle", "type": "Group"},
            {"id": "4", "name": "Sleeper", "active": False},
            {"id": "6", "name": "New", "parent_ref": "qbo:item:7", "full_name": "Cat:New"},
            {"id": "8", "name": "x", "full_name": "Colon: x", "parent_ref": "qbo:item:7"},
            {"id": "10", "name": "Hose", "type": "NonInventory"},
            {"id": "11", "name": "Stock", "type": "Inventory"},
        ],
        "invoices": [
            {"id": "1", "number": "L1", "total": "13", "customer": "16"},
            {"id": "2", "number": "1001", "total": "10", "customer": "1"},
            {"id": "3", "number": "1002", "total": "10", "customer": "1"},
            {"id": "4", "number": "9" * 21},
            {"id": "5", "number": "V", "status": "Voided"},
            {"id": "6", "number": "only here", "status": "voided"},
            {"id": "7", "number": "asleep", "customer": "5"},
        ],
        "sales_receipts": [{"id": "8", "number": "S1", "customer": "1"}],
        "payments": [
            {"id": "1", "reference": "R2", "method": "Barter", "customer_name": "Ann"},
            {"id": "2", "method": "Check", "customer_name": "Ann"},
            {"id": "3", "amount": "0", "customer": "1"},
            {"id": "4", "amount": "5", "customer": "1"},
        ],
        "payment_applications": [
            {"payment_ref": f"qbo:payment:{payment}", "invoice_ref": f"qbo:invoice:{n}"}
            for payment, n in ((1, 1), (1, 2), (4, 404))
        ],
        "tax_rates": [{"id": "1", "name": "City", "rate": "7"}],
        "classes": [{"id": "1", "name": "Lawn", "active": False}],
        "preferences": preferences(
            WarnDuplicateCheckNumber="true", CustomTxnNumbers="true", BookCloseDate="2024-12-31"
        ),
    }  # fmt: skip
    pairs = [pair("app:customer:1", "qbo:customer:1", 0.9)]
    return app, qbo, pairs


def sell(
    app: dict[str, list[Row]],
    number: str,
    client: int,
    items: tuple[str | None, ...] = ("Repairs",),
    day: str = "2026-02-01",
    rate: str | None = None,
    **more: Any,
) -> None:
    """One more invoice with its lines."""
    ref, parts = more.pop("ref", f"app:invoice:{number}"), more.pop("parts", None)
    row = {"id": number, "ref": ref, "customer": str(client), "date": day, "balance": "0", **more}
    app["invoices"].append(row)
    app["invoice_lines"] += [
        {"invoice": number, "ref": ref, "position": place, "item_name": item, "tax_rate": rate,
         "tax_parts": parts}
        for place, item in enumerate(items, 1)
    ]  # fmt: skip


def told(small: Case, path: str) -> pd.DataFrame:
    """What recon says that a value can change."""
    if path in CHECKED:
        return CHECKED[path](case(*otherwise(path), of=small.profile))
    if path in ABROAD:
        return forecast(case(*otherwise(path), of=small.profile))
    if path.startswith("pull.") and path != "pull.comes_first":
        return import_outcomes(small, ALL_KINDS)
    return forecast(small)


def otherwise(path: str) -> tuple[Rows, Rows]:
    """The company as what shows a value wants it: unlinked, with numbers off, or in Canada."""
    app, qbo, _ = company()
    app, qbo = dict(app), dict(qbo)
    if path == "links.reconnect_keeps":
        app["links"] = []
        app["invoices"] = [row for row in app["invoices"] if row["id"] in {"1001", "1002"}]
    if path == "invoice.custom_numbers":
        qbo["preferences"] = preferences(CustomTxnNumbers="false")
    if path in ABROAD:
        qbo["preferences"] = preferences(Country="CA")
        qbo["tax_rates"] = [{"id": "1", "name": "GST", "rate": 5, "tax_code": "6"}]
        qbo["tax_codes"] = [
            {"id": n, "name": n, "rate": "14.975", "tax_parts": "5+9.975"} for n in ("4", "5")
        ]
    return app, qbo


OTHERS: dict[str, Any] = {
    "look_up": ("name", "person"), "compares": ("query", "letter"),
    "travels": ("all", "with_sales"),
    "several": ("first", "none", "refuse"), "on_miss": ("create", "refuse"),
    "name_clean_up": ("none", "sanitise"), "suffix_for": ("any", "customer"),
    "blank_key": ("new_item", "drop_line"), "unresolved_line": ("drop", "refuse"),
    "missing_tax_rate": ("refuse", "ignore"), "too_long_reference": ("cut", "refuse"),
    "unlinked_invoice": ("unapplied", "refuse"), "custom_numbers": ("off", "on"),
    "sends": ("saved", "sent", "paid"), "customer_name": ("name", "company_name"),
    "number_clash": ("suffix", "skip", "create"), "voided": ("delete", "keep"),
    "zero_payment": ("credit", "payment"), "invoice_missing": ("unapplied", "skip"),
    "blank_literal": ("Nameless", ""), "collision_suffix": (" (C)", ""),
    "number_taken": ("6140", "elsewhere"), "number_taken_equal": ("6140", "elsewhere"),
    "name_max": (100, 12), "number_max": (21, 255), "window_hours": (0, 24), "name_min": (2, 1),
    "reference_max": (21, 29), "other_kind": ("link", "refuse"),
    "several_rates": ("first", "code"),
}  # fmt: skip
FILLED: dict[str, Any] = {
    "customer.match": ("stored_id",), "item.match": ("stored_id",),
    "invoice.match": ("stored_id", "number"), "payment.match": ("stored_id", "reference"),
    "customer.requires": ("given_name", "family_name"), "customer.blank_name": ("contact_name",),
    "customer.cuts": {"city": 31}, "item.types": ("Service", "Group"),
    "links.disconnect_on": ("app.invoice.total",), "links.overwrites": (),
    "status.words": {"create": "sent"}, "status.keeps_out": ("Skipped",),
    "payment.methods_back": ("cash",), "pull.offered": ("customer",),
    "pull.comes_first": ("customer",),
    "pull.customer_match": ("stored_id",), "pull.item_match": ("stored_id",),
    "pull.payment_match": (),
}  # fmt: skip
EMPTY: dict[str, Any] = {
    "links.overwrites": ("customer",),
    "item.types": ("NonInventory",),
    "status.words": {},
    "customer.cuts": {},
}


def flipped(rules: Profile, path: str, value: Any) -> Profile:
    """The profile with one value changed."""
    name = path.rsplit(".", 1)[-1]
    if isinstance(value, bool):
        other: Any = not value
    elif path in FILLED:
        other = FILLED[path] if value != FILLED[path] else EMPTY.get(path, ())
    elif name == "mode":
        flow = rules.flow[path.split(".")[1]]  # type: ignore[index]
        other = "none" if flow.pushes else "push"
    else:
        other = next(each for each in OTHERS[name] if each != value)
    changed = rules.model_dump()
    put(changed, path, other)
    return Profile.model_validate(changed)


def idle(rules: Profile, path: str) -> bool:
    """Whether a value waits for another value of its profile to mean something."""
    customer, item, invoice, flow = rules.customer, rules.item, rules.invoice, rules.flow
    waits = {
        "customer.several": not {"email", "first_last"} & set(customer.match),
        "customer.suffix_for": not customer.collision_suffix,
        "customer.collision_suffix": customer.on_miss == "refuse",
        "customer.sends_email": customer.on_miss == "refuse",
        "customer.name_clean_up": "display_name" not in customer.match,
        "customer.travels": not flow["customer"].pushes,
        "customer.blank_name": "given_name" in customer.requires,
        "customer.name_min": "given_name" in customer.requires or not customer.blank_name,
        "customer.blank_literal": "given_name" in customer.requires or customer.on_miss == "refuse",
        "invoice.number_taken": not invoice.watches_numbers,
        "invoice.number_taken_equal": not invoice.watches_numbers,
        "invoice.allows_duplicate_number": invoice.watches_numbers,
        "invoice.watches_numbers": invoice.number_taken == "6140",
        "invoice.several_rates": invoice.missing_tax_rate == "ignore",
        "invoice.looks_again": customer.on_miss == "refuse",  # nobody is made meanwhile
        "payment.reference_max": rules.payment.too_long_reference == "refuse",
        "item.looks_before_push": not (item.pushes_products and flow["item"].pushes)
        or not item.relinks,
        "item.relinks": not (item.pushes_products and flow["item"].pushes),
        "item.pushes_products": not flow["item"].pushes,
        "flow.item.mode": not item.pushes_products or len(flow["item"].acts) == 1,
        "flow.customer.mode": len(flow["customer"].acts) == 1,
        "pull.customer_name": "customer" not in rules.pull.offered,
    }
    if path.endswith(".mode") and "none" not in flow[path.split(".")[1]].acts:  # type: ignore[index]
        return True
    if path.startswith("payment.") and path not in CHECKED and not flow["payment"].pushes:
        return True
    if path.startswith("pull.") and path not in ("pull.offered", "pull.comes_first"):
        needs = {"customer_match": "customer", "customer_name": "customer", "collates": "customer",
                 "item_match": "item", "number_clash": "invoice", "voided": "invoice",
                 "takes_void": "invoice", "takes_receipts": "invoice", "brings_client": "invoice",
                 "payment_match": "payment", "zero_payment": "payment",
                 "invoice_missing": "payment"}  # fmt: skip
        return needs[path.removeprefix("pull.")] not in rules.pull.offered
    return waits.get(path, False)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("workiz", "customer."),  # all values of all profiles: `-m soak`
        *(pytest.param(each, "", marks=pytest.mark.soak) for each in known_profiles()),
    ],
)
def test_nearly_every_value_of_a_profile_changes_what_is_said(name: str, part: str) -> None:
    """95 in a hundred at least; what is only told to people is not among them."""
    rules = profile(name)
    app, qbo, pairs = company()
    seen: dict[str, bool] = {}
    before: dict[str, pd.DataFrame] = {}
    small = case(app, qbo, pairs, of=rules)
    for path, value in rules.values():
        said_only = path in SAID or path.split(".")[0] in SAID
        if said_only or idle(rules, path) or not path.startswith(part):
            continue
        asked_for = path.startswith("pull.") and path != "pull.comes_first"
        kind = path if path in CHECKED or path in ABROAD else "pull" if asked_for else ""
        before.setdefault(kind, told(small, path))
        changed = flipped(rules, path, value)
        other = small.under(changed, clean_up(changed))
        seen[path] = not told(other, path).equals(before[kind])
    unseen = sorted(path for path, shows in seen.items() if not shows)
    assert len(unseen) <= 0.05 * len(seen), unseen
