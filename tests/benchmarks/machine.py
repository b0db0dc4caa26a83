"""The machine that is measured: this one, or one with fewer vector instructions, as with `make bench ISA=avx2`."""

from __future__ import annotations

import os

from texloom.machine.kind import limited_to, processor

LIMIT = os.environ.get("ISA", "").upper()
"""The instruction set to which our code and the peers are limited; empty for no limit."""


def limit_instructions() -> None:
    """Limit this process and its child processes. Raises ReportError for an unknown instruction set."""
    if LIMIT:
        os.environ.update(limited_to(LIMIT) | {"MKL_ENABLE_INSTRUCTIONS": LIMIT})  # MKL: PyTorch's matrix products


def description() -> str:
    """The processor, and the limit of its instruction set."""
    return processor() + (f", limited to {LIMIT}" if LIMIT else "")
