"""What an import from QuickBooks does to the app, and which links it leaves behind.

An import is asked for by a person, or comes with a direction that pulls. Each record of QuickBooks
is looked for in the app and linked, or made there. Some apps begin their first sync with one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from recon.behaviour import Entity
from recon.books import LINKS, OUTCOMES, Books
from recon.case import Case
from recon.checks.columns import among, looked_up
from recon.rules.names import collated, keys, query_key
from recon.stages.forecast.arrivals import NEW, Arrival, Arrivals, shelves
from recon.table import MONEY, TEXT

_IMPORTED_TYPES = ("Service", "NonInventory", "Inventory")
"""Source: Invoice Ninja user guide, "Category and Group items are skipped on import"; nothing else
is told of other apps; read 2026-11-22."""


ORDER: tuple[Entity, ...] = ("customer", "item", "invoice", "payment")


@dataclass(frozen=True)
class Fate:
    """What becomes of a record that comes, in words, and the value of the profile behind it."""

    effect: str
    outcome: str
    says: str
    because: str
    fault: str = ""


_MADE, _LEFT = ("create", "create_in_app"), ("skip", "skip")
FATES: Mapping[str, Fate] = {
    "link": Fate("link", "link", "Found in the app and linked.", "pull.{kind}_match"),
    "create": Fate(*_MADE, "Not in the app: made there.", "pull.{kind}_match"),
    "renumber": Fate(
        "create", "renumber_in_app", "Made in the app once more, as {called}", "pull.number_clash"
    ),
    "clash": Fate(
        *_LEFT, "The app has this number: not taken in, and flagged.", "pull.number_clash"
    ),
    "void": Fate(*_LEFT, "Void in QuickBooks: not taken in.", "pull.takes_void"),
    "delete": Fate(
        "link", "delete_in_app", "Void in QuickBooks: deleted in the app.", "pull.voided"
    ),
    "receipt": Fate(
        *_MADE, "A sales receipt: made there as an invoice that is paid.", "pull.takes_receipts"
    ),
    "no_client": Fate(
        *_LEFT, "Its customer has no client in the app: not taken in.", "pull.brings_client"
    ),
    "credit": Fate(
        *_MADE, "A payment of nought: becomes a credit in the app.", "pull.zero_payment"
    ),
    "unapplied": Fate(
        *_MADE, "Made there, unapplied as far as its invoice is not in the app.",
        "pull.invoice_missing",
    ),
    "no_invoice": Fate(
        *_LEFT, "An invoice that it pays is not in the app: not taken in.", "pull.invoice_missing"
    ),
    "first_only": Fate(
        *_MADE, "Made there; of the invoices that it pays only the first is paid.",
        "payment.splits_back",
    ),
    "method": Fate(
        "refuse", "refuse", "The app does not take payments that were made in this way.",
        "payment.methods_back", "payment_method",
    ),
}  # fmt: skip
"""What can become of a record that comes from QuickBooks."""


def import_outcomes(
    case: Case, kinds: Collection[Entity], taken_in: Iterable[str] = ()
) -> pd.DataFrame:
    """What an import of these kinds would do, a row a record of QuickBooks.

    A customer that is not imported by itself, and comes along with a sale, has a row too.

    Args:
        case: the company as the import meets it.
        kinds: what is imported.
        taken_in: refs of QuickBooks' customers that the sync has made clients of before.

    Returns:
        `OUTCOMES`: `ref` is QuickBooks' record, `target_ref` the app's that it is linked to, or
        `new:<ref>` for what the import itself has made of another one; `sent_as` the number under
        which an invoice is made.
    """
    chosen = [kind for kind in ORDER if kind in kinds and kind in case.profile.pull.offered]
    if not chosen:
        return OUTCOMES.frame()
    # a customer whose client another one took comes again with its sale: the last time counts
    last: dict[str, Arrival] = {}
    for each in _arriving(case, chosen, taken_in):
        last.pop(each.ref, None)
        last[each.ref] = each
    told = _table(list(last.values()))
    customers = (told["kind"] == "customer").to_numpy()
    clients = told[customers].reset_index(drop=True)
    _judge_customers(case, clients)
    rest = told[~customers].reset_index(drop=True)
    for kind in ("invoice", "payment"):
        _held_already(case, rest, kind)
    _paid_by_credit(case, rest)
    return OUTCOMES.conform(pd.concat([clients, rest], ignore_index=True))


def taken_in(case: Case, customers: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """What the first sync itself makes in the app: what QuickBooks has and nothing is linked to.

    Args:
        case: the company.
        customers: outcomes of the app's customers; `met` is the customer that each finds.
        keys: what becomes of each product key, as `item_effects`.

    Returns:
        `OUTCOMES`, a row a record of QuickBooks.
    """
    rule, qbo = case.profile.pull, case.books.qbo
    stored = case.books.app.links["linked_ref"]
    own = keys["pushed"] & keys["met"].notna()
    sold = qbo.items[qbo.items["type"].isin(case.profile.item.types)]
    there = {
        "customer": (qbo.customers, customers["met"]),
        "item": (sold, keys.loc[own, "met"]),
    }
    tables = []
    for kind in there if not qbo.only_lists else ():
        if kind not in rule.comes_first:
            continue
        held, met = there[kind]
        known = among(held["ref"], pd.concat([met, stored]))
        told = _found(held[held["active"] & ~known].reset_index(drop=True), kind, [])
        tables.append(OUTCOMES.conform(told.assign(because="pull.comes_first")))
    return pd.concat(tables, ignore_index=True) if tables else OUTCOMES.frame()


def after_import(books: Books, imported: pd.DataFrame) -> Books:
    """The books with the links that the import has left; of two on one record the later counts.

    A product that was found has the item's name from then on: a line of its old name finds it no
    more.

    Source: Invoice Ninja's open source as described: the product key is written over with the
        item's name; read 2026-11-22.
    """
    app = books.app
    linked = imported[imported["effect"] == "link"].dropna(subset=["target_ref"])
    linked = linked[~linked["target_ref"].str.startswith(NEW)]
    fresh = pd.DataFrame({"ref": linked["target_ref"], "linked_ref": linked["ref"]})
    fresh = fresh.assign(how="import").drop_duplicates("ref", keep="last")
    theirs = looked_up(fresh["linked_ref"], books.qbo.items.set_index("ref")["name"])
    called = pd.Series(theirs.to_numpy(), index=fresh["ref"]).dropna()
    names = looked_up(app.items["ref"], called).astype(TEXT).fillna(app.items["name"])
    return _with_links(replace(books, app=replace(app, items=app.items.assign(name=names))), fresh)


def after_sync(books: Books, outcomes: pd.DataFrame) -> Books:
    """The books with the links that a sync leaves to what QuickBooks had before it."""
    linked = outcomes[outcomes["effect"] == "link"].dropna(subset=["target_ref"])
    linked = linked[linked["target_ref"].str.startswith("qbo:")]
    fresh = pd.DataFrame({"ref": linked["ref"], "linked_ref": linked["target_ref"], "how": "sync"})
    return _with_links(books, fresh)


def _with_links(books: Books, fresh: pd.DataFrame) -> Books:
    """The books with these links in the place of those that the same records had."""
    links = pd.concat([fresh, books.app.links]).drop_duplicates("ref")
    return replace(books, app=replace(books.app, links=LINKS.conform(links)))


def _arriving(case: Case, chosen: Collection[Entity], taken_in: Iterable[str]) -> Iterator[Arrival]:
    """Each record of QuickBooks of these kinds in turn, and what becomes of it."""
    qbo, rule = case.books.qbo, case.profile.pull
    run = _run(case)
    for ref in taken_in:
        run.clients.call("stored_id", run.clients.make(ref), ref)
    if "customer" in chosen:
        held = qbo.customers.loc[qbo.customers["active"], "ref"]
        yield from (run.customer(run.customers[ref]) for ref in held)
    if "item" in chosen:
        yield from map(run.item, _rows(_items(case, run)))
    if "invoice" in chosen:
        tables = [qbo.invoices, *([qbo.sales_receipts] if rule.takes_receipts else [])]
        for table in tables:
            for row in _rows(_sales(table, run, "number")):
                yield from run.invoice(row)
    if "payment" in chosen:
        parts, pays = qbo.payment_applications, defaultdict[str, list[str]](list)
        for ref, paid in zip(parts["payment_ref"], parts["invoice_ref"], strict=True):
            pays[ref].append(paid)
        for row in _rows(_payments(case, run)):
            yield from run.payment(row, pays.get(row["ref"], ()))


def _run(case: Case) -> Arrivals:
    """The app as it stands before the import."""
    rule, app, qbo = case.profile.pull, case.books.app, case.books.qbo
    key = collated if rule.collates else query_key
    clients = app.customers["name"]
    if case.profile.customer.look_up == "person":  # a client is called after its person
        clients = app.customers["ref"].map(case.lookup_names)
    names = {
        "customer": keys(clients, key), "item": keys(app.items["name"], key),
        "invoice": keys(app.invoices["number"], key),
    }  # fmt: skip
    mails = pd.concat([app.contacts[["ref", "email"]], app.customers[["ref", "email"]]]).dropna()
    mails = mails.assign(key=keys(mails["email"], key))
    columns = ["name", "company_name", "email"]
    customers = qbo.customers[["ref"]].assign(**{c: keys(qbo.customers[c], key) for c in columns})
    known = {row["ref"]: row for row in _rows(customers)}
    splits = case.profile.payment.splits_back
    ours, products, invoices, payments = shelves(app, names, mails)
    return Arrivals(rule, splits, key, ours, products, invoices, payments, known)


def _items(case: Case, run: Arrivals) -> pd.DataFrame:
    held = case.books.qbo.items
    held = held[held["active"] & held["type"].isin(_IMPORTED_TYPES)]
    whole = held["full_name"].fillna(held["name"])
    return held[["ref"]].assign(name=keys(held["name"], run.key), full_name=keys(whole, run.key))


def _sales(table: pd.DataFrame, run: Arrivals, number: str) -> pd.DataFrame:
    """What an import looks at in invoices, receipts or payments."""
    void = table["status"].str.casefold().eq("voided").fillna(value=False)
    return table[["ref", "id"]].assign(
        number=table[number], key=keys(table[number], run.key), void=void,
        whose=table["customer_ref"],
    )  # fmt: skip


def _payments(case: Case, run: Arrivals) -> pd.DataFrame:
    held, taken = case.books.qbo.payments, case.profile.payment.methods_back
    method = held["method"].str.casefold()
    fine = method.isna()
    for word in taken:
        fine |= method.str.contains(word, regex=False).fillna(value=False)
    nought = (held["amount"].fillna(0) == 0).fillna(value=False)
    return _sales(held, run, "reference").assign(nought=nought, odd=~fine & bool(taken))


def _rows(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as they stand; a text that is not there is empty."""
    plain = table.astype(object).where(table.notna(), "")
    names = list(plain.columns)
    for row in plain.itertuples(index=False, name=None):
        yield dict(zip(names, row, strict=True))


