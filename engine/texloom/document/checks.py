r"""Executable checks of the mathematics: each labelled result of a fragment has a check beside it.

A check is a function in `theory/<fragment>.py`, or in a module that the package `theory/<fragment>/` imports:

    @verifies("eq:dae-tweedie", how="posterior mean of a Gaussian mixture by quadrature")
    def tweedie() -> Measured:
        return Absolute(error=…, tolerance=1e-8)

and `\checked{eq:dae-tweedie}` in `theory/<fragment>.tex` prints the kind of the check and the measured error in the
margin. The kind is the class that the check returns, one of `KINDS`. A mark without a check, a check without its
equation and a failed check each raise `ReportError`.
"""

from __future__ import annotations

import importlib
import inspect
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from numbers import Real
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from texloom.errors import ReportError, closest
from texloom.manifest import theory_module
from texloom.results.sealed import read_sealed, write_sealed
from texloom.results.utf8 import read_utf8

LABEL = re.compile(r"\\label\{([^}]+)\}")
MARK = re.compile(r"\\checked\{([^}]+)\}")


@dataclass(frozen=True)
class Measured:
    """The result of a check: a non-negative error, and the largest error that passes. Checks return one of `KINDS`."""

    kind: ClassVar[str]
    error: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """False for NaN, too."""
        return 0 <= self.error <= self.tolerance


class Absolute(Measured):
    """The difference of two numbers, or the violation of an inequality; the largest if there are several."""

    kind = "absolute"


class Relative(Measured):
    """A difference as a fraction of the value."""

    kind = "relative"


class Exponent(Measured):
    """The difference of a measured exponent from that in a statement about orders, such as O(σ⁴)."""

    kind = "exponent"


class Symbolic(Measured):
    """Expressions compared by computer algebra: the error is the number of those that differ, and must be 0."""

    kind = "symbolic"

    def __init__(self, different: int) -> None:
        super().__init__(different, 0)


@dataclass(frozen=True)
class MonteCarlo(Measured):
    """A difference from the mean of random draws, with the standard error of that mean, both as fractions of the value.

    Up to four standard errors pass: a correct formula fails for one seed in 16 000, and the seed is fixed.
    """

    kind = "Monte Carlo"
    standard_error: float

    def __init__(self, error: float, standard_error: float) -> None:
        super().__init__(error, 4 * standard_error)
        object.__setattr__(self, "standard_error", standard_error)


KINDS = (Symbolic, Absolute, Relative, Exponent, MonteCarlo)
"""The classes that a check may return."""


@dataclass(frozen=True)
class Check:
    """A declared check: the equation, the function, and in a few words how it verifies the equation."""

    label: str
    how: str
    function: Callable[[], Measured]

    @property
    def place(self) -> str:
        function = inspect.unwrap(self.function)
        return f"{function.__module__.replace('.', '/')}.py:{function.__code__.co_firstlineno}"


@dataclass(frozen=True)
class Result:
    """A check that ran and passed; without times, so that a rerun writes the same bytes."""

    label: str
    fragment: str
    how: str
    place: str
    kind: str
    error: float
    tolerance: float
    standard_error: float | None


def verifies(label: str, *, how: str) -> Callable[[Callable[[], Measured]], Callable[[], Measured]]:
    """Declare the decorated function as the check of the equation `label`.

    Raises ReportError if one of the two is not a text, and for a class.
    """
    for name, text in {"label": label, "how": how}.items():
        if not isinstance(text, str) or not text.strip():
            what = f"@verifies: {name} is {text!r:.60}, not a text"
            raise ReportError("", what, 'write @verifies("eq:label", how="…")')

    def declare(function: Callable[[], Measured]) -> Callable[[], Measured]:
        if not inspect.isfunction(function):
            raise ReportError("", f'@verifies("{label}") is not above a function', "a check is a function")
        function.check = Check(label, how, function)  # type: ignore[attr-defined]
        return function

    return declare


def checks_in(module: ModuleType) -> list[Check]:
    """The checks that a theory module declares, in source order; for a package, also those of its modules."""
    below = [value for value in vars(module).values() if isinstance(value, ModuleType)]
    declared = [
        value.check
        for each in (module, *(inner for inner in below if inner.__name__.startswith(f"{module.__name__}.")))
        for value in vars(each).values()
        if hasattr(value, "check") and value.__module__ == each.__name__
    ]
    return sorted(declared, key=lambda check: (check.function.__module__, check.function.__code__.co_firstlineno))


def find(pattern: re.Pattern[str], fragment: Path) -> dict[str, int]:
    """The names that `pattern` captures in a fragment, with the line of their first use; comments are skipped."""
    found: dict[str, int] = {}
    for number, line in enumerate(read_utf8(fragment).splitlines(), start=1):
        for name in pattern.findall(re.sub(r"(?<!\\)%.*", "", line)):
            found.setdefault(name, number)
    return found


