"""Import TensorFlow without its banners, and without losing an error."""

from __future__ import annotations

import importlib
import os
import re
import sys
import tempfile

BANNERS = re.compile(
    r"^(WARNING: All log messages before absl|[IW]\d+ \d|\d{4}-\d\d-\d\d .*: [IW] )"
    r"|^To enable the following instructions|^E\d+ .*failed call to cuInit|^$"  # cuInit: there is no GPU, which is fine
)


def import_quietly() -> None:
    """Import TensorFlow once; what it says of itself on standard error is dropped, the rest is passed on.

    The banners come from C++ before its log level is read, so the file descriptor is set aside during the import.
    """
    if "tensorflow" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            tensorflow = importlib.import_module("tensorflow")
            tensorflow.zeros(())  # the first operation speaks, too
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            said.seek(0)
            for line in said.read().decode(errors="replace").splitlines():
                if not BANNERS.match(line):
                    print(line, file=sys.stderr)
