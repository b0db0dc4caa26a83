"""Stamps: what has changed since a document was finished, and what a build does with the answer."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from texloom.commands.building import build
from texloom.document.tex.compile import SEAL
from texloom.results.places import BuildFolder
from texloom.results.sealed import file_digest, write_sealed
from texloom.staleness import stamps

TEXT = Path("theory/alpha_text.tex")
CODE = Path("experiments/toy/train.py")
RUN = Path("build/runs/toy/seed-0/metrics.json")
PDF = Path("build/report.pdf")
BUILD = BuildFolder(Path("build"))
ENGINE, SNAKEFILE = Path("engine/texloom/errors.py"), Path("engine/texloom/staleness/Snakefile")


@pytest.fixture
def finished(project: Path) -> Path:
    """The project with a report that was just finished."""
    for path in (RUN, PDF, Path("build/tex/report.pdf"), ENGINE, SNAKEFILE, Path("data/toy/SHA256SUMS")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("made")
    write_sealed(BUILD.sources("report") / SEAL, {"report.pdf": file_digest(BUILD.made("report"))})
    stamps.record("report", "report", BUILD, stamps.sources())
    return project


def changed(profile: str = "report") -> list[Path] | None:
    """What has changed since then."""
    known = stamps.changed_since_built("report", profile)
    assert known is None or known[0] == PDF
    return None if known is None else known[1]


def later(path: Path) -> None:
    """The same bytes, written a second later."""
    now = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(now, now))


def test_nothing_is_known_before_a_build(project: Path) -> None:
    assert changed() is None
    assert stamps.changed_since_built("figures", "report") is None


def test_new_changed_and_removed_files_are_seen(finished: Path) -> None:
    assert changed() == []
    assert changed("smoke") is None
    Path("theory/new.tex").write_text("")
    later(CODE)
    RUN.unlink()
    assert changed() == [RUN, CODE, Path("theory/new.tex")]


def test_own_data_count_wherever_they_lie_and_what_was_fetched_too(
    finished: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside, fetched = tmp_path_factory.mktemp("outside") / "stars [1].csv", Path("data/toy/images")
    folder = Path("measured/deep")
    folder.mkdir(parents=True)
    for path in (outside, folder / "rain.csv", fetched):
        path.write_text("made")
    with Path("report.toml").open("a") as manifest:
        manifest.write(f'[data.stars]\nfile = "{outside}"\n[data.rain]\nfolder = "measured"\n')
    stamps.record("report", "report", BUILD, stamps.sources())
    assert changed() == []
    for path in (outside, folder / "rain.csv", fetched):
        later(path)
    (folder / "new.csv").touch()
    assert changed() == sorted([outside, folder / "rain.csv", folder / "new.csv", fetched])


@pytest.mark.parametrize(
    "path",
    [
        ENGINE,
        SNAKEFILE,
        Path("data/toy/SHA256SUMS"),
        Path("build/tex/report.pdf"),
        PDF,
        Path("report.toml"),
    ],
)
def test_all_that_a_build_reads_and_makes_counts(finished: Path, path: Path) -> None:
    later(path)
    assert changed() == [path]


def test_the_engine_is_seen_where_it_is_installed(
    finished: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    installed = tmp_path_factory.mktemp("site-packages") / "texloom"
    (installed / "staleness").mkdir(parents=True)
    for name in ("errors.py", "staleness/Snakefile"):
        (installed / name).write_text("")
    monkeypatch.setattr(stamps, "package_folder", lambda _: installed)
    stamps.record("report", "report", BUILD, stamps.sources())
    assert changed() == []
    later(installed / "errors.py")
    later(installed / "staleness/Snakefile")
    assert changed() == [installed / "errors.py", installed / "staleness/Snakefile"]


def test_an_edit_during_a_build_is_seen_after_it(finished: Path) -> None:
    before = stamps.sources()
    later(TEXT)
    stamps.record("report", "report", BUILD, before)
    assert changed() == [TEXT]


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"folder": 1}'])
def test_a_damaged_record_is_none(finished: Path, damage: str) -> None:
    (record,) = stamps.RECORDS.glob("built-*.json")
    record.write_text(damage)
    assert changed() is None


@pytest.mark.parametrize("place", [BUILD.costs, BUILD.summary, BUILD.folder / "toy_training.gif"])
def test_what_lies_beside_the_pdf_is_seen_to_change(finished: Path, place: Path) -> None:
    drawn = BUILD.figures("toy") / "training.gif"
    for path in (place, drawn):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("made")
    stamps.record("report", "report", BUILD, stamps.sources())
    assert changed() == []
    place.unlink()
    assert changed() == [place]


def test_another_package_counts(finished: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stamps.sysconfig, "get_path", lambda _: str(tmp_path / "theory"))
    assert len(changed() or []) == 2  # another folder of packages, and the one that was there


def test_only_text() -> None:
    assert stamps.only_text([TEXT, Path("theory/references.bib"), Path("templates/report.tex.j2")])
    assert stamps.only_text([TEXT, Path(".git/logs/HEAD")])
    assert not stamps.only_text([TEXT, CODE])


@pytest.mark.parametrize(
    ("edited", "force", "done"),
    [(TEXT, False, ["document"]), (CODE, False, ["plan"]), (RUN, False, ["plan"]), (TEXT, True, ["plan"])],
)
def test_a_plan_is_made_unless_only_text_has_changed(
    finished: Path, monkeypatch: pytest.MonkeyPatch, edited: Path, force: bool, done: list[str]
) -> None:
    seen: list[str] = []

    def make_document(*_: Any, theory_only: bool) -> None:
        seen.append("document")

    monkeypatch.setattr(build, "make_document", make_document)
    monkeypatch.setattr(
        build.processes, "run", lambda *_, **__: seen.append("plan") or subprocess.CompletedProcess("", 0)
    )
    for name in ("remove_damaged", "refuse_damaged_runs", "_lint"):
        monkeypatch.setattr(build, name, lambda *_: None)
    for name in ("remember_duration", "write_costs"):
        monkeypatch.setattr(build.costs, name, lambda *_: None)
    later(edited)
    build.build("report", "report", force=force)
    assert seen == done
    assert changed() == []


def test_a_mistake_in_the_text_is_not_taken_for_built(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make_document(*_: Any, theory_only: bool) -> None:
        raise build.ReportError(TEXT, "undefined reference")

    monkeypatch.setattr(build, "make_document", make_document)
    later(TEXT)
    with pytest.raises(build.ReportError, match="undefined reference"):
        build.build("report", "report")
    assert changed() == [TEXT]
    assert PDF.exists()
