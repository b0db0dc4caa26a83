"""The live view: curves and images of a running training for TensorBoard. No result depends on it.

A training is the same with and without an open view. Without one, nothing is computed or written for it.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf
from PIL import Image

from texloom.results.written import EVENTS, remove
from texloom.training.block import Block

_POINTS = 20
"""Largest number of points that a block of steps adds to a curve; each is a mean."""

Pictures: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, np.ndarray]]
"""pictures(values measured after a block) -> uint8 images of shape (height, width) or (height, width, 3) by name."""


class LiveView:
    """An event file of TensorBoard in `folder`: curves after each block, images at most every `interval` seconds."""

    def __init__(self, folder: Path, interval: float = 5.0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._interval, self._last = interval, -np.inf
        self._file: Any = tf.io.TFRecordWriter(str(folder / f"events.out.tfevents.{time.time_ns()}"))
        self._write(file_version="brain.Event:2")

    def close(self) -> None:
        self._file.close()

    def curves(self, steps: np.ndarray, columns: Mapping[str, np.ndarray]) -> None:
        """Add a block of steps to the curves, reduced to _POINTS means.

        steps: the numbers of the steps, shape (n,); columns: scalars by name, each of shape (n,).
        """
        parts = np.array_split(np.arange(len(steps)), min(_POINTS, len(steps)))
        for part in parts:
            values = [self._scalar(name, float(np.mean(column[part]))) for name, column in columns.items()]
            self._write(step=int(steps[part[-1]]), summary=tf.compat.v1.Summary(value=values))
        self._file.flush()

    def pictures(self, step: int, draw: Callable[[], Mapping[str, np.ndarray]]) -> None:
        """Add images, unless the last ones are less than `interval` seconds old."""
        if time.monotonic() - self._last < self._interval:
            return
        values = [self._image(name, pixels) for name, pixels in draw().items()]
        self._write(step=step, summary=tf.compat.v1.Summary(value=values))
        self._last = time.monotonic()

    def _write(self, **content: Any) -> None:
        self._file.write(tf.compat.v1.Event(wall_time=time.time(), **content).SerializeToString())

    @staticmethod
    def _scalar(name: str, value: float) -> Any:
        return tf.compat.v1.Summary.Value(tag=name, simple_value=value)

    @staticmethod
    def _image(name: str, pixels: np.ndarray) -> Any:
        png = io.BytesIO()
        Image.fromarray(pixels).save(png, format="png")
        height, width = pixels.shape[:2]
        colours = 1 if pixels.ndim == 2 else pixels.shape[2]
        image = tf.compat.v1.Summary.Image(
            height=height, width=width, colorspace=colours, encoded_image_string=png.getvalue()
        )
        return tf.compat.v1.Summary.Value(tag=name, image=image)


_view: LiveView | None = None


def open_view(folder: Path, *, go_on: bool) -> None:
    """Write the live view of this process's trainings to `folder`; old files are kept only to resume a training."""
    global _view
    close_view()
    if not go_on:
        remove([path for path in sorted(folder.glob("*")) if EVENTS.fullmatch(path.name)], folder)
    _view = LiveView(folder)


def close_view() -> None:
    """Close the view; nothing is written any more."""
    global _view
    if _view is not None:
        _view.close()
    _view = None


def view() -> LiveView | None:
    """The open view, or None."""
    return _view


class Curves:
    """An observer that writes the scalars of each block to the open view, and images of the values measured after it.

    group: prefix of the names of curves and images.
    """

    def __init__(self, pictures: Pictures | None = None, group: str = "") -> None:
        self._pictures, self._group = pictures, group

    def __call__(self, block: Block) -> None:
        if _view is None:
            return
        _view.curves(np.arange(block.first + 1, block.done + 1), self._named(block.scalars))
        numbers = {name: np.atleast_1d(value) for name, value in block.measured.items() if np.ndim(value) == 0}
        if numbers:
            _view.curves(np.array([block.done]), self._named(numbers))
        draw = self._pictures
        if draw:
            _view.pictures(block.done, lambda: self._named(draw(block.measured)))

    def _named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {f"{self._group}/{name}" if self._group else name: value for name, value in values.items()}
