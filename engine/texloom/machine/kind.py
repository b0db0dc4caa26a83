"""Properties of this machine: its kind, processor and memory, and the memory that a training needs."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from numpy._core._multiarray_umath import __cpu_features__ as processor_features  # np.show_runtime() prints it

from texloom.errors import ReportError, closest
from texloom.machine.cores import WIDE_VECTORS, available

TRAINING_MEMORY = 2500
"""Memory that a training may use, in MB; a build runs only as many trainings at a time as fit."""


class InstructionSet(NamedTuple):
    """Vector instructions of a processor, with their names in texloom, numpy, XLA, oneDNN and PyTorch."""

    name: str
    numpy: str
    xla: str = ""
    onednn: str = ""
    torch: str = ""


INSTRUCTION_SETS = {
    "x86_64": (
        InstructionSet("SSE4.2", "SSE42", "SSE4_2", "SSE41", "default"),
        InstructionSet("AVX", "AVX", "AVX", "AVX", "default"),
        InstructionSet("AVX2", "AVX2", "AVX2", "AVX2", "avx2"),
        InstructionSet("AVX-512", "AVX512_SKX", "AVX512", "AVX512_CORE", "avx512"),
    ),
    "aarch64": (InstructionSet("NEON", "ASIMD"), InstructionSet("SVE", "SVE")),
}
"""The instruction sets of each architecture, smallest first."""

SAME_ARCHITECTURE = {"AMD64": "x86_64", "arm64": "aarch64"}
"""Names of architectures that depend on the operating system."""

XLA_LIMIT = "--xla_cpu_max_isa"


def architecture() -> str:
    """The processor's architecture, with the same name on all operating systems."""
    return SAME_ARCHITECTURE.get(platform.machine(), platform.machine())


def instruction_set(environment: Mapping[str, str] = os.environ) -> str:
    """The widest vector instructions that trainings use: those of the processor, up to the limit in XLA_FLAGS.

    Empty for an unknown architecture.
    """
    limits = re.findall(rf"{XLA_LIMIT}=(\w+)", environment.get("XLA_FLAGS", ""))
    limit = limits[-1].upper() if limits else ""  # XLA uses the last one, in upper or lower case
    found = ""
    for each in INSTRUCTION_SETS.get(architecture(), ()):
        if not processor_features.get(each.numpy):
            break
        found = each.name
        if limit and limit == each.xla:
            break
    return found


def kind(environment: Mapping[str, str] = os.environ) -> str:
    """The kind of this machine: operating system, architecture and instruction set, for instance Linux x86_64 AVX2."""
    return " ".join(filter(None, (platform.system(), architecture(), instruction_set(environment))))


def limited_to(name: str) -> dict[str, str]:
    """Environment variables that make a process train as on a processor with no more than the instruction set `name`.

    numpy's own loops and BLAS are not limited; trainings do not use them.
    Raises ReportError for an instruction set to which XLA cannot be limited here.
    """
    known = {each.name: each for each in INSTRUCTION_SETS.get(architecture(), ()) if each.xla}
    if name not in known:
        raise ReportError("instruction set", f"'{name}' is unknown on {architecture()}", closest(name, known))
    limit = known[name]
    return {
        "XLA_FLAGS": f"{XLA_LIMIT}={limit.xla} {WIDE_VECTORS}",
        "ONEDNN_MAX_CPU_ISA": limit.onednn,
        "ATEN_CPU_CAPABILITY": limit.torch,
    }


def processor() -> str:
    """The processor's model, available cores and operating system: costs depend on them, results do not."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return f"{model}, {available()} cores, {platform.system()}"


def usable_memory() -> int:
    """Four fifths of the machine's memory in MB, at least the memory of one training."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 10**6
    return max(physical * 4 // 5, TRAINING_MEMORY)
