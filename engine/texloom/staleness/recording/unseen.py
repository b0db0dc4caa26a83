"""Find and report reads that cannot be recorded, such as calls of libraries that open files in C."""

from __future__ import annotations

import ast
import fcntl
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from texloom.machine.lock import HOLDER, MARK
from texloom.machine.records import RECORDS
from texloom.staleness.recording import left

LIBRARIES = {
    *("h5py", "tables", "netCDF4", "xarray", "anndata", "pyarrow", "fastparquet", "polars", "duckdb", "lmdb"),
    *("cv2", "SimpleITK", "vtk", "av", "decord", "rasterio", "osgeo", "fiona", "pyogrio", "geopandas"),
    *("soundfile", "librosa", "pysam", "lxml", "onnxruntime", "safetensors", "sentencepiece"),
    *(
        "fast_matrix_market",
        "torchaudio",
        "torchcodec",
        "pyvista",
        "cfgrib",
        "uproot",
        "datatable",
        "vaex",
        "pyreadstat",
    ),
}
"""Libraries that read files in C."""
READERS = {
    *("read_parquet", "read_hdf", "read_feather", "read_orc"),  # pandas
    *("TFRecordDataset", "TextLineDataset", "FixedLengthRecordDataset", "CsvDataset", "read_file"),  # TensorFlow
    *("GFile", "gfile"),
    *("image_dataset_from_directory", "text_dataset_from_directory", "audio_dataset_from_directory"),  # Keras
    "truetype",  # Pillow
    *("mmread", "mminfo"),  # scipy
}
"""Functions of larger libraries that read files in C."""
ATTACHING = re.compile(r"(?:^|;)\s*attach\s", re.IGNORECASE)
"""The SQL command by which SQLite opens another database."""


def reading_in_c(path: Path) -> Iterator[tuple[int, str]]:
    """Line numbers of a module, each with the library or function that it uses to read files in C."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in READERS)
            names = [str(node.module).partition(".")[0]]
        elif isinstance(node, ast.Attribute) and node.attr in READERS:
            yield node.lineno, node.attr
            continue
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and ATTACHING.search(node.value):
            yield node.lineno, "ATTACH of SQLite"
            continue
        else:
            continue
        yield from ((node.lineno, name) for name in names if name in LIBRARIES)


LATEX = "LaTeX"
"""The place of the reads of a document, for which no line of the author's is known."""
DECLARE = "texloom.results.inputs.reads(path)"
WARNED = RECORDS / "unseen"
"""The lines that the stages of a build have reported, each after the id of the build's process."""


def warn(places: Iterable[str]) -> None:
    """Warn about lines whose reads are not recorded; of all stages of one build, only the first one does."""
    for place in places:
        if MARK not in os.environ or _is_first(place):
            if place.endswith(left.ENDINGS):
                print(f"{place}; the result depends on earlier runs", file=sys.stderr)
                by_latex = place.startswith(f"{LATEX}: ")
                way_out = (
                    "declare it where it is written"
                    if by_latex
                    else "write the file to a temporary folder, or declare it"
                )
                print(f"  {way_out}: {DECLARE}", file=sys.stderr)
            else:
                print(f"{place}; the files that it reads are not recorded", file=sys.stderr)
                print(f"  declare them: {DECLARE}", file=sys.stderr)


def _is_first(place: str) -> bool:
    """Whether no stage of this build has reported a line yet."""
    folder = Path(os.environ[MARK])
    try:
        line = json.dumps([(folder / HOLDER).read_text(encoding="ascii").strip(), place]) + "\n"
        with (folder / WARNED).open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            known = line in file.readlines()
            file.writelines([] if known else [line])
    except OSError:
        return True
    return not known
