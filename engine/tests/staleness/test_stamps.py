"""The quick check: what has changed since a document was finished, and what a build does then."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from texloom.commands.building import build
from texloom.data import digests
from texloom.results.places import BuildFolder
from texloom.results.sealed import file_digest, write_sealed
from texloom.staleness import stamps, watched
from texloom.staleness.made_from import MadeFrom

TEXT = Path("theory/alpha_text.tex")
CODE = Path("experiments/toy/train.py")
RUN = Path("build/runs/toy/seed-0/metrics.json")
DATA = Path("own/table.csv")
PDF = Path("build/report.pdf")
BUILD = BuildFolder(Path("build"))
ENGINE = Path("engine/texloom/errors.py")
RECORD = BUILD.run_record("toy", 0)


def record(before: watched.Sources | None = None) -> None:
    watched.record("report", "report", BUILD, [RECORD], watched.sources() if before is None else before)


def changed(profile: str = "report") -> list[Path] | None:
    """The files that have changed since then."""
    known = stamps.changed_since_built("report", profile)
    assert known is None or known.public == PDF
    return None if known is None else known.changed


def later(path: Path) -> None:
    """Write the same bytes, one second later."""
    now = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(now, now))


def test_nothing_is_known_before_a_build_or_of_what_cannot_be_read(finished: Path) -> None:
    assert changed() == []
    assert changed("smoke") is None
    assert stamps.changed_since_built("figures", "report") is None
    Path(".snakemake/built-report-report.json").write_text("{", encoding="utf-8")
    assert changed() is None


WATCHED = [ENGINE, CODE, TEXT, DATA, RUN, RECORD, BUILD.made("report"), PDF, Path("report.toml")]


@pytest.mark.parametrize("path", WATCHED, ids=str)
def test_all_that_records_name_and_a_build_makes_counts_by_content(finished: Path, path: Path) -> None:
    later(path)
    assert changed() == []
    before = path.stat()
    path.write_bytes(path.read_bytes().swapcase() or b"X")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert changed() == [path]
    path.unlink()
    assert path in (changed() or [])


def test_what_no_record_names_does_not_count(finished: Path) -> None:
    for name in ("README.md", "own/notes.txt", "experiments/toy/unused.py", "theory/new.tex"):
        Path(name).write_text("x")
    assert changed() == []


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("own/settings.json", "own/settings.json"),  # looked for in vain
        ("own/flag", "own/flag"),  # queried
        ("own/more.csv", "own"),  # listed
        ("theory/alpha_text.py", "theory/alpha_text.py"),  # new checks beside a fragment without checks
        ("theory/alpha_text/__init__.py", "theory/alpha_text/__init__.py"),
        ("experiments/toy/analysis.py", "experiments/toy/analysis.py"),
    ],
)
def test_a_new_file_counts_where_it_was_looked_for(finished: Path, new: str, told: str) -> None:
    Path(new).parent.mkdir(exist_ok=True)
    Path(new).write_text("x")
    assert changed() == [Path(told)]


def test_a_copy_of_everything_is_the_same_and_is_read_once(
    finished: Path, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(finished, copy, copy_function=shutil.copy)  # with the current time
    os.chdir(copy)
    assert changed() == []
    hour_ago = 10**18
    for path in WATCHED:
        os.utime(path, ns=(hour_ago, hour_ago))
    assert changed() == []
    if digests.SETTLED_NS < 0:
        monkeypatch.setattr(digests, "file_digest", lambda path: pytest.fail(f"{path} was read again"))
        assert changed() == []


def test_another_link_to_a_file_is_no_edit(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """`cp -al` makes one for each file, and uv for packages: only the ctime changes."""
    before, seen = watched.sources(), stamps.edited("report")
    for path in (TEXT, CODE, DATA):
        os.link(path, tmp_path_factory.mktemp("backup") / path.name)
    record(before)
    assert changed() == []
    assert stamps.changes(seen, stamps.edited("report")) == []


def test_a_listed_folder_may_be_gone(finished: Path) -> None:
    shutil.rmtree("own")
    assert changed() == [Path("own"), DATA]
    assert stamps.edited("report")[DATA.as_posix()] is None


def test_edits_of_what_records_name_and_of_the_author_s_files_are_seen(finished: Path) -> None:
    """`make watch` must notice them; it checks several times a second."""
    before = stamps.edited("report")
    assert {"own/table.csv", "own/settings.json", "theory/alpha_text.tex", "report.toml"} <= before.keys()
    assert not [name for name in before if name.startswith("build/")]
    new = ("requirements.lock", "templates/new.tex.j2", "theory/new.tex")
    for name in ("own/table.csv", "own/more.csv", "own/README", *new):
        Path(name).write_text("another text")
    (BUILD.folder / "more").touch()
    changes = stamps.changes(before, stamps.edited("report"))
    assert changes == sorted([Path("own/more.csv"), DATA, *map(Path, new)])
    assert DATA.as_posix() not in stamps.edited("smoke")  # this profile was never built


def test_an_edit_of_the_same_length_is_seen_by_its_time(finished: Path) -> None:
    before = stamps.edited("report")
    DATA.write_text("MADE")
    later(DATA)
    assert stamps.changes(before, stamps.edited("report")) == [DATA]


def test_edits_elsewhere_and_of_what_was_only_looked_for_are_seen(
    finished: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere, inside = tmp_path_factory.mktemp("elsewhere") / "rain.csv", Path("own/absolute.csv").absolute()
    for path in (elsewhere, inside):
        path.write_text("x")
    reads = {"files": {path.as_posix(): file_digest(path) for path in (elsewhere, inside)}}
    write_sealed(RECORD, MadeFrom(reads=reads | {"looked": {"own/flag": {"kind": None}}}).to_json())
    record()
    before = stamps.edited("report")
    for path in (elsewhere, inside, Path("own/flag")):
        path.write_text("another text")
    assert stamps.changes(before, stamps.edited("report")) == sorted([elsewhere, inside, Path("own/flag")])


def test_only_text_is_what_the_document_alone_has_read(finished: Path) -> None:
    assert stamps.only_text([TEXT], "report")
    assert not stamps.only_text([TEXT, CODE], "report")
    assert not stamps.only_text([DATA], "report")
    assert not stamps.only_text([TEXT], "smoke")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_SCHEDULE", "static")
        assert not stamps.only_text([TEXT], "report")  # another file has changed, too
    shared = MadeFrom(reads={"files": {TEXT.as_posix(): file_digest(TEXT)}})
    write_sealed(RECORD, shared.to_json())
    record()
    assert not stamps.only_text([TEXT], "report")  # a run has read it, too


@pytest.mark.parametrize(
    ("edited", "only_text"),
    [([], False), ([TEXT], True), ([DATA], False), ([TEXT, DATA], False), ([TEXT, CODE], False)],
)
def test_changes_are_only_text_where_nothing_else_has_changed(
    finished: Path, edited: list[Path], only_text: bool
) -> None:
    for path in edited:
        path.write_text("other")
    known = stamps.changed_since_built("report", "report")
    assert known is not None
    assert (known.changed, known.only_text) == (sorted(edited), only_text)


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
    monkeypatch.setattr(build, "_lint", lambda *_: None)
    for name in ("remember_duration", "write_costs"):
        monkeypatch.setattr(build.costs, name, lambda *_: None)
    edited.write_bytes(edited.read_bytes() + b"x")
    build.build("report", "report", force=force)
    assert seen == done


def test_an_error_in_the_text_is_not_treated_as_built(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make_document(*_: Any, theory_only: bool) -> None:
        raise build.ReportError(TEXT, "undefined reference")

    monkeypatch.setattr(build, "make_document", make_document)
    TEXT.write_text("other")
    with pytest.raises(build.ReportError, match="undefined reference"):
        build.build("report", "report")
    assert changed() == [TEXT]
    assert PDF.exists()


def test_an_answer_that_needs_no_writing_is_given_on_a_full_disk(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be written would only have saved reading the next time."""
    later(DATA)
    partial = Path.write_text

    def full(path: Path, *arguments: Any, **options: Any) -> int:
        if path.suffix == ".partial":
            partial(path, "half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return partial(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    assert changed() == []
    assert not list(watched.RECORDS.glob("*.partial"))
