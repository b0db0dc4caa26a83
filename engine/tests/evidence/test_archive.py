"""The archive of sources: tracked files only, the same bytes for the same files, never too large."""

from __future__ import annotations

import lzma
import os
import subprocess
import tarfile
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
    assert archive.unpacked(archive.sources()) == [("a.txt", 0o644, b"edited"), ("b/run.sh", 0o755, b"b/run.sh")]
    (tracked / "a.tar.xz").write_bytes(archive.sources())
    listed = subprocess.run(["tar", "-tf", "a.tar.xz"], capture_output=True, text=True, check=True).stdout
    assert listed.split() == ["a.txt", "b/run.sh"]


def test_files_that_git_leaves_out_of_archives_are_left_out(tracked: Path) -> None:
    Path(".gitattributes").write_text("*.sh export-ignore\na.txt -export-ignore\n")
    subprocess.run(["git", "add", ".gitattributes"], check=True)
    assert [name for name, _, _ in archive.unpacked(archive.sources())] == [".gitattributes", "a.txt"]


def test_files_that_are_alike_take_no_more_room(tracked: Path) -> None:
    Path("a.txt").write_bytes(os.urandom(100_000))
    Path("b/run.sh").write_bytes(Path("a.txt").read_bytes())
    assert len(archive.sources()) < 105_000


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
    with pytest.raises(ReportError, match=r"the sources have 1\.0 MB as an archive, more than 0\.92 MB"):
        archive.sources()


def packed(*entries: tarfile.TarInfo | tuple[str, bytes]) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as made:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                made.addfile(entry)
            else:
                info = tarfile.TarInfo(entry[0])
                info.size = len(entry[1])
                made.addfile(info, BytesIO(entry[1]))
    return out.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (packed(("../../.bashrc", b"")), "the path '../../.bashrc' leads out of its folder"),
        (packed(("/etc/passwd", b"")), "the path '/etc/passwd' leads out of its folder"),
        (packed(("a/../../b", b"")), "the path 'a/../../b' leads out of its folder"),
        (packed(special("a", tarfile.SYMTYPE, "/etc")), "'a' is no ordinary file"),
        (packed(special("a", tarfile.LNKTYPE, "/etc/passwd")), "'a' is no ordinary file"),
        (packed(special("a", tarfile.CHRTYPE)), "'a' is no ordinary file"),
        (packed(special("a", tarfile.FIFOTYPE)), "'a' is no ordinary file"),
        (packed(("a", b"1"), ("a", b"2")), "'a' is there twice"),
        (packed(("a", bytes(archive.LARGEST_UNPACKED))), "would unpack to more than 100 MB"),
        (packed(("a", b"1"))[:-20], "is truncated"),
        (b"PK\x03\x04" * 10, "is damaged"),
        (lzma.compress(b"no archive" * 100), "is damaged"),
    ],
)
def test_an_archive_that_would_do_harm_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(archive.UnsafeError) as error:
        archive.unpacked(content)
    assert said in str(error.value)


def test_archives_in_the_archive_are_named() -> None:
    assert archive.inner_archives(["a.txt", "engine/b.whl", "C.ZIP"]) == ["engine/b.whl", "C.ZIP"]
