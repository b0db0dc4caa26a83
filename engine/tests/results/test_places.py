"""Paths in the folder of a build are unique."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.results.places import DOCUMENTS, THEORY, BuildFolder, indexed_files
from texloom.results.sealed import write_sealed

BUILD = BuildFolder(Path("build/smoke"))


def test_a_run_and_its_record_are_found_by_experiment_and_seed(tmp_path: Path) -> None:
    build = BuildFolder(tmp_path)
    for seed in (2, 10):
        build.run("toy", seed).mkdir(parents=True)
        build.run_record("toy", seed).touch()
    build.run("unfinished", 0).mkdir(parents=True)
    assert build.run_records() == [build.run_record("toy", 10), build.run_record("toy", 2)]


def test_no_two_things_have_one_path() -> None:
    places = [BUILD.checkpoint("toy", 0), BUILD.run("toy", 0), BUILD.live_view("toy", 0), BUILD.figures("toy")]
    places += [BUILD.figures(THEORY), BUILD.tangled("toy"), BUILD.notebook("toy"), BUILD.draft, BUILD.draft_sources]
    places += [of(document) for of in (BUILD.sources, BUILD.made, BUILD.public) for document in DOCUMENTS]
    places += [BUILD.summary, BUILD.summary_of("abc"), BUILD.costs, BUILD.whole, BUILD.bundle, BUILD.checks]
    places += [BUILD.bench, BUILD.bench_measured, BUILD.bench_table, BUILD.bench_page]
    assert len(set(places)) == len(places)
    assert all(place.is_relative_to(BUILD.folder) for place in places)


def test_animations_are_published_under_the_name_of_their_experiment(tmp_path: Path) -> None:
    build = BuildFolder(tmp_path)
    drawn = [build.figures(name) / "training.gif" for name in ("one", "two")]
    for path in drawn:
        write_sealed(path.with_name("index.json"), {"files": {path.name: "", "fit.pdf": ""}})
    assert build.animations() == {drawn[0]: tmp_path / "one_training.gif", drawn[1]: tmp_path / "two_training.gif"}


def test_what_is_written_again_is_the_engine_s_alone(tmp_path: Path) -> None:
    build = BuildFolder(tmp_path)
    for path in (build.run_record("toy", 0), build.figure_index("toy"), build.made("report"), tmp_path / "mine" / "a"):
        path.parent.mkdir(parents=True)
        path.touch()
    again = set(build.written_again())
    assert {
        build.folder,
        build.run("toy", 0),
        build.all_runs / "toy",
        build.figures("toy"),
        build.made("report"),
    } <= again
    assert not [path for path in again if path.name in ("mine", "a")]


@pytest.mark.parametrize("name", ["/etc/passwd", "../../../precious.txt", "a/../../b"])
def test_an_index_names_only_files_beside_it(tmp_path: Path, name: str) -> None:
    index = tmp_path / "index.json"
    write_sealed(index, {"files": {name: "0", "theory/fit.pdf": "1"}})
    assert indexed_files(index) == [tmp_path / "theory/fit.pdf"]


def test_an_index_that_was_changed_by_hand_names_none(tmp_path: Path) -> None:
    index = tmp_path / "index.json"
    write_sealed(index, {"files": {"fit.pdf": ""}})
    index.write_text(index.read_text().replace("fit.pdf", "mine.pdf"))
    assert indexed_files(index) == []
