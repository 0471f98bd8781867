"""Lengths and formats that QuickBooks Online enforces on sales documents."""

from __future__ import annotations

from collections.abc import Mapping

DOCNUMBER_MAX = 21
"""Source: Intuit, Invoice entity, DocNumber "maximum of 21 chars"; fault 2050; read 2026-11-22."""

PAYMENT_REF_MAX = 21
"""Source: Workiz help, "confirmation codes to be a maximum of 21 characters"; read 2026-11-22."""

PHONE_MAX = 30
"""Source: Intuit, Customer entity, PrimaryPhone, 30 characters; fault 2050;
read 2026-11-22."""

MEMO_MAX = 1000
"""Source: Intuit, Invoice entity, CustomerMemo, 1,000 characters; read 2026-11-22."""

CALLS_A_MINUTE = 500
"""Source: Intuit, API limits and throttles, 500 calls a minute for each company; read
2026-11-22."""

COMPANY_NAME_MAX = 100
"""Source: Intuit, Customer entity, CompanyName, 100 characters; read 2026-11-22."""

EMAIL_MAX = 100
"""Source: Intuit, Customer entity, PrimaryEmailAddr, 100 characters; fault 2050; read
2026-11-22."""

CUSTOMER_FIELDS_MAX: Mapping[str, int] = {
    "given_name": 100, "family_name": 100, "company_name": COMPANY_NAME_MAX,
    "address_line1": 500, "address_line2": 500, "city": 255, "region": 255, "postal_code": 30,
}  # fmt: skip
"""Column of CUSTOMERS to the most characters that QuickBooks takes, name and e-mail aside.

Source: Intuit, Customer entity, GivenName, FamilyName, CompanyName, BillAddr; fault 2050; read
    2026-11-22."""

CLEAN_CUSTOMER_FIELDS = ("given_name", "family_name")
"""Columns in which QuickBooks refuses what it refuses in a name (2040).

Source: Intuit, Customer entity, GivenName and FamilyName, no colon, tab or newline; read
    2026-11-22."""
