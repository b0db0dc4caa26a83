"""The three tiers of tests in a new report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import ROOT
from tests.end_to_end.conftest import Checkout

pytestmark = pytest.mark.slow

AUTHOR = {f"GIT_{role}_{key}": "test@localhost" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}


@pytest.fixture(scope="module")
def report(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A new report with a first commit, and our .venv, for it has the same lock."""
    folder = tmp_path_factory.mktemp("new") / "report"
    checkout.make("new", f"REPORT={folder}", "NAME=parabola", **AUTHOR)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / ".git" / "info" / "exclude").write_text(".venv\n")
    return Checkout(folder)


def files(said: str) -> set[str]:
    """The test files that a run has named."""
    return set(re.findall(r"^\[ *\d+%\] (.*)$", said, re.MULTILINE))


def test_all_its_tests_pass_in_the_first_tier(report: Checkout) -> None:
    said = report.make("test")
    assert re.search(r"^\d+ passed\b.* in ", said, re.MULTILINE), said
    assert files(said) == {
        path.relative_to(report.folder).as_posix() for path in report.folder.glob("tests/**/test_*.py")
    }


def test_that_none_is_slow_is_no_error(report: Checkout) -> None:
    assert "no tests ran in " in report.make("test-slow")


def test_what_changed_selects_its_tests(report: Checkout) -> None:
    module = Path("experiments/parabola/evaluation.py")
    with (report.folder / module).open("a") as file:
        file.write("\n# edited\n")
    said = report.make("quick")
    assert f" test files are about {module}\n" in said
    assert re.search(r"^\d+ passed\b.* in ", said, re.MULTILINE), said
    tests = "tests/experiments/parabola"
    assert files(said) == {f"{tests}/test_evaluation.py", f"{tests}/test_figures.py", f"{tests}/test_train.py"}
