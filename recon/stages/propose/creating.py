"""What is made in QuickBooks because the app will not: customers, and payments of what stays out.

An app that makes no customers finds one that is there under the client's name. A payment of an
invoice that stays out of the sync, because QuickBooks has it already, would be refused or stand
unapplied; entered against that invoice it pays what QuickBooks still shows as owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from recon.books import split_ref
from recon.plan import Action, LookUp, Write
from recon.rules.limits import COMPANY_NAME_MAX, PAYMENT_REF_MAX
from recon.rules.names import legal_email, unique_key
from recon.stages.propose.addresses import goes_by_address
from recon.stages.propose.draft import Draft
from recon.stages.propose.names import makes_none, own_name, rename_holder, usable
from recon.stages.propose.parties import Parties


def make_missing(draft: Draft, parties: Parties) -> None:
    """Make the customer of each client that QuickBooks does not have, where the app makes none."""
    if not makes_none(draft):
        return
    kept = {*parties.partner.values(), *parties.settled}
    for ref, row in sorted(parties.outcome.items()):
        if ref in parties.app_keeper or ref in parties.partner or not _has_none(draft, row):
            continue
        key = unique_key(draft.name(ref))
        held = [h for h in draft.holders.get(key, ()) if draft.rows[h]["active"]]
        stays = (kept & set(held)) - set(draft.touched)
        if stays or key in draft.made or not usable(draft, ref):
            make_beside_a_namesake(draft, ref)
        else:
            _make_customer(draft, ref, held)


def _has_none(draft: Draft, outcome: Mapping[str, Any]) -> bool:
    """Whether a client finds no customer, or by its name somebody else's."""
    by_name = outcome["outcome"] == "wrong_link" and not goes_by_address(draft)
    stored = draft.case.books.app.links["ref"]
    return outcome["fault"] == "not_found" or (by_name and outcome["ref"] not in set(stored))


def _make_customer(draft: Draft, ref: str, held: Iterable[str]) -> None:
    """The customer under the client's name; whoever holds that gives it up first."""
    about, name = draft.case.profile.about, draft.name(ref)
    after = tuple(rename_holder(draft, ref, holder) for holder in held)
    draft.made.add(unique_key(name))
    draft.add(
        Action(
            **_missing(draft, ref),
            title=f"Create the customer {name} in QuickBooks",
            will=f"{about.name} finds the customer by its name, and its invoices can travel.",
            after=after,
        ),
        [_new_customer(draft, ref, name)],
        "customer",
    )


def make_beside_a_namesake(draft: Draft, ref: str, *, unlike: str = "") -> None:
    """The customer of a client under a new name: his own is another's, or is none.

    Args:
        draft: the plan.
        ref: the client.
        unlike: the client that recon takes for the same party: then this is the other answer.
    """
    about, name = draft.case.profile.about, own_name(draft, ref)
    draft.made.add(unique_key(name))
    shared = _missing(draft, ref)
    whose = draft.called(ref).strip() or f"number {draft.rows[ref]['number']}"
    if unlike:
        two = f"If it is another party than {draft.called(unlike)}: "
        shared |= {"why": two + shared["why"], "cause": "client_dup_in_source"}
        shared |= {"other_ref": unlike, "advised": False, "claims": "different"}
    draft.add(
        Action(
            **shared,
            title=f"Create the customer {name} in QuickBooks, and call {whose} so in {about.name}",
            will=f"The {about.client} gets a name, and a customer, of its own.",
            compare={"Name": (draft.name(ref), name)},
            bulk=False,
        ),
        [_new_customer(draft, ref, name), draft.edit_in_app(ref, {"name": name})],
        "customer",
    )


def _missing(draft: Draft, ref: str) -> dict[str, Any]:
    """What both ways of making a customer have in common."""
    about = draft.case.profile.about
    return {
        "id": "",
        "kind": "create",
        "ref": ref,
        "why": f"QuickBooks does not have this {about.client}, and {about.name} makes no "
        "customers by itself.",
        "cause": "not_found",
        "undo": "partial",
    }


def _new_customer(draft: Draft, ref: str, name: str) -> Write:
    row = draft.rows[ref]
    body: dict[str, Any] = {"DisplayName": name}
    texts = {"GivenName": "given_name", "FamilyName": "family_name", "CompanyName": "company_name"}
    body |= {
        field: str(row[column])[:COMPANY_NAME_MAX] for field, column in texts.items() if row[column]
    }
    if row["email"] and legal_email(str(row["email"])):
        body["PrimaryEmailAddr"] = {"Address": str(row["email"])}
    if row["phone"]:
        body["PrimaryPhone"] = {"FreeFormNumber": str(row["phone"])}
    return draft.create("Customer", "customers", body, name)


def enter_payment(draft: Draft, payment: Mapping[str, Any], invoice: Mapping[str, Any]) -> None:
    """The payment as QuickBooks is to have it, against the invoice that it has already.

    Args:
        draft: the plan.
        payment: row of the app's PAYMENTS.
        invoice: row of QuickBooks' INVOICES, of which at least as much is owed.
    """
    number, amount = split_ref(str(payment["ref"]))[2], float(payment["amount"])
    paid = {"TxnId": split_ref(str(invoice["ref"]))[2], "TxnType": "Invoice"}
    body: dict[str, Any] = {
        "CustomerRef": {"value": split_ref(str(invoice["customer_ref"]))[2]},
        "TotalAmt": amount,
        "TxnDate": payment["date"].date().isoformat(),
        "Line": [{"Amount": amount, "LinkedTxn": [paid]}],
    }
    reference = str(payment["reference"] or "")[:PAYMENT_REF_MAX]
    if reference:
        body["PaymentRefNum"] = reference
    action = Action(
        id="",
        kind="create",
        ref=str(payment["ref"]),
        other_ref=str(invoice["ref"]),
        title=f"Enter payment {number} in QuickBooks against invoice {invoice['number']}",
        why="The invoice is in QuickBooks already and stays out of the sync, so the app cannot "
        "send its payment; QuickBooks would go on showing it as owed.",
        will=f"{amount:,.2f} are received against the invoice.",
        cause="payment_of_what_stays_out",
        compare=draft.compare(str(payment["ref"]), str(invoice["ref"])),
        undo="partial",
        bulk=False,  # money that nobody sent: each is looked at
    )
    look_up = LookUp("Payment", "PaymentRefNum", reference) if reference else None
    draft.add(action, [draft.create("Payment", "payments", body, look_up=look_up)], "payment")
