"""What is proposed for lists and single fields, and that QuickBooks takes it as it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from small_books import Rows, case, pair, plan_for, preferences

from recon.books import Books, Snapshot
from recon.plan import Plan
from recon.qbo.client import sandbox_client
from recon.qbo.reader import QboReader
from recon.qbo.writer import QboWriter
from recon.rules.promises import seen
from recon.sandbox.books.company import Company
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.server import Sandbox
from recon.stages.forecast import forecast
from recon.stages.tidy import tidy

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

APP: Rows = {
    "customers": [
        {"id": "1", "name": "Finch & Sons", "is_company": True, "terms": "45"},
        {"id": "2", "name": "Ann Lee", "is_company": False, "given_name": "Ann",
         "family_name": "Lee"},
    ],
    "items": [{"id": "Pump", "name": "Pump", "unit_price": 90, "description": "a pump",
               "updated_at": "2026-05-02"}],
    "invoices": [{"id": "1001", "customer": "1", "class_name": "Lawn"}],
    "invoice_lines": [{"invoice": "1001", "item_name": "Pump"}],
    "links": [{"ref": "app:item:Pump", "linked_ref": "qbo:item:5"}],
}  # fmt: skip
QBO: Rows = {
    "customers": [
        {"id": "7", "name": "Finch & Sons", "given_name": "Ann", "family_name": "Finch"},
        {"id": "8", "name": "Ann Lee", "company_name": "Ann Lee"},
    ],
    "items": [{"id": "5", "name": "Pump", "unit_price": 80, "description": "a pump",
               "updated_at": "2026-05-01"}],
    "classes": [{"id": "3", "name": "Lawn (deleted)", "active": False}],
    "terms": [{"id": "1", "name": "Net 30", "due_days": 30}],
    "preferences": preferences(Country="US"),
}  # fmt: skip


def the_plan() -> Plan:
    """What is proposed for the small company."""
    edits_stay = {
        "item": {"edits_travel": False}, "links": {"overwrites": ()},
        "invoice": {"sends_class": True},
    }  # fmt: skip
    pairs = [pair("app:customer:1", "qbo:customer:7", 0.97),
             pair("app:customer:2", "qbo:customer:8", 0.97)]  # fmt: skip
    small = case(APP, QBO, pairs, edits_stay)
    return plan_for(small, forecast(small))


def bodies(plan: Plan) -> dict[str, dict[str, Any]]:
    """Cause of an action to what its write sends, without what guards it."""
    guards = {"Id", "SyncToken", "sparse"}
    return {
        action.cause: {k: v for k, v in write.body.items() if k not in guards}
        for action in plan.actions
        for write in plan.writes_of(action.id)
        if action.cause != "individual_vs_company"
    }


def test_lists_and_fields_are_mended_through_the_api() -> None:
    """Terms are made, a class is woken, an edit is made in QuickBooks too; names say what is what.

    What may be right either way is shown and not advised.
    """
    plan = the_plan()
    assert bodies(plan) == {
        "terms_missing": {"Name": "Net 45", "DueDays": 45},
        "inactive_class": {"Name": "Lawn", "Active": True},
        "product_edit_not_pushed": {"UnitPrice": 90.0},
    }
    assert {a.cause: a.advised for a in plan.actions} == {
        "terms_missing": False, "inactive_class": True, "individual_vs_company": False,
        "product_edit_not_pushed": False,
    }  # fmt: skip
    told = [w.body for a in plan.actions if "is a" in a.title for w in plan.writes_of(a.id)]
    assert [body.get("CompanyName") for body in told] == ["Finch & Sons", None]
    assert (told[1]["GivenName"], told[1]["FamilyName"]) == ("Ann", "Lee")


def test_a_tax_code_is_woken_by_hand_with_the_clicks() -> None:
    """The API only reads tax codes."""
    app: Rows = {
        "invoices": [{"id": "1001"}],
        "invoice_lines": [{"invoice": "1001", "item_name": "Pump", "tax_rate": "8.25"}],
    }
    codes = [{"id": "4", "name": "Travis", "rate": "8.25", "active": False}]
    small = case(app, {"tax_codes": codes})
    plan = plan_for(small, forecast(small).iloc[:0])
    (write,) = plan.writes
    assert write.instruction is not None
    assert any("Travis" in step for step in write.instruction.steps)


def test_nothing_is_written_to_lists_that_were_only_exported() -> None:
    """QuickBooks' lists in files say nothing of classes and terms."""
    small = case(APP, {**QBO, "only_lists": True})  # type: ignore[dict-item]
    causes = {action.cause for action in plan_for(small, forecast(small)).actions}
    assert not causes & {"terms_missing", "inactive_class", "individual_vs_company"}


