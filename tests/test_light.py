"""The traffic lights say the worst that was found, with its reasons, and nothing of notes."""

from __future__ import annotations

from typing import Any

import pytest
from small_books import case

from recon.books import FINDINGS
from recon.checks import Reason, check, light
from recon.checks.light import ENTITIES


def finding(check_: str, severity: str, ref: str) -> dict[str, Any]:
    """A row of FINDINGS."""
    return {"check": check_, "severity": severity, "ref": ref, "says": "It is so."}


def lit(*rows: dict[str, Any]) -> dict[str, str]:
    """Entity to colour."""
    return {each.entity: each.colour for each in light(FINDINGS.frame(rows))}


def test_nothing_found_is_green_everywhere() -> None:
    """Each entity has its light, and the company's comes last."""
    assert lit() == dict.fromkeys((*ENTITIES, "company"), "green")
    assert list(lit())[-1] == "company"


@pytest.mark.parametrize(
    ("ref", "entity"),
    [
        ("app:customer:1", "customers"),
        ("qbo:vendor:4", "customers"),
        ("qbo:employee:4", "customers"),
        ("qbo:item:4", "items"),
        ("app:invoice:a:b", "invoices"),
        ("qbo:sales_receipt:4", "invoices"),
        ("app:payment:1", "payments"),
        ("qbo:company:1", "settings"),
        ("qbo:tax_rate:1", "settings"),
    ],
)
def test_a_finding_lights_the_entity_of_its_record(ref: str, entity: str) -> None:
    """The others stay green; the company is as bad as the worst of them."""
    lights = lit(finding("any", "blocks", ref))
    assert {name for name, colour in lights.items() if colour == "red"} == {entity, "company"}


def test_a_note_does_not_change_a_light() -> None:
    """What is only worth knowing is neither amber nor a reason."""
    (*_, company) = light(FINDINGS.frame([finding("any", "note", "app:invoice:1")]))
    assert (company.colour, company.reasons) == ("green", ())


def test_reasons_are_counted_worst_first_then_most_frequent() -> None:
    """Two wrong names do not come before one that blocks."""
    found = FINDINGS.frame(
        [
            finding("rare", "wrong", "app:customer:1"),
            finding("often", "wrong", "app:customer:2"),
            finding("often", "wrong", "app:customer:3"),
            finding("stops", "blocks", "app:customer:4"),
        ]
    )
    customers = light(found)[0]
    assert customers.colour == "red"
    assert customers.reasons == (
        Reason("stops", "blocks", 1), Reason("often", "wrong", 2), Reason("rare", "wrong", 1),
    )  # fmt: skip


def test_what_stays_out_of_the_sync_lights_nothing() -> None:
    """A number that is taken already does no harm once its invoice is left out."""
    found = FINDINGS.frame(
        [finding("any", "blocks", "app:invoice:1"), finding("any", "wrong", "app:invoice:2")]
    )
    assert [each.colour for each in light(found, {"app:invoice:1"}) if each.reasons] == [
        "amber", "amber",
    ]  # fmt: skip


def test_what_was_not_read_is_not_green() -> None:
    """From lists alone nothing is known of settings, invoices and payments."""
    lights = light(check(case(qbo={"only_lists": True})))  # type: ignore[dict-item]
    amber = {each.entity for each in lights if each.colour == "amber"}
    assert amber == {"invoices", "payments", "settings", "company"}
