"""Variables and settings of libraries: fixed by stages, or dependencies of results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from texloom.machine.cores import WIDE_VECTORS
from texloom.staleness import environment
from texloom.staleness.environment import FIXED, KERAS, UNSET, counted, is_recorded, of_stages, of_typesetting

NUMPY, TENSORFLOW = ["numpy"], ["numpy", "tensorflow-cpu"]


@pytest.mark.parametrize(
    ("name", "libraries", "counts"),
    [
        ("XLA_FLAGS", NUMPY, False),
        ("XLA_FLAGS", TENSORFLOW, True),
        ("XLA_FLAGS", ["jaxlib"], True),
        ("TF_ENABLE_ONEDNN_OPTS", TENSORFLOW, True),
        ("TF_ENABLE_ONEDNN_OPTS", NUMPY, False),
        ("KERAS_BACKEND", ["Keras"], True),
        ("KERAS_BACKEND", NUMPY, False),
        ("CUDA_VISIBLE_DEVICES", ["torch"], True),
        ("CUDA_VISIBLE_DEVICES", NUMPY, False),
        ("JAX_ENABLE_X64", ["jax"], True),
        ("JAX_ENABLE_X64", TENSORFLOW, False),
        ("NUMEXPR_MAX_THREADS", ["numexpr"], True),
        ("NUMEXPR_MAX_THREADS", NUMPY, False),
        ("OMP_SCHEDULE", NUMPY, True),
        ("OPENBLAS_CORETYPE", NUMPY, True),
        ("MKL_CBWR", [], True),
        ("LD_PRELOAD", [], True),
        ("GLIBC_TUNABLES", NUMPY, True),
        ("NPY_DISABLE_CPU_FEATURES", NUMPY, True),
        ("matplotlibrc", ["matplotlib"], True),
        ("matplotlibrc", NUMPY, False),
        ("matplotlib/stylelib", ["matplotlib"], True),
        ("keras.json", ["keras"], True),
        ("keras.json", NUMPY, False),
        ("TEXINPUTS", NUMPY, True),  # recorded of documents alone
    ],
)
def test_a_variable_counts_for_what_has_loaded_a_library_that_reads_it(
    name: str, libraries: list[str], counts: bool
) -> None:
    assert counted({name: "x"}, libraries) == ({name: "x"} if counts else {})
    assert is_recorded(name)


def test_variables_that_are_set_are_recorded_but_for_those_that_cannot_matter(tmp_path: Path) -> None:
    set_ = {"OMP_SCHEDULE": "static", "TORCH_USE_RTLD_GLOBAL": "1", "TEXINPUTS": "a:", "MKTEXPK": "0"}
    others = {
        "OMP_NUM_THREADS": "3",
        "VECLIB_MAXIMUM_THREADS": "3",
        "NUMBA_CACHE_DIR": "/x",
        "KERAS_HOME": "/x",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "HOME": str(tmp_path),
        "EDITOR": "vi",
        "LANG": "C",
        "PYTHONHASHSEED": "3",
    }
    found = of_stages({**set_, **others})
    assert found == {"OMP_SCHEDULE": "static", "TORCH_USE_RTLD_GLOBAL": "1", "XLA_FLAGS": WIDE_VECTORS}
    assert of_typesetting({**set_, **others}) == {"TEXINPUTS": "a:", "MKTEXPK": "0"}
    assert not any(map(is_recorded, ("EDITOR", "LANG", "numpy")))


@pytest.mark.parametrize(
    "name",
    [
        *("TEXINPUTS", "TEXINPUTS_pdflatex", "BIBINPUTS", "BSTINPUTS", "TEXMFHOME", "TEXMFCNF", "TEXFONTS", "TFMFONTS"),
        *("VFFONTS", "T1FONTS", "ENCFONTS", "OPENTYPEFONTS", "TTFONTS", "TEXFONTMAPS", "LUAINPUTS", "MFINPUTS"),
        *("TEXPSHEADERS", "TEXPICTS", "MKTEXTFM", "MPINPUTS", "TEXFORMATS", "TEXCONFIG", "TEXPOOL", "PKFONTS"),
        *("GFFONTS", "GLYPHFONTS", "MISCFONTS", "AFMFONTS", "T42FONTS", "LIGFONTS", "CMAPFONTS", "SFDFONTS"),
        *("FONTCIDMAPS", "FONTFEATURES", "PDFTEXCONFIG", "MLBIBINPUTS"),
    ],
)
def test_each_path_of_tex_s_is_recorded_of_documents_alone(name: str) -> None:
    assert of_typesetting({name: "x"}) == {name: "x"}
    assert name not in of_stages({name: "x"})


def test_settings_that_libraries_read_as_they_are_imported_are_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"

    def found(**variables: str) -> dict[str, str]:
        return {
            name: value for name, value in of_stages({"HOME": str(home), **variables}).items() if name != "XLA_FLAGS"
        }

    def write(path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert found() == {}
    write(Path("matplotlibrc"), "lines.linewidth: 3")
    write(home / ".config/matplotlib/stylelib/mine.mplstyle", "lines.linewidth: 3")
    write(home / ".keras/keras.json", json.dumps(KERAS | {"floatx": "float64"}))
    before = found()
    assert set(before) == {"matplotlibrc", "matplotlib/stylelib", "keras.json"}
    for path in (Path("matplotlibrc"), *home.rglob("*.mplstyle"), *home.rglob("keras.json")):
        path.write_text(path.read_text().replace("3", "4").replace("float64", "float16"), encoding="utf-8")
    now = found()
    assert all(before[name] != now[name] for name in before)
    assert set(found(MPLCONFIGDIR=str(tmp_path), KERAS_HOME=str(tmp_path))) == {"matplotlibrc"}
    write(tmp_path / "elsewhere/matplotlib/stylelib/mine.mplstyle", "lines.linewidth: 4")
    assert found(XDG_CONFIG_HOME=str(tmp_path / "elsewhere"))["matplotlib/stylelib"] == now["matplotlib/stylelib"]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (json.dumps(KERAS), False),  # as Keras writes it by itself
        (json.dumps({"floatx": "float32"}, indent=4), False),
        (json.dumps(KERAS | {"nmp_backend": "x"}), True),
        ("[1]", True),
        ("{", True),
    ],
)
def test_of_keras_only_what_its_user_has_changed_counts(text: str, counts: bool, tmp_path: Path) -> None:
    (tmp_path / "keras.json").write_text(text, encoding="utf-8")
    assert ("keras.json" in of_stages({"HOME": str(tmp_path), "KERAS_HOME": str(tmp_path)})) == counts


TOLD = """
import importlib.util, json, locale, os, sys, time
from texloom.staleness import environment
if __name__ == "__main__":
    environment.fix_looks()
    import matplotlib
    print(json.dumps([
        hash("text"), sys.flags.optimize, time.tzname[0], locale.setlocale(locale.LC_ALL, ""),
        locale.getpreferredencoding(), matplotlib.get_backend(), sys.argv[1:], matplotlib.rcParams["lines.linewidth"],
        sys.warnoptions, sys.flags.dev_mode, sys.flags.safe_path, sys.flags.ignore_environment, sys.flags.inspect,
        importlib.util.find_spec("of_the_user"), sys.stdout.encoding, sys.get_int_max_str_digits(),
    ]))
