"""The parts of a profile: what can differ between the syncs of invoicing apps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

Mode = Literal["none", "push", "pull", "both"]
Entity = Literal["customer", "item", "invoice", "payment"]
CustomerKey = Literal["stored_id", "display_name", "first_last", "email", "company_name"]


class Cited(BaseModel):
    """Base of a profile's parts: closed, frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CustomerRule(Cited):
    """How an app finds, creates and refuses customers in QuickBooks.

    Attributes:
        match: look-ups in order. "display_name" asks for the look-up name, "first_last" compares
            first and last name, "email" the main e-mail address, "company_name" asks for the
            look-up name among companies' names.
        look_up: what the look-up name is made of: the client's "name", or the first and last name
            of the "person".
        compares: "query" where QuickBooks itself compares, without regard to capitals; "letter"
            where the app compares, letter by letter.
        several: of several hits it takes the "first", or "none" and looks on by the next key, or
            it gives up: "refuse".
        sees_inactive: whether its look-up finds inactive customers.
        relinks: links a second client to a customer that already has one.
        on_miss: "create", or "refuse" until a person picks a customer.
        requires: columns of CUSTOMERS without which the app does not send a client.
        needs_parent: a client below another one travels only when that one is in QuickBooks.
        travels: "all" clients, or only those "with_sales".
        name_max: characters after which the app cuts the look-up name; 0 where it cuts none.
        name_clean_up: "none", or the name of the app's own clean-up (`names.py`).
        name_min: shortest client name that counts as a name at all.
        blank_name: what stands in for a missing name, in order: "contact_name", "contact_email".
        blank_literal: the name of last resort; a client without any is refused where it is empty.
        collision_suffix: after 6240 it tries once more with this behind the name, counting from 2
            where "{n}" stands in it; empty when it does not.
        suffix_for: whether it does so whoever holds the name ("any"), or only where it is a
            "customer", and not for a vendor or employee.
        sends_email: whether the e-mail travels, so that a bad one is refused.
        cuts: columns of CUSTOMERS to the characters of them that travel; 0 where none does.
    """

    match: tuple[CustomerKey, ...]
    look_up: Literal["name", "person"]
    compares: Literal["query", "letter"]
    several: Literal["first", "none", "refuse"]
    sees_inactive: bool
    relinks: bool
    on_miss: Literal["create", "refuse"]
    requires: tuple[str, ...]
    needs_parent: bool
    travels: Literal["all", "with_sales"]
    name_max: int
    name_clean_up: Literal["none", "sanitise"]
    name_min: int
    blank_name: tuple[str, ...]
    blank_literal: str
    collision_suffix: str
    suffix_for: Literal["any", "customer"]
    sends_email: bool
    cuts: Mapping[str, int]


class ItemRule(Cited):
    """How an app finds and creates items.

    Attributes:
        match: look-ups in order; "name" is the leaf name.
        types: item types that its look-up sees.
        sees_inactive: whether its look-up finds inactive items.
        relinks: links a second product to an item that already has one.
        on_miss: "create" or "refuse".
        blank_key: what a line without a product does: "new_item" or "drop_line".
        other_kind: what becomes of a product without stock that finds an item which keeps it: it is
            "link"ed all the same, or "refuse"d.
        looks_before_push: whether a product that is pushed by itself is looked up first, as those
            on invoices are; if not, its create is refused where the name is held.
        pushes_products: whether products travel by themselves, not only on invoices.
        sends_inactive: whether a product that is not active in the app travels; if not, no line of
            it does either.
        edits_travel: whether a change of a product that is linked is sent on.
    """

    match: tuple[Literal["stored_id", "name"], ...]
    types: tuple[str, ...]
    sees_inactive: bool
    relinks: bool
    on_miss: Literal["create", "refuse"]
    blank_key: Literal["new_item", "drop_line"]
    other_kind: Literal["link", "refuse"]
    looks_before_push: bool
    pushes_products: bool
    sends_inactive: bool
    edits_travel: bool


