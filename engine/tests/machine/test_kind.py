"""The kind of a machine, read from the processor; and processes limited to smaller instruction sets."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.machine import kind as machine

KERNEL_FLAGS = {"SSE4.2": "sse4_2", "AVX": "avx", "AVX2": "avx2", "AVX-512": "avx512vl"}
"""The names of the instruction sets in Linux."""


@pytest.fixture
def x86(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor with AVX-512."""
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    monkeypatch.setattr(
        machine, "processor_features", dict.fromkeys(("SSE42", "AVX", "AVX2", "AVX512F", "AVX512_SKX"), True)
    )


@pytest.mark.skipif(platform.system() != "Linux" or platform.machine() != "x86_64", reason="reads Linux's own list")
def test_the_instruction_set_is_the_widest_that_the_kernel_lists() -> None:
    (flags, *_) = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")]
    listed = [name for name, flag in KERNEL_FLAGS.items() if flag in flags.split()]
    assert machine.instruction_set({}) == listed[-1]


def test_the_kind_is_system_architecture_and_instruction_set(x86: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    assert machine.kind() == "Linux x86_64 AVX-512"
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert machine.kind() == "Linux riscv64"


@pytest.mark.parametrize("name", ["SSE4.2", "AVX", "AVX2"])
def test_a_limited_process_is_of_the_smaller_kind(x86: None, name: str) -> None:
    assert machine.instruction_set(machine.limited_to(name)) == name


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        ("--xla_cpu_max_isa=avx2", "AVX2"),
        ("--xla_cpu_max_isa=AVX --xla_cpu_max_isa=AVX2", "AVX2"),
        ("--xla_cpu_max_isa=nothing", "AVX-512"),
        ("--xla_dump_to=/tmp", "AVX-512"),
    ],
)
def test_the_limit_is_read_as_xla_reads_it(x86: None, flags: str, name: str) -> None:
    assert machine.instruction_set({"XLA_FLAGS": flags}) == name


def test_a_limit_above_what_the_processor_has_changes_nothing(x86: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "processor_features", {"SSE42": True, "AVX": True, "AVX2": False})
    assert machine.instruction_set(machine.limited_to("AVX-512")) == "AVX"


def test_an_instruction_set_that_cannot_be_played_is_refused(x86: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReportError, match="'AVX3' is unknown on x86_64") as error:
        machine.limited_to("AVX3")
    assert "closest: 'AVX'" in error.value.way_out
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    with pytest.raises(ReportError, match="'AVX2' is unknown on aarch64"):
        machine.limited_to("AVX2")
