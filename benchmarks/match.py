"""Measure the matcher on labelled lists, or fit the weights that it ships.

    python benchmarks/match.py measure FOLDER... [--half dev|held|all] [--within | --unlabelled]
    python benchmarks/match.py measure ... | python benchmarks/match.py table
    python benchmarks/match.py speed FOLDER [--size N] [--copies N]
    python benchmarks/match.py fit OUT.json FOLDER... [--and FOLDER...] [--twice FOLDER...]

A folder holds app.csv and qbo.csv (or .parquet) in the columns that `recon match` reads and
true_pairs with scope, left_id, right_id. One JSON line a folder. The halves are told apart by a
checksum of the left id: weights are fitted on "dev" and looked at on "held". `--unlabelled` matches
by what the lists say themselves, without the shipped weights.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import minimize

from recon.matching import dedupe, match
from recon.matching.clusters import NEVER
from recon.matching.engine import compared, prepare
from recon.matching.patterns import patterns
from recon.matching.weigh import STEP, Term, code, rival_terms, rivals, spelt, terms, weights

SCOPES = ("app-qbo", "app-app", "qbo-qbo")


def read(folder: Path, name: str) -> pd.DataFrame:
    """One file of a folder, every cell as text."""
    if (folder / f"{name}.parquet").exists():
        return pd.read_parquet(folder / f"{name}.parquet").astype("str").fillna("")
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def kind_of(app: pd.DataFrame) -> str:
    """Which of the two kinds of list the columns are of."""
    return "item" if "name" in app.columns else "customer"


def in_half(left: pd.Series, half: str) -> pd.Series:
    """Which rows belong to the half."""
    odd = left.map(lambda i: zlib.crc32(str(i).encode()) % 2).astype(bool)
    return odd | True if half == "all" else (odd if half == "held" else ~odd)


def truth(folder: Path, scope: str) -> set[tuple[str, str]]:
    """The true pairs of one scope; within a list the smaller id first."""
    pairs = read(folder, "true_pairs")
    pairs = pairs[pairs["scope"] == scope]
    found = set(zip(pairs["left_id"], pairs["right_id"], strict=True))
    return found if scope == "app-qbo" else {(min(p), max(p)) for p in found}


def score(pairs: pd.DataFrame, true: set[tuple[str, str]], half: str) -> dict[str, float]:
    """Recall at 99 and 95 % precision, best F1, average precision, calibration error."""
    pairs = pairs[in_half(pairs["left_id"], half)]
    wanted = {
        p for p in true if half == "all" or (zlib.crc32(p[0].encode()) % 2 == 1) == (half == "held")
    }
    hit = np.array(
        [p in wanted for p in zip(pairs["left_id"], pairs["right_id"], strict=True)], dtype=bool
    )
    weight, chance = pairs["match_weight"].to_numpy(), pairs["match_probability"].to_numpy()
    last = np.append(np.flatnonzero(np.diff(weight)), len(weight) - 1) if len(weight) else []
    found = np.cumsum(hit)[last] if len(weight) else np.zeros(0)
    precision, recall = found / (np.asarray(last) + 1), found / max(len(wanted), 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    shown = chance > 0.01
    box = np.minimum((chance[shown] * 10).astype(int), 9)
    error = sum(abs(chance[shown][box == b].sum() - hit[shown][box == b].sum()) for b in range(10))
    sure = chance >= 0.99
    return {
        "true": len(wanted),
        "pairs": len(pairs),
        "found": round(float(recall[-1]) if len(recall) else 0.0, 4),
        "r_at_p99": round(float(recall[precision >= 0.99].max(initial=0)), 4),
        "r_at_p95": round(float(recall[precision >= 0.95].max(initial=0)), 4),
        "best_f1": round(float(f1.max(initial=0)), 4),
        "ap": round(float((np.diff(recall, prepend=0) * precision).sum()), 4),
        "ece": round(float(error / max(shown.sum(), 1)), 4),
        "right_at_99": round(float(hit[sure].mean()), 4) if sure.any() else None,
        "n_at_99": int(sure.sum()),
    }


def lists(folder: Path, scope: str) -> tuple[pd.DataFrame, pd.DataFrame, bool]:
    """(left, right, whether it is one list) of a scope."""
    left, right = (read(folder, name) for name in scope.split("-"))
    return left, right, scope != "app-qbo"


def run(
    left: pd.DataFrame, right: pd.DataFrame, *, within: bool, shipped: bool = True
) -> pd.DataFrame:
    """The pairs of two lists or within the left one."""
    kind = kind_of(left)
    if not within:
        return match(left, right, kind=kind, shipped=shipped)
    pairs = dedupe(left, kind=kind)
    ordered = np.sort(pairs[["left_id", "right_id"]].to_numpy(dtype=str), axis=1)
    return pairs.assign(left_id=ordered[:, 0], right_id=ordered[:, 1])  # as `truth` has them


def measure(folders: list[Path], half: str, scopes: tuple[str, ...], *, shipped: bool) -> None:
    """Print one JSON line a folder and scope."""
    for folder in folders:
        for scope in scopes:
            left, right, within = lists(folder, scope)
            start = time.perf_counter()
            pairs = run(left, right, within=within, shipped=shipped)
            took = time.perf_counter() - start
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            line = {
                "folder": folder.name,
                "scope": scope,
                "half": half,
                "unlabelled": not shipped,
                "seconds": round(took, 2),
                "peak_mb": peak,
            }
            print(json.dumps(line | score(pairs, truth(folder, scope), half)))


COLUMNS = {
    "r_at_p99": "recall at 99 % precision", "r_at_p95": "at 95 %", "best_f1": "best F1",
    "ece": "calibration error", "right_at_99": "right when called 99 %",
}  # fmt: skip


def table(lines: list[str]) -> str:
    """What `measure` printed as a table: means of the lists of one style, halves side by side.

    Within a list the app's and QuickBooks' are one row.
    """
    frame = pd.DataFrame([json.loads(line) for line in lines])
    style = frame["folder"].str.replace(r"-\d+$", "", regex=True)
    scope = np.where(frame["scope"] == "app-qbo", "", "within")
    scope = np.where(frame["unlabelled"], "without labels", scope)
    frame["list"] = (style + " " + scope).str.strip()
    means = frame.groupby(["list", "half"], sort=False)[list(COLUMNS)].mean()
    rows = [
        f"| {name} | "
        + " | ".join(
            " / ".join(
                "none" if pd.isna(value) else f"{value:.3f}".removeprefix("0")
                for value in part[column]
            )
            for column in COLUMNS
        )
        + " |"
        for name, part in means.groupby(level=0, sort=False)
    ]
    head = ["| list | " + " | ".join(COLUMNS.values()) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    return "\n".join([*head, *rows])


VOWELS, CONSONANTS = "aeiouy", "bcdfghjklmnpqrstvwxz"
COMMON = 0.0005
"""Words of more records than this part are the trade's own: they stay as they are in every copy."""


