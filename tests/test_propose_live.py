"""An app that was read over its API is changed over it: finished requests in place of hand-work."""

from __future__ import annotations

from typing import Any

import pytest
from small_books import Row, case, pair, plan_for

from recon.plan import Plan, Write
from recon.stages.forecast import forecast
from recon.stages.propose.draft import Draft


def proposed(app: dict[str, Any], qbo: dict[str, Any] | None = None, pairs: Any = ()) -> Plan:
    """The plan for a tiny company whose app is read live."""
    small = case({**app, "live": True}, qbo, pairs)
    return plan_for(small, forecast(small))


def client(record_id: str, name: str | None, **more: Any) -> Row:
    """A client in short form."""
    return {"id": record_id, "name": name, **more}


def told(write: Write) -> tuple[str, str, Any, Any]:
    """What a write asks for and puts back."""
    return write.to, write.operation, write.body, write.restore


def test_a_name_and_an_address_become_updates_with_their_way_back() -> None:
    """Under our names; the instruction stays, for whoever would rather do it by hand."""
    plan = proposed({"customers": [client("1", "Ann: Lee"), client("2", "Bo", email="bo@x,com")]})
    address, name = plan.writes
    assert told(name) == (
        "app", "update", {"Id": "1", "name": "Ann - Lee"}, {"name": "Ann: Lee"},
    )  # fmt: skip
    assert told(address) == (
        "app", "update", {"Id": "2", "email": ""}, {"email": "bo@x,com"},
    )  # fmt: skip
    assert name.instruction is not None
    assert name.instruction.do["fields"] == {"name": "Ann - Lee"}
    assert plan.app_realm == "Small & Sons"
    assert plan.action(name.action_id).will.startswith("Through the API of Invoice Ninja: ")
    assert Plan.from_json(plan.to_json()) == plan


def test_a_merge_is_held_against_what_both_looked_like_and_has_its_turn_first() -> None:
    """Before anything else changes one of the two; it cannot be undone, and says so."""
    plan = proposed(
        {"customers": [client("1", "Bo: Lee"), client("2", "Ann Lee", email="ann@x,com"),
                       client("3", "Ann Leigh", email="a@x.com"),
                       client("4", "Cy", email="cy@x,com")]},
        {"customers": [client("7", "Ann Lee")]},
        [pair("app:customer:2", "app:customer:3", 0.9),
         pair("app:customer:2", "qbo:customer:7", 0.9)],
    )  # fmt: skip
    merge, *others = plan.writes
    assert [list(w.body) for w in others] == [["Id", "email"], ["Id", "name"]]
    assert told(merge) == ("app", "merge", {
        "Id": "3", "into": "2", "seen": {
            "Id": {"name": "Ann Leigh", "number": "3", "email": "a@x.com"},
            "into": {"name": "Ann Lee", "number": "2", "email": "ann@x,com"},
        },
    }, {})  # fmt: skip
    assert plan.action(merge.action_id).undo == "none"


SOLD: dict[str, Any] = {
    "customers": [client("1", "Ann Lee")],
    "invoices": [
        {"id": "90", "customer": "1"}, {"id": "91", "customer": "1"},
        {"id": "92", "customer": "1", "status": "cancelled"},
    ],
    "invoice_lines": [
        {"invoice": "90", "item_name": "Lab:our"}, {"invoice": "90", "item_name": "Rake"},
        {"invoice": "90", "item_name": "Lab:our"}, {"invoice": "91", "item_name": "Rake"},
        {"invoice": "92", "item_name": "Lab:our"},
    ],
}  # fmt: skip


