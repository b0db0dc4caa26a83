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


def test_a_link_to_data_elsewhere_is_not_followed(used: set[str], tmp_path: Path) -> None:
    elsewhere = tmp_path.with_name("elsewhere")
    elsewhere.mkdir()
    (elsewhere / "keep").write_text("mine")
    Path("build/tensorboard").symlink_to(elsewhere)
    clean.clean()
    assert (elsewhere / "keep").exists()
    assert not Path("build/tensorboard").is_symlink()


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
