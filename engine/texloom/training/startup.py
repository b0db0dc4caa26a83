"""Import TensorFlow without its banners, but with its errors, and set the number of cores for a training."""

from __future__ import annotations

import os
import re
import sys
import tempfile

from texloom.machine.cores import PER_TRAINING, limit_linear_algebra, xla_flags

BANNERS = re.compile(
    r"^(WARNING: All log messages before absl|[IW]\d+ \d|\d{4}-\d\d-\d\d .*: [IW] )"
    r"|^To enable the following instructions|^E\d+ .*failed call to cuInit|^$"  # cuInit: no GPU, none is needed
)


def import_quietly(cores: int = PER_TRAINING) -> None:
    """Import TensorFlow; its banners on standard error are dropped, other lines are passed on.

    C++ code prints the banners before the log level is read, so the file descriptor is redirected during the import.
    cores: how many cores an operation of TensorFlow, or of linear algebra elsewhere, may use; 0 for all. Raises
    RuntimeError if TensorFlow has already run operations with another number.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["XLA_FLAGS"] = xla_flags(os.environ.get("XLA_FLAGS", ""))
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            import tensorflow  # not at the top: it takes seconds, and an analysis does not need it

            tensorflow.config.threading.set_intra_op_parallelism_threads(cores)
            tensorflow.zeros(())  # the first operation prints banners, too
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            said.seek(0)
            for line in said.read().decode(errors="replace").splitlines():
                if not BANNERS.match(line):
                    print(line, file=sys.stderr)
    if cores:
        limit_linear_algebra(cores)
