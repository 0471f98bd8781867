"""A workspace keeps what it was given, is one company's, and is only ever added to."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import traceback
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from recon.books import Reject, Snapshot
from recon.errors import WorkspaceError
from recon.plan import Action, Decision, Instruction, JournalEntry, LookUp, Plan, Write
from recon.workspace import Binding, Workspace
from recon.workspace.schema import VERSION

NOW = datetime(2026, 11, 22, 12, 30, 1, 234567, tzinfo=UTC)
ENTRY = JournalEntry(NOW, "p1", "w1", "sent", "r1", "42", "hash", {"Id": "7", "names": ["é"]})
DECISION = Decision("p1", "a1", "approve", "Ada", "preparer", "digest", NOW, "seen")


def snapshot(name: str = "A") -> Snapshot:
    """A small snapshot with a line that could not be read."""
    return Snapshot(
        "qbo", "QuickBooks Online", "Acme", "42", "sandbox", NOW,
        {"Customer": [{"Id": "1", "DisplayName": name, "Balance": 0.1}], "Item": []},
        (Reject("clients.csv", 3, "x;y", "two columns"),),
    )  # fmt: skip


def plan(plan_id: str = "p1") -> Plan:
    """A plan with everything that a plan can hold."""
    action = Action(
        "a1", "rename", "app:customer:1", "T", "why", "will", "near_miss",
        evidence=("same e-mail",), compare={"Name": ("A", "B")}, rivals=("a2",), after=("a3",),
    )  # fmt: skip
    write = Write(
        "w1", "a1", "qbo", "update", "Customer", {"Id": "1", "SyncToken": "0"},
        look_up=LookUp("Customer", "DisplayName", "A"),
        instruction=Instruction("App", "anyone", ("click",), ("sync",), {"step": "edit"}),
    )  # fmt: skip
    snapshots = ("s1", "s2")
    return Plan(plan_id, "42", "sandbox", "Acme", "app 1", NOW, snapshots, (action,), (write,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a workspace may be made."""
    return tmp_path / "acme.recon"


def test_everything_comes_back_as_it_was_given(path: Path) -> None:
    """Snapshot, plan, decisions, journal and notes survive closing, equal in every field."""
    with Workspace.open(path) as store:
        store.save_snapshot(snapshot())
        store.save_plan(plan())
        store.decide([DECISION, replace(DECISION, verdict="clear")])
        store.add(ENTRY)
        store.add(replace(ENTRY, state="done"))
        store.set_mapping("clients", {"Client Name": "name"})
        store.note("last", "x")
    with Workspace.open(path, must_exist=True) as store:
        assert store.latest("qbo") == snapshot()
        assert store.latest("app") is None
        assert store.plan() == store.plan("p1") == plan()
        assert store.plan("p2") is None
        assert store.decisions("p1") == [DECISION, replace(DECISION, verdict="clear")]
        assert store.decisions("p2") == []
        assert store.entries("p1") == [
            replace(ENTRY, seq=1), replace(ENTRY, state="done", seq=2),
        ]  # fmt: skip
        assert (store.state("p1", "w1"), store.state("p1", "w2")) == ("done", None)
        assert store.mapping("clients") == {"Client Name": "name"}
        assert store.mapping("items") is None
        assert store.noted("last") == "x"


def test_moments_are_the_same_in_every_zone(path: Path) -> None:
    """A moment told in another zone comes back as the same moment."""
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-7)))
    with Workspace.open(path) as store:
        store.add(replace(ENTRY, at=elsewhere))
        assert store.entries("p1")[0].at == NOW


def test_equal_snapshots_are_kept_once_and_the_newest_is_the_last_pulled(path: Path) -> None:
    """Pulling unchanged books costs nothing, and going back to old books is seen as new."""
    with Workspace.open(path) as store:
        for name in ("A", "B", "A"):
            later = NOW + timedelta(hours=ord(name))
            store.save_snapshot(replace(snapshot(name), taken_at=later))
        newest = store.latest("qbo")
        assert newest is not None
        assert newest.id == snapshot("A").id
    with closing(sqlite3.connect(path)) as file:
        kept = file.execute("SELECT count(records), count(*) FROM snapshot").fetchone()
    assert kept == (2, 3)


