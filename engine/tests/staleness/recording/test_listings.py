"""Folders that a stage lists count by the names that it searches for."""

from __future__ import annotations

import glob
import importlib.metadata
import os
import pkgutil
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.staleness.recording.reads import FOLDERS, HIDDEN, Reads

Stage = Callable[[], object]
ReadsOf = Callable[[Stage], Reads]
Stale = Callable[[Reads], list[str]]


LISTING: dict[str, tuple[Stage, str]] = {
    "pathlib": (lambda: list(Path("own").glob("*.csv")), f"*.csv|{HIDDEN}"),
    "pathlib below": (lambda: list(Path("own").glob("**/*.csv")), f"*.csv|{FOLDERS}|{HIDDEN}"),
    "pathlib's folders": (lambda: list(Path("own").glob("**")), f"{FOLDERS}|{HIDDEN}"),
    "rglob": (lambda: list(Path("own").rglob("*.csv")), f"*.csv|{FOLDERS}|{HIDDEN}"),
    "glob": (lambda: glob.glob("own/*.csv"), "*.csv"),  # noqa: PTH207
    "glob of folders": (lambda: glob.glob("own/*/a.csv"), FOLDERS),  # noqa: PTH207
    "glob below": (lambda: glob.glob("own/*/**/a.csv", recursive=True), FOLDERS),  # noqa: PTH207
    "listdir": (lambda: os.listdir("own"), f"*|{HIDDEN}"),  # noqa: PTH208
    "scandir": (lambda: list(os.scandir("own")), f"*|{HIDDEN}"),
    "iterdir": (lambda: list(Path("own").iterdir()), f"*|{HIDDEN}"),
    "walk": (lambda: list(os.walk("own")), f"*|{HIDDEN}"),
    "fwalk": (lambda: list(os.fwalk("own")), f"*|{HIDDEN}"),
}


@pytest.mark.parametrize(("stage", "pattern"), LISTING.values(), ids=LISTING)
def test_a_listing_is_recorded_by_the_names_that_it_looked_for(
    folder: Path, stage: Stage, pattern: str, reads_of: ReadsOf, stale: Stale
) -> None:
    found = reads_of(stage)
    assert [each["pattern"] for each in found.folders["own"]] == [pattern]
    for name in (".a.csv.swp", ".#a.csv", ".DS_Store", "__pycache__"):
        Path("own", name).touch()
    assert stale(found) == []
    wanted = pattern.split("|")
    for name, kinds in {"notes.txt": {"*"}, "c.csv": {"*", "*.csv"}}.items():
        Path("own", name).touch()
        assert stale(found) == ([f"own/{name} (new)"] if kinds & {*wanted} else [])
        Path("own", name).unlink()
        Path("own", f".{name}").touch()
        assert stale(found) == ([f"own/.{name} (new)"] if kinds & {*wanted} and HIDDEN in wanted else [])
        Path("own", f".{name}").unlink()
    Path("own/deep").mkdir()
    assert stale(found) == (["own/deep (new)"] if {"*", FOLDERS} & {*wanted} else [])
    Path("own/deep").rmdir()
    Path("own/a.csv").write_text("other\n")
    assert stale(found) == []
    Path("own/a.csv").unlink()
    assert {*stale(found)} == ({"own/a.csv (gone)"} if {"*", "*.csv"} & {*wanted} else set())


def test_a_file_that_comes_in_a_folder_that_a_pattern_reaches_counts(
    folder: Path, reads_of: ReadsOf, stale: Stale
) -> None:
    Path("own/deep").mkdir()
    for stage in (lambda: glob.glob("own/*/x.csv"), lambda: list(Path("own").glob("*/x.csv"))):  # noqa: PTH207
        found = reads_of(stage)
        assert stale(found) == []
        Path("own/deep/x.csv").touch()
        assert stale(found) == ["own/deep/x.csv (new)"]
        Path("own/deep/x.csv").unlink()


LITTERED = [
    *(".DS_Store", "._a.csv", ".localized", ".directory", ".#a.csv", ".a.csv.swp", ".a.csv~", ".~lock.a.csv#"),
    *(".nfs0001", ".fuse_hidden1"),
]


@pytest.mark.parametrize("name", LITTERED)
def test_litter_counts_in_no_listing_and_does_where_it_is_opened_or_looked_at(
    folder: Path, reads_of: ReadsOf, stale: Stale, name: str
) -> None:
    path = Path("own", name)
    listed = reads_of(lambda: os.listdir("own"))  # noqa: PTH208
    path.write_text("1")
    assert stale(listed) == []
    read, looked = reads_of(path.read_bytes), reads_of(path.exists)
    path.write_text("2")
    assert stale(read) == [f"own/{name}"]
    path.unlink()
    assert [stale(each) for each in (read, looked, listed)] == [[f"own/{name} (gone)"]] * 2 + [[]]


def test_a_pattern_with_a_bar_lists_what_it_fits(folder: Path, reads_of: ReadsOf, stale: Stale) -> None:
    """A bar in a name must not be confused with the bars that separate recorded patterns."""
    for stage in (lambda: list(Path("own").glob("a|b*")), lambda: glob.glob("own/a|b*")):  # noqa: PTH207
        found = reads_of(stage)
        Path("own/a|b.csv").touch()
        assert stale(found) == ["own/a|b.csv (new)"]
        Path("own/a|b.csv").unlink()


