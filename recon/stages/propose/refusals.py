"""What QuickBooks, or the app, refuses of a client itself: its name, other fields, its address."""

from __future__ import annotations

from collections.abc import Mapping

from recon.plan import Action
from recon.rules.limits import CLEAN_CUSTOMER_FIELDS, CUSTOMER_FIELDS_MAX
from recon.rules.names import free_name, illegal_in_name, legal_email, legal_name, unique_key
from recon.stages.propose.addresses import Addresses
from recon.stages.propose.draft import Draft
from recon.stages.propose.names import free_the_name, rename_in_app, shared_name
from recon.stages.propose.parties import Parties


def mend_refusals(draft: Draft, parties: Parties, addresses: Addresses | None) -> None:
    """Whatever would still be refused, and clients that have no name at all."""
    literal = draft.case.profile.customer.blank_literal
    kept: set[str] = set()
    for ref, row in sorted(parties.outcome.items()):
        if ref in parties.app_keeper or ref in parties.partner:
            continue
        if draft.name(ref) == literal and row["outcome"] in {"create", "link"}:
            rename_in_app(draft, ref, "blank_client_collapses")
        elif row["fault"] == "several_customers" and addresses is not None:
            addresses.part(ref)
        elif row["outcome"] == "refuse":
            _mend(draft, parties, ref, row["fault"], kept)


def _mend(draft: Draft, parties: Parties, ref: str, fault: str, kept: set[str]) -> None:
    """What the client's own name or address is refused for."""
    name = draft.name(ref)
    if fault in {"missing_name", "no_name", "6080"}:
        _name_in_full(draft, ref)
    elif fault == "6240" and name == name.strip():
        if _is_second(draft, parties, ref, kept):
            rename_in_app(draft, ref, "same_name_different_party")
        else:
            free_the_name(draft, parties, ref)
    elif fault in {"2040", "2050"} and (fields := _unfit_fields(draft, ref)):
        _fit_fields(draft, ref, fields)
        if illegal_in_name(name):
            _clean_name(draft, ref)
    elif fault in {"2040", "2050", "6240"}:
        _clean_name(draft, ref)
    elif fault == "2210":
        _clean_email(draft, ref)


def _is_second(draft: Draft, parties: Parties, ref: str, kept: set[str]) -> bool:
    """Whether another client of that name keeps it, in QuickBooks or by this plan."""
    key = unique_key(draft.name(ref))
    if not shared_name(draft, parties, ref):
        return False
    others = [other for other in parties.called[key] if other != ref]
    there = any(parties.outcome[other]["effect"] in {"link", "create"} for other in others)
    if there or key in kept:
        return True
    kept.add(key)
    return False


def _name_in_full(draft: Draft, ref: str) -> None:
    """A client without the first and last name that the app wants of it, or without any."""
    about, row = draft.case.profile.about, draft.rows[ref]
    own = str(row["name"] or row["company_name"] or row["email"] or "").replace("@", " at ")
    name = in_two_words(own or f"{about.client.capitalize()} {row['number'] or ''}".strip())
    if unique_key(name) in draft.taken and unique_key(name) != unique_key(draft.name(ref)):
        name = free_name(name, draft.taken, str(row["city"] or ""))
    draft.taken.add(unique_key(name))
    draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            title=f"Enter {name} as first and last name of {draft.called(ref) or ref} "
            f"in {about.name}",
            why=f"{about.name} does not send a {about.client} without them.",
            will=f"By hand in {about.name}; the first word is the first name.",
            cause="client_missing_first_or_last_name",
            compare={"Name": (str(row["name"] or ""), name)},
            bulk=False,
        ),
        [draft.edit_in_app(ref, {"name": name})],
    )


def in_two_words(name: str) -> str:
    """A name that can be told as a first and a last name: of one word it says so twice."""
    first, _, last = " ".join(legal_name(name).split()).partition(" ")
    return f"{first} {last or first}"


def _clean_name(draft: Draft, ref: str) -> None:
    about = draft.case.profile.about
    name = legal_name(draft.name(ref))[:100].rstrip()
    if unique_key(name) in draft.taken and name != draft.name(ref).strip():
        name = free_name(name, draft.taken)
    draft.taken.add(unique_key(name))
    draft.add(
        Action(
            id="",
            kind="rename",
            ref=ref,
            title=f"Rename {draft.called(ref)} to {name} in {about.name}",
            why="QuickBooks refuses the name as it is written.",
            will=f"{draft.in_app.way}: the {about.client} gets a name that QuickBooks takes.",
            cause="name_illegal_characters",
            compare={"Name": (draft.name(ref), name)},
            bulk=False,
        ),
        [draft.edit_in_app(ref, {"name": name})],
    )


def _unfit_fields(draft: Draft, ref: str) -> dict[str, str]:
    """Fields of a client that QuickBooks refuses, beside its name, to what it would take.

    None where recon changes the app itself: what its API takes of these nobody has told.
    """
    rule, row = draft.case.profile.customer, draft.rows[ref]
    if draft.in_app.live:
        return {}
    clean: tuple[str, ...] = CLEAN_CUSTOMER_FIELDS
    if rule.look_up == "person":
        clean = ()  # first and last name are the name, which is mended whole

    def fitting(name: str, value: str) -> str:
        most = CUSTOMER_FIELDS_MAX[name]
        value = value if len(value) <= most else value[:most].rstrip()
        return legal_name(value) if name in clean and illegal_in_name(value) else value

    held = {name: str(row[name] or "") for name in CUSTOMER_FIELDS_MAX}
    sent = {name: value[: rule.cuts.get(name)] for name, value in held.items()}
    return {name: now for name, was in sent.items() if (now := fitting(name, was)) != was}


def _fit_fields(draft: Draft, ref: str, fields: Mapping[str, str]) -> None:
    """What of a client has less room than the name it is shown under, or takes no colon."""
    about, row = draft.case.profile.about, draft.rows[ref]
    named = " and ".join(name.replace("_", " ").removesuffix(" line1") for name in fields)
    draft.add(
        Action(
            id="",
            kind="edit",
            ref=ref,
            title=f"Correct {named} of {draft.called(ref)} in {about.name}",
            why="QuickBooks refuses it as it is written: it is too long, or has a colon in it.",
            will=f"{draft.in_app.way}: {'; '.join(fields.values())}.",
            cause="name_too_long",
            compare={
                name.replace("_", " ").capitalize(): (str(row[name]), now)
                for name, now in fields.items()
            },
            bulk=False,
        ),
        [draft.edit_in_app(ref, fields)],
    )


def _clean_email(draft: Draft, ref: str) -> None:
    about = draft.case.profile.about
    address = str(draft.rows[ref]["email"] or "")
    tidied = address.strip().replace(" ", "").replace(";", ",").rstrip(".,")
    offered = tidied if legal_email(tidied) else ""
    if draft.in_app.live:
        offered = offered.split(",")[0]  # an API takes one address a contact, QuickBooks several
    draft.add(
        Action(
            id="",
            kind="edit",
            ref=ref,
            title=f"Correct the e-mail address of {draft.called(ref)} in {about.name}",
            why=f"QuickBooks refuses the address {address}.",
            will=f"{draft.in_app.way}: {offered or 'the address is emptied'}.",
            cause="email_invalid",
            undo="none" if draft.in_app.live else "full",  # its API takes no address that is none
            compare={"E-mail": (address, offered)},
            bulk=False,
        ),
        [draft.edit_in_app(ref, {"email": offered})],
    )
