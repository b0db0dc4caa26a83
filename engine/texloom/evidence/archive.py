"""The sources of a report as one archive of the files that git tracks; the same files give the same bytes."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from texloom.errors import ReportError
from texloom.machine.git import git

EPOCH = (1980, 1, 1, 0, 0, 0)
LARGEST = 950_000
"""Bytes; together with the evidence the PDF grows by at most 1 MB."""


def sources() -> bytes:
    """The archive. Raises ReportError without git, for a tracked file that is missing, and if it is too large."""
    listed = git("ls-files", "-z")
    if listed.returncode:
        way_out = 'commit the report, or choose attach = "evidence"'
        raise ReportError("report.toml", 'attach = "all" needs the list of files that git tracks', way_out)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(filter(None, listed.stdout.split("\0"))):
            path = Path(name)
            if not path.is_file() or path.is_symlink():
                raise ReportError(path, "is tracked by git and is no file here", "restore it, or remove it from git")
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    if len(content := out.getvalue()) > LARGEST:
        what = f"the sources have {len(content) / 1e6:.1f} MB as an archive, more than {LARGEST / 1e6:.2f} MB"
        raise ReportError("report.toml", what, 'choose attach = "evidence", or keep large files out of git')
    return content
