"""The machine that is measured: this one, or one of fewer vector instructions, as `make bench ISA=avx2` asks for."""

from __future__ import annotations

import os

from texloom.machine.kind import limited_to, processor

LIMIT = os.environ.get("ISA", "").upper()
"""The instruction set that we and our peers are limited to; empty for all that the processor has."""


def limit_instructions() -> None:
    """Limit this process and those that it starts. Raises ReportError for an instruction set that is unknown here."""
    if LIMIT:
        os.environ.update(limited_to(LIMIT))


def description() -> str:
    """The processor, and its limit."""
    return processor() + (f", limited to {LIMIT}" if LIMIT else "")
