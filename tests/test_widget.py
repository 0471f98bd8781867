"""The review widget in a real browser, with a small stand-in for the kernel's end of the wire."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from review_keys import DARK, LIGHT, SMALL, Show, press, sent
from review_plan import action, believable_plan, plan_of

from recon.widgets import lab
from recon.widgets.progress import progress

pytest_plugins = ("browser", "review_page")
pytestmark = pytest.mark.browser


def test_one_key_decides_and_goes_on_to_the_next(show: Show) -> None:
    """All keys that decide arrive as what they say, for the row that was shown."""
    page = show(SMALL)
    press(page, "a", "r", "s", "j", "a")
    assert sent(page) == [
        ("approve", ["l1"]),
        ("reject", ["l2"]),
        ("skip", ["l3"]),
        ("approve", ["r1"]),
    ]
    expect(page.locator(".rr-tally")).to_have_text("4 of 6 reviewed · 2 remaining")
    expect(page.get_by_role("status")).to_have_text("Link Vertex 1: approved, 2 remaining")
    expect(page.locator(".rr-saved")).to_contain_text("saved ")


def test_what_is_decided_carries_the_digest_that_was_shown(show: Show) -> None:
    """An approval can be bound to exactly what the person saw."""
    page = show(SMALL)
    press(page, "a")
    assert page.evaluate("model.sent.at(-1).digests") == [SMALL.digests()["l1"]]


def test_undo_brings_the_last_step_back_and_puts_the_cursor_on_it(show: Show) -> None:
    """Backspace is the same as u."""
    page = show(SMALL)
    press(page, "a", "x", "u")
    expect(page.get_by_role("status")).to_have_text("Link Kestrel taken back, 5 remaining")
    expect(page.locator('[aria-selected="true"]')).to_contain_text("Link Kestrel")
    press(page, "Backspace")
    expect(page.locator(".rr-tally")).to_have_text("0 of 6 reviewed · 6 remaining")


def test_everything_can_be_done_with_the_mouse(show: Show) -> None:
    """Choose, approve, reject, undo, and go back to a recent decision."""
    page = show(SMALL)
    page.get_by_role("option", name="Create Umber").click()
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_role("button", name="Reject", exact=True).click()
    assert sent(page) == [("approve", ["c1"]), ("reject", ["r1"])]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".rr-tally")).to_contain_text("5 remaining")
    page.locator(".rr-past", has_text="Create Umber").click()
    expect(page.get_by_role("heading", level=3)).to_have_text("Create Umber")
    expect(page.locator(".rr-state")).to_have_text("✓ Approved")


def test_asking_is_stored_at_once_and_the_question_follows(show: Show) -> None:
    """The note is typed where the keys are letters again."""
    page = show(SMALL)
    press(page, "?")
    page.keyboard.type("same as Rowan & Sons? ask r")
    press(page, "Enter", "j")
    assert [t.get("note") for t in page.evaluate("model.sent.slice(1)")] == [
        "",
        "same as Rowan & Sons? ask r",
    ]
    expect(page.locator('[aria-selected="true"]')).to_contain_text("Link Tidal")


BREAKS = plan_of(
    action("b1", "move", title="Move Rowan", confirm="disconnect Invoice 11, invoice 12"),
    action("l1", title="Link Kestrel"),
)


def test_what_breaks_links_is_approved_once_its_note_says_which(show: Show) -> None:
    """The key leads to the field, which says what is missing; Enter there approves."""
    page = show(BREAKS)
    press(page, "a")
    assert sent(page) == []
    field = page.get_by_label("Note that names the links")
    expect(field).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Write disconnect Invoice 11, invoice 12")
    expect(page.locator(".rr-breaks p")).to_contain_text("disconnect Invoice 11, invoice 12")
    page.keyboard.type("disconnect invoice 11, x")
    press(page, "Enter")
    assert sent(page) == []
    expect(field).to_have_attribute("aria-invalid", "true")
    press(page, "Backspace")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    page.keyboard.type(" Invoice  12 (Ann knows)")
    press(page, "Enter", "a")
    assert sent(page) == [("approve", ["b1"]), ("approve", ["l1"])]
    notes = [told.get("note") for told in page.evaluate("model.sent.slice(1)")]
    assert notes == ["disconnect invoice 11,  Invoice  12 (Ann knows)", ""]


def test_a_note_that_is_being_written_outlives_looking_elsewhere(show: Show) -> None:
    """The mouse does as well, other verdicts need no note, and a question's note counts."""
    page = show(BREAKS)
    press(page, "a")
    page.keyboard.type("disconnect invoice 11")
    press(page, "Escape", "j", "k")
    expect(page.get_by_label("Note that names the links")).to_have_value("disconnect invoice 11")
    page.get_by_label("Note that names the links").fill("disconnect invoice 11, invoice 12")
    page.get_by_role("button", name="Approve", exact=True).click()
    assert sent(page) == [("approve", ["b1"])]
    press(page, "u")
    expect(page.locator(".rr-tally")).to_contain_text("2 remaining")
    press(page, "r")
    assert sent(page)[-1] == ("reject", ["b1"])

    page.evaluate("model.columns.note[0] = 'disconnect invoice 11, invoice 12'")
    page.evaluate("model.columns.verdict[0] = 'ask'; model.answer({kind: 'ready'})")
    page.locator('[data-state="all"]').click()
    page.get_by_role("option", name="Move Rowan").click()
    press(page, "a")
    assert sent(page)[-1] == ("approve", ["b1"])


