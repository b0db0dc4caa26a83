"""The source and the name of the Inception network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pooch
import pytest

from experiments.inception import weights as inception
from experiments.inception.formats import FROZEN_GRAPH, QUANTISED_WEIGHTS, quantised_weights, unpack_npm
from experiments.inception.weights import Network
from tests.experiments.inception.tiny_archives import WEIGHTS, graph_archive, npm_archive
from texloom.data.sources import Source
from texloom.data.sums import SUMS
from texloom.errors import ReportError


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks of a few bytes instead of the real ones."""
    monkeypatch.setattr(inception, "QUANTISED_SIZE", len(WEIGHTS))
    monkeypatch.setattr(inception, "FROZEN_GRAPH_LEAST_SIZE", 10)


def test_the_package_s_weights_are_decoded(tmp_path: Path) -> None:
    npm_archive(tmp_path / inception.NPM_ARCHIVE, WEIGHTS)
    said: list[str] = []
    inception.fetch(tmp_path / "data", user_folder=tmp_path, report=said.append)
    weights = quantised_weights(tmp_path / "data")
    np.testing.assert_allclose(
        weights["conv2d_1/kernel"], [[-1.5 + 0.25 * (5 * i + j) for j in range(5)] for i in (0, 1)]
    )
    np.testing.assert_allclose(weights["dense_1/bias"], [255.002, 0.002])
    digest = hashlib.sha256(WEIGHTS).hexdigest()
    network = inception.network_name_and_digest(tmp_path / "data")
    assert network == Network("InceptionV3 of npm package nsfwjs@4.4.0", digest)
    assert said == [f"data: {network.name}, sha256 {digest[:16]}…"]


def test_the_frozen_graph_comes_first_in_a_user_s_folder(tmp_path: Path) -> None:
    npm_archive(tmp_path / inception.NPM_ARCHIVE, WEIGHTS)
    graph_archive(tmp_path / inception.FROZEN_GRAPH_ARCHIVE, b"a graph with pool_3")
    inception.fetch(tmp_path / "data", user_folder=tmp_path, report=lambda _: None)
    assert inception.network_name_and_digest(tmp_path / "data").name == "Inception of 2015-12-05"
    assert {path.name for path in (tmp_path / "data").iterdir()} == {FROZEN_GRAPH, SUMS}
    (tmp_path / FROZEN_GRAPH).write_bytes(b"the same, unpacked: pool_3")
    assert inception.read_folder(tmp_path) == {FROZEN_GRAPH: b"the same, unpacked: pool_3"}


def test_the_package_is_asked_when_the_graph_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm_archive(tmp_path / "package.tgz", WEIGHTS)

    def offline(_: Path) -> dict[str, bytes]:
        raise OSError("no connection")

    package = Source("package", lambda _: unpack_npm(tmp_path / "package.tgz"))
    monkeypatch.setattr(inception, "SOURCES", (Source("graph", offline), package))
    inception.fetch(tmp_path / "data", report=lambda _: None)
    assert "nsfwjs" in inception.network_name_and_digest(tmp_path / "data").name
    monkeypatch.setattr(inception, "SOURCES", (Source("graph", offline),))
    with pytest.raises(ReportError, match=r"graph: no connection\n  put inception-2015-12-05.tgz or nsfwjs-4.4.0.tgz"):
        inception.fetch(tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_the_canonical_network_is_the_first_source() -> None:
    assert [source.name for source in inception.SOURCES] == ["inception-2015-12-05.tgz", "npm package nsfwjs@4.4.0"]


def test_downloads_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm_archive(tmp_path / "npm.tgz", WEIGHTS)
    graph_archive(tmp_path / "graph.tgz", b"pool_3 and more")
    asked = []

    def retrieve(url: str, known_hash: str | None, **_: object) -> str:
        asked.append((url, known_hash))
        return str(tmp_path / ("npm.tgz" if url.startswith("npm:") else "graph.tgz"))

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    graph, npm = (source.read(tmp_path) for source in inception.SOURCES)
    assert graph == {FROZEN_GRAPH: b"pool_3 and more"}
    assert npm[QUANTISED_WEIGHTS] == WEIGHTS
    assert asked == [(inception.FROZEN_GRAPH_URL, None), ("npm:nsfwjs@4.4.0", inception.NPM_SHA256)]


@pytest.mark.parametrize(
    ("write", "what"),
    [
        (lambda folder: npm_archive(folder / inception.NPM_ARCHIVE, WEIGHTS[:-1]), "expected 12 bytes, got 11"),
        (lambda folder: graph_archive(folder / inception.FROZEN_GRAPH_ARCHIVE, b"pool_3"), "with a node pool_3, got 6"),
        (lambda folder: graph_archive(folder / inception.FROZEN_GRAPH_ARCHIVE, bytes(50)), "not the graph of 2015"),
        (
            lambda _: None,
            "contains no Inception network\n  it must contain one of classify_image_graph_def.pb, inception-2015",
        ),
    ],
)
def test_a_bad_file_of_the_user_is_told_and_nothing_is_kept(
    tmp_path: Path, write: Callable[[Path], None], what: str
) -> None:
    write(tmp_path)
    with pytest.raises(ReportError, match=what):
        inception.fetch(tmp_path / "data", user_folder=tmp_path)
    assert not (tmp_path / "data").exists()
