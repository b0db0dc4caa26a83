"""The available processor cores, how many of them a training uses, and how."""

from __future__ import annotations

import os

from threadpoolctl import threadpool_limits

PER_TRAINING = 1
"""The last digits of a result depend on the number of cores; with one core they are the same on all machines of
a kind. A build is also faster with one training on each core than with all cores for each training."""

VECTOR_WIDTH = "--xla_cpu_prefer_vector_width"
WIDE_VECTORS = f"{VECTOR_WIDTH}=512"
"""Option in XLA_FLAGS without which XLA uses only half of each AVX-512 register."""

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Variables that linear algebra libraries read when they are loaded."""


def available() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def xla_flags(own: str) -> str:
    """XLA_FLAGS with wide vectors added to the user's own flags, unless those set a width."""
    return own if VECTOR_WIDTH in own else f"{own} {WIDE_VECTORS}".strip()


def limit_linear_algebra(cores: int) -> None:
    """Limit BLAS to this number of cores, in libraries that are loaded already and in those loaded later."""
    os.environ.update(dict.fromkeys(THREADS, str(cores)))
    threadpool_limits(cores, user_api="blas")