def grown(frames: list[pd.DataFrame], copies: int) -> list[pd.DataFrame]:
    """Lists so many times as long: each copy with other names, streets, e-mails and digits.

    Letters are exchanged for others, the same ones on both sides and vowels for vowels: namesakes,
    slips and true pairs stay what they are, and the vocabulary grows as it does in longer lists.
    """
    named = ["display_name", "company_name", "given_name", "family_name", "address_line1"]
    count = Counter(w for f in frames for text in f["display_name"] for w in text.lower().split())
    common = {w for w, many in count.items() if many > COMMON * sum(map(len, frames))}

    def copy(frame: pd.DataFrame, number: int) -> pd.DataFrame:
        turned = "".join(
            letters[number % len(letters) :] + letters[: number % len(letters)]
            for letters in (VOWELS, CONSONANTS, "0123456789")
        )
        plain = VOWELS + CONSONANTS + "0123456789"
        table = str.maketrans(plain + plain.upper()[:-10], turned + turned.upper()[:-10])
        digits = str.maketrans(plain[-10:], turned[-10:])

        def words(text: str) -> str:
            known = (w if w.lower() in common else w.translate(table) for w in text.split(" "))
            return " ".join(known)

        other = {c: frame[c].map(words) for c in named if c in frame}
        other |= {"email": frame["email"].map(lambda m: f"{m.partition('@')[0].translate(table)}@"
                  + m.partition("@")[2] if m else "")}  # fmt: skip
        other |= {"phone": frame["phone"].map(lambda p: p.translate(digits))}
        return frame.assign(id=frame["id"] + f"-{number}", **other) if number else frame

    return [pd.concat([copy(f, n) for n in range(copies)], ignore_index=True) for f in frames]


def speed(folder: Path, size: int, copies: int) -> None:
    """Print time and peak memory of matching the first `size` records a side, second run.

    With copies the first run is the only one: lists that are worth copying take their time.
    """
    left, right, _ = lists(folder, "app-qbo")
    if copies > 1:
        left, right = grown([left, right], copies)
    left, right = left.head(size), right.head(size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds, busy = [], []
    for _ in range(2 if copies == 1 else 1):
        start, worked = time.perf_counter(), time.process_time()
        pairs = run(left, right, within=False)
        seconds.append(round(time.perf_counter() - start, 2))
        busy.append(round(time.process_time() - worked, 2))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps(
            {
                "folder": folder.name,
                "size": size,
                "copies": copies,
                "pairs": len(pairs),
                "cold": seconds[0],
                "warm": seconds[-1],
                "warm_cpu": busy[-1],
                "lists_mb": before,
                "peak_mb": peak,
            }
        )
    )


