"""Matching long lists: memory stays bounded. Runs only when asked for (`-m soak`)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LISTS = """
import json, random, resource, sys
import pandas as pd
from recon.matching import match

def customers(size, seed):
    chance = random.Random(seed)
    part = lambda: "".join(chance.choices(["ba", "ko", "mi", "ran", "tel", "sun"], k=4))
    pool = [part() for _ in range(3_000)]
    return pd.DataFrame({
        "id": [str(n) for n in range(size)],
        "display_name": [f"{chance.choice(pool)} {chance.choice(pool)}" for _ in range(size)],
        "phone": [f"{chance.randint(2_000_000_000, 9_999_999_999)}" for _ in range(size)],
        "email": [f"{chance.choice(pool)}@{chance.choice(pool)}.com" for _ in range(size)],
    })

size = int(sys.argv[1])
pairs = match(customers(size, 1), customers(size, 2))
print(json.dumps([len(pairs), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="counts memory in the units of Linux")
def test_a_hundred_thousand_customers_a_side_take_less_than_two_gigabytes() -> None:
    """Made-up lists that share words but hardly a customer: many pairs to compare."""
    told = subprocess.run(
        [sys.executable, "-c", LISTS, "100000"], capture_output=True, text=True, check=True
    )
    pairs, peak_mb = json.loads(told.stdout)
    assert pairs
    assert peak_mb < 2_000