class InvoiceRule(Cited):
    """How an app sends invoices.

    Attributes:
        match: look-ups in order; "number" links to the invoice of that DocNumber.
        sends: which invoices travel: all that are "saved", all but drafts ("sent"), those that are
            "paid" in full, or those that a person picks ("picked"; the forecast shows all of them).
        number_max: characters of the number that are sent.
        allows_duplicate_number: whether it asks QuickBooks to accept a number twice.
        watches_numbers: whether the app itself looks for the number and then does not send,
            whatever QuickBooks' settings are.
        number_taken: fault, or the app's own word, where the number is in use.
        number_taken_equal: the same where total and customer are equal too.
        creates_customer: whether a missing customer is created on the way; if not, an invoice of
            a customer that was refused says so itself.
        looks_again: whether an invoice has its client looked up once more, where that was refused
            before: somebody of the same name may have been created since.
        creates_items: whether missing items are created on the way.
        unresolved_line: "drop" or "refuse".
        missing_tax_rate: "refuse", or "ignore" to send the line without it.
        several_rates: outside the US, of a line with several tax rates the "first" counts, or the
            tax "code" that is made of all of them; where several are, the invoice is refused.
        sends_email: whether the client's e-mail travels with an invoice, so that a bad one is
            refused.
        window_hours: how long an invoice may wait for the next batch; 0 where it travels at once.
        sends_class: whether the class that an invoice names is sent with it.
        custom_numbers: how the app wants QuickBooks' custom transaction numbers: "on", "off" or
            "any".
    """

    match: tuple[Literal["stored_id", "number"], ...]
    sends: Literal["saved", "sent", "paid", "picked"]
    number_max: int
    allows_duplicate_number: bool
    watches_numbers: bool
    number_taken: str
    number_taken_equal: str
    creates_customer: bool
    looks_again: bool
    creates_items: bool
    unresolved_line: Literal["drop", "refuse"]
    missing_tax_rate: Literal["refuse", "ignore"]
    several_rates: Literal["first", "code"]
    sends_email: bool
    window_hours: int
    sends_class: bool
    custom_numbers: Literal["on", "off", "any"]


class PaymentRule(Cited):
    """How an app sends payments.

    Attributes:
        match: look-ups in order; "reference" links to the payment of that PaymentRefNum.
        reference_max: characters of the reference that are sent.
        too_long_reference: "cut" or "refuse".
        unlinked_invoice: a payment of an invoice that is not linked is sent "unapplied" or not.
        methods_back: words, one of which a method of payment in QuickBooks must hold to be taken
            back; none where any is, or where nothing comes back.
        splits_back: whether a payment of several invoices in QuickBooks comes back whole.
    """

    match: tuple[Literal["stored_id", "reference"], ...]
    reference_max: int
    too_long_reference: Literal["cut", "refuse"]
    unlinked_invoice: Literal["unapplied", "refuse"]
    methods_back: tuple[str, ...]
    splits_back: bool


class Flow(Cited):
    """Which way records of one kind go.

    Attributes:
        acts: each mode that can be chosen, to the mode that it really has the effect of.
        mode: the chosen one.
    """

    acts: Mapping[Mode, Mode]
    mode: Mode

    @model_validator(mode="after")
    def _offers_its_mode(self) -> Self:
        if self.mode not in self.acts:
            raise ValueError(f"the mode {self.mode!r} is none of {', '.join(self.acts)}")
        return self

    @property
    def effect(self) -> Mode:
        """What the chosen mode really does."""
        return self.acts[self.mode]

    @property
    def pushes(self) -> bool:
        """Whether records go from the app to QuickBooks."""
        return self.effect in {"push", "both"}

    @property
    def pulls(self) -> bool:
        """Whether records come from QuickBooks by themselves."""
        return self.effect in {"pull", "both"}


