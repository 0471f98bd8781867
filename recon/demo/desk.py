"""A demo company to work on: it stays in a folder from one notebook, and one day, to the next.

QuickBooks is the sandbox, started whenever somebody reads from it or writes to it and stopped right
after, so that several notebooks can share one company.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from recon.apps.invoiceninja.reader import InvoiceNinjaExports
from recon.books import Snapshot
from recon.company.headers import kept
from recon.demo.appside import INVOICE_NINJA
from recon.demo.judge import Judge
from recon.demo.people import HAND, Accountant, Clerk
from recon.errors import RemoteError, WorkspaceError
from recon.plan import Decision, Plan, Write
from recon.ports import Answers, Clock, Parcel, Progress, silent
from recon.qbo.client import QboClient, sandbox_client
from recon.qbo.reader import QboReader
from recon.qbo.writer import BATCH, QboWriter
from recon.reconciliation import Reconciliation
from recon.sandbox.demo import AppCompany, demo_company
from recon.sandbox.server import Sandbox
from recon.trial.simulated import APPS
from recon.workspace.file import sole

FOLDER = Path("recon-demo") / "desk"
CUSTOMERS = 300

_ABOUT, _QBO, _APP = "about.json", "quickbooks.sqlite", "invoice-ninja.json"
_EXPORTS, _WORKSPACE = "exports", "demo.recon.sqlite"
_APP_TABLES = ("clients", "products", "invoices", "payments")


class DemoDesk:
    """The demo company in a folder, and the reconciliation of its two sides.

    In a `with` block, or until `close`, the sandbox keeps running; otherwise it runs while it is
    asked something. Make one with `open`.

    Attributes:
        folder: where everything of it is kept.
        r: the reconciliation, both sides connected.
    """

    def __init__(self, folder: Path, progress: Progress = silent) -> None:
        self.folder = folder
        self._about: dict[str, Any] = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        self._sandbox: Sandbox | None = None
        self._client: QboClient | None = None
        self._kept_open = ExitStack()
        qbo = _Company(self, realm=self._about["realm"])
        self.r = Reconciliation.open(
            folder / _WORKSPACE,
            readers={"qbo": qbo},
            writers={"qbo": qbo},
            progress=progress,
        )
        self.r.readers["app"] = self._exports()

    @classmethod
    def open(
        cls,
        folder: str | Path = FOLDER,
        *,
        customers: int | None = None,
        seed: int = 7,
        progress: Progress = silent,
    ) -> Self:
        """The demo company in a folder, made when there is none.

        Args:
            folder: made when there is none.
            customers: about how many customers a new company gets, 300 when left out; one that is
                there already must have been made with as many.
            seed: another seed, another company; only when one is made.
            progress: told how far long work is.

        Raises:
            WorkspaceError: the company is of another size, or in use by another program.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with sole(folder / _QBO, "the demo company"):
            if not (folder / _ABOUT).exists():
                _make(folder, customers or CUSTOMERS, seed)
        desk = cls(folder, progress)
        made = desk._about["customers"]
        if customers not in (None, made):
            raise WorkspaceError(
                f"The demo company in {folder} was made with {made} customers.",
                remedy=f"Ask for {made}, or delete the folder to start again.",
            )
        return desk

    def __enter__(self) -> Self:
        self._kept_open.enter_context(self.connected())
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the sandbox and let go of the workspace."""
        self._kept_open.close()
        self.r.store.close()

    @contextmanager
    def connected(self) -> Iterator[QboClient]:
        """The sandbox runs while this is held; held twice, it is started once.

        Raises:
            WorkspaceError: another program uses the company right now, or it is gone.
        """
        if self._client is not None:
            yield self._client
            return
        path = self.folder / _QBO
        if not path.exists():
            raise WorkspaceError(
                f"The demo company in {self.folder} is gone.", remedy="Open the demo again."
            )
        with (
            sole(path, "the demo company"),
            Sandbox(path=path) as sandbox,
            sandbox_client(sandbox.describe()) as client,
        ):
            self._sandbox, self._client = sandbox, client
            try:
                yield client
            finally:
                self._sandbox = self._client = None

    def accountant(self) -> list[Decision]:
        """Have the newest plan decided by somebody who knows the clients; their decisions."""
        review = self.r.review()
        Accountant(self._judge()).decide(review)
        return self.r.store.decisions(review.plan.id)

    def do_by_hand(self, plan: Plan | None = None) -> int:
        """Have the open hand-work of a plan, the newest unless given, done and ticked off.

        Returns:
            How many pieces there were.
        """
        review = self.r.review(plan)
        writes = open_hand_work(self.r, review.plan, review.approved())
        app = self._judge().app
        with self.connected():
            assert self._sandbox is not None
            done = Clerk(app, self._sandbox, APPS[INVOICE_NINJA].hands).do(writes)
        _write_app(self.folder, app)
        self.r.readers["app"] = self._exports()
        for write in writes:
            self.r.tick_off(write.id, by=HAND, plan=review.plan)
        return done

    def _exports(self) -> InvoiceNinjaExports:
        return InvoiceNinjaExports(self.folder / _EXPORTS, mappings=kept(self.r.store))

    def _judge(self) -> Judge:
        """Who is who, and the app's records as they stand now."""
        judge = deepcopy(self._at_first)
        now = json.loads((self.folder / _APP).read_text(encoding="utf-8"))
        for table in _APP_TABLES:
            getattr(judge.app, table)[:] = now[table]
        return judge

    @cached_property
    def _at_first(self) -> Judge:
        demo = demo_company(self._about["customers"], self._about["seed"])
        return Judge(demo.truth, demo.app)


