"""Variables of a section template: claims, metrics, settings, floats; and the closest name for an unknown one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.document.context import SectionContext
from texloom.document.templating import make_environment, render, split_marks
from texloom.errors import ReportError
from texloom.results.quantity import Quantity
from texloom.results.runs import Runs
from texloom.results.sealed import write_sealed
from texloom.results.tables import Table


@pytest.fixture
def runs(make_runs: Callable[..., Runs]) -> Runs:
    return make_runs({"fid": (3.0, ""), "loss": (0.25, "")}, {"fid": (5.0, ""), "loss": (0.35, "")})


@pytest.fixture
def context(runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SectionContext:
    folder = tmp_path / "build" / "figures" / "toy"
    folder.mkdir(parents=True)
    (folder / "loss_curve.pdf").write_bytes(b"%PDF")
    table = Table([("Method", ""), ("FID", "")], [["ours", Quantity("fid", (3.0, 5.0))]])
    index = {"figures": ["loss_curve", "lost"], "tables": {"comparison": table.to_json()}}
    write_sealed(folder / "index.json", index)
    monkeypatch.chdir(tmp_path)
    return SectionContext(runs, folder)


def rendered(context: SectionContext, text: str) -> str:
    Path("templates").mkdir(exist_ok=True)
    Path("templates", "toy.tex.j2").write_text(text, encoding="utf-8")
    return split_marks(render(make_environment(), "toy.tex.j2", context.names()))[0]


def error_of(context: SectionContext, text: str) -> ReportError:
    with pytest.raises(ReportError) as error:
        rendered(context, text)
    return error.value


def test_metrics_are_over_all_seeds(context: SectionContext) -> None:
    assert rendered(context, r"\VAR{m.fid} of \VAR{seeds | length} seeds") == r"\num{4 +- 1} of \num{2} seeds"


def test_settings_are_plain_text(context: SectionContext) -> None:
    assert rendered(context, r"\VAR{config.noise}, \VAR{config.epochs}") == r"salt\_and\_pepper, \num{3}"


def test_number_takes_digits(context: SectionContext) -> None:
    assert rendered(context, r"\VAR{number(m.fid.mean / 3, 2)}") == r"\num{1.3}"


def test_a_claim_that_holds_is_printed_and_collected(context: SectionContext) -> None:
    text = rendered(context, r'\VAR{claim("FID falls below {limit},", m.fid < 5)}')
    assert text == r"\claimanchor{toy-1}\claimed{FID falls below \num{5},}"
    (claim,) = context.claims
    assert (claim.text, claim.condition.text) == ("FID falls below 5", "fid = 4 < 5")


def test_broken_claims_are_printed_and_collected_with_line_and_values(context: SectionContext) -> None:
    text = rendered(
        context,
        'a\n\\VAR{claim("Below {limit}", m.fid < 3)}\n\n'
        '\\VAR{claim("Below {limit} and above {limit}",\n  m.fid < 5, m.loss > 1)}',
    )
    assert text == (
        "a\n\\claimanchor{toy-1}\\brokenclaim{Below \\num{3}}{fid = 4 < 3}\n\n"
        "\\claimanchor{toy-2}\\brokenclaim{Below \\num{5} and above \\num{1}}{fid = 4 < 5 and loss = 0.3 > 1}"
    )
    assert [(claim.condition.holds, claim.place) for claim in context.claims] == [
        (False, "templates/toy.tex.j2:2"),
        (False, "templates/toy.tex.j2:4"),
    ]


def test_the_place_of_a_claim_is_in_the_file_that_is_included(context: SectionContext) -> None:
    Path("templates").mkdir()
    Path("templates", "part.tex.j2").write_text('\n\n\\VAR{claim("Below {limit}", m.fid < 5)}', encoding="utf-8")
    rendered(context, '\\BLOCK{include "part.tex.j2"}')
    assert [claim.place for claim in context.claims] == ["templates/part.tex.j2:3"]


def test_a_claim_of_several_conditions_needs_them_all(context: SectionContext) -> None:
    assert rendered(context, r'\VAR{claim("Both", m.fid > m.loss, m.loss > 0)}').endswith(r"\claimed{Both}")
    assert r"\brokenclaim{Both}{fid = 4" in rendered(context, r'\VAR{claim("Both", m.fid > m.loss, m.loss < 0)}')


def test_a_claim_with_a_typed_number_is_refused_at_its_line(context: SectionContext) -> None:
    error = error_of(context, 'a\n\n\\VAR{claim("FID falls below 5,", m.fid < 5)}')
    assert error.where == "templates/toy.tex.j2:3"
    assert error.what == "a claim prints the limits of its condition: 'FID falls below 5,'"
    assert context.claims == []


def test_a_claim_without_any_condition_is_refused(context: SectionContext) -> None:
    assert "claim without a comparison" in error_of(context, r'\VAR{claim("All is well")}').what


def test_a_claim_needs_a_comparison(context: SectionContext) -> None:
    assert "claim without a comparison" in error_of(context, r'\VAR{claim("All is well", true)}').what


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        (r"\VAR{m.fidd}", "unknown metric 'fidd' of toy", "there are: fid, loss; closest: 'fid'"),
        (r"\VAR{config.epoch}", "unknown setting 'epoch' of toy", "closest: 'epochs'"),
        (r'\VAR{figure("loss_curv")}', "unknown figure 'loss_curv' of toy", "closest: 'loss_curve'"),
        (r'\VAR{figure("lost")}', "unknown figure 'lost' of toy", ""),
        (r'\VAR{table("compare")}', "unknown table 'compare' of toy", "closest: 'comparison'"),
        (r'\VAR{architecture("nett")}', "unknown architecture 'nett' of toy", "closest: 'net'"),
        (r'\VAR{shape("nett", "d")}', "unknown architecture 'nett' of toy", "closest: 'net'"),
        (
            r'\VAR{shape("net", "hidden_2")}',
            "unknown layer 'hidden_2' of the architecture 'net'",
            "closest: 'hidden_1'",
        ),
        (r'\VAR{shape("net", "total")}', "unknown layer 'total' of the architecture 'net'", ""),
    ],
)
def test_unknown_names(context: SectionContext, text: str, what: str, hint: str) -> None:
    error = error_of(context, f"\n\n{text}")
    assert (error.where, error.what) == ("templates/toy.tex.j2:3", what)
    assert hint in error.way_out


def test_figures_that_are_not_drawn_say_how_to_draw_them(context: SectionContext) -> None:
    (context.figures / "index.json").unlink()
    error = error_of(context, r'\VAR{figure("loss_curve")}')
    assert "the figures have not been drawn" in error.what
    assert error.way_out == "make figures EXPERIMENT=toy"


def test_the_body_of_a_call_block_is_the_caption(context: SectionContext) -> None:
    text = rendered(
        context, '\\BLOCK{call figure("loss_curve")}\nLoss\n of $\\theta$, \\VAR{m.fid}.\n\\BLOCK{endcall}\n'
    )
    assert r"\described{Loss of theta, 4 +{-} 1.}{\includegraphics{toy/loss_curve.pdf}}" in text
    assert r"\caption{Loss of $\theta$, \num{4 +- 1}.}" in text
    assert r"\label{fig:toy-loss-curve}" in text


def test_tables_and_architectures_have_labels_without_underscores(context: SectionContext) -> None:
    text = rendered(context, r'\VAR{table("comparison", "A_B")}\VAR{architecture("net", "Net")}')
    assert r"\caption{A\_B}" in text
    assert r"ours&\num{4 +- 1}" in text
    assert r"\label{tab:toy-comparison}" in text
    assert r"\label{tab:toy-architecture-net}" in text


def test_the_shape_of_a_layer_is_a_formula(context: SectionContext) -> None:
    assert rendered(context, r'\VAR{shape("net", "hidden_1")}') == "$4$"
