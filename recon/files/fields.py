"""The fields of each kind of file, and what other programs call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FileKind = Literal[
    "clients", "products", "invoices", "payments", "sync_log",
    "qbo_customers", "qbo_vendors", "qbo_employees", "qbo_items",
]  # fmt: skip
APP_KINDS: tuple[FileKind, ...] = ("clients", "products", "invoices", "payments")
LOG_KINDS: tuple[FileKind, ...] = ("sync_log",)
"""Beside them, of apps that keep one."""
QBO_KINDS: tuple[FileKind, ...] = ("qbo_customers", "qbo_vendors", "qbo_employees", "qbo_items")

QBO_HALLMARKS: tuple[frozenset[str], ...] = (
    frozenset({"customer full name"}),
    frozenset({"phone numbers", "full name"}),
    frozenset({"attachments", "open balance"}),
    frozenset({"product/service name"}),
    frozenset({"sales description", "income account"}),
)
"""Columns, in small letters, that stand together in QuickBooks' own lists and in no app's.

Source: QuickBooks Online, exports of the customer list, of the customer contact list report and of
    products and services, as its help and users show them, read 2026-11-26.
"""


@dataclass(frozen=True)
class Field:
    """One of our fields.

    Attributes:
        name: as the tables' translators know it.
        synonyms: what programs call the column, the surest first.
        type: text is kept as it is; dates and amounts are brought into one notation.
        required: a file without it cannot be read as its kind.
        instead: fields that stand in for a required one where all of them are there.
        by_words: whether a longer column name that contains all words of a synonym will do.
    """

    name: str
    synonyms: tuple[str, ...]
    type: Literal["text", "date", "amount"] = "text"
    required: bool = False
    by_words: bool = True
    instead: tuple[str, ...] = ()


def _field(
    name: str,
    *synonyms: str,
    type: Literal["text", "date", "amount"] = "text",  # noqa: A002  (the attribute's own name)
    required: bool = False,
    by_words: bool = True,
    instead: tuple[str, ...] = (),
) -> Field:
    return Field(name, synonyms, type, required, by_words, instead)


def _amount(name: str, *synonyms: str, required: bool = False) -> Field:
    return Field(name, synonyms, "amount", required)


def _date(name: str, *synonyms: str) -> Field:
    return Field(name, synonyms, "date")


_ADDRESS = (
    _field("address_line1", "Street", "Address 1", "Address line 1", "Street address",
           "Billing street", "Billing address line 1", "client.address1", "Address",
           "Service address", "Billing address"),
    _field("address_line2", "Apt/Suite", "Address 2", "Address line 2", "Suite",
           "Billing address line 2", "client.address2"),
    _field("city", "City", "Town", "City/Town", "Billing city", "client.city"),
    _field("region", "State/Province", "State", "Province", "Region", "County", "Billing state",
           "client.state"),
    _field("postal_code", "Postal code", "Zip", "Zip code", "Postcode", "ZIP/Postal code",
           "Billing zip", "client.postal_code"),
    _field("country", "Country", "Billing country", "client.country_id"),
)  # fmt: skip
_LINK = _field("linked_id", "QuickBooks Id", "QBO Id", "qb_id", "sync.qb_id")
# Source: TaxDome help, "Account sync statuses": the column of its lists is called QuickBooks;
# read 2026-11-22. The other words are ours.
_SYNC = (
    _LINK,
    _field("sync_status", "QuickBooks", "QuickBooks status", "QuickBooks sync", "Sync status"),
    _field("sync_message", "Sync message", "Sync error", "QuickBooks error", "QuickBooks message"),
    _date("synced_at", "Last synced", "Last synced at", "Last sync", "Synced on"),
)
_MADE = _date(
    "created_at",
    "Created at",
    "Created on",
    "Date created",
    "Created date",
    "Creation date",
    "Created",
)
_EDITED = _date("updated_at", "Last edited", "Last modified", "Last updated", "Updated at",
                "Updated on", "Modified on", "Date modified")  # fmt: skip

# Source: Invoice Ninja v5.10.42, headers of its CSV exports with the English language file, and
# the raw keys of its report output, read 2026-11-22. Labels are translated and can be renamed by
# the company, hence the other programs' words behind them.
_CLIENTS = (
    _field("name", "Name", "Client name", "Customer name", "Client", "Customer", "Display name",
           "Customer full name", "Account name", "Company", "Company name", "client.name",
           required=True, instead=("given_name", "family_name")),
    _field("number", "Number", "Client number", "Customer number", "Client no.", "Customer no.",
           "Client #", "Customer #", "Account number", "Client ID", "Customer ID",
           "client.number"),
    _field("company_name", "Company", "Company name", "Business name", "Organisation",
           "Organization"),
    _amount("balance", "Balance", "Client balance", "Open balance", "Balance due",
            "client.balance"),
    _field("currency", "Client currency", "Currency", "client.currency_id", "client.currency"),
    _field("website", "Website", "Web site", "URL", "client.website"),
    _field("phone", "Client phone", "Phone", "Phone number", "Telephone", "Phone numbers",
           "Mobile", "Mobile phone", "client.phone"),
    *_ADDRESS,
    _field("tax_number", "VAT number", "Tax number", "Tax ID", "VAT", "client.vat_number"),
    _field("id_number", "ID number", "client.id_number"),
    _field("contact_phone", "Contact phone", "contact.phone"),
    _field("given_name", "First name", "Given name", "Contact first name", "contact.first_name"),
    _field("family_name", "Last name", "Family name", "Surname", "Contact last name",
           "contact.last_name"),
    _field("email", "Email", "E-mail address", "Email address", "Contact email",
           "Bill email", "Billing email", "contact.email"),
    _field("public_notes", "Public notes", "client.public_notes"),
    _field("private_notes", "Private notes", "Notes", "client.private_notes"),
    _field("classification", "Classification", "Client type", "Customer type", "Account type",
           "client.classification"),
    # Invoice Ninja's are days ("30"), other programs' are called as QuickBooks' are ("Net 30")
    _field("terms", "Client payment terms", "Payment terms", "client.payment_terms"),
    _field("active", "Active", "Is active", "Client status", "Status"),
    _field("parent", "Parent client", "Parent customer", "Parent account", "Parent"),
    _MADE,
    _EDITED,
    *_SYNC,
)  # fmt: skip
_PRODUCTS = (
    _field("product_key", "Product", "Product key", "Item", "Item name", "Product name",
           "Product/Service name", "Product/Service", "Service name", "Service", "Name",
           "product.product_key",
           required=True),
    _field("description", "Notes", "Description", "Sales description", "product.notes"),
    _amount("cost", "Cost", "Purchase cost", "product.cost"),
    _amount("price", "Price", "Unit price", "Sales price", "Rate", "Sales price / rate",
            "product.price"),
    _amount("quantity", "Quantity", "Default quantity", "product.quantity"),
    _field("tax_name", "Tax name 1", "Tax name", "product.tax_name1"),
    _amount("tax_rate", "Tax rate 1", "Tax rate", "product.tax_rate1"),
    _field("tax_category", "Tax category", "product.tax_category"),
    _field("type", "Item type", "Product type", "Type", by_words=False),
    _amount("stock_quantity", "Stock quantity", "Quantity on hand", "In stock",
            "product.in_stock_quantity"),
    _field("sku", "SKU", "Item code", "Product code"),
    _field("category", "Category"),
    _field("active", "Active", "Is active", "Status"),
    _EDITED,
    *_SYNC,
)  # fmt: skip
_INVOICES = (
    _field("number", "Invoice Invoice Number", "Invoice number", "Invoice #", "Invoice no.",
           "Invoice", "Document number", "Doc number", "Num", "Number", "No.", "invoice.number",
           required=True),
    _field("customer_name", "Client name", "Customer name", "Client", "Customer", "Bill to",
           "Customer full name", "Account name", "Account", "client.name", required=True),
    _field("customer_number", "Client number", "Customer number", "Client no.", "Customer no.",
           "Client #", "Customer #", "client.number"),
    _field("currency", "Client currency", "Invoice currency", "Currency", "client.currency_id"),
    _amount("total", "Invoice amount", "Invoice total", "Total", "Amount", "Total amount",
            "Grand total", "invoice.amount"),
    _amount("balance", "Invoice balance", "Balance", "Open balance", "Balance due", "Amount due",
            "invoice.balance"),
    _amount("paid", "Invoice paid to date", "Paid to date", "Paid", "Amount paid",
            "invoice.paid_to_date"),
    _field("po_number", "Invoice PO Number", "PO number", "P.O. number", "invoice.po_number"),
    _date("date", "Invoice date", "Date", "Issue date", "Transaction date", "invoice.date"),
    _date("due_date", "Invoice due date", "Due date", "invoice.due_date"),
    _field("status", "Invoice status", "Status", "invoice.status"),
    _field("public_notes", "Invoice public notes", "Public notes", "Memo", "Message",
           "invoice.public_notes"),
    _field("private_notes", "Invoice private notes", "Private notes", "invoice.private_notes"),
    _field("is_amount_discount", "Invoice is amount discount", "Is amount discount",
           "invoice.is_amount_discount"),
    _amount("discount", "Invoice discount", "Discount", "invoice.discount"),
    _amount("tax", "Invoice tax amount", "Tax amount", "Tax", "Total taxes",
            "invoice.total_taxes"),
    _field("tax_name", "Invoice tax name 1", "Tax name", "invoice.tax_name1"),
    _amount("tax_rate", "Invoice tax rate 1", "Tax rate", "invoice.tax_rate1"),
    _amount("item_quantity", "Item quantity", "Quantity", "Qty", "item.quantity"),
    _amount("item_cost", "Item cost", "Unit price", "Rate", "Price", "item.cost"),
    _field("item_product", "Item product", "Product", "Item", "Product/Service", "Item name",
           "Service", "Service name", "item.product_key"),
    _field("item_notes", "Item notes", "Item description", "Line description", "Description",
           "item.notes"),
    _field("item_tax_name", "Item tax name 1", "item.tax_name1"),
    _amount("item_tax_rate", "Item tax rate 1", "Item tax rate", "Line tax rate",
            "item.tax_rate1"),
    _amount("item_tax_rate2", "Item tax rate 2", "item.tax_rate2"),
    _amount("item_tax_rate3", "Item tax rate 3", "item.tax_rate3"),
    _amount("item_line_total", "Item line total", "Line total", "Line amount",
            "item.line_total"),
    _amount("item_discount", "Item discount", "item.discount"),
    _field("item_type", "Item type", "item.type_id"),
    _field("item_tax_category", "Item tax category", "item.tax_id"),
    _field("class_name", "Class", "Invoice class", "QuickBooks class"),
    _field("terms", "Payment terms", by_words=False),
    _MADE,
    _EDITED,
    *_SYNC,
)  # fmt: skip
_PAYMENTS = (
    _field("customer_name", "Client name", "Customer name", "Client", "Customer", "Received from",
           "Customer full name", "Account name", "Account", "client.name", required=True),
    _amount("amount", "Payment amount", "Amount", "Amount received", "Amount paid", "Total",
            "payment.amount", required=True),
    _field("customer_number", "Client number", "Customer number", "Client no.", "Customer no.",
           "Client #", "Customer #", "client.number"),
    _date("date", "Payment date", "Date", "Date paid", "Transaction date", "payment.date"),
    _amount("refunded", "Payment refunded", "Refunded", "payment.refunded"),
    _amount("applied", "Payment applied", "Applied", "payment.applied"),
    _field("reference", "Payment transaction reference", "Transaction reference", "Reference",
           "Reference number", "Ref no.", "Check number", "Confirmation code",
           "payment.transaction_reference"),
    _field("currency", "Payment currency", "Currency", "payment.currency"),
    _field("number", "Payment number", "Payment #", "Payment no.", "Receipt number",
           "payment.number"),
    _field("method", "Payment method", "Method", "Payment type", "payment.method",
           "payment.type_id"),
    _field("status", "Payment status", "Status", "payment.status"),
    _field("private_notes", "Payment private notes", "Private notes", "Memo",
           "payment.private_notes"),
    _field("invoice_number", "Invoice Invoice Number", "Invoice number", "Invoice numbers",
           "Payment invoices", "Invoices", "Invoice", "Applied to", "invoice.number"),
    _field("synced", "Sync this payment", "Sync to QuickBooks"),
    _MADE,
    *_SYNC,
)  # fmt: skip
# Source: Workiz help, the sync history log has an entry a record with what went wrong; its columns
# are not published, the words are ours; read 2026-11-22.
_SYNC_LOG = (
    _field("record", "Name", "Record", "Record name", "Number", "Client name", "Entity",
           required=True),
    _field("status", "Status", "Sync status", "Result", required=True),
    _field("record_kind", "Type", "Record type", "Entity type", "Kind", "Object"),
    _field("message", "Error", "Error message", "Message", "Details", "Description", "Reason"),
    _date("date", "Date", "Synced at", "Sync date", "Time", "Timestamp"),
)  # fmt: skip


def _party(title: str) -> tuple[Field, ...]:
    # Source: QuickBooks Online, Customer/Vendor/Employee Contact List reports and the exports of
    # the list pages, read 2026-11-22.
    return (
        _field("name", f"{title} full name", f"{title} display name", f"{title} name", title,
               "Display name", "Display name as", "Name", "Full name", required=True),
        _field("company_name", "Company name", "Company"),
        _field("given_name", "First name", "Given name"),
        _field("family_name", "Last name", "Family name", "Surname"),
        _field("contact_name", "Full name", "Contact", "Main contact"),
        _field("email", "Email", "E-mail", "Email address", "Main email"),
        _field("phone", "Phone numbers", "Phone", "Phone number", "Main phone", "Mobile"),
        _field("address_line1", "Street address", "Street", "Billing street", "Billing address",
               "Bill address", "Address", "Billing address line 1", "Address line 1"),
        _field("address_line2", "Address line 2", "Billing address line 2"),
        _field("city", "City", "Billing city", "City/Town"),
        _field("region", "State", "Billing state", "Province", "State/Province", "Region",
               "County"),
        _field("postal_code", "Zip", "Zip code", "Postal code", "Postcode", "Billing zip",
               "Billing postal code"),
        _field("country", "Country", "Billing country"),
        _field("currency", "Currency"),
        _amount("balance", "Open balance", "Balance", "Balance total"),
        _field("taxable", "Taxable", "Is taxable"),
        _field("active", "Active", "Is active", "Active status", "Status"),
        _field("id", "Id", f"{title} Id", "QuickBooks Id", "QBO Id"),
    )  # fmt: skip


# Source: QuickBooks Online, export of the products and services page and of the Product/Service
# List report, read 2026-11-22.
_QBO_ITEMS = (
    _field("name", "Product/Service full name", "Product/Service name", "Product/Service",
           "Item name", "Product/Service Name", "Name", "Item", required=True),
    _field("description", "Sales description", "Description", "Memo/Description"),
    _field("sku", "SKU"),
    _field("type", "Type", "Item type", "Product/Service type"),
    _amount("unit_price", "Sales price / rate", "Sales price/rate", "Sales price", "Price",
            "Rate", "Unit price"),
    _amount("cost", "Purchase cost", "Cost"),
    _field("category", "Category"),
    _field("taxable", "Taxable", "Is taxable"),
    _field("income_account", "Income account"),
    _amount("quantity", "Quantity on hand", "Qty on hand", "Quantity"),
    _date("start_date", "Quantity as-of date", "As of date", "Inventory start date"),
    _field("active", "Active", "Is active", "Active status", "Status"),
    _field("id", "Id", "QuickBooks Id", "QBO Id"),
)  # fmt: skip

FIELDS: dict[FileKind, tuple[Field, ...]] = {
    "clients": _CLIENTS,
    "products": _PRODUCTS,
    "invoices": _INVOICES,
    "payments": _PAYMENTS,
    "sync_log": _SYNC_LOG,
    "qbo_customers": _party("Customer"),
    "qbo_vendors": (
        *(f for f in _party("Vendor") if f.name != "name"),
        _field("name", "Vendor full name", "Vendor display name", "Vendor name", "Vendor",
               "Supplier full name", "Supplier name", "Supplier", "Name", "Display name",
               required=True),
    ),
    "qbo_employees": _party("Employee"),
    "qbo_items": _QBO_ITEMS,
}  # fmt: skip