def test_what_breaks_links_is_named_as_text(show: Show) -> None:
    """Numbers of invoices come from the books."""
    hostile = "disconnect invoice <img src=x onerror='document.title=1'>"
    page = show(plan_of(action("b1", "move", confirm=hostile)))
    press(page, "a")
    expect(page.locator(".rr-words")).to_have_text(hostile)
    assert page.locator(".recon-review img").count() == 0
    page.keyboard.type(hostile)
    press(page, "Enter")
    assert sent(page) == [("approve", ["b1"])]
    assert page.title() == "Review"


def test_filters_by_state_kind_band_and_text_combine(show: Show) -> None:
    """The counts beside the states follow the other filters."""
    page = show(SMALL)
    page.select_option('select[aria-label="Action"]', "link")
    page.select_option('select[aria-label="Match"]', "close")
    expect(page.locator(".rr-row")).to_have_text(
        ["○To do. linkcloseLink Kestrel", "○To do. linkcloseLink Tidal"]
    )
    page.focus(".rr-list")
    press(page, "/")
    page.keyboard.type("tid")
    press(page, "Enter", "r")
    assert sent(page) == [("reject", ["l3"])]
    expect(page.locator(".rr-empty")).to_be_visible()
    page.get_by_role("button", name="Rejected 1").click()
    expect(page.locator('[aria-selected="true"]')).to_contain_text("Link Tidal")


def test_bulk_approves_what_is_shown_of_one_kind_after_one_question(show: Show) -> None:
    """The button counts; rivals and single ones are left out; one undo takes all back."""
    page = show(SMALL)
    bulk = page.locator(".rr-bulk")
    expect(bulk).to_be_disabled()
    page.select_option('select[aria-label="Action"]', "link")
    expect(bulk).to_have_text("Approve 2 shown…")
    bulk.click()
    assert sent(page) == []
    expect(page.get_by_role("dialog")).to_contain_text("3 more are left out")
    press(page, "Escape")
    bulk.click()
    page.get_by_role("button", name="Approve 2", exact=True).click()
    assert sent(page) == [("approve", ["l1", "l2"])]
    press(page, "u")
    expect(page.get_by_role("status")).to_have_text("2 decisions taken back, 6 remaining")


def test_candidates_are_one_key_away(show: Show) -> None:
    """1 and 2 go to the rivals; the detail says which of how many."""
    page = show(SMALL)
    page.get_by_role("option", name="Link Vertex 1").click()
    expect(page.locator(".rr-candidates")).to_contain_text("1 of 2 candidates")
    press(page, "2")
    expect(page.get_by_role("heading", level=3)).to_have_text("Link Vertex 2")
    press(page, "1", "a")
    assert sent(page) == [("approve", ["r1"])]


