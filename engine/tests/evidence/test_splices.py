"""Values are marked while a document is rendered, once each, and never otherwise."""

from __future__ import annotations

from texloom.document.tex import latex
from texloom.evidence.splices import Splice, recorded
from texloom.results.quantity import Limit, Quantity

LOSS = Quantity("loss", (1.0, 3.0, 2.0), "%")


def test_without_a_recording_nothing_is_marked() -> None:
    assert latex.to_tex(LOSS) == r"\qty{2 +- 1}{\percent}"


def test_each_value_is_marked_with_its_number_and_remembered() -> None:
    with recorded() as found:
        assert latex.to_tex(LOSS) == r"\spliced{1}{\qty{2 +- 1}{\percent}}"
        assert latex.number(0.12345, 2) == r"\spliced{2}{\num{0.12}}"
        assert latex.to_tex("7 apples") == "7 apples"
    assert found == [
        Splice(LOSS, r"\qty{2 +- 1}{\percent}", "quantity", {}),
        Splice(0.12345, r"\num{0.12}", "number", {"digits": 2}),
    ]
    assert latex.to_tex(7) == r"\num{7}"


def test_a_value_that_is_formatted_from_others_has_one_mark() -> None:
    skewed = Quantity("loss", (0.0, 0.0, 30.0))
    with recorded() as found:
        assert latex.to_tex(skewed) == r"\spliced{1}{median \num{0} (\num{0} to \num{30})}"
        assert latex.to_tex(Limit(3, "dB")) == r"\spliced{2}{\num{3}~dB}"
    assert [each.form for each in found] == ["quantity", "limit"]


def test_alternative_texts_have_no_marks() -> None:
    with recorded():
        assert latex.plain_text(f"Loss {latex.to_tex(LOSS)} at $x$.") == "Loss 2 +- 1 at x."
