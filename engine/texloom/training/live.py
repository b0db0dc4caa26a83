"""The live view: what TensorBoard shows of a training while it runs. Nobody looks at it again, no result comes from it.

Training works the same whether a view is open or not. Without one, nothing is computed and nothing is written.
"""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from PIL import Image

POINTS = 20
"""Points that a block of steps adds to a curve, at most; each is a mean."""

Pictures = Callable[[Mapping[str, Any]], Mapping[str, np.ndarray]]
"""pictures(what `after_block` returned) -> uint8 images of shape (height, width) or (height, width, 3) by name."""


class LiveView:
    """An event file of TensorBoard in `folder`: curves at every block, pictures at most every `interval` seconds."""

    def __init__(self, folder: Path, interval: float = 5.0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.interval, self._last = folder, interval, -np.inf
        self._file: Any = tf.io.TFRecordWriter(str(folder / f"events.out.tfevents.{time.time_ns()}"))
        self._write(file_version="brain.Event:2")

    def close(self) -> None:
        self._file.close()

    def curves(self, steps: np.ndarray, columns: Mapping[str, np.ndarray]) -> None:
        """Add a block of steps to the curves, shortened to POINTS means.

        steps: the numbers of the steps, shape (n,); columns: scalars by name, each of shape (n,).
        """
        parts = np.array_split(np.arange(len(steps)), min(POINTS, len(steps)))
        for part in parts:
            values = [self._scalar(name, float(np.mean(column[part]))) for name, column in columns.items()]
            self._write(step=int(steps[part[-1]]), summary=tf.compat.v1.Summary(value=values))
        self._file.flush()

    def pictures(self, step: int, draw: Callable[[], Mapping[str, np.ndarray]]) -> None:
        """Add pictures, unless the last ones are less than `interval` seconds old."""
        if time.monotonic() - self._last < self.interval:
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
    """Show the trainings of this process in `folder`; what is there is kept only when a training goes on."""
    global _view
    close_view()
    if not go_on:
        shutil.rmtree(folder, ignore_errors=True)
    _view = LiveView(folder)


def close_view() -> None:
    """Show nothing, as at the start."""
    global _view
    if _view is not None:
        _view.close()
    _view = None


def view() -> LiveView | None:
    """The open view."""
    return _view


def plot_points(points: np.ndarray, real: np.ndarray, side: int = 240) -> np.ndarray:
    """Points of shape (n, 2) in black over real points in grey, uint8 of shape (side, side); y grows upwards.

    The picture is as large as the real points' range and a tenth more on each side; what lies outside is left out.
    """
    low, high = real.min(axis=0), real.max(axis=0)
    margin = 0.1 * (high - low)
    edges = [np.linspace(a - m, b + m, side + 1) for a, b, m in zip(low, high, margin, strict=True)]
    picture = np.full((side, side), 255, np.uint8)
    for drawn, grey in ((real, 190), (points, 0)):
        hits, _, _ = np.histogram2d(drawn[:, 0], drawn[:, 1], bins=edges)
        picture[hits.T[::-1] > 0] = grey
    return picture
