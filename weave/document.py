"""From everything a build has made to one PDF."""

from __future__ import annotations

from pathlib import Path

from weave import checks, render
from weave.compile import compile_pdf
from weave.manifest import Manifest, Profile


def make_document(manifest: Manifest, profile: Profile, *, theory_only: bool = False) -> Path:
    """Render the LaTeX sources, compile them, and return the PDF beside them.

    Raises ReportError for what is wrong in the text, the results or the LaTeX.
    """
    build, manifest = Path(profile.folder), manifest.limited(profile)
    results = checks.read(build / "checks.json")
    checks.compare_all([Path("theory") / f"{name}.tex" for name in manifest.fragments], results)
    make = render.render_theory if theory_only else render.render_report
    folder = build / ("theory" if theory_only else "tex")
    make(manifest, profile, results, folder).write()
    return compile_pdf(folder, manifest.report.date)
