"""The archive of sources: tracked files only, the same bytes for the same files, never too large."""

from __future__ import annotations

import os
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.evidence import archive


@pytest.fixture
def tracked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two tracked files and an untracked one; the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("b/run.sh", "a.txt", "secret.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(name)
    Path("b/run.sh").chmod(0o755)
    subprocess.run(["git", "init", "--quiet"], check=True)
    subprocess.run(["git", "add", "a.txt", "b"], check=True)
    return tmp_path


def test_it_has_the_tracked_files_as_they_are_now(tracked: Path) -> None:
    Path("a.txt").write_text("edited")
    with zipfile.ZipFile(BytesIO(archive.sources())) as found:
        assert {name: found.read(name) for name in found.namelist()} == {"a.txt": b"edited", "b/run.sh": b"b/run.sh"}
        assert [entry.external_attr >> 16 for entry in found.infolist()] == [0o644, 0o755]


def test_times_and_the_users_mask_do_not_matter(tracked: Path) -> None:
    before = archive.sources()
    os.utime("a.txt", (1, 1))
    Path("a.txt").chmod(0o600)
    assert archive.sources() == before


def test_a_missing_file_and_a_missing_repository_are_reported(tracked: Path) -> None:
    Path("a.txt").unlink()
    with pytest.raises(ReportError, match=r"a\.txt: is tracked by git and is no file here"):
        archive.sources()
    Path(".git").rename("elsewhere")
    with pytest.raises(ReportError, match=r'report\.toml: attach = "all" needs the list of files'):
        archive.sources()


def test_large_sources_are_refused(tracked: Path) -> None:
    Path("a.txt").write_bytes(os.urandom(1_000_000))
    with pytest.raises(ReportError, match=r"the sources have 1\.0 MB as an archive, more than 0\.95 MB"):
        archive.sources()
