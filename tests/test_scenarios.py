"""Which app, which answers, which day: what is kept, what is asked, and ways side by side."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from small_books import NOW, Row, Rows, case, pair, preferences, profile
from typer.testing import CliRunner

from recon.advice.golive import go_live
from recon.advice.papers import papers
from recon.advice.scenarios import outcomes_under, usual_days, ways_of, with_other_answers
from recon.books import OUTCOMES, SCENARIOS, Snapshot
from recon.cli import app as command_line
from recon.company import choosing
from recon.errors import ConfigError, InputError, ReconError, WorkspaceError
from recon.reconciliation import Reconciliation
from recon.stages.forecast import forecast
from recon.stages.forecast.importing import after_import, import_outcomes
from recon.stages.forecast.money import totals
from recon.workspace import Workspace

ANN, BO = "app:customer:1", "app:customer:2"


def snapshot(system: str, **records: list[Row]) -> Snapshot:
    """A pulled side in the raw form of that system."""
    return Snapshot(
        system,  # type: ignore[arg-type]
        "test", "Finch & Sons", "9130" if system == "qbo" else "", "sandbox",
        datetime(2026, 11, 22, 8, tzinfo=UTC), records,
    )  # fmt: skip


APP = snapshot(
    "app",
    clients=[
        {"number": "1", "name": "Ann Lee", "email": "ann@example.com"},
        {"number": "2", "name": "Bo Lee"},
    ],
    invoices=[
        {"number": "1001", "customer_number": "1", "date": "2025-12-30", "total": "110",
         "balance": "110", "tax": "10", "item_product": "Repairs", "item_line_total": "100"},
        {"number": "1002", "customer_number": "1", "date": "2026-02-01", "total": "50",
         "balance": "0", "item_product": "Repairs", "item_line_total": "50"},
    ],
    payments=[
        {"number": "P1", "customer_number": "1", "date": "2026-02-02", "amount": "50"},
    ],
)  # fmt: skip
QBO = snapshot(
    "qbo",
    CompanyInfo=[{"CompanyName": "Finch & Sons", "Id": "1"}],
    Preferences=[{"AccountingInfoPrefs": {"BookCloseDate": "2025-12-31"}}],
    Customer=[
        {"Id": "7", "DisplayName": "Lee, Ann", "Active": True, "SyncToken": "0",
         "PrimaryEmailAddr": {"Address": "ann@example.com"}},
    ],
)  # fmt: skip


@pytest.fixture
def r(tmp_path: Path) -> Reconciliation:
    """A workspace with both sides pulled."""
    return pulled(tmp_path)


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """`SCENARIOS` of that workspace with two days to start from: each row is a forecast."""
    return pulled(tmp_path_factory.mktemp("ways")).scenarios([date(2026, 1, 1), date(2026, 3, 1)])


def pulled(folder: Path) -> Reconciliation:
    """A workspace of its own with both sides pulled."""
    store = Workspace.open(folder / "small.recon")
    store.save_snapshot(APP)
    store.save_snapshot(QBO)
    return Reconciliation(store, clock=lambda: NOW)


def kept(r: Reconciliation) -> Reconciliation:
    """The same workspace, opened again."""
    return Reconciliation(r.store, clock=lambda: NOW)


def test_sales_before_the_day_from_which_the_app_sends_stay_out(r: Reconciliation) -> None:
    """The day is a setting; without it every sale is forecast again."""
    assert "before_sync_start_date" not in set(r.check()["check"])
    r.set(sends_from="2026-01-01")
    told = kept(r).forecast().set_index("ref")
    assert told.loc["app:invoice:1001", "outcome"] == "skip"
    assert told.loc["app:invoice:1002", "outcome"] != "skip"
    (says,) = kept(r).check().query("check == 'before_sync_start_date'")["says"]
    assert "1 invoice " in says
    assert "110.00 is still owed" in says
    r.set(sends_from="")
    assert r.settings.sends_from is None
    assert not r.left_out


def test_a_plan_made_on_older_books_is_a_finding_until_it_is_turned_down(r: Reconciliation) -> None:
    """Each write names the version that it was made on; what is rejected is not looked at."""
    plan = r.propose().plan
    (write,) = [w for w in plan.writes if w.ref == "qbo:customer:7"]
    assert "stale_edit_conflict" not in set(r.check()["check"])
    (ann,) = QBO.records["Customer"]
    newer = {**QBO.records, "Customer": [{**ann, "SyncToken": "4"}]}
    r.store.save_snapshot(replace(QBO, records=newer, taken_at=NOW))
    (says,) = kept(r).check().query("check == 'stale_edit_conflict'")["says"]
    assert "version 0 then, 4 now" in says
    again = kept(r)
    assert "stale_edit_conflict" in set(again.check()["check"])
    again.review(plan).reject([write.action_id], by="Ann")
    assert "stale_edit_conflict" not in set(again.check()["check"])


def test_an_app_and_its_answers_are_kept_in_the_workspace(r: Reconciliation) -> None:
    """Each app keeps its own; an empty answer takes one back."""
    assert r.profile.about.version == "5.12.4"
    choosing.choose(r, "spraye")
    choosing.answer(r, {"client_match": "email"})
    assert kept(r).profile == r.profile
    assert kept(r).profile.given == {"client_match": "email"}
    choosing.choose(r, "taxdome")
    choosing.answer(r, {"capitals": "query"})
    choosing.choose(r, "spraye")
    assert kept(r).profile.given == {"client_match": "email"}
    choosing.answer(r, {"client_match": ""})
    assert kept(r).profile.given == {}
    choosing.choose(r, "invoiceninja@current")
    assert kept(r).profile.about.version == "current, 2026"


def test_what_is_no_app_or_no_answer_is_not_kept(r: Reconciliation) -> None:
    """Nothing changes."""
    before = r.profile
    with pytest.raises(ConfigError, match="no app called"):
        choosing.choose(r, "quickninja")
    with pytest.raises(ConfigError, match="no question"):
        choosing.answer(r, {"client_match": "email"})
    assert kept(r).profile == r.profile == before


def test_an_answer_that_a_newer_profile_does_not_know_is_asked_again(r: Reconciliation) -> None:
    """The workspace opens all the same."""
    answers = {"spraye": {"client_match": "fax", "moon": "full", "second_customer": "own"}}
    r.store.note("profile_answers", json.dumps(answers))
    r.store.note("profile", "spraye")
    assert kept(r).profile.given == {"second_customer": "own"}


def test_a_workspace_stays_with_its_app(r: Reconciliation) -> None:
    """Another version of it is the same app."""
    r.store.bind("9130", "sandbox", "Finch & Sons", "invoiceninja")
    choosing.choose(r, "invoiceninja@current")
    with pytest.raises(WorkspaceError, match="tied to Invoice Ninja"):
        choosing.choose(r, "taxdome")
    assert kept(r).profile.about.id == "invoiceninja"


def test_a_workspace_remembers_the_app_that_its_books_came_from(tmp_path: Path) -> None:
    """Also where nobody chose one but the program that made it, as the demo does."""
    store = Workspace.open(tmp_path / "books.recon")
    store.bind("9130", "sandbox", "Finch & Sons", "taxdome")
    assert Reconciliation(store).profile.about.id == "taxdome"


def test_what_is_not_established_shows_both_answers(r: Reconciliation) -> None:
    """Until somebody answers: then there is one."""
    choosing.choose(r, "spraye")
    told = r.forecast().set_index("ref")
    assert told.loc[ANN, "outcome"] == "duplicate"
    assert told.loc[ANN, "otherwise"] == (
        "client_match=email: Linked qbo:customer:7; "
        "client_match=email_then_name: Linked qbo:customer:7"
    )
    assert pd.isna(told.loc[BO, "otherwise"])
    assert told.loc["app:payment:P1", "otherwise"] == "payment_mode=push: Created"
    choosing.answer(r, {"client_match": "email", "payment_mode": "none"})
    told = r.forecast().set_index("ref")
    assert told.loc[ANN, "outcome"] == "link"
    assert told["otherwise"].isna().all()


def test_a_plan_waits_for_no_other_answer(r: Reconciliation) -> None:
    """Each is a forecast of its own, and told only where the whole forecast is shown."""
    choosing.choose(r, "spraye")
    done: list[str] = []
    r.progress = lambda what, _done, _total: done.append(what)
    r.propose()
    assert "Forecasting" in done
    assert "Asking what else" not in done
    told = r.forecast()
    assert "Asking what else" in done
    assert told["otherwise"].notna().any()
    assert told.drop(columns="otherwise").equals(r.outcomes.drop(columns="otherwise"))


def test_an_answer_that_settles_half_of_a_question_shows_both_halves() -> None:
    """With Studio Ninja's payments on nobody tells whether the five other causes count too."""
    ours: Rows = {
        "customers": [{"id": "1", "name": "Ann Lee"}],
        "invoices": [{"id": "11", "number": "11", "customer": "1", "total": "50"}],
        "links": [{"ref": "app:invoice:11", "linked_ref": "qbo:invoice:77", "how": "stated"}],
    }
    theirs: Rows = {"invoices": [{"id": "77", "number": "11", "total": "60"}]}
    for given, shown in (
        ("off", []), ("on", ["payment_mode=on_only: Linked"]),
        ("on_only", ["payment_mode=on: Disconnected"]),
    ):  # fmt: skip
        small = case(ours, theirs, of=profile("studioninja").answered({"payment_mode": given}))
        told = with_other_answers(small, forecast(small), ()).set_index("ref")
        otherwise = str(told.loc["app:invoice:11", "otherwise"])
        found = [line for line in otherwise.split("; ") if line.startswith("payment_mode=")]
        assert [line.rpartition(" qbo:")[0] for line in found] == shown


