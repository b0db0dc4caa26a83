"""report.toml: what is read, and what is refused with file, line and the closest name."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from texloom import manifest
from texloom.errors import ReportError


def refused(project: Path, old: str, new: str) -> ReportError:
    """The error of the manifest with one edit."""
    path = project / "report.toml"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    with pytest.raises(ReportError) as error:
        manifest.load()
    return error.value


def test_reads_parts_in_order_with_seeds_and_labels(project: Path) -> None:
    report = manifest.load()
    assert report.report.date == datetime.date(2024, 1, 2)
    assert [part.name for part in report.parts] == ["alpha_text", "toy"]
    assert [part.label for part in report.parts] == ["sec:alpha-text", "sec:toy-experiment"]
    assert report.fragments == ["alpha_text"]
    assert report.experiments["toy"].seeds == (0, 1)
    assert report.profile("smoke").watermark == "DRAFT"


@pytest.mark.parametrize(
    ("old", "new", "where", "what", "hint"),
    [
        ("author =", "autor =", "report.toml:3", "unknown key 'report.autor'", "closest: 'author'"),
        ("[report]", "[reprot]", "report.toml:1", "unknown key 'reprot'", "closest: 'report'"),
        ("seeds =", "seed =", "report.toml:16", "unknown key 'sections.0.parts.1.seed'", "closest: 'seeds'"),
        ("theory =", "theroy =", "report.toml:11", "unknown key 'sections.0.parts.0.theroy'", "closest: 'theory'"),
        ('title = "One"', 'tilte = "One"', "report.toml:7", "unknown key 'sections.0.tilte'", "closest: 'title'"),
        ("watermark =", "watermrk =", "report.toml:25", "unknown key 'profiles.smoke.watermrk'", "'watermark'"),
        ('"alpha_text"', '"alpha_txt"', "report.toml:11", "not in theory/", "closest: 'alpha_text'"),
        ('"alpha_text"', '"notation"', "report.toml:11", "not in theory/", "there are: alpha_text"),
        ('"toy"', '"toi"', "report.toml:15", "names experiment 'toi'", "closest: 'toy'"),
        ("2024-01-02", '"soon"', "report.toml:4", "report.date: Input should be a valid date", ""),
        ("[0, 1]", '["first"]', "report.toml:16", "seeds", ""),
        ('"show"', '"ignore"', "report.toml:26", "'enforce' or 'show'", ""),
        ('title = "A title"', 'title = ""', "report.toml:2", "report.title", ""),
    ],
)
def test_refuses_with_line_and_closest(project: Path, old: str, new: str, where: str, what: str, hint: str) -> None:
    error = refused(project, old, new)
    assert error.where == where
    assert what in error.what
    assert hint in error.way_out


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("[0, 1]", "[1, 1]", "part 'Code' needs at least one seed, and each only once"),
        ("[0, 1]", "[]", "part 'Code' needs at least one seed"),
        ('experiment = "toy"', "", "part 'Code' needs either theory"),
        ('experiment = "toy"', 'experiment = "toy"\ntheory = "alpha_text"', "part 'Code' needs either theory"),
        ('theory = "alpha_text"', 'theory = "alpha_text"\nheadline = ["x"]', "part 'Text' is a written answer"),
        ('author = "An author"', "", "key 'report.author' is missing"),
        ("2024-01-02", "2024-02-30", "is not TOML"),
        ("[[sections]]", "[[sections", "is not TOML"),
    ],
)
def test_refuses_what_does_not_fit_together(project: Path, old: str, new: str, what: str) -> None:
    error = refused(project, old, new)
    assert error.where.startswith("report.toml")
    assert what in error.what


def test_missing_manifest(project: Path) -> None:
    (project / "report.toml").unlink()
    with pytest.raises(ReportError, match=r"^report\.toml: is missing"):
        manifest.load()


def test_unknown_profile_names_the_closest(project: Path) -> None:
    with pytest.raises(ReportError, match=r"unknown profile 'smok'\n.*closest: 'smoke'"):
        manifest.load().profile("smok")


def test_a_profile_takes_the_first_of_the_seeds(project: Path) -> None:
    report = manifest.load()
    assert report.limited(manifest.Profile(seeds=1)).experiments["toy"].seeds == (0,)
    assert report.limited(manifest.Profile(seeds=5)).experiments["toy"].seeds == (0, 1)
    assert report.limited(manifest.Profile()) == report


def test_a_folder_without_a_stage_is_told_as_such(project: Path) -> None:
    (project / "experiments" / "toy" / "train.py").unlink()
    with pytest.raises(ReportError) as error:
        manifest.load()
    assert str(error.value) == (
        "report.toml:15: experiments/toy has no train.py and no analysis.py\n"
        "  one has to make its runs; make new NAME=x shows how"
    )
