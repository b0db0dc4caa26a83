"""Environment variables and settings that change results: every stage fixes most of them, the others are recorded.

A variable counts for the results whose libraries read it: a change of XLA_FLAGS does not affect an analysis that does
not load TensorFlow.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from texloom.machine.cores import PER_TRAINING, limit_linear_algebra, xla_flags

UNSET = (
    *("PYTHONHOME", "PYTHONPLATLIBDIR", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONCASEOK"),  # where modules are found
    *("PYTHONOPTIMIZE", "PYTHONDEVMODE", "PYTHONWARNINGS", "PYTHONINSPECT"),  # how they run; the first: no assertions
    *("PYTHONIOENCODING", "PYTHONINTMAXSTRDIGITS", "PYTHON_CPU_COUNT"),
)
"""Python's own variables that stages unset, as the Makefile does: modules come from the report and its installed
packages only. Python ignores a variable that is empty."""
FIXED = {
    "PYTHONHASHSEED": "0",  # the order of sets
    "PYTHONUTF8": "1",  # the encoding of text files
    "LC_ALL": "C.UTF-8",  # how texts are sorted and numbers written
    "LANGUAGE": "",
    "TZ": "UTC",
    **dict.fromkeys(UNSET, ""),
}
"""Variables that every stage sets, whatever the user's shell has; read by Python and the C library at start-up."""
HARMLESS = ("-u", "-B")
"""Options of Python that a stage keeps; others, such as -O or -E, act like the variables or override them."""
STAGES = ("experiments.__main__", "texloom.__main__")
"""The commands that restart themselves if they were started with other variables or options."""

TENSORFLOW = "ENABLE DISABLE USE XLA FORCE GPU CUDNN CUDA DETERMINISTIC NUM MKL ONEDNN"
"""What follows TF_ in the names of TensorFlow's variables."""
EVERY = ""
"""Stands for numpy, the libraries below it and the system's loader, which every stage loads."""
READ_BY = {
    EVERY: "OMP_ KMP_ GOMP_ OPENBLAS_ GOTO_ MKL_ BLIS_ VECLIB_ NPY_ LD_ DYLD_ GLIBC_",
    "tensorflow": " ".join(["XLA_ ONEDNN_ DNNL_ CUDA_ CUDNN_ KERAS_", *(f"TF_{name}_" for name in TENSORFLOW.split())]),
    "keras": "KERAS_ keras.json",
    "jax": "JAX_ XLA_ CUDA_ CUDNN_",
    "torch": "TORCH_ PYTORCH_ ATEN_ ONEDNN_ DNNL_ CUDA_ CUBLAS_ CUDNN_",
    "cupy": "CUPY_ CUDA_",
    "numba": "NUMBA_",
    "numexpr": "NUMEXPR_",
    "scipy": "SCIPY_",
    "scikit-learn": "SKLEARN_",
    "matplotlib": "matplotlibrc matplotlib/stylelib",
}
"""Prefixes of variables, and names of settings files, by the library that reads them."""
BEGINNINGS = tuple(sorted({name for names in READ_BY.values() for name in names.split() if name.endswith("_")}))
TYPESETTING = (
    *("TEXINPUTS", "BIBINPUTS", "BSTINPUTS", "TEXMF", "TEXFONTS", "TFMFONTS", "VFFONTS", "T1FONTS", "ENCFONTS"),
    *("OPENTYPEFONTS", "TTFONTS", "TEXPSHEADERS", "TEXPICTS", "LUAINPUTS", "MFINPUTS", "MPINPUTS", "MKTEX"),
    *("TEXFONTMAPS", "TEXFORMATS", "TEXCONFIG", "TEXPOOL", "PKFONTS", "GFFONTS", "GLYPHFONTS", "MISCFONTS"),
    *("AFMFONTS", "T42FONTS", "LIGFONTS", "CMAPFONTS", "SFDFONTS", "FONTCIDMAPS", "FONTFEATURES", "PDFTEXCONFIG"),
    "MLBIBINPUTS",
)
"""Prefixes of TeX's search-path variables, as kpathsea's texmf.cnf lists them."""
SILENT = ("_NUM_THREADS", "_MAXIMUM_THREADS", "_CACHE_DIR", "_HOME")
"""Suffixes of variables that every stage and Snakemake set themselves, or that no result depends on."""
KERAS = {"floatx": "float32", "epsilon": 1e-07, "backend": "tensorflow", "image_data_format": "channels_last"}
"""The defaults of keras.json."""


