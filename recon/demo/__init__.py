"""The demo: the whole job on a company of its own, proved on two copies of its books."""

from __future__ import annotations

from recon.demo.run import INVOICE_NINJA, DemoResult, run_demo

__all__ = ["INVOICE_NINJA", "DemoResult", "run_demo"]
