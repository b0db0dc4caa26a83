"""From everything a build has made to one PDF."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from texloom.document import checks, render
from texloom.document.claims import Claim
from texloom.document.intact import refuse_changed
from texloom.document.tex.compile import compile_pdf, is_whole_pdf
from texloom.document.tex.recorded import note_reads
from texloom.errors import ReportError
from texloom.manifest import Manifest, Profile
from texloom.results.places import BuildFolder, Document, partial_of
from texloom.results.sealed import file_digest, write_sealed
from texloom.results.written import document_files, remove
from texloom.staleness.keys import document_key
from texloom.staleness.made_from import making


def make_document(manifest: Manifest, profile: Profile, *, theory_only: bool = False) -> Path:
    """Render the LaTeX sources, compile them, and return the PDF beside them.

    Raises ReportError for what is wrong in the text, the results or the LaTeX; for broken claims, unless the profile
    only shows them, after it has made the draft that does.
    """
    build, manifest = profile.build, manifest.limited(profile)
    document: Document = "theory" if theory_only else "report"
    folder, record = build.sources(document), build.made_from(document)
    record.unlink(missing_ok=True)
    with making(document_key(manifest, profile, document), [build.folder, Path("report.toml")], engine=True) as made:
        results = checks.read(build.checks, [Path("theory") / f"{name}.tex" for name in manifest.fragments])
        make = render.render_theory if theory_only else render.render_report
        rendering = make(manifest, profile, results, folder)
        if rendering.broken and profile.claims == "enforce":
            raise broken_claims(rendering.broken, make_draft(manifest, profile, results))
        rendering.write()
        indexes = build.figure_indexes()
        pdf = compile_pdf(folder, manifest.report.date)
        note_reads(made.recorder, folder)
        refuse_changed(indexes, rendering)
    files = {path.relative_to(folder).as_posix(): file_digest(path) for path in rendering.wanted()}
    write_sealed(record, {"files": files, **made.finish().to_json()})
    return pdf


def make_draft(manifest: Manifest, profile: Profile, results: list[checks.Result]) -> str:
    """The report with its broken claims in red and a watermark, for the author alone; where it is, in a sentence.

    No mistake hides the broken claims, which are told beside it: LaTeX leaves a PDF in spite of what it only warns of,
    an undefined reference or a box too large.
    """
    build = profile.build
    draft, published = build.draft, build.public("report")
    draft.unlink(missing_ok=True)  # it would show what an earlier build found
    marked = profile.model_copy(update={"watermark": profile.watermark or "DRAFT"})
    another = ""
    try:
        rendering = render.render_report(manifest, marked, results, build.draft_sources)
        rendering.write()
        pdf = compile_pdf(rendering.folder, manifest.report.date)
    except Exception as error:  # of whatever kind: the broken claims are what this build has to say
        pdf = build.draft_sources / "report.pdf"
        told = str(error) if isinstance(error, ReportError) else f"{type(error).__name__}: {error}"
        another = f"another mistake: {told}"
        if not is_whole_pdf(pdf):
            return f"there is no draft to look at, because of {another}"
    publish_file(pdf, draft)
    kept = f"; {published} is left as it was" if published.exists() else ""
    return f"{draft} shows what is broken in red{kept}" + (f"\n  beside that there is {another}" if another else "")


def publish_file(source: Path, public: Path) -> None:
    """Put a copy of a finished file in its public place in one move."""
    partial = partial_of(public)
    shutil.copyfile(source, partial)
    partial.replace(public)


def remove_draft(build: BuildFolder, experiments: Collection[str]) -> None:
    """Remove the draft of an earlier build, and what it was made from.

    experiments: those of the manifest, whose sections it has.
    """
    remove([build.draft, *document_files(build.draft_sources, experiments)], build.folder)


def broken_claims(broken: Sequence[Claim], draft: str) -> ReportError:
    """All of them with their places and the values found, then where the draft is."""
    first, *rest = broken
    others = [f"{claim.place}: {_what(claim)}\n  {_needs(claim)}" for claim in rest]
    return ReportError(first.place, _what(first), "\n".join([_needs(first), *others, f"  {draft}"]))


def _what(claim: Claim) -> str:
    return f"broken claim: '{claim.text}'"


def _needs(claim: Claim) -> str:
    return f"it needs {claim.condition.text}"
