"""The XLA flags that set the width of vectors and thus affect the last digits."""

from __future__ import annotations

import pytest

from texloom.machine.cores import WIDE_VECTORS, xla_flags


@pytest.mark.parametrize(
    ("own", "used"),
    [
        ("", WIDE_VECTORS),
        ("--xla_dump_to=/tmp/dump", f"--xla_dump_to=/tmp/dump {WIDE_VECTORS}"),
        ("--xla_cpu_prefer_vector_width=256", "--xla_cpu_prefer_vector_width=256"),
        (f"--xla_cpu_max_isa=AVX2 {WIDE_VECTORS}", f"--xla_cpu_max_isa=AVX2 {WIDE_VECTORS}"),
    ],
)
def test_other_flags_of_the_user_leave_the_width_as_it_is(own: str, used: str) -> None:
    assert xla_flags(own) == used