def test_a_product_gets_another_key_on_its_lines_too() -> None:
    """One write an invoice, by the place of its lines; a cancelled invoice cannot be changed."""
    items = [{"id": "5", "name": "Lab:our"}, {"id": "6", "name": "Rake"}]
    lines, key = proposed({**SOLD, "items": items}).writes
    assert told(lines) == (
        "app", "update", {"Id": "90", "items": {"1": "Lab - our", "3": "Lab - our"}},
        {"items": {"1": "Lab:our", "3": "Lab:our"}},
    )  # fmt: skip
    assert told(key) == ("app", "update", {"Id": "5", "name": "Lab - our"}, {"name": "Lab:our"})
    assert lines.expect["key"] == {"ref": "app:invoice:90", "item_name": "Lab:our"}


def test_lines_without_a_product_get_one_by_their_places() -> None:
    """The others stay as they are; undone, they name none again."""
    lines = [{"invoice": "90", "item_name": "Rake"}, {"invoice": "90"}, {"invoice": "90"}]
    small = case({**SOLD, "invoice_lines": lines, "live": True})
    write = Draft(small).edit_in_app("app:invoice:90", {"item": "Rake"})
    assert told(write) == (
        "app", "update", {"Id": "90", "items": {"2": "Rake", "3": "Rake"}},
        {"items": {"2": "", "3": ""}},
    )  # fmt: skip


def test_a_second_product_for_one_thing_is_deleted_and_can_come_back() -> None:
    """Its lines are sold as the other one first."""
    items = [{"id": "5", "name": "Raking"}, {"id": "6", "name": "Rake"}]
    held = {"items": [{"id": "70", "name": "Raking"}]}
    plan = proposed(
        {**SOLD, "items": items, "invoice_lines": SOLD["invoice_lines"][1:2]}, held,
        [pair("app:item:5", "app:item:6", 0.9)],
    )  # fmt: skip
    lines, gone = plan.writes
    assert told(lines)[2:] == ({"Id": "90", "items": {"1": "Raking"}}, {"items": {"1": "Rake"}})
    assert told(gone) == ("app", "update", {"Id": "6", "deleted": True}, {"deleted": False})
    assert plan.action(gone.action_id).undo == "full"


def test_of_several_addresses_one_is_left() -> None:
    """Invoice Ninja's API takes one for each contact, and never back what is none."""
    two = {"customers": [client("1", "Ann Lee", email="ann@x.com; bo@x.com")]}
    plan = proposed(two)
    (write,) = plan.writes
    assert write.body["email"] == "ann@x.com"
    assert plan.action(write.action_id).undo == "none"


@pytest.mark.parametrize("live", [True, False])
def test_only_what_was_read_over_an_api_is_changed_over_it(live: bool) -> None:
    """From exports the same is hand-work, and the plan is bound to no company of the app."""
    small = case({"customers": [client("1", "Ann: Lee")], **({"live": True} if live else {})})  # type: ignore[dict-item]
    plan = plan_for(small, forecast(small))
    (write,) = plan.writes
    assert (write.to, bool(plan.app_realm)) == (("app", True) if live else ("hand", False))
    assert (plan.action(write.action_id).will.startswith("By hand in")) is not live


@pytest.mark.parametrize("known", [False, True])
def test_a_product_whose_name_is_a_bundles_gives_way_over_the_apps_api(*, known: bool) -> None:
    """Nobody has to click then; not where it may be an item that is there and wants the name."""
    things = [{"id": "5", "name": "Spring", "type": "Group"}, {"id": "6", "name": "Sprang"}]
    product = {"items": [{"id": "Spring", "name": "Spring"}]}
    likely = [pair("app:item:Spring", "qbo:item:6", 0.1)] if known else []
    plan = proposed(product, {"items": things}, likely)
    answers = [a for a in plan.actions if a.other_ref == "qbo:item:5"]
    writes = [(plan.writes_of(a.id)[0].to, a.advised) for a in answers]
    assert writes == ([("hand", True)] if known else [("app", True), ("hand", False)])
    if not known:
        renamed, by_hand = answers
        assert plan.writes_of(renamed.id)[0].body["name"] == "Spring (single)"
        assert renamed.rivals == (by_hand.id,)
