"""What this machine is and has: its kind, its processor, its memory, and what a training takes of it."""

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
"""MB that a training may take; a build starts no more of them at a time than fit."""


class InstructionSet(NamedTuple):
    """Vector instructions of a processor, as we, numpy, XLA, oneDNN and PyTorch call them."""

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
"""For each architecture, the smaller ones first."""

SAME_ARCHITECTURE = {"AMD64": "x86_64", "arm64": "aarch64"}
"""Other names that operating systems have for them."""

XLA_LIMIT = "--xla_cpu_max_isa"


def architecture() -> str:
    """The processor's architecture, by one name on all operating systems."""
    return SAME_ARCHITECTURE.get(platform.machine(), platform.machine())


def instruction_set(environment: Mapping[str, str] = os.environ) -> str:
    """The widest vector instructions that trainings use: those of the processor, up to the limit in XLA_FLAGS.

    Empty where nothing is known of the architecture.
    """
    limits = re.findall(rf"{XLA_LIMIT}=(\w+)", environment.get("XLA_FLAGS", ""))
    limit = limits[-1].upper() if limits else ""  # XLA takes the last, in capitals or not
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
    """Environment variables with which a process trains as on a machine whose processor has no more than `name`.

    numpy's own loops and its BLAS are left as they are; they train nothing.
    Raises ReportError for an instruction set that XLA cannot be limited to here.
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
    """The processor's model and how much of it we have: what costs depend on, but results do not."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return f"{model}, {available()} cores, {platform.system()}"


def usable_memory() -> int:
    """Four fifths of the machine's memory in MB, at least what one training takes."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 10**6
    return max(physical * 4 // 5, TRAINING_MEMORY)