def test_a_doubting_partner_is_answered(r: Reconciliation) -> None:
    """Why, on which fact, from when, and what if the app went by e-mail instead."""
    choosing.choose(r, "spraye")
    lines = r.why("ann lee")
    told = dict(lines)
    assert told["What happens"].startswith("Duplicate")
    assert told["Which record"] == "Lee, Ann (qbo:customer:7)"
    assert "a new customer record is generated in QBO instead" in told["On which fact"]
    assert "read 2026-11-22" in told["On which fact"]
    assert "the same" in told["Evidence"]
    what_if = [sentence for heading, sentence in lines if heading == "What if"]
    assert what_if[0].startswith("By the e-mail address: Linked qbo:customer:7.")
    assert told["Stated rule"].startswith("Spraye finds customers by the exact display name")
    assert dict(r.why("1001"))["On which fact"].startswith("QuickBooks, fault 6210")
    assert set(papers(r, []).facts) == set(r.forecast()["because"].dropna())
    for unknown in ("Nobody", ""):
        with pytest.raises(InputError, match="knows no record"):
            r.why(unknown)


def test_what_an_import_does_to_a_record_is_explained(r: Reconciliation) -> None:
    """The record of QuickBooks, the value that decides, and where that stands."""
    told = outcomes_under(r, "import first")
    ref = told.loc[told["ref"].str.startswith("qbo:"), "ref"].iloc[0]
    lines = dict(r.why(ref, "import first"))
    assert lines["Record"].endswith(f"({ref})")
    assert lines["Which rule"].endswith("_match")
    assert "read 20" in lines["On which fact"]
    with pytest.raises(InputError, match="knows no record"):
        r.why(ref)


