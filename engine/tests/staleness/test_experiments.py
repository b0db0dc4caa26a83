"""An incomplete experiment is detected from its files, without importing it."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.staleness.experiments import check_experiment

FOLDER = Path("experiments", "whole")
WHOLE = {
    "__init__": "DATA: tuple[str, ...] = ()",
    "config": "if True:\n    class Config:\n        pass",
    "metrics": "from experiments.other import NAMES as METRICS",
    "figures": "figures = tables = None",
    "train": "def train(config, seed, run, checkpoint):\n    raise SystemExit",
}
SHOWN = "make new NAME=x shows how"


@pytest.fixture(autouse=True)
def whole(project: Path) -> None:
    FOLDER.mkdir()
    for name, source in WHOLE.items():
        write(name, source)


def write(module: str, source: str) -> None:
    (FOLDER / f"{module}.py").write_text(f"{source}\n", encoding="utf-8")


def refusal() -> str:
    with pytest.raises(ReportError) as error:
        check_experiment("whole")
    return str(error.value)


def test_what_is_whole_is_not_refused() -> None:
    check_experiment("whole")
    write("metrics", "from experiments.other import *")
    check_experiment("whole")
    (FOLDER / "train.py").rename(FOLDER / "analysis.py")
    write("analysis", "async def analyse(config, seed, run):\n    pass")
    check_experiment("whole")


@pytest.mark.parametrize(
    ("module", "offered"),
    [("__init__", "DATA"), ("config", "Config"), ("metrics", "METRICS"), ("figures", "figures and tables")],
)
def test_a_missing_module_is_reported_with_the_names_that_it_must_define(module: str, offered: str) -> None:
    (FOLDER / f"{module}.py").unlink()
    assert refusal() == f"experiments/whole: has no {module}.py\n  it must define {offered}; {SHOWN}"


@pytest.mark.parametrize(
    ("module", "source", "missing"),
    [
        ("__init__", "print(DATA)", "DATA"),
        ("config", "class config:\n    Config = 1", "Config"),
        ("metrics", "def f():\n    METRICS = {}", "METRICS"),
        ("figures", "def figures(runs):\n    return {}", "tables"),
        ("figures", "", "figures and tables"),
        ("train", "import training", "train"),
    ],
)
def test_a_name_that_is_not_defined_in_the_module_is_reported(module: str, source: str, missing: str) -> None:
    write(module, source)
    assert refusal() == f"experiments/whole/{module}.py: does not define {missing}\n  {SHOWN}"


def test_an_analysis_has_to_define_analyse() -> None:
    (FOLDER / "train.py").unlink()
    write("analysis", WHOLE["train"])
    assert refusal().startswith("experiments/whole/analysis.py: does not define analyse\n")


def test_two_modules_that_make_runs_are_one_too_many() -> None:
    write("analysis", "def analyse(config, seed, run):\n    pass")
    assert refusal().startswith("experiments/whole: has train.py and analysis.py, but only one of them is allowed\n")


def test_a_module_that_is_not_needed_now_may_be_missing() -> None:
    (FOLDER / "figures.py").unlink()
    check_experiment("whole", without=["figures"])


def test_invalid_python_is_reported_with_its_line() -> None:
    write("config", "\nclass Config(:")
    assert refusal() == "experiments/whole/config.py:2: is not Python: class Config(:"


def test_a_file_that_is_not_utf_8_is_reported_with_its_line() -> None:
    (FOLDER / "config.py").write_bytes(b"\n# caf\xe9\nclass Config:\n    pass\n")
    assert refusal() == "experiments/whole/config.py:2: is not UTF-8: byte 0xe9\n  save it with that encoding"


def test_a_long_sum_is_no_hindrance() -> None:
    write("metrics", f"SUM = {' + '.join(['1'] * 1500)}\nMETRICS = ()")
    check_experiment("whole")


def test_data_that_are_not_written_out_are_refused_before_anything_imports_the_experiment() -> None:
    write("__init__", "from nowhere import DATA")
    assert refusal().startswith("experiments/whole/__init__.py:1: sets DATA by other means than an assignment")
