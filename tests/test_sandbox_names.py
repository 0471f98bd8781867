"""Names, parents, going inactive and coming back."""

from __future__ import annotations

import pytest
from sandbox_talk import Talk, garden_company, ref

from recon.sandbox.books.switches import Switches
from recon.sandbox.faults import Fault
from recon.sandbox.server import Sandbox


@pytest.mark.parametrize("kind", ["customer", "vendor", "employee"])
@pytest.mark.parametrize("name", ["rosebud florist", "  Harbor Supply ", "DANA FIELDS"])
def test_three_lists_share_one_set_of_names(talk: Talk, kind: str, name: str) -> None:
    """A name of a customer, vendor or employee is no other's, whatever its case and blanks."""
    assert talk.post(kind, {"DisplayName": name}).code == "6240"


def test_a_rename_carries_down_to_every_sub(talk: Talk) -> None:
    """Full names and parent names below follow the new name; levels stay."""
    pool = talk.made("customer", DisplayName="Pool", Job=True, ParentRef=ref("3"))
    talk.change("customer", "2", DisplayName="Hillside Academy")
    assert talk.get("customer", "3")["ParentRef"]["name"] == "Hillside Academy"
    below = talk.get("customer", pool["Id"])
    assert below["FullyQualifiedName"] == "Hillside Academy:Gym:Pool"
    assert (below["Level"], below["SyncToken"]) == (2, "0")


def test_a_sub_can_move(talk: Talk) -> None:
    """A new parent gives a new full name, and the balance moves with the sub."""
    moved = talk.change("customer", "3", ParentRef=ref("1"), Job=True).record()
    assert moved["FullyQualifiedName"] == "Rosebud Florist:Gym"
    assert talk.get("customer", "1")["BalanceWithJobs"] == 110.0
    assert talk.get("customer", "2")["BalanceWithJobs"] == 230.0


def test_nobody_is_their_own_ancestor(talk: Talk) -> None:
    """A record goes neither under itself nor under one of its subs."""
    assert talk.change("customer", "2", ParentRef=ref("2"), Job=True).code == "900"
    assert talk.change("customer", "2", ParentRef=ref("3"), Job=True).code == "900"


def test_moving_a_tree_counts_its_depth(talk: Talk) -> None:
    """Five levels in all, counted through what hangs below the moved record."""
    ids = ["3"]
    for name in ("Pool", "Pump house"):
        sub = talk.made("customer", DisplayName=name, Job=True, ParentRef=ref(ids[-1]))
        ids.append(sub["Id"])
    top = talk.made("customer", DisplayName="District")
    assert talk.change("customer", "2", ParentRef=ref(top["Id"]), Job=True).status == 200
    above = talk.made("customer", DisplayName="State")
    refused = talk.change("customer", top["Id"], ParentRef=ref(above["Id"]), Job=True)
    assert refused.code == "6180"


def test_an_inactive_name_is_free_for_customers_only(talk: Talk) -> None:
    """The suffix frees a customer's name; an inactive item's name stays taken."""
    assert talk.change("customer", "5", Active=False).status == 200
    assert talk.post("vendor", {"DisplayName": "O'Neil's Café"}).status == 200
    item = {"Name": "retired rake", "IncomeAccountRef": ref("1")}
    assert talk.post("item", item).detail.endswith("Id=4")
    assert talk.change("item", "4", Active=True).record()["Name"] == "Retired Rake"


def test_a_sub_comes_back_after_its_parent_only(talk: Talk) -> None:
    """An inactive parent keeps its subs inactive."""
    parent = talk.made("customer", DisplayName="Farm")
    sub = talk.made("customer", DisplayName="Barn", Job=True, ParentRef=ref(parent["Id"]))
    assert talk.change("customer", parent["Id"], Active=False).code == "6000"
    assert talk.change("customer", sub["Id"], Active=False).status == 200
    assert talk.change("customer", parent["Id"], Active=False).status == 200
    assert talk.change("customer", sub["Id"], Active=True).status == 400
    assert talk.change("customer", parent["Id"], Active=True).status == 200
    assert talk.change("customer", sub["Id"], Active=True).record()["DisplayName"] == "Barn"


def test_a_full_update_may_not_lose_the_name(talk: Talk) -> None:
    """DisplayName stays when a full update leaves it out."""
    body = {"Id": "5", "SyncToken": "0", "Notes": "x"}
    assert talk.post("customer", body).record()["DisplayName"] == "O'Neil's Café"


def test_what_an_item_can_become(talk: Talk) -> None:
    """Service and non-inventory change places; to inventory is one way, and needs its accounts."""
    assert talk.change("item", "1", Type="NonInventory").record()["Type"] == "NonInventory"
    assert talk.change("item", "1", Type="Service").record()["Type"] == "Service"
    assert talk.change("item", "1", Type="Inventory").code == "2020"
    stock = {"Type": "Inventory", "TrackQtyOnHand": True, "QtyOnHand": 3,
             "InvStartDate": "2026-01-01", "AssetAccountRef": ref("7"),
             "IncomeAccountRef": ref("2"), "ExpenseAccountRef": ref("3")}  # fmt: skip
    assert talk.change("item", "1", **stock).record()["QtyOnHand"] == 3
    assert talk.change("item", "1", Type="Service").code == "6000"
    assert talk.change("item", "1", TrackQtyOnHand=False).code == "6000"
    assert talk.change("item", "3", Type="Service").code == "6000"


