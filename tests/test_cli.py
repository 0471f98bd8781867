"""The command line as an accountant meets it: the main flow, the contracts, and bad input."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import requests
from openpyxl import load_workbook

from recon.cli import main
from recon.qbo.client import sandbox_client
from recon.sandbox.demo import demo_company
from recon.sandbox.server import Sandbox
from recon.sandbox.serving.gateway import Injected

RECON = [sys.executable, "-m", "recon"]


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def recon(*words: object, ok: bool = True) -> Said:
    """Run a command to its end, in this process: starting Python costs more than the command."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["recon", *map(str, words)])
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    assert (code == 0) is ok, err.getvalue()
    return Said(code, out.getvalue(), err.getvalue())


def told(*words: object) -> Any:
    """What a command says to machines: its last line."""
    return json.loads(recon(*words, "--json").stdout.splitlines()[-1])


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Path]:
    """A folder with the app's exports and the description of a running company."""
    demo = demo_company(40, 3)
    demo.app.write_exports(tmp_path / "exports")
    with Sandbox(demo.company, admin=True) as sandbox:
        (tmp_path / "qbo.json").write_text(json.dumps(sandbox.describe()), encoding="utf-8")
        yield tmp_path


@pytest.fixture
def opened(company: Path) -> Path:
    """A workspace of that company, both sides pulled."""
    workspace = company / "books.recon"
    recon("open", workspace, "--app", company / "exports", "--qbo", company / "qbo.json")
    recon("pull", workspace)
    return workspace


def test_the_main_flow_from_the_pull_to_the_papers(opened: Path) -> None:
    """Forecast, plan, approval, apply, verify and report, one command after the other."""
    outcomes = told("forecast", opened)
    assert {"link", "create", "refuse"} <= {row["outcome"] for row in outcomes}
    assert told("check", opened)
    plan = told("propose", opened)
    recon("review", opened, "--advised", "--by", "Ann")
    decided = [row for row in told("review", opened) if row["verdict"] == "approve"]
    assert 0 < len(decided) <= len(plan)
    applied = told("apply", opened)
    assert applied["done"] > 0
    assert applied["refused"] == 0
    again = told("apply", opened)
    assert again["done"] == 0
    seen = told("verify", opened)
    assert {row["check"] for row in seen} == {"verified"}
    papers = told("report", opened, "--out", opened.parent / "papers", "--by", "Ann")
    assert all(Path(path).stat().st_size > 10_000 for path in papers.values())
    now = [row["outcome"] for row in told("forecast", opened)]
    left = sum(outcome not in {"link", "create"} for outcome in now)
    assert left
    sheet = load_workbook(papers["xlsx"], read_only=True)["What is left"]
    assert sum(str(row[-1]).startswith("app:") for row in sheet.iter_rows(values_only=True)) == left
    page = Path(papers["html"]).read_text(encoding="utf-8")
    assert "as the books were; after the approved changes" in page


def test_the_go_live_sheet_goes_from_the_settings_to_the_next_day(opened: Path) -> None:
    """Each part has its lines; the record that goes first is one of the books' own."""
    steps = told("golive", opened)
    parts = list(dict.fromkeys(step["part"] for step in steps))
    assert parts == ["Before", "Turn it on", "One record first", "The next day"]
    says = " ".join(step["says"] for step in steps)
    (first,) = [s["says"] for s in steps if s["says"].startswith("Send invoice ")]
    number = first.removeprefix("Send invoice ").partition(" of ")[0]
    outcomes = {row["ref"]: row["outcome"] for row in told("forecast", opened)}
    assert outcomes[f"app:invoice:{number}"] == "create"
    assert "Settings > Account Management" in says
    assert "recon backtest" in says
    assert "sends_from" in says
    assert "1. " in recon("golive", opened).stdout


_HEEDS_CTRL_C = (  # which a shell's background jobs, and whatever they start, ignore
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from recon.cli import main; main()"
)


