"""The tools of the benchmarks and the table of their results: units, promises, rates, and missing values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks import table
from tests.benchmarks.one_core import as_in_a_training
from tests.benchmarks.operations import dense_forward, dense_step
from tests.benchmarks.roofline import (
    ROOFLINE,
    activation_traffic,
    adam_traffic,
    dense_parameters,
    dense_products,
    promises,
)
from tests.benchmarks.side_by_side import PEER
from tests.benchmarks.table import Row
from texloom import manifest
from texloom.errors import ReportError
from texloom.machine.cores import PER_TRAINING
from texloom.results.places import BuildFolder
from texloom.results.sealed import write_sealed


def test_operations_of_a_perceptron_by_hand() -> None:
    # 2·(3·4 + 4·5) forward; backward the same for weights, and 2·4·5 for the hidden layer's output
    assert dense_forward((3, 4, 5), batch=10) == 10 * 64
    assert dense_step((3, 4, 5), batch=10) == 10 * (64 + 64 + 40)


def test_products_of_a_perceptron_are_its_operations() -> None:
    """Two operations for each of rows × inner × columns; Adam moves seven arrays of the size of the weights."""
    products = list(dense_products((3, 4, 5), 10))
    assert sum(2 * rows * inner * columns for rows, inner, columns, *_ in products) == dense_step((3, 4, 5), 10)
    assert len(list(dense_products((3, 4, 5), 10, input_gradient=True))) == len(products) + 1
    assert adam_traffic(dense_parameters((3, 4, 5))) == 7 * 4 * (3 * 4 + 4 + 4 * 5 + 5)


def test_each_activation_is_passed_over_five_times_and_the_input_twice() -> None:
    assert activation_traffic((3, 4, 5), batch=10) == 4 * 10 * (2 * 3 + 5 * 4 + 5 * 5)


def test_one_of_two_promises_is_kept_beside_pytorch_or_the_roofline() -> None:
    assert promises([PEER, ROOFLINE], 2) == {PEER: 2, ROOFLINE: 0.8}


def threads(factor: int) -> Callable[[], int]:
    """Prepare a function for the other process that returns TensorFlow's number of threads there, times `factor`."""
    import tensorflow as tf

    return lambda: factor * tf.config.threading.get_intra_op_parallelism_threads()


def test_the_other_process_has_the_cores_of_a_training() -> None:
    with as_in_a_training(threads, 10) as run:
        assert run() == 10 * PER_TRAINING


def test_the_page_names_a_piece_of_work_once(tmp_path: Path) -> None:
    values = {"work": "a step", "ours_seconds": 2e-3, "rounds": 9, "operations": 1e8}
    rows = [
        table.Row(peer="a peer", peer_seconds=5e-3, ratio=2.5, lowest=2.25, highest=2.75, at_least=2, **values),
        table.Row(peer="another peer", peer_seconds=0.03, ratio=15.0, lowest=14.0, highest=16.5, **values),
    ]
    measured = table.Bench(rows, 200.0, [], "a machine", "a commit")
    table.render_page(measured, manifest.load().report, tmp_path).write()
    page = (tmp_path / "report.tex").read_text()
    assert page.count("a step") == 1
    assert r"a step&2 ms&25 \%&a peer&5 ms&2.50&2.25 to 2.75&2" in page
    assert "&&&another peer&30 ms&15.00&14.00 to 16.50&–" in page
    assert "median over 9 rounds" in " ".join(page.split())


