"""Snapshots, plans, decisions and the journal of one company, in one file."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self, cast

from sqlalchemy import Connection, Engine, desc, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DBAPIError

from recon.books import Reject, Snapshot
from recon.errors import WorkspaceError
from recon.plan import Decision, JournalEntry, Plan, WriteState
from recon.workspace import file
from recon.workspace.schema import DECISION, JOURNAL, META, PLAN, SNAPSHOT


@dataclass(frozen=True)
class Binding:
    """Whose workspace this is.

    Attributes:
        realm: QuickBooks company id; empty while the books only came from files.
        environment: "production", "sandbox" or "files".
        company: the company's name.
        app: the invoicing app's id.
    """

    realm: str
    environment: str
    company: str
    app: str


class Workspace:
    """Memory that is only ever added to. Every addition is on the disk when the call returns."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    @classmethod
    def open(cls, path_or_url: str | Path, *, must_exist: bool = False) -> Workspace:
        """The workspace in a file, which is made (0600) when there is none.

        Raises:
            WorkspaceError: the file is something else, or of a newer recon; it is left untouched.
        """
        path = file.location(path_or_url)
        file.prepare(path, must_exist=must_exist)
        workspace = cls(path, file.engine(path))
        with workspace._connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        return workspace

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def applying(self) -> contextlib.AbstractContextManager[None]:
        """While held, nobody else applies a plan to this workspace.

        Raises:
            WorkspaceError: somebody does.
        """
        return file.sole(self.path, "apply")

    def bind(self, realm: str, environment: str, company: str, app: str) -> None:
        """Tie the workspace to one company and one app, for ever.

        Raises:
            WorkspaceError: it is another company's or another app's.
        """
        wanted = Binding(realm, environment, company, app)
        held = self.bound()
        if held and (why := _conflict(held, wanted)):
            raise WorkspaceError(
                f"This workspace belongs to {_called(held)}, but {why} {_called(wanted)}.",
                remedy="Open that company's own workspace, or make a new one.",
            )
        if held is None or (realm and not held.realm):
            self.note("bound", json.dumps(asdict(wanted)))

    def bound(self) -> Binding | None:
        """Whose workspace it is, None while it is nobody's."""
        told = self.noted("bound")
        return Binding(**json.loads(told)) if told else None

    def note(self, key: str, value: str) -> None:
        """Remember one value; the last one counts."""
        statement = upsert(META).values(key=key, value=value)
        with self._write() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["key"], set_={"value": value})
            )

    def noted(self, key: str) -> str | None:
        """A remembered value."""
        with self._connect() as connection:
            return connection.scalar(select(META.c.value).where(META.c.key == key))

    def save_result(self, name: str, told: str) -> None:
        """Remember a long result; the last one of a name counts."""
        packed = base64.b64encode(zlib.compress(told.encode("utf-8", "surrogatepass")))
        self.note(f"result:{name}", packed.decode("ascii"))

    def result(self, name: str) -> str | None:
        """A remembered result."""
        packed = self.noted(f"result:{name}")
        if packed is None:
            return None
        return zlib.decompress(base64.b64decode(packed)).decode("utf-8", "surrogatepass")

    def results(self, name: str) -> list[str]:
        """The names of all results that begin so, in alphabetical order."""
        wanted = select(META.c.key).where(META.c.key.startswith(f"result:{name}", autoescape=True))
        with self._connect() as connection:
            keys = connection.scalars(wanted.order_by(META.c.key)).all()
        return [key.removeprefix("result:") for key in keys]

    def set_mapping(self, name: str, mapping: Mapping[str, Any]) -> None:
        """Remember how the headers of one kind of file are read."""
        self.note(f"mapping:{name}", json.dumps(mapping))

    def mapping(self, name: str) -> dict[str, Any] | None:
        """How the headers of one kind of file are read, None when nobody said."""
        told = self.noted(f"mapping:{name}")
        return dict(json.loads(told)) if told else None

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot; equal records are kept once, however often they are pulled."""
        about = {
            **{k: getattr(snapshot, k) for k in _ABOUT},
            "taken_at": snapshot.taken_at.isoformat(),
            "rejects": [asdict(r) for r in snapshot.rejects],
            "notes": list(snapshot.notes),
        }
        snapshot_id = snapshot.id
        with self._write() as connection:
            known = connection.scalar(
                select(SNAPSHOT.c.seq).where(
                    SNAPSHOT.c.id == snapshot_id, SNAPSHOT.c.records.is_not(None)
                )
            )
            connection.execute(
                insert(SNAPSHOT).values(
                    id=snapshot_id,
                    system=snapshot.system,
                    about=json.dumps(about),
                    records=None if known else _packed(snapshot.records),
                )
            )

    def latest(
        self, system: Literal["app", "qbo"], before: datetime | None = None
    ) -> Snapshot | None:
        """The newest snapshot of one system, or the newest of those taken before a moment."""
        newest = (
            select(SNAPSHOT.c.id, SNAPSHOT.c.about)
            .where(SNAPSHOT.c.system == system)
            .order_by(desc(SNAPSHOT.c.seq))
        )
        with self._connect() as connection:
            rows = connection.execute(newest)
            row = next((each for each in rows if before is None or _taken(each) < before), None)
            if row is None:
                return None
            packed = connection.scalar(
                select(SNAPSHOT.c.records)
                .where(SNAPSHOT.c.id == row.id, SNAPSHOT.c.records.is_not(None))
                .limit(1)
            )
        about = json.loads(row.about)
        return Snapshot(
            **{k: about[k] for k in _ABOUT if k in about},  # older workspaces know less
            taken_at=datetime.fromisoformat(about["taken_at"]),
            records=_unpacked(cast("bytes", packed)),
            rejects=tuple(Reject(**r) for r in about["rejects"]),
            notes=tuple(about.get("notes", ())),
        )

    def save_plan(self, plan: Plan) -> None:
        """Keep a plan; it can never be changed afterwards.

        Raises:
            WorkspaceError: another plan of that id is kept already.
        """
        body = plan.to_json()
        digest = _digest(body)
        with self._write() as connection:
            held = connection.scalar(select(PLAN.c.digest).where(PLAN.c.id == plan.id))
            if held is None:
                connection.execute(insert(PLAN).values(id=plan.id, digest=digest, body=body))
            elif held != digest:
                raise WorkspaceError(
                    f"Plan {plan.id} is kept already and says something else.",
                    remedy="Propose a new plan.",
                )

    def plan(self, plan_id: str | None = None) -> Plan | None:
        """One plan, or the newest.

        Raises:
            WorkspaceError: what is kept is not what was saved.
        """
        wanted = select(PLAN.c.id, PLAN.c.body, PLAN.c.digest).order_by(desc(PLAN.c.seq)).limit(1)
        if plan_id is not None:
            wanted = wanted.where(PLAN.c.id == plan_id)
        with self._connect() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return None
        if _digest(row.body) != row.digest:
            raise WorkspaceError(
                f"Plan {row.id} was changed in the file after it was saved.",
                remedy="Propose a new plan.",
            )
        return Plan.from_json(row.body)

    def plans(self) -> list[Plan]:
        """Every plan, oldest first."""
        with self._connect() as connection:
            ids = connection.scalars(select(PLAN.c.id).order_by(PLAN.c.seq)).all()
        return [plan for plan in map(self.plan, ids) if plan is not None]

    def begun(self) -> list[str]:
        """Ids of the plans of which something was approved or sent, oldest first."""
        approved = select(DECISION.c.plan_id).where(DECISION.c.verdict == "approve")
        sent = select(JOURNAL.c.plan_id)
        wanted = select(PLAN.c.id).where(PLAN.c.id.in_(approved.union(sent))).order_by(PLAN.c.seq)
        with self._connect() as connection:
            return [str(plan_id) for plan_id in connection.scalars(wanted)]

    def decide(self, decisions: Sequence[Decision]) -> None:
        """Append all or none."""
        if decisions:
            rows = [{**asdict(d), "at": _naive(d.at)} for d in decisions]
            with self._write() as connection:
                connection.execute(insert(DECISION), rows)

    @property
    def decided(self) -> int:
        """How many decisions were ever taken."""
        with self._connect() as connection:
            return int(connection.scalar(select(func.count()).select_from(DECISION)) or 0)

    def decisions(self, plan_id: str) -> list[Decision]:
        """All decisions on one plan, oldest first."""
        wanted = select(DECISION).where(DECISION.c.plan_id == plan_id).order_by(DECISION.c.seq)
        with self._connect() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [
            Decision(**{**{k: v for k, v in r.items() if k != "seq"}, "at": _utc(r["at"])})
            for r in rows
        ]

    def add(self, entry: JournalEntry) -> None:
        """Append to the journal."""
        self.add_all([entry])

    def add_all(self, entries: Sequence[JournalEntry]) -> None:
        """Append to the journal, all or none."""
        rows = [
            {
                **{k: v for k, v in asdict(entry).items() if k != "seq"},
                "at": _naive(entry.at),
                "detail": json.dumps(entry.detail, sort_keys=True),
            }
            for entry in entries
        ]
        if rows:
            with self._write() as connection:
                connection.execute(insert(JOURNAL), rows)

    def state(self, plan_id: str, write_id: str) -> WriteState | None:
        """The last state of one write, None when it was never sent."""
        wanted = (
            select(JOURNAL.c.state)
            .where(JOURNAL.c.plan_id == plan_id, JOURNAL.c.write_id == write_id)
            .order_by(desc(JOURNAL.c.seq))
            .limit(1)
        )
        with self._connect() as connection:
            return cast("WriteState | None", connection.scalar(wanted))

    def entries(self, plan_id: str) -> list[JournalEntry]:
        """All lines of one plan, oldest first."""
        wanted = select(JOURNAL).where(JOURNAL.c.plan_id == plan_id).order_by(JOURNAL.c.seq)
        with self._connect() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [
            JournalEntry(**{**r, "at": _utc(r["at"]), "detail": json.loads(r["detail"])})
            for r in rows
        ]

    @contextlib.contextmanager
    def _connect(self) -> Iterator[Connection]:
        with self._told(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._told(), self._engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what the database refuses into one sentence."""
        try:
            yield
        except DBAPIError as error:
            name = str(getattr(error.orig, "sqlite_errorname", ""))
            says, remedy = next(
                (told for begins, told in _REFUSED.items() if name.startswith(begins)),
                (f"cannot be used: {error.orig}", "Close other programs that have it open."),
            )
            raise WorkspaceError(
                f"The workspace {self.path.name} {says}.", remedy=remedy
            ) from error


