"""The table of claims in the appendix: meanings of metrics, values with three digits, limits, chapters with seeds."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from texloom.document.claim_table import Row, chapters, rows_of
from texloom.document.claims import LIMIT, Claim
from texloom.errors import ReportError
from texloom.evidence.splices import recorded, without_marks
from texloom.results.quantity import Condition, Quantity

OURS = Quantity("psnr_ours", (20.0, 22.0), "dB", "PSNR inside, network")
FILTER = Quantity("psnr_filter", (15.0, 14.5), "dB", "PSNR inside, filter")
OTHER = Quantity("psnr_other", (3.0, 3.5), "dB", "PSNR inside, other")
SHARE = Quantity("share", (99.51, 99.61), "%", "images that are located")
NOISE = Quantity("fid_noise", (3.0,), "", "distance, salt_and_pepper")
BLUR = Quantity("fid_salt_and_pepper", (0.0123456,), "", "distance, salt_and_pepper")


def made(condition: Condition, experiment: str = "toy", number: int = 1, about: tuple[str, ...] = ()) -> Claim:
    sentence = "It is so" + " by {limit}" * len(condition.limits)
    assert len(LIMIT.findall(sentence)) == len(condition.limits)
    return Claim(sentence, condition, "toy.tex.j2:1", experiment, number, about)


def listed(condition: Condition, *about: str) -> list[tuple[str, str, str]]:
    """Meaning, value and limit of each row."""
    return [(row.meaning, row.found, row.limit) for row in rows_of(made(condition, about=about))]


def words(quantity: Quantity) -> str:
    """The meaning with which a quantity is listed."""
    ((meaning, _, _),) = listed(quantity > -1e9)
    return meaning


def test_a_metric_is_listed_by_its_meaning() -> None:
    assert listed(OURS >= 12.5) == [("PSNR inside, network", r"\num{21}", r"$\geq$~\num{12.5}~dB")]
    assert listed(SHARE < 100) == [("images that are located", r"\num{99.6}", r"$<$~\num{100}\,\%")]


def test_a_metric_without_meaning_is_listed_by_its_name_in_words() -> None:
    assert words(Quantity("my_fid", (3.0,))) == "my fid"


def test_of_an_identifier_in_a_meaning_the_part_of_the_name_is_written_in_words() -> None:
    assert words(BLUR) == "distance, salt and pepper"
    assert words(NOISE) == r"distance, salt\_and\_pepper"


@pytest.mark.parametrize(
    ("quantity", "meaning"),
    [
        (OURS - FILTER, "PSNR inside: network $-$ filter"),
        ((OURS - FILTER).magnitude, "PSNR inside: $|$network $-$ filter$|$"),
        ((OURS - FILTER).magnitude.percent_of(FILTER), r"PSNR inside: $|$network $-$ filter$|$ in~\% of the latter"),
        ((OURS - FILTER).percent_of(OURS), r"PSNR inside: (network $-$ filter) in~\% of the former"),
        (OURS.percent_of(FILTER), r"PSNR inside: network in~\% of filter"),
        (OURS / FILTER * 2, r"PSNR inside: network / filter $\times$ \num{2}"),
        (OURS - (FILTER - OURS), r"PSNR inside: network $-$ (filter $-$ network)"),
        (OURS + FILTER - OURS, r"PSNR inside: network $+$ filter $-$ network"),
        (OURS / SHARE, "(PSNR inside, network) / images that are located"),
        (OURS - replace(SHARE, unit="dB"), "PSNR inside, network $-$ images that are located"),
        (OURS.magnitude / FILTER, r"($|$PSNR inside$|$, network) / (PSNR inside, filter)"),
        (OURS.lowest - FILTER.highest, "lowest PSNR inside, network $-$ highest PSNR inside, filter"),
        (-OURS, "$-$ PSNR inside, network"),
        (OURS**2, "(PSNR inside, network)$^{2}$"),
        (OURS**-1 / 2, r"(PSNR inside, network)$^{-1}$ / \num{2}"),
        (round(OURS - FILTER, 1), "PSNR inside: network $-$ filter"),
    ],
)
def test_arithmetic_is_written_in_words_and_shared_parts_of_operands_once(quantity: Quantity, meaning: str) -> None:
    assert words(quantity) == meaning


@pytest.mark.parametrize(
    ("first", "second", "meaning"),
    [
        ("loss (of net, wide), a", "loss (of net, wide), b", "loss (of net, wide): a $-$ b"),
        ("distance, a (Net 3)", "distance, b (Net 3)", "distance (Net 3): a $-$ b"),
        ("distance, changes: a", "distance, changes: b", "distance, changes: a $-$ b"),
        ("a [0, 1]", "b [0, 1]", "a {[}0, 1{]} $-$ b {[}0, 1{]}"),
        ("loss", "loss, held out", "loss $-$ loss, held out"),
        ("loss, first", "loss, first", "loss: first $-$ first"),
    ],
)
def test_parts_end_with_commas_outside_brackets(first: str, second: str, meaning: str) -> None:
    assert words(Quantity("a", (1.0,), "", first) - Quantity("b", (1.0,), "", second)) == meaning


def test_the_seed_that_decides_is_named_where_there_are_several() -> None:
    assert listed((OURS - FILTER).lowest >= 5) == [
        ("PSNR inside: network $-$ filter", r"$\min$ \num{5}", r"$\geq$~\num{5}~dB")
    ]
    assert listed(OURS.highest < 30)[0][1] == r"$\max$ \num{22}"
    assert listed(NOISE.highest < 30)[0][1] == r"\num{3}"


def test_two_quantities_are_compared_with_both_values() -> None:
    assert listed(OURS > FILTER) == [("PSNR inside: network $>$ filter", r"\num{21}", r"$>$~\num{14.8}~dB")]


@pytest.mark.parametrize(
    ("value", "limit", "found"),
    [
        (0.0056793, 0.0, r"\num{0.00568}"),
        (9.9996, 10.0, r"\num{9.9996}"),
        (-102.73, 0.0, r"\num{-103}"),
        (2e-7, 1e-6, r"\num{2.00e-07}"),
        (float("nan"), 1.0, "n/a"),
    ],
)
def test_a_value_has_three_digits_or_as_many_as_show_its_side_of_the_limit(
    value: float, limit: float, found: str
) -> None:
    assert listed(Quantity("a", (value,), "", "loss") < limit)[0][1] == found


def test_limits_are_printed_as_they_were_set() -> None:
    assert listed(NOISE > 1e-6)[0][2] == r"$>$~\num{1e-06}"
    assert listed((SHARE - 50).lowest > 0)[0][2] == r"$>$~\num{0}\,\% points"


def test_marks_of_values_do_not_change_what_is_written_once() -> None:
    """Each printed value has a mark with its own number; values that print the same are the same."""
    equal = (OURS > 1) & (replace(OURS, name="again") > 1)

    def rows() -> list[tuple[str, ...]]:
        several = listed(OURS > FILTER) + listed((OURS > FILTER) & (OURS > OTHER)) + listed(equal, "both")
        unbraced = re.compile(r"\{(\\num\{[^}]*\})\}")
        return [tuple(unbraced.sub(r"\1", without_marks(each)) for each in row) for row in several]

    plain = rows()
    assert plain[-1][1] == r"\num{21}"
    with recorded() as found:
        assert rows() == plain
    assert len(found) > 8


def test_comparisons_that_differ_in_a_part_of_their_words_take_one_line() -> None:
    condition = (OURS.lowest > 10) & (FILTER.lowest > 10) & (SHARE > 10)
    assert listed(condition) == [
        (r"PSNR inside: network~=~\num{20}; filter~=~\num{14.5}", r"$\min$", r"$>$~\num{10}~dB"),
        ("images that are located", r"\num{99.6}", r"$>$~\num{10}\,\%"),
    ]
    assert listed((OURS > 10) & (FILTER > 10))[0][1] == "each"
    assert len(listed((OURS > 10) & (FILTER > 11))) == 2
    assert len(listed((OURS > 10) & (FILTER.lowest > 10))) == 2
    assert len(listed((NOISE > 1) & (Quantity("a", (3.0,), "", "loss") > 1))) == 2


def test_one_quantity_against_several_takes_one_line() -> None:
    assert listed((OURS > FILTER) & (OURS > OTHER)) == [
        (r"PSNR inside: network $>$ filter~=~\num{14.8}; other~=~\num{3.25}", r"\num{21}", "$>$~each")
    ]
    assert len(listed((replace(SHARE, unit="dB") < OURS) & (replace(NOISE, unit="dB") < OURS))) == 2


def test_a_claim_that_says_what_it_is_about_has_one_row() -> None:
    """Values with the same limit are printed as a range, values with limits of their own in order, equal units once."""
    assert listed(OURS.lowest > 10, "network") == [("network", r"$\min$ \num{20}", r"$>$~\num{10}~dB")]
    assert listed((OURS.lowest > 10) & (FILTER.lowest > 10), "both") == [
        ("both", r"$\min$ \num{14.5} to \num{20}", r"$>$~\num{10}~dB")
    ]
    assert listed((OURS > 10) & (FILTER > 11), "two limits") == [
        ("two limits", r"\num{21}; \num{14.8}", r"$>$~\num{10}; $>$~\num{11}~dB")
    ]
    assert listed((OURS.lowest > 10) & (SHARE.lowest > 11), "two units") == [
        ("two units", r"$\min$ \num{20}; \num{99.5}", r"$>$~\num{10}~dB; $>$~\num{11}\,\%")
    ]
    assert listed((OURS > FILTER) & (OURS > OTHER), "one against two") == [
        ("one against two", r"\num{21}", r"$>$~\num{3.25} to \num{14.8}~dB")
    ]
    assert listed((OURS > FILTER) & (FILTER > OTHER), "one by one") == [
        ("one by one", r"\num{21}, \num{14.8}", r"$>$~\num{14.8}, \num{3.25}~dB")
    ]


def test_a_claim_can_have_a_text_for_each_kind_of_comparison() -> None:
    condition = (OURS > 10) & (FILTER > 10) & (SHARE < 100) & (OURS.lowest > 10)
    rows = [*rows_of(made(condition, about=("both", "share", "worst seed")))]
    assert [(row.anchor, row.meaning, row.found) for row in rows] == [
        ("toy-1", "both", r"\num{14.8} to \num{21}"),
        ("toy-1", "share", r"\num{99.6}"),
        ("toy-1", "worst seed", r"$\min$ \num{20}"),
    ]
    with pytest.raises(ReportError, match=r"has 2 texts and 3 kinds of comparison\n.*one text, or one for each kind"):
        listed(condition, "both", "share")


def test_what_is_not_met_is_red() -> None:
    assert listed((OURS > 20) & (FILTER > 20), "both") == [
        (r"\textcolor{broken}{both (not met)}", r"\num{14.8} to \num{21}", r"$>$~\num{20}~dB")
    ]
    assert listed(OURS > 30)[0][2] == r"\textcolor{broken}{$>$~\num{30}~dB (not met)}"
    assert listed((OURS > 20) & (FILTER > 20))[0][0] == (
        r"PSNR inside: network~=~\num{21}; \textcolor{broken}{filter~=~\num{14.8} (not met)}"
    )


def test_every_row_of_a_claim_has_its_page() -> None:
    assert [row.anchor for row in rows_of(made((OURS > 1) & (SHARE > 2), "my_toy", 3))] == ["my-toy-3", "my-toy-3"]


def test_chapters_are_in_the_order_of_the_report_with_their_seeds_and_only_where_something_is_claimed() -> None:
    claims = [made(NOISE > 1, "second", 1), made(OURS > 1, "first", 1), made(SHARE > 1, "first", 2)]
    titles = {"first": "One & all", "none": "None", "second": "Two"}
    one, two = chapters(claims, titles, {"first": 2, "none": 3, "second": 1})
    assert (one.title, one.seeds, [row.anchor for row in one.rows]) == ("One & all", 2, ["first-1", "first-2"])
    assert (two.title, two.seeds) == ("Two", 1)
    assert two.rows == [Row(*next(rows_of(claims[0])).__dict__.values())]
