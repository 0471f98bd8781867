"""Any app that looks for an exact name and sends its invoices in a nightly batch."""
