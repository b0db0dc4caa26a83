"""Quantities over seeds: arithmetic seed by seed, comparisons of means that store what they compare."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texloom.results.quantity import Condition, Limit, Quantity

PSNR = Quantity("psnr", (20.0, 22.0, 27.0), "dB", "signal")
NOISY = Quantity("noisy", (10.0, 15.0, 11.0), "dB")


def test_mean_and_sample_deviation() -> None:
    assert PSNR.mean == 23
    assert PSNR.deviation == pytest.approx(13**0.5)
    assert Quantity("x", (3.0,)).deviation is None


def test_differences_are_taken_seed_by_seed() -> None:
    gain = PSNR - NOISY
    assert (gain.values, gain.unit, gain.name) == ((10.0, 7.0, 16.0), "dB", "psnr − noisy")
    assert (gain.lowest.values, gain.highest.values) == ((7.0,), (16.0,))


def test_a_single_value_is_taken_against_every_seed() -> None:
    single = Quantity("limit", (5.0,), "dB")
    assert (PSNR + single).values == (25.0, 27.0, 32.0)
    assert (single - PSNR).values == (-15.0, -17.0, -22.0)
    assert (PSNR * 2).values == (40.0, 44.0, 54.0)


def test_different_seeds_do_not_mix() -> None:
    with pytest.raises(ValueError, match="shorter"):
        _ = PSNR - Quantity("two", (1.0, 2.0), "dB")


def test_units_survive_sums_and_scaling_and_cancel_in_ratios() -> None:
    assert [(PSNR + 1).unit, (PSNR * 2).unit, (PSNR / 2).unit, (PSNR / NOISY).unit] == ["dB", "dB", "dB", ""]
    assert (PSNR / NOISY).values == pytest.approx((2.0, 22 / 15, 27 / 11))


def test_comparisons_are_of_means_and_carry_the_values() -> None:
    condition = PSNR > NOISY
    assert condition
    assert condition.text == "psnr = 23 > noisy = 12"
    assert (PSNR.lowest >= 20).holds
    assert not (PSNR.lowest > 20).holds
    assert (PSNR.lowest > 20).text == "lowest psnr = 20 > 20"


def test_conditions_join_and_keep_both_texts() -> None:
    both = (PSNR > 20) & (PSNR < 22)
    assert isinstance(both, Condition)
    assert not both.holds
    assert both.text == "psnr = 23 > 20 and psnr = 23 < 22"


def test_a_condition_remembers_the_numbers_that_it_compared_with() -> None:
    assert (PSNR >= 20).limits == (Limit(20.0, "dB"),)
    assert (PSNR > 20).limits == (Limit(20.0, "dB"),)
    assert (PSNR > NOISY).limits == ()
    joined = (PSNR > 20) & (PSNR / NOISY < 3) & (NOISY < PSNR) & (NOISY.lowest < 20)
    assert joined.limits == (Limit(20.0, "dB"), Limit(3.0))
    assert [str(limit) for limit in joined.limits] == ["20 dB", "3"]


def test_magnitudes_and_percentages_are_taken_seed_by_seed() -> None:
    difference = (NOISY - 12).magnitude
    assert (difference.values, difference.unit, difference.name) == ((2.0, 3.0, 1.0), "dB", "|noisy − 12|")
    share = difference.percent_of(PSNR)
    assert share.values == pytest.approx((10.0, 300 / 22, 100 / 27))
    assert (share.unit, share.name) == ("%", "|noisy − 12| in % of psnr")
    assert NOISY.percent_of(50).values == (20.0, 30.0, 22.0)


def test_a_difference_of_percentages_is_in_percentage_points() -> None:
    ours, theirs = Quantity("ours", (90.0, 92.0), "%"), Quantity("theirs", (81.0, 84.0), "%")
    assert (ours - theirs).unit == (ours - 50).unit == "percentage points"
    assert (ours + 1).unit == "%"
    assert ((ours - theirs).lowest >= 8).limits == (Limit(8.0, "percentage points"),)


def test_an_error_goes_with_sums_and_multiples_and_not_with_what_may_be_correlated() -> None:
    single = Quantity("x", (4.0,), error=0.5)
    assert [(single + 1).error, (single - 1).error, (single * -2).error, (single / 2).error] == [0.5, 0.5, 1.0, 0.25]
    assert (single - Quantity("y", (1.0,), error=0.5)).error is None
    assert (single.uncertainty, PSNR.uncertainty) == (0.5, PSNR.deviation)


def test_median_and_skew() -> None:
    ratios = Quantity("ratio", (6.0, 12.0, 113.0))
    assert ratios.median == 12
    assert ratios.is_skewed
    assert not PSNR.is_skewed
    assert not Quantity("gain", (-6.0, 12.0, 113.0)).is_skewed
    assert not Quantity("single", (1.0,), error=3.0).is_skewed


def test_a_value_that_is_not_finite_makes_the_mean_so_and_nothing_fails() -> None:
    infinite, mixed = Quantity("x", (1.0, math.inf)), Quantity("x", (-math.inf, math.inf))
    assert (infinite.mean, infinite.is_skewed) == (math.inf, False)
    assert math.isnan(infinite.deviation or 0)
    assert math.isnan(mixed.mean)
    assert (infinite > 3).text == "x = inf > 3"
    assert not (mixed > 3).holds


def test_a_condition_prints_whole_numbers_whole() -> None:
    assert (Quantity("count", (12345678.0,)) > Quantity("other", (1234567.0,))).text == (
        "count = 12345678 > other = 1234567"
    )


def test_no_values_are_refused() -> None:
    with pytest.raises(ValueError, match="quantity 'x' has no values"):
        Quantity("x", ())


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=6), st.floats(-1e9, 1e9))
def test_comparisons_agree_with_the_means(values: list[float], limit: float) -> None:
    quantity, mean = Quantity("x", tuple(values)), statistics.fmean(values)
    assert [(quantity < limit).holds, (quantity <= limit).holds] == [mean < limit, mean <= limit]
    assert [(quantity > limit).holds, (quantity >= limit).holds] == [mean > limit, mean >= limit]
    assert (quantity - quantity).values == (0.0,) * len(values)


def test_a_quotient_by_zero_is_infinite_and_a_comparison_with_it_as_in_arithmetic() -> None:
    quotient = Quantity("a", (3.0, -3.0, 0.0)) / Quantity("b", (0.0, 0.0, 0.0))
    assert quotient.values[:2] == (math.inf, -math.inf)
    assert math.isnan(quotient.values[2])
    assert (Quantity("a", (3.0,)) / Quantity("b", (0.0,)) >= 1.3).holds
    assert not (Quantity("a", (0.0,)) / Quantity("b", (0.0,)) >= 1.3).holds