def test_scenarios_stand_side_by_side(r: Reconciliation, ways: pd.DataFrame) -> None:
    """The first is as things are set; a day keeps earlier sales out, an import makes links."""
    table = ways.set_index("scenario")
    assert list(SCENARIOS.columns)[1:] == list(table.columns)
    as_set = table.loc["as set"]
    assert (as_set["invoices_sent"], as_set["in_closed_period"]) == (1, 1)
    assert as_set["customers_twice"] == 1
    assert table.loc["import first", "customers_twice"] == 0
    assert "effect of push" in table.loc["both ways", "says"]
    assert (table.loc["both ways"].iloc[1:] == as_set.iloc[1:]).all()
    assert table.loc["invoice_mode=none", "invoices_sent"] == 0
    this_year = table.loc["from 2026-01-01"]
    assert (this_year["in_closed_period"], this_year["left_out"]) == (0, 1)
    assert this_year["left_open"] == Decimal(110)
    assert table.loc["from 2026-03-01", "left_out"] == 3
    rules = table[table["group"] == "rule"]
    assert rules.loc["customers by email", "customers_twice"] == 0
    assert rules.loc["customers by email", "fare_otherwise"] == 1
    assert "(stated: by the exact display name)" in rules.loc["customers by email", "says"]
    assert as_set["fare_otherwise"] == 0
    assert usual_days(r) == [date(2026, 1, 1), date(2026, 11, 1), date(2026, 11, 22)]
    alone = table.loc["import only"]
    assert (alone["customers_created"], alone["invoices_sent"]) == (0, 0)
    assert alone["changed_in_app"] + alone["made_in_app"] > 0
    assert alone["customers_before"] == alone["customers_after"]


