"""What the benchmarks are made with, and the page of their results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.one_core import as_in_a_training
from tests.benchmarks.operations import dense_forward, dense_step
from texloom import manifest
from texloom.commands import bench
from texloom.machine.cores import PER_TRAINING


def test_operations_of_a_perceptron_by_hand() -> None:
    # 2·(3·4 + 4·5) forward; backward the same for weights, and 2·4·5 for the hidden layer's output
    assert dense_forward((3, 4, 5), batch=10) == 10 * 64
    assert dense_step((3, 4, 5), batch=10) == 10 * (64 + 64 + 40)


def threads(factor: int) -> Callable[[], int]:
    """Prepared in the other process: the threads of an operation there, times `factor`."""
    import tensorflow as tf

    return lambda: factor * tf.config.threading.get_intra_op_parallelism_threads()


def test_the_other_process_has_the_cores_of_a_training() -> None:
    with as_in_a_training(threads, 10) as run:
        assert run() == 10 * PER_TRAINING


def test_the_page_names_a_piece_of_work_once(tmp_path: Path) -> None:
    values = {"work": "a step", "ours_seconds": 2e-3, "rounds": 9, "operations": 1e8}
    rows = [
        bench.Row(peer="a peer", peer_seconds=5e-3, ratio=2.5, lowest=2.25, highest=2.75, at_least=2, **values),
        bench.Row(peer="another peer", peer_seconds=0.03, ratio=15.0, lowest=14.0, highest=16.5, **values),
    ]
    rendering = bench.render_page(bench.Bench(rows, 200.0, [], "a machine", "a commit"), manifest.load(), tmp_path)
    rendering.write()
    page = (tmp_path / "report.tex").read_text()
    assert page.count("a step") == 1
    assert r"a step&2 ms&25 \%&a peer&5 ms&2.50&2.25 to 2.75&2" in page
    assert "&&&another peer&30 ms&15.00&14.00 to 16.50&–" in page
    assert "median over 9 rounds" in " ".join(page.split())
