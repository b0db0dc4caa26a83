"""What of the user's environment changes numbers or looks: most of it is fixed by every stage, the rest is recorded.

A variable counts for the results whose libraries read it: XLA_FLAGS makes no analysis stale that loads no TensorFlow.
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
    *("PYTHONOPTIMIZE", "PYTHONDEVMODE", "PYTHONWARNINGS", "PYTHONINSPECT"),  # what they do; the first: no assertions
    *("PYTHONIOENCODING", "PYTHONINTMAXSTRDIGITS", "PYTHON_CPU_COUNT"),
)
"""Python's own variables that stages do without, as the Makefile does: their modules are those of the report and of its
installed packages. An empty one is none for Python."""
FIXED = {
    "PYTHONHASHSEED": "0",  # so that no result depends on the order of a set
    "PYTHONUTF8": "1",  # how text files are read
    "LC_ALL": "C.UTF-8",  # how texts are sorted, and numbers written
    "LANGUAGE": "",
    "TZ": "UTC",
    **dict.fromkeys(UNSET, ""),
}
"""What stages have, whatever the user's shell says; Python and the C library look at them when a process starts."""
HARMLESS = ("-u", "-B")
"""Options of Python that a stage keeps; others, as -O or -E, do what the variables do, or hide them."""
STAGES = ("experiments.__main__", "texloom.__main__")
"""The commands that are started anew where they have others."""

TENSORFLOW = "ENABLE DISABLE USE XLA FORCE GPU CUDNN CUDA DETERMINISTIC NUM MKL ONEDNN"
"""How the names of TensorFlow's variables go on after TF_."""
EVERY = ""
"""In place of a library: numpy and what lies beneath it, the system's loader too, which every stage loads."""
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
"""How the names of variables begin, and which files of settings there are, by the library that reads them."""
BEGINNINGS = tuple(sorted({name for names in READ_BY.values() for name in names.split() if name.endswith("_")}))
TYPESETTING = (
    *("TEXINPUTS", "BIBINPUTS", "BSTINPUTS", "TEXMF", "TEXFONTS", "TFMFONTS", "VFFONTS", "T1FONTS", "ENCFONTS"),
    *("OPENTYPEFONTS", "TTFONTS", "TEXPSHEADERS", "TEXPICTS", "LUAINPUTS", "MFINPUTS", "MPINPUTS", "MKTEX"),
    *("TEXFONTMAPS", "TEXFORMATS", "TEXCONFIG", "TEXPOOL", "PKFONTS", "GFFONTS", "GLYPHFONTS", "MISCFONTS"),
    *("AFMFONTS", "T42FONTS", "LIGFONTS", "CMAPFONTS", "SFDFONTS", "FONTCIDMAPS", "FONTFEATURES", "PDFTEXCONFIG"),
    *("MLBIBINPUTS", "LATEXMKRCSYS"),
)
"""The same of TeX's, which say where it looks for files, as kpathsea's texmf.cnf lists them; and latexmk's."""
SILENT = ("_NUM_THREADS", "_MAXIMUM_THREADS", "_CACHE_DIR", "_HOME")
"""How names end that every stage, and Snakemake, set themselves, and those that no result depends on."""
KERAS = {"floatx": "float32", "epsilon": 1e-07, "backend": "tensorflow", "image_data_format": "channels_last"}
"""What keras.json says unless its user has changed it."""


def of_stages(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that are set, XLA_FLAGS as a training uses them, and digests of the settings of libraries."""
    found = _set(BEGINNINGS, environment)
    return found | {"XLA_FLAGS": xla_flags(found.get("XLA_FLAGS", ""))} | _settings(environment)


def of_typesetting(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables of TeX that are set."""
    return _set(TYPESETTING, environment)


def counted(values: Mapping[str, str], libraries: Collection[str]) -> dict[str, str]:
    """Of recorded variables and settings, those that one of the libraries reads, or that belong to none of READ_BY."""
    return {name: value for name, value in values.items() if _is_read(name, {each.lower() for each in libraries})}


def is_recorded(name: str) -> bool:
    """Whether a variable, or settings, of this name would be recorded."""
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
    """Digests of what libraries read as they are imported, before the author's code does anything."""
    home = Path(environment.get("HOME") or Path.home())
    settings = environment.get("XDG_CONFIG_HOME") or home / ".config"
    looks = Path(environment.get("MPLCONFIGDIR") or Path(settings, "matplotlib"))
    styles = sorted(looks.glob("stylelib/*.mplstyle"))
    keras = Path(environment.get("KERAS_HOME") or home / ".keras", "keras.json")
    found = {
        "matplotlibrc": _content(Path("matplotlibrc")),  # of the report's folder, which counts before all others
        "matplotlib/stylelib": b"".join(each.name.encode() + _content(each) for each in styles),
        "keras.json": _of_keras(_content(keras)),
    }
    return {name: hashlib.sha256(content).hexdigest()[:16] for name, content in found.items() if content}


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _of_keras(text: bytes) -> bytes:
    """What differs from Keras' own values, which it writes there itself when it is first imported."""
    try:
        values: Any = json.loads(text or b"{}")
    except ValueError:
        return text
    return text if not isinstance(values, dict) or (KERAS | values) != KERAS else b""


# ---------------------------------------------------------------- what stages fix


def fix_start() -> None:
    """Start this command anew with the fixed variables and no options of Python's, where it has others.

    Nothing in any other program.
    """
    wanted = _arguments_of_stage()
    if wanted and (wanted != sys.orig_argv[1:] or not FIXED.items() <= os.environ.items()):
        os.environ.update(FIXED)
        if sys.stdout is not None:  # as after >&-
            sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, *wanted])


def _arguments_of_stage() -> list[str]:
    """What Python is to be called with for the stage that runs, also inside a profiler or a debugger; none runs: []."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    if spec is not None and spec.name in STAGES:
        options = sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]
        kept = [each for each in options if each in HARMLESS]
        return [*kept, "-m", spec.name.removesuffix(".__main__"), *sys.argv[1:]]
    stages = [["-m", each.removesuffix(".__main__"), *sys.argv[1:]] for each in STAGES]
    return sys.orig_argv[1:] if sys.orig_argv[-len(sys.argv) - 1 :] in stages else []


def fix_looks() -> None:
    """Let matplotlib draw without a display and with its own settings alone; call it before it is imported.

    So must what counts from the start of a process be fixed; therefore this may start the command anew.
    """
    fix_start()
    os.environ["MPLBACKEND"] = "agg"
    found = importlib.util.find_spec("matplotlib")
    if found is not None and found.origin:
        os.environ["MATPLOTLIBRC"] = str(Path(found.origin).with_name("mpl-data") / "matplotlibrc")


def fix() -> None:
    """Fix looks, and how many cores linear algebra uses; a stage of experiments does the latter itself."""
    fix_looks()
    limit_linear_algebra(PER_TRAINING)