def test_a_scenario_is_told_record_by_record(r: Reconciliation, ways: pd.DataFrame) -> None:
    """What the import does stands under QuickBooks' references, what is sent under the app's."""
    told = outcomes_under(r, "Import everything").set_index("ref")["outcome"]
    row = ways.set_index("scenario").loc["import everything"]
    in_app = told[told.index.str.startswith("qbo:")]
    assert (
        in_app.isin(["retitle", "renumber_in_app", "delete_in_app"]).sum() == row["changed_in_app"]
    )
    assert row["changed_in_app"] > 0
    late = outcomes_under(r, "from 2026-03-01").set_index("ref")
    assert (late.loc[["app:invoice:1001", "app:invoice:1002"], "outcome"] == "skip").all()
    for unknown in ("import nothing", "from tomorrow"):
        with pytest.raises(InputError, match=r"(?i)import nothing|names no day"):
            outcomes_under(r, unknown)


def test_the_go_live_sheet_is_the_apps_own(r: Reconciliation) -> None:
    """Who, in which order, which record first, and what to look at on the next day."""
    choosing.choose(r, "taxdome")
    told: dict[str, list[str]] = {}
    for step in go_live(r):
        told.setdefault(step.part, []).append(step.says)
    assert list(told) == ["Before", "Turn it on", "One record first", "The next day"]
    who, connect, accounts, then = told["Turn it on"][:4]
    assert "owner or an admin" in who
    assert "connect" in connect
    assert accounts.startswith("Accounts first")
    assert then == "Then services, then invoices, then payments."
    assert "Point at Failed to see why." in told["The next day"]
    assert any("Which accounts are synced?" in says for says in told["Before"])


@pytest.mark.parametrize("name", ["workiz", "studioninja", "taxdome", "invoiceninja@current"])
def test_every_app_has_its_scenarios(name: str) -> None:
    """One for each other answer that a push can show."""
    shown = {way.name for way in ways_of(profile(name))}
    expected = {
        "workiz": {"client_conflicts=differentiator", "invoices_sent=paid", "capitals=query"},
        "studioninja": {"payment_mode=on", "client_match=email", "second_client=own"},
        "taxdome": {"accounts=all", "capitals=query", "second_account=linked"},
        "invoiceninja@current": {
            "both ways",
            "import only",
            "import everything",
            "product_look_up=no",
        },
    }
    assert expected[name] <= shown
    assert {"renamed_client=second", "reconnecting=kept"}.isdisjoint(shown)


