"""The lists that every account shares: currencies, countries, payment types.

Only what businesses of the demo use, and their neighbours; the real lists are longer.

Source: Invoice Ninja API description, 5.10 (`country_id` is the ISO 3166-1 number, `currency_id`,
`type_id`), read 2026-11-22; that there is such a list: a third party's tools (aweher), read
2026-11-26; ISO 3166-1 and ISO 4217. The names of its members are not established.
"""

from __future__ import annotations

from recon.sandbox.books.company import Record
from recon.sandbox.demo.exports import PAYMENT_METHOD

CURRENCIES = {"1": ("US Dollar", "USD"), "2": ("British Pound", "GBP"), "3": ("Euro", "EUR"),
              "9": ("Canadian Dollar", "CAD"), "12": ("Australian Dollar", "AUD")}  # fmt: skip
COUNTRIES = {
    "36": ("Australia", "AU", "AUS"),
    "124": ("Canada", "CA", "CAN"),
    "276": ("Germany", "DE", "DEU"),
    "484": ("Mexico", "MX", "MEX"),
    "826": ("United Kingdom", "GB", "GBR"),
    "840": ("United States", "US", "USA"),
}


def statics() -> Record:
    """The answer of /statics."""
    return {
        "currencies": [
            {"id": key, "name": name, "code": code, "precision": 2}
            for key, (name, code) in CURRENCIES.items()
        ],
        "countries": [
            {"id": key, "name": name, "iso_3166_2": two, "iso_3166_3": three}
            for key, (name, two, three) in COUNTRIES.items()
        ],
        "payment_types": [{"id": key, "name": name} for key, name in PAYMENT_METHOD.items()],
    }