def stopped(workspace: Path, sandbox: Sandbox, command: str, route: str) -> subprocess.Popen[str]:
    """A command that got Ctrl-C while QuickBooks held back an answer; ended."""
    before = sandbox.counters().get(route, 0)
    sandbox.inject(route, Injected(delay_s=5))
    running = subprocess.Popen(
        [sys.executable, "-c", _HEEDS_CTRL_C, command, str(workspace)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while sandbox.counters().get(route, 0) == before:
        assert running.poll() is None, running.communicate()
        sleep(0.02)
    running.send_signal(signal.SIGINT)
    return running


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console")
def test_ctrl_c_ends_in_a_sentence_and_nothing_is_lost_or_done_twice(company: Path) -> None:
    """While pulling nothing is kept; while applying every approved write takes effect once."""
    demo = demo_company(40, 3)
    workspace = company / "stopped.recon"
    with Sandbox(demo.company, admin=True) as sandbox:
        (company / "own.json").write_text(json.dumps(sandbox.describe()), encoding="utf-8")
        recon("open", workspace, "--app", company / "exports", "--qbo", company / "own.json")
        pulling = stopped(workspace, sandbox, "pull", "POST query")
        _, err = pulling.communicate(timeout=60)
        assert (pulling.returncode, "Traceback" in err) == (130, False)
        assert "Nothing of this read was kept" in err
        assert "holds no records" in one_sentence(recon("check", workspace, ok=False))
        recon("pull", workspace)
        recon("propose", workspace)
        recon("review", workspace, "--advised", "--by", "Ann")
        applying = stopped(workspace, sandbox, "apply", "POST batch")
        _, err = applying.communicate(timeout=60)
        assert (applying.returncode, "Traceback" in err) == (130, False)
        assert "say the same again, and it goes on" in err
        assert told("apply", workspace)["refused"] == 0
        assert {row["check"] for row in told("verify", workspace)} == {"verified"}
        renamed = [event["id"] for event in sandbox.events() if event["status"] == 200]
        assert len(renamed) == len(set(renamed))


def test_the_plan_is_rehearsed_before_it_is_sent(opened: Path) -> None:
    """Approved advice is tried out on a twin; apply says so, and the papers show it."""
    told("propose", opened)
    recon("review", opened, "--advised", "--by", "Ann")
    tried = told("rehearse", opened)
    assert tried["complete"]
    assert tried["with_plan"]["differences"] == tried["without_plan"]["differences"] == []
    assert tried["with_plan"]["agreed"] == tried["with_plan"]["of"]
    refused = [tried[run]["outcomes"].get("refuse", 0) for run in ("without_plan", "with_plan")]
    assert refused[0] > refused[1]
    papers = told("report", opened, "--out", opened.parent / "papers", "--by", "Ann")
    assert "Rehearsal timeline" in Path(papers["html"]).read_text(encoding="utf-8")
    assert "Rehearsed on" in recon("apply", opened).stderr
    missed = told("backtest", opened)  # no sync has run: what it would have made is missing
    assert sum(missed["true"].values()) < sum(missed["records"].values())
    (kept,) = told("backtest", opened, "--record")
    assert kept["records"] == sum(missed["records"].values())


def test_lists_alone_cannot_be_rehearsed(german: Path) -> None:
    """One sentence says why; nothing is made up."""
    workspace = german / "books.recon"
    recon("open", workspace, "--app", german / "exports", "--qbo", german / "qbo",
          "--set", "clients:name=Kunde")  # fmt: skip
    recon("pull", workspace)
    refused = one_sentence(recon("rehearse", workspace, ok=False))
    assert "a company cannot be made of them" in refused


def test_hand_work_is_listed_ticked_off_and_undone(opened: Path) -> None:
    """Actions are decided one by one; what was applied can be taken back by another plan."""
    plan = told("propose", opened)
    renames = [row["id"] for row in plan if row["kind"] == "rename" and row["bulk"]]
    recon("review", opened, "--approve", renames[0], "--by", "Ann")
    recon("review", opened, "--undo", "--by", "Ann")
    assert told("review", opened)[0]["verdict"] != "approve"
    bundle = next(row["id"] for row in plan if row["title"].startswith("Rename bundle"))
    for action in (renames[0], bundle):
        recon("review", opened, "--approve", action, "--by", "Ann")
    said = plain(recon("apply", opened))
    assert "1 done, 0 refused, 1 by hand" in said
    assert "2. Edit the bundle" in said
    assert "Then: " in said
    assert told("apply", opened)["by_hand"] == 1
    sheet = opened.parent / "hand-work.csv"
    assert told("sheet", opened, "--out", sheet)["pieces"] == 1  # a rename goes through the API
    assert sheet.read_text(encoding="utf-8-sig").startswith("Number,Id,Where")
    recon("pull", opened)
    assert isinstance(told("made", opened, "--since", "2026-11-20"), list)
    assert "has to survive" in plain(recon("made", opened))
    back = told("undo", opened)
    recon("review", opened, "--approve", back[0]["id"], "--by", "Ann")
    assert told("apply", opened)["done"] == 1


def plain(run: Said) -> str:
    """A table's text without its lines, each run of blanks as one."""
    return " ".join(re.sub("[│┃]", " ", run.stdout).split())


def test_a_misspelt_id_decides_nothing_and_the_whole_plan_can_be_seen(opened: Path) -> None:
    """One wrong id leaves the right one beside it undecided; `--all` shows every id."""
    ids = [row["id"] for row in told("propose", opened)]
    assert len(ids) > 40
    both = ("--approve", ids[0], "--approve", "rename-0", "--by", "Ann")
    assert "nothing was decided" in one_sentence(recon("review", opened, *both, ok=False))
    assert '--by "Ann"' in one_sentence(recon("review", opened, "--skip", ids[0], ok=False))
    assert "nothing that can be taken back" in plain(recon("review", opened, "--undo", "--by", "A"))
    assert not any(row["verdict"] for row in told("review", opened))
    first = plain(recon("review", opened))
    assert f"and {len(ids) - 40} more" in first
    assert set(re.findall(r"\w+-[0-9a-f]{10}", plain(recon("review", opened, "--all")))) == set(ids)
    said = recon("review", opened, "--skip", ids[0], "--by", "Ann").stdout.strip()
    assert said == f"1 skipped; {len(ids) - 1} remaining."
    assert ids[0] not in plain(recon("review", opened)), "what is undecided comes first"


def test_what_verify_misses_is_told_by_name_whatever_else_was_kept(
    opened: Path, company: Path
) -> None:
    """A promise that the books do not keep is shown in words; kept ones are counted only."""
    recon("propose", opened)
    assert "Nothing of this plan was approved" in plain(recon("verify", opened))
    recon("review", opened, "--advised", "--by", "Ann")
    recon("apply", opened)
    kept = len(told("verify", opened))
    assert plain(recon("verify", opened)) == f"{kept} verified"
    renamed = next(r for r in told("verify", opened) if "Rename" in r["says"])
    number = renamed["ref"].rpartition(":")[2]
    with sandbox_client(json.loads((company / "qbo.json").read_text(encoding="utf-8"))) as client:
        now = client.read("Customer", number)
        client.update("Customer", {**now, "DisplayName": "Somebody Else"})
    missed = plain(recon("verify", opened))
    assert missed.startswith(f"1 not as promised, {kept - 1} verified")
    assert "Somebody Else" in missed
    assert renamed["ref"] not in missed


def test_settings_are_kept_in_the_workspace(opened: Path) -> None:
    """Where a second person must sign, approval alone sends nothing, also tomorrow."""
    assert told("settings", opened)["second_person"] is False
    for wrong, says in (
        ("wolves=3", 'no setting "wolves"'),
        ("max_changed_share=7", '"7" cannot be the setting max_changed_share: it takes a number'),
        ("sends_from=soon", "it takes a day, such as 2026-03-01"),
        ("second_person=perhaps", "it takes true or false"),
    ):
        assert says in one_sentence(recon("settings", opened, "--set", wrong, ok=False))
    shown = recon("settings", opened, "--set", "second_person=true").stdout
    assert "reviewer who is not the preparer" in " ".join(shown.replace("│", " ").split())
    assert told("settings", opened)["second_person"] is True
    recon("propose", opened)
    recon("review", opened, "--advised", "--by", "Ann")
    assert "signed by a second person" in one_sentence(recon("apply", opened, ok=False))
    approved = [row["id"] for row in told("review", opened) if row["verdict"] == "approve"]
    recon("review", opened, "--sign", approved[0], "--by", "Bea")
    assert sum(told("apply", opened).values()) <= 2


def test_nothing_is_sent_that_nobody_approved(opened: Path) -> None:
    """A plan without an approval is refused in one sentence."""
    recon("propose", opened)
    refused = recon("apply", opened, ok=False)
    assert "Nothing in the newest plan is approved" in one_sentence(refused)


def one_sentence(run: Said | subprocess.CompletedProcess[str]) -> str:
    """What a refused command says: a sentence, no traceback, exit code 2."""
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    said = " ".join(run.stderr.split())
    assert "recon: " in said
    return said.split("recon: ", 1)[1]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("clients.csv", b"", "clients.csv"),
        ("clients.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "clients.csv"),
        ("clients.csv", b"Colour,Shape\nred,round\n", "No file that can be used"),
        ("invoices.csv", b"Client Name,Invoice Amount,Invoice Date\nAcme,5,2026-01-02\n", "file"),
        ("invoices.csv", b"Client Name,Client Number,Amount\nAcme,1,5\n", "the number. Export it"),
        ("payments.csv", b"Payment Amount,Payment Date\n5,2026-01-02\n", "the customer name."),
        ("notes.md", b"Buy milk.", "Put the exports there, as CSV or XLSX: clients, products,"),
    ],
    ids=["empty", "wrong", "other", "column", "number", "client", "nothing"],
)
def test_a_bad_file_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    """An empty file, a wrong one, a missing column: named, exit code 2, no workspace."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / name).write_bytes(content)
    (tmp_path / "qbo").mkdir()
    refused = recon(
        "open", tmp_path / "books.recon", "--app", tmp_path / "exports", "--qbo",
        tmp_path / "qbo", ok=False,
    )  # fmt: skip
    assert says in one_sentence(refused)
    assert not (tmp_path / "books.recon").exists()


@pytest.fixture
def german(tmp_path: Path) -> Path:
    """A folder with a client list that recon cannot read by itself, and QuickBooks' lists."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "qbo").mkdir()
    write = (tmp_path / "exports" / "kunden.csv").write_text
    write("Kunde,Kontakt,Stadt\nMüller GmbH,a@example.com,Ulm\n", encoding="utf-8")
    customers = "Customer full name,Email\nMüller GmbH,a@example.com\n"
    (tmp_path / "qbo" / "customers.csv").write_text(customers, encoding="utf-8")
    return tmp_path


def test_columns_are_shown_corrected_and_remembered(german: Path) -> None:
    """A file in another language is read as a person says, also when it is exported again."""
    workspace, files = german / "books.recon", german / "exports"
    sides = ("--app", files, "--qbo", german / "qbo")
    assert "clients:name=COLUMN" in one_sentence(recon("open", workspace, *sides, ok=False))
    recon("open", workspace, *sides, "--set", "clients:name=Kunde")
    read = {(row["file"], row["field"]): row["column"] for row in told("columns", workspace)}
    assert read["kunden.csv", "name"] == "Kunde"
    assert read["kunden.csv", "email"] == ""

    shown = recon("columns", workspace, "--set", "clients:email=Kontakt").stdout
    assert "set by hand" in shown
    assert "Not read: Stadt" in shown
    (files / "kunden.csv").rename(files / "kunden-2.csv")
    assert told("pull", workspace)["app"]["customers"] == 1
    assert [row["outcome"] for row in told("forecast", workspace)] == ["link"]


def test_a_template_is_written_and_never_over_a_file(tmp_path: Path) -> None:
    """One empty list a kind; a second time nothing."""
    assert told("template", "workiz", tmp_path / "w")["written"][0] == "clients.csv"
    assert "nothing, all" in recon("template", "workiz", tmp_path / "w").stdout
    assert "There are generic_batch" in recon("template", "invoiceninja", tmp_path, ok=False).stderr


def test_a_column_that_is_not_there_is_refused(german: Path) -> None:
    """The sentence names the columns; what was said before stays as it was."""
    workspace = german / "books.recon"
    recon("open", workspace, "--app", german / "exports", "--qbo", german / "qbo",
          "--set", "clients:name=Kunde")  # fmt: skip
    before = told("columns", workspace)
    for said, says in (
        ("clients:email=Post", 'No file has a column "Post". There are kunden.csv: Kunde, Kontakt'),
        ("clients:wolf=Kunde", 'no field "wolf" of clients'),
        ("wolves:name=Kunde", "no kind of file"),
        ("Kunde", "does not say which column is what"),
    ):
        refused = recon("columns", workspace, "--set", said, ok=False)
        assert says in one_sentence(refused)
    assert told("columns", workspace) == before


def test_a_pull_says_what_it_did_not_see(german: Path) -> None:
    """Without a list of vendors the accountant is told what cannot be foreseen."""
    workspace = german / "books.recon"
    recon("open", workspace, "--app", german / "exports", "--qbo", german / "qbo",
          "--set", "clients:name=Kunde")  # fmt: skip
    said = recon("pull", workspace).stdout.replace("\n", " ")
    assert "There is no list of vendors" in said
    assert "There is no file of invoices" in said


def test_another_company_is_refused(opened: Path) -> None:
    """A workspace stays with its company: another realm is named and nothing is kept."""
    before = told("forecast", opened)
    other = demo_company(40, 4)
    company = type(other.company)(
        "9130350000000009", other.company.info, other.company.preferences, other.company.records
    )
    with Sandbox(company) as sandbox:
        path = opened.parent / "other.json"
        path.write_text(json.dumps(sandbox.describe()), encoding="utf-8")
        recon("open", opened, "--app", opened.parent / "exports", "--qbo", path)
        refused = recon("pull", opened, ok=False)
    assert "belongs to" in one_sentence(refused)
    assert told("forecast", opened) == before


def test_a_server_that_is_not_there_is_one_sentence(company: Path) -> None:
    """A sandbox that was stopped: what, and what to do."""
    description = json.loads((company / "qbo.json").read_text("utf-8"))
    description["base_url"] = "http://127.0.0.1:9"
    description["discovery_url"] = "http://127.0.0.1:9/.well-known/openid_sandbox_configuration/"
    (company / "gone.json").write_text(json.dumps(description), encoding="utf-8")
    workspace = company / "books.recon"
    recon("open", workspace, "--app", company / "exports", "--qbo", company / "gone.json")
    assert "connect" in one_sentence(recon("pull", workspace, ok=False)).lower()


def test_a_refusal_ends_the_program_with_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    """The same as a program of its own: exit code 2, one sentence on the error channel."""
    run = subprocess.run(
        [*RECON, "forecast", tmp_path / "none.recon"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "There is no workspace none.recon" in one_sentence(run)
    assert run.stdout == ""


def test_a_workspace_that_is_none_is_left_alone(tmp_path: Path) -> None:
    """A spreadsheet named by mistake is refused and not touched; a missing one is not made."""
    file = tmp_path / "list.xlsx"
    file.write_bytes(b"PK\x03\x04 not ours")
    one_sentence(recon("forecast", file, ok=False))
    assert file.read_bytes() == b"PK\x03\x04 not ours"
    one_sentence(recon("forecast", tmp_path / "none.recon", ok=False))
    assert not (tmp_path / "none.recon").exists()


def test_what_the_computer_refuses_is_one_sentence(opened: Path, tmp_path: Path) -> None:
    """Papers where a file lies, a workspace that is a folder, a port in use, a full disk."""
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    said = one_sentence(recon("report", opened, "--out", tmp_path / "taken", ok=False))
    assert said.endswith("taken is a file, not a folder. Name a folder.")
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"
    said = one_sentence(recon("pull", tmp_path, ok=False))
    assert said.endswith("is a folder. Name a file, such as books.recon.")
    assert "no folder" in one_sentence(recon("lab", tmp_path / "nowhere", ok=False))
    assert "nothing was ended" in one_sentence(recon("connect", opened, "--end", ok=False))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        asked = ("sandbox", "--company", "empty", "--port", port)
        assert f"Port {port} is taken" in one_sentence(recon(*asked, ok=False))
    if Path("/dev/full").exists():
        (tmp_path / "list.csv").write_text("id,name\n1,Acme\n2,Acme Inc\n", encoding="utf-8")
        words = ("match", tmp_path / "list.csv", "--within", "--out", "/dev/full")
        assert "the disk is full. Make room" in one_sentence(recon(*words, ok=False))


def test_lists_are_matched_as_programs_export_them(tmp_path: Path) -> None:
    """Columns by their usual names, records by their lines, names beside the ids."""
    ours, theirs, out = (tmp_path / name for name in ("app.csv", "qbo.csv", "pairs.csv"))
    ours.write_text("My clients\nClient Name,E-mail\nAcme Ltd,a@b.example\n", encoding="utf-8")
    theirs.write_text("Customer full name,Email\nBo,b@c.example\nACME Limited,a@b.example\n")
    recon("match", ours, theirs, "--out", out)
    (pair,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))
    assert (pair["left_id"], pair["left_name"]) == ("3", "Acme Ltd")
    assert (pair["right_id"], pair["right_name"]) == ("3", "ACME Limited")
    ours.write_text("a,b\n1,2\n", encoding="utf-8")
    said = one_sentence(recon("match", ours, theirs, "--out", out, ok=False))
    assert "no column that looks like a name" in said


def test_match_writes_pairs_with_the_promised_columns(tmp_path: Path) -> None:
    """Two lists in, pairs out, within one list too, as CSV."""
    left, right, out = tmp_path / "l.csv", tmp_path / "r.csv", tmp_path / "pairs.csv"
    left.write_text("id,display_name,email\n1,Acme Ltd,a@acme.example\n", encoding="utf-8")
    right.write_text(
        "id,display_name,email\n7,ACME Limited,a@acme.example\n8,Bee Co,\n", encoding="utf-8"
    )
    recon("match", left, right, "--kind", "customer", "--out", out)
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {"left_id", "right_id", "match_weight", "match_probability", "band"} <= rows[0].keys()
    assert (rows[0]["left_id"], rows[0]["right_id"]) == ("1", "7")
    recon("match", right, "--within", "--kind", "customer", "--out", out)
    one_sentence(recon("match", left, "--kind", "customer", "--out", out, ok=False))


def test_the_sandbox_describes_itself_and_answers() -> None:
    """The first line is what a client needs; a count comes back over HTTP."""
    with subprocess.Popen(
        [*RECON, "sandbox", "--port", "0", "--company", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout
        said = json.loads(server.stdout.readline())
        answer = requests.get(
            f"{said['base_url']}/v3/company/{said['realm_id']}/query",
            params={"query": "select count(*) from Customer", "minorversion": "75"},
            headers={
                "Authorization": f"Bearer {said['access_token']}",
                "Accept": "application/json",
            },
            timeout=10,
        )
        assert answer.json()["QueryResponse"]["totalCount"] > 0
        server.terminate()


def test_the_app_is_served_beside_the_books_and_connected_to_them() -> None:
    """Three more keys in the first line; an invoice pushed by the app is in QuickBooks."""
    with subprocess.Popen(
        [*RECON, "sandbox", "--invoiceninja", "--set", "invoiceninja.jobs=at_once"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout
        said = json.loads(server.stdout.readline())
        assert {"base_url", "discovery_url", "refresh_token"} < said.keys()
        url, headers = f"{said['invoiceninja_url']}/api/v1", {}
        headers["X-API-TOKEN"] = said["invoiceninja_token"]
        newest = requests.get(f"{url}/invoices", {"per_page": 1}, headers=headers, timeout=10)
        asked = {"entity": "invoice", "id": newest.json()["data"][0]["id"]}
        for action, status in (("force_push", 204), ("check_record", 200)):
            body = {**asked, "action": action}
            answer = requests.post(
                f"{url}/quickbooks/action", json=body, headers=headers, timeout=10
            )
            assert answer.status_code == status
        assert answer.json()["status"] == "synced"
        server.terminate()
    one_sentence(recon("sandbox", "--set", "invoiceninja.jobs=held", ok=False))


def test_a_demo_in_an_app_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    """The sentence says which there are."""
    said = recon("demo", "--app", "nobody", "--out", tmp_path / "d", ok=False)
    assert "There are invoiceninja" in said.stderr


def test_the_demo_ends_in_no_duplicate_and_no_wrong_link(tmp_path: Path) -> None:
    """With two seeds and sizes: counts differ, troubles before, none after, papers written."""
    found = []
    for seed, size in ((11, 40), (12, 50)):
        out = tmp_path / str(seed)
        result = told("demo", "--out", out, "--seed", seed, "--size", size)
        for when in ("before", "after"):
            assert {"link", "create", "duplicate", "wrong_link", "refuse"} <= result[when].keys()
        assert result["before"]["duplicate"] > 0
        assert (result["after"]["duplicate"], result["after"]["wrong_link"]) == (0, 0)
        assert result["after"]["refuse"] == 0
        assert result["not_as_promised"] == 0
        assert result["booked_on_others"]["after"] == 0
        mends = result["mends"]
        assert mends["in_app"] >= 5
        assert mends["in_app_by_hand"] <= 0.05 * mends["in_app"]
        assert mends["by_hand"] <= 0.05 * mends["of"]
        for agreed in result["forecast_agreed"].values():
            assert agreed["agreed"] == agreed["of"]
        assert list(out.glob("*.xlsx"))
        assert list(out.glob("*.html"))
        found.append(result)
    assert found[0]["before"] != found[1]["before"]


def test_lists_alone_are_enough_for_a_forecast(tmp_path: Path) -> None:
    """No API key: the lists that QuickBooks exports, up to a plan and the papers."""
    demo_company(40, 3).app.write_exports(tmp_path / "exports")
    text = (tmp_path / "exports" / "clients.csv").read_text(encoding="utf-8-sig")
    clients = list(csv.DictReader(io.StringIO(text)))
    (tmp_path / "lists").mkdir()
    named = [c for c in clients[:20] if c["Name"]]
    wrong = named[0]["Name"] = f"{named[0]['Name']} x"
    rows = "".join(f'"{c["Name"]}","{c["Email"]}"\n' for c in named)
    (tmp_path / "lists" / "customers.csv").write_text(
        f"Pecan Hollow\nCustomer Contact List\n\nCustomer full name,Email\n{rows}", encoding="utf-8"
    )
    workspace = tmp_path / "books.recon"
    recon("open", workspace, "--app", tmp_path / "exports", "--qbo", tmp_path / "lists")
    recon("pull", workspace)
    outcomes = told("forecast", workspace)
    assert {row["outcome"] for row in outcomes if row["kind"] == "customer"} >= {"link", "create"}
    assert not [row for row in outcomes if row["fault"] == "missing_tax_rate"]
    assert "lists were read" in recon("forecast", workspace).stdout
    plan = told("propose", workspace)
    assert "remaining" in recon("review", workspace).stdout
    rename = next(row for row in plan if row["title"].startswith(f"Rename {wrong} to"))
    recon("review", workspace, "--approve", rename["id"], "--by", "Ann")
    assert f"Open {wrong}, Edit, change the name" in recon("apply", workspace).stdout
    assert told("report", workspace, "--out", tmp_path / "papers")
