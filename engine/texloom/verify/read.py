"""Read a PDF that may be damaged or malicious, in a separate process with limited time and memory.

Nothing is unpacked to the disk. The process prints what it found as JSON, or one line that says what is wrong.
"""

from __future__ import annotations

import base64
import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from texloom.errors import ReportError
from texloom.evidence import archive
from texloom.evidence.readback import Printed, page_digests, printed_values
from texloom.evidence.schema import EVIDENCE, SOURCES

LARGEST_PDF = 200_000_000
LARGEST_EVIDENCE = 50_000_000
LARGEST_SOURCES = 5_000_000
"""Bytes: of the evidence when unpacked, of the sources as packed."""
MOST_PAGES = 5000
MEMORY = 3 * 2**30
"""Bytes that the process may use."""
SECONDS = 120
"""Processor time that the process may use."""
REFUSED = 3
"""The exit code of the process if it prints what is wrong."""


@dataclass(frozen=True)
class Reading:
    """What was found in a PDF."""

    evidence: str | None
    """The text of evidence.json; None if it is not attached."""
    sources: str | None
    """sources.tar.xz in base64; None if it is not attached."""
    faults: Sequence[str]
    """What is wrong with sources.tar.xz."""
    inner: Sequence[str]
    """The archives in sources.tar.xz."""
    others: Sequence[str]
    """The names of other attachments."""
    printed: Sequence[Printed]
    pages: Sequence[str]


class RefusedError(Exception):
    """The PDF is not read any further."""


def read(pdf: Path) -> Reading:
    """Read a PDF in a separate process. Raises ReportError, with the reason, if it cannot be read."""
    if not pdf.is_file():
        raise ReportError(pdf, "is not a file", "for instance make verify PDF=build/report.pdf")
    command = [sys.executable, "-m", "texloom.verify.read", str(pdf)]
    try:
        finished = subprocess.run(command, capture_output=True, timeout=4 * SECONDS, preexec_fn=_limit)
    except subprocess.TimeoutExpired:
        raise ReportError(pdf, f"cannot be read in {4 * SECONDS} s") from None
    if finished.returncode == REFUSED:
        raise ReportError(pdf, finished.stdout.decode("utf-8", "replace").strip())
    if finished.returncode:
        raise ReportError(pdf, f"is damaged, or needs more than {SECONDS} s or {MEMORY / 2**30:.0f} GB to be read")
    found = json.loads(finished.stdout)
    return Reading(**found | {"printed": [Printed(**each) for each in found["printed"]]})


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_here(pdf: Path) -> Reading:
    """Read a PDF in this process. Raises RefusedError, and any error of pypdf for a damaged file."""
    if pdf.stat().st_size > LARGEST_PDF:
        raise RefusedError(f"has more than {LARGEST_PDF // 10**6} MB")
    content = pdf.read_bytes()
    if b"%PDF-" not in content[:1024]:
        raise RefusedError("is not a PDF")
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise RefusedError("is encrypted; verify the PDF as the build wrote it")
    if (count := len(reader.pages)) > MOST_PAGES:
        raise RefusedError(f"has {count} pages, more than {MOST_PAGES}")
    attached = reader.attachments
    if twice := [name for name in (EVIDENCE, SOURCES) if name in attached and len(attached[name]) > 1]:
        raise RefusedError(f"has two attachments named {twice[0]}")
    evidence = attached[EVIDENCE][0] if EVIDENCE in attached else None
    sources = attached[SOURCES][0] if SOURCES in attached else None
    if evidence is not None and len(evidence) > LARGEST_EVIDENCE:
        raise RefusedError(f"has evidence of {len(evidence) // 10**6} MB")
    if evidence is None:  # not worth reading
        return Reading(None, None, [], [], sorted(attached), [], [])
    if sources is not None and len(sources) > LARGEST_SOURCES:
        raise RefusedError(f"has {SOURCES} of {len(sources) // 10**6} MB")
    faults, inner = _look_into(sources) if sources is not None else ([], [])
    return Reading(
        evidence=evidence.decode("utf-8", "replace"),
        sources=None if sources is None else base64.b64encode(sources).decode(),
        faults=faults,
        inner=inner,
        others=sorted(set(attached) - {EVIDENCE, SOURCES}),
        printed=printed_values(reader),
        pages=page_digests(reader),
    )


def _look_into(sources: bytes) -> tuple[list[str], list[str]]:
    """The reasons why the archive is unsafe to unpack, and the archives in it."""
    try:
        return [], archive.inner_archives([name for name, _, _ in archive.unpacked(sources)])
    except archive.UnsafeError as error:
        return str(error).splitlines(), []


def main() -> None:
    """Print the reading of the PDF named on the command line."""
    try:
        reading = read_here(Path(sys.argv[1]))
    except RefusedError as error:
        print(error)
        sys.exit(REFUSED)
    except MemoryError:
        print(f"needs more than {MEMORY / 2**30:.0f} GB to be read")
        sys.exit(REFUSED)
    except RecursionError:
        print("is damaged: its objects are nested too deeply")
        sys.exit(REFUSED)
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, OSError, AssertionError) as error:
        print(f"is damaged: {' '.join(str(error).split())[:200] or type(error).__name__}")
        sys.exit(REFUSED)
    json.dump(asdict(reading), sys.stdout)


if __name__ == "__main__":
    main()
