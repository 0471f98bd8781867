"""What is said in the review on its way to the kernel: one at a time, in order, never lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from review_keys import SMALL, Show, press, sent

from recon.stages.review import Review
from recon.widgets.review import ReviewWidget
from recon.workspace import Workspace

pytest_plugins = ("browser", "review_page")
pytestmark = pytest.mark.browser

ANEW = "() => { model.silent = false; model.sent = []; model.answer({kind: 'ready'}); }"
A, R, S, UNDO = ("approve", ["l1"]), ("reject", ["l2"]), ("skip", ["l3"]), ("undo", None)


def answer(page: Page, nth: int = -1) -> None:
    """The kernel carries out the nth message that it was sent, and answers."""
    page.evaluate("n => model.answer(model.sent.at(n))", nth)


def test_quick_keys_leave_one_at_a_time_in_their_order(show: Show) -> None:
    """The next message goes out when the one before is answered, whatever it is."""
    page = show(SMALL)
    page.evaluate("model.silent = true")
    press(page, "a", "r", "x", "u")
    said = [A, R, ("reject", ["l3"]), UNDO]
    for count in range(1, 5):
        assert sent(page) == said[:count]
        expect(page.locator(".rr-saved")).to_have_text("saving…")
        answer(page)
    assert sent(page) == said
    expect(page.get_by_role("status")).to_have_text("Link Tidal taken back, 4 remaining")
    expect(page.locator(".rr-saved")).to_contain_text("saved ")
    seqs = page.evaluate("model.sent.slice(1).map(told => told.seq)")
    assert len(set(seqs)) == 4
    assert page.evaluate("model.sent.at(-1).after") == seqs[2]
    assert page.evaluate("sessionStorage.length") == 0


def test_a_bulk_step_waits_its_turn_and_stays_one_message(show: Show) -> None:
    """Steps are not joined: each undo takes back one of them."""
    page = show(SMALL)
    page.select_option('select[aria-label="Action"]', "link")
    page.get_by_role("option", name="Link Tidal").click()
    page.evaluate("model.silent = true")
    press(page, "s")
    page.locator(".rr-bulk").click()
    page.get_by_role("button", name="Approve 2", exact=True).click()
    assert sent(page) == [S]
    page.evaluate("model.silent = false")
    answer(page)
    assert sent(page) == [S, ("approve", ["l1", "l2"])]
    press(page, "u")
    expect(page.get_by_role("status")).to_have_text("2 decisions taken back, 5 remaining")


def test_a_lost_answer_does_not_silence_what_waits(show: Show) -> None:
    """After three seconds the next one leaves, and so on; a late answer is still an answer."""
    page = show(SMALL)
    page.clock.install()
    page.evaluate("model.silent = true")
    press(page, "a", "r", "s")
    page.clock.run_for(2_900)
    assert sent(page) == [A]
    page.clock.run_for(200)
    assert sent(page) == [A, R]
    expect(page.get_by_role("alert")).to_contain_text("3 decisions not saved yet")
    answer(page)
    assert sent(page) == [A, R, S]
    answer(page)
    expect(page.get_by_role("alert")).to_contain_text("1 decision not saved yet")
    press(page, "j", "r")  # nothing but the lost one is on its way: at once
    assert sent(page)[3:] == [("reject", ["r1"])]
    answer(page)
    answer(page, 1)
    expect(page.get_by_role("alert")).to_be_empty()
    expect(page.locator(".rr-tally")).to_have_text("4 of 6 reviewed · 2 remaining")
    assert page.evaluate("sessionStorage.length") == 0


def test_an_undo_without_an_answer_is_not_called_a_decision(show: Show) -> None:
    """Whether it has happened is not known: it is not said again to another kernel."""
    page = show(SMALL)
    page.clock.install()
    press(page, "a")
    page.evaluate("model.silent = true")
    press(page, "u")
    page.clock.run_for(3_100)
    expect(page.get_by_role("alert")).to_contain_text("whether the last undo has happened")
    page.evaluate(ANEW)
    assert sent(page) == []
    expect(page.get_by_role("alert")).to_be_empty()


@pytest.mark.parametrize(
    ("known", "again"),
    [
        ([], [A, R, S, UNDO]),
        (["approve"], [R, S, UNDO]),
        (["approve", "reject"], [S, UNDO]),
        (["approve", "reject", "skip"], [UNDO]),
        (["approve", "approve", "skip"], [UNDO, R]),  # somebody else decided meanwhile
    ],
)
def test_rows_that_come_anew_are_told_what_they_do_not_show(
    show: Show, known: list[str], again: list[Any]
) -> None:
    """In its order, one at a time, under its own number; an undo still takes back the same step."""
    page = show(SMALL)
    page.evaluate("model.silent = true")
    press(page, "a", "r", "s", "u")
    before = page.evaluate("JSON.parse(Object.values(sessionStorage)[0]).map(told => told.seq)")
    page.evaluate("known => known.forEach((v, row) => { model.columns.verdict[row] = v; })", known)
    page.evaluate(ANEW)
    assert sent(page) == again
    said = page.evaluate("model.sent.map(told => told.seq)")
    assert set(said) <= set(before)
    assert page.evaluate("sessionStorage.length") == 0


def test_only_one_is_on_its_way_when_rows_come_in_the_middle(show: Show) -> None:
    """What was on its way counts as unsent, and an answer that comes after all as an answer."""
    page = show(SMALL)
    page.evaluate("model.silent = true")
    press(page, "a", "r")
    page.evaluate("model.answer({kind: 'ready'})")
    assert sent(page) == [A, A]
    seqs = page.evaluate("model.sent.slice(1).map(told => told.seq)")
    assert seqs[0] == seqs[1]  # by which the kernel knows it again
    answer(page, 1)
    assert sent(page) == [A, A, R]
    answer(page)
    expect(page.locator(".rr-tally")).to_have_text("2 of 6 reviewed · 4 remaining")


def test_a_note_that_was_not_saved_is_said_again(show: Show) -> None:
    """The question is stored, its words are not yet."""
    page = show(SMALL)
    press(page, "?")
    page.evaluate("model.silent = true")
    page.keyboard.type("who?")
    press(page, "Enter")
    page.evaluate(ANEW)
    assert [told["note"] for told in page.evaluate("model.sent")] == ["who?"]
    page.evaluate(ANEW)
    assert sent(page) == []


def test_a_refused_decision_goes_back_visibly_with_the_reason(show: Show) -> None:
    """The row is to do again, chosen and marked, and the kernel's sentence is shown."""
    page = show(SMALL)
    page.evaluate("model.refuse = 'Only one of these can be approved.'")
    press(page, "a")
    expect(page.get_by_role("alert")).to_have_text("Only one of these can be approved.")
    expect(page.locator(".rr-rolled")).to_contain_text("Link Rowan")
    expect(page.locator(".rr-tally")).to_have_text("0 of 6 reviewed · 6 remaining")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_refusal_does_not_undo_a_later_word_on_the_same_action(show: Show) -> None:
    """The reject said after the refused approve stands, until it is refused as well."""
    page = show(SMALL)
    page.get_by_role("button", name="All 6").click()
    page.focus(".rr-list")
    page.evaluate("model.silent = true")
    press(page, "a", "k", "r")
    refuse = "n => model.emit({kind: 'error', seq: model.sent[n].seq, message: 'No.'})"
    page.evaluate(refuse, 1)
    expect(page.locator('.rr-row[data-verdict="reject"]')).to_contain_text("Link Rowan")
    page.evaluate(refuse, 2)
    expect(page.locator('.rr-row[data-verdict="todo"]')).to_have_count(6)


