"""The inputs of a finished document that are recorded, so that the quick check notices their changes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from texloom.data.sums import SUMS, as_text
from texloom.results.places import BuildFolder
from texloom.results.sealed import file_digest, write_sealed
from texloom.staleness import stamps, watched
from texloom.staleness.code import code_digest
from texloom.staleness.made_from import MadeFrom

TEXT = Path("theory/alpha_text.tex")
CODE = Path("experiments/toy/train.py")
RUN = Path("build/runs/toy/seed-0/metrics.json")
DATA = Path("own/table.csv")
BUILD = BuildFolder(Path("build"))
RECORD = BUILD.run_record("toy", 0)


def record(before: watched.Sources | None = None) -> None:
    watched.record("report", "report", BUILD, [RECORD], watched.sources() if before is None else before)


def changed() -> list[Path] | None:
    """The files that have changed since then."""
    known = stamps.changed_since_built("report", "report")
    return None if known is None else known.changed


def later(path: Path) -> None:
    """Write the same bytes, one second later."""
    now = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(now, now))


def test_an_edit_during_a_build_is_seen_after_it(finished: Path) -> None:
    before = watched.sources()
    CODE.write_text("LIMIT = 3\n")
    TEXT.write_text("other")  # it was read before, as its record shows
    record(before)
    assert changed() == [CODE, TEXT]


def test_an_edit_of_data_after_a_run_read_them_is_seen(finished: Path) -> None:
    """`sources()` does not include them; only the record of the run has their digest."""
    DATA.write_text("other")
    record()
    assert changed() == [DATA]


def test_put_back_during_a_build_it_may_have_been_used(finished: Path) -> None:
    before, text = watched.sources(), CODE.read_text()
    CODE.write_text("LIMIT = 3\n")
    CODE.write_text(text)
    later(CODE)
    record(before)
    assert changed() == [CODE]


HELPERS, STARS, RAIN = Path("helpers.py"), Path("measured/stars.csv"), Path("data/rain/rain.csv")
VERSION = Path("packages/numpy-1.dist-info/METADATA")


@pytest.mark.parametrize("late", [HELPERS, STARS, RAIN, RAIN.with_name(SUMS), VERSION, VERSION.parent.parent], ids=str)
def test_no_content_counts_as_built_that_came_after_the_results(
    finished: Path, late: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While LaTeX ran, a module outside the import graph, data, or an installed package was edited."""
    monkeypatch.setattr(watched.sysconfig, "get_path", lambda _: VERSION.parent.parent.as_posix())
    for path in (HELPERS, STARS, RAIN, VERSION, STARS.with_name(".hidden"), RAIN.with_name("mine.txt")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("LIMIT = 0.9\n")
    RAIN.with_name(SUMS).write_text(as_text({RAIN.name: file_digest(RAIN)}))
    with Path("report.toml").open("a") as manifest:
        manifest.write('[data.stars]\nfolder = "measured"\n')
    modules = {HELPERS.as_posix(): f"code:{code_digest(HELPERS, counted='code')}"}
    data = {"stars/stars.csv": file_digest(STARS), "rain/rain.csv": file_digest(RAIN)}
    write_sealed(RECORD, MadeFrom(data=data, reads={"modules": modules}).to_json())
    before = watched.sources()
    assert watched.record("report", "report", BUILD, [RECORD], before) == []
    assert changed() == []
    if late.is_dir():
        os.utime(late, ns=(1, 1))
    else:
        late.write_text("LIMIT = 0.5\n" if late.name != SUMS else as_text({RAIN.name: "0"}))
    assert watched.record("report", "report", BUILD, [RECORD], before) == [late.as_posix()]
    assert changed() == [late]


def test_a_module_that_came_during_a_build_does_not_count_as_built(finished: Path) -> None:
    before = watched.sources()
    Path("theory/alpha_text.py").write_text("")
    record(before)
    assert changed() == [Path("theory/alpha_text.py")]


def test_files_changed_while_a_stage_read_them_are_never_treated_as_built(finished: Path) -> None:
    made = MadeFrom(reads={"files": {DATA.as_posix(): file_digest(DATA)}, "unsettled": [DATA.as_posix()]})
    write_sealed(RECORD, made.to_json())
    record()
    assert changed() == [DATA]


def test_variables_and_packages_count(finished: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEXINPUTS", "elsewhere:")
    assert changed() == [Path("the environment")]
    monkeypatch.delenv("TEXINPUTS")
    packages = tmp_path / "packages"
    packages.mkdir()
    monkeypatch.setattr(watched.sysconfig, "get_path", lambda _: str(packages))
    record()
    assert changed() == []
    (packages / "new").mkdir()
    os.utime(packages, ns=(1, 1))
    assert changed() == [packages]


@pytest.mark.parametrize("name", ["numpy-1.dist-info/METADATA", "old.egg-info/PKG-INFO"])
def test_another_version_in_place_is_seen_as_the_judge_sees_it(
    finished: Path, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "platform" / name
    told.parent.mkdir(parents=True)
    told.write_text("Version: 1\n", encoding="utf-8")
    folders = {"purelib": str(tmp_path / "pure"), "platlib": str(tmp_path / "platform")}
    monkeypatch.setattr(watched.sysconfig, "get_path", folders.__getitem__)
    record()
    assert changed() == []
    told.write_text("Version: 2\n", encoding="utf-8")
    assert changed() == [told]


def test_own_data_count_wherever_they_lie_and_what_was_fetched_too(
    finished: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside, fetched = tmp_path_factory.mktemp("outside") / "stars [1].csv", Path("data/toy/images")
    folder = Path("measured/deep")
    for path in (outside, folder / "rain.csv", fetched):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("made")
    with Path("report.toml").open("a") as manifest:
        manifest.write(f'[data.stars]\nfile = "{outside}"\n[data.rain]\nfolder = "measured"\n')
    record()
    assert changed() == []
    for path in (outside, folder / "rain.csv", fetched):
        path.write_text("other")
    (folder / "new.csv").touch()
    assert changed() == sorted([outside, folder / "rain.csv", folder, fetched])


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"folder": 1, "files": 2}'])
def test_a_damaged_record_is_none(finished: Path, damage: str) -> None:
    (stored,) = watched.RECORDS.glob("built-*.json")
    stored.write_text(damage)
    assert changed() is None


@pytest.mark.parametrize(
    "place", [BUILD.costs, BUILD.summary, BUILD.folder / "toy_training.gif", BUILD.summary_of("0123")]
)
def test_what_lies_beside_the_pdf_is_seen_to_change(finished: Path, place: Path) -> None:
    drawn = BUILD.figures("toy") / "training.gif"
    for path in (place, drawn):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("made")
    write_sealed(drawn.with_name("index.json"), {"files": {drawn.name: ""}})
    record()
    assert changed() == []
    place.unlink()
    assert changed() == [place]


def test_a_commit_changes_nothing_but_is_reported(finished: Path) -> None:
    stamps.remember_commit("report", "report")  # there is no list of commits yet
    Path(".git/logs").mkdir(parents=True)
    Path(".git/logs/HEAD").write_text("commit\n")
    known = stamps.changed_since_built("report", "report")
    assert known is not None
    assert (known.changed, known.committed) == ([], True)
    stamps.remember_commit("report", "report")
    known = stamps.changed_since_built("report", "report")
    assert known is not None
    assert not known.committed


@pytest.mark.parametrize("kind", ["worktree", "report in a larger repository"])
def test_a_commit_is_noticed_wherever_git_stores_it(
    finished: Path, kind: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path_factory.mktemp("repository")
    git = ["git", "-C", str(repository), "-c", "user.name=A Test", "-c", "user.email=test@localhost"]
    commit = ["commit", "--quiet", "--allow-empty", "--message", "one"]
    for command in (["init", "--quiet"], commit, ["worktree", "add", "--quiet", "other"]):
        subprocess.run([*git, *command], check=True)
    report = repository / ("other" if kind == "worktree" else "report")
    shutil.copytree(finished, report, dirs_exist_ok=True)
    monkeypatch.chdir(report)
    record()
    git[2] = str(report)
    subprocess.run([*git, *commit], check=True)
    known = stamps.changed_since_built("report", "report")
    assert known is not None
    assert known.committed


def test_a_result_that_does_not_say_from_what_it_was_made_is_left_out(finished: Path) -> None:
    """An earlier engine did not record this."""
    write_sealed(RECORD, {"files": {RUN.name: file_digest(RUN)}})
    record()
    assert changed() == []
    DATA.write_text("other")  # only that result has read it
    assert changed() == []


def test_what_was_edited_while_the_document_was_made_is_returned(finished: Path) -> None:
    before = watched.sources()
    assert watched.record("report", "report", BUILD, [RECORD], before) == []
    TEXT.write_text("edited meanwhile")
    assert watched.record("report", "report", BUILD, [RECORD], before) == [TEXT.as_posix()]
