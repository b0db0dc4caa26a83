"""A live view is read back with TensorBoard's own reader; without one nothing is computed or written."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from texloom.training import live, loop

STEPS, BLOCK = 60, 30


@pytest.fixture(autouse=True)
def _closed_afterwards() -> Iterator[None]:
    yield
    live.close_view()


def descend(group: str = "", drawn: list[int] | None = None) -> dict[str, np.ndarray]:
    """A training whose loss is the number of the step; the brightness of its image is the last step of the block."""
    start: Any = 0.0
    place = tf.Variable(start)

    def step(iteration: tf.Tensor) -> Mapping[str, tf.Tensor]:
        place.assign_add(1.0)
        return {"loss": tf.cast(iteration + 1, tf.float32), "place": place.read_value()}

    def pictures(measured: Mapping[str, Any]) -> dict[str, np.ndarray]:
        if drawn is not None:
            drawn.append(measured["done"])
        return {"square": np.full((5, 7, 3), measured["done"], np.uint8)}

    return loop.run(
        loop.Training("test", step, STEPS, BLOCK, [place]),
        measure=lambda done: {"done": done, "trace": np.zeros(3)},
        observers=[live.Curves(pictures, group)],
    )


def read(folder: Path) -> EventAccumulator:
    return EventAccumulator(str(folder), size_guidance={"scalars": 0, "images": 0}).Reload()


def test_curves_are_means_over_equal_parts_of_a_block(tmp_path: Path) -> None:
    live.open_view(tmp_path / "view", go_on=False)
    descend()
    live.close_view()
    points = read(tmp_path / "view").Scalars("loss")
    assert len(points) == live._POINTS * STEPS // BLOCK
    sizes = np.diff([0, *(point.step for point in points)])
    assert set(sizes) == {1, 2}
    assert sum(size * point.value for size, point in zip(sizes, points, strict=True)) == STEPS * (STEPS + 1) / 2
    assert points[-1].step == STEPS


def test_what_a_block_measures_is_a_curve_where_it_is_a_number(tmp_path: Path) -> None:
    live.open_view(tmp_path / "view", go_on=False)
    descend(group="part")
    seen = read(tmp_path / "view")
    assert sorted(seen.Tags()["scalars"]) == ["part/done", "part/loss", "part/place"]
    assert [(point.step, point.value) for point in seen.Scalars("part/done")] == [(30, 30.0), (60, 60.0)]


def test_pictures_are_read_back_pixel_by_pixel(tmp_path: Path) -> None:
    live.open_view(tmp_path / "view", go_on=False)
    descend(group="part")
    live.close_view()
    (image,) = read(tmp_path / "view").Images("part/square")
    assert (image.step, image.height, image.width) == (BLOCK, 5, 7)
    with Image.open(io.BytesIO(image.encoded_image_string)) as picture:
        np.testing.assert_array_equal(np.asarray(picture), np.full((5, 7, 3), BLOCK))


@pytest.mark.parametrize(("interval", "expected"), [(0.0, [30, 60]), (1e9, [30])])
def test_pictures_are_drawn_no_more_often_than_asked(tmp_path: Path, interval: float, expected: list[int]) -> None:
    live.open_view(tmp_path / "view", go_on=False)
    view = live.view()
    assert view is not None
    view._interval = interval
    drawn: list[int] = []
    descend(drawn=drawn)
    assert drawn == expected


def test_without_a_view_nothing_is_drawn_or_written_and_the_training_is_the_same(tmp_path: Path) -> None:
    drawn: list[int] = []
    unseen = descend(drawn=drawn)
    assert drawn == []
    live.open_view(tmp_path / "view", go_on=False)
    seen = descend()
    for name, values in unseen.items():
        np.testing.assert_array_equal(values, seen[name])


@pytest.mark.parametrize(("go_on", "files"), [(False, 1), (True, 2)])
def test_only_a_resumed_training_keeps_the_curves_so_far(tmp_path: Path, go_on: bool, files: int) -> None:
    live.open_view(tmp_path / "view", go_on=False)
    live.open_view(tmp_path / "view", go_on=go_on)
    assert len(list((tmp_path / "view").iterdir())) == files
