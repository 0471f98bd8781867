"""Columns of strangers' files become our fields, for all to see and to correct."""

from __future__ import annotations

from pathlib import Path

import pytest

from recon.errors import InputError
from recon.files.mapping import Mapping, propose_mapping


def chosen(header: list[str], kind: str = "clients") -> dict[str, str]:
    """The proposal for a header."""
    return propose_mapping(header, kind).chosen  # type: ignore[arg-type]


@pytest.mark.parametrize("label", ["Name", " client_name ", "CLIENT NAME", "client.name", "Kunde"])
def test_spellings_of_a_label_are_one(label: str) -> None:
    """Case, blanks and punctuation do not matter; a word that nobody knows does not pass."""
    assert chosen([label]).get("name") == (None if label == "Kunde" else label)


def test_invoice_ninjas_doubled_label_is_the_number() -> None:
    """The invoice's number is really exported as Invoice Invoice Number."""
    found = chosen(["Client Name", "Invoice Invoice Number", "Invoice PO Number"], "invoices")
    assert found["number"] == "Invoice Invoice Number"
    assert found["po_number"] == "Invoice PO Number"


def test_a_longer_label_with_all_the_words_will_do_but_not_a_shipping_one() -> None:
    """The city a parcel goes to is not the city of the bill."""
    mapping = propose_mapping(["Name", "Main email address", "Shipping postal code"], "clients")
    assert mapping.chosen["email"] == "Main email address"
    assert mapping.why["email"] == 'has the words of "Email address"'
    assert "postal_code" not in mapping.chosen


def test_no_column_is_two_fields() -> None:
    """Company is the name where there is no other, else the company."""
    assert chosen(["Company", "Email"])["name"] == "Company"
    both = chosen(["Name", "Company"])
    assert (both["name"], both["company_name"]) == ("Name", "Company")


def test_every_choice_shows_its_reason_and_samples() -> None:
    """What a person checks before anything is read by it."""
    rows = [{"Name": "Acme", "E-Mail": ""}, {"Name": "B", "E-Mail": "b@example.com"}]
    shown = {
        row["field"]: row for row in propose_mapping(["Name", "E-Mail"], "clients", rows).describe()
    }
    assert shown["name"] == {
        "field": "name", "header": "Name", "why": 'called "Name"', "samples": "Acme | B",
    }  # fmt: skip
    assert shown["email"]["samples"] == "b@example.com"
    assert shown["city"]["header"] == ""


def test_a_correction_is_kept_and_marked() -> None:
    """Set by hand wins, None takes a column out again."""
    mapping = (
        propose_mapping(["Kunde", "Name"], "clients").set("name", "Kunde").set("email", "Name")
    )
    assert mapping.chosen == {"name": "Kunde", "email": "Name"}
    assert mapping.why["name"] == "set by hand"
    assert "email" not in mapping.set("email", None).chosen


def test_a_correction_to_what_is_not_there_is_refused() -> None:
    """The message lists what there is."""
    mapping = propose_mapping(["Name"], "clients")
    with pytest.raises(InputError, match='no column "Kunde"; there are "Name"'):
        mapping.set("name", "Kunde")
    with pytest.raises(InputError, match='no field "nom"'):
        mapping.set("nom", "Name")
    with pytest.raises(InputError, match="dmy"):
        mapping.read_dates("ymd")  # type: ignore[arg-type]


def test_a_missing_required_column_names_file_wanted_and_found() -> None:
    """One sentence with everything that is needed to put it right."""
    with pytest.raises(InputError) as refused:
        propose_mapping(["Kunde", "Ort"], "clients").check("kunden.csv")
    for part in ("kunden.csv", '"name"', '"Client name"', '"Kunde"', '"Ort"', "--set"):
        assert part in str(refused.value)


def test_a_mapping_survives_its_file(tmp_path: Path) -> None:
    """Saved and loaded it is the same, corrections and date order included."""
    mapping = propose_mapping(["Kunde", "E-Mail"], "clients").set("name", "Kunde").read_dates("dmy")
    mapping.save(tmp_path / "m.json")
    assert Mapping.load(tmp_path / "m.json") == mapping


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"kind": "clients"}', '{"kind": "wolves", "headers": [], "chosen": {}}',
     '{"kind": "clients", "headers": ["A"], "chosen": {"name": "B"}, "why": {}}'],
)  # fmt: skip
def test_what_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    """A damaged file does not become half a mapping."""
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(InputError):
        Mapping.load(tmp_path / "m.json")
    with pytest.raises(InputError):
        Mapping.load(tmp_path / "not there.json")


def test_what_a_person_said_holds_for_the_next_file_of_the_kind() -> None:
    """Taken over as far as the columns are there; a proposal for the same column gives way."""
    said = propose_mapping(["Name", "Kontakt", "Ort"], "clients")
    said.set("email", "Kontakt").set("city", None).read_dates("dmy")
    next_one = propose_mapping(["Name", "Kontakt", "City", "Number"], "clients")
    assert next_one.chosen["city"] == "City"
    assert next_one.corrected_by(said) == []
    assert (next_one.chosen["email"], next_one.date_order) == ("Kontakt", "dmy")
    assert "city" not in next_one.chosen
    assert next_one.chosen["number"] == "Number"

    other = propose_mapping(["Name", "E-Mail"], "clients")
    assert other.corrected_by(said) == ["Kontakt"]
    assert other.chosen["email"] == "E-Mail"


def test_a_column_that_is_given_away_is_not_read_twice() -> None:
    """The client's number was proposed for the column that a person calls the e-mail."""
    said = propose_mapping(["Name", "Number"], "clients").set("email", "Number")
    next_one = propose_mapping(["Name", "Number"], "clients")
    next_one.corrected_by(said)
    assert next_one.chosen == {"name": "Name", "email": "Number"}
