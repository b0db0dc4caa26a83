"""Figures and tables: the LaTeX that is written to build/tex."""

from __future__ import annotations

import math
from pathlib import Path

from texloom.document.tex import floats
from texloom.results.quantity import Quantity
from texloom.results.tables import Table


def lines(text: str) -> list[str]:
    """Lines without PyLaTeX's trailing percent signs and without empty lines."""
    return [line.removesuffix("%") for line in text.splitlines() if line != "%"]


def test_figure() -> None:
    assert lines(floats.figure_float(Path("toy/curve.pdf"), r"Loss $J$.", "fig:toy-curve")) == [
        r"\begin{figure}[htbp]",
        r"\centering",
        r"\providecommand{\described}[2]{#2}",
        r"\described{Loss J.}{\includegraphics{toy/curve.pdf}}",
        r"\caption{Loss $J$.}",
        r"\label{fig:toy-curve}",
        r"\end{figure}",
    ]


def test_a_figure_has_the_alternative_text_that_is_given() -> None:
    text = floats.figure_float(Path("toy/curve.pdf"), "Loss.", "fig:toy-curve", "A curve that falls by 50 %")
    assert r"\described{A curve that falls by 50 \%}{\includegraphics{toy/curve.pdf}}" in text


def test_table_escapes_text_and_stresses_one_row() -> None:
    table = Table(
        [("Method_1", ""), ("Inside", "dB"), ("Rate", "%")],
        [
            ["a_b", Quantity("x", (1.0, 2.0, 3.0), "dB"), None],
            ["ours", Quantity("x", (10.04, 10.05, 10.06), "dB"), Quantity("r", (5.0,), "%")],
            ["none", math.inf, 3],
        ],
        emphasis=1,
    )
    assert lines(floats.table_float(table, "Caption", "tab:toy")) == [
        r"\begin{table}[htbp]",
        r"\centering",
        r"\caption{Caption}",
        r"\label{tab:toy}",
        r"\small",
        r"\fitted{\begin{tabular}{@{}@{}lrr@{}@{}}",
        r"\toprule",
        r"Method\_1&Inside (\unit{dB})&Rate (\unit{\percent})\\",
        r"\midrule",
        r"a\_b&\num{2 +- 1}&\\",
        r"{\boldmath\bfseries ours}&{\boldmath\bfseries \num{10.05 +- 0.01}}&{\boldmath\bfseries \num{5}}\\",
        r"none&\ensuremath{\infty}&\num{3}\\\bottomrule",
        r"\end{tabular}}",
        r"\end{table}",
    ]


def test_architecture() -> None:
    layers = [
        {"layer": "Conv2D", "name": "conv_1", "activation": "leaky relu", "shape": [14, 14, 8], "parameters": 80},
        {"layer": "Dense", "name": "score", "activation": "", "shape": [1], "parameters": 12345},
        {"layer": "total", "name": "net", "activation": "", "shape": [], "parameters": 12425},
    ]
    assert lines(floats.architecture_float(layers, "Net", "tab:net"))[5:] == [
        r"\fitted{\begin{tabular}{@{}@{}lllrr@{}@{}}",
        r"\toprule",
        r"Layer&Name&Activation&Output&Parameters\\",
        r"\midrule",
        r"Conv2D&conv 1&leaky relu&$14 \times 14 \times 8$&\num{80}\\",
        r"Dense&score&–&$1$&\num{12345}\\",
        r"\midrule",
        r"Total&&&&\num{12425}\\\bottomrule",
        r"\end{tabular}}",
        r"\end{table}",
    ]


def test_a_column_takes_the_decimals_of_its_best_known_value() -> None:
    rough, fine = Quantity("x", (1.0, 2.0, 3.0)), Quantity("x", (1.001, 1.002, 1.003))
    table = Table([("", ""), ("A", ""), ("B", "")], [["r", rough, "text"], ["f", fine, 4]])
    assert floats.column_decimals(table, 1) == 3
    assert floats.column_decimals(table, 2) is None


def test_a_column_takes_the_decimals_that_the_table_asks_for() -> None:
    single = Quantity("x", (0.00001234,))
    table = Table([("", ""), ("A", ""), ("B", "")], [["r", single, single]], decimals=[None, 3, None])
    assert [floats.column_decimals(table, column) for column in (1, 2)] == [3, None]
    assert floats.cell(single, 3) == r"\num{0.000}"


def test_a_long_table_repeats_its_heads_and_may_break() -> None:
    text = floats.plain_table("lr", ("What", "Ratio"), [["a", "1"], ["b", "2"]], long=True)
    assert str(text).startswith(r"\begin{longtable}{@{}lr@{}}")
    head = text.index(r"\endhead")
    assert text.index("What") < head < text.index("a&1")
    assert r"\begin{longtable}" not in floats.plain_table("lr", ("What", "Ratio"), [["a", "1"]])
