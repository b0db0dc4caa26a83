"""Sources of a PDF are unpacked and run only after a yes; what they leave is not trusted."""

from __future__ import annotations

import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.verify import rebuild, sandbox

MANIFEST = b'[profiles.report]\nfolder = "out"\n'
ENGINE = b"""
import pathlib, sys
assert sys.argv[1:] == ["build", "report", "--profile=report"]
print("by the engine of the sources\\x1b[2J")
pathlib.Path("out").mkdir()
"""


def packed(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as made:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, BytesIO(content))
    return out.getvalue()


def sources(more: bytes) -> bytes:
    """A report whose engine only does what `more` says."""
    engine = {"engine/texloom/__init__.py": b"", "engine/texloom/__main__.py": ENGINE + more}
    return packed({"report.toml": MANIFEST, **engine})


def yes(question: str) -> str:
    assert "3 files of the report 'A'" in question
    return "yes"


@pytest.mark.parametrize("isolated", [True, False])
def test_the_report_is_built_by_its_own_engine(isolated: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not isolated:
        monkeypatch.setattr(sandbox, "works", lambda _: False)
    (tmp_path / "a").mkdir()
    pdf = rebuild.rebuild(sources(b"pathlib.Path('out/report.pdf').touch()"), "A", tmp_path / "a", "report", yes)
    assert pdf == tmp_path / "a" / "report" / "out" / "report.pdf"


@pytest.mark.parametrize("answer", ["no", "", "y", None])
def test_without_a_yes_nothing_is_written(answer: str | None, tmp_path: Path) -> None:
    asked = []

    def ask(question: str) -> str:
        asked.append(question)
        if answer is None:
            raise EOFError
        return answer

    with pytest.raises(ReportError, match=r"nothing of sources\.tar\.xz was run"):
        rebuild.rebuild(sources(b""), "A\x1b", tmp_path, "report", ask)
    assert list(tmp_path.iterdir()) == []
    assert "runs their author's code" in asked[0]
    assert "\x1b" not in asked[0]


def test_the_question_says_if_nothing_isolates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "works", lambda _: False)

    def ask(question: str) -> str:
        assert "WITH YOUR PERMISSIONS, network and home included" in question
        return "no"

    with pytest.raises(ReportError, match="nothing of"):
        rebuild.rebuild(sources(b""), "A", tmp_path, "report", ask)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (b"sys.exit(1)", "by the engine of the sources?[2J"),
        (b"", "there is no report.pdf"),
        (b"pathlib.Path('out/report.pdf').symlink_to('/etc/passwd')", "there is no report.pdf"),
    ],
)
def test_a_build_that_makes_no_pdf_is_named(more: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError) as error:
        rebuild.rebuild(sources(more), "A", tmp_path, "report", yes)
    assert said in str(error.value)


@pytest.mark.parametrize("manifest", [b"", b"a = [", b"profiles = 1", b"[profiles]\nreport = 3"])
def test_sources_that_are_no_report_are_not_run(manifest: bytes, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"sources\.tar\.xz"):
        rebuild.rebuild(packed({"report.toml": manifest}), "A", tmp_path, "report", yes)
    assert list(tmp_path.iterdir()) == []
