"""For every fragment: marks match checks, figures are included and reproducible, TensorFlow is not imported."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from tests import ROOT
from tests.theory.fragments import FRAGMENTS, THEORY, WRITTEN, checks, module
from texloom import manifest
from texloom.document.checks import checks_in, compare
from texloom.results.plotting import TEXT_WIDTH, save, style
from texloom.staleness.keys import checks_key

INCLUDED = re.compile(r"\\includegraphics(?:\[[^]]*\])?\{theory/([^}]+)/([^}/]+)\.pdf\}")
ILLUSTRATED = [fragment for fragment in FRAGMENTS if hasattr(module(fragment), "figures")]
by_name = pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda path: path.stem)
illustrated = pytest.mark.parametrize("fragment", ILLUSTRATED, ids=lambda path: path.stem)


def pixels(figure: Figure) -> np.ndarray:
    """A figure as it appears on the page."""
    file = io.BytesIO()
    with style():
        figure.savefig(file, dpi=60, format="png")
    file.seek(0)
    return plt.imread(file)


@by_name
def test_marks_checks_and_labels_match(fragment: Path) -> None:
    """There is one check for each mark, on a labelled equation of the same fragment."""
    compare(fragment, checks_in(module(fragment)))


@pytest.mark.parametrize("fragment", WRITTEN, ids=lambda path: path.stem)
def test_a_fragment_opens_with_its_problem_and_makes_no_headings(fragment: Path) -> None:
    """The engine writes the heading."""
    text = fragment.read_text(encoding="utf-8")
    assert text.startswith(r"\begin{problem}")
    assert not re.search(r"\\(sub)?section\{", text)


@by_name
def test_included_figures_are_those_that_the_module_draws(fragment: Path) -> None:
    """No figure is missing, and none is unused."""
    included = INCLUDED.findall(fragment.read_text(encoding="utf-8"))
    assert all(folder == fragment.stem for folder, _ in included)
    drawn = module(fragment).figures() if fragment in ILLUSTRATED else {}
    assert {name for _, name in included} == set(drawn)


@illustrated
def test_figures_fit_the_page_and_repeat(fragment: Path, tmp_path: Path) -> None:
    """Two drawings of a figure are equal, as pixels and as bytes of PDF, and at most as wide as the text."""
    first, second = (module(fragment).figures() for _ in range(2))
    for name, figure in first.items():
        width, height = figure.get_size_inches()
        assert width <= TEXT_WIDTH + 1e-9
        assert 2 <= height <= 3
        assert np.array_equal(pixels(figure), pixels(second[name]))
        files = [tmp_path / f"{number}.pdf" for number in range(2)]
        for file, drawing in zip(files, (figure, second[name]), strict=True):
            save(drawing, file)
        assert files[0].read_bytes() == files[1].read_bytes()


def test_citations_are_in_the_bibliography() -> None:
    """Every key that a fragment cites exists."""
    keys = set(re.findall(r"^@\w+\{([^,]+),", (THEORY / "references.bib").read_text(encoding="utf-8"), re.MULTILINE))
    cited = {
        key.strip()
        for fragment in FRAGMENTS
        for group in re.findall(r"\\cite\w*(?:\[[^]]*\])*\{([^}]+)\}", fragment.read_text(encoding="utf-8"))
        for key in group.split(",")
    }
    assert cited <= keys


@pytest.mark.parametrize(
    ("fragment", "text", "value"),
    [
        ("denoising_autoencoder", r"\qty{16.90}{\decibel}", f"{-10 * np.log10(0.5**2 * 64 / 784):.2f}"),
        ("denoising_autoencoder", r"21\times21=441", str((28 - 8 + 1) ** 2)),
        ("inception_score_and_frechet_distance", r"999/10\,000\approx0.1$", f"{(1000 - 1) / (2 * 5000):.1f}"),
    ],
)
def test_numbers_worked_out_in_the_text_are_right(fragment: str, text: str, value: str) -> None:
    """These numbers are typed, because they do not come from a run."""
    assert text in (THEORY / f"{fragment}.tex").read_text(encoding="utf-8")
    assert value in text


def test_no_symbol_of_the_notation_is_defined_twice() -> None:
    """Each macro has one meaning."""
    names = re.findall(
        r"\\(?:newcommand|DeclareMathOperator\*?)\{(\\\w+)\}", (THEORY / "notation.tex").read_text("utf-8")
    )
    assert len(names) == len(set(names))


def test_theory_imports_no_tensorflow() -> None:
    """A new interpreter runs the checks and draws the figures."""
    names = [fragment.stem for fragment in FRAGMENTS]
    code = f"""
import importlib, sys
for name in {names!r}:
    module = importlib.import_module("theory." + name)
    getattr(module, "figures", dict)()
print(sorted(name for name in sys.modules if name.split(".")[0] in ("tensorflow", "keras", "torch")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=THEORY.parent, check=True)
    assert done.stdout.strip() == "[]"


BACKWARDS = """
import json
from tests.theory.fragments import checks
print(json.dumps({label: float(check.function().error) for label, check in reversed(checks().items())}))
"""


def test_each_mark_gets_the_error_of_its_check_whatever_ran_before(tmp_path: Path) -> None:
    """The checks run in the order of the text, as in `make`, and in reverse order: no check affects another."""
    stored = tmp_path / "checks.json"
    for command in (["-m", "texloom", "check", "--out", stored], ["-c", BACKWARDS]):
        finished = subprocess.run([sys.executable, "-W", "error", *command], capture_output=True, text=True, cwd=ROOT)
        assert (finished.returncode, finished.stderr) == (0, "")
    found = json.loads(stored.read_text(encoding="utf-8"))["checks"]
    assert {result["label"]: result["error"] for result in found} == json.loads(finished.stdout)
    texts = [path.read_text(encoding="utf-8") for path in FRAGMENTS]
    marks = [label for text in texts for label in re.findall(r"\\checked\{([^}]+)\}", text)]
    assert sorted(marks) == sorted(result["label"] for result in found)


def test_the_code_of_every_check_makes_the_checks_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """This holds also for a package of checks: for each module that contains a check, and for what it imports."""
    monkeypatch.chdir(ROOT)
    followed = set(checks_key(manifest.load().fragments).code)
    assert {check.place.partition(":")[0] for check in checks().values()} <= followed
    assert {"theory/errors.py", "theory/least_squares_gan/distributions.py"} <= followed
