"""What this machine has, and what a training takes of it."""

from __future__ import annotations

import os

TRAINING_MEMORY = 2500
"""MB that a training may take; a build starts no more of them at a time than fit."""


def usable_memory() -> int:
    """Four fifths of the machine's memory in MB, at least what one training takes."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 10**6
    return max(physical * 4 // 5, TRAINING_MEMORY)
