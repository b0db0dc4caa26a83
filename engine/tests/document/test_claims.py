"""Claims: the sentence prints the number that its condition compares with, and no other."""

from __future__ import annotations

import pytest

from texloom.document.claim_table import rows_of
from texloom.document.claims import Claim
from texloom.errors import ReportError
from texloom.results.quantity import Condition, Quantity

GAIN = Quantity("gain", (8.5, 9.5), "dB")
SHARE = Quantity("share", (99.5, 99.75), "%")
RATIO = Quantity("ratio", (2.0, 3.0))


def claim(wording: str, *conditions: Condition) -> Claim:
    together, *others = conditions
    for condition in others:
        together &= condition
    return Claim(wording, together, "toy.tex.j2:1", "my_toy", 7)


@pytest.mark.parametrize(
    ("condition", "tex", "plain"),
    [
        (GAIN >= 8, r"\num{8}~dB", "8 dB"),
        (SHARE.lowest >= 99.25, r"\num{99.25}\,\%", "99.25 %"),
        (RATIO > 1.5, r"\num{1.5}", "1.5"),
        (GAIN > -100, r"\num{-100}~dB", "-100 dB"),
        (RATIO < 123456.789, r"\num{123456.789}", "123456.789"),
        ((GAIN - 3).magnitude.percent_of(3).highest < 1e-6, r"\num{1e-06}\,\%", "1e-06 %"),
    ],
)
def test_a_limit_is_printed_whole_with_the_unit_of_what_is_compared(condition: Condition, tex: str, plain: str) -> None:
    made = claim("It is so by {limit},", condition)
    assert (made.sentence, made.text) == (f"It is so by {tex},", f"It is so by {plain}")


def test_limits_are_printed_from_left_to_right_equal_ones_once() -> None:
    made = claim("Above {limit}, and {limit} beside it", GAIN > 3, GAIN.lowest > 3, SHARE > 3, RATIO > RATIO / 2)
    assert made.text == "Above 3 dB, and 3 % beside it"


@pytest.mark.parametrize(
    ("condition", "tex"),
    [
        (GAIN.lowest >= 8, r"\num{8.50}~dB"),
        (SHARE.lowest >= 99, r"\num{99.5}\,\%"),
        (SHARE.highest <= 100, r"\num{99.8}\,\%"),
        (RATIO / 3 > 0.5, r"\num{0.833}"),
        (RATIO / 3 < 0.9, r"\num{0.833}"),
        (RATIO / 3 > 0.8333, r"\num{0.83333}"),
        (RATIO * -1 > -3, r"\num{-2.50}"),
        (RATIO - RATIO <= 1, r"\num{0}"),
        (GAIN * float("inf") > 1, r"\ensuremath{\infty}~dB"),
    ],
)
def test_a_value_found_is_printed_as_in_the_table_of_claims(condition: Condition, tex: str) -> None:
    """On its own side of the limit, and no two numbers for one value; messages and history have the limit."""
    made = claim("By {found}", condition)
    assert made.sentence == f"By {tex}"
    assert made.text == f"By {condition.limits[0]}"
    assert made.sentence.startswith(f"By {next(rows_of(made)).found.split(' ')[-1]}")


def test_the_value_found_is_the_one_nearest_to_its_limit() -> None:
    assert claim("By {found} and {limit}", GAIN > 1, GAIN.lowest > 1, SHARE > 3).sentence == (
        r"By \num{8.50}~dB and \num{3}\,\%"
    )
    assert claim("By {found}", GAIN < 10, GAIN.highest < 10).sentence == r"By \num{9.50}~dB"


def test_zero_may_go_unprinted() -> None:
    assert claim("It rises by {limit}", GAIN > 0, SHARE > 5).text == "It rises by 5 %"
    assert claim("It is above {limit}, by {limit}", GAIN > 0, SHARE > 5).text == "It is above 0 dB, by 5 %"
    assert claim("It rises", GAIN > 0).text == "It rises"


def test_a_comparison_of_two_quantities_has_no_limit() -> None:
    assert claim("It is better", GAIN > GAIN / 2).text == "It is better"


def test_braces_of_latex_are_no_limits() -> None:
    assert (
        claim(r"The \emph{limit} is ${limit}$, \cref{a}", GAIN > 3).sentence
        == r"The \emph{limit} is $\num{3}~dB$, \cref{a}"
    )


def test_the_anchor_of_a_claim_has_no_character_of_latex() -> None:
    assert claim("It rises", GAIN > 0).anchor == "my-toy-7"


@pytest.mark.parametrize(
    ("wording", "conditions", "compared"),
    [
        ("By at least 8 dB", [GAIN >= 8], "8 dB"),
        ("By {limit} and {limit}", [GAIN >= 8, GAIN.lowest >= 8], "8 dB"),
        ("By {limit}", [GAIN >= 8, SHARE > 3], "8 dB, 3 %"),
        ("By {limit}", [GAIN > GAIN / 2], "no number"),
    ],
)
def test_a_sentence_that_prints_fewer_or_more_is_refused(
    wording: str, conditions: list[Condition], compared: str
) -> None:
    with pytest.raises(ReportError) as error:
        claim(wording, *conditions)
    assert wording in error.value.what
    assert f"compares with {compared};" in error.value.way_out
