"""Figures, tables and the animation from a synthetic run, in a process that never imports TensorFlow."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D
from PIL import Image, ImageSequence

from experiments.emoji_dcgan import evaluation, figures
from experiments.emoji_dcgan.metrics import DAMAGES, METRICS, SETS
from experiments.inception.weights import Network
from tests.experiments.runs import record_rest
from texloom.results.quantity import Quantity
from texloom.results.runs import Runs, run_folder
from texloom.results.tiling import tile
from texloom.results.writer import RunWriter

SNAPSHOTS = 20
NETWORK = Network("a test's network", "abcdef0123456789" * 4)


def images(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).integers(0, 256, (*shape, 32, 32, 3), np.uint8)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build folder with one run."""
    folder, run, rng = tmp_path_factory.mktemp("build"), RunWriter(METRICS), np.random.default_rng(0)
    history = {"discriminator_loss": rng.random(400) / 4, "generator_loss": rng.random(400)}
    evaluation.measure_losses(history, run)
    run.history({"iteration": np.arange(1, 401), **history})
    real, others = rng.normal(size=(60, 6)), ("noise", "untrained", "few", "generator", "average")
    evaluation.measure_distances(real, {name: rng.normal(size=(40, 6)) for name in others}, NETWORK, 0, run)
    evaluation.measure_variety(real, {name: rng.normal(size=(40, 6)) for name in others[3:]}, run)
    shown = {"snapshots": (SNAPSHOTS, 16), "interpolations": (5, 10), "neighbours": (10, 5), "damaged": (2, 4)}
    shown |= {"real": (96,), "generator_samples": (90,), "average_samples": (90,)}
    for name, shape in shown.items():
        run.array(name, images(*shape))
    for kind in DAMAGES:
        run.array(f"{kind}_distances", [1.0, 2.0, 3.0, 5.0])
    samples = {"generator": images(4), "average": images(5)}
    evaluation.measure_spectra(images(3), samples, samples, run)
    run.array("network", np.array(NETWORK))
    record_rest(run)
    run.write(run_folder(folder, "emoji_dcgan", 0), {"seed": 0, "config": {"sample_every": 20, "iterations": 400}})
    return folder


@pytest.fixture(scope="module")
def runs(build: Path) -> Runs:
    return Runs.load(build, "emoji_dcgan", [0])


def test_every_figure_and_table_is_made_without_tensorflow(build: Path, draw: Callable[..., dict[str, Any]]) -> None:
    index = draw("emoji_dcgan", build, (0,))
    assert len(index["figures"]) == 9
    assert sorted(index["tables"]) == ["distances", "variety"]


def test_the_animation_shows_every_snapshot_and_is_the_same_each_time(runs: Runs) -> None:
    (first,), (second,) = (figures.animations(runs).values() for _ in range(2))
    assert first == second
    with Image.open(io.BytesIO(first)) as animation:
        assert sum(1 for _ in ImageSequence.Iterator(animation)) == SNAPSHOTS
        assert animation.info["loop"] == 0
        sheet = tile(runs[0].arrays["snapshots"][0, : figures.ANIMATED], 8)
        assert animation.size == tuple(figures.FRAME_SCALE * side for side in sheet.shape[1::-1])


def test_a_frame_shows_its_images() -> None:
    flat = np.zeros((2, 8, 32, 32, 3), np.uint8)
    flat[0], flat[1] = (200, 30, 30), (10, 60, 220)
    content = figures.gif([tile(frame, 8) for frame in flat])
    with Image.open(io.BytesIO(content)) as animation:
        for number, colour in enumerate(((200, 30, 30), (10, 60, 220))):
            animation.seek(number)
            near = np.abs(np.asarray(animation.convert("RGB"))[10, 10].astype(int) - colour)
            assert near.max() <= 4  # a palette of 255 colours


def test_the_film_has_the_first_and_the_last_snapshot() -> None:
    times = figures.film_times(100)
    assert (times[0], times[-1], len(times)) == (0, 99, figures.FILM_COLUMNS)
    assert (np.diff(times) > 0).all()


def test_the_running_mean_of_a_line_is_a_line() -> None:
    np.testing.assert_allclose(figures.running_mean(np.arange(10.0), 4), np.arange(1.5, 8))


def ys(line: Line2D) -> np.ndarray:
    return np.asarray(line.get_ydata())


def test_the_losses_are_drawn_raw_and_smoothed_with_their_equilibrium(runs: Runs) -> None:
    above, below = figures.losses(runs).axes
    raw, smooth, *_ = above.lines
    np.testing.assert_allclose(ys(raw), runs[0].history["discriminator_loss"])
    assert np.std(ys(smooth)) < np.std(ys(raw)) / 3
    assert ys(above.lines[-1])[0] == 0.25
    np.testing.assert_allclose(ys(below.lines[0]), 2 - 8 * ys(smooth))


def test_the_power_is_drawn_over_frequencies_from_one(runs: Runs) -> None:
    rings, *planes = figures.spectrum(runs).axes
    _, generator, average = rings.lines
    for plane, name in zip(planes[:2], ("generator", "average"), strict=True):
        shown = np.asarray(plane.images[0].get_array())
        np.testing.assert_allclose(shown, np.log2(runs[0].arrays[f"{name}_plane"]))
    np.testing.assert_array_equal(generator.get_xdata(), np.arange(1, 17))
    np.testing.assert_allclose(ys(generator), runs[0].arrays["generator_power"])
    np.testing.assert_allclose(ys(average), runs[0].arrays["average_power"])


def test_the_table_names_the_network_and_its_digest_above_the_numbers(runs: Runs) -> None:
    table = figures.distances(runs)
    assert [row[0] for row in table.rows[:2]] == [
        "a test's network",
        "sha256 abcdef0123456789…",
    ]
    names = [*SETS.values()]
    names[list(SETS).index("half")] += f", {evaluation.SPLITS} splits"  # its ± is over them
    assert [row[0] for row in table.rows[2:]] == names
    for row, name in zip(table.rows[2:], SETS, strict=True):
        assert isinstance(row[2], Quantity)
        assert row[2].values == runs.metric(f"{name}_fid").values
        assert row[1] == runs.metric(f"{name}_count").mean
    assert table.emphasis is not None
    assert table.rows[table.emphasis][0] == "Generator"
