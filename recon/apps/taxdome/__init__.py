"""TaxDome, practice management for accountants."""
