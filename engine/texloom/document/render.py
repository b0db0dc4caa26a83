"""Render the LaTeX sources of one document from manifest, runs, checks and templates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2

from texloom.document import checks, claim_table, settings, summary, templating, words
from texloom.document.context import SectionContext
from texloom.document.provenance import data_digests, data_facts, exempt_facts, facts, load_runs
from texloom.document.rendering import Rendering
from texloom.document.tex import floats, latex
from texloom.document.tex.latex import TeX
from texloom.document.words import say
from texloom.errors import ReportError
from texloom.evidence.splices import DEFINITION, spliced
from texloom.manifest import Manifest, Part, Profile, Title
from texloom.results.runs import Runs
from texloom.results.utf8 import read_utf8

PROBLEM = re.compile(r"\\begin\{problem\}")


HIDDEN = {"Commit", "Address", "DOI", "Fetched by", "Citation"}
"""The facts of the provenance that could tell who wrote an anonymous report."""

MARKS = {"symbolic": "symbolic", "absolute": "abs.", "relative": "rel.", "exponent": "exponent", "Monte Carlo": "MC"}
"""The kinds of checks as the margin prints them."""


@spliced
def one_digit(error: float) -> str:
    """An error with one digit and a power of ten; 0 if it is exact."""
    if error == 0:
        return r"\num{0}"
    return rf"\num{{{error:.0e}}}"


@spliced
def check_error(result: checks.Result) -> str:
    """A measured error as printed: with its standard error for a sample mean, empty for computer algebra."""
    if result.kind == checks.Symbolic.kind:
        return ""
    if result.standard_error is None:
        return one_digit(result.error)
    power = int(f"{result.standard_error:.0e}".partition("e")[2])
    return rf"\num{{{result.error / 10.0**power:.0f} +- {result.standard_error / 10.0**power:.0f} e{power}}}"


def check_mark(result: checks.Result) -> str:
    """The mark of a check in the margin: its kind, then the error."""
    return f"{say(MARKS[result.kind])} {check_error(result)}".rstrip()


def checks_tex(results: Iterable[checks.Result]) -> str:
    """One macro for each check that passed, used by the mark beside its equation."""
    lines = [
        rf"\expandafter\def\csname report@check@{result.label}\endcsname{{{check_mark(result)}}}" for result in results
    ]
    return "% generated: what the checks measured\n" + "\n".join(lines) + "\n"


def check_opens_with_problem(path: Path) -> None:
    """Check that a fragment or template begins with its problem. Raises ReportError if it does not."""
    for number, line in enumerate(read_utf8(path).splitlines(), start=1):
        code = re.sub(r"(?<!\\)%.*", "", line).strip()
        if code.startswith((r"\#{", r"\BLOCK{")) or not code:
            continue
        if not PROBLEM.match(code):
            raise ReportError(
                f"{path}:{number}", "a part must begin with its problem", r"begin with \begin{problem} … \end{problem}"
            )
        return
    raise ReportError(path, "is empty", r"begin with \begin{problem} … \end{problem}")


def glance(manifest: Manifest, runs: dict[str, Runs]) -> TeX:
    """The summary table: the headline metrics of each experiment, their meanings, and where they are discussed."""
    rows = []
    for name, part in manifest.experiments.items():
        for metric in part.headline:
            try:
                value = runs[name].metric(metric)
            except ReportError as error:
                raise ReportError(f"report.toml: headline of '{part.title}'", error.what, error.way_out) from None
            label = part.labels.get(metric, value.meaning)
            meaning = latex.escape(label[:1].upper() + label[1:])
            rows.append([meaning, latex.quantity(value), rf"\cref{{{part.label}}}"])
    columns = "@{}>{\\raggedright\\arraybackslash}p{8.4cm}rl@{}"
    heads = (say("Result"), say("Value"), say("Where"))
    return floats.plain_table(columns, heads, rows, long=True)  # it may not fit the first page


def render_report(manifest: Manifest, profile: Profile, results: list[checks.Result], folder: Path) -> Rendering:
    """Render the whole report."""
    with words.speaking(manifest.report.language):
        return _render_report(manifest, profile, results, folder)


def _render_report(manifest: Manifest, profile: Profile, results: list[checks.Result], folder: Path) -> Rendering:
    build, environment = profile.build, templating.make_environment()
    rendering = Rendering(folder)
    runs = {name: load_runs(part, profile) for name, part in manifest.experiments.items()}
    rendering.runs = runs
    for name in manifest.experiments:
        template = f"sections/{name}.tex.j2"
        source = templating.TEMPLATES / template
        if source.exists():
            check_opens_with_problem(source)
        context = SectionContext(runs[name], build.figures(name))
        section = templating.render(environment, template, context.names())
        rendering.add(f"sections/{name}.tex", section + "\n\n")  # so that its last paragraph ends in this file
        rendering.claims += context.claims
    _finish(rendering, environment, manifest, profile, results, runs, theory_only=False)
    rendering.files[build.summary.name] = summary.Summary.of(runs, rendering.claims, build.all_figures).to_json()
    return rendering


def render_theory(manifest: Manifest, profile: Profile, results: list[checks.Result], folder: Path) -> Rendering:
    """Render only the written answers; other parts keep their headings, so that numbers and references stay."""
    rendering = Rendering(folder)
    with words.speaking(manifest.report.language):
        _finish(rendering, templating.make_environment(), manifest, profile, results, {}, theory_only=True)
    return rendering


def _finish(
    rendering: Rendering,
    environment: jinja2.Environment,
    manifest: Manifest,
    profile: Profile,
    results: list[checks.Result],
    runs: dict[str, Runs],
    *,
    theory_only: bool,
) -> None:
    """Render the document around the sections: title, contents, appendix, check marks."""
    for fragment in manifest.fragments:
        check_opens_with_problem(Path("theory") / f"{fragment}.tex")
    folder = rendering.folder.as_posix()
    titles = manifest.experiments
    digests = data_digests(runs.values())
    used = {name.partition("/")[0] for name, _ in digests}
    hidden = set(map(say, HIDDEN)) if manifest.proof.anonymous else set()
    context = {
        "report": _title_block(manifest),
        "abstract": TeX(manifest.report.abstract),
        "date": words.date(manifest.report.date),
        "watermark": profile.watermark,
        "tex": TeX(folder),
        "build": TeX(profile.folder),
        "theory_only": theory_only,
        "sections": [
            {"title": section.title, "parts": [_part(part, folder) for part in section.parts]}
            for section in manifest.sections
        ],
        "glance": glance(manifest, runs) if runs and any(part.headline for part in titles.values()) else "",
        "number_of_checks": len(results),
        "checks": [(file, [_check_row(result) for result in group]) for file, group in _by_file(results)],
        "claims": rendering.claims,
        "claim_chapters": claim_table.chapters(
            rendering.claims,
            {name: titles[name].title for name in runs},
            {name: len(each) for name, each in runs.items()},
        ),
        "number_broken": len(rendering.broken),
        "provenance": [
            *(_provenance(titles[name], each, hidden) for name, each in runs.items()),
            *exempt_facts(manifest.exempt),
        ],
        "data": digests,
        "data_sets": [
            [fact for fact in data_facts(name, data) if fact[0] not in hidden]
            for name, data in manifest.data.items()
            if name in used
        ],
    }
    rendering.add("appendix.tex", templating.render(environment, "appendix.tex.j2", context))
    rendering.add("report.tex", templating.render(environment, "report.tex.j2", context))
    rendering.files["checks.tex"] = checks_tex(results) + DEFINITION
    rendering.add("words.tex", words.words_tex())  # added, so that it is in the source map


def _title_block(manifest: Manifest) -> Title:
    """The title block as it is printed: that of an anonymous report names nobody."""
    if not manifest.proof.anonymous:
        return manifest.report
    nobody = {"author": say("Anonymous"), "authors": (), "roll_number": "", "institute": "", "notebook_url": ""}
    return manifest.report.model_copy(update=nobody)


def _by_file(results: list[checks.Result]) -> Iterator[tuple[str, Iterator[checks.Result]]]:
    return groupby(results, key=lambda result: result.place.rpartition(":")[0])


def _check_row(result: checks.Result) -> dict[str, Any]:
    """The entry of a check in the appendix."""
    return {
        "label": TeX(result.label),
        "how": result.how,
        "error": TeX(check_mark(result)),
        "tolerance": TeX("" if result.kind == checks.Symbolic.kind else one_digit(result.tolerance)),
        "line": TeX(result.place.split(":")[-1]),
    }


def _provenance(part: Part, runs: Runs, hidden: Collection[str]) -> dict[str, Any]:
    """The provenance of an experiment for the appendix; hidden: the names of facts that are left out."""
    try:
        tables = settings.tables(runs.config, runs[0].record["meanings"], part.given)
    except ReportError as error:
        raise ReportError(f"report.toml: given of '{part.title}'", error.what, error.way_out) from None
    shown = [fact for fact in facts(runs) if fact[0] not in hidden]
    return {"title": part.title, "facts": shown, "settings": tables, "given": bool(part.given)}


def _part(part: Part, folder: str) -> dict[str, Any]:
    source = f"theory/{part.theory}.tex" if part.theory else f"{folder}/sections/{part.experiment}.tex"
    return {"title": part.title, "label": TeX(part.label), "source": TeX(source), "theory": part.theory}
