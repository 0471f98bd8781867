"""What a person's yes and no teach about one company's lists: how far the weights are to be moved.

Two numbers only, for a few dozen answers support no more: every weight is multiplied and moved by
them. They are held near "as shipped" as by a score of answers that agree with it, so three odd
answers change little. No ceiling is lifted by them: unit 203 never becomes unit 204.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recon.matching.weigh import STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_SLOPE_HELD, _SHIFT_HELD = 0.15, 1.0  # how far, usually, a company's lists are from the shipped
_SLOPES, _MOST_SHIFT = (0.6, 1.6), 3.0


@dataclass(frozen=True)
class Calibration:
    """How a company's weights differ from the shipped ones: `slope` times, then `shift` bits on."""

    slope: float = 1.0
    shift: float = 0.0

    def of(self, weight: Ints) -> Ints:
        """The weights, in hundredths of a bit, moved."""
        if self == AS_SHIPPED:
            return weight
        return np.asarray(np.round(weight * self.slope + self.shift * STEP), dtype=np.int64)


AS_SHIPPED = Calibration()


def calibrate(bits: Sequence[float], yes: Sequence[bool]) -> Calibration:
    """The calibration that a person's answers speak for.

    Args:
        bits: what each pair that was answered weighs as shipped.
        yes: whether the person said that the two are one.

    Returns:
        Slope and shift, each rounded so that the same answers give the same file.
    """
    from scipy.optimize import minimize  # noqa: PLC0415  (slow to load; one command needs it)

    z = np.clip(np.asarray(bits, dtype=np.float64), -20, 20)
    sign = np.where(np.asarray(yes, dtype=np.bool_), -1.0, 1.0)

    def loss(moved: NDArray[np.float64]) -> float:
        slope, shift = moved
        surprise = np.logaddexp(0, sign * (slope * z + shift) * math.log(2)).sum()
        held = ((slope - 1) / _SLOPE_HELD) ** 2 + (shift / _SHIFT_HELD) ** 2
        return float(surprise + held / 2)

    limits = (_SLOPES, (-_MOST_SHIFT, _MOST_SHIFT))
    slope, shift = minimize(loss, (1.0, 0.0), method="L-BFGS-B", bounds=limits).x
    return Calibration(round(float(slope), 2), round(float(shift), 1))
