"""Where the Inception network comes from, what it is called, and which images it refuses."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from experiments.inception import weights as inception
from experiments.inception.weights import Extractor, Network, check_images
from texloom.data import sources
from texloom.data.sources import SUMS, Source
from texloom.errors import ReportError

WEIGHTS = bytes(range(10)) + b"\xff\x00"
SCRIPT = (
    '{weights:[{name:"conv2d_1/kernel",shape:[2,5],dtype:"float32",quantization:{min:-1.5,scale:.25,dtype:"uint8"}},'
    '{name:"dense_1/bias",shape:[2],dtype:"float32",quantization:{min:2e-3,scale:1,dtype:"uint8"}}]}'
)


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def graph_archive(path: Path, content: bytes) -> None:
    with tarfile.open(path, "w:gz") as tar:
        add(tar, inception.FROZEN_GRAPH, content)


def npm_archive(path: Path, content: bytes) -> None:
    """A package with the tiny weights, cut into shards as the real one is."""
    size = -(-len(content) // inception.SHARDS)
    with tarfile.open(path, "w:gz") as tar:
        add(tar, f"{inception.NPM_MODEL}/model.min.js", SCRIPT.encode())
        for i in range(inception.SHARDS):
            shard = base64.b64encode(content[i * size : (i + 1) * size]).decode()
            script = f'!function(d){{h["x"]({{1:[function(d,h){{h.exports="{shard}"}},{{}}]}})}}();'
            add(tar, f"{inception.NPM_MODEL}/group1-shard{i + 1}of{inception.SHARDS}.min.js", script.encode())


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks of a few bytes in the place of the real ones."""
    monkeypatch.setattr(inception, "QUANTISED_SIZE", len(WEIGHTS))
    monkeypatch.setattr(inception, "FROZEN_GRAPH_LEAST_SIZE", 10)


def test_the_package_s_weights_are_decoded(tmp_path: Path) -> None:
    npm_archive(tmp_path / inception.NPM_ARCHIVE, WEIGHTS)
    said: list[str] = []
    inception.fetch(tmp_path / "data", user_folder=tmp_path, report=said.append)
    weights = inception.quantised_weights(tmp_path / "data")
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
    assert {path.name for path in (tmp_path / "data").iterdir()} == {inception.FROZEN_GRAPH, SUMS}
    (tmp_path / inception.FROZEN_GRAPH).write_bytes(b"the same, unpacked: pool_3")
    assert inception.read_folder(tmp_path) == {inception.FROZEN_GRAPH: b"the same, unpacked: pool_3"}


def test_the_package_is_asked_when_the_graph_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm_archive(tmp_path / "package.tgz", WEIGHTS)

    def offline(_: Path) -> dict[str, bytes]:
        raise OSError("no connection")

    package = Source("package", lambda _: inception.unpack_npm(tmp_path / "package.tgz"))
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

    monkeypatch.setattr(sources.pooch, "retrieve", retrieve)
    graph, npm = (source.read(tmp_path) for source in inception.SOURCES)
    assert graph == {inception.FROZEN_GRAPH: b"pool_3 and more"}
    assert npm[inception.QUANTISED_WEIGHTS] == WEIGHTS
    assert asked == [(inception.FROZEN_GRAPH_URL, None), ("npm:nsfwjs@4.4.0", inception.NPM_SHA256)]


@pytest.mark.parametrize(
    ("write", "what"),
    [
        (lambda folder: npm_archive(folder / inception.NPM_ARCHIVE, WEIGHTS[:-1]), "expected 12 bytes, got 11"),
        (lambda folder: graph_archive(folder / inception.FROZEN_GRAPH_ARCHIVE, b"pool_3"), "with a node pool_3, got 6"),
        (lambda folder: graph_archive(folder / inception.FROZEN_GRAPH_ARCHIVE, bytes(50)), "not the graph of 2015"),
        (lambda _: None, "holds no Inception network\n  one of classify_image_graph_def.pb, inception-2015-12-05.tgz"),
    ],
)
def test_a_bad_file_of_the_user_is_told_and_nothing_is_kept(
    tmp_path: Path, write: Callable[[Path], None], what: str
) -> None:
    write(tmp_path)
    with pytest.raises(ReportError, match=what):
        inception.fetch(tmp_path / "data", user_folder=tmp_path)
    assert not (tmp_path / "data").exists()


