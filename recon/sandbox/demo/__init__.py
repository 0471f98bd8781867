"""The demo company: one believable business in QuickBooks Online and in Invoice Ninja."""

from recon.sandbox.demo.app import AppCompany
from recon.sandbox.demo.company import Demo, demo_company
from recon.sandbox.demo.office import furnished
from recon.sandbox.demo.truth import Planted, Truth

__all__ = ["AppCompany", "Demo", "Planted", "Truth", "demo_company", "furnished"]
