"""Features are computed once for each content and network, and again if the file is damaged."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.emoji_dcgan.features import ResumableExtractor, cached_features, content_name
from experiments.inception.weights import Network
from texloom.staleness.recording.hook import recording
from texloom.staleness.recording.recorder import Recorder
from texloom.training.checkpoint import Checkpoint

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 4, 4, 3), np.uint8)


class Counting:
    """An extractor that counts its calls."""

    network = Network("network", "1" * 64)

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, images: np.ndarray) -> np.ndarray:
        self.calls += 1
        return images.reshape(len(images), -1).astype(np.float32)


def test_the_second_time_they_are_read(tmp_path: Path) -> None:
    extract: Any = Counting()
    first = cached_features(extract, IMAGES, tmp_path)
    np.testing.assert_array_equal(cached_features(extract, IMAGES.copy(), tmp_path), first)
    np.testing.assert_array_equal(first, IMAGES.reshape(6, -1))
    assert extract.calls == 1


@pytest.mark.parametrize("content", [b"", b"no array", None])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: bytes | None) -> None:
    extract: Any = Counting()
    first = cached_features(extract, IMAGES, tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-9] if content is None else content)
    np.testing.assert_array_equal(cached_features(extract, IMAGES, tmp_path), first)
    assert extract.calls == 2


def test_seeds_side_by_side_compute_them_once(tmp_path: Path) -> None:
    class Slow(Counting):
        def __call__(self, images: np.ndarray) -> np.ndarray:
            time.sleep(0.1)
            return super().__call__(images)

    extract: Any = Slow()
    with ThreadPoolExecutor(3) as seeds:
        found = list(seeds.map(lambda _: cached_features(extract, IMAGES, tmp_path), range(3)))
    assert extract.calls == 1
    for each in found:
        np.testing.assert_array_equal(each, IMAGES.reshape(6, -1))


def test_an_evaluation_that_was_killed_computes_only_what_it_had_not(tmp_path: Path) -> None:
    class Dying(Counting):
        def __call__(self, images: np.ndarray) -> np.ndarray:
            if self.calls:
                raise KeyboardInterrupt
            return super().__call__(images)

    killed: Any = Dying()
    path, others = tmp_path / "seed-0.npz", IMAGES + 1
    with pytest.raises(KeyboardInterrupt):
        [ResumableExtractor(killed, Checkpoint(path, "run"))(each) for each in (IMAGES, others)]
    later: Any = Counting()
    resumed = ResumableExtractor(later, Checkpoint(path, "run"))
    for each in (IMAGES, others):
        np.testing.assert_array_equal(resumed(each), each.reshape(6, -1))
    assert later.calls == 1
    assert resumed.network == Counting.network


KILLED = """
import os, pathlib, signal
import numpy as np
from experiments.emoji_dcgan.features import cached_features
from tests.experiments.emoji_dcgan.test_features import IMAGES, Counting

def save_half(file, _):
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)

np.save = save_half
cached_features(Counting(), IMAGES, pathlib.Path({folder!r}))
"""


def test_a_killed_training_leaves_nothing_that_the_next_does_not_remove(tmp_path: Path, root: Path) -> None:
    """This holds whatever images the next training uses."""
    command = [sys.executable, "-c", KILLED.format(folder=str(tmp_path))]
    assert subprocess.run(command, cwd=root).returncode == -signal.SIGKILL
    (half,) = tmp_path.iterdir()
    assert half.read_bytes() == b"half"
    extract: Any = Counting()
    for images in (IMAGES[:3], IMAGES):
        cached_features(extract, images, tmp_path)
        assert [path.suffix for path in tmp_path.iterdir()] == [".npy"] * extract.calls


def test_the_run_that_computes_them_and_one_that_reads_them_say_the_same_of_it(tmp_path: Path) -> None:
    """Nothing is reported as an unrecorded read, because this cache is intended."""
    extract: Any = Counting()
    found = []
    for _ in range(2):
        recorder = Recorder()
        with recording(recorder):
            cached_features(extract, IMAGES, tmp_path)
        found.append(recorder.finish())
    (path,) = tmp_path.iterdir()
    assert extract.calls == 1
    assert [(list(each.files), each.unseen) for each in found] == 2 * [([str(path)], [])]


def test_another_pixel_shape_or_network_has_another_name() -> None:
    other = IMAGES.copy()
    other[3, 2, 1, 0] ^= 1
    names = {
        content_name(IMAGES, "a"), content_name(other, "a"), content_name(IMAGES.reshape(6, 2, 8, 3), "a"),
        content_name(IMAGES, "b"), content_name(IMAGES.astype(np.int8), "a"),
    }  # fmt: skip
    assert len(names) == 5
