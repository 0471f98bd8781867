"""A plan is frozen data: what is approved is what was shown, and nothing else is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.advice.rounds import in_round, joined
from recon.plan import (
    Action,
    Decision,
    Instruction,
    LookUp,
    Plan,
    Write,
    approved,
    body_hash,
    filled,
    placeholders,
    standing,
)

AT = datetime(2026, 11, 22, 9, 30, 0, 123, tzinfo=UTC)

ACTION = Action(
    id="rename-1", kind="rename", ref="app:customer:1", other_ref="qbo:customer:7",
    title="Rename Finch", why="It would be missed.", will="It gets the name.", cause="near_miss",
    band="close", evidence=("one letter differs", "same street"),
    compare={"Name": ("Finch & Sons", "Finch and Sons"), "City": ("", "Ulm")},
    undo="full", bulk=True, rivals=("rename-9",), after=("rename-2",), advised=True,
    weighed=(("name", 9.1), ("phone", -1.5)),
)  # fmt: skip
BY_HAND = Instruction(
    where="Invoice Ninja", who="an owner", steps=("Open it.", "Save."), then=("Export again.",),
    do={"step": "edit", "ref": "app:customer:1", "fields": {"name": "Finch"}},
)  # fmt: skip
WRITE = Write(
    id="w1", action_id="rename-1", to="qbo", operation="update", entity="Customer",
    body={"Id": "7", "SyncToken": {"$from": "w0", "field": "SyncToken"}, "DisplayName": "Finch"},
    ref="qbo:customer:7",
    expect={"side": "qbo", "table": "customers", "key": {"ref": "qbo:customer:7"},
            "shows": {"name": "Finch", "active": True}},
    restore={"DisplayName": "Finch and Sons"}, look_up=LookUp("Customer", "DisplayName", "Finch"),
    instruction=BY_HAND,
)  # fmt: skip
OTHER = Action(
    id="skip-2", kind="skip", ref="app:invoice:9", title="Leave it out", why="It is there.",
    will="Nothing.", cause="invoice_in_both",
)  # fmt: skip
PLAN = Plan(
    "plan-1", "9130", "sandbox", "Small & Sons Größe", "invoiceninja 5.12.4", AT,
    ("app-1", "qbo-1"), (ACTION, OTHER), (WRITE,),
)  # fmt: skip

CHANGED: dict[type, dict[str, Any]] = {
    Action: {
        "id": "rename-0", "kind": "edit", "ref": "app:customer:2", "other_ref": "",
        "title": "Rename finch", "why": "", "will": "It gets the name!", "cause": "inactive_twin",
        "band": "similar", "evidence": ("same street", "one letter differs"),
        "compare": {"Name": ("Finch & Sons", "Finch and Sons "), "City": ("", "Ulm")},
        "undo": "partial", "bulk": False,
        "rivals": (), "after": ("rename-3",), "advised": False, "claims": "different",
        "confirm": "disconnect invoice 11",
    },
    Write: {
        "id": "w2", "to": "app", "operation": "create", "entity": "Vendor",
        "body": {**WRITE.body, "DisplayName": "Finch "}, "ref": "qbo:customer:8",
        "expect": {}, "restore": {}, "look_up": LookUp("Customer", "DisplayName", "finch"),
        "instruction": replace(BY_HAND, then=()),
    },
}  # fmt: skip


def decision(
    verdict: Any = "approve",
    by: str = "Ann",
    role: Any = "preparer",
    minutes: int = 0,
    **other: Any,
) -> Decision:
    """What somebody said about the first action of the plan."""
    told = {"plan_id": PLAN.id, "action_id": ACTION.id, "digest": PLAN.digests()[ACTION.id]} | other
    return Decision(
        verdict=verdict, by=by, role=role, at=AT + timedelta(minutes=minutes), note="", **told
    )


def test_a_plan_comes_back_from_its_text_as_it_was() -> None:
    """The text is stable to the byte, and nothing of the plan is lost in it."""
    text = PLAN.to_json()
    back = Plan.from_json(text)
    assert back == PLAN
    assert back.to_json() == text
    assert back.digests() == PLAN.digests()
    assert back.digest == PLAN.digest
    assert "Größe" in text


def test_the_text_does_not_depend_on_the_order_in_which_fields_were_put_in() -> None:
    """Two equal bodies are one text, and one digest."""
    turned = replace(WRITE, body=dict(reversed(list(WRITE.body.items()))))
    assert replace(PLAN, writes=(turned,)).to_json() == PLAN.to_json()
    assert replace(PLAN, writes=(turned,)).digests() == PLAN.digests()
    assert body_hash(turned.body) == body_hash(WRITE.body)
    assert body_hash({"a": "1"}) != body_hash({"a": 1})


def test_the_sweep_of_changes_leaves_no_field_out() -> None:
    """A field that is added later must be added to the sweep."""
    assert set(CHANGED[Action]) == {f.name for f in fields(Action)} - {"weighed"}
    assert set(CHANGED[Write]) == {f.name for f in fields(Write)} - {"action_id"}


@pytest.mark.parametrize("name", CHANGED[Action])
def test_any_changed_field_of_an_action_changes_its_digest(name: str) -> None:
    """Whatever was shown: nobody can swap it behind an approval."""
    other = replace(ACTION, **{name: CHANGED[Action][name]})
    assert getattr(other, name) != getattr(ACTION, name)
    plan = replace(PLAN, actions=(other, OTHER), writes=(replace(WRITE, action_id=other.id),))
    assert plan.digests()[other.id] != PLAN.digests()[ACTION.id]
    assert plan.digests()[OTHER.id] == PLAN.digests()[OTHER.id]
    assert plan.digest != PLAN.digest


def test_a_weight_that_moved_voids_no_approval() -> None:
    """The matcher may have learned; what it showed and what is sent are the same."""
    other = replace(ACTION, weighed=(("name", 4.0),))
    assert replace(PLAN, actions=(other, OTHER)).digests() == PLAN.digests()


def test_an_older_plan_can_be_opened() -> None:
    """One without weights, and without the order of what is compared: its approvals count."""
    told = json.loads(PLAN.to_json())
    for each in told["actions"]:
        del each["weighed"]
        each["compare"] = {name: pair for name, *pair in sorted(each["compare"])}
    old = Plan.from_json(json.dumps(told))
    assert (old.actions[0].weighed, old.digests()) == ((), PLAN.digests())


def test_what_is_compared_keeps_its_order() -> None:
    """The name stands first, also in a plan that was opened again."""
    assert list(Plan.from_json(PLAN.to_json()).actions[0].compare) == ["Name", "City"]


@pytest.mark.parametrize("name", CHANGED[Write])
def test_any_changed_field_of_a_write_changes_its_actions_digest(name: str) -> None:
    """Whatever would be sent: nobody can swap it behind an approval."""
    other = replace(WRITE, **{name: CHANGED[Write][name]})
    assert getattr(other, name) != getattr(WRITE, name)
    plan = replace(PLAN, writes=(other,))
    assert plan.digests()[ACTION.id] != PLAN.digests()[ACTION.id]
    assert plan.digests()[OTHER.id] == PLAN.digests()[OTHER.id]


def test_a_write_more_or_less_changes_the_digest() -> None:
    """So does its place among the writes of one action."""
    digests = {
        replace(PLAN, writes=writes).digests()[ACTION.id]
        for writes in [
            (), (WRITE,), (WRITE, replace(WRITE, id="w2")), (replace(WRITE, id="w2"), WRITE)
        ]
    }  # fmt: skip
    assert len(digests) == 4


@pytest.mark.parametrize("name", ["realm", "environment"])
def test_an_approval_is_for_one_company(name: str) -> None:
    """The same action for another company, or for production, is another one."""
    plan = replace(PLAN, **{name: "other"})
    assert approved(plan, [decision()]) == frozenset()
    assert approved(plan, [decision(digest=plan.digests()[ACTION.id])]) == {ACTION.id}


@settings(max_examples=60, deadline=None)
@given(
    body=st.dictionaries(
        st.text(max_size=4),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=4),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
            max_leaves=6,
        ),
        max_size=4,
    )
)
def test_any_body_survives_the_text(body: dict[str, Any]) -> None:
    """Requests are JSON: whatever JSON holds comes back, with an equal digest."""
    plan = replace(PLAN, writes=(replace(WRITE, body=body),))
    assert Plan.from_json(plan.to_json()) == plan
    assert Plan.from_json(plan.to_json()).digests() == plan.digests()


def test_digests_can_be_checked_by_other_means() -> None:
    """SHA-256 in hexadecimal, so that another program can recompute them."""
    digest = PLAN.digests()[ACTION.id]
    assert len(digest) == 64
    assert int(digest, 16)
    assert body_hash({"b": 1, "a": "ä"}) == hashlib.sha256(b'{"a":"\xc3\xa4","b":1}').hexdigest()


def test_digests_are_the_same_in_every_version() -> None:
    """Or every approval in every workspace would be void after an update."""
    digest = "33f4835868b0f329d002822da23fd6a86b9412de63ce56cb257afff580c20b12"
    assert replace(PLAN, actions=(OTHER,), writes=()).digests()[OTHER.id] == digest


def test_nothing_is_approved_until_somebody_approves() -> None:
    """No word, no approval; and an approval is for one action."""
    assert approved(PLAN, []) == frozenset()
    assert approved(PLAN, [decision()]) == {ACTION.id}


@pytest.mark.parametrize("last", ["reject", "skip", "ask", "clear"])
def test_the_last_word_counts(last: str) -> None:
    """An approval can be taken back, and given again."""
    words = [decision(), decision(last, minutes=1)]
    assert approved(PLAN, words) == frozenset()
    assert approved(PLAN, [*words, decision(minutes=2)]) == {ACTION.id}


def test_a_cleared_action_is_undecided() -> None:
    """As if nobody had said anything."""
    assert standing(PLAN, [decision(), decision("clear")]) == {}
    assert standing(PLAN, [decision("ask")])[ACTION.id].verdict == "ask"


@pytest.mark.parametrize(
    "other", [{"digest": "0" * 64}, {"plan_id": "plan-2"}, {"action_id": "rename-9"}]
)
def test_an_approval_of_something_else_does_not_count(other: dict[str, str]) -> None:
    """Another digest, another plan, another action."""
    assert approved(PLAN, [decision(**other)]) == frozenset()


def test_a_word_about_another_plan_does_not_overrule_this_one() -> None:
    """Ids of actions are stable over plans, so plans are told apart."""
    assert approved(PLAN, [decision(), decision("reject", plan_id="plan-2")]) == {ACTION.id}


def test_a_reviewers_signature_alone_approves_nothing() -> None:
    """The reviewer signs what the preparer has approved."""
    signed = decision(role="reviewer", by="Bo")
    assert approved(PLAN, [signed]) == frozenset()
    assert approved(PLAN, [signed], second_person=True) == frozenset()


def test_a_second_person_signs_after_the_first() -> None:
    """Both have seen the same digest, the reviewer not before the preparer."""
    first, second = decision(), decision(role="reviewer", by="Bo", minutes=1)
    assert approved(PLAN, [first], second_person=True) == frozenset()
    assert approved(PLAN, [first, second], second_person=True) == {ACTION.id}
    assert approved(PLAN, [second, first], second_person=True) == {ACTION.id}


@pytest.mark.parametrize("by", ["Ann", "ann", " ANN ", "Ann\t"])
def test_nobody_signs_for_himself(by: str) -> None:
    """Neither in other letters nor with blanks around the name."""
    signed = decision(role="reviewer", by=by, minutes=1)
    assert approved(PLAN, [decision(), signed], second_person=True) == frozenset()


@pytest.mark.parametrize(
    "second",
    [
        decision(role="reviewer", by="Bo", minutes=-1),
        decision("reject", role="reviewer", by="Bo", minutes=1),
        decision("ask", role="reviewer", by="Bo", minutes=1),
        decision("clear", role="reviewer", by="Bo", minutes=1),
        decision(role="reviewer", by="Bo", minutes=1, digest="0" * 64),
        decision(role="reviewer", by="Bo", minutes=1, plan_id="plan-2"),
    ],
    ids=["before the preparer", "reject", "ask", "clear", "saw another digest", "other plan"],
)
def test_a_signature_that_does_not_count(second: Decision) -> None:
    """Too early, not an approval, or for something else."""
    assert approved(PLAN, [decision(), second], second_person=True) == frozenset()


def test_a_signature_is_void_once_the_preparer_decides_anew() -> None:
    """The later word of the preparer needs a later signature."""
    words = [decision(), decision(role="reviewer", by="Bo", minutes=1), decision(minutes=2)]
    assert approved(PLAN, words, second_person=True) == frozenset()
    words.append(decision(role="reviewer", by="Bo", minutes=3))
    assert approved(PLAN, words, second_person=True) == {ACTION.id}


def test_a_reviewer_can_take_the_signature_back() -> None:
    """The reviewer's last word counts too."""
    words = [
        decision(),
        decision(role="reviewer", by="Bo", minutes=1),
        decision("reject", role="reviewer", by="Bo", minutes=2),
    ]
    assert approved(PLAN, words, second_person=True) == frozenset()