def test_the_undo_of_a_refused_decision_takes_nothing_else_back(show: Show) -> None:
    """It goes with the decision that it was meant for."""
    page = show(SMALL)
    page.evaluate("model.silent = true")
    press(page, "a", "r", "u")
    answer(page)
    page.evaluate("model.refuse = 'No.'")
    answer(page)
    assert sent(page) == [A, R]
    expect(page.get_by_role("alert")).to_have_text("No.")
    expect(page.locator(".rr-tally")).to_have_text("1 of 6 reviewed · 5 remaining")
    expect(page.locator(".rr-saved")).to_contain_text("saved ")


def test_without_an_answer_the_footer_warns_and_nothing_is_lost(show: Show) -> None:
    """After three seconds it says so; the next kernel is told again, without any name stored."""
    page = show(SMALL)
    page.clock.install()
    page.evaluate("model.silent = true")
    press(page, "a", "r")
    page.clock.run_for(2_000)
    expect(page.get_by_role("alert")).to_be_empty()
    page.clock.run_for(1_100)
    expect(page.get_by_role("alert")).to_contain_text("2 decisions not saved yet")
    kept = page.evaluate("Object.values(sessionStorage).join()")
    assert "l1" in kept
    assert "Rowan" not in kept
    page.evaluate("() => { model.silent = false; model.sent = []; model.answer({kind: 'ready'}); }")
    assert sent(page) == [("approve", ["l1"]), ("reject", ["l2"])]
    page.clock.run_for(10)
    expect(page.get_by_role("alert")).to_be_empty()
    assert page.evaluate("sessionStorage.length") == 0


