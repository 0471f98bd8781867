"""What must hold before the first request leaves."""

from __future__ import annotations

from collections.abc import Mapping

from recon.errors import (
    ConfigError,
    NotApprovedError,
    StalePlanError,
    UnsafePlanError,
    WorkspaceError,
)
from recon.plan import Plan, WriteTo
from recon.ports import Writer
from recon.settings import Settings


def require_fresh(plan: Plan, newest: tuple[str, str]) -> None:
    """Refuse a plan that was made from other snapshots than the newest.

    Raises:
        StalePlanError: it was.
    """
    if tuple(plan.snapshots) != tuple(newest):
        raise StalePlanError(
            "The books were pulled again after this plan was made.",
            remedy="Propose again and review what is new; nothing was sent.",
        )


def require_one_rival(plan: Plan, chosen: frozenset[str]) -> None:
    """Refuse two answers to one question.

    Raises:
        NotApprovedError: both are approved.
    """
    for action in plan.actions:
        both = chosen.intersection(action.rivals) if action.id in chosen else None
        if both:
            raise NotApprovedError(
                f"{action.id} and {min(both)} are both approved, but only one of them can be.",
                remedy="Reject one of them; nothing was sent.",
            )


def require_right_company(
    plan: Plan, chosen: frozenset[str], writers: Mapping[WriteTo, Writer]
) -> None:
    """Refuse to write to another company, or kind of company, than the plan's, on either side.

    Raises:
        WorkspaceError: it is another one.
        ConfigError: a system that the plan writes to is not connected, or may only be read.
        AuthError, BusyError, RejectedError: the app does not say which company it is.
    """
    needed = {w.to for w in plan.writes if w.action_id in chosen and w.to != "hand"}
    if missing := needed - set(writers):
        told = " and ".join(_SIDES[side] for side in sorted(missing))
        raise ConfigError(
            f"The plan writes to {told}, which is not connected.",
            remedy="Connect first; nothing was sent.",
        )
    if "qbo" in needed:
        _require_books(plan, writers["qbo"])
    if "app" in needed:
        _require_app(plan, writers["app"])


_SIDES: Mapping[WriteTo, str] = {"qbo": "QuickBooks", "app": "the invoicing app"}


def _require_books(plan: Plan, qbo: Writer) -> None:
    if (qbo.realm, qbo.environment) != (plan.realm, plan.environment):
        raise WorkspaceError(
            f'The plan is for "{plan.company}" (company {plan.realm or "unknown"}, '
            f"{plan.environment}), but QuickBooks is connected to company {qbo.realm}, "
            f"{qbo.environment}.",
            remedy="Connect to the plan's company, or pull and propose for this one; "
            "nothing was sent.",
        )
    if not qbo.may_write:
        raise ConfigError(
            f'"{plan.company}" (company {qbo.realm}) are real books, and nobody has said yet that '
            "recon may write to them.",
            remedy='Say so once: recon allow WORKSPACE --by "Ann"; nothing was sent.',
        )


def _require_app(plan: Plan, app: Writer) -> None:
    if not app.may_write:
        raise ConfigError(
            "The invoicing app holds real records, and nobody has said yet that recon may change "
            "them.",
            remedy='Say so once: recon allow WORKSPACE --by "Ann"; nothing was sent.',
        )
    if app.realm != plan.app_realm:
        raise WorkspaceError(
            "The plan is for another company in the invoicing app than the one that its token "
            "belongs to.",
            remedy="Give the token of the plan's company, or pull and propose for this one; "
            "nothing was sent.",
        )


def require_safe(
    plan: Plan, chosen: frozenset[str], settings: Settings, customers: Mapping[WriteTo, int]
) -> None:
    """Refuse to change more customers of a side than the limit allows.

    Raises:
        UnsafePlanError: it would; the numbers are in the message.
    """
    for side, total in customers.items():
        prefix = f"{side}:customer:"
        changed = {
            w.ref
            for w in plan.writes
            if w.action_id in chosen and w.to == side and w.ref.startswith(prefix)
        }
        if total < settings.min_records_for_share or not changed:
            continue
        share = len(changed) / total
        if share > settings.max_changed_share:
            raise UnsafePlanError(
                f"The plan would change {len(changed)} of {total} customers in {_SIDES[side]} "
                f"({share:.0%}); the limit is {settings.max_changed_share:.0%}.",
                remedy="Check that the right books were pulled, or raise the limit in the "
                "settings; nothing was sent.",
            )
