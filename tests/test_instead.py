"""What if the app went by e-mail instead: the question answered for what is stated, app by app."""

from __future__ import annotations

import pytest
from small_books import Row, Rows, case, pair, profile

from recon.advice.instead import Rule, forecast_under, instead, others
from recon.stages.forecast import forecast

ANN = "app:customer:1"
APP: Rows = {
    "customers": [
        {"id": "1", "name": "Ann Lee", "given_name": "Ann", "family_name": "Lee",
         "email": "ann@example.com"},
    ],
    "items": [{"id": "Mowing", "name": "Mowing"}],
    "invoices": [{"id": "1001", "customer": "1", "total": "50", "status": "sent"}],
    "invoice_lines": [{"invoice": "1001", "item_name": "Mowing"}],
    "payments": [{"id": "P1", "customer": "1", "amount": "50", "reference": "r-1"}],
}  # fmt: skip
LEE: Row = {
    "id": "7", "name": "Lee, Ann", "given_name": "Ann", "family_name": "Lee",
    "email": "ann@example.com", "company_name": "Lee",
}  # fmt: skip
QBO: Rows = {
    "customers": [LEE],
    "items": [{"id": "5", "name": "Mowing", "full_name": "Mowing"}],
    "invoices": [{"id": "9", "number": "1001", "customer": "7", "total": "50"}],
}
SAME = [pair(ANN, "qbo:customer:7", 0.95)]
BY_MAIL = "by the e-mail address: Linked Lee, Ann (qbo:customer:7). Found in QuickBooks by its e-m"


def told(app: str, ref: str = ANN, **answers: str) -> list[str]:
    """What `instead` says of a record, a line each."""
    small = case(APP, QBO, SAME, of=profile(app).answered(answers))
    outcomes = forecast(small)
    row = outcomes[outcomes["ref"] == ref].fillna("").iloc[0]
    names = {"qbo:customer:7": "Lee, Ann", "qbo:invoice:9": "1001", "qbo:item:5": "Mowing"}
    lines = instead(small, row.to_dict(), outcomes, frozenset(), names)
    return [f"{heading}: {sentence}" for heading, sentence in lines]


@pytest.mark.parametrize(
    ("app", "says", "quotes"),
    [
        ("invoiceninja", "The vendor says: Invoice Ninja finds clients by the exact display name",
         '"Clients are matched by display name" (Invoice Ninja user guide'),
        ("workiz", "The vendor says: Workiz finds clients by the exact display name",
         "one of the same name is matched (Workiz"),
        ("taxdome", "The vendor says: TaxDome finds accounts by the exact display name",
         "an account's name has to equal the display name"),
    ],
)  # fmt: skip
def test_a_stated_rule_is_told_with_its_source_and_what_another_would_do(
    app: str, says: str, quotes: str
) -> None:
    """By e-mail the client is found; what comes to the same stands in one line."""
    stated, *rest = told(app)
    assert stated.startswith(f"Stated rule: {says}")
    assert quotes in stated
    assert "read 2026-" in stated
    assert BY_MAIL in rest[0]
    assert "by the e-mail address, then by the exact display name: Linked" in rest[1]
    assert "by the first and last name: Linked" in rest[2]
    (same,) = rest[3:]
    assert same.startswith("The same: would happen if it found")
    assert same.endswith("by the company name; or by nothing but links that it has stored.")


def test_an_invoice_hangs_on_its_number_and_on_its_client() -> None:
    """TaxDome finds neither by the name: by e-mail the client, and then the invoice by number."""
    lines = told("taxdome", "app:invoice:1001")
    assert any("invoices by the number" in line for line in lines if line.startswith("Stated"))
    mail = next(line for line in lines if "accounts by the e-mail address: " in line)
    assert mail.startswith("If instead: it found accounts by the e-mail address: Linked 1001")
    lines = told("invoiceninja", "app:invoice:1001")
    assert any("by the number: Wrong link 1001 (qbo:invoice:9)" in line for line in lines)


def test_items_and_payments_have_rules_of_their_own() -> None:
    """A product that is linked by its name would be a second one without."""
    lines = told("invoiceninja", "app:item:Mowing")
    assert lines[-1].startswith("If instead: it found products by nothing but links")
    lines = told("invoiceninja", "app:payment:P1")
    assert "The same: would happen if it found payments by the reference." in lines
    assert list(others(profile("spraye"), "payment")) == []


def test_what_is_asked_is_told_once() -> None:
    """Where nobody knows the rule, the answers stand in the forecast; the rest is told here."""
    lines = told("spraye")
    assert lines[0].startswith(
        "Stated rule: Spraye finds customers by the exact display name: By t"
    )
    assert "assumed, because it is not established" in lines[0]
    assert not any("by the e-mail address: " in line for line in lines)
    assert any("by the first and last name: Linked" in line for line in lines)
    answered = told("spraye", client_match="email")
    assert any("by the exact display name: Duplicate" in line for line in answered)


@pytest.mark.parametrize("rule", [*others(profile("taxdome"), "customer")], ids=str)
def test_what_hangs_on_clients_is_worked_out_alone_and_put_together_again(rule: Rule) -> None:
    """The same as a forecast of everything."""
    small = case(APP, QBO, of=profile("taxdome"))
    found = forecast_under(small, rule, forecast(small), frozenset()).set_index("ref")
    whole = forecast(small.under(profile("taxdome").stating(rule.path, rule.match), str))
    whole = whole.set_index("ref")
    assert found.loc[whole.index].equals(whole)


def test_who_comes_into_the_app_would_not_if_he_were_found_there() -> None:
    """Workiz takes in what QuickBooks has and it does not find by the name."""
    lines = told("workiz", "qbo:customer:7")
    came = [line for line in lines if "by the e-mail address: " in line]
    assert came[0].endswith("It would not come into the app, which has its own record of it.")