def compare(fragment: Path, checks: Sequence[Check | Result]) -> None:
    """Check that each mark in the text has exactly one check, each check a mark, and both a labelled equation.

    The checks may be declared or already run.

    Raises ReportError for a mark without a check, a check without an equation or mark, or two checks of one label.
    """
    labels, marks = find(LABEL, fragment), find(MARK, fragment)
    where = f"{fragment.parent.name}/{fragment.name}"
    declared: dict[str, Check | Result] = {}
    for check in checks:
        if check.label in declared:
            raise ReportError(
                check.place, f"'{check.label}' has a check already", f"the other is at {declared[check.label].place}"
            )
        declared[check.label] = check
        if check.label not in labels:
            raise ReportError(
                check.place, f"checks '{check.label}', which {where} does not define", closest(check.label, labels)
            )
        if check.label not in marks:
            raise ReportError(
                check.place,
                f"checks '{check.label}', but the text does not show it",
                f"write \\checked{{{check.label}}} beside {where}:{labels[check.label]}",
            )
    for label, line in marks.items():
        if label not in declared:
            raise ReportError(
                f"{where}:{line}",
                f"\\checked{{{label}}} has no check",
                f'add a function with @verifies("{label}") to {_code_beside(fragment)}',
            )


def _code_beside(fragment: Path) -> str:
    """The path where the checks of a fragment are, or should be added."""
    package = fragment.with_suffix("")
    return f"theory/{package.name}/" if package.is_dir() else f"theory/{package.name}.py"


def run_fragment(fragment: Path) -> list[Result]:
    """Compare and run the checks of one fragment, in the order of their marks.

    A fragment without a module beside it must not have marks.

    Raises ReportError at the first check that fails, with its error and tolerance, or that returns no kind of error.
    """
    module = theory_module(fragment.stem, fragment.parents[1])
    checks = checks_in(importlib.import_module(module)) if module else []
    compare(fragment, checks)
    marks = list(find(MARK, fragment))
    results = []
    for check in sorted(checks, key=lambda check: marks.index(check.label)):
        measured = check.function()
        if not isinstance(measured, KINDS):
            raise ReportError(
                check.place,
                f"the check of '{check.label}' returns {type(measured).__name__}, which is not a kind of error",
                f"return one of {', '.join(kind.__name__ for kind in KINDS)} (texloom.document.checks)",
            )
        if fault := _fault(measured):
            raise ReportError(check.place, f"the check of '{check.label}' returns {fault[0]}", fault[1])
        if not measured.passed:
            raise ReportError(
                check.place,
                f"the check of '{check.label}' fails: error {measured.error:.3g}, tolerance {measured.tolerance:.3g}",
                f"how: {check.how}; the equation is in theory/{fragment.name}:{find(LABEL, fragment)[check.label]}",
            )
        results.append(
            Result(
                label=check.label,
                fragment=fragment.stem,
                how=check.how,
                place=check.place,
                kind=measured.kind,
                error=float(measured.error),
                tolerance=float(measured.tolerance),
                standard_error=float(measured.standard_error) if isinstance(measured, MonteCarlo) else None,
            )
        )
    return results


def _fault(measured: Measured) -> tuple[str, str] | None:
    """Why a result says nothing, and the way out; None if its numbers are numbers and the check can fail."""
    numbers = {"error": measured.error, "tolerance": measured.tolerance}
    if isinstance(measured, MonteCarlo):
        numbers["standard error"] = measured.standard_error
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, Real):
            article, kind = "an" if name == "error" else "a", type(value).__name__
            return f"{article} {name} that is {value!r:.40} ({kind}), not a number", "return a float"
    if not 0 <= measured.tolerance < math.inf:
        return f"the tolerance {measured.tolerance:g}", "a tolerance is a finite number, and not negative"
    if isinstance(measured, Relative | MonteCarlo) and measured.tolerance >= 1:
        return f"the tolerance {measured.tolerance:g}, as a fraction of the value", "with 1 or more even 0 would pass"
    if isinstance(measured, MonteCarlo) and measured.standard_error == 0:
        return "the standard error 0", "random draws have one; use Relative for a difference that is not random"
    if isinstance(measured, Symbolic) and measured.error != int(measured.error):
        return f"{measured.error:g} expressions that differ", "count them"
    return None


def run(fragments: list[Path], report: Callable[[str], None] = print) -> list[Result]:
    """Run the checks of all fragments, one line for each fragment."""
    results: list[Result] = []
    for fragment in fragments:
        start = time.perf_counter()
        found = run_fragment(fragment)
        results += found
        if found:
            passed = "1 check passes" if len(found) == 1 else f"{len(found)} checks pass"
            report(f"theory/{fragment.name}: {passed} ({time.perf_counter() - start:.1f} s)")
    return results


def write(results: list[Result], path: Path, made_from: Mapping[str, Any]) -> None:
    """Store results as sealed JSON, in the given order, with their inputs."""
    write_sealed(path, {"checks": [asdict(result) for result in results], **made_from})


def read(path: Path, fragments: Sequence[Path]) -> list[Result]:
    """Read stored results, in the current order of fragments and of the marks in their texts.

    Raises ReportError if the file was changed, or if marks and checks differ.
    """
    stored = [Result(**entry) for entry in read_sealed(path)["checks"]]
    ordered = []
    for fragment in fragments:
        results = [result for result in stored if result.fragment == fragment.stem]
        compare(fragment, results)
        marks = list(find(MARK, fragment))
        ordered += sorted(results, key=lambda result: marks.index(result.label))
    return ordered
