"""Propose: for every outcome that is not wanted, the cheapest mend, as a finished plan."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.plan import Plan
from recon.stages.propose.byhand import propose_hand_work
from recon.stages.propose.customers import propose_customers
from recon.stages.propose.draft import Draft
from recon.stages.propose.fields import propose_fields
from recon.stages.propose.items import propose_items
from recon.stages.propose.sales import propose_sales
from recon.stages.propose.ties import held_to_links


def propose(
    case: Case,
    outcomes: pd.DataFrame,
    *,
    plan_id: str,
    environment: str,
    snapshots: tuple[str, str],
) -> Plan:
    """A plan whose approval leaves no duplicate, wrong link or avoidable refusal.

    Args:
        case: the company before the sync.
        outcomes: `OUTCOMES` of the same case.
        plan_id: unique; request ids are made of it.
        environment: that the plan is bound to.
        snapshots: ids of the snapshots of app and QuickBooks.

    Returns:
        The plan, frozen. Actions that recon itself would not carry out are in it with `advised`
        False: other answers to the same question.
    """
    draft = Draft(case)
    # who comes into the app although he is there: mended with the record that is there
    outcomes = outcomes[outcomes["outcome"] != "create_in_app"]
    propose_customers(draft, outcomes[outcomes["kind"] == "customer"])
    propose_items(draft, outcomes[outcomes["kind"] == "item"])
    propose_sales(draft, outcomes)
    propose_fields(draft)
    propose_hand_work(draft)
    actions, writes = draft.finish()
    about, side = case.profile.about, case.books.app
    plan = Plan(
        id=plan_id,
        realm=case.books.qbo.realm,
        environment=environment,
        company=case.books.qbo.company,
        profile=f"{about.id} {about.version}",
        made_at=case.now,
        snapshots=snapshots,
        actions=actions,
        writes=writes,
        app_realm=(side.realm or side.company) if side.live else "",
    )
    return held_to_links(plan, case.profile, case.books)
