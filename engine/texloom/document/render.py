"""From manifest, runs, checks and templates to LaTeX sources, with a map back to the author's files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2

from texloom.document import checks, floats, latex, summary, templating
from texloom.document.claims import Claim
from texloom.document.context import SectionContext
from texloom.document.latex import TeX
from texloom.errors import ReportError
from texloom.manifest import Manifest, Part, Profile
from texloom.results.runs import Runs
from texloom.staleness.identity import Current, stale_parts

SOURCE_MAP = "source-map.json"
PROBLEM = re.compile(r"\\begin\{problem\}")


@dataclass
class Rendering:
    """The LaTeX sources of one document, written together."""

    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    @property
    def broken(self) -> list[Claim]:
        """The claims that do not hold."""
        return [claim for claim in self.claims if not claim.condition.holds]

    def add(self, name: str, marked: str) -> None:
        """Take a rendered template, its marks still in."""
        text, places = templating.split_marks(marked)
        self.files[name] = text
        self.places[(self.folder / name).as_posix()] = places

    def write(self) -> None:
        """Write what has changed, so that latexmk sees no change where there is none; remove what is left over."""
        wanted = {self.folder / name: text for name, text in self.files.items()}
        wanted[self.folder / SOURCE_MAP] = json.dumps(self.places) + "\n"
        for path, text in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
        for old in set(self.folder.glob("sections/*.tex")) - set(wanted):
            old.unlink()


def check_error(error: float) -> str:
    """A measured error as printed in the margin: one digit and the power of ten; what is exact is 0."""
    if error == 0:
        return r"\num{0}"
    return rf"\num{{{error:.0e}}}"


def checks_tex(results: Iterable[checks.Result]) -> str:
    """One macro for each check that passed, read by the mark beside its equation."""
    lines = [
        rf"\expandafter\def\csname report@check@{result.label}\endcsname{{{check_error(result.error)}}}"
        for result in results
    ]
    return "% generated: the errors that the checks measured\n" + "\n".join(lines) + "\n"


def check_opens_with_problem(path: Path) -> None:
    """Each part opens with its problem. Raises ReportError when a fragment or template does not."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        code = re.sub(r"(?<!\\)%.*", "", line).strip()
        if code.startswith((r"\#{", r"\BLOCK{")) or not code:
            continue
        if not PROBLEM.match(code):
            raise ReportError(
                f"{path}:{number}", "a part opens with its problem", r"begin with \begin{problem} … \end{problem}"
            )
        return
    raise ReportError(path, "is empty", r"begin with \begin{problem} … \end{problem}")


def load_runs(part: Part, build: Path, *, smoke: bool = False) -> Runs:
    """The runs of a part.

    Raises ReportError when one was made by other code, data or libraries than there are now, or by hand with options
    that the profile does not have.
    """
    assert part.experiment is not None
    runs, now = Runs.load(build, part.experiment, part.seeds), Current.of(part.experiment)
    for run in runs:
        changed = stale_parts(run.record, now)
        if changed:
            shown = ", ".join(changed[:3]) + (" …" if len(changed) > 3 else "")
            raise ReportError(
                run.folder, f"is out of date: {shown} changed since it was trained", "make all retrains it"
            )
        if run.record["options"] != (["--smoke"] if smoke else []):
            shown = " ".join(run.record["options"]) or "the report's values"
            raise ReportError(
                run.folder,
                f"was trained by hand with {shown}, which is not what this report is made of",
                f"rm -r {run.folder}, and make trains it anew; your own trainings go elsewhere with --build",
            )
    return runs


def glance(manifest: Manifest, runs: dict[str, Runs]) -> TeX:
    """The summary table: for each experiment its headline metrics, what they mean, and where they are discussed."""
    rows = []
    for name, part in manifest.experiments.items():
        for metric in part.headline:
            try:
                value = runs[name].metric(metric)
            except ReportError as error:
                raise ReportError(f"report.toml: headline of '{part.title}'", error.what, error.way_out) from None
            meaning = latex.escape(value.meaning[:1].upper() + value.meaning[1:])
            rows.append([meaning, latex.quantity(value), rf"\cref{{{part.label}}}"])
    return floats.plain_table("@{}>{\\raggedright\\arraybackslash}p{8.7cm}rl@{}", ("Result", "Value", "Where"), rows)


