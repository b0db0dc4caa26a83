"""The sources of a report as one archive of the files that git tracks; the same files give the same bytes.

The archive is compressed as a whole, because its files are much alike. A zip, which compresses each file separately, is
two thirds larger.
"""

from __future__ import annotations

import lzma
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath

from texloom.errors import ReportError
from texloom.machine.git import git

LARGEST = 920_000
"""Bytes; with the evidence, the PDF then grows by at most 1 MB."""
LEFT_OUT = "export-ignore"
"""The attribute in .gitattributes of files to leave out, as for `git archive`."""
LARGEST_UNPACKED = 100_000_000
MOST_FILES = 20_000
MEMORY = 2**28
"""Bytes that unpacking may use in addition to the files."""
ARCHIVES = (".zip", ".whl", ".tar", ".gz", ".xz", ".bz2", ".zst", ".7z")


class UnsafeError(Exception):
    """The archive is not safe to unpack."""


def sources() -> bytes:
    """The archive. Raises ReportError if git fails, a tracked file is missing, or the archive is too large."""
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz", format=tarfile.PAX_FORMAT) as archive:
        for name in _tracked():
            path = Path(name)
            if not path.is_file() or path.is_symlink():
                raise ReportError(path, "is tracked by git and is no file here", "restore it, or remove it from git")
            content, entry = path.read_bytes(), tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755 if path.stat().st_mode & 0o100 else 0o644
            archive.addfile(entry, BytesIO(content))
    if len(found := out.getvalue()) > LARGEST:
        what = f"the sources have {len(found) / 1e6:.1f} MB as an archive, more than {LARGEST / 1e6:.2f} MB"
        way_out = f'write "name {LEFT_OUT}" into .gitattributes for files that no build needs, or choose "evidence"'
        raise ReportError("report.toml", what, way_out)
    return found


def _tracked() -> list[str]:
    """The tracked files except those that .gitattributes leaves out, sorted."""
    listed = git("ls-files", "-z")
    left_out = git("check-attr", "-z", "--stdin", LEFT_OUT, given=listed.stdout)
    if listed.returncode or left_out.returncode:
        way_out = 'commit the report, or choose attach = "evidence"'
        raise ReportError("report.toml", 'attach = "all" needs the list of files that git tracks', way_out)
    fields = left_out.stdout.split("\0")
    ignored = {name for name, value in zip(fields[::3], fields[2::3], strict=False) if value == "set"}
    return sorted(set(filter(None, listed.stdout.split("\0"))) - ignored)


def unpacked(content: bytes) -> list[tuple[str, int, bytes]]:
    """Path, mode and content of each file of an archive, which may be malicious. Nothing is written.

    Raises UnsafeError, with the reasons, if it is damaged or too large, or has entries other than files within it.
    """
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY)
    try:
        whole = decompressor.decompress(content, max_length=LARGEST_UNPACKED)
        if not decompressor.eof:
            more = not decompressor.needs_input
            raise UnsafeError(f"would unpack to more than {LARGEST_UNPACKED // 10**6} MB" if more else "is truncated")
        with tarfile.open(fileobj=BytesIO(whole), mode="r:") as archive:
            entries = archive.getmembers()
            if faults := list(_faults(entries)):
                raise UnsafeError("\n".join(faults))
            read = [(entry.name, entry.mode & 0o777, archive.extractfile(entry)) for entry in entries]
            return [(name, mode, file.read()) for name, mode, file in read if file]
    except (lzma.LZMAError, tarfile.TarError, ValueError, EOFError, OSError) as error:
        raise UnsafeError(f"is damaged: {error}") from None


def _faults(entries: list[tarfile.TarInfo]) -> Iterator[str]:
    if len(entries) > MOST_FILES:
        yield f"has {len(entries)} files, more than {MOST_FILES}"
    seen: set[str] = set()
    for entry in entries[:MOST_FILES]:
        path = PurePosixPath(entry.name)
        shown = entry.name[:100]
        if path.is_absolute() or ".." in path.parts or "\\" in entry.name or "\0" in entry.name:
            yield f"the path '{shown}' leads out of its folder"
        elif not entry.isreg() or entry.issparse():
            yield f"'{shown}' is no ordinary file"
        elif entry.name in seen:
            yield f"'{shown}' is there twice"
        seen.add(entry.name)


def inner_archives(names: list[str]) -> list[str]:
    """Those of the names that are archives, whose content is not inspected."""
    return [name for name in names if name.lower().endswith(ARCHIVES)]
