"""Lengths and formats that QuickBooks Online enforces on sales documents."""

from __future__ import annotations

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

PERSON_NAME_MAX = 100
"""Source: Intuit, Customer entity, GivenName and FamilyName, 100 characters each; read
2026-11-22."""