def facts(runs: Runs) -> list[tuple[str, TeX | str]]:
    """What the provenance appendix says of an experiment."""
    record = runs[0].record
    commits = sorted(
        {run.record["commit"][:12] + (" with uncommitted changes" if run.record["dirty"] else "") for run in runs}
    )
    versions = record["versions"]
    settings = ", ".join(f"{name} = {_plain(value)}" for name, value in record["config"].items())
    return [
        ("Commit", ", ".join(commits)),
        ("Code", f"{len(record['code'])} files, identity {record['identity'][:16]}"),
        ("Settings", settings),
        ("Libraries", ", ".join(f"{name} {version}" for name, version in versions.items())),
        ("Kind of machine", "; ".join(sorted({run.record.get("kind", "not recorded") for run in runs}))),
    ]


def _plain(value: Any) -> str:
    return " × ".join(map(str, value)) if isinstance(value, list) else str(value)


def render_report(manifest: Manifest, profile: Profile, results: list[checks.Result], folder: Path) -> Rendering:
    """Render the whole report."""
    build, environment = profile.build, templating.make_environment()
    rendering = Rendering(folder)
    runs = {name: load_runs(part, build.folder, smoke=profile.smoke) for name, part in manifest.experiments.items()}
    for name in manifest.experiments:
        template = f"sections/{name}.tex.j2"
        source = templating.TEMPLATES / template
        if source.exists():
            check_opens_with_problem(source)
        context = SectionContext(runs[name], build.figures(name))
        section = templating.render(environment, template, context.names())
        rendering.add(f"sections/{name}.tex", section + "\n\n")  # TeX sees its last paragraph end in this file
        rendering.claims += context.claims
    _finish(rendering, environment, manifest, profile, results, runs, theory_only=False)
    rendering.files[build.summary.name] = summary.Summary.of(runs, rendering.claims, build.all_figures).to_json()
    return rendering


def render_theory(manifest: Manifest, profile: Profile, results: list[checks.Result], folder: Path) -> Rendering:
    """Render the written answers alone; the other parts keep their headings, so that numbers and references stay."""
    rendering = Rendering(folder)
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
    context = {
        "report": manifest.report,
        "date": f"{manifest.report.date.day} {manifest.report.date:%B %Y}",
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
        "checks": [(name, [_check_row(result) for result in group]) for name, group in _by_fragment(results)],
        "claims": rendering.claims,
        "number_broken": len(rendering.broken),
        "provenance": [{"title": titles[name].title, "facts": facts(each)} for name, each in runs.items()],
        "data": sorted({item for each in runs.values() for item in each[0].record["data"].items()}),
    }
    rendering.add("appendix.tex", templating.render(environment, "appendix.tex.j2", context))
    rendering.add("report.tex", templating.render(environment, "report.tex.j2", context))
    rendering.files["checks.tex"] = checks_tex(results)


def _by_fragment(results: list[checks.Result]) -> Iterator[tuple[str, Iterator[checks.Result]]]:
    return groupby(results, key=lambda result: result.fragment)


def _check_row(result: checks.Result) -> dict[str, Any]:
    """A check as the appendix lists it."""
    return {
        "label": TeX(result.label),
        "how": result.how,
        "error": TeX(check_error(result.error)),
        "tolerance": TeX(rf"\num{{{result.tolerance:.0e}}}"),
        "line": TeX(result.place.split(":")[-1]),
    }


def _part(part: Part, folder: str) -> dict[str, Any]:
    source = f"theory/{part.theory}.tex" if part.theory else f"{folder}/sections/{part.experiment}.tex"
    return {"title": part.title, "label": TeX(part.label), "source": TeX(source), "theory": part.theory}