def _company() -> Company:
    empty = empty_company()
    item = {"Id": "5", "Name": "Pump", "Type": "Service", "UnitPrice": 80, "Active": True,
            "IncomeAccountRef": {"value": "1"}, "Description": "a pump"}  # fmt: skip
    records = {
        **empty.records,
        "Customer": [
            {"Id": "7", "DisplayName": "Finch & Sons", "GivenName": "Ann", "FamilyName": "Finch"},
            {"Id": "8", "DisplayName": "Ann Lee", "CompanyName": "Ann Lee"},
        ],
        "Item": [item],
        "Class": [{"Id": "3", "Name": "Lawn (deleted)", "Active": False}],
    }
    return replace(empty, records=records)


def test_quickbooks_takes_every_write_and_shows_what_was_promised() -> None:
    """Over real HTTP: each write is sent as the plan has it, and a fresh pull keeps its promise."""
    plan = the_plan()
    with Sandbox(_company()) as sandbox, sandbox_client(sandbox.describe()) as client:
        for write in plan.writes:
            QboWriter(client).send(write, write.body, write.request_id(plan.id))
        ledger = QboReader(client).read(lambda: NOW)
    none = Snapshot("app", "files", "", "", "files", NOW, {})
    books: Books = tidy(none, ledger)
    kept = {write.entity: seen(write.expect, books) for write in plan.writes}
    assert len(kept) >= 4
    assert [entity for entity, one in kept.items() if one is None or not one.kept] == []


def test_what_only_a_person_can_do_at_the_screen_comes_with_its_clicks() -> None:
    """One of two equal tax codes goes; deposits and opening balances are questions."""
    app: Rows = {
        "customers": [{"id": "1", "name": "Ann Lee"}],
        "invoices": [{"id": "1001", "customer": "1", "balance": 480}],
        "invoice_lines": [{"invoice": "1001", "tax_rate": 5, "tax_parts": "5+9.975"}],
        "payments": [{"id": "9", "amount": 80, "status": "refunded", "refunded": 80}],
        "links": [{"ref": "app:payment:9", "linked_ref": "qbo:payment:6"}],
    }
    qbo: Rows = {
        "customers": [{"id": "4", "name": "Ann Lee"}],
        "invoices": [
            {"id": "7", "customer": "4", "customer_name": "Ann Lee", "number": "OB",
             "memo": "Opening Balance", "balance": 500},
        ],
        "payments": [{"id": "6", "amount": 80}],
        "deposits": [
            {"ref": "qbo:deposit:3", "date": "2026-03-02", "amount": 80,
             "payment_ref": "qbo:payment:6"},
        ],
        "tax_codes": [
            {"id": "4", "name": "GST/QST", "rate": "14.975", "tax_parts": "5+9.975"},
            {"id": "5", "name": "Quebec", "rate": "14.975", "tax_parts": "5+9.975"},
        ],
        "preferences": preferences(Country="CA"),
    }  # fmt: skip
    same = [pair("app:customer:1", "qbo:customer:4", 0.97)]
    small = case(app, qbo, same)
    plan = plan_for(small, forecast(small))
    told = {action.cause: action for action in plan.actions}
    work = {write.action_id: write.instruction for write in plan.writes}
    clicks = {cause: work.get(action.id) for cause, action in told.items()}
    assert "Choose Quebec, make it inactive." in clicks["tax_ambiguous_composite"].steps  # type: ignore[union-attr]
    assert told["tax_ambiguous_composite"].advised
    for asked in ("payment_deposited", "opening_balance_customer"):
        assert not told[asked].advised
        assert clicks[asked].where == "QuickBooks"  # type: ignore[union-attr]
    files = case(app, {**qbo, "only_lists": True}, same)
    causes = {action.cause for action in plan_for(files, forecast(files)).actions}
    assert not causes & {"payment_deposited", "tax_ambiguous_composite"}
