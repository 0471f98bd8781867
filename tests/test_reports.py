"""The workbook and the page say the same, and no name can run, calculate or be fetched."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser

from recon.books import FINDINGS, OUTCOMES, PAIRS, Reject
from recon.checks import CHECKS
from recon.plan import Action, Decision, Instruction, JournalEntry, Plan, Write
from recon.reports import Left, Report, write_html, write_workbook
from recon.reports.words import FINDINGS as HEADINGS
from recon.reports.words import finding, lit, shown

pytest_plugins = ("browser",)

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
HOSTILE = {
    "script": "<script>window.__pwned = 1</script>",
    "image": '"><img src="http://127.0.0.1:9/x.png" onerror="window.__pwned = 1">',
    "link": '<a href="javascript:window.__pwned=1">Acme</a>',
    "template": "{{ 7 * 7 }} {% raw %} $x^2$ **bold**",
    "formula": "=cmd|'/c calc'!A1",
    "hyperlink": '=HYPERLINK("http://127.0.0.1:9","Acme")',
    "plus": "+1+1",
    "minus": "-2+3",
    "at": "@SUM(A1)",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "right to left": "Acme\u202egpj.exe",
    "control": "Bell\x07 & Sons\x00",
    "long": "Long & Company " * 700,
    "emoji": "Café 東京 \U0001f469\u200d\U0001f4bb",
}


def plain_report(**changes: Any) -> Report:
    """A report before anything was proposed."""
    report = Report(
        company="Acme Books LLC", realm="4620816365", environment="sandbox", app="Invoice Ninja",
        app_version="5.12.4", made_at=NOW, made_by="Ada",
    )  # fmt: skip
    return replace(report, **changes)


def full_report(names: dict[str, str] | None = None) -> Report:
    """A report with every part filled, after a plan was applied."""
    names = names or {"1": "Kestrel Foods", "2": "Vertex"}
    outcomes = OUTCOMES.frame(
        {"ref": f"app:customer:{key}", "kind": "customer", "effect": "create",
         "outcome": "duplicate" if place % 2 else "link", "target_ref": "qbo:customer:58",
         "fault": "6240", "says": f"No customer is called {name} exactly."}
        for place, (key, name) in enumerate(names.items())
    )  # fmt: skip
    outcomes["name"] = list(names.values())
    first = next(iter(names))
    ref, name = f"app:customer:{first}", names[first]
    actions = tuple(
        Action(
            id=f"a{n}", kind="rename", ref=ref, other_ref="qbo:customer:58",
            title=f"Rename QuickBooks customer to {name}", why=name, will=name, cause="duplicate",
            band="close", evidence=(name, "same e-mail"), compare={"Name": (name, "Kestrl Foods")},
        )
        for n in (1, 2, 3)
    )  # fmt: skip
    writes = (
        Write(
            "w1", "a1", "qbo", "update", "Customer",
            {"Id": "58", "SyncToken": "0", "sparse": True, "DisplayName": name},
            ref="qbo:customer:58", restore={"DisplayName": "Kestrl Foods"},
        ),
        Write(
            "w2", "a2", "hand", "hand", "Customer", {},
            instruction=Instruction("QuickBooks", "an administrator", ("Open it.", f"{name}!")),
        ),
        Write("w3", "a3", "qbo", "create", "Customer", {"DisplayName": name}),
    )  # fmt: skip
    plan = Plan(
        "p1", "4620816365", "sandbox", "Acme Books LLC", "invoiceninja 5.12.4", NOW, ("s1", "s2"),
        actions, writes,
    )  # fmt: skip
    digests = plan.digests()
    return plain_report(
        before={"duplicate": 12, "wrong_link": 2, "refuse": 7, "link": 260, "create": 19},
        after={"link": 275, "create": 21, "refuse": 1},
        before_by_kind={"customer": {"duplicate": 12, "link": 260}, "item": {"create": 19}},
        after_by_kind={"customer": {"link": 272}, "item": {"create": 21}},
        books={"app": {"customers": 300}, "qbo": {"customers": 310, "vendors": 4}},
        outcomes=outcomes,
        pairs=PAIRS.frame(
            [{"left_ref": ref, "right_ref": "qbo:customer:58", "scope": "across",
              "kind": "customer", "match_weight": 9.4, "match_probability": 0.985,
              "band": "close", "cluster": 1, "reasons": name}]
        ),
        findings=FINDINGS.frame(
            [{"check": "near_miss_client_name", "severity": "wrong", "ref": ref, "says": name,
              "remedy": name, "fault": "6240"}]
        ),
        lights=(
            lit("customers", "amber", [("name_too_long", 3)]), lit("company", "amber", []),
        ),
        verification=FINDINGS.frame(
            [{"check": "by_hand_open", "severity": "open", "ref": ref, "says": name}]
        ),
        plan=plan,
        decisions=(
            Decision("p1", "a1", "approve", "Ada", "preparer", digests["a1"], NOW, name),
            Decision("p1", "a2", "approve", "Ada", "preparer", digests["a2"], NOW, name),
            Decision("p1", "a1", "approve", "Grace", "reviewer", digests["a1"], NOW),
        ),
        journal=(
            JournalEntry(NOW, "p1", "w1", "sent", "req-1", "4620816365", "h"),
            JournalEntry(NOW + timedelta(seconds=1), "p1", "w1", "done", "req-1", "4620816365",
                         "h", {"Id": "58", "SyncToken": "1"}),
            JournalEntry(NOW, "p1", "w2", "refused", "req-2", "4620816365", "h",
                         {"code": "6240", "message": name}),
        ),
        left=(Left(ref, name, f"Nobody decided on {name}."),),
        rejects=(Reject("clients.csv", 17, name, name),),
        names={"qbo:customer:58": "Kestrl Foods"},
    )  # fmt: skip


def hostile_report() -> Report:
    """A report in which every text that comes from data is hostile, one after the other."""
    return full_report({key.replace(" ", "_"): name for key, name in HOSTILE.items()})


def sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Sheet name to rows of values, as openpyxl reads the file back."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def said(rows: list[tuple[Any, ...]]) -> str:
    """Everything on a sheet as one text."""
    return "\n".join(str(value) for row in rows for value in row if value is not None)


def test_workbook_holds_the_parts_in_reading_order(tmp_path: Path) -> None:
    """Summary first, then what will happen, was done and is left, then the evidence."""
    found = sheets(write_workbook(full_report(), tmp_path / "new folder" / "report.xlsx"))
    assert list(found) == [
        "Summary", "What will happen", "Proposed changes", "What was done", "Verification",
        "What is left", "Findings", "Matches", "Rejects", "Reading",
    ]  # fmt: skip
    assert ("Duplicate", 12, 0) in [(row[0], row[2], row[3]) for row in found["Summary"]]
    assert "after the approved changes 1 still does" in said(found["Summary"])


def test_traffic_lights_stand_on_the_first_page_the_companys_first(tmp_path: Path) -> None:
    """Each with its colour and its reasons."""
    report = full_report()
    summary = sheets(write_workbook(report, tmp_path / "r.xlsx"))["Summary"]
    told = [row[:2] for row in summary if row[0] and "amber" in str(row[0])]
    assert told == [
        ("Company: amber", "records travel and do harm"), ("Customers: amber", "Name too long (3)"),
    ]  # fmt: skip
    page = write_html(report, tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.index("<strong>Company</strong>") < page.index("Name too long (3)")


def test_done_sheet_says_who_what_and_with_which_ids(tmp_path: Path) -> None:
    """Before and after, approver, signer, request id and QuickBooks Id stand on the write's row."""
    rows = sheets(write_workbook(full_report(), tmp_path / "r.xlsx"))["What was done"]
    head = list(rows[3])
    done = dict(zip(head, rows[4], strict=True))
    assert done["Result"] == "Done"
    assert done["Before and after"] == "DisplayName: Kestrl Foods → Kestrel Foods"
    assert (done["Approved by"], done["Signed by"]) == ("Ada", "Grace")
    assert (done["Request id"], done["QuickBooks Id"]) == ("req-1", "58")
    assert done["Sent at"] == NOW.replace(tzinfo=None)
    by_hand = dict(zip(head, rows[5], strict=True))
    assert by_hand["Result"] == "Refused"
    assert by_hand["Before and after"].startswith("1. Open it.\n2. Kestrel")
    assert "code: 6240" in by_hand["Answer"]
    assert len([row for row in rows[4:] if row[0]]) == 2, "what was never sent is not done"


