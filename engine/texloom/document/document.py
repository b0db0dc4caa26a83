"""Make one PDF from the results of a build."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from texloom.document import checks, render
from texloom.document.claims import Claim
from texloom.document.intact import refuse_changed, refuse_outdated
from texloom.document.rendering import Rendering
from texloom.document.tex.compile import compile_pdf, is_whole_pdf, seal
from texloom.document.tex.recorded import note_reads
from texloom.errors import ReportError
from texloom.evidence import archive, schema
from texloom.evidence.attach import attach
from texloom.evidence.collect import collect
from texloom.evidence.splices import Splice, recorded
from texloom.manifest import Manifest, Profile
from texloom.results.places import BuildFolder, Document, partial_of
from texloom.results.sealed import file_digest, write_sealed
from texloom.results.written import document_files, remove
from texloom.staleness.keys import document_key
from texloom.staleness.made_from import making


def make_document(manifest: Manifest, profile: Profile, *, theory_only: bool = False) -> Path:
    """Render the LaTeX sources, compile them, and return the path of the PDF.

    Raises ReportError for errors in the text, the results or the LaTeX, and for broken claims, after making a draft
    with them, unless the profile only shows them.
    """
    build, manifest = profile.build, manifest.limited(profile)
    document: Document = "theory" if theory_only else "report"
    folder, record = build.sources(document), build.made_from(document)
    record.unlink(missing_ok=True)
    with making(document_key(manifest, profile, document), [build.folder, Path("report.toml")], engine=True) as made:
        results = checks.read(build.checks, [Path("theory") / f"{name}.tex" for name in manifest.fragments])
        make = render.render_theory if theory_only else render.render_report
        with recorded() as splices:
            rendering = make(manifest, profile, results, folder)
        if rendering.broken and profile.claims == "enforce":
            raise broken_claims(rendering.broken, make_draft(manifest, profile, results))
        rendering.write()
        indexes = build.figure_indexes()
        pdf = compile_pdf(folder, manifest.report.date, manifest.report.engine)
        note_reads(made.recorder, folder)
        if not theory_only:
            attach_evidence(pdf, manifest, profile, rendering, results, splices)
        refuse_changed(indexes, rendering)
        refuse_outdated([*indexes, build.checks], build.folder)
    files = {path.relative_to(folder).as_posix(): file_digest(path) for path in rendering.wanted()}
    write_sealed(record, {"files": files, **made.finish().to_json()})
    return pdf


def attach_evidence(
    pdf: Path,
    manifest: Manifest,
    profile: Profile,
    rendering: Rendering,
    results: Sequence[checks.Result],
    splices: Sequence[Splice],
) -> None:
    """Attach what report.toml asks for, and seal the folder again. Raises ReportError if the sources are too large."""
    if manifest.proof.attach == "none":
        return
    sources = archive.sources() if manifest.proof.attach == "all" else None
    evidence = collect(manifest, profile, rendering, results, splices, pdf, sources)
    files = {schema.EVIDENCE: evidence.to_bytes()} | ({schema.SOURCES: sources} if sources is not None else {})
    attach(pdf, files)
    seal(pdf.parent)


def make_draft(manifest: Manifest, profile: Profile, results: list[checks.Result]) -> str:
    """Make a draft for the author, with broken claims in red and a watermark; return a sentence with its path.

    Other errors are added to this sentence and do not hide the broken claims: LaTeX writes a PDF in spite of mere
    warnings, such as undefined references or overfull boxes.
    """
    build = profile.build
    draft, published = build.draft, build.public("report")
    draft.unlink(missing_ok=True)  # the draft of an earlier build
    marked = profile.model_copy(update={"watermark": profile.watermark or "DRAFT"})
    another = ""
    try:
        rendering = render.render_report(manifest, marked, results, build.draft_sources)
        rendering.write()
        pdf = compile_pdf(rendering.folder, manifest.report.date, manifest.report.engine)
    except Exception as error:  # any error: the broken claims must be reported
        pdf = build.draft_sources / "report.pdf"
        message = str(error) if isinstance(error, ReportError) else f"{type(error).__name__}: {error}"
        another = f"another error: {message}"
        if not is_whole_pdf(pdf):
            return f"there is no draft, because of {another}"
    publish_file(pdf, draft)
    kept = f"; {published} is left as it was" if published.exists() else ""
    return f"{draft} shows what is broken in red{kept}" + (f"\n  there is {another}" if another else "")


def publish_file(source: Path, public: Path) -> None:
    """Copy a finished file to its public path in one step."""
    partial = partial_of(public)
    shutil.copyfile(source, partial)
    partial.replace(public)


def remove_draft(build: BuildFolder, experiments: Collection[str]) -> None:
    """Remove the draft of an earlier build, and its sources.

    experiments: those of the manifest; the draft contains their sections.
    """
    remove([build.draft, *document_files(build.draft_sources, experiments)], build.folder)


def broken_claims(broken: Sequence[Claim], draft: str) -> ReportError:
    """The error for broken claims: their places and the values found, then the path of the draft."""
    first, *rest = broken
    others = [f"{claim.place}: {_what(claim)}\n  {_needs(claim)}" for claim in rest]
    return ReportError(first.place, _what(first), "\n".join([_needs(first), *others, f"  {draft}"]))


def _what(claim: Claim) -> str:
    return f"broken claim: '{claim.text}'"


def _needs(claim: Claim) -> str:
    return f"it needs {claim.condition.text}"