def regress(
    columns: np.ndarray, hit: np.ndarray, offset: np.ndarray, say: np.ndarray, hold: np.ndarray
) -> np.ndarray:
    """Bits for each column (and a constant last) by logistic regression held near 0.

    The pull to 0 makes the best weights unique, and the search goes on until it has them to far
    more digits than are kept: the same lists give the same weights.

    Args:
        columns: (pairs, subjects) numbers of the one-hot columns that are on.
        hit: whether the pair is a true one.
        offset: bits that are given.
        say: how much each pair counts.
        hold: strength of each column's pull to 0.
    """
    size = len(hold)
    natural = np.log(2)
    ones, each = np.ones(columns.size), np.arange(0, columns.size + 1, columns.shape[1])
    table = sparse.csr_matrix((ones, columns.ravel(), each), shape=(len(columns), size))
    turned = table.T.tocsr()

    def loss(bits: np.ndarray) -> tuple[float, np.ndarray]:
        z = natural * (offset + table @ bits[:size] + bits[size])
        p = 1 / (1 + np.exp(-np.clip(z, -40, 40)))
        value = (say * np.logaddexp(0, np.where(hit, -z, z))).sum()
        g = natural * say * (p - hit)
        slope = np.append(turned @ g + 2 * hold * bits[:size], g.sum())
        return float(value + (hold * bits[:size] ** 2).sum()), slope

    patience = {"maxiter": 5000, "maxfun": 10000, "maxcor": 30, "ftol": 0.0, "gtol": 1e-6}
    return minimize(loss, np.zeros(size + 1), jac=True, method="L-BFGS-B", options=patience).x


