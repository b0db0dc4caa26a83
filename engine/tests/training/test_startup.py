"""The quiet import: banners are dropped, errors are passed on, standard error is restored."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from texloom.training.startup import import_quietly

BANNERS = """\
2026-11-22 16:19:34.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.
2026-11-22 16:19:34.123456: W external/local_xla/xla/cuda_dnn.cc:1] could not
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1732292374.1 cpu_feature_guard.cc:210] This TensorFlow binary is optimized
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow

E0000 00:00:1732292374.1 cuda_executor.cc:1] INTERNAL: failed call to cuInit: UNKNOWN ERROR (303)
"""
ERRORS = """\
2026-11-22 16:19:34.123456: E tensorflow/core/framework.cc:1] out of memory
ImportError: libcudart.so: cannot open shared object file
F0000 00:00:1732292374.1 check failed
"""


FAKE = """\
import os
from types import SimpleNamespace

os.write(2, {said!r})
if {failing}:
    raise ImportError("broken")
config = SimpleNamespace(threading=SimpleNamespace(set_intra_op_parallelism_threads=lambda cores: None))
zeros = lambda shape: os.write(2, b"I0000 00:00:1 first operation\\n")
"""


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """import_quietly with a TensorFlow that writes BANNERS and ERRORS to the file descriptor, as C++ does."""
    monkeypatch.setitem(sys.modules, "tensorflow", ModuleType("tensorflow"))  # restored after the test
    monkeypatch.delitem(sys.modules, "tensorflow")
    monkeypatch.syspath_prepend(tmp_path)

    def run(failing: bool = False) -> None:
        said = (BANNERS + ERRORS).encode()
        (tmp_path / "tensorflow.py").write_text(FAKE.format(said=said, failing=failing), encoding="utf-8")
        import_quietly(cores=0)

    return run


def test_banners_are_dropped_and_errors_passed_on(
    start: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    start()
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == ERRORS + "afterwards\n"


def test_a_failed_import_keeps_its_errors_and_gives_standard_error_back(
    start: Callable[..., None], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ImportError, match="broken"):
        start(failing=True)
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == ERRORS + "afterwards\n"


THREADS = """\
import subprocess
import sys
from texloom.training.startup import import_quietly
for _ in range(2):
    import_quietly(int(sys.argv[1]))
import tensorflow as tf, scipy.linalg
from threadpoolctl import threadpool_info
print(tf.config.threading.get_intra_op_parallelism_threads())
print({library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"})
"""


@pytest.mark.usefixtures("needs_tensorflow")
@pytest.mark.parametrize("cores", [1, 2])
def test_operations_have_the_cores_of_a_training(cores: int) -> None:
    """scipy's own BLAS is loaded after the start, numpy's before."""
    pytest.importorskip("scipy")
    said = subprocess.run([sys.executable, "-c", THREADS, str(cores)], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == [str(cores), str({cores})]