def test_what_the_kernel_already_knows_is_not_sent_twice(show: Show) -> None:
    """Only the answer was lost: the rows show the decision, so it is not repeated."""
    page = show(SMALL)
    page.evaluate("model.silent = true")
    press(page, "a")
    page.evaluate(
        """() => {
          model.silent = false; model.sent = [];
          model.columns.verdict[0] = "approve";
          model.answer({kind: "ready"});
        }"""
    )
    assert sent(page) == []
    expect(page.locator(".rr-tally")).to_have_text("1 of 6 reviewed · 5 remaining")


class Told(ReviewWidget):
    """The widget's end in the kernel; keeps what it would send to the page."""

    def __init__(self, review: Review) -> None:
        self.sent: list[dict[str, Any]] = []
        super().__init__(review, by="Ann")

    def send(self, content: dict[str, Any], buffers: Sequence[bytes] | None = None) -> None:
        """What is sent last, without its rows."""
        self.sent.append(content)


@pytest.fixture
def kernel(tmp_path: Path) -> Told:
    """The widget over an empty workspace."""
    log = Workspace.open(tmp_path / "acme.recon.sqlite")
    return Told(Review(SMALL, log, lambda: datetime.now(UTC)))


def decide(kernel: Told, seq: str, action_id: str, verdict: str) -> dict[str, Any]:
    """The kernel's answer to one decision."""
    digests = [SMALL.digests()[action_id]]
    said = {"kind": "decide", "seq": seq, "ids": [action_id], "digests": digests}
    kernel._handle_custom_msg({**said, "decision": verdict, "note": ""}, [])
    return kernel.sent[-1]


def undo(kernel: Told, seq: str, after: str | None) -> dict[str, Any]:
    """The kernel's answer to one undo."""
    kernel._handle_custom_msg({"kind": "undo", "seq": seq, "after": after}, [])
    return kernel.sent[-1]


def test_the_kernel_carries_out_once_what_it_hears_twice(kernel: Told) -> None:
    """The second answer says what stands by then."""
    assert decide(kernel, "1p", "l1", "approve")["states"] == {"l1": ("approve", "")}
    decide(kernel, "2p", "l1", "reject")
    assert decide(kernel, "1p", "l1", "approve")["states"] == {"l1": ("reject", "")}
    for _ in range(2):
        told = undo(kernel, "3p", "2p")
        assert (told["states"], told["undone"]) == ({"l1": ("approve", "")}, 1)
    verdicts = [said.verdict for said in kernel._review._log.decisions(SMALL.id)]
    assert verdicts == ["approve", "reject", "clear", "approve"]


def test_the_kernel_takes_nothing_back_before_the_step_has_come(kernel: Told) -> None:
    """An undo that overtook its step would take back the one before; a refused step has come."""
    decide(kernel, "1p", "r1", "approve")
    assert "has not arrived yet" in undo(kernel, "3p", "2p")["message"]
    assert "Only one of these" in decide(kernel, "2p", "r2", "approve")["message"]
    assert "Only one of these" in decide(kernel, "2p", "r2", "approve")["message"]
    assert undo(kernel, "4p", "2p")["states"] == {"r1": ("", "")}
    assert undo(kernel, "5q", None)["undone"] == 0