"""
USERS = {
    "PYTHONHASHSEED": "7",
    "PYTHONOPTIMIZE": "2",
    "PYTHONDEVMODE": "1",
    "PYTHONWARNINGS": "error::UserWarning",
    "PYTHONIOENCODING": "ascii",
    "PYTHONINTMAXSTRDIGITS": "5000",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONPYCACHEPREFIX": "cache",
    "PYTHONSTARTUP": "of_the_user.py",
    "TZ": "Asia/Kolkata",
    "LC_ALL": "C",
    "LANG": "de_DE.ISO-8859-1",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "MPLBACKEND": "svg",
    "LANGUAGE": "de",
}


def test_a_stage_by_hand_has_what_a_build_has_whatever_the_user_s_shell_says(tmp_path: Path) -> None:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments/__init__.py").touch()
    (tmp_path / "experiments/__main__.py").write_text(TOLD, encoding="utf-8")
    (tmp_path / "rc").write_text("lines.linewidth: 7", encoding="utf-8")
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules/of_the_user.py").touch()

    def told(*options: str, **variables: str) -> list[object]:
        kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
        command = [sys.executable, *options, "-m", "experiments", "train", "--seed=1"]
        env = kept | variables
        return json.loads(subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, check=True).stdout)

    fixed = told(**FIXED)
    assert fixed[1:3] + fixed[4:] == [
        *[0, "UTC", "utf-8", "agg", ["train", "--seed=1"], 1.5],
        *[[], False, False, 0, 0, None, "utf-8", 4300],
    ]
    shell = {"MATPLOTLIBRC": str(tmp_path / "rc"), "PYTHONPATH": str(tmp_path / "modules")}
    assert told("-O", "-W", "error", **USERS, **shell) == fixed
    assert told("-E", "-u", **FIXED) == fixed
    assert told("-m", "cProfile", "-o", os.devnull, **USERS, **shell) == fixed


def test_the_makefile_leaves_out_what_stages_do_without(root: Path) -> None:
    for makefile in (root / "Makefile", root / "engine/texloom/scaffold/files/report/Makefile"):
        lines = [line.split() for line in makefile.read_text(encoding="utf-8").splitlines()]
        assert [name for words in lines if words[:1] == ["unexport"] for name in words[1:]] == [*UNSET]


def test_no_other_program_is_restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.os, "execv", lambda *_: pytest.fail("was started anew"))
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    environment.fix_start()