def test_the_same_name_under_two_categories(talk: Talk) -> None:
    """Item names are unique within their category, in any case."""
    category = talk.made("item", Name="Indoor", Type="Category")
    rose = {"IncomeAccountRef": ref("2"), "SubItem": True}
    under = {**rose, "Name": "ROSE", "ParentRef": ref(category["Id"])}
    assert talk.post("item", under).record()["FullyQualifiedName"] == "Indoor:ROSE"
    assert talk.post("item", {**under, "ParentRef": ref("3")}).detail.endswith("Id=5")


def test_a_merge_in_the_screen(talk: Talk) -> None:
    """Transactions move, balances follow, the loser is retired and refuses edits."""
    loser = talk.made("customer", DisplayName="Rosebud Florists")
    invoice = talk.made(
        "invoice",
        CustomerRef=ref(loser["Id"]),
        Line=[{"Amount": 11, "DetailType": "SalesItemLineDetail",
               "SalesItemLineDetail": {"ItemRef": ref("1")}}],
    )  # fmt: skip
    talk.sandbox.merge("Customer", "1", loser["Id"])
    moved = talk.get("invoice", invoice["Id"])
    assert moved["CustomerRef"] == {"value": "1", "name": "Rosebud Florist"}
    assert moved["SyncToken"] == "1"
    assert talk.get("customer", "1")["Balance"] == 81.0
    retired = talk.get("customer", loser["Id"])
    assert (retired["Active"], retired["Balance"]) == (False, 0.0)
    assert retired["DisplayName"] == "Rosebud Florists (deleted)"
    assert talk.change("customer", loser["Id"], Notes="x").code == "6000"


def test_the_screen_does_not_merge_parents(talk: Talk) -> None:
    """Who has subs must move them first; and one record cannot be merged with itself."""
    for winner, loser in (("1", "2"), ("1", "1"), ("1", "4"), ("1", "99")):
        with pytest.raises(Fault):
            talk.sandbox.merge("Customer", winner, loser)


def test_merging_items_moves_lines(talk: Talk) -> None:
    """Every line and bundle that named the loser names the winner."""
    twin = talk.made("item", Name="Hour", IncomeAccountRef=ref("1"))
    talk.sandbox.merge("Item", twin["Id"], "1")
    detail = talk.get("invoice", "1")["Line"][0]["SalesItemLineDetail"]
    assert detail["ItemRef"] == {"value": twin["Id"], "name": "Hour"}
    kit = talk.get("item", "6")["ItemGroupDetail"]["ItemGroupLine"]
    assert kit[0]["ItemRef"]["value"] == twin["Id"]


def test_a_person_at_the_screen_may_what_the_api_may_not(talk: Talk) -> None:
    """Rename a bundle, move an inventory item's start; but names stay unique."""
    assert talk.sandbox.edit_as_human("Item", "6", {"Name": "Kit"})["FullyQualifiedName"] == "Kit"
    edited = talk.sandbox.edit_as_human("Item", "2", {"InvStartDate": "2026-01-01"})
    assert (edited["InvStartDate"], edited["SyncToken"]) == ("2026-01-01", "1")
    with pytest.raises(Fault, match="6240"):
        talk.sandbox.edit_as_human("Customer", "5", {"DisplayName": "gym"})


@pytest.mark.parametrize(
    ("setting", "code", "name"),
    [
        ("reactivate_on_taken_name=append", "", "Old Mill-1"),
        ("reactivate_on_taken_name=6240", "6240", ""),
    ],
)
def test_coming_back_to_a_taken_name(setting: str, code: str, name: str) -> None:
    """The switch decides between a suffix and a refusal."""
    with Sandbox(garden_company(), switches=Switches.parse([setting])) as sandbox:
        talk = Talk(sandbox)
        talk.made("vendor", DisplayName="Old Mill")
        reply = talk.change("customer", "4", Active=True)
        assert reply.code == code
        assert code or reply.record()["DisplayName"] == name


def test_books_of_another_country_can_be_edited(talk: Talk) -> None:
    """What was loaded stays what it is: types, accounts and currencies that are unheard of here."""
    books = garden_company()
    del books.preferences["CurrencyPrefs"]
    books.records["Account"][0] |= {"AccountType": "Non-Posting", "AccountSubType": "Other"}
    books.records["Customer"][0]["CurrencyRef"] = ref("CHF")
    talk.sandbox.reset(books)
    assert talk.change("account", "1", Description="x").record()["AccountType"] == "Non-Posting"
    assert talk.change("item", "1", Description="x").record()["IncomeAccountRef"]["value"] == "1"
    assert talk.change("customer", "1", Notes="x").record()["CurrencyRef"]["value"] == "CHF"
    sale = [{"Amount": 11, "DetailType": "SalesItemLineDetail",
             "SalesItemLineDetail": {"ItemRef": ref("5")}}]  # fmt: skip
    invoice = talk.made("invoice", CustomerRef=ref("1"), Line=sale)
    assert invoice["CurrencyRef"]["value"] == "CHF"