def _table(arrivals: list[Arrival]) -> pd.DataFrame:
    """`OUTCOMES` of what came, before it is judged."""
    kinds = [each.kind for each in arrivals]
    fates = [FATES[each.fate] for each in arrivals]
    told = pd.DataFrame(
        {
            "ref": [each.ref for each in arrivals], "kind": kinds,
            "effect": [fate.effect for fate in fates],
            "outcome": [fate.outcome for fate in fates],
            "target_ref": [each.target or None for each in arrivals],
            "sent_as": [each.called or None for each in arrivals],
            "fault": [fate.fault or None for fate in fates],
            "says": [
                fate.says.format(called=each.called)
                for fate, each in zip(fates, arrivals, strict=True)
            ],
            "because": [
                fate.because.format(kind=kind) for fate, kind in zip(fates, kinds, strict=True)
            ],
        }
    )  # fmt: skip
    told.loc[told["because"] == "pull.invoice_match", "because"] = "pull.number_clash"
    return OUTCOMES.conform(told)


def _judge_customers(case: Case, told: pd.DataFrame) -> None:
    """What the import of customers means: by the evidence, and by the name that is left."""
    across = case.partners("customer", "app-qbo", 0.0)
    sure = across[across["match_probability"] >= case.settings.same_party]
    twin = looked_up(
        told["ref"], sure.drop_duplicates("right_ref").set_index("right_ref")["left_ref"]
    )
    twice = (told["effect"] == "create") & twin.notna()
    told.loc[twice, "outcome"] = "duplicate"
    told.loc[twice, "says"] = "Not found in the app, where it is under another name: made twice."
    told["target_ref"] = told["target_ref"].mask(twice, twin.astype(TEXT))
    linked = told["effect"] == "link"
    name = case.books.app.customers.set_index("ref")["name"]
    theirs = case.books.qbo.customers.set_index("ref")[case.profile.pull.customer_name]
    before: pd.Series[Any] = looked_up(told["target_ref"], name).astype(TEXT)
    now: pd.Series[Any] = looked_up(told["ref"], theirs).astype(TEXT)
    ours = linked & ~told["target_ref"].str.startswith(NEW).fillna(value=False)
    retitled = ours & (before.fillna("") != now.fillna(""))
    told.loc[retitled, "outcome"] = "retitle"
    told.loc[retitled, "says"] = (
        "Linked; its client's name becomes: " + now.fillna("(empty)")[retitled] + "."
    )
    within = case.partners("customer", "qbo-qbo", 0.0)
    one, other = within["left_ref"], within["right_ref"]
    made = [
        within.assign(left_ref=NEW + left, right_ref=right)
        for left, right in ((one, other), (other, one))
    ]
    believed = pd.concat([across, *made]).set_index(["left_ref", "right_ref"])
    at = pd.MultiIndex.from_arrays([told["target_ref"], told["ref"]])
    doubted = believed["match_probability"].reindex(at).fillna(0.0).to_numpy()
    wrong = linked & (doubted < case.settings.other_party)
    told.loc[wrong, "outcome"] = "wrong_link"
    told.loc[wrong, "says"] = "Linked to a client that is somebody else, as it seems."


