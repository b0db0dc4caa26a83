"""Text and numbers as LaTeX."""

from __future__ import annotations

import math
import re
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texloom.document.tex import latex
from texloom.document.tex.latex import TeX
from texloom.results.quantity import Quantity

PRINTED = re.compile(r"\\num\{(-?[\d.]+) \+- ([\d.]+)\}")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, r"\num{3}"),
        (-12345, r"\num{-12345}"),
        (12345678.0, r"\num{12345678}"),
        (-0.0, r"\num{0}"),
        (1e15, r"\num{1e+15}"),
        (12345678.5, r"\num{1.235e+07}"),
        (1234.5678, r"\num{1235}"),
        (0.00012347, r"\num{0.0001235}"),
        (1e-10, r"\num{1e-10}"),
        (0.5, r"\num{0.5}"),
        (math.inf, r"\ensuremath{\infty}"),
        (-math.inf, r"\ensuremath{-\infty}"),
        (math.nan, "n/a"),
    ],
)
def test_number(value: float, expected: str) -> None:
    assert latex.number(value) == expected


@pytest.mark.parametrize(
    ("values", "unit", "expected"),
    [
        ((1.0, 2.0, 3.0), "dB", r"\qty{2 +- 1}{dB}"),
        ((1.0, 2.0, 3.0), "", r"\num{2 +- 1}"),
        ((20.14, 20.15, 20.16), "%", r"\qty{20.15 +- 0.01}{\percent}"),
        ((100.0, 200.0, 300.0), "s", r"\qty{200 +- 100}{s}"),
        ((5.0,), "", r"\num{5}"),
        ((12345678.0,), "", r"\num{12345678}"),
        ((12345678.0,) * 3, "bytes", r"\num{12345678}~bytes"),
        ((12345678.0, 12345680.0), "", r"\num{12345679 +- 1}"),
        ((1.0, math.inf, 2.0), "", r"\ensuremath{\infty}"),
        ((1.0, math.nan), "dB", "n/a~dB"),
        ((5.0,), "dB", r"\num{5}~dB"),
        ((5.0,), "%", r"\num{5}\,\%"),
        ((0.5, 0.5), "", r"\num{0.5000}"),
        ((81.0, 81.3), "%", r"\qty{81.2 +- 0.2}{\percent}"),
        ((8.0, 9.0), "percentage points", r"\qty{8.5 +- 0.7}{\text{percentage points}}"),
        ((1.0, 1.0 + 0.0999 * 2**0.5), "", r"\num{1.1 +- 0.1}"),
        ((math.inf,), "dB", r"\ensuremath{\infty}~dB"),
    ],
)
def test_quantity(values: tuple[float, ...], unit: str, expected: str) -> None:
    assert latex.quantity(Quantity("x", values, unit)) == expected


def test_the_decimals_of_a_column_are_for_values_without_an_uncertainty() -> None:
    spread, single = Quantity("x", (1.0, 2.0, 3.0), "dB"), Quantity("x", (5.0,), "dB")
    assert latex.quantity(spread, with_unit=False, decimals=2) == r"\num{2 +- 1}"
    assert latex.quantity(single, with_unit=False, decimals=2) == r"\num{5.00}"


def test_a_single_value_has_the_digits_of_its_own_error() -> None:
    known = Quantity("x", (0.0005424,), error=0.033)
    assert latex.quantity(known) == r"\num{0.00 +- 0.03}"
    assert latex.quantity(known, decimals=5) == r"\num{0.00 +- 0.03}"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((6.0, 12.0, 113.0), r"median \num{12} (\num{6} to \num{113})"),
        ((2.0, 12345.0, 99999999.0), r"median \num{12345} (\num{2} to \num{99999999})"),
        ((0.0, 0.0, 0.3), r"median \num{0} (\num{0} to \num{0.300})"),
        ((-6.0, 12.0, 113.0), r"\num{40 +- 64}"),  # a quantity that can be negative may have such a deviation
    ],
)
def test_a_skewed_quantity_has_median_and_range(values: tuple[float, ...], expected: str) -> None:
    assert latex.quantity(Quantity("ratio", values)) == expected


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=5))
def test_no_deviation_above_the_mean_is_printed_of_what_is_never_negative(values: list[float]) -> None:
    printed = PRINTED.fullmatch(latex.quantity(Quantity("x", tuple(values))))
    assert printed is None or fmean(values) >= stdev(values)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [(0.8, 2, r"\num{0.80}"), (0.81, 2, r"\num{0.81}"), (3.0, 2, r"\num{3}"), (123.4, 3, r"\num{123}")],
)
def test_zeros_at_the_end_are_digits(value: float, digits: int, expected: str) -> None:
    assert latex.number(value, digits) == expected


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=5))
def test_a_printed_value_is_the_mean_to_half_a_unit_of_its_last_digit(values: list[float]) -> None:
    quantity = Quantity("x", tuple(values))
    deviation = quantity.deviation
    if not deviation or quantity.is_skewed:
        assert "+-" not in latex.quantity(quantity)
        return
    printed = PRINTED.fullmatch(latex.quantity(quantity))
    assert printed
    places = len(printed[1].partition(".")[2])
    half = 0.5 * 10.0**-places * (1 + 1e-9) + 1e-9 * abs(quantity.mean)
    assert abs(float(printed[1]) - quantity.mean) <= half
    assert abs(float(printed[2]) - deviation) <= half
    assert float(printed[2]) > 0
    if places:  # one significant digit of the deviation, no more
        assert printed[2].replace(".", "").lstrip("0") in set("123456789")


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("#", r"\#"),
        ("$", r"\$"),
        ("%", r"\%"),
        ("&", r"\&"),
        ("_", r"\_"),
        ("{", r"\{"),
        ("}", r"\}"),
        ("~", r"\textasciitilde{}"),
        ("^", r"\^{}"),
        ("\\", r"\textbackslash{}"),
    ],
)
def test_each_special_character_is_escaped_where_plain_text_is_spliced(character: str, expected: str) -> None:
    assert latex.to_tex(f"a{character}b") == f"a{expected}b"


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"The loss $\frac12 x^2$ of \emph{all}~seeds", "The loss 12 x^2 of all seeds"),
        (r"\qty{3.1}{\decibel} above \num{2} (see \cref{fig:a-b}), as \citet{x}", "3.1 above 2 (see), as"),
        (r"50\,\% of a\_b", "50% of a_b"),
    ],
)
def test_plain_text_has_what_can_be_read_aloud(tex: str, plain: str) -> None:
    assert latex.plain_text(tex) == plain


def test_tex_is_not_escaped_and_escapes_the_text_it_meets() -> None:
    assert latex.to_tex(TeX(r"$a_b$ & \emph{c}")) == r"$a_b$ & \emph{c}"
    assert TeX(r"\emph{") + "a_b & c" + TeX("}") == r"\emph{a\_b \& c}"
    assert TeX(", ").join(["a_b", TeX("$c_d$")]) == r"a\_b, $c_d$"
    assert TeX(r"\emph{%s}") % "50%" == r"\emph{50\%}"


def test_what_is_spliced_by_its_kind() -> None:
    assert latex.to_tex(Quantity("x", (1.0, 2.0, 3.0), "dB")) == r"\qty{2 +- 1}{dB}"
    assert latex.to_tex(True) == "True"
    assert latex.to_tex(None) == "None"
    assert latex.to_tex(7) == r"\num{7}"