def test_an_approval_of_something_else_is_not_shown_as_one(tmp_path: Path) -> None:
    """A digest that no longer fits turns "Approved" into "Changed since"."""
    report = full_report()
    stale = tuple(replace(d, digest="0" * 64) for d in report.decisions)
    rows = sheets(write_workbook(replace(report, decisions=stale), tmp_path / "r.xlsx"))
    assert [row[0] for row in rows["Proposed changes"][4:]] == [
        "Changed since", "Changed since", "Not decided",
    ]  # fmt: skip


def test_the_worst_stands_first(tmp_path: Path) -> None:
    """Outcomes and findings are sorted by harm, whatever order they came in."""
    told = [
        {"check": name, "severity": name, "ref": f"app:customer:{name}", "says": name}
        for name in ("kept", "note", "blocks", "wrong")
    ]
    report = replace(full_report(), findings=FINDINGS.frame(told))
    found = sheets(write_workbook(report, tmp_path / "r.xlsx"))
    assert [row[0] for row in found["Findings"][4:]] == ["Blocks", "Wrong", "Note", "In order"]
    assert [row[0] for row in found["What will happen"][4:]] == ["Duplicate", "Linked"]


def test_what_is_left_alone_tells_who_decided_so(tmp_path: Path) -> None:
    """The reason of an approved skip stands beside the record."""
    report = full_report()
    assert report.plan
    skip = replace(report.plan.actions[0], kind="skip", why="It is in QuickBooks already.")
    plan = replace(report.plan, actions=(skip, *report.plan.actions[1:]))
    yes = replace(report.decisions[0], digest=plan.digests()["a1"])
    report = replace(report, plan=plan, decisions=(yes,))
    rows = sheets(write_workbook(report, tmp_path / "r.xlsx"))["What is left"]
    assert rows[4][3] == "It is in QuickBooks already. (Ada)"


