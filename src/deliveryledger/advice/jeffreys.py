"""How high a rate surely is: the lower Jeffreys bound, by the incomplete beta function.

The bound of ``x`` among ``n`` is a quantile of Beta(x + 1/2, n - x + 1/2), 0 for x = 0 (Brown, Cai and
DasGupta, *Interval Estimation for a Binomial Proportion*, Statistical Science 16 (2001), 3.1.1 and 4.1.2).
"""

from functools import lru_cache
from math import exp, lgamma, log, log1p

_TINY = 1e-300
_ENOUGH = 1e-15
_STEPS = 10_000
"""Of the continued fraction, which takes about the square root of the larger parameter."""
_HALVINGS = 60
"""Of the interval from 0 to 1: more digits than a float has there."""


def lower_bound(count: int, of: int, confidence: float = 0.95) -> float:
    """The rate that ``count`` among ``of`` exceeds with this (one-sided) confidence; 0 where there is none.

    Raises ValueError unless 0 <= count <= of, and 0 < confidence < 1.
    """
    if not 0 <= count <= of or not 0 < confidence < 1:
        raise ValueError("a count among so many, and a confidence between 0 and 1")
    return 0.0 if count == 0 else _quantile(1 - confidence, count + 0.5, of - count + 0.5)


@lru_cache(maxsize=4096)
def _quantile(probability: float, a: float, b: float) -> float:
    """Where the distribution function of Beta(a, b) has a value: halved, because it rises everywhere."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if regularised_beta(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def regularised_beta(x: float, a: float, b: float) -> float:
    """I_x(a, b) for a, b > 0 and 0 <= x <= 1 (NIST DLMF 8.17.2), to some 12 digits.

    By the continued fraction DLMF 8.17.22, which converges fast below (a + 1)/(a + b + 2); above it by the
    symmetry I_x(a, b) = 1 - I_1-x(b, a) (DLMF 8.17.4).
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - regularised_beta(1 - x, b, a)
    front = exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """1/(1 + d1/(1 + d2/(1 + …))), evaluated forwards (Lentz's method, DLMF 3.10(iii))."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            step = c * d
            value *= step
        if abs(step - 1) < _ENOUGH:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