def test_the_money_before_and_after() -> None:
    """Receivables, revenue, customers and open invoices of QuickBooks, to the cent."""
    app: Rows = {
        "customers": [{"id": "1", "name": "Ann Lee"}],
        "invoices": [
            {"id": "1", "customer": "1", "total": "110", "tax": "10", "balance": "60"},
            {"id": "2", "customer": "1", "total": "30", "balance": "0", "date": "2025-01-01"},
        ],
        "invoice_lines": [{"invoice": "1", "item_name": "R"}, {"invoice": "2", "item_name": "R"}],
        "payments": [{"id": "1", "customer": "1", "amount": "50"}],
    }
    qbo: Rows = {
        "customers": [{"id": "7", "name": "Bo"}, {"id": "8", "name": "C", "active": False}],
        "invoices": [{"id": "1", "number": "x", "total": "20", "balance": "5.55"}],
        "payments": [{"id": "1", "unapplied": "1.05"}],
        "credits": [{"id": "1", "balance": "0.50"}],
        "sales_receipts": [{"id": "1", "total": "7", "tax": "1"}],
        "preferences": preferences(BookCloseDate="2025-12-31"),
    }
    small = case(app, qbo)
    told = totals(small, forecast(small), OUTCOMES.frame())
    assert (told["receivables_before"], told["receivables_after"]) == (Decimal(4), Decimal(64))
    assert (told["revenue_before"], told["revenue_after"]) == (Decimal(26), Decimal(126))
    assert (told["open_invoices_before"], told["open_invoices_after"]) == (1, 2)
    assert (told["customers_created"], told["customers_after"]) == (1, 2)
    without = forecast(case(app, qbo, of=profile().answered({"payment_mode": "none"})))
    assert totals(small, without, OUTCOMES.frame())["receivables_after"] == Decimal(114)


def imported(
    app: Rows, qbo: Rows, *pairs: Row, name: str = "invoiceninja", **answers: str
) -> dict[str, str]:
    """Outcome and target of each record of QuickBooks that an import would take in."""
    small = case(app, qbo, pairs, of=profile(name).answered(answers))
    told = import_outcomes(small, ("customer", "item", "invoice"))
    return {
        str(row.ref): " ".join(filter(None, (row.outcome, row.target_ref)))
        for row in told.fillna("").itertuples()
    }


@pytest.mark.parametrize(
    ("theirs", "answer", "said"),
    [
        ({"name": "X", "company_name": "ANN LÉE "}, "company_name", f"retitle {ANN}"),
        ({"name": "Ann Lee", "company_name": "Ann Lee"}, "company_name", f"link {ANN}"),
        ({"name": "Ann Lee"}, "company_name", "create_in_app"),
        ({"name": "Ann Lee"}, "display_name", f"link {ANN}"),
        ({"name": "X", "email": "Ann@example.com"}, "company_name", f"retitle {ANN}"),
        ({"name": "X"}, "company_name", f"duplicate {ANN}"),
    ],
)
def test_an_import_looks_for_each_customer(theirs: Row, answer: str, said: str) -> None:
    """By the stored id, the name, any contact's e-mail; what it takes as name is asked."""
    app: Rows = {"customers": [{"id": "1", "name": "Ann Lee", "email": "ann@example.com"}]}
    qbo: Rows = {"customers": [{"id": "7", **theirs}]}
    same = [] if said == "create_in_app" else [pair(ANN, "qbo:customer:7", 0.9)]
    told = imported(app, qbo, *same, import_compares=answer)
    assert told == {"qbo:customer:7": said}


def test_an_import_takes_in_items_and_invoices() -> None:
    """Categories are passed over; "Cat:Widget" is found by its whole name or its leaf."""
    app: Rows = {
        "items": [{"id": "Cat:Widget", "name": "Cat:Widget"}, {"id": "Pump", "name": "Pump"}],
        "invoices": [{"id": "1001"}, {"id": "1002"}],
        "links": [{"ref": "app:invoice:1002", "linked_ref": "qbo:invoice:2"}],
    }
    qbo: Rows = {
        "items": [
            {"id": "5", "name": "Widget", "full_name": "Cat:Widget"},
            {"id": "6", "name": "pump", "full_name": "Cat:Pump"},
            {"id": "7", "name": "Cat", "type": "Category"},
            {"id": "8", "name": "New", "full_name": "New"},
        ],
        "invoices": [
            {"id": "1", "number": "1001"},
            {"id": "2", "number": "1002", "status": "Voided"},
            {"id": "3", "number": "77"},
        ],
    }
    told = imported(app, qbo)
    assert told == {
        "qbo:item:5": "link app:item:Cat:Widget",
        "qbo:item:6": "link app:item:Pump",
        "qbo:item:8": "create_in_app",
        "qbo:invoice:1": "renumber_in_app",
        "qbo:invoice:2": "delete_in_app app:invoice:1002",
        "qbo:invoice:3": "create_in_app",
    }
    newest = imported(app, qbo, name="invoiceninja@current")
    assert newest["qbo:invoice:1"] == "skip"
    assert newest["qbo:item:6"] == "create_in_app"
    assert imported(app, qbo, name="spraye") == {}


