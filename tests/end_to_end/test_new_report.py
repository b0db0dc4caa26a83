"""A new report from scratch: its environment, its PDF, its three kinds of tests, a first training."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.end_to_end.conftest import PYTHON, Checkout

pytestmark = pytest.mark.slow

AUTHOR = {f"GIT_{role}_{key}": "test@localhost" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}


@pytest.fixture(scope="module")
def report(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A new report with a first commit, not yet set up."""
    folder = tmp_path_factory.mktemp("new") / "report"
    checkout.make("new", f"REPORT={folder}", "NAME=parabola", **AUTHOR)
    return Checkout(folder)


def installed(report: Checkout) -> set[str]:
    """The packages in a report's environment, by the names under which they are imported."""
    return {path.name for path in report.folder.glob(".venv/lib/python3*/site-packages/*")}


def files(said: str) -> set[str]:
    """The test files named in the output of a run."""
    return set(re.findall(r"^\[ *\d+%\] (.*)$", said, re.MULTILINE))


def test_its_first_make_installs_what_it_uses_and_no_tensorflow(report: Checkout) -> None:
    """The engine comes from its wheel; nothing of the report it was made from is accessible."""
    said = report.make()
    assert said.startswith("setup: .venv with ")
    assert "\nbuild/report.pdf is ready (" in said
    assert {"texloom", "numpy", "matplotlib"} <= installed(report)
    assert not {"tensorflow", "keras", "tensorboard", "texloom.pth"} & installed(report)
    assert "build/report.pdf is up to date (" in report.make()


def test_all_its_tests_pass_in_the_first_tier(report: Checkout) -> None:
    said = report.make("test")
    assert re.search(r"^\d+ passed\b.* in ", said, re.MULTILINE), said
    assert files(said) == {
        path.relative_to(report.folder).as_posix() for path in report.folder.glob("tests/**/test_*.py")
    }


def test_a_package_is_added_installed_and_removed(report: Checkout) -> None:
    before = {name: (report.folder / name).read_bytes() for name in ("pyproject.toml", "requirements.lock")}
    said = report.make("add", "PACKAGE=emoji>=2")
    assert re.search(r"^emoji 2\S* is in pyproject.toml and requirements.lock$", said, re.MULTILINE), said
    assert "emoji" in installed(report)
    said = report.make("remove", "PACKAGE=emoji")
    assert "emoji is no longer in pyproject.toml and requirements.lock\n" in said
    assert "emoji" not in installed(report)
    assert {name: (report.folder / name).read_bytes() for name in before} == before


def test_that_none_is_slow_is_no_error(report: Checkout) -> None:
    assert "no tests ran in " in report.make("test-slow")


def test_what_changed_selects_its_tests(report: Checkout) -> None:
    module = Path("experiments/parabola/estimates.py")
    with (report.folder / module).open("a") as file:
        file.write("\n# edited\n")
    said = report.make("quick")
    assert f" test files cover {module}\n" in said
    assert re.search(r"^\d+ passed\b.* in ", said, re.MULTILINE), said
    tests = "tests/experiments/parabola"
    assert files(said) == {f"{tests}/test_analysis.py", f"{tests}/test_estimates.py", f"{tests}/test_figures.py"}


def test_a_report_made_from_it_has_the_same_engine_and_can_train(report: Checkout, tmp_path: Path) -> None:
    """From the wheel only; uv installs TensorFlow because the experiment requires it."""
    report.make("new", f"REPORT={tmp_path / 'other'}", "NAME=sine", "KIND=training", **AUTHOR)
    other = Checkout(tmp_path / "other")
    (ours,), (theirs,) = (each.folder.glob("engine/*.whl") for each in (report, other))
    assert ours.read_bytes() == theirs.read_bytes()
    assert "\nbuild/report.pdf is ready (" in other.make()
    assert {"tensorflow", "tensorboard"} <= installed(other)
    finished = other.run(PYTHON, "-m", "pytest", "-n0", "tests/experiments/sine")
    assert finished.returncode == 0, finished.stdout
