"""Names and other lists: customers, items, accounts, terms, currencies."""