def test_help_and_its_way_back(show: Show) -> None:
    """H opens it, Escape closes it, and letters then decide again."""
    page = show(SMALL)
    press(page, "h")
    expect(page.get_by_role("dialog")).to_contain_text("ask a colleague")
    press(page, "a", "Escape", "a")
    assert sent(page) == [("approve", ["l1"])]


def test_keys_with_a_modifier_are_the_browsers(show: Show) -> None:
    """Ctrl+A or Cmd+R decide nothing."""
    page = show(SMALL)
    press(page, "Control+a", "Alt+r", "Meta+s")
    assert sent(page) == []


def test_what_speaks_for_and_against_is_drawn_to_scale(show: Show) -> None:
    """A bar a reason, longest first, to the left what speaks against; small ones are one bar."""
    told = (("name", 9.0), ("phone", -4.5), ("place", 0.4), ("SKU", 0.3), ("e-mail", 6.0))
    page = show(plan_of(action("w", weighed=told, evidence=("same name", "but another phone"))))
    said = [row.inner_text().split("\t") for row in page.locator(".rr-scales tr").all()]
    assert [(row[0].strip(), row[-1].strip()) for row in said] == [
        ("name", "+9.0"), ("e-mail", "+6.0"), ("phone", "\u22124.5"), ("all else", "+0.7"),
    ]  # fmt: skip
    bars = [bar.bounding_box() for bar in page.locator(".rr-bit").all()]
    assert bars[0]["width"] == pytest.approx(2 * bars[2]["width"], rel=0.02)
    assert bars[2]["x"] + bars[2]["width"] == pytest.approx(bars[0]["x"], abs=1)
    expect(page.locator(".rr-scales summary")).to_contain_text("+11.2 bits, 2,353 to 1")
    expect(page.locator(".rr-against")).to_have_text("\u2212another phone")
    page.locator(".rr-scales summary").click()
    press(page, "?", "Escape")
    expect(page.locator(".rr-scales table")).to_be_hidden()


HOSTILE = {
    "markup": '<img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script>',
    "right to left": "\u202emoc.elpmaxe@pa\u202c عميل",
    "long": "Kestrel " * 1_250,
    "emoji": "🧑‍🚀 Rocket & Söhne 🚀",
    "lone surrogate": "broken \ud83d name",
}


def test_names_are_text_whatever_they_hold(show: Show) -> None:
    """Markup never runs, invisible characters are shown, and long names do not break the list."""
    plan = plan_of(
        *(
            action(
                f"h{i}", title=name, evidence=(f"+ {name}",), band=name[:40],
                compare={f"Name {name[:9]}": (name, name[:-2] + "x"), "Name": (name, "b" + name)},
            )
            for i, name in enumerate(HOSTILE.values())
        )
    )  # fmt: skip
    page = show(plan)
    press(page, *"jjjjj")
    page.locator(".rr-row").nth(1).click()
    expect(page.locator(".rr-hidden").first).to_have_text("U+202E")
    press(page, "?", "Escape", "a", "r", "s")
    page.locator(".rr-bulk").click()
    assert page.evaluate("window.__pwned") is None
    assert page.locator(".recon-review img, .recon-review script").count() == 0
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def marked(page: Page, left: str, right: str) -> list[str]:
    """Both sides with what differs in brackets."""
    code = """([a, b]) => widget_module.difference(a, b).map(side =>
      side.map(([run, differs]) => differs ? `[${run.join("")}]` : run.join("")).join(""))"""
    return list(page.evaluate(code.replace("widget_module", "window.widget"), [left, right]))


@pytest.mark.parametrize(
    ("left", "right", "shows"),
    [
        ("Kestrel Foods", "Kestrl Foods", ["Kestr[e]l Foods", "Kestrl Foods"]),
        ("Acme", "Acme ", ["Acme", "Acme[ ]"]),
        ("Salem", "Tacoma", ["[Salem]", "[Tacoma]"]),
        ("👩‍👩‍👧 Ltd", "👩‍👩‍👦 Ltd", ["[👩‍👩‍👧] Ltd", "[👩‍👩‍👦] Ltd"]),
        ("same", "same", ["same", "same"]),
    ],
)
def test_differing_letters_are_marked(show: Show, left: str, right: str, shows: list[str]) -> None:
    """By letters as people see them; two quite different words are marked whole."""
    assert marked(show(SMALL), left, right) == shows