def test_placeholders_are_found_wherever_they_stand() -> None:
    """In maps, lists and lists in maps; what merely looks like one is none."""
    body = {
        "CustomerRef": {"value": {"$from": "w1", "field": "Id"}},
        "Line": [{"Linked": [{"$from": "w2", "field": "Id"}]}, "$from"],
        "SyncToken": {"$from": "w1", "field": "SyncToken"},
    }
    assert list(placeholders(body)) == [("w1", "Id"), ("w2", "Id"), ("w1", "SyncToken")]
    assert list(placeholders({"Id": "7"})) == []


def test_placeholders_are_filled_from_earlier_answers() -> None:
    """The template itself stays as it was approved."""
    body = {"Ref": {"value": {"$from": "w1", "field": "Id"}}, "Line": [{"Amount": "1"}]}
    before = json.dumps(body)
    assert filled(body, {"w1": {"Id": "42"}}) == {"Ref": {"value": "42"}, "Line": [{"Amount": "1"}]}
    assert json.dumps(body) == before


@pytest.mark.parametrize("answers", [{}, {"w2": {"Id": "1"}}, {"w1": {"SyncToken": "0"}}])
def test_a_placeholder_without_an_answer_is_never_sent(answers: dict[str, dict[str, str]]) -> None:
    """An empty guess would be a request that nobody approved."""
    with pytest.raises(KeyError):
        filled({"Id": {"$from": "w1", "field": "Id"}}, answers)


