"""Sets of levels: every pair gets back the levels that it has."""

from __future__ import annotations

import numpy as np
import pytest

from recon.matching.patterns import patterns


@pytest.mark.parametrize("subjects", [1, 5, 40])
def test_every_pair_has_the_levels_of_its_set(subjects: int) -> None:
    """Forty subjects of nine levels are more sets than one whole number tells apart at once."""
    drawn = np.random.default_rng(7).integers(-4, 5, size=(subjects, 300), dtype=np.int8)
    drawn = np.concatenate([drawn, drawn[:, :100]], axis=1)
    levels = dict(zip(["name", *map(str, range(1, subjects))], drawn, strict=True))
    distinct, of = patterns(levels)
    for subject, level in levels.items():
        assert (distinct[subject][of] == level).all()
    assert len(distinct["name"]) == len(np.unique(drawn, axis=1).T)


def test_no_pair_has_no_set() -> None:
    """Two lists without a candidate are weighed like any other."""
    distinct, of = patterns({"name": np.zeros(0, dtype=np.int8)})
    assert not len(of)
    assert not len(distinct["name"])


def test_the_least_and_the_greatest_level_are_told_apart() -> None:
    """The difference of two levels does not fit where the levels themselves do."""
    ends = np.array([-128, 127, -128], dtype=np.int8)
    distinct, of = patterns({"name": ends})
    assert distinct["name"][of].tolist() == ends.tolist()