def open_hand_work(r: Reconciliation, plan: Plan, approved: frozenset[str]) -> list[Write]:
    """The approved hand-work of a plan that nobody has ticked off, in plan order."""
    return [
        write
        for write in plan.writes
        if write.to == "hand"
        and write.action_id in approved
        and r.store.state(plan.id, write.id) != "done"
    ]


@dataclass(frozen=True)
class _Company:
    """Reads from and writes to the demo's QuickBooks, which runs meanwhile."""

    desk: DemoDesk
    realm: str
    environment: str = "sandbox"
    may_write: bool = True
    most_together: int = BATCH

    def read(self, now: Clock, progress: Progress) -> Snapshot:
        with self.desk.connected() as client:
            return QboReader(client).read(now, progress)

    def require(self, _writes: Sequence[Write]) -> None:
        """Nothing is needed."""

    def send(self, write: Write, body: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        with self.desk.connected() as client:
            return QboWriter(client).send(write, body, request_id)

    def fits(self, write: Write) -> bool:
        with self.desk.connected() as client:
            return QboWriter(client).fits(write)

    def send_together(
        self, parcels: Sequence[Parcel]
    ) -> Iterator[tuple[Parcel, Answers | RemoteError]]:
        with self.desk.connected() as client:
            yield from QboWriter(client).send_together(parcels)

    def find(self, write: Write, body: Mapping[str, Any]) -> dict[str, Any] | None:
        with self.desk.connected() as client:
            return QboWriter(client).find(write, body)


def _make(folder: Path, customers: int, seed: int) -> None:
    """Write both sides of a new company; `about.json` last, so that half a company is none."""
    for name in (_QBO, _WORKSPACE):
        for ending in ("", "-wal", "-shm"):
            (folder / f"{name}{ending}").unlink(missing_ok=True)
    demo = demo_company(customers, seed)
    with Sandbox(demo.company, path=folder / _QBO):
        pass
    _write_app(folder, demo.app)
    about = {"customers": customers, "seed": seed, "realm": demo.company.realm_id}
    (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")


def _write_app(folder: Path, app: AppCompany) -> None:
    """Keep the app's records, and export them as the app does."""
    (folder / _EXPORTS).mkdir(exist_ok=True)
    app.write_exports(folder / _EXPORTS)
    tables = {table: getattr(app, table) for table in _APP_TABLES}
    fresh = folder / f"{_APP}.new"
    fresh.write_text(json.dumps(tables, ensure_ascii=False), encoding="utf-8")
    fresh.replace(folder / _APP)
