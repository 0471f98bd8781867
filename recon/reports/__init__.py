"""Work papers for people: one workbook and one self-contained page from the same report."""

from __future__ import annotations

from recon.reports.html import write_html
from recon.reports.report import Left, Report
from recon.reports.workbook import write_workbook

__all__ = ["Left", "Report", "write_html", "write_workbook"]
