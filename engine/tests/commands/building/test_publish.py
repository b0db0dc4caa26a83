"""Publishing: files are replaced only if their bytes differ, and edited ones are kept."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from texloom import manifest
from texloom.commands.building.publish import publish, publish_animations, publish_notebooks, store_summary
from texloom.errors import ReportError
from texloom.results.places import DOCUMENTS, BuildFolder, Document
from texloom.results.sealed import file_digest, read_sealed, write_sealed
from texloom.results.written import LATEX_SEAL


@pytest.fixture
def build(project: Path) -> BuildFolder:
    return BuildFolder(Path("build"))


def write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def write_document(build: BuildFolder, document: Document, content: str) -> Path:
    """A document as after a successful run of LaTeX."""
    made = write(build.made(document), content)
    write_sealed(made.with_name(LATEX_SEAL), {made.name: file_digest(made)})
    return made


def test_published_pdf_is_replaced_only_by_other_bytes(build: BuildFolder, capsys: pytest.CaptureFixture[str]) -> None:
    public = build.public("report")
    write(build.summary, "{}")
    write_document(build, "report", "first")
    publish("report", build, manifest.load(), time.perf_counter())
    assert "build/report.pdf is ready (" in capsys.readouterr().out
    os.utime(public, (1, 1))
    publish("report", build, manifest.load(), time.perf_counter())
    assert public.stat().st_mtime == 1
    assert "is up to date" in capsys.readouterr().out
    write_document(build, "report", "second")
    publish("report", build, manifest.load(), time.perf_counter())
    assert public.read_text() == "second"
    assert [path.name for path in build.folder.iterdir() if path.is_file()] == ["report.pdf"]


@pytest.mark.parametrize("name", ["report.pdf", "sealed.json", "report.aux"])
def test_what_was_changed_after_latex_wrote_it_is_not_published(build: BuildFolder, name: str) -> None:
    write_document(build, "report", "first")
    write(build.public("report"), "last good")
    write(build.sources("report") / name, "damaged")
    with pytest.raises(ReportError, match=r"build/tex/report.pdf: was changed after LaTeX wrote it"):
        publish("report", build, manifest.load(), time.perf_counter())
    assert build.public("report").read_text() == "last good"


def test_a_draft_goes_when_the_report_is_published_and_not_with_the_written_answers(build: BuildFolder) -> None:
    for document in DOCUMENTS:
        write_document(build, document, "made")
    for path in (build.summary, build.draft, build.draft_sources / "report.tex", build.draft_sources / "report.aux"):
        write(path, "made")
    publish("theory", build, manifest.load(), time.perf_counter())
    assert build.public("theory").exists()
    assert build.draft.exists()
    publish("report", build, manifest.load(), time.perf_counter())
    assert not build.draft.exists()
    assert not build.draft_sources.exists()


@pytest.mark.parametrize("name", ["notes.txt", "report.notes", "report.aux/notes.txt", "sections/mine.tex"])
def test_a_user_s_file_beside_the_draft_stays(build: BuildFolder, name: str) -> None:
    write_document(build, "report", "made")
    write(build.summary, "made")
    mine = write(build.draft_sources / name, "mine")
    write(build.draft_sources / "sections" / "toy.tex", "made")
    publish("report", build, manifest.load(), time.perf_counter())
    assert [path for path in build.draft_sources.rglob("*") if path.is_file()] == [mine]


def test_animations_are_put_beside_the_pdf_and_no_picture_of_a_user_s(build: BuildFolder) -> None:
    for name in ("training.gif", "mine.gif"):
        write(build.figures("toy") / name, "moving")
    write_sealed(build.figure_index("toy"), {"files": {"training.gif": ""}})
    publish_animations(build)
    assert [path.name for path in build.folder.glob("*.gif")] == ["toy_training.gif"]
    assert (build.folder / "toy_training.gif").read_text() == "moving"


def test_a_notebook_that_was_edited_is_never_lost(build: BuildFolder, capsys: pytest.CaptureFixture[str]) -> None:
    made, public = write(build.tangled("toy"), "[1]"), build.notebook("toy")
    write_sealed(build.tangled_record("toy"), {})

    def published() -> str:
        publish_notebooks(build, ["toy"], time.perf_counter())
        *said, last = capsys.readouterr().out.splitlines()
        assert last.startswith("build/notebooks: toy up to date (")
        return "".join(said)

    assert (published(), public.read_text()) == ("", "[1]")
    write(made, "[2]")
    os.utime(public, (10**10, 10**10))  # content decides, not time
    assert (published(), public.read_text()) == ("", "[2]")
    write(public, '["edited"]')
    os.utime(public, (0, 0))
    assert (published(), public.read_text()) == ("", '["edited"]')
    write(made, "[3]")
    assert published() == f"{public} was edited and is kept as build/notebooks/toy.edited.ipynb"
    assert (public.read_text(), public.with_name("toy.edited.ipynb").read_text()) == ("[3]", '["edited"]')
    write(public, '["edited"')  # truncated, so it is not a notebook
    assert published() == f"{public} was edited and is kept as build/notebooks/toy.edited2.ipynb"
    assert public.read_text() == "[3]"
    public.unlink()
    assert (published(), public.read_text()) == ("", "[3]")


def commit_all() -> str:
    git = ["git", "-c", "user.name=A Test", "-c", "user.email=test@localhost"]
    for command in (["init", "--quiet"], ["add", "--force", "report.toml"], ["commit", "--quiet", "--message", "one"]):
        subprocess.run([*git, *command], check=True)
    return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()


def test_a_build_of_a_clean_checkout_is_remembered_and_no_other(build: BuildFolder) -> None:
    write(build.summary, "{}")
    write(Path(".gitignore"), "*\n")
    kept = build.summary_of(commit_all())
    for _ in range(2):
        store_summary(build)
        assert read_sealed(kept) == {}
        kept.write_text("damaged")
    store_summary(build)
    write(build.summary, '{"a": 1}')
    with Path("report.toml").open("a") as file:
        file.write("\n")
    store_summary(build)
    assert read_sealed(kept) == {}


def test_a_pipe_in_place_of_a_published_file_is_replaced(build: BuildFolder) -> None:
    """Reading the pipe would block forever."""
    public = build.public("report")
    write(build.summary, "{}")
    write_document(build, "report", "made")
    os.mkfifo(public)
    publish("report", build, manifest.load(), time.perf_counter())
    assert public.read_text() == "made"


def test_a_pipe_in_place_of_a_notebook_is_put_aside(build: BuildFolder) -> None:
    made, public = write(build.tangled("toy"), "{}"), build.notebook("toy")
    write_sealed(build.tangled_record("toy"), {})
    publish_notebooks(build, ["toy"], time.perf_counter())
    public.unlink()
    os.mkfifo(public)
    publish_notebooks(build, ["toy"], time.perf_counter())
    assert public.read_bytes() == made.read_bytes()
    assert public.with_suffix(".edited.ipynb").is_fifo()