_REFUSED = {
    "SQLITE_READONLY": (
        "may be read but not changed by you",
        "Copy it to a folder of yours and go on there, or have the rights to it given to you.",
    ),
    "SQLITE_CORRUPT": ("is damaged", "Go back to a copy of it; nothing in it was changed."),
    "SQLITE_NOTADB": ("is damaged", "Go back to a copy of it; nothing in it was changed."),
    "SQLITE_FULL": ("does not fit: the disk is full", "Make room, then say the same again."),
    "SQLITE_BUSY": ("is in use by another program", "Close it there, then say the same again."),
    "SQLITE_IOERR": ("cannot be read or written", "See whether its disk or network is there."),
}
"""What the database may refuse, in words, and what to do.

Source: SQLite, Result and Error Codes, read 2026-11-26.
"""


def _taken(row: Any) -> datetime:
    return datetime.fromisoformat(json.loads(row.about)["taken_at"])


_ABOUT = ("system", "source", "company", "realm", "environment", "as_of")


def _conflict(held: Binding, wanted: Binding) -> str:
    """Why two bindings cannot be one, as the middle of a sentence; empty when they can."""
    if held.app != wanted.app:
        return "what was opened is"
    if held.realm and wanted.realm:
        same = held.realm == wanted.realm and held.environment == wanted.environment
        return "" if same else "QuickBooks is connected to"
    both_named = held.company.strip() and wanted.company.strip()
    same = held.company.strip().casefold() == wanted.company.strip().casefold()
    return "the books are those of" if both_named and not same else ""


def _called(binding: Binding) -> str:
    known = [f"company {binding.realm}"] if binding.realm else []
    known += [binding.environment, f"app {binding.app}"]
    return f'"{binding.company}" ({", ".join(k for k in known if k)})'


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _packed(records: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(records, default=str).encode(), level=6)


def _unpacked(packed: bytes) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(zlib.decompress(packed)))


def _naive(moment: datetime) -> datetime:
    """UTC without its name: SQLite keeps no zones."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
