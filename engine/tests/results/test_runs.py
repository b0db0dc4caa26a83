"""The run store: read back as written, changed files detected, nothing incomplete visible."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from texloom.errors import ReportError
from texloom.results import writer as writing
from texloom.results.metrics import Metric
from texloom.results.runs import Run, Runs, run_folder
from texloom.results.sealed import read_sealed, write_sealed
from texloom.results.writer import FILES, RunWriter

RECORD = {"experiment": "toy", "seed": 7, "config": {"epochs": 3}}


def writer(loss: float = 0.1) -> RunWriter:
    made = RunWriter({"loss": Metric("nats", "the loss")})
    made.metric("loss", float(np.float32(loss)))
    made.array("images", np.arange(6, dtype=np.uint8).reshape(2, 3))
    made.history({"step": np.array([5, 10]), "loss": np.array([1 / 3, 1e-12])})
    made.architecture("net", [{"layer": "Dense"}])
    made.save_weights("net", [np.eye(2), np.zeros(2)])
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = run_folder(tmp_path, "toy", 7)
    writer().write(path, RECORD)
    return path


def test_a_run_is_read_back_as_it_was_written(folder: Path) -> None:
    run = Run(folder)
    assert folder.parts[-3:] == ("runs", "toy", "seed-7")
    assert (run.seed, run.config) == (7, {"epochs": 3})
    assert run.metrics == {"loss": {"value": float(np.float32(0.1)), "unit": "nats", "meaning": "the loss"}}
    np.testing.assert_array_equal(run.arrays["images"], [[0, 1, 2], [3, 4, 5]])
    assert run.arrays["images"].dtype == np.uint8
    np.testing.assert_allclose(run.history["loss"], [1 / 3, 1e-12], rtol=1e-8)
    np.testing.assert_array_equal(run.history["step"], [5, 10])
    np.testing.assert_array_equal(run.weights["net/0"], np.eye(2))
    assert run.architectures == {"net": [{"layer": "Dense"}]}


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("metrics.json", lambda run: run.metrics),
        ("arrays.npz", lambda run: run.arrays),
        ("history.csv", lambda run: run.history),
        ("architecture.json", lambda run: run.architectures),
        ("weights.npz", lambda run: run.weights),
    ],
)
def test_an_altered_or_missing_file_is_found_out(folder: Path, name: str, read: Callable[[Run], Any]) -> None:
    assert set(FILES) == set(Run(folder).record["files"])
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content.replace(b"1", b"2", 1) if b"1" in content else content + b" ")
    with pytest.raises(ReportError, match=f"{name}: was changed after the training wrote it\n  remove .*seed-7"):
        read(Run(folder))
    (folder / name).unlink()
    with pytest.raises(ReportError, match=f"{name}: this file of a run is missing"):
        read(Run(folder))


def test_the_error_of_a_missing_run_names_the_command_that_trains_it(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"there is no finished run here\n  make all"):
        _ = Run(tmp_path / "none").record


@pytest.mark.parametrize(("killed_at", "call"), [("file_digest", 3), ("write_json", 2), ("write_sealed", 1)])
def test_a_killed_write_leaves_the_run_before_it_whole(
    folder: Path, killed_at: str, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, calls = getattr(writing, killed_at), []

    def dies(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == call:
            raise KeyboardInterrupt
        return original(*arguments)

    monkeypatch.setattr(writing, killed_at, dies)
    with pytest.raises(KeyboardInterrupt):
        writer(0.9).write(folder, RECORD)
    other = folder.with_name("seed-8")
    calls.clear()
    with pytest.raises(KeyboardInterrupt):
        writer(0.9).write(other, RECORD)
    monkeypatch.undo()
    assert Run(folder).metrics["loss"]["value"] == pytest.approx(0.1)
    assert not other.exists()
    writer(0.9).write(other, RECORD)  # files left by the killed write are not in the way
    assert Run(other).metrics["loss"]["value"] == pytest.approx(0.9)


def test_a_run_is_there_whenever_the_write_of_another_is_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write is killed before each move and removal; the run is in its place, or the next write restores it."""

    def write_killed_at(call: int) -> bool:
        """Write a run; return whether it was killed before this call."""
        calls = []

        def counted(original: Callable[..., Any]) -> Callable[..., Any]:
            def run(*arguments: Any, **options: Any) -> Any:
                calls.append(original)
                if len(calls) == call:
                    raise KeyboardInterrupt
                return original(*arguments, **options)

            return run

        with monkeypatch.context() as patch:
            for name in ("rename", "unlink", "rmdir"):
                patch.setattr(Path, name, counted(getattr(Path, name)))
            try:
                writer(0.9).write(folder, RECORD)
            except KeyboardInterrupt:
                return True
        return False

    def whole() -> list[float]:
        found = []
        for place in (folder, folder.with_name("seed-7.replaced")):
            with suppress(ReportError):
                found += [Run(place).metrics["loss"]["value"]] if place.exists() else []
        return found

    call = 1
    while write_killed_at(call):
        assert whole(), call
        call += 1
    assert call > 8
    assert whole() == [pytest.approx(0.9)]
    folder.rename(folder.with_name("seed-7.replaced"))
    monkeypatch.setattr(writing, "write_sealed", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        writer(0.5).write(folder, RECORD)
    assert Run(folder).metrics["loss"]["value"] == pytest.approx(0.9)


def test_a_new_run_replaces_every_file_of_the_old(folder: Path) -> None:
    (folder / "old.txt").write_text("of an earlier engine")
    (folder / "mine.txt").write_text("a user's")
    record = read_sealed(folder / "run.json")
    write_sealed(folder / "run.json", record | {"files": record["files"] | {"old.txt": ""}})
    writer(0.9).write(folder, RECORD)
    assert sorted(path.name for path in folder.iterdir()) == sorted([*FILES, "run.json", "mine.txt"])
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_history_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"history columns differ in length: \{'step': 2, 'loss': 1\}"):
        RunWriter({}).history({"step": [1, 2], "loss": [0.1]})


