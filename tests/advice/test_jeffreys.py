"""The lower Jeffreys bound, against what is known of the incomplete beta function."""

from math import asin, comb, isclose, pi, sqrt

import pytest

from deliveryledger.advice.jeffreys import lower_bound, regularised_beta


@pytest.mark.parametrize("x", [0.0, 1e-9, 0.001, 0.25, 0.5, 0.75, 0.999, 1.0])
def test_the_arcsine_distribution_is_met(x: float) -> None:
    assert isclose(regularised_beta(x, 0.5, 0.5), 2 / pi * asin(sqrt(x)), rel_tol=1e-11, abs_tol=1e-12)


@pytest.mark.parametrize("x", [0.0, 0.01, 0.3, 0.7, 0.99, 1.0])
@pytest.mark.parametrize(("a", "b"), [(1, 1), (2, 3), (7, 2), (30, 12), (1, 40)])
def test_whole_parameters_are_sums_of_binomials(a: int, b: int, x: float) -> None:
    """NIST DLMF 8.17.5."""
    n = a + b - 1
    exact = sum(comb(n, j) * x**j * (1 - x) ** (n - j) for j in range(a, n + 1))
    assert isclose(regularised_beta(x, a, b), exact, rel_tol=1e-11, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("count", "of"), [(1, 1), (1, 50), (5, 100), (16, 500), (117, 5_000), (3, 10**6), (10**6, 10**7), (9, 9)]
)
def test_the_bound_is_the_quantile(count: int, of: int) -> None:
    bound = lower_bound(count, of)
    assert isclose(regularised_beta(bound, count + 0.5, of - count + 0.5), 0.05, rel_tol=1e-6)
    assert bound < count / of


def test_more_of_as_many_is_surely_more() -> None:
    bounds = [lower_bound(count, 200) for count in range(201)]
    assert bounds[0] == 0.0
    assert bounds == sorted(set(bounds))


def test_more_confidence_is_a_lower_bound() -> None:
    assert lower_bound(5, 100, 0.99) < lower_bound(5, 100) < lower_bound(5, 100, 0.6)


@pytest.mark.parametrize(
    ("count", "of", "confidence"), [(-1, 5, 0.95), (6, 5, 0.95), (1, 5, 1.0), (1, 5, 0.0)]
)
def test_what_is_no_share_is_refused(count: int, of: int, confidence: float) -> None:
    with pytest.raises(ValueError, match="among"):
        lower_bound(count, of, confidence)
