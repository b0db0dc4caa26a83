"""Calls in the author's code of libraries that open files in C, where no audit hook sees it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

LIBRARIES = {"h5py", "tables", "netCDF4", "pyarrow", "fastparquet", "cv2", "rasterio", "osgeo", "soundfile"}
"""What is imported to read files."""
READERS = {
    *("read_parquet", "read_hdf", "read_feather", "read_orc"),  # pandas
    *("TFRecordDataset", "TextLineDataset", "FixedLengthRecordDataset", "CsvDataset", "read_file"),  # TensorFlow
    *("image_dataset_from_directory", "text_dataset_from_directory", "audio_dataset_from_directory"),  # Keras
}
"""Functions of larger libraries that do."""


def reading_in_c(path: Path) -> Iterator[tuple[int, str]]:
    """Lines of a module, each with the library or the function that it names."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [str(node.module).partition(".")[0]]
        elif isinstance(node, ast.Attribute) and node.attr in READERS:
            yield node.lineno, node.attr
            continue
        else:
            continue
        yield from ((node.lineno, name) for name in names if name in LIBRARIES)
