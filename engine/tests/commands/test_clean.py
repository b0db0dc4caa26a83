"""make clean and distclean remove all files of the engine, and no file of the user."""

from __future__ import annotations

import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import psutil
import pytest

from texloom.commands import clean
from texloom.errors import ReportError
from texloom.machine.lock import build_lock
from texloom.results.sealed import write_sealed

EVENTS = "events.out.tfevents.1700000000000000000"
MARK = urlsafe_b64encode(b"build/checks.json").decode()
LONG = urlsafe_b64encode(b"build/" + 300 * b"x").decode()
MADE = (
    ".snakemake/added-report.toml.partial",
    "build/report.pdf",
    "build/report.draft.pdf",
    "build/theory.pdf",
    "build/checks.json",
    "build/whole.json.partial",
    "build/runs/toy/seed-0/metrics.json",
    "build/runs/toy/seed-0/run.json",
    "build/figures/toy/training.gif",
    "build/figures/toy/fit.pdf",
    "build/runs/toy/seed-0/arrays.npz",
    "build/runs/toy/seed-1.partial/arrays.npz",
    "build/checkpoints/toy/seed-1.npz",
    "build/programs/toy/seed-0/out/half.csv",
    ".snakemake/programs/toy-seed-0.log",
    f"build/tensorboard/toy/seed-1/{EVENTS}",
    "build/report.pdf.partial",
    "build/tex/report.tex",
    "build/tex/report.out",
    "build/tex/report.thm",
    "build/tex/report.idx",
    "build/tex/sections/toy.tex",
    "build/tex/sections/alpha.tex",
    "build/toy_training.gif",
    "build/tex/report.aux",
    "build/draft/report.aux",
    "build/tangled/toy.ipynb",
    "build/notebooks/toy.ipynb",
    "build/smoke/report.pdf",
    "build/smoke/runs/toy/seed-0/metrics.json",
    ".snakemake/log/2026-11-26T131708.264623.snakemake.log",
    f".snakemake/metadata/{MARK}",
    f".snakemake/incomplete/@{LONG[:250]}/{LONG[250:]}",
    ".snakemake/built-report-smoke.json",
    ".snakemake/digests.json.12.partial",
)
KILLED = """
import os, signal, subprocess, sys, tempfile
from texloom.machine.lock import build_lock

with build_lock():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdout=subprocess.DEVNULL)
    print(child.pid, tempfile.gettempdir(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
MINE = (
    "build/notes.txt",
    "build/mine.partial",
    "build/report.zip/mine.txt",
    "build/figures/toy/mine.pdf",
    "build/figures/toy/mine.gif",
    "build/runs/toy/seed-0/notes.txt",
    "build/runs/toy/seed-1.partial/notes.txt",
    "build/runs/mine/seed-0/metrics.json",
    "build/runs/copy of toy/metrics.json",
    "build/checkpoints/mine.npz",
    "build/tensorboard/mine",
    "build/tensorboard/toy/seed-1/events.out.tfevents.mine",
    "build/tangled/mine.txt",
    "build/tangled/mine.ipynb",
    "build/tex/mine.tex",
    "build/tex/report.notes",
    "build/tex/report.log/mine.txt",
    "build/tex/sections/mine.tex",
    "build/draft/mine.tex",
    "build/history/0123.json",
    "build/my.gif",
    "build/trial/runs/toy/seed-0/run.json",
    "build/notebooks/edited.ipynb",
    ".snakemake/notes.txt",
    ".snakemake/metadata/mine",
    ".snakemake/log/mine.log",
    ".snakemake/scripts/mine.py",
)
MY_DATA = (
    "data/.my.lock",
    "data/.my.fetching/table.csv",
    "data/mine/table.csv",
    "data/mine/SHA256SUMS",
    "data/mnist/of-mine.txt",
    "data/mnist/edited",
    "data/stars/ours/stars.csv",
)
FETCHED_DATA = (
    "data/mnist/images",
    "data/mnist/SHA256SUMS",
    "data/stars/stars.csv",
    "data/stars/SHA256SUMS.partial",
    "data/.mnist.lock",
    "data/.stars.lock",
    "data/.stars.fetching/stars.csv",
)
FETCHED = (*FETCHED_DATA, ".venv/bin/python", ".venv/lock.sha256", ".venv-setup.log")
DIGEST = sha256(b"made").hexdigest()


def files() -> set[str]:
    return {path.as_posix() for path in Path().rglob("*") if path.is_file()}


@pytest.fixture
def used(project: Path) -> set[str]:
    """A built project with files of its user, and the files that are not results."""
    with Path("report.toml").open("a", encoding="utf-8") as file:
        file.write('\n[data.mnist]\nmodule = "experiments.datasets.mnist"\n')
        file.write('\n[data.stars]\nurl = "https://example.org/stars.csv"\n')
        file.write('\n[data.mine]\nfile = "data/mine/table.csv"\n')
        file.write('\n[data.ours]\nfolder = "data/stars/ours"\n')
    Path("experiments/datasets").mkdir()
    Path("experiments/datasets/mnist.py").touch()
    before = files()
    for name in (*MADE, *MINE, *MY_DATA, *FETCHED, "build/tangled/edited.ipynb", "build/tangled/edited.json"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("made", encoding="utf-8")
    Path("build/notebooks/edited.ipynb").write_text("edited", encoding="utf-8")
    write_sealed(Path("build/tangled/edited.json"), {"files": {}})
    write_sealed(Path("build/figures/toy/index.json"), {"files": {"training.gif": "", "fit.pdf": ""}})
    write_sealed(Path("build/tex/sealed.json"), {"report.thm": "", "../../report.toml": ""})
    Path("build/tex/report.fls").write_text(
        "OUTPUT build/tex/report.idx\nOUTPUT build/my.gif\nINPUT build/tex/mine.tex\n"
    )
    Path("build/tex/source-map.json").write_text('{"build/tex/sections/alpha.tex": [], "build/tex/../my.gif": []}')
    write_sealed(Path("build/runs/gone/seed-3/run.json"), {"experiment": "gone", "seed": 3})
    Path("data/mnist/edited").write_text("by hand", encoding="ascii")
    Path("data/mnist/SHA256SUMS").write_text(f"{DIGEST}  images\n{DIGEST}  edited\n", encoding="ascii")
    Path("data/mine/SHA256SUMS").write_text(f"{DIGEST}  table.csv\n", encoding="ascii")
    sums = f"{DIGEST}  stars.csv\n{DIGEST}  ours/stars.csv\n"
    Path("data/stars/SHA256SUMS.partial").write_text(sums, encoding="ascii")
    return before


def test_clean_removes_results_and_keeps_and_names_the_rest(used: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    clean.clean()
    assert files() == used | {*MINE, *MY_DATA, *FETCHED}
    assert not Path("build/smoke").exists()
    kept = "build/checkpoints/mine.npz, build/draft/mine.tex, build/figures/toy/mine.gif, build/figures/toy/mine.pdf"
    (line,) = capsys.readouterr().out.splitlines()
    assert line == f"kept, because no build makes them: {kept}, build/history/0123.json and {len(MINE) - 5} more"


def test_what_is_kept_is_not_mentioned_where_nothing_is(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("build").mkdir()
    Path("build/report.pdf").touch()
    clean.clean()
    assert not Path("build").exists()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("verb", [clean.clean, clean.distclean])
def test_a_manifest_that_cannot_be_read_is_reported_and_nothing_removed(
    used: set[str], verb: Callable[[], None]
) -> None:
    Path("report.toml").write_text("title = ", encoding="utf-8")
    before = files()
    with pytest.raises(ReportError, match=r"^report\.toml: is not TOML: Invalid value"):
        verb()
    assert files() == before


def test_distclean_removes_what_can_be_had_again_and_lists_it(
    used: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    clean.distclean()
    assert files() == used | {*MINE, *MY_DATA}
    kept, *lines, edited = capsys.readouterr().out.splitlines()
    listed = {line.removeprefix("removing ") for line in lines}
    unfinished = {"data/.stars.fetching/stars.csv"}  # its folder is removed
    assert listed == {".venv", ".venv-setup.log", "data/.stars.fetching", *FETCHED_DATA} - unfinished
    assert kept.startswith("kept, because no build")
    assert edited == "kept, because they were edited: data/mnist/edited"


def test_an_environment_of_the_user_s_is_kept(used: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(".venv/lock.sha256").unlink()
    clean.distclean()
    assert Path(".venv/bin/python").exists()
    assert capsys.readouterr().out.splitlines()[-1] == "kept, because make did not create it: .venv"


def test_an_environment_that_is_half_removed_is_removed_by_the_next(
    used: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first removal stops at the last file."""
    for name in ("pyvenv.cfg", "a.txt", "z.txt"):
        Path(".venv", name).touch()
    there = [path for path in Path(".venv").rglob("*") if path.is_file()]
    unlink = Path.unlink

    def stop_at_the_last(path: Path, missing_ok: bool = False) -> None:
        if path in there and len([each for each in there if each.exists()]) == 1:
            raise KeyboardInterrupt
        unlink(path, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", stop_at_the_last)
        with pytest.raises(KeyboardInterrupt):
            clean.distclean()
    clean.distclean()
    assert not Path(".venv").exists()


def test_leftovers_are_removed_after_a_quick_answer_but_not_under_a_running_build(used: set[str]) -> None:
    half = {name for name in MADE if ".partial" in name}
    assert len(half) == 5
    before = files()
    with build_lock():
        clean.tidy_up(Path("build"))
        assert files() - {".snakemake/builder"} == before
    clean.tidy_up(Path("build"))
    assert files() == before - half - {"data/.stars.fetching/stars.csv"}


def test_what_a_killed_build_left_at_work_ends_after_a_quick_answer(used: set[str]) -> None:
    """Its temporary files are removed, too, even if there are no partial files."""
    for name in MADE:
        if ".partial" in name:
            Path(name).unlink()
    Path("data/.stars.fetching/stars.csv").unlink()
    Path("data/.stars.fetching").rmdir()
    with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True) as build:
        assert build.stdout
        child, temporary = build.stdout.readline().split()
    before = files()
    try:
        clean.tidy_up(Path("build"))
        assert not psutil.pid_exists(int(child)) or psutil.Process(int(child)).status() == psutil.STATUS_ZOMBIE
        assert not Path(temporary).exists()
        assert files() == before - {".snakemake/builder"}
    finally:
        with suppress(psutil.NoSuchProcess):
            psutil.Process(int(child)).kill()


def test_a_user_s_file_that_only_looks_half_written_costs_no_lock(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking the lock is slow, because every process is checked for being a leftover."""
    Path("build").mkdir()
    Path("build/mine.partial").touch()
    monkeypatch.setattr(clean, "build_lock", lambda **_: 1 / 0)
    clean.tidy_up(Path("build"))
    assert Path("build/mine.partial").exists()


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
    with build_lock(), pytest.raises(ReportError, match="another build is running here"):
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
