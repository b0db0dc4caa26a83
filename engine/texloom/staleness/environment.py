"""Variables of the environment that change numbers or looks: some are fixed by every stage, the others are recorded."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path

from texloom.machine.cores import PER_TRAINING, limit_linear_algebra, xla_flags

TENSORFLOW = "ENABLE DISABLE USE XLA FORCE GPU CUDNN CUDA DETERMINISTIC NUM MKL ONEDNN"
"""How the names of TensorFlow's variables go on after TF_, with which those of others begin, too."""
LIBRARIES = "XLA ONEDNN DNNL OMP OPENBLAS MKL BLIS NUMEXPR NPY KERAS CUDA ATEN"
NUMERICS = (*(f"TF_{name}_" for name in TENSORFLOW.split()), *(f"{name}_" for name in LIBRARIES.split()))
"""How the names of variables begin that libraries of numerics read."""
TYPESETTING = ("TEXINPUTS", "BIBINPUTS", "BSTINPUTS", "TEXMF", "TEXFONTS")
"""The same of TeX's, which say where it looks for files."""
SILENT = {"TF_CPP_MIN_LOG_LEVEL", "TF_CPP_MAX_VLOG_LEVEL", "TF_CPP_VMODULE"}
"""What only changes messages."""
THREADS = "_NUM_THREADS"
"""How the names of variables end that every stage, and Snakemake, set themselves."""


def relevant(beginnings: tuple[str, ...] = NUMERICS, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that are set and belong to what is made from them; XLA_FLAGS as a training uses them."""
    found = {
        name: value
        for name, value in sorted(environment.items())
        if name.startswith(beginnings) and name not in SILENT and not name.endswith(THREADS)
    }
    if "XLA_" in beginnings:
        found["XLA_FLAGS"] = xla_flags(found.get("XLA_FLAGS", ""))
    return found


def fix_looks() -> None:
    """Let matplotlib draw without a display and with its own settings alone; call it before it is imported."""
    os.environ["MPLBACKEND"] = "agg"
    found = importlib.util.find_spec("matplotlib")
    if found is not None and found.origin:
        os.environ["MATPLOTLIBRC"] = str(Path(found.origin).with_name("mpl-data") / "matplotlibrc")


def fix() -> None:
    """Fix looks, and how many cores linear algebra uses; a stage of experiments does the latter itself."""
    fix_looks()
    limit_linear_algebra(PER_TRAINING)