class LinkRule(Cited):
    """What becomes of records that are linked.

    Attributes:
        reconnect_keeps: whether links outlive a disconnection.
        by_hand: kinds that a person can link to a record of their choice, in the app.
        by_hand_steps: the clicks.
        unlink_steps: the clicks that take a client's link back; none where none are told of.
        merges_clients: whether two clients can be made one in the app.
        survivor: which record of a merge must stay: the "linked" one, or the "newest", which is
            the one that the app made.
        disconnect_on: events that break an invoice's link, as "app.invoice.total" or
            "qbo.invoice.voided".
        lost_for_good: those of them after which it cannot be linked again.
        rename_travels: whether a client's new name is sent on.
        overwrites: kinds whose record in QuickBooks is written anew as a whole at the next change.
    """

    reconnect_keeps: bool
    by_hand: tuple[Entity, ...]
    by_hand_steps: tuple[str, ...]
    unlink_steps: tuple[str, ...]
    merges_clients: bool
    survivor: Literal["linked", "newest"]
    disconnect_on: tuple[str, ...]
    lost_for_good: tuple[str, ...]
    rename_travels: bool
    overwrites: tuple[Entity, ...]


class PullRule(Cited):
    """What an import from QuickBooks does to the app, asked for by a person or not.

    Which methods of payment come back, and whether one of several invoices does whole, stands in
    `PaymentRule`.

    Attributes:
        offered: kinds that can be imported; none where there is no import.
        comes_first: kinds of which the first sync itself takes in what QuickBooks has, before it
            sends any; nobody has to ask for that.
        ignores_mode: whether it runs whatever mode is chosen.
        customer_match: look-ups in order: "stored_id", "name" (the display name), "company_name",
            "email" (that of any contact).
        customer_name: what becomes the client's name: "name" or "company_name".
        collates: whether names are compared as a database does: without case, accents and blanks
            at the end.
        item_match: look-ups in order: "stored_id", "name", "full_name".
        number_clash: an invoice whose number the app has is taken in under a "suffix", "skip"ped,
            or taken in ("create").
        voided: an invoice or payment that was voided is deleted in the app ("delete") or left
            ("keep").
        takes_void: whether one that is void, and that the app does not have, is taken in.
        takes_receipts: whether a sales receipt is taken in, as an invoice that is paid.
        brings_client: whether a sale whose customer has no client in the app brings it along; if
            not, it stays out.
        payment_match: look-ups of payments: by "stored_id" or not at all.
        zero_payment: a payment of nought becomes a "credit" in the app, or is a "payment" there.
        invoice_missing: a payment of an invoice that the app does not have is taken in
            "unapplied", or "skip"ped.
    """

    offered: tuple[Entity, ...]
    comes_first: tuple[Entity, ...]
    ignores_mode: bool
    customer_match: tuple[Literal["stored_id", "name", "company_name", "email"], ...]
    customer_name: Literal["name", "company_name"]
    collates: bool
    item_match: tuple[Literal["stored_id", "name", "full_name"], ...]
    number_clash: Literal["suffix", "skip", "create"]
    voided: Literal["delete", "keep"]
    takes_void: bool
    takes_receipts: bool
    brings_client: bool
    payment_match: tuple[Literal["stored_id"], ...]
    zero_payment: Literal["credit", "payment"]
    invoice_missing: Literal["unapplied", "skip"]


class StatusRule(Cited):
    """What the app shows of its sync.

    Attributes:
        where: where a person sees it.
        words: what happened ("link", "create", "refuse", "skip", "wait", or a fault) to the app's
            own word for it.
        keeps_out: words of the app's status list that keep a record, and its sales, at home.
    """

    where: str
    words: Mapping[str, str]
    keeps_out: tuple[str, ...]


class About(Cited):
    """What people are told about a profile.

    Attributes:
        id: folder name of the app.
        name: the app's own name.
        version: of the app, whose behaviour this is.
        truth_side: which side's spelling wins when both could change.
        client: the app's word for a customer.
        product: the app's word for an item.
        manual_merge: clicks that merge two clients in the app, or what to do where it cannot.
        manual_edit: clicks that edit a client in the app.
        resync: clicks that send a record again once it is mended.
        turn_on: where the sync is turned on.
        who: whose rights hand-work in the app takes.
    """

    id: str
    name: str
    version: str
    truth_side: Literal["app", "qbo"]
    client: str
    product: str
    manual_merge: tuple[str, ...]
    manual_edit: tuple[str, ...]
    resync: tuple[str, ...]
    turn_on: tuple[str, ...]
    who: str