def test_rounds_that_were_joined_keep_their_approvals(tmp_path: Path) -> None:
    """A later plan's approvals stand beside its actions, although they name another plan."""
    report = full_report()
    later = tuple(replace(d, plan_id="p2", digest="of p2") for d in report.decisions)
    found = sheets(write_workbook(replace(report, decisions=later), tmp_path / "r.xlsx"))
    assert found["Proposed changes"][4][0] == "Approved"
    assert found["What was done"][4][4:7:2] == ("Ada", "Grace")


def test_sheets_are_ready_to_read_and_to_print(tmp_path: Path) -> None:
    """Frozen head, filter over all rows, landscape on one page's width, head on each page."""
    book = openpyxl.load_workbook(write_workbook(full_report(), tmp_path / "r.xlsx"))
    sheet = book["What will happen"]
    assert sheet.freeze_panes == "B5"
    assert sheet.auto_filter.ref == "A4:J6"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$4:$4"
    assert book["Matches"]["B5"].number_format == "0.0%"


def test_no_name_becomes_a_formula(tmp_path: Path) -> None:
    """No cell is a formula, and none starts with what a spreadsheet takes for one."""
    book = openpyxl.load_workbook(write_workbook(hostile_report(), tmp_path / "r.xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'=cmd|'/c calc'!A1" in texts
    assert not [cell for cell in cells if cell.hyperlink]


def test_hostile_names_come_back_whole(tmp_path: Path) -> None:
    """What is no threat is unchanged, up to ten thousand characters; what hides is spelled out."""
    text = said(sheets(write_workbook(hostile_report(), tmp_path / "r.xlsx"))["What will happen"])
    for key in ("script", "long", "emoji", "template"):
        assert HOSTILE[key] in text
    assert "Acme⟨U+202E⟩gpj.exe" in text
    assert "Bell⟨U+0007⟩ & Sons⟨U+0000⟩" in text


def test_hidden_characters_are_spelled_out_and_real_letters_are_not() -> None:
    """Direction marks and zero-width blanks are shown; accents, emoji and new lines stay."""
    assert shown("a\u202eb\u200bc\ufeff") == "a⟨U+202E⟩b⟨U+200B⟩c⟨U+FEFF⟩"
    assert shown("half\ud800").encode() == "half⟨U+D800⟩".encode()
    kept = "Café Ångström 東京 \U0001f469\u200d\U0001f4bb\n\u05e9\u05dc"
    assert shown(kept) == kept


def test_findings_are_headed_in_an_accountants_words() -> None:
    """Every heading of its own belongs to a check; no check shows a programmer's word."""
    ours = {check.__name__ for check in CHECKS}
    assert set(HEADINGS) <= ours
    jargon = re.compile(r"(?i)docnumber|qbo|leaf|truncation|collapse|many to one|near miss|dup\b")
    assert not [name for name in map(finding, ours) if jargon.search(name)]


def test_an_empty_report_is_good_too(tmp_path: Path) -> None:
    """Before anything was done both files say so in words, without empty tables."""
    found = sheets(write_workbook(plain_report(), tmp_path / "r.xlsx"))
    page = write_html(plain_report(), tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Nothing has been changed yet." in said(found["What was done"])
    assert "Nothing has been changed yet." in page
    assert "<input" not in page


def test_counts_come_from_the_outcomes_when_none_are_given(tmp_path: Path) -> None:
    """A report right after the forecast counts its own outcomes."""
    report = replace(full_report(), before={}, before_by_kind={}, after={}, after_by_kind={})
    rows = sheets(write_workbook(report, tmp_path / "r.xlsx"))["Summary"]
    assert ("Duplicate", 1) in [(row[0], row[2]) for row in rows]
    assert "1 record would come to harm" in said(rows)


def test_page_asks_for_nothing_and_escapes_every_name(tmp_path: Path) -> None:
    """No address to fetch, no tag from data; the policy allows the page's own script only."""
    page = write_html(hostile_report(), tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert not re.search(r"""(?:src|href)=["']?(?:http|//|javascript)""", page.split("<nav")[0])
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src" in policy[1]
    assert "unsafe" not in policy[1]
    assert "{{ 7 * 7 }}" in page


def test_long_lists_are_cut_on_the_page_and_whole_in_the_workbook(tmp_path: Path) -> None:
    """The page shows the first rows and says where the rest is."""
    left = tuple(Left(f"app:customer:{n}", f"Client {n}", "no answer") for n in range(2100))
    report = plain_report(left=left)
    page = write_html(report, tmp_path / "r.html").read_text(encoding="utf-8")
    rows = sheets(write_workbook(report, tmp_path / "r.xlsx"))["What is left"]
    assert "The first 2,000 of 2,100 are shown here" in page
    assert "Client 2099" not in page
    assert len(rows) == 4 + 2100


@pytest.mark.browser
def test_nothing_runs_and_nothing_leaves_in_a_browser(chromium: Browser, tmp_path: Path) -> None:
    """In Chromium no name runs, no request leaves, the page is not widened, the filter works."""
    address = write_html(hostile_report(), tmp_path / "r.html").as_uri()
    asked: list[str] = []
    errors: list[str] = []
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    assert page.evaluate("window.__pwned") is None
    assert asked == [address]
    assert not errors, "the policy allows the page's own style and script"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).position") == "sticky"
    page.get_by_label("Filter").first.fill("HYPERLINK")
    assert page.locator("#list-1-1-told").text_content() == f"1 of {len(HOSTILE)} shown"
    assert page.locator("#list-1-1 tbody tr:visible").count() == 1
    page.close()
