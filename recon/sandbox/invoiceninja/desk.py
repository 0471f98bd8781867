"""What every write needs: the store, the company's settings, the switches, who asks and when."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Clock
from recon.sandbox.invoiceninja.kinds import Kind
from recon.sandbox.invoiceninja.refusals import RefusedError
from recon.sandbox.invoiceninja.store import Store
from recon.sandbox.invoiceninja.switches import NinjaSwitches
from recon.sandbox.records.amounts import number, units


@dataclass
class Desk:
    """One company in the app.

    Attributes:
        store: its records.
        company: its own record, with `settings`.
        switches: how to behave where sources disagree.
        clock: what time it is.
    """

    store: Store
    company: Record
    switches: NinjaSwitches
    clock: Clock
    user_id: str = field(default="")

    @property
    def now(self) -> int:
        """Seconds since 1970, as records are stamped."""
        return int(self.clock().timestamp())

    @property
    def today(self) -> str:
        """Year-month-day."""
        return self.clock().date().isoformat()

    @property
    def currency(self) -> str:
        """Id of the company's own currency."""
        return str(self.company["settings"]["currency_id"])

    def new(self, kind: Kind) -> Record:
        """A blank record with an id, stamped."""
        record = {**copy.deepcopy(kind.fields), "id": self.store.new_id(), "user_id": self.user_id}
        return {**record, "created_at": self.now, "updated_at": self.now}

    def put(self, kind: Kind, record: Record) -> Record:
        """Write a record down, stamped."""
        record["updated_at"] = self.now
        self.store.put(kind.path, record)
        return record

    def move(self, client_id: str, **amounts: int) -> None:
        """Add so many ten-thousandths to amounts of a client ("balance")."""
        client = self.store.get("clients", client_id)
        if client is None:
            return  # it was merged away or purged; nobody keeps its sums any more
        for name, change in amounts.items():
            client[name] = number(units(client[name]) + change)
        self.store.put("clients", client)

    def refuse_gone(self, record: Record) -> None:
        """Refuse to change a deleted record.

        Raises:
            RefusedError: 422 or 400.
        """
        if record["is_deleted"]:
            raise self.unchangeable("A deleted record cannot be changed; restore it first.")

    def unchangeable(self, why: str) -> RefusedError:
        """The refusal of a change to a record that may not be changed."""
        return RefusedError(int(self.switches.refused_update_status), why)
