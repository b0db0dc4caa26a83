"""make clean and distclean: everything that the engine has made, and no file of the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.commands import clean
from texloom.errors import ReportError
from texloom.machine.lock import build_lock

MADE = (
    "build/report.pdf",
    "build/report.draft.pdf",
    "build/theory.pdf",
    "build/checks.json",
    "build/runs/toy/seed-0/run.json",
    "build/figures/toy/training.gif",
    "build/figures/toy/fit.pdf",
    "build/figures/toy/index.json",
    "build/runs/toy/seed-0/arrays.npz",
    "build/runs/toy/seed-1.partial/arrays.npz",
    "build/checkpoints/toy/seed-1.npz",
    "build/tensorboard/toy/seed-1/events.out.tfevents.1",
    "build/report.pdf.partial",
    "build/tex/sections/toy.tex",
    "build/toy_training.gif",
    "build/tex/report.aux",
    "build/tangled/toy.ipynb",
    "build/notebooks/toy.ipynb",
    "build/smoke/report.pdf",
    "build/smoke/runs/toy/seed-0/run.json",
    ".snakemake/log",
)
MINE = (
    "build/notes.txt",
    "build/figures/toy/mine.pdf",
    "build/runs/toy/seed-0/notes.txt",
    "build/runs/copy of toy/metrics.json",
    "build/checkpoints/mine.npz",
    "build/tensorboard/mine",
    "build/tangled/mine.txt",
    "build/tex/mine.tex",
    "build/history/0123.json",
    "build/my.gif",
    "build/trial/runs/toy/seed-0/run.json",
    "build/notebooks/edited.ipynb",
    "data/mine/table.csv",
    "data/mine/SHA256SUMS",
    "data/mnist/of-mine.txt",
    "data/stars/ours/stars.csv",
)
FETCHED_DATA = (
    "data/mnist/images",
    "data/mnist/SHA256SUMS",
    "data/stars/stars.csv",
    "data/stars/SHA256SUMS.partial",
    "data/.mnist.lock",
    "data/.stars.fetching/stars.csv",
)
FETCHED = (*FETCHED_DATA, ".venv/bin/python", ".venv-setup.log")


def files() -> set[str]:
    return {path.as_posix() for path in Path().rglob("*") if path.is_file()}


@pytest.fixture
def used(project: Path) -> set[str]:
    """A project that was built, beside files of its user; the files that are no results."""
    with Path("report.toml").open("a", encoding="utf-8") as file:
        file.write('\n[data.mnist]\nmodule = "experiments.datasets.mnist"\n')
        file.write('\n[data.stars]\nurl = "https://example.org/stars.csv"\n')
        file.write('\n[data.mine]\nfile = "data/mine/table.csv"\n')
        file.write('\n[data.ours]\nfolder = "data/stars/ours"\n')
    Path("experiments/datasets").mkdir()
    Path("experiments/datasets/mnist.py").touch()
    before = files()
    for name in (*MADE, *MINE, *FETCHED, "build/tangled/edited.ipynb"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("made", encoding="utf-8")
    Path("build/notebooks/edited.ipynb").write_text("edited", encoding="utf-8")
    index = '{"files": {"training.gif": "", "fit.pdf": ""}}'
    Path("build/figures/toy/index.json").write_text(index, encoding="utf-8")
    Path("data/mnist/SHA256SUMS").write_text("00ff  images\n", encoding="ascii")
    Path("data/mine/SHA256SUMS").write_text("00ff  table.csv\n", encoding="ascii")
    Path("data/stars/SHA256SUMS.partial").write_text("00ff  stars.csv\n00ff  ours/stars.csv\n", encoding="ascii")
    return before


def test_clean_removes_results_and_keeps_the_rest(used: set[str]) -> None:
    clean.clean()
    assert files() == used | {*MINE, *FETCHED}
    assert not Path("build/smoke").exists()


def test_distclean_removes_what_can_be_had_again_and_lists_it(
    used: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    clean.distclean()
    assert files() == used | {*MINE}
    listed = {line.removeprefix("removing ") for line in capsys.readouterr().out.splitlines()}
    unfinished = {"data/.stars.fetching/stars.csv"}  # its folder is removed
    assert listed == {".venv", ".venv-setup.log", "data/.stars.fetching", *FETCHED_DATA} - unfinished


@pytest.mark.parametrize("link", ["data", "data/mnist", ".venv"])
def test_what_a_link_leads_to_is_kept(used: set[str], tmp_path_factory: pytest.TempPathFactory, link: str) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "folder"
    Path(link).rename(elsewhere)
    Path(link).symlink_to(elsewhere)
    before = {path.relative_to(elsewhere) for path in elsewhere.rglob("*")}
    clean.distclean()
    assert {path.relative_to(elsewhere) for path in elsewhere.rglob("*")} == before


def test_results_elsewhere_are_removed_through_a_link_which_stays(
    used: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "folder"
    Path("build").rename(elsewhere)
    Path("build").symlink_to(elsewhere)
    clean.clean()
    assert Path("build").is_symlink()
    assert {name for name in MINE if name.startswith("build/")} == {
        f"build/{path.relative_to(elsewhere).as_posix()}" for path in elsewhere.rglob("*") if path.is_file()
    }


def test_a_link_whose_folder_becomes_empty_stays(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "report.pdf").write_text("made")
    Path("build").symlink_to(elsewhere)
    clean.clean()
    assert Path("build").is_symlink()
    assert list(elsewhere.iterdir()) == []


def test_nothing_is_removed_under_a_running_build(used: set[str]) -> None:
    before = files()
    with build_lock():
        before.add(".snakemake/builder")
        with pytest.raises(ReportError, match="another build is running here"):
            clean.clean()
    assert files() == before


def test_clean_where_nothing_is_built(project: Path) -> None:
    before = files()
    clean.distclean()
    assert files() == before


def test_sums_that_name_files_elsewhere_remove_none(used: set[str]) -> None:
    Path("data/stars/SHA256SUMS").write_text("00ff  ../../precious.txt\n", encoding="utf-8")
    Path("precious.txt").write_text("keep", encoding="utf-8")
    clean.distclean()
    assert Path("precious.txt").exists()