@pytest.mark.parametrize(
    ("left", "right", "same", "note"),
    [
        ("8187.34", "1932.28", False, "\u22126,255.06"),
        ("0.10", "0.3", False, "+0.20"),
        ("1060.13", "1060.1300", True, ""),
        ("999999999999999.9999", "1000000000000000.00", False, ""),
        ("INV-1", "INV-2", False, ""),
        ("1001", "1002", False, ""),
        ("2026-02-27", "2026-03-01", False, "2 days later"),
        ("555-0102", "(555) 0102", True, "same digits"),
    ],
)
def test_amounts_days_and_phones_are_compared_as_what_they_are(
    show: Show, left: str, right: str, same: bool, note: str
) -> None:
    """Amounts exactly, days as days, phone numbers by digits; numbers of documents stay text."""
    page = show(SMALL)
    found = page.evaluate("([a, b]) => window.widget.relation(a, b)", [left, right])
    assert found == {"same": same, "note": note}


def test_ten_thousand_actions_stay_quick_and_reachable(show: Show) -> None:
    """Few rows are in the page, the last is reachable, and one key is repainted within 100 ms."""
    page = show(believable_plan(10_000))
    press(page, "End")
    active = page.get_attribute(".rr-list", "aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-posinset", "10000")
    assert page.locator(".rr-row").count() < 60
    press(page, "Home")
    took = page.evaluate(
        """() => {
          const list = document.querySelector(".rr-list"), times = [];
          for (let i = 0; i < 9; i += 1) {
            const start = performance.now();
            list.dispatchEvent(new KeyboardEvent("keydown", {key: "a", bubbles: true}));
            list.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[4];
        }"""
    )
    assert took < 100


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("width", [1180, 340])
def test_no_accessibility_rule_is_broken(show: Show, theme: str, width: int) -> None:
    """Contrast, names, roles and focus by axe-core, in both themes, wide and narrow."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    breaks = {"merge": "disconnect invoice 11"}
    plan = believable_plan(60)
    actions = tuple(replace(each, confirm=breaks.get(each.kind, "")) for each in plan.actions)
    page = show(replace(plan, actions=actions), theme)
    page.set_viewport_size({"width": width, "height": 900})
    press(page, "a", "r", "s", "?", "Escape")
    for state in ("All", "Ask", "To do"):
        page.locator(".rr-tabs button", has_text=state).click()
        if state == "To do":
            page.get_by_label("Action", exact=True).select_option("merge")
            expect(page.locator(".rr-breaks")).to_be_visible()
        broken = axe.run(page, "main").response["violations"]
        assert not [(v["id"], [n["html"] for n in v["nodes"]]) for v in broken]
    page.evaluate("model.silent = true")
    press(page, "h")
    assert not axe.run(page, "main").response["violations"]


def test_progress_outside_a_notebook_is_a_line_for_every_tenth() -> None:
    """A thousand steps are eleven lines, and an unknown total one for every thousand."""
    out = io.StringIO()
    told = progress(out)
    for done in range(1_001):
        told("Pulling customers", done, 1_000)
    lines = out.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[-1] == "Pulling customers: 1,000 of 1,000"
    told("Pulling invoices", 2_500, None)
    assert out.getvalue().endswith("Pulling invoices: 2,500\n")


def test_lab_starts_on_this_machine_with_its_token_and_without_news(tmp_path: Path) -> None:
    """The start notebook opens when there is one."""
    argv, env = lab.lab_command(tmp_path)
    assert "--LabApp.default_url=/lab/tree" in argv
    assert "--ServerApp.ip=127.0.0.1" in argv
    assert not [word for word in argv if "token" in word]
    config = Path(env["JUPYTER_CONFIG_PATH"].split(":")[0])
    assert (config / "labconfig" / "page_config.json").is_file()
    (tmp_path / "00_start.ipynb").touch()
    assert "--LabApp.default_url=/doc/tree/00_start.ipynb" in lab.lab_command(tmp_path)[0]