def test_a_metric_over_seeds_and_the_closest_name(make_runs: Callable[..., Runs]) -> None:
    runs = make_runs({"fid": (1.0, "dB")}, {"fid": (3.0, "dB")})
    assert (runs.metric("fid").values, runs.metric("fid").unit) == ((1.0, 3.0), "dB")
    assert runs.metric("fid").meaning == "meaning of fid"
    with pytest.raises(ReportError, match=r"unknown metric 'fidd' of toy\n.*closest: 'fid'"):
        runs.metric("fidd")
    with pytest.raises(ValueError, match="no runs of toy"):
        Runs("toy", [])


def test_a_metric_has_the_unit_and_the_meaning_that_are_declared() -> None:
    made = RunWriter({"fid": Metric("", "distance of {images} images"), "psnr": Metric("dB", "signal")})
    made.metric("psnr", np.float64(0.5))
    made.metric("fid", 2, images=30)
    assert made.metrics == {
        "psnr": {"value": 0.5, "unit": "dB", "meaning": "signal"},
        "fid": {"value": 2.0, "unit": "", "meaning": "distance of 30 images"},
    }


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float32("-inf")])
def test_a_metric_that_is_no_finite_number_is_refused_by_name(value: float) -> None:
    with pytest.raises(ReportError, match=rf"^metric 'loss': is {value}, not a finite number\n"):
        writer().metric("loss", value)


def test_an_undeclared_metric_is_refused_at_once() -> None:
    with pytest.raises(ReportError, match=r"metrics.py: unknown metric 'los'\n.*closest: 'loss'"):
        writer().metric("los", 1)


def test_a_run_without_a_declared_metric_is_not_written(tmp_path: Path) -> None:
    made = RunWriter({name: Metric("", name) for name in ("loss", "fid", "kid")})
    made.metric("fid", 1)
    with pytest.raises(ReportError, match=r"metrics.py: declares metrics that .* did not record: loss, kid\n"):
        made.write(tmp_path / "run", RECORD)
    assert list(tmp_path.iterdir()) == []


def test_metrics_are_the_same_bytes_for_the_same_values(tmp_path: Path) -> None:
    for name in ("a", "b"):
        writer().write(tmp_path / name, RECORD)
    for name in ("metrics.json", "history.csv", "architecture.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert json.loads((tmp_path / "a" / "run.json").read_text())["files"]


def test_a_run_in_another_one_s_place_is_refused(tmp_path: Path) -> None:
    RunWriter({}).write(run_folder(tmp_path, "gan", 0), {"experiment": "gan", "seed": 0})
    shutil.copytree(run_folder(tmp_path, "gan", 0), run_folder(tmp_path, "gan", 1))
    shutil.copytree(run_folder(tmp_path, "gan", 0), run_folder(tmp_path, "vae", 0))
    assert Runs.load(tmp_path, "gan", [0])[0].seed == 0
    for experiment, seed in (("gan", 1), ("vae", 0)):
        with pytest.raises(ReportError, match=r"seed-\d: holds the run of gan with seed 0"):
            _ = Runs.load(tmp_path, experiment, [seed])[0].record