def distinct(columns: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """(the first row of each set of equal rows, which of them each row is)."""
    odd = np.random.default_rng(1).integers(1, 2**62, len(columns)) * 2 + 1
    mixed = sum((c.astype(np.int64) * o for c, o in zip(columns, odd, strict=True)))
    _, first, back = np.unique(mixed, return_index=True, return_inverse=True)
    return first, back


HOLD = {False: (0.5, 20.0, 2.5), True: (2.0, 60.0, 40.0)}
"""How strongly the bits of one subject, of two together and of rivals are held near 0: across lists
and (True) within one, where true pairs are few. What two mean together must show often to count."""


def fit(out: Path, samples: list[list[Path]], twice: list[Path]) -> None:
    """Fit the shipped weights on whole (generated) lists and write them.

    Each sample of lists has weights of its own and the mean of them is kept: what only the short
    or only the long lists teach counts half, and what is chance in one is seldom so in the other.
    What stands twice in a list is learned from the lists of `twice` alone, and of a kind that those
    do not have from the last sample.
    """
    shipped = json.loads(out.read_text()) if out.exists() else {}
    groups: dict[tuple[str, bool], list[list[tuple[Path, str]]]] = {}
    asked = [*((sample, SCOPES) for sample in samples), (twice, SCOPES[1:])]
    for folders, scopes in asked:
        members: dict[tuple[str, bool], list[tuple[Path, str]]] = {}
        for folder in folders:
            for scope in sorted(set(read(folder, "true_pairs")["scope"]) & set(scopes)):
                key = (kind_of(read(folder, "app")), scope != "app-qbo")
                members.setdefault(key, []).append((folder, scope))
        for key, some in members.items():
            groups.setdefault(key, []).append(some)
    for (kind, within), several in sorted(groups.items()):
        tables = [
            fitted([gather(folder, scope, kind) for folder, scope in some], HOLD[within])
            for some in (several[-1:] if within else several)
        ]
        rivals_ = mean([table["rivals"] for table in tables])
        shipped[f"{kind}{'-within' if within else ''}"] = mean(tables) | {"rivals": rivals_}
    out.write_text(json.dumps(shipped, indent=1, sort_keys=True) + "\n")


def mean(tables: list[dict]) -> dict[str, object]:
    """The mean of some tables of weights; a level that one of them lacks weighs nothing there."""
    every = {(n, level) for table in tables for n, by in table["bits"].items() for level in by}
    bits: dict[str, dict[str, float]] = {}
    for name, level in sorted(every):
        value = sum(table["bits"].get(name, {}).get(level, 0.0) for table in tables)
        bits.setdefault(name, {})[level] = round(value / len(tables), 2)
    return {"base": round(sum(table["base"] for table in tables) / len(tables), 2), "bits": bits}


def gather(folder: Path, scope: str, kind: str) -> dict[str, object]:
    """Levels and labels of every candidate of one folder and scope."""
    left, right, within = lists(folder, scope)
    given = prepare(left, None if within else right, kind)
    records, one, other = given.records, given.one, given.other
    ids = list(zip(records.ids[one], records.ids[other], strict=True))
    ids = [(min(p), max(p)) for p in ids] if within else ids
    true = truth(folder, scope)
    return {
        "levels": compared(given).levels,
        "one": one,
        "other": other,
        "hit": np.array([p in true for p in ids], dtype=bool),
    }


def fitted(parts: list[dict], held: tuple[float, float, float]) -> dict[str, object]:
    """The table of weights of one kind of list; `held` is one of `HOLD`."""
    rows = [p["levels"]["difference"] > NEVER for p in parts]
    hit = np.concatenate([p["hit"][r] for p, r in zip(parts, rows, strict=True)])
    # A small list counts more a pair, so that no one list decides alone what a level means.
    known = [max(int((p["hit"] & r).sum()), 1) for p, r in zip(parts, rows, strict=True)]
    say = np.concatenate(
        [np.full(r.sum(), (max(known) / k) ** 0.5) for r, k in zip(rows, known, strict=True)]
    )

    def solve(every: list[dict], use: list[Term], offset: np.ndarray, hold: list[float]) -> dict:
        """The bits of some terms; `every` are the levels of each part."""
        joined = {
            subject: np.concatenate([lv[subject][r] for lv, r in zip(every, rows, strict=True)])
            for subject in every[0]
        }
        first, back = distinct([*joined.values(), hit, np.round(offset * STEP)])
        count = np.bincount(back, say)  # equal pairs are one row that counts more
        joined = {subject: level[first] for subject, level in joined.items()}
        columns, labels, pull = [], [], []
        for term, strength in zip(use, hold, strict=True):
            seen, back = np.unique(code(joined, term), return_inverse=True)
            columns.append(back + len(labels))
            labels += [("*".join(term), spelt(term, int(k))) for k in seen]
            pull += [strength] * len(seen)
        bits = regress(np.stack(columns, 1), hit[first], offset[first], count, np.array(pull))
        found: dict = {"base": round(float(bits[-1]), 2), "bits": {}}
        for (name, level), value in zip(labels, bits[:-1], strict=True):
            if abs(value) >= 0.03:
                found["bits"].setdefault(name, {})[level] = round(float(value), 2)
        return found

    levels = [p["levels"] for p in parts]
    use = terms(levels[0])
    hold = [held[len(term) - 1] for term in use]
    table = solve(levels, use, np.zeros(len(hit)), hold)
    weight = [weights(patterns(each), table) for each in levels]
    with_rival = [
        p["levels"] | rivals(w, p["one"], p["other"]) for w, p in zip(weight, parts, strict=True)
    ]
    offset = np.concatenate([w[r] for w, r in zip(weight, rows, strict=True)]) / STEP
    use = rival_terms(levels[0])
    return table | {"rivals": solve(with_rival, use, offset, [held[2]] * len(use))}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("measure")
    one.add_argument("folders", nargs="+", type=Path)
    one.add_argument("--half", choices=["dev", "held", "all"], default="all")
    which = one.add_mutually_exclusive_group()
    which.add_argument("--within", action="store_true")
    which.add_argument("--unlabelled", action="store_true")
    two = commands.add_parser("speed")
    two.add_argument("folder", type=Path)
    two.add_argument("--size", type=int, default=10_000)
    two.add_argument("--copies", type=int, default=1, help="lists so many times as long")
    three = commands.add_parser("fit")
    three.add_argument("out", type=Path)
    three.add_argument("folders", nargs="+", type=Path)
    three.add_argument("--twice", nargs="+", type=Path, default=[])
    three.add_argument("--and", dest="others", nargs="+", type=Path, action="append", default=[])
    commands.add_parser("table")
    args = parser.parse_args()
    if args.command == "measure":
        scopes = SCOPES[1:] if args.within else SCOPES[:1]
        measure(args.folders, args.half, scopes, shipped=not args.unlabelled)
    elif args.command == "speed":
        speed(args.folder, args.size, args.copies)
    elif args.command == "table":
        print(table(sys.stdin.readlines()))
    else:
        fit(args.out, [args.folders, *args.others], args.twice)


if __name__ == "__main__":
    sys.exit(main())
