"""The endpoints under /quickbooks, and the work that they queue.

Source: `action` takes an entity (invoice only), an id and one of four words; a check answers with
a body, the others with 204 and run later, with the right to edit invoices; `sync` and
`initial_sync` import what is named true, for administrators; as descriptions of the newer
integration say, read 2026-11-22, and pull requests 2954 and 3284 of the web client, read
2026-11-26. What is answered where no QuickBooks is connected is not established: 422 here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from recon.sandbox.books.company import Record
from recon.sandbox.invoiceninja import pull, push
from recon.sandbox.invoiceninja.desk import Desk
from recon.sandbox.invoiceninja.quickbooks import QuickBooks, UnansweredError
from recon.sandbox.invoiceninja.refusals import (
    NOT_ALLOWED,
    RefusedError,
    chosen_badly,
    invalid,
    no_route,
    not_found,
)
from recon.sandbox.invoiceninja.users import User

_ACTIONS = frozenset({"check_record", "force_link", "force_pull", "force_push"})
_KINDS = ("client", "product", "invoice")


class Links:
    """What the app does with the QuickBooks company that it is connected to.

    Attributes:
        quickbooks: that company, None while there is none.
    """

    def __init__(self) -> None:
        self.quickbooks: QuickBooks | None = None
        self._jobs: deque[Callable[[], None]] = deque()
        self._just_queued = False

    def answer(
        self, desk: Desk, route: str, body: Mapping[str, Any], user: User
    ) -> tuple[int, Record | None]:
        """Status and body for one request.

        Raises:
            RefusedError: 403 without the right, 404, 422.
        """
        routes = {"action": self._action, "sync": self._import, "initial_sync": self._import}
        older = desk.switches.quickbooks_api == "missing"
        if route not in routes or (route == "action" and older):
            raise no_route("POST", f"/api/v1/quickbooks/{route}")
        may = user.may("edit", "invoice") if route == "action" else user.is_admin
        if not may:
            raise RefusedError(int(desk.switches.denied_status), NOT_ALLOWED)
        if self.quickbooks is None:
            raise RefusedError(422, "QuickBooks is not connected.")
        try:
            return routes[route](desk, self.quickbooks, body)
        except UnansweredError as error:
            raise RefusedError(422, str(error)) from error

    def _action(
        self, desk: Desk, quickbooks: QuickBooks, body: Mapping[str, Any]
    ) -> tuple[int, Record | None]:
        action, invoice_id = str(body.get("action")), str(body.get("id"))
        if body.get("entity") != "invoice":
            raise chosen_badly("entity")
        if action not in _ACTIONS:
            raise chosen_badly("action")
        record = desk.store.get("invoices", invoice_id)
        if record is None:
            raise not_found()
        if action == "check_record":
            return 200, push.checked(desk, quickbooks, record)
        self._jobs.append(lambda: self._force(desk, quickbooks, action, invoice_id))
        self._just_queued = True
        if desk.switches.jobs == "at_once":
            self.run()
        return 204, None

    def _force(self, desk: Desk, quickbooks: QuickBooks, action: str, invoice_id: str) -> None:
        """One of the three forces, on the invoice as it is by now; a failure is flagged on it."""
        record = desk.store.get("invoices", invoice_id)
        if record is None:
            return
        try:
            if action == "force_push":
                push.invoice(desk, quickbooks, record)
            elif action == "force_link":
                push.link(desk, quickbooks, record)
            else:
                theirs = quickbooks.read("Invoice", str(record["sync"].get("qb_id") or "0"))
                if theirs is None:
                    push.flag(desk, record, "not_found", "QuickBooks has no such invoice.")
                else:
                    pull.overwrite(desk, record, theirs)
        except UnansweredError as error:
            push.flag(desk, record, "error", str(error))

    def _import(
        self, desk: Desk, quickbooks: QuickBooks, body: Mapping[str, Any]
    ) -> tuple[int, Record | None]:
        names = [each for kind in _KINDS for each in (kind, f"{kind}s")]
        if not any(name in body for name in names):
            raise invalid({"client": ["Nothing to import was named."]})
        kinds = [kind for kind in _KINDS if body.get(kind) or body.get(f"{kind}s")]
        pull.everything(desk, quickbooks, kinds)
        return 200, {"message": "Processing"}

    def after_answer(self, jobs: str) -> None:
        """Let queued work run, once another request than the one that queued it was answered."""
        if self._just_queued:
            self._just_queued = False
        elif jobs == "later":
            self.run()

    def forget(self) -> None:
        """Give up all queued work."""
        self._jobs.clear()
        self._just_queued = False

    def run(self) -> None:
        """Do all queued work now."""
        self._just_queued = False
        while self._jobs:
            self._jobs.popleft()()
