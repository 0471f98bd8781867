"""The stages of a reconciliation, one module each; none of them imports another."""
