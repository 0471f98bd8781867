"""Reports: what the records add up to, in QuickBooks' envelope. Start reading at `catalogue`."""
