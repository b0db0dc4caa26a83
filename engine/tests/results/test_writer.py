"""A run is written completely or not at all."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from texloom.document.tex import latex
from texloom.errors import ReportError
from texloom.results.metrics import Metric
from texloom.results.runs import Run, Runs
from texloom.results.writer import FILES, RunWriter
from texloom.results.written import finish_replacing


def written(folder: Path) -> Run:
    writer = RunWriter({"loss": Metric("nats", "loss after {epochs} epochs")})
    writer.metric("loss", 0.5, epochs=3)
    writer.history({"step": [1, 2], "loss": [1.0, 1 / 3]})
    writer.save_weights("net", [np.eye(2), np.zeros(2)])
    writer.write(folder, {"experiment": "toy", "seed": 0})
    return Run(folder)


def test_what_was_recorded_is_read_back(tmp_path: Path) -> None:
    run = written(tmp_path / "run")
    assert run.metrics == {"loss": {"value": 0.5, "unit": "nats", "meaning": "loss after 3 epochs"}}
    np.testing.assert_allclose(run.history["loss"], [1.0, 1 / 3], rtol=1e-8)
    assert sorted(run.weights) == ["net/0", "net/1"]
    assert set(run.record["files"]) == set(FILES)


def test_a_standard_error_is_read_back_and_gives_way_to_the_deviation_over_seeds(tmp_path: Path) -> None:
    for seed in (0, 1):
        writer = RunWriter({"loss": Metric("nats", "loss")})
        writer.metric("loss", 0.5 + seed, error=0.25)
        writer.write(tmp_path / str(seed), {"experiment": "toy", "seed": seed})
    one, two = Run(tmp_path / "0"), Run(tmp_path / "1")
    assert Runs("toy", [one]).metric("loss").uncertainty == 0.25
    assert Runs("toy", [one, two]).metric("loss").uncertainty == pytest.approx(0.5**0.5)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_is_refused_or_where_it_is_allowed_read_back(value: float, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"^metric 'loss': is .*, not a finite number\n.*finite=False"):
        RunWriter({"loss": Metric("", "loss")}).metric("loss", value)
    writer = RunWriter({"loss": Metric("", "loss", finite=False)})
    writer.metric("loss", value)
    writer.write(tmp_path / "0", {"experiment": "toy", "seed": 0})
    loss = Runs("toy", [Run(tmp_path / "0")]).metric("loss")
    assert repr(loss.mean) == repr(value)
    printed = {"nan": "n/a", "inf": r"\ensuremath{\infty}", "-inf": r"\ensuremath{-\infty}"}
    assert latex.quantity(loss) == printed[repr(value)]


def test_an_earlier_run_is_replaced_whole_and_a_user_s_files_stay(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    (folder / "plots").mkdir(parents=True)
    for mine in ("notes.txt", "plots/mine.pdf"):
        (folder / mine).write_text("mine")
    written(folder)
    (folder / "metrics.json").write_text("old")
    run = written(folder)
    assert {path.name for path in folder.iterdir()} == {*FILES, "run.json", "notes.txt", "plots"}
    assert (folder / "plots" / "mine.pdf").read_text() == "mine"
    assert run.file("metrics.json")
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("there", [True, False])
def test_what_a_killed_writing_has_moved_away_goes_or_comes_back(tmp_path: Path, there: bool) -> None:
    folder, replaced = tmp_path / "run", tmp_path / "run.replaced"
    written(replaced)
    (replaced / "notes.txt").write_text("mine")
    (replaced / "metrics.json").write_text("old")
    if there:
        written(folder)
    finish_replacing(folder)
    assert list(tmp_path.iterdir()) == [folder]
    assert (folder / "notes.txt").read_text() == "mine"
    assert ((folder / "metrics.json").read_text() == "old") != there


def test_a_write_that_fails_leaves_the_earlier_run(tmp_path: Path) -> None:
    written(tmp_path / "run")
    before = (tmp_path / "run" / "run.json").read_bytes()
    broken = RunWriter({}, architectures={"net": [{"layer": object()}]})
    with pytest.raises(TypeError):
        broken.write(tmp_path / "run", {})
    assert (tmp_path / "run" / "run.json").read_bytes() == before
    assert json.loads((tmp_path / "run" / "metrics.json").read_text())["loss"]["value"] == 0.5


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"differ in length: \{'step': 2, 'loss': 1\}"):
        RunWriter({}).history({"step": [1, 2], "loss": [0.5]})


NAMES = [
    *("a\nb", 'a"b', "a%b", "a\\b", "x" * 300, "é", "e\u0301", "../a", ""),
    *("file", "allow_pickle", "a.npy", "a,b", "{x}"),
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_stored_and_read_back(tmp_path: Path, name: str) -> None:
    writer = RunWriter({name: Metric(name, "of {file}")})
    writer.metric(name, 1, file=name)
    writer.array(name, [1.0])
    writer.history({name: [1.0]})
    writer.architecture(name, [{"layer": name}])
    writer.save_weights(name, [np.ones(1)])
    writer.write(tmp_path / "run", {"config": {name: name}})
    run = Run(tmp_path / "run")
    assert run.metrics == {name: {"value": 1, "unit": name, "meaning": f"of {name}"}}
    assert [set(each) for each in (run.arrays, run.history, run.architectures, run.config)] == [{name}] * 4
    assert set(run.weights) == {f"{name}/0"}


RECORDING: dict[str, Callable[[RunWriter, str], None]] = {
    "array": lambda writer, text: writer.array(text, [1.0]),
    "column": lambda writer, text: writer.history({text: [1.0]}),
    "architecture": lambda writer, text: writer.architecture(text, []),
    "weights": lambda writer, text: writer.save_weights(text, [np.ones(1)]),
    "the meaning of loss": lambda writer, text: writer.metric("loss", 1, file=text),
}


@pytest.mark.parametrize("text", ["a\udcff", "a\0", "x" * 70_000])
@pytest.mark.parametrize(("what", "record"), RECORDING.items(), ids=RECORDING)
def test_what_is_no_text_is_refused(what: str, record: Callable[[RunWriter, str], None], text: str) -> None:
    """Python uses such a name for a file whose name is not UTF-8."""
    with pytest.raises(ReportError, match=f"^{what} .*is no text that can be stored"):
        record(RunWriter({"loss": Metric("", "{file}")}), text)


def test_objects_of_python_are_refused() -> None:
    with pytest.raises(ReportError, match="array 'a': holds objects"):
        RunWriter({}).array("a", [{}])
