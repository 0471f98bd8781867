"""The people of the demo: an accountant who knows the clients, and somebody who does hand-work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from recon.apps.hand import Hands
from recon.books import split_ref
from recon.demo.judge import Judge
from recon.errors import ReconError
from recon.plan import Action, Verdict, Write
from recon.sandbox.demo import AppCompany
from recon.sandbox.server import Sandbox
from recon.stages.review import Review

PREPARER = "Demo preparer"
HAND = "Demo clerk"


@dataclass
class Accountant:
    """Answers each proposal as a person does who knows the clients: from the labels.

    "Is this the same party?" is answered from the labels, as a person would answer who knows
    them; everything else is approved when recon advises it.
    """

    judge: Judge

    def decide(self, review: Review) -> None:
        """Approve or reject every action of the plan, by the path that the widget takes."""
        verdicts: dict[tuple[str, str], list[str]] = {}
        known = {
            action.id
            for action in review.plan.actions
            if action.claims == "same" and self._agrees(action)
        }
        for action in review.plan.actions:
            rivals = [review.plan.action(each) for each in known & set(action.rivals)]
            own = _liking(action) if action.id in known else (False,)
            beaten = any(_liking(rival) > own for rival in rivals)
            said = "approve" if self._agrees(action) and not beaten else "reject"
            group = action.kind if action.bulk else action.id
            verdicts.setdefault((said, group), []).append(action.id)
        confirm = {action.id: action.confirm for action in review.plan.actions}
        for (said, _), ids in verdicts.items():
            verdict: Verdict = "approve" if said == "approve" else "reject"
            note = confirm[ids[0]] if said == "approve" else ""  # such a one is decided alone
            review.decide(ids, verdict, by=PREPARER, note=note)

    def _agrees(self, action: Action) -> bool:
        if action.claims:
            mine, other = self.judge.party(action.ref), self.judge.party(action.other_ref)
            return bool(mine) and (mine == other) is (action.claims == "same")
        if action.cause.endswith("_in_both"):
            return self.judge.twin(action.ref) == split_ref(action.other_ref)[2]
        return action.advised


def _liking(action: Action) -> tuple[bool, bool, bool]:
    """How gladly one of several right answers is given: what is advised, then what is undone."""
    return True, action.advised, action.undo == "full"


@dataclass
class Clerk:
    """Does the hand-work of a plan on the demo's copies, as its instructions say.

    Attributes:
        app: the app's records.
        qbo: the company.
        hands: what can be done at the app's screen.
        links: id of a record in the app to that of the record in QuickBooks which was picked.
    """

    app: AppCompany
    qbo: Sandbox
    hands: Hands = field(default_factory=Hands)
    links: dict[str, str] = field(default_factory=dict)

    def do(self, writes: Iterable[Write]) -> int:
        """Carry out each piece of hand-work; how many there were.

        Raises:
            ReconError: an instruction cannot be followed.
        """
        done = 0
        for write in writes:
            if write.to != "hand" or write.instruction is None:
                continue
            step = dict(write.instruction.do)
            try:
                self._step(step)
            except (LookupError, ValueError) as error:
                raise ReconError(
                    f"The hand-work on {step['ref']} cannot be done: {error}"
                ) from error
            done += 1
        return done

    def _step(self, step: dict[str, Any]) -> None:
        system, kind, key = split_ref(step["ref"])
        if system == "qbo":
            entity = {"customer": "Customer", "item": "Item", "invoice": "Invoice"}[kind]
            if step["step"] == "merge":
                self.qbo.merge(entity, split_ref(step["into"])[2], key)
            else:
                self.qbo.edit_as_human(entity, key, step["fields"])
            return
        if not self.hands.can(step["step"], kind):
            raise ValueError(f"nobody can {step['step']} a {kind} in {self.hands.app}")
        if kind == "item":
            self._sell_as(key, step)
        elif step["step"] == "link":
            self.links[self.app.client(key)["id"]] = split_ref(step["target"])[2]
        elif step["step"] == "merge":
            keep = self.app.client(split_ref(step["into"])[2])
            self.app.merge_clients(keep["id"], self.app.client(key)["id"])
        elif kind == "customer":
            self._edit_client(key, step["fields"])
        elif kind == "payment":
            fields = {"transaction_reference": step["fields"]["reference"]}
            self.app.edit_payment(self.app.payment(key)["id"], **fields)
        elif "item" in step["fields"]:
            self._fill_lines(key, **step["fields"])
        else:
            self.app.edit_invoice(self.app.invoice(key)["id"], **step["fields"])

    def _sell_as(self, key: str, step: dict[str, Any]) -> None:
        """Give a product another key, or replace it by another product; on its lines too."""
        product = self.app.product(key)
        if step["step"] == "merge":
            new = split_ref(step["into"])[2]
            self.app.products.remove(product)
        else:
            new = step["fields"]["name"]
            self.app.edit_product(product["id"], product_key=new)
        for invoice in self.app.invoices:
            lines = invoice["line_items"]
            if any(line["product_key"] == key for line in lines):
                changed = [
                    {**line, "product_key": new} if line["product_key"] == key else line
                    for line in lines
                ]
                self.app.edit_invoice(invoice["id"], line_items=changed)

    def _fill_lines(self, number: str, item: str, instead_of: str = "") -> None:
        """Choose a product on each line of an invoice that names none, or one that is gone."""
        invoice = self.app.invoice(number)
        lines = [
            {**line, "product_key": item}
            if line["product_key"].strip() == instead_of.strip()
            else line
            for line in invoice["line_items"]
        ]
        self.app.edit_invoice(invoice["id"], line_items=lines)

    def _edit_client(self, number: str, fields: dict[str, Any]) -> None:
        client = self.app.client(number)
        # of a firm the demo's app has one name, which it exports as the company's, too
        named = {"name": fields["company_name"]} if "company_name" in fields else {}
        of_contact = {_OF_CONTACT[k]: v for k, v in fields.items() if k in _OF_CONTACT}
        others = {k: v for k, v in fields.items() if k not in {*_OF_CONTACT, "company_name"}}
        changes: dict[str, Any] = named | others
        if "name" in fields:
            person: dict[str, Any] = {}
            self.hands.rename(person, fields["name"])
            if "given_name" in person:  # the app shows people, and its export first and last names
                of_contact |= {"first_name": person["given_name"]}
                of_contact |= {"last_name": person["family_name"]}
        if of_contact:
            first, *rest = client["contacts"] or [dict(_NO_CONTACT)]
            changes["contacts"] = [{**first, **of_contact}, *rest]
        self.app.edit_client(client["id"], **changes)


_OF_CONTACT = {"email": "email", "given_name": "first_name", "family_name": "last_name"}
_NO_CONTACT = {"first_name": "", "last_name": "", "email": "", "phone": "", "is_primary": True}