def _held_already(case: Case, told: pd.DataFrame, kind: str) -> None:
    """Mark what would be made though the evidence finds it in the app, linked to nothing."""
    twins = case.partners(kind, "app-qbo", case.settings.same_party)
    twins = twins[~among(twins["left_ref"], case.books.app.links["ref"])]
    known = twins.drop_duplicates("right_ref").set_index("right_ref")["left_ref"]
    twin = looked_up(told["ref"], known)
    twice = (told["kind"] == kind) & (told["effect"] == "create") & twin.notna()
    under = told["sent_as"].fillna("").where(told["outcome"] == "renumber_in_app", "")
    under = under.where(under == "", ", as " + under)
    told.loc[twice, "says"] = (
        "In the app already, and linked to nothing there: made once more" + under[twice] + "."
    )
    told.loc[twice, "outcome"] = "duplicate"
    told["target_ref"] = told["target_ref"].mask(twice, twin).astype(TEXT)


def _paid_by_credit(case: Case, told: pd.DataFrame) -> None:
    """Say of payments made that a credit note pays a part, which does not come along.

    Source: Invoice Ninja user guide: clients, products, invoices and payments are imported, and no
        credit notes; Workiz' settings tell of none either; read 2026-11-22.
    """
    qbo = case.books.qbo
    applied = qbo.payment_applications.groupby("payment_ref")["amount"].sum().astype(MONEY)
    paid = qbo.payments.set_index("ref")["amount"]
    more = looked_up(told["ref"], applied) - looked_up(told["ref"], paid)
    short = (told["effect"] == "create") & (more > 0).fillna(value=False)
    told.loc[short, "says"] += (
        " A credit note pays " + more[short].astype(str) + " of its invoices, which stays open in "
        "the app: credit notes are not imported."
    )


def _found(held: pd.DataFrame, kind: Entity, ways: list[pd.Series[Any]]) -> pd.DataFrame:
    """Records of QuickBooks with what the first look-up finds; the rest is made in the app."""
    target: pd.Series[Any] = pd.Series(pd.NA, index=held.index, dtype=TEXT)
    for way in ways:
        target = target.fillna(way.astype(TEXT))
    effect = target.notna().map({True: "link", False: "create"}).astype(TEXT)
    outcome = effect.replace({"create": "create_in_app"})
    says = {"link": "Found in the app and linked.", "create": "Not in the app: made there."}
    return pd.DataFrame(
        {
            "ref": held["ref"], "kind": kind, "effect": effect, "outcome": outcome,
            "target_ref": target, "says": effect.map(says).astype(TEXT),
            "because": f"pull.{kind}_match",
        }
    )  # fmt: skip