def row(**changes) -> Row:
    values = {"work": "a step", "peer": "a peer", "ours_seconds": 2e-3, "peer_seconds": 5e-3, "ratio": 2.5}
    return Row(**(values | {"lowest": 2.25, "highest": 2.75, "rounds": 9} | changes))


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """A file in pytest-benchmark's format: one timing, one machine rate, one benchmark of another kind."""
    timing = {"work": "a step", "peer": "a peer", "ours_seconds": 2e-3, "peer_seconds": 5e-3, "ratio": 2.5}
    timing |= {"lowest": 2.25, "highest": 2.75, "rounds": 9, "at_least": 2, "operations": 1e8}
    infos = [{"rows": [timing]}, {table.MATRIX_PRODUCT: 200.0}, {}]
    path = tmp_path / "measured.json"
    path.write_text(json.dumps({"benchmarks": [{"extra_info": info} for info in infos]}))
    return path


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1613.1, "26.9 min"), (61.26, "61.3 s"), (1.0, "1 s"), (0.0347, "34.7 ms"), (1.0e-3, "1 ms"), (108e-6, "108 µs")],
)
def test_times_in_the_unit_that_suits(seconds: float, text: str) -> None:
    assert table.duration(seconds) == text


@pytest.mark.parametrize(("promised", "text"), [(None, "–"), (2.5, "2.5"), (2.51, "2.5 (missed)"), (0.83, "0.83")])
def test_a_missed_promise_is_said(promised: float | None, text: str) -> None:
    assert row(at_least=promised).promise == text


def test_the_rate_is_a_share_of_the_machine_s() -> None:
    # 10⁸ operations in 2 ms are 50 GFLOP/s
    assert row(operations=1e8).share(200.0) == "25 %"
    assert row(operations=1e8).share(None) == row().share(200.0) == "–"


def test_measurements_and_runs_are_gathered(measured: Path, tmp_path: Path) -> None:
    folder = tmp_path / "build" / "runs" / "gan" / "seed-3"
    folder.mkdir(parents=True)
    record = {"experiment": "gan", "seed": 3, "seconds": 12.5, "peak_mib": 700, "config": {}}
    (folder / "run.json").write_text(json.dumps(record))
    gathered = table.read(measured, BuildFolder(tmp_path / "build"))
    assert gathered.rows == [row(at_least=2, operations=1e8)]
    assert gathered.gflops == 200
    assert gathered.trainings == [table.Training("gan", 3, 12.5, 700)]
    table.write_json(gathered, tmp_path / "out" / "bench.json")
    stored = json.loads((tmp_path / "out" / "bench.json").read_text())
    assert stored["rows"][0]["ratio"] == 2.5
    assert stored["trainings"][0]["peak_mib"] == 700


def several() -> table.Bench:
    """One piece of work compared with two peers, another with one."""
    rows = [
        row(at_least=2, operations=1e8),
        row(peer="another peer", peer_seconds=0.03, ratio=15.0, lowest=14.0, highest=16.5, operations=1e8),
        row(work="a build", at_least=2.6),
    ]
    return table.Bench(rows, 200.0, [], "a machine", "a commit")


def test_the_table_for_a_terminal_lines_up() -> None:
    assert table.as_text(several()).splitlines() == [
        "                  Peer's    Ratio          Spread      Promised",
        "a step: 2 ms, 25 % of the machine's rate",
        "  a peer            5 ms     2.50    2.25 to 2.75             2",
        "  another peer     30 ms    15.00  14.00 to 16.50             –",
        "a build: 2 ms",
        "  a peer            5 ms     2.50    2.25 to 2.75  2.6 (missed)",
    ]


def test_no_measurement_says_what_measures(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="there is no measurement\n  make bench measures"):
        table.read(tmp_path / "measured.json", BuildFolder(tmp_path))


def test_the_whole_report_is_a_row_when_a_build_trained_everything(tmp_path: Path) -> None:
    build = BuildFolder(tmp_path)
    assert table.whole_report(build) == []
    write_sealed(build.whole, {"seconds": 1200.0, "trainings": 13, "commit": "c"})
    (whole,) = table.whole_report(build)
    assert (whole.ours_seconds, whole.peer_seconds, whole.ratio, whole.promise) == (1200, 1800, 1.5, "1.5")
    assert "13 trainings" in whole.work
