"""TaxDome's copying of services from QuickBooks Online, as a procedure, call by call.

A person asks for it when the integration is set up. A service of an item's name is that item's from
then on; any other item becomes a service.

Source: TaxDome help, "QuickBooks integration: set up" (services can be copied from QuickBooks),
    read 2026-11-22. That those of one name are one is inferred.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from recon.apps.push.incoming import every, imported_id
from recon.apps.push.records import text
from recon.books import make_ref
from recon.ports import AppRecords, QboPort, SyncEvent

_SOLD = {"Service", "NonInventory", "Inventory"}


def copy_services(app: AppRecords, qbo: QboPort, kinds: Collection[str]) -> Iterator[SyncEvent]:
    """What becomes of each item of QuickBooks.

    Args:
        app: the app's records, as `recon.apps.copy` has them; the services are added to them.
        qbo: the QuickBooks company.
        kinds: nothing is copied without "item".

    Raises:
        RemoteError: QuickBooks could not be asked.
    """
    made = set()
    for item in every(qbo, "Item") if "item" in kinds else ():
        if item["Type"] not in _SOLD:
            continue
        ref, name = make_ref("qbo", "item", item["Id"]), str(item["Name"])
        services = app.products
        found = next((each for each in services if text(each, "linked_id") == item["Id"]), None)
        for each in services if found is None else ():
            if text(each, "product_key").casefold() == name.casefold():
                found = each
                break
        if found is None:
            own = make_ref("app", "item", imported_id(item))
            made.add(own)
            services.append({"ref": own, "product_key": name, "linked_id": item["Id"]})
            yield SyncEvent(ref, "create", says="Becomes a service.")
        else:
            found |= {"product_key": name, "linked_id": item["Id"]}  # a record keeps its `ref`
            target = "" if found["ref"] in made else found["ref"]
            yield SyncEvent(ref, "link", target, says="The service of its name is it.")
