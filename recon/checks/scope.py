"""What the app leaves at home or holds back, and what its settings really do."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, found_by_name
from recon.checks.finding import COMPANY, a_few, findings
from recon.rules.limits import CALLS_A_MINUTE
from recon.rules.names import keys, unique_key, without_deleted
from recon.table import MOMENT, TEXT


def direction_not_active(case: Case) -> pd.DataFrame:
    """A direction is chosen that this version of the app does not carry out.

    Source: Invoice Ninja user guide, "Pull does not yet pull from QuickBooks, and Bidirectional
        behaves as Push-only"; read 2026-11-22.
    """
    what = [
        f"{entity}s are set to go {_CHOSEN[flow.mode]} and {_HAPPENS[flow.effect]}"
        for entity, flow in case.profile.flow.items()
        if flow.mode != flow.effect
    ]
    about = case.profile.about
    return findings(
        direction_not_active,
        [{"ref": COMPANY, "app": f"{about.name} {about.version}", "what": "; ".join(what)}]
        if what
        else [],
        "In {app} a direction has another effect than its name: {what}.",
        severity="wrong",
        remedy="Choose the direction that is meant, and do not count on the other one.",
        by="hand",
    )


_CHOSEN = {
    "none": "nowhere", "push": "to QuickBooks", "pull": "into the app", "both": "both ways",
}  # fmt: skip
_HAPPENS = {
    "none": "do not travel at all", "push": "only go to QuickBooks", "pull": "only come into it",
    "both": "go both ways",
}  # fmt: skip


def payment_sync_mode_unknown(case: Case) -> pd.DataFrame:
    """What disconnects an invoice depends on a setting of the app that nobody has told recon.

    Source: Studio Ninja help, "Why is my invoice disconnected from QuickBooks?" (other causes with
        "Sync Payments with QuickBooks" off than with it on); read 2026-11-22.
    """
    profile = case.profile
    asked = [
        {
            "ref": COMPANY,
            "question": name,
            "asks": choice.asks,
            "says": choice.answers[choice.usual].says,
        }
        for name, choice in profile.choices.items()
        if name not in profile.given
        and any("links.disconnect_on" in answer.sets for answer in choice.answers.values())
    ]
    return findings(
        payment_sync_mode_unknown,
        asked,
        "The question {question} is not answered: {asks} Assumed: {says}.",
        severity="note",
        remedy="Look it up in the app's settings, and answer the question in recon.",
        by="hand",
    )


def account_no_transactions(case: Case) -> pd.DataFrame:
    """Clients have neither an invoice nor a payment, and the app does not send such. Told once.

    Source: TaxDome help, accounts that have invoices or payments are synced unless all are chosen;
        read 2026-11-22.
    """
    app = case.books.app
    sales = pd.concat([app.invoices, app.payments])
    idle = ~among(app.customers["ref"], sales["customer_ref"])
    idle &= ~among(app.customers["name"], sales["customer_name"])
    rows = app.customers[idle & app.customers["active"]]
    told = {"ref": COMPANY, "number": len(rows), "names": a_few(rows["name"])}
    return findings(
        account_no_transactions,
        [told] if len(rows) and case.profile.customer.travels == "with_sales" else [],
        "{number} [client has|clients have] neither invoice nor payment and [is|are] not sent: "
        "{names}.",
        severity="note",
        remedy="Nothing, unless they are wanted in QuickBooks: then choose all accounts.",
        by="hand",
    )


def drafts_are_sent(case: Case) -> pd.DataFrame:
    """Draft invoices travel like all others, and count as owed and earned in QuickBooks.

    Told once, with their sum.

    Source: Invoice Ninja user guide, "Save or send an invoice"; Workiz help, invoices are synced
        when they are created; read 2026-11-22.
    """
    invoices, profile = case.books.app.invoices, case.profile
    sent = profile.flow["invoice"].pushes and profile.invoice.sends == "saved"
    drafts = invoices[(invoices["status"] == "draft").fillna(value=False)] if sent else invoices[:0]
    drafts = drafts[~among(drafts["ref"], case.books.app.links["ref"])]
    total = drafts["total"].dropna().sum() if len(drafts) else 0
    named = {"number": len(drafts), "total": total, "names": a_few(drafts["number"].dropna())}
    return findings(
        drafts_are_sent,
        [{"ref": COMPANY, **named}] if len(drafts) else [],
        "{number} [invoice is a draft and is|invoices are drafts and are] sent all the same: "
        "{names}; QuickBooks shows "
        "{total:,.2f} more as owed and earned.",
        severity="wrong",
        remedy="Send or delete each of them in the app before the sync is turned on, or leave it "
        "out.",
        by="app",
    )


def before_sync_start_date(case: Case) -> pd.DataFrame:
    """Invoices are older than the day from which the app sends, and stay out of QuickBooks.

    Told once, with what is still owed on them. The day is the setting `sends_from`.

    Source: Chargebee help, the sync starts from a day that is set, and earlier invoices are not
        sent; read 2026-11-22.
    """
    start, invoices = case.settings.sends_from, case.books.app.invoices
    old = invoices[:0]
    if start is not None:
        old = invoices[(invoices["date"] < pd.Timestamp(start)).fillna(value=False)]
    owed = old["balance"].dropna().sum() if len(old) else 0
    return findings(
        before_sync_start_date,
        [{"ref": COMPANY, "number": len(old), "day": start, "owed": owed}] if len(old) else [],
        "{number} [invoice is|invoices are] older than {day}, from which the app sends, and "
        "[stays|stay] "
        "out of QuickBooks; {owed:,.2f} is still owed on [it|them].",
        severity="note",
        remedy="Enter what is still owed in QuickBooks by hand, or choose an earlier day.",
        by="hand",
    )


def pending_batch_window(case: Case) -> pd.DataFrame:
    """Invoices are so young that the app's next batch has not run: they are not missing yet.

    Told once.

    Source: Spraye help, invoices are sent in batches of the night; "wait until the following day
        to check QBO"; read 2026-11-22.
    """
    app, hours = case.books.app, case.profile.invoice.window_hours
    invoices = app.invoices if hours else app.invoices[:0]
    there = among(
        invoices["number"].str.casefold(), case.books.qbo.invoices["number"].str.casefold()
    )
    there |= among(invoices["ref"], app.links["ref"])
    due = batch_due(case, invoices[~there])
    waits = due[(due > pd.Timestamp(case.now)).fillna(value=False)]
    row = {"ref": COMPANY, "number": len(waits), "hours": hours}
    return findings(
        pending_batch_window,
        [{**row, "until": f"{waits.max():%Y-%m-%d %H:%M}"}] if hours and len(waits) else [],
        "{number} [invoice waits|invoices wait] for a batch, which may take {hours} hours: [it "
        "is|they "
        "are] missing only if not in QuickBooks by {until} UTC.",
        severity="note",
        remedy="Wait, force nothing, and pull again the next day.",
        by="hand",
    )


def batch_due(case: Case, invoices: pd.DataFrame) -> pd.Series[Any]:
    """When each invoice has to be in QuickBooks at the latest.

    Written at the end of its day where the app does not say when, but not later than now.
    """
    window, now = pd.Timedelta(hours=case.profile.invoice.window_hours), pd.Timestamp(case.now)
    days: pd.Series[Any] = invoices["date"] + pd.Timedelta(days=1)
    days = days.dt.tz_localize("UTC").astype(MOMENT)
    due: pd.Series[Any] = invoices["created_at"].fillna(days.where(days <= now, now)) + window
    return due


def invoice_client_not_linked(case: Case) -> pd.DataFrame:
    """A client cannot get into QuickBooks, and its app sends no invoice before the client is there.

    Source: Workiz help, "an invoice linked to a client that hasn't been synced from Workiz to
        QuickBooks yet"; TaxDome help, Sync Invoice is greyed out until the account is synced;
        Intuit, fault 2500; read 2026-11-22.
    """
    return findings(
        invoice_client_not_linked,
        _without_a_way(case),
        "{shown} does not get into QuickBooks ({why}): {waiting:.0f} [invoice waits|invoices "
        "wait] for it.",
        severity="blocks",
        remedy="Mend the client, or pick its customer, before its invoices are sent.",
        by="qbo or app",
        fault="2500",
    )


def _without_a_way(case: Case) -> pd.DataFrame:
    """Clients with invoices that neither have a customer nor get one: `shown`, `why`, `waiting`."""
    app = case.books.app
    if case.profile.invoice.creates_customer:
        return app.customers.iloc[:0]
    waiting = app.invoices[~among(app.invoices["ref"], app.links["ref"])]
    number = waiting["customer_ref"].value_counts()
    clients = app.customers[~among(app.customers["ref"], app.links["ref"])]
    clients = clients[~among(clients["ref"], found_by_name(case)["ref"])]
    shown = clients["ref"].map(case.lookup_names)
    return clients.assign(
        why=_why_not(case, clients),
        waiting=clients["ref"].map(number),
        shown=shown.mask(shown == "", "Client " + clients["number"].fillna("without number")),
    ).dropna(subset=["why", "waiting"])


def _why_not(case: Case, clients: pd.DataFrame) -> pd.Series[Any]:
    """Why a client that no look-up finds is not made either; NA where it is."""
    rule, qbo = case.profile.customer, case.books.qbo
    why: pd.Series[Any] = pd.Series(pd.NA, index=clients.index, dtype=TEXT)
    asked = clients["ref"].map(case.lookup_names)
    key = keys(asked)
    asleep = qbo.customers.loc[~qbo.customers["active"], "name"].dropna().map(without_deleted)
    if not rule.sees_inactive:
        why[among(key, asleep.map(unique_key))] = "its customer is inactive"
    if rule.suffix_for == "customer" or not rule.collision_suffix:
        others = pd.concat([qbo.vendors["name"], qbo.employees["name"]])
        why[among(key, keys(others))] = "a vendor or employee has its name"
    if rule.on_miss == "refuse":
        why = why.fillna("no customer has exactly its name, and the app makes none by itself")
    for column in rule.requires:
        why = why.mask(clients[column].isna(), f"it has no {column.replace('_', ' ')}")
    return why.mask((asked == "").fillna(value=False), "it has no name")


def rate_limit_plan(case: Case) -> pd.DataFrame:
    """The first sync sends so many records that QuickBooks' limit of calls a minute makes it slow.

    Counted as two calls for each record that is not linked yet, a look-up and a write.

    Source: Intuit, API limits and throttles (500 calls a minute for each company), HTTP 429; read
        2026-11-22.
    """
    app = case.books.app
    tables = (app.customers, app.items, app.invoices, app.payments)
    records = sum(int((~among(table["ref"], app.links["ref"])).sum()) for table in tables)
    minutes = 2 * records // CALLS_A_MINUTE
    return findings(
        rate_limit_plan,
        [{"ref": COMPANY, "records": records, "minutes": minutes}] if minutes >= _LONG else [],
        "{records:,} records are sent at first: at the pace that QuickBooks allows, that takes "
        "{minutes:,} minutes at least.",
        severity="note",
        remedy="Turn the sync on when nobody works in QuickBooks, and do not start it twice.",
        by="hand",
    )


_LONG = 10
"""Minutes of a first sync from which somebody would wonder whether it still runs."""
