"""The processor cores that there are, how many of them a training uses, and how."""

from __future__ import annotations

import os

from threadpoolctl import threadpool_limits

PER_TRAINING = 1
"""The last digits of a result depend on the number of cores, so with one they are the same on every machine of a kind;
and a build is faster with as many trainings at a time as there are cores than with all cores for each."""

VECTOR_WIDTH = "--xla_cpu_prefer_vector_width"
WIDE_VECTORS = f"{VECTOR_WIDTH}=512"
"""For XLA_FLAGS: without it, XLA uses half of each AVX-512 register."""

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What libraries of linear algebra read when they are loaded."""


def available() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def xla_flags(own: str) -> str:
    """XLA_FLAGS with wide vectors: the user's own come first, and count where they name a width."""
    return own if VECTOR_WIDTH in own else f"{own} {WIDE_VECTORS}".strip()


def limit_linear_algebra(cores: int) -> None:
    """Let BLAS use so many cores, in the libraries that are loaded and in those that will be."""
    os.environ.update(dict.fromkeys(THREADS, str(cores)))
    threadpool_limits(cores, user_api="blas")
