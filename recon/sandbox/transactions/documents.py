"""Forms on their way to the customer: e-mailed, or as a PDF.

Source: Intuit, Invoice entity page (send, get as PDF), Error codes (6420); PDF Reference 1.7,
sections 7.3 and 9.4, read 2026-11-26. The sandbox sends no mail; its PDF is plain text on a page.
"""

from __future__ import annotations

import orjson

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.entities import Entity
from recon.sandbox.records.shape import cleaned
from recon.sandbox.reports import figures

SENDABLE = frozenset(
    {
        *("Invoice", "Estimate", "CreditMemo", "SalesReceipt", "RefundReceipt"),
        *("PurchaseOrder", "Payment"),
    }
)


def send(ledger: Ledger, kind: Entity, record_id: str, to: str) -> Record:
    """Mark a form as e-mailed to an address, by default its own; answers the form.

    Raises:
        Fault: 500 for a kind that is not sent, 610, 6420 without an address, 2210 for a bad one.
    """
    record = _form(ledger, kind, record_id)
    was = dict(record)
    field = "POEmail" if kind.name == "PurchaseOrder" else "BillEmail"
    address = to or (record.get(field) or {}).get("Address")
    if not address:
        raise faults.fault("6420", "An email address is required.", field)
    if field in kind.fields:
        cleaned(kind, {field: {"Address": address}})
    record[field] = {"Address": address}
    record["EmailStatus"] = "EmailSent"
    record["DeliveryInfo"] = {"DeliveryType": "Email", "DeliveryTime": ledger.stamp()}
    with ledger.store.transaction():
        ledger.touch(record, was)
        ledger.store.put(kind.name, record)
    return record


def with_link(ledger: Ledger, text: str) -> str:
    """An invoice's JSON text with the address at which its customer could see and pay it.

    There is one only where it can be paid online and is e-mailed to somebody; the sandbox has no
    page behind it.

    Source: python-quickbooks 0.9.12 README (Sharable invoice link), read 2026-11-26.
    """
    record: Record = orjson.loads(text)
    payable = record.get("AllowOnlineCreditCardPayment") or record.get("AllowOnlineACHPayment")
    if payable and (record.get("BillEmail") or {}).get("Address"):
        record["InvoiceLink"] = f"{ledger.base_url}/portal/{ledger.realm_id}/invoice/{record['Id']}"
    return orjson.dumps(record).decode()


def pdf(ledger: Ledger, kind: Entity, record_id: str) -> bytes:
    """A form as a PDF of one page.

    Raises:
        Fault: 500 for a kind that is not printed, 610.
    """
    record = _form(ledger, kind, record_id)
    company = ledger.store.get("CompanyInfo", "1") or {}
    named = figures.party(ledger, record)[1]
    return page(_lines([str(company.get("CompanyName", "")), named], kind.name, record))


def _form(ledger: Ledger, kind: Entity, record_id: str) -> Record:
    if kind.name not in SENDABLE:
        raise faults.fault("500", f"Operation send {kind.name} is not supported.")
    record = ledger.store.get(kind.name, record_id)
    if record is None:
        raise faults.not_found()
    return record


def _lines(parties: list[str], name: str, record: Record) -> list[str]:
    """What is printed, line by line: who to whom, what, and for how much."""
    number = record.get("DocNumber") or record.get("PaymentRefNum") or record["Id"]
    lines = [*parties, "", f"{name} {number}", str(record.get("TxnDate", "")), ""]
    for line in record.get("Line") or []:
        said = line.get("Description") or line.get("DetailType") or "Applied"
        lines.append(f"{said}  {line.get('Amount', 0):,.2f}")
    return [*lines, "", f"Total  {record.get('TotalAmt', 0):,.2f}"]


def page(lines: list[str]) -> bytes:
    """A PDF file of one page of text, in Helvetica and the letters of Windows-1252."""
    shown = b"\n".join(b"(%s) '" % _escaped(line) for line in lines)
    text = b"BT /F1 11 Tf 14 TL 56 780 Td\n%s\nET" % shown
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 842] /Contents 4 0 R /Resources %b >>"
        % b"<< /Font << /F1 5 0 R >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    entries = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, entries)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def _escaped(line: str) -> bytes:
    text = line.encode("cp1252", errors="replace")
    return text.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
