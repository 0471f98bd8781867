"""Everything with an amount: forms, what follows from them, the tax on them."""
