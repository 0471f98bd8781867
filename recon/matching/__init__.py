"""The matching engine: which records of two lists, or of one, are the same customer or item.

`match` and `dedupe` return `PAIRS`; `clusters` groups them; README.md says what the bands mean.
Pure: no network, clock, randomness or printing; the same input gives the same output, bit for bit.
"""

from recon.matching.clusters import clusters
from recon.matching.engine import dedupe, match
from recon.matching.names import match_name
from recon.matching.weigh import BANDS, Band

__all__ = ["BANDS", "Band", "clusters", "dedupe", "match", "match_name"]
