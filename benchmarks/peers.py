"""Run one other matcher on two lists of customers; `match_peers.py` starts it, nobody else.

    PEERS/bin/python benchmarks/peers.py WHO APP.csv QBO.csv PAIRS.csv

Writes left_id, right_id and a score, and prints seconds, processor seconds and peak memory. Each is
set up the way its own guide begins, by somebody who knows the columns but tunes nothing: lower-case
names, plain contacts, the thresholds of the guide. The second of two runs is measured.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import time
from pathlib import Path

import pandas as pd

CONTACTS = ["email", "phone", "address_line1", "postal_code"]


def read(path: Path) -> pd.DataFrame:
    """One list: every cell as text, lower case, digits of phones; missing is None."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in ["display_name", *CONTACTS]:
        if column not in frame.columns:
            frame[column] = ""
    frame = frame[["id", "display_name", *CONTACTS]].copy()
    for column in ["display_name", *CONTACTS]:
        frame[column] = frame[column].str.lower().str.strip()
    frame["phone"] = frame["phone"].str.replace(r"\D", "", regex=True).str[-10:]
    return frame.replace("", None)


def splink(app: pd.DataFrame, qbo: pd.DataFrame) -> pd.DataFrame:
    """Splink: names and contacts, trained without labels."""
    import splink.comparison_library as cl  # noqa: PLC0415
    from splink import Linker, SettingsCreator, block_on  # noqa: PLC0415
    from splink.backends.duckdb import DuckDBAPI  # noqa: PLC0415

    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=[
            cl.NameComparison("display_name"),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("phone", [1]),
            cl.LevenshteinAtThresholds("address_line1", [2]),
            cl.ExactMatch("postal_code"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("display_name"),
            block_on("email"),
            block_on("phone"),
            block_on("address_line1"),
            block_on("substr(display_name, 1, 6)"),
        ],
    )
    api = DuckDBAPI()
    tables = [
        api.register(frame, dataset_display_name=name)
        for frame, name in ((app, "app"), (qbo, "qbo"))
    ]
    linker = Linker(tables, settings, log_level="ERROR")
    train = linker.training
    train.estimate_probability_two_random_records_match([block_on("email")], recall=0.5)
    train.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    train.estimate_parameters_using_expectation_maximisation(block_on("display_name"))
    train.estimate_parameters_using_expectation_maximisation(block_on("email"))
    found = linker.inference.predict(threshold_match_probability=0.005).as_pandas_dataframe()
    turned = found["source_dataset_l"] != "app"
    return pd.DataFrame(
        {
            "left_id": found["id_l"].where(~turned, found["id_r"]),
            "right_id": found["id_r"].where(~turned, found["id_l"]),
            "match_weight": found["match_weight"],
        }
    )


def string_grouper(app: pd.DataFrame, qbo: pd.DataFrame) -> pd.DataFrame:
    """string_grouper: names alone, cosine of letter triples."""
    from string_grouper import match_strings  # noqa: PLC0415

    one, other = (f.dropna(subset=["display_name"]).reset_index(drop=True) for f in (app, qbo))
    found = match_strings(
        one["display_name"], other["display_name"], master_id=one["id"], duplicates_id=other["id"],
        min_similarity=0.6,
    )  # fmt: skip
    return pd.DataFrame(
        {
            "left_id": found["left_id"],
            "right_id": found["right_id"],
            "match_weight": found["similarity"],
        }
    )


def rapidfuzz(app: pd.DataFrame, qbo: pd.DataFrame) -> pd.DataFrame:
    """rapidfuzz: names alone, every name with every other, both cores."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    one, other = (f.dropna(subset=["display_name"]).reset_index(drop=True) for f in (app, qbo))
    parts = []
    for start in range(0, len(one), 1_000):
        block = one["display_name"][start : start + 1_000].tolist()
        score = process.cdist(
            block, other["display_name"].tolist(), scorer=fuzz.token_sort_ratio, score_cutoff=70,
            workers=-1,
        )  # fmt: skip
        row, column = score.nonzero()
        parts.append(
            pd.DataFrame(
                {
                    "left_id": one["id"].to_numpy()[row + start],
                    "right_id": other["id"].to_numpy()[column],
                    "match_weight": score[row, column],
                }
            )
        )
    return pd.concat(parts)


def recordlinkage(app: pd.DataFrame, qbo: pd.DataFrame) -> pd.DataFrame:
    """recordlinkage: blocks of equal contacts or neighbouring names, sum of similarities."""
    import recordlinkage as rl  # noqa: PLC0415

    one, other = app.set_index("id"), qbo.set_index("id")
    index = rl.Index()
    index.sortedneighbourhood("display_name", window=9)
    for column in CONTACTS[:3]:
        index.block(column)
    pairs = index.index(one, other)
    compare = rl.Compare()
    compare.string("display_name", "display_name", method="jarowinkler", label="name")
    for column in CONTACTS:
        compare.exact(column, column, label=column)
    score = compare.compute(pairs, one, other).sum(axis=1)
    score.index.names = ["left_id", "right_id"]
    return score.rename("match_weight").reset_index()


def peak_mb() -> int:
    """The most memory this process held; Linux counts what its parent held in `ru_maxrss`."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


PEERS = {f.__name__: f for f in (splink, string_grouper, rapidfuzz, recordlinkage)}


def main() -> None:
    """Run the matcher twice; write what it found and print what the second run took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("who", choices=PEERS)
    for name in ("app", "qbo", "out"):
        parser.add_argument(name, type=Path)
    args = parser.parse_args()
    app, qbo = read(args.app), read(args.qbo)
    for _ in range(2):
        start, worked = time.perf_counter(), time.process_time()
        pairs = PEERS[args.who](app, qbo)
        took = {
            "seconds": round(time.perf_counter() - start, 2),
            "cpu": round(time.process_time() - worked, 2),
        }
    pairs.to_csv(args.out, index=False)
    print(json.dumps({"who": args.who, **took, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
