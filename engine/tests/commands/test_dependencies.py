"""Adding and removing packages: both files or none, and what uv says of a package that cannot be locked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from texloom.commands import dependencies
from texloom.errors import ReportError

PROJECT = """\
[project]
name = "report"
dependencies = [
  "texloom[tests]", # the engine
  # others
  "SciPy>=1",
]
"""
LOCK = "numpy==2.0 \\\n    --hash=sha256:aa\nscipy==1.2 \\\n    --hash=sha256:bb\n"
PANDAS = "pandas==3.1 \\\n    --hash=sha256:cc\npytz==1.0 \\\n    --hash=sha256:dd\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two files in the current folder."""
    monkeypatch.chdir(tmp_path)
    dependencies.PROJECT.write_text(PROJECT, encoding="utf-8")
    dependencies.LOCK.write_text(LOCK, encoding="utf-8")


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for uv: locks PANDAS if pyproject.toml lists pandas, fails for the package `unknown`."""
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "uv"
    script.write_text(
        f"""#!{sys.executable}
import pathlib, sys
project = pathlib.Path("pyproject.toml").read_text()
if "unknown" in project:
    print("error: No solution found\\n  Because unknown was not found in the package registry", file=sys.stderr)
    sys.exit(1)
if "numpy<1" in project:
    print("error: No solution found when resolving dependencies", file=sys.stderr)
    sys.exit(1)
lock = pathlib.Path(sys.argv[sys.argv.index("-o") + 1])
text = lock.read_text()
pandas = {PANDAS!r}
lock.write_text(text + pandas if "pandas" in project else text.replace(pandas, ""))
"""
    )
    script.chmod(0o755)
    monkeypatch.setattr(dependencies.sys, "executable", str(tmp_path / "bin" / "python"))
    return script


def texts() -> tuple[str, str]:
    return dependencies.PROJECT.read_text(encoding="utf-8"), dependencies.LOCK.read_text(encoding="utf-8")


@pytest.mark.usefixtures("uv")
def test_a_package_is_listed_and_locked_with_what_it_needs_and_removed_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    dependencies.add("pandas>=3")
    project, lock = texts()
    assert '  "SciPy>=1",\n  "pandas>=3"' in project
    assert lock == LOCK + PANDAS
    dependencies.remove("Pandas")
    assert texts() == (PROJECT, LOCK)
    assert capsys.readouterr().out.splitlines() == [
        "pandas 3.1 is in pyproject.toml and requirements.lock, with what only it needs: pytz",
        "pandas is no longer in pyproject.toml and requirements.lock, with what only it needs: pytz",
    ]


@pytest.mark.usefixtures("uv")
def test_a_package_that_is_listed_gets_the_new_requirement_and_one_that_others_need_stays_locked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    dependencies.add("scipy==1.2")
    assert texts() == (PROJECT.replace('"SciPy>=1"', '"scipy==1.2"'), LOCK)
    dependencies.remove("scipy")
    assert '"scipy' not in texts()[0]
    assert "stays in requirements.lock, because other packages need it" in capsys.readouterr().out


@pytest.mark.usefixtures("uv")
@pytest.mark.parametrize(
    ("packages", "message"),
    [
        ("unknown", "PACKAGE: cannot be locked: the package index has no such package\n  check the name; uv: error"),
        ("numpy<1", "PACKAGE: cannot be locked: its requirements conflict with those of other packages\n"),
        ("", "PACKAGE: names no package\n  make add PACKAGE=pandas"),
        ("pandas a==", "PACKAGE: 'a==' is not the name of a package\n"),
    ],
)
def test_what_cannot_be_added_changes_nothing(packages: str, message: str) -> None:
    with pytest.raises(ReportError) as error:
        dependencies.add(packages)
    assert str(error.value).startswith(message)
    assert texts() == (PROJECT, LOCK)


@pytest.mark.parametrize(
    ("packages", "message"),
    [
        ("texloom", "PACKAGE: texloom is the engine, which builds the report\n"),
        ("scypi", "pyproject.toml: lists no package 'scypi'\n  there are: scipy; closest: 'scipy'"),
    ],
)
def test_what_cannot_be_removed_changes_nothing(packages: str, message: str) -> None:
    with pytest.raises(ReportError) as error:
        dependencies.remove(packages)
    assert str(error.value).startswith(message)
    assert texts() == (PROJECT, LOCK)


def test_without_uv_the_error_says_so(uv: Path) -> None:
    uv.unlink()
    with pytest.raises(ReportError, match="does not run: No such file"):
        dependencies.add("pandas")
    assert texts() == (PROJECT, LOCK)
