"""Checks of equations: marks, labels and functions correspond, and each error is within its tolerance."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from texloom.document import checks
from texloom.document.checks import KINDS, LABEL, MARK, Absolute, MonteCarlo, Symbolic
from texloom.errors import ReportError

Write = Callable[..., Path]

TEXT = """\
\\begin{problem}Why?\\end{problem}
\\begin{equation}
  \\label{eq:one} 1=1 \\checked{eq:one}
\\end{equation}
\\begin{equation}
  \\label{eq:two} 2=2
  % \\checked{eq:two}
\\end{equation}
50\\% \\label{sec:after-a-percent-sign}
"""
CODE = """\
from texloom.document.checks import Absolute, Measured, MonteCarlo, Relative, Symbolic, verifies


@verifies("eq:one", how="by counting")
def one():
    return Absolute(error=1e-3, tolerance=1e-2)
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a fragment and the module beside it, importable as theory.unit_fragment while the test runs."""
    folder = tmp_path / "theory"
    folder.mkdir()
    package = ModuleType("theory")
    package.__path__ = [str(folder)]
    monkeypatch.setitem(sys.modules, "theory", package)

    def write_both(text: str = TEXT, code: str = CODE) -> Path:
        (folder / "unit_fragment.tex").write_text(text, encoding="utf-8")
        if code:
            (folder / "unit_fragment.py").write_text(code, encoding="utf-8")
        return folder / "unit_fragment.tex"

    yield write_both
    for name in [name for name in sys.modules if name.startswith("theory.unit_fragment")]:
        del sys.modules[name]


def error_of(fragment: Path) -> ReportError:
    with pytest.raises(ReportError) as error:
        checks.run_fragment(fragment)
    return error.value


def test_a_passing_check_is_stored_with_error_tolerance_and_place(write: Write, tmp_path: Path) -> None:
    fragment = write()
    results = checks.run_fragment(fragment)
    place = "theory/unit_fragment.py:4"
    assert results == [checks.Result("eq:one", "unit_fragment", "by counting", place, "absolute", 1e-3, 1e-2, None)]
    checks.write(results, tmp_path / "new" / "checks.json", {"code": {}})
    assert checks.read(tmp_path / "new" / "checks.json", [fragment]) == results


def test_the_checks_of_a_package_are_those_of_its_modules_in_the_order_of_the_text(write: Write) -> None:
    fragment = write(TEXT.replace("% \\checked{eq:two}", "\\checked{eq:two}"), code="")
    package = fragment.with_suffix("")
    package.mkdir()
    (package / "__init__.py").write_text("from theory.unit_fragment import alpha, beta\n")
    (package / "beta.py").write_text(CODE)
    imports = "from theory.unit_fragment.beta import one\n"  # a check counts once, in the module that defines it
    (package / "alpha.py").write_text(imports + CODE.replace("eq:one", "eq:two").replace("def one", "def two"))
    assert [(result.label, result.place) for result in checks.run_fragment(fragment)] == [
        ("eq:one", "theory/unit_fragment/beta.py:4"),
        ("eq:two", "theory/unit_fragment/alpha.py:5"),
    ]


def test_a_mark_without_check_beside_a_package_names_the_package(write: Write) -> None:
    fragment = write(code="")
    fragment.with_suffix("").mkdir()
    (fragment.with_suffix("") / "__init__.py").touch()
    assert error_of(fragment).way_out.endswith("to theory/unit_fragment/")


def test_commented_out_marks_and_labels_do_not_count(write: Write) -> None:
    fragment = write()
    assert checks.find(MARK, fragment) == {"eq:one": 3}
    assert checks.find(LABEL, fragment) == {"eq:one": 3, "eq:two": 6, "sec:after-a-percent-sign": 9}


def test_mark_without_check(write: Write) -> None:
    error = error_of(write(TEXT.replace("% \\checked{eq:two}", "\\checked{eq:two}")))
    assert str(error) == (
        "theory/unit_fragment.tex:7: \\checked{eq:two} has no check\n"
        '  add a function with @verifies("eq:two") to theory/unit_fragment.py'
    )


def test_mark_in_a_fragment_without_a_module(write: Write) -> None:
    assert error_of(write(code="")).where == "theory/unit_fragment.tex:3"


def test_fragment_without_marks_and_module_has_no_checks(write: Write) -> None:
    assert checks.run_fragment(write("\\label{eq:one}", code="")) == []


def test_check_without_equation_names_the_closest_label(write: Write) -> None:
    error = error_of(write(code=CODE.replace("eq:one", "eq:on")))
    assert error.where == "theory/unit_fragment.py:4"
    assert "checks 'eq:on', which theory/unit_fragment.tex does not define" in error.what
    assert "closest: 'eq:one'" in error.way_out


def test_check_without_mark_says_where_to_write_it(write: Write) -> None:
    error = error_of(write(code=CODE.replace("eq:one", "eq:two")))
    assert "the text does not show it" in error.what
    assert error.way_out == "write \\checked{eq:two} beside theory/unit_fragment.tex:6"


def test_two_checks_of_one_equation(write: Write) -> None:
    again = '\n\n@verifies("eq:one", how="again")\ndef another():\n    return Absolute(0, 0)\n'
    error = error_of(write(code=CODE + again))
    assert (error.where, error.what) == ("theory/unit_fragment.py:9", "'eq:one' has a check already")
    assert error.way_out.endswith("theory/unit_fragment.py:4")


@pytest.mark.parametrize("measured", ["1.1e-2", 'float("nan")', "-1e-3", 'float("inf")'])
def test_a_check_out_of_tolerance_fails_with_its_numbers(write: Write, measured: str) -> None:
    error = error_of(write(code=CODE.replace("1e-3", measured)))
    assert error.where == "theory/unit_fragment.py:4"
    assert "the check of 'eq:one' fails: error " in error.what
    assert "tolerance 0.01" in error.what
    assert error.way_out == "how: by counting; the equation is in theory/unit_fragment.tex:3"


@pytest.mark.parametrize(
    ("error", "passes"), [(0.0, True), (0.01, True), (0.0100001, False), (math.nan, False), (-1e-9, False)]
)
def test_tolerance_is_inclusive_and_nan_fails(error: float, passes: bool) -> None:
    assert Absolute(error, 0.01).passed is passes


@pytest.mark.parametrize("returned", ["Measured(1e-3, 1e-2)", "1e-3", "None"])
def test_a_check_that_does_not_say_its_kind_is_refused(write: Write, returned: str) -> None:
    error = error_of(write(code=CODE.replace("Absolute(error=1e-3, tolerance=1e-2)", returned)))
    assert error.where == "theory/unit_fragment.py:4"
    assert "is not a kind of error" in error.what
    assert all(kind.__name__ in error.way_out for kind in KINDS)


def test_each_kind_has_a_name_of_its_own() -> None:
    assert len({kind.kind for kind in KINDS}) == len(KINDS)


def test_a_symbolic_check_passes_only_if_nothing_differs() -> None:
    assert Symbolic(0).passed
    assert not Symbolic(1).passed


def test_a_monte_carlo_check_passes_within_four_standard_errors_and_stores_them(write: Write, tmp_path: Path) -> None:
    assert MonteCarlo(0.0399, standard_error=0.01).passed
    assert not MonteCarlo(0.0401, standard_error=0.01).passed
    assert not MonteCarlo(0.01, standard_error=math.nan).passed
    code = CODE.replace("Absolute(error=1e-3, tolerance=1e-2)", "MonteCarlo(1e-3, standard_error=2e-3)")
    fragment = write(code=code)
    (result,) = checks.run_fragment(fragment)
    assert (result.kind, result.tolerance, result.standard_error) == ("Monte Carlo", 8e-3, 2e-3)
    checks.write([result], tmp_path / "checks.json", {})
    assert checks.read(tmp_path / "checks.json", [fragment]) == [result]


def test_checks_are_run_in_source_order_and_reported_in_one_line(write: Write) -> None:
    text = TEXT.replace("% \\checked{eq:two}", "\\checked{eq:two}")
    first = '\n\n@verifies("eq:two", how="b")\ndef a_second():\n    return Absolute(0, 0)\n'
    said: list[str] = []
    results = checks.run([write(text, CODE + first)], said.append)
    assert [result.label for result in results] == ["eq:one", "eq:two"]
    assert said[0].startswith("theory/unit_fragment.tex: 2 checks pass (")


def test_stored_results_come_in_the_order_of_the_text_as_it_is_now(write: Write, tmp_path: Path) -> None:
    second = '\n\n@verifies("eq:two", how="b")\ndef a_second():\n    return Absolute(0, 0)\n'
    fragment = write(TEXT.replace("% \\checked{eq:two}", "\\checked{eq:two}"), CODE + second)
    stored = tmp_path / "checks.json"
    checks.write(checks.run_fragment(fragment), stored, {})
    assert [result.label for result in checks.read(stored, [fragment])] == ["eq:one", "eq:two"]
    labels = "".join(f"\\label{{eq:{name}}}\\checked{{eq:{name}}}\n" for name in ("two", "one"))
    fragment.write_text(labels, encoding="utf-8")
    assert [result.label for result in checks.read(stored, [fragment])] == ["eq:two", "eq:one"]


def test_stored_results_are_compared_with_an_edited_text(write: Write, tmp_path: Path) -> None:
    fragment, stored = write(), tmp_path / "checks.json"
    checks.write(checks.run_fragment(fragment), stored, {})
    assert checks.read(stored, [fragment])
    fragment.write_text("\n" + TEXT.replace("% \\checked{eq:two}", "\\checked{eq:two}"), encoding="utf-8")
    with pytest.raises(ReportError, match=r"unit_fragment.tex:8: \\checked\{eq:two\} has no check"):
        checks.read(stored, [fragment])
    fragment.write_text(TEXT.replace("\\checked{eq:one}", ""), encoding="utf-8")
    with pytest.raises(ReportError, match=r"unit_fragment.py:4: checks 'eq:one', but the text does not show it"):
        checks.read(stored, [fragment])