def test_sizes_count_of_what_the_author_s_code_scans(folder: Path, reads_of: ReadsOf, stale: Stale) -> None:
    found = reads_of(lambda: sum(each.stat().st_size for each in os.scandir("own")))
    walked = reads_of(lambda: list(os.walk("own")))
    Path("own/a.csv").write_text("longer\n")
    assert (stale(found), stale(walked)) == (["own/a.csv"], [])


def by_hand(folder: Path = Path()) -> None:
    """Walk through all folders, as an author might write it."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            by_hand(path)
        elif path.name.endswith(".csv"):
            path.stat()


SEARCHES: dict[str, Stage] = {
    "walk": lambda: list(os.walk(".")),
    "fwalk": lambda: list(os.fwalk(".")),
    "rglob": lambda: list(Path().rglob("*.csv")),
    "all": lambda: list(Path().rglob("*")),
    "one name": lambda: list(Path().rglob("report.pdf")),
    "glob": lambda: glob.glob("**/*.csv", recursive=True),  # noqa: PTH207
    "glob of a name": lambda: glob.glob("*/report.pdf"),  # noqa: PTH207
    "pathlib of a name": lambda: list(Path().glob("*/report.pdf")),
    "by hand": by_hand,
}


@pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES)
def test_a_search_that_passes_folders_of_results_finds_the_author_s_files_alone(
    folder: Path, reads_of: ReadsOf, stale: Stale, search: Stage
) -> None:
    """During and after a stage's search the engine writes and removes results, also those of other profiles."""
    Path("report.toml").write_text("[profiles.report]\n[profiles.quick]\nfolder = 'out/quick'\n")
    Path("build/tex").mkdir(parents=True)
    for name in ("seed-0", "seed-0.replaced"):
        Path("build/runs/toy", name).mkdir(parents=True)
        Path("build/runs/toy", name, "history.csv").touch()

    found = reads_of(search)
    shutil.rmtree("build/runs/toy/seed-0.replaced")
    shutil.rmtree("build/tex")
    Path("build/report.pdf").touch()
    Path("build/runs/toy/seed-0/history.csv").write_text("1")
    Path("build/runs/toy/seed-1.csv").mkdir()
    Path("out/quick/runs").mkdir(parents=True)
    Path("out/quick/x.csv").touch()
    assert (found.unsettled, stale(found)) == ([], [])
    for name in ("own/c.csv", "own/report.pdf"):
        Path(name).touch()
    assert any(each.startswith(("own/c.csv", "own/report.pdf")) for each in stale(found))


def test_a_folder_of_the_author_s_named_like_the_default_counts_where_no_profile_uses_it(
    folder: Path, reads_of: ReadsOf, stale: Stale
) -> None:
    Path("report.toml").write_text('[profiles.report]\nfolder = "made"\n')
    Path("build").mkdir()
    found = reads_of(lambda: list(Path().glob("*/*.csv")))
    Path("build/a.csv").touch()
    assert stale(found) == ["build/a.csv (new)"]


def test_what_the_author_names_or_opens_of_the_results_counts(folder: Path, reads_of: ReadsOf, stale: Stale) -> None:
    Path("build").mkdir()
    Path("build/a.csv").write_text("1")

    def stage() -> None:
        Path("build/report.pdf").exists()
        for path in Path().glob("*/a.csv"):
            path.read_text()

    found = reads_of(stage)
    assert stale(found) == []
    Path("build/report.pdf").touch()
    Path("build/a.csv").write_text("2")
    assert stale(found) == ["build/a.csv", "build/report.pdf (new)"]


def test_a_pattern_that_begins_as_a_name_that_never_counts_lists_what_it_fits(
    folder: Path, reads_of: ReadsOf, stale: Stale
) -> None:
    for stage in (lambda: list(Path("own").glob("!a*")), lambda: glob.glob("own/!a*")):  # noqa: PTH207
        found = reads_of(stage)
        Path("own/!a.csv").touch()
        assert stale(found) == ["own/!a.csv (new)"]
        Path("own/!a.csv").unlink()


def test_searches_for_distributions_or_modules_list_only_these_names(
    folder: Path, reads_of: ReadsOf, stale: Stale, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Libraries search all of Python's path in this way, and the path contains the root of the report."""
    Path("own/package").mkdir()
    monkeypatch.syspath_prepend(folder / "own")
    found = reads_of(lambda: importlib.metadata.version("numpy"))
    modules = reads_of(lambda: list(pkgutil.iter_modules()))
    Path("own/notes.txt").touch()
    Path("own/package/notes").mkdir()
    assert [stale(each) for each in (found, modules)] == [[], []]
    Path("own/numpy-9.dist-info").mkdir()
    Path("own/package/__init__.py").touch()
    assert stale(found) == ["own/numpy-9.dist-info (new)"]
    assert {*stale(modules)} == {"own/numpy-9.dist-info (new)", "own/package/__init__.py (new)"}


def test_a_module_of_the_author_s_that_is_called_like_one_of_python_s_lists_everything(
    folder: Path, reads_of: Callable[..., Reads]
) -> None:
    """The names of its functions and variables do not matter."""
    names: dict[str, Callable[..., object]] = {}
    source = "import os\ndef glob(pattern):\n    return os.listdir('own')\n"
    exec(compile(source, str(folder / "own/glob.py"), "exec"), names)
    (found,) = reads_of(lambda: names["glob"]("*.none")).folders["own"]
    assert "README" in found["names"]
