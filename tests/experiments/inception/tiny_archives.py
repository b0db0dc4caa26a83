"""Archives of networks of a few bytes, in the format of the real ones."""

from __future__ import annotations

import base64
import io
import tarfile
from pathlib import Path

from experiments.inception import formats

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
        add(tar, formats.FROZEN_GRAPH, content)


def npm_archive(path: Path, content: bytes) -> None:
    """A package with the tiny weights, split into shards like the real one."""
    size = -(-len(content) // formats.SHARDS)
    with tarfile.open(path, "w:gz") as tar:
        add(tar, f"{formats.NPM_MODEL}/model.min.js", SCRIPT.encode())
        for i in range(formats.SHARDS):
            shard = base64.b64encode(content[i * size : (i + 1) * size]).decode()
            script = f'!function(d){{h["x"]({{1:[function(d,h){{h.exports="{shard}"}},{{}}]}})}}();'
            add(tar, f"{formats.NPM_MODEL}/group1-shard{i + 1}of{formats.SHARDS}.min.js", script.encode())