def test_a_manifest_that_does_not_fit_the_weights_is_told(tmp_path: Path) -> None:
    entry = {"name": "a", "shape": [11], "min": 0.0, "scale": 1.0}
    sources.keep(
        tmp_path, {inception.QUANTISED_WEIGHTS: WEIGHTS, inception.QUANTISED_MANIFEST: json.dumps([entry]).encode()}
    )
    with pytest.raises(ReportError, match="tells of 11 bytes of weights, the file holds 12"):
        inception.quantised_weights(tmp_path)


def test_without_a_network_or_with_an_altered_one_nothing_is_extracted(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="there is no Inception network here\n  python -m experiments data inception"):
        inception.load_extractor(tmp_path)
    sources.keep(tmp_path, {inception.QUANTISED_WEIGHTS: WEIGHTS, inception.QUANTISED_MANIFEST: b"[]"})
    (tmp_path / inception.QUANTISED_WEIGHTS).write_bytes(WEIGHTS[::-1])
    with pytest.raises(ReportError, match=r"expected sha256 .*, found .*\n  run make again"):
        inception.load_extractor(tmp_path)
    assert not (tmp_path / SUMS).exists()  # so the next make fetches again


IMAGES = np.random.default_rng(0).integers(0, 256, (5, 8, 6, 3), np.uint8)


@pytest.mark.parametrize(
    ("images", "what"),
    [
        (IMAGES.transpose(0, 3, 1, 2), r"got shape \(5, 3, 8, 6\): channels come first; transpose\(0, 2, 3, 1\)"),
        (IMAGES[..., :1], r"got shape \(5, 8, 6, 1\)$"),
        (np.concatenate([IMAGES, IMAGES[..., :1]], axis=3), r"got shape \(5, 8, 6, 4\)$"),
        (IMAGES[0], r"got shape \(8, 6, 3\)"),
        (IMAGES[:0], r"got shape \(0, 8, 6, 3\)"),
        (IMAGES.astype(np.float32), r"got float32 in \[0, 255\]: scale to \[0, 255\] and round"),
        (IMAGES / 127.5 - 1, r"got float64 in \[-1, 1\]: scale"),
        (IMAGES.astype(np.int32), r"got int32 in \[0, 255\]"),
        (IMAGES[:, :1], r"got shape \(5, 1, 6, 3\)"),
        (np.zeros((1, 300, 10, 3), np.uint8), r"got shape \(1, 300, 10, 3\): reduce larger ones with antialiasing"),
        ((IMAGES / 255).round().astype(np.uint8), "got values 0 and 1 only"),
    ],
)
def test_images_of_another_kind_are_refused_and_named(images: np.ndarray, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        check_images(images)


def test_images_pass_in_batches_and_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    import tensorflow as tf

    monkeypatch.setattr(inception, "BATCH", 2)
    network = Network("mean", "0" * 64)
    extract = Extractor(lambda pixels: (tf.reduce_mean(pixels, (1, 2)), tf.nn.softmax(pixels[:, 0, 0])), network)
    features, posteriors = extract.features_and_posteriors(IMAGES)
    np.testing.assert_allclose(features, IMAGES.mean(axis=(1, 2)), rtol=1e-5)
    np.testing.assert_array_equal(extract(IMAGES), features)
    assert posteriors.shape == (5, 3)
    np.testing.assert_allclose(posteriors.sum(1), 1, rtol=1e-5)
    assert extract.network == network
    with pytest.raises(ValueError, match="got float32"):
        extract(IMAGES.astype(np.float32))