@pytest.mark.parametrize("table", ["snapshot", "plan", "decision", "journal"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET seq = 99"])
def test_memory_is_only_added_to(path: Path, table: str, change: str) -> None:
    """Not even another program can quietly change or delete what was said and done."""
    with Workspace.open(path) as store:
        store.save_snapshot(snapshot())
        store.save_plan(plan())
        store.decide([DECISION])
        store.add(ENTRY)
    with (
        closing(sqlite3.connect(path)) as file,
        pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"),
    ):
        file.execute(change.format(table))


def test_a_plan_cannot_be_changed_afterwards(path: Path) -> None:
    """The same plan twice is one; another plan under its id is refused."""
    with Workspace.open(path) as store:
        store.save_plan(plan())
        store.save_plan(plan())
        with pytest.raises(WorkspaceError, match="says something else"):
            store.save_plan(replace(plan(), snapshots=("s1", "s3")))
        store.save_plan(plan("p2"))
        newest = store.plan()
        assert newest is not None
        assert newest.id == "p2"


def test_a_plan_edited_in_the_file_is_refused(path: Path) -> None:
    """Whoever takes the triggers away and edits the text is found out by the digest."""
    with Workspace.open(path) as store:
        store.save_plan(plan())
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DROP TRIGGER plan_no_update")
        file.execute("""UPDATE plan SET body = replace(body, '"Id": "1"', '"Id": "2"')""")
    with Workspace.open(path) as store, pytest.raises(WorkspaceError, match="was changed"):
        store.plan()


def test_decisions_are_kept_all_or_none(path: Path) -> None:
    """A list with a decision that cannot be kept keeps none of it."""
    with Workspace.open(path) as store:
        bad = replace(DECISION, by=None)  # type: ignore[arg-type]
        with pytest.raises(WorkspaceError):
            store.decide([DECISION, bad])
        assert store.decisions("p1") == []


def test_a_workspace_is_one_companys_for_ever(path: Path) -> None:
    """Another company, another kind of company or another app is refused, naming both."""
    with Workspace.open(path) as store:
        assert store.bound() is None
        store.bind("42", "sandbox", "Acme", "invoiceninja")
        store.bind("42", "sandbox", "Acme Ltd, renamed", "invoiceninja")
        with pytest.raises(WorkspaceError, match=r'"Acme" \(company 42.*"Beta" \(company 43'):
            store.bind("43", "sandbox", "Beta", "invoiceninja")
        with pytest.raises(WorkspaceError, match="production"):
            store.bind("42", "production", "Acme", "invoiceninja")
        with pytest.raises(WorkspaceError, match="app other"):
            store.bind("42", "sandbox", "Acme", "other")
        assert store.bound() == Binding("42", "sandbox", "Acme", "invoiceninja")


def test_books_from_files_become_a_company_when_it_is_connected(path: Path) -> None:
    """Files do not know the company's id; its name must agree, then the id is kept."""
    with Workspace.open(path) as store:
        store.bind("", "files", "Acme", "invoiceninja")
        with pytest.raises(WorkspaceError, match="Beta"):
            store.bind("43", "sandbox", "Beta", "invoiceninja")
        store.bind("42", "sandbox", "ACME", "invoiceninja")
        store.bind("", "files", "", "invoiceninja")
        with pytest.raises(WorkspaceError):
            store.bind("43", "sandbox", "Acme", "invoiceninja")


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes")
def test_only_the_owner_may_read(path: Path) -> None:
    """File, log and lock are 0600 while they are in use."""
    with Workspace.open(path) as store, store.applying():
        store.add(ENTRY)
        names = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
    assert len(names) == 4  # file, log, shared memory, lock
    assert set(names.values()) == {0o600}


@pytest.mark.parametrize("content", [b"", b"id;name\n1;A\n", b"SQLite format 3\x00" + b"\x00" * 84])
def test_a_strangers_file_is_left_as_it_is(path: Path, content: bytes) -> None:
    """A file that is no workspace is refused by its header and not touched."""
    path.write_bytes(content)
    with pytest.raises(WorkspaceError, match="not a recon workspace"):
        Workspace.open(path)
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_another_programs_database_is_left_as_it_is(path: Path) -> None:
    """A real database of something else, too."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE meta (key, value)")
    before = path.read_bytes()
    with pytest.raises(WorkspaceError, match="not a recon workspace"):
        Workspace.open(path)
    assert path.read_bytes() == before


def test_a_newer_workspace_asks_for_the_newer_recon(path: Path) -> None:
    """A version that this recon does not know is refused before anything is read."""
    Workspace.open(path).close()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(WorkspaceError, match="newer recon"):
        Workspace.open(path)


def test_a_missing_workspace_or_folder_is_one_sentence(path: Path) -> None:
    """Nothing is made where something was expected, or where no folder is."""
    with pytest.raises(WorkspaceError, match=r"no workspace acme\.recon"):
        Workspace.open(path, must_exist=True)
    with pytest.raises(WorkspaceError, match="There is no folder"):
        Workspace.open(path.parent / "none" / "x.recon")
    with pytest.raises(WorkspaceError, match="not a postgresql address"):
        Workspace.open("postgresql://host/db")
    assert list(path.parent.iterdir()) == []


def test_a_database_locked_by_another_program_is_one_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait is bounded, and what was not kept is not called kept."""
    monkeypatch.setattr("recon.workspace.file._BUSY_MS", 20)
    with Workspace.open(path) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(WorkspaceError, match="is in use by another program"):
            store.add(ENTRY)
        other.rollback()
        assert store.entries("p1") == []


def test_two_programs_and_a_second_opening_lose_nothing(path: Path) -> None:
    """Open here twice, as a notebook's cells do, while the command line comes and goes."""
    elsewhere = (
        "from recon.workspace import Workspace\n"
        f"with Workspace.open({str(path)!r}) as store:\n"
        "    for number in range(20): store.note(f'there {number}', 'y' * 3000)\n"
    )
    with Workspace.open(path) as store:
        store.note("first", "x")
        with Workspace.open(path) as again:
            assert again.noted("first") == "x"
        for turn in range(2):
            subprocess.run([sys.executable, "-c", elsewhere], check=True)
            for number in range(20):
                store.note(f"here {turn} {number}", "x" * 3000)
        with closing(sqlite3.connect(path)) as fresh:
            assert fresh.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            kept = "SELECT count(*) FROM meta WHERE key LIKE 'here%' OR key LIKE 'there%'"
            assert fresh.execute(kept).fetchone() == (60,)


def test_a_damaged_workspace_is_one_sentence(path: Path) -> None:
    """Cut in the middle, as a broken copy is; it says to go back to another one."""
    with Workspace.open(path) as store:
        for number in range(200):
            store.note(f"key {number}", "x" * 500)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(WorkspaceError, match=r"is damaged\. Go back to a copy"):
        Workspace.open(path).noted("key 199")


def test_a_refused_addition_tells_no_name_even_in_its_traceback(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the database was handed (notes, bodies, plans) holds clients' names."""
    monkeypatch.setattr("recon.workspace.file._BUSY_MS", 20)
    name = "Zebulon Quux"  # not in the call, whose source a traceback shows
    with Workspace.open(path) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(WorkspaceError) as raised:
            store.note("a", name)
        other.rollback()
    told = "".join(traceback.format_exception(raised.value))
    assert "is in use by another program" in told
    assert "Zebulon" not in told


def test_a_torn_tail_is_dropped_and_the_rest_is_whole(path: Path) -> None:
    """A log cut off at any byte loses at most the last lines, never earlier ones."""
    with Workspace.open(path) as store:
        for number in range(4):
            store.add(replace(ENTRY, write_id=f"w{number}"))
        main, log = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    last = -1
    for cut in range(0, len(log) + 1, 997):
        torn = path.with_name(f"torn{cut}.recon")
        torn.write_bytes(main)
        Path(f"{torn}-wal").write_bytes(log[:cut])
        with Workspace.open(torn) as store:
            kept = [e.write_id for e in store.entries("p1")]
        assert kept == [f"w{n}" for n in range(len(kept))]
        assert len(kept) >= last
        last = len(kept)


def test_one_apply_at_a_time_and_a_killed_one_leaves_no_lock(path: Path) -> None:
    """The lock is held by a living process only."""
    Workspace.open(path).close()
    script = (
        "import sys, time\nfrom recon.workspace import Workspace\n"
        "with Workspace.open(sys.argv[1]).applying():\n"
        "    print('held', flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with Workspace.open(path) as store:
            with pytest.raises(WorkspaceError, match="nothing was sent"), store.applying():
                pass
            holder.kill()
            holder.wait()
            with store.applying():
                pass
            with store.applying():
                pass