def test_two_customers_of_one_address_take_the_client_from_each_other() -> None:
    """The later keeps it; the link that is left is what the push then goes by."""
    app: Rows = {"customers": [{"id": "1", "name": "Ann Lee", "email": "lee@example.com"}]}
    qbo: Rows = {
        "customers": [
            {"id": "7", "name": "Ann Lee", "email": "lee@example.com"},
            {"id": "8", "name": "Bo Lee", "email": "lee@example.com"},
        ]
    }
    small = case(app, qbo, [pair(ANN, "qbo:customer:7", 0.9)])
    told = import_outcomes(small, ("customer",)).set_index("ref")
    assert list(told["outcome"]) == ["retitle", "wrong_link"]
    books = after_import(small.books, told.reset_index())
    assert list(books.app.links["linked_ref"]) == ["qbo:customer:8"]


def test_the_command_line_asks_answers_and_shows(r: Reconciliation, tmp_path: Path) -> None:
    """profile, why and scenarios, for people and for machines."""
    file = str(tmp_path / "small.recon")

    def said(*words: str) -> str:
        result = CliRunner().invoke(command_line, [words[0], file, *words[1:]])
        assert result.exit_code == 0, result.output
        return result.output

    shown = said("profile", "--use", "spraye", "--answer", "second_customer=own")
    assert "client_match" in shown
    assert "not established" in shown
    assert "(assumed)" in shown
    facts = json.loads(said("profile", "--facts", "--json"))
    assert {"value": "invoice.window_hours", "is": "24"}.items() <= next(
        fact for fact in facts if fact["value"] == "invoice.window_hours"
    ).items()
    assert json.loads(said("profile", "--json"))[0]["kind"] == "unknown"
    assert "What if" in said("why", "Ann Lee")
    assert ["Record", "Ann Lee (app:customer:1)"] in json.loads(said("why", ANN, "--json"))
    shown = said("scenarios", "--from", "2026-01-01")
    assert "from 2026-01-01" in " ".join(shown.split())
    assert "What if its matching rule is another" in shown
    assert "Revenue" in shown
    refused = CliRunner().invoke(command_line, ["profile", file, "--answer", "client_match"])
    assert refused.exit_code != 0
    assert isinstance(refused.exception, InputError)


def test_an_app_can_be_looked_up_before_there_are_books() -> None:
    """What is known of an app, and what is asked, needs no workspace."""

    def said(*words: str) -> str:
        result = CliRunner().invoke(command_line, ["apps", *words])
        assert result.exit_code == 0, result.output
        return result.output

    names = [each["profile"] for each in json.loads(said("--json"))]
    assert {"invoiceninja", "invoiceninja@current", "taxdome"} <= set(names)
    assert "client_match" in said("spraye")
    because = [each["because"] for each in json.loads(said("workiz", "--facts", "--json"))]
    assert any("read 2026" in each for each in because)
    for wrong, told in (("workis", "workiz"), ("--facts", "which app")):
        result = CliRunner().invoke(command_line, ["apps", wrong])
        assert isinstance(result.exception, ReconError)
        assert told in str(result.exception)


def test_checks_look_again_once_there_is_a_plan(r: Reconciliation) -> None:
    """Some of them look at what the newest plan will write."""
    done: list[str] = []
    r.check()
    r.progress = lambda what, _done, _total: done.append(what)
    r.propose()
    r.check()
    assert done.index("Checking") > done.index("Proposing")