def test_a_request_id_is_that_of_plan_write_and_generation() -> None:
    """Repeated it is the same; another plan, write or generation is another request."""
    ids = {
        WRITE.request_id(plan, generation) for plan in ("plan-1", "plan-2") for generation in (0, 1)
    }
    assert len(ids | {replace(WRITE, id="w2").request_id("plan-1")}) == 5
    assert WRITE.request_id("plan-1") == WRITE.request_id("plan-1", 0)
    assert replace(WRITE, body={}).request_id("plan-1") == WRITE.request_id("plan-1")


def test_request_ids_are_the_same_in_every_version() -> None:
    """A restart with a newer recon must not send a second time; 36 characters fit a batch too."""
    assert WRITE.request_id("plan-1") == "42f7abbd-736f-5b0e-a033-9d0fe385c3e0"
    assert len(WRITE.request_id("p" * 500)) == 36
    assert UUID(WRITE.request_id("plan-1")).version == 5


def test_the_writes_of_an_action_are_found_in_their_order() -> None:
    """And an action by its id."""
    writes = (WRITE, replace(WRITE, id="w2", action_id=OTHER.id), replace(WRITE, id="w3"))
    plan = replace(PLAN, writes=writes)
    assert [w.id for w in plan.writes_of(ACTION.id)] == ["w1", "w3"]
    assert plan.action(OTHER.id) is OTHER
    with pytest.raises(KeyError):
        plan.action("nobody")


def test_plans_are_joined_without_mixing_their_ids_up() -> None:
    """The second round's ids are marked wherever they stand; the first round's stay."""
    both = joined([PLAN, PLAN])
    assert [a.id for a in both.actions] == ["rename-1", "skip-2", "2/rename-1", "2/skip-2"]
    assert both.action("2/rename-1").rivals == ("2/rename-9",)
    assert both.action("2/rename-1").after == ("2/rename-2",)
    assert [w.id for w in both.writes_of("2/rename-1")] == ["2/w1"]
    assert both.actions[:2] == PLAN.actions
    assert joined([PLAN]) == PLAN
    assert (in_round(1, "w1"), in_round(3, "w1")) == ("w1", "3/w1")