def of_stages(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that are set, XLA_FLAGS as trainings use them, and digests of the libraries' settings files."""
    found = _set(BEGINNINGS, environment)
    return found | {"XLA_FLAGS": xla_flags(found.get("XLA_FLAGS", ""))} | _settings(environment)


def of_typesetting(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables of TeX that are set."""
    return _set(TYPESETTING, environment)


def counted(values: Mapping[str, str], libraries: Collection[str]) -> dict[str, str]:
    """The recorded variables and settings that one of the libraries reads, or that no library in READ_BY reads."""
    return {name: value for name, value in values.items() if _is_read(name, {each.lower() for each in libraries})}


def is_recorded(name: str) -> bool:
    """Whether a variable or settings file of this name would be recorded."""
    return name in _NAMED or name.startswith((*BEGINNINGS, *TYPESETTING))


def _set(beginnings: tuple[str, ...], environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in sorted(environment.items())
        if name.startswith(beginnings) and not name.endswith(SILENT)
    }


def _is_read(name: str, libraries: Collection[str]) -> bool:
    readers = [library for library, names in READ_BY.items() if _begins(name, names.split())]
    return not readers or any(each.startswith(reader) for reader in readers for each in (*libraries, EVERY))


def _begins(name: str, beginnings: Collection[str]) -> bool:
    return name in beginnings or any(each.endswith("_") and name.startswith(each) for each in beginnings)


_NAMED = frozenset(name for names in READ_BY.values() for name in names.split() if not name.endswith("_"))


# ---------------------------------------------------------------- files of settings


def _settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Digests of the settings files that libraries read when they are imported."""
    home = Path(environment.get("HOME") or Path.home())
    settings = environment.get("XDG_CONFIG_HOME") or home / ".config"
    looks = Path(environment.get("MPLCONFIGDIR") or Path(settings, "matplotlib"))
    styles = sorted(looks.glob("stylelib/*.mplstyle"))
    keras = Path(environment.get("KERAS_HOME") or home / ".keras", "keras.json")
    found = {
        "matplotlibrc": _content(Path("matplotlibrc")),  # of the report's folder, which takes precedence
        "matplotlib/stylelib": b"".join(each.name.encode() + _content(each) for each in styles),
        "keras.json": _of_keras(_content(keras)),
    }
    return {name: hashlib.sha256(content).hexdigest()[:16] for name, content in found.items() if content}


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _of_keras(text: bytes) -> bytes:
    """The text of keras.json; empty if it holds the defaults, which Keras writes there on its first import."""
    try:
        values: Any = json.loads(text or b"{}")
    except ValueError:
        return text
    return text if not isinstance(values, dict) or (KERAS | values) != KERAS else b""


# ---------------------------------------------------------------- what stages fix


def fix_start() -> None:
    """Restart this command with the fixed variables and without options of Python, if it has others.

    Does nothing in any other program.
    """
    wanted = _arguments_of_stage()
    if wanted and (wanted != sys.orig_argv[1:] or not FIXED.items() <= os.environ.items()):
        os.environ.update(FIXED)
        if sys.stdout is not None:  # None after >&-
            sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, *wanted])


def _arguments_of_stage() -> list[str]:
    """Python's arguments for the running stage, also inside a profiler or debugger; [] if no stage is running."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    if spec is not None and spec.name in STAGES:
        options = sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]
        kept = [each for each in options if each in HARMLESS]
        return [*kept, "-m", spec.name.removesuffix(".__main__"), *sys.argv[1:]]
    stages = [["-m", each.removesuffix(".__main__"), *sys.argv[1:]] for each in STAGES]
    return sys.orig_argv[1:] if sys.orig_argv[-len(sys.argv) - 1 :] in stages else []


def fix_looks() -> None:
    """Make matplotlib use the Agg backend and its default settings; call it before matplotlib is imported.

    May restart the command, because some variables must be set when a process starts.
    """
    fix_start()
    os.environ["MPLBACKEND"] = "agg"
    found = importlib.util.find_spec("matplotlib")
    if found is not None and found.origin:
        os.environ["MATPLOTLIBRC"] = str(Path(found.origin).with_name("mpl-data") / "matplotlibrc")


def fix() -> None:
    """Fix matplotlib's settings and the number of cores of linear algebra; stages of experiments set the latter."""
    fix_looks()
    limit_linear_algebra(PER_TRAINING)
