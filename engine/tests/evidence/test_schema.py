"""evidence.json: written and read without loss, refused with a reason if it is not as it was written."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from texloom.errors import ReportError
from texloom.evidence.schema import Derived, Evidence, Experiment, Metric, OfMetric, Run, Value

RUN = Run(seed=0, identity="a", commit="c", uncommitted=False, kind="k", code="d", data="e", libraries={"numpy": "2"})


def value(of: Any, **options: Any) -> Value:
    return Value(number=1, place="a.tex.j2:3", page=1, printed="1", form="number", options=options, of=of)  # type: ignore[arg-type]


def evidence(*values: Value) -> Evidence:
    metric = Metric(unit="", meaning="loss", values=(0.1, math.nan, math.inf))
    return Evidence(
        title="Ä",
        date="2024-01-02",
        draft=False,
        anonymous=False,
        experiments={"toy": Experiment(title="Toy", runs=(RUN,), metrics={"loss": metric})},
        claims=(),
        checks=(),
        values=values,
        pages=("f",),
        sources=None,
    )


def test_it_is_read_as_it_was_written() -> None:
    """Whole numbers stay whole and others do not become so: they are printed differently."""
    ratio = Derived(operation="÷", operands=(OfMetric(metric="toy.loss"), 2.0))
    written = evidence(value(123456), value(123456.0, digits=3), value(ratio))
    read = Evidence.from_bytes(written.to_bytes())
    assert read.to_bytes() == written.to_bytes()
    assert [type(each.of) for each in read.values] == [int, float, Derived]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "B"}, "was changed after the build wrote it"),
        ({"version": 2}, "is not evidence of version 1: version: "),
        ({"more": 1}, "is not evidence of version 1: more: Extra inputs are not permitted"),
        ({"values": [value(1).model_dump() | {"options": {"decimals": 10**9}}]}, r"options\.decimals"),
    ],
)
def test_other_content_is_refused(change: dict[str, Any], said: str) -> None:
    content = json.loads(evidence().to_bytes()) | change
    with pytest.raises(ReportError, match=said):
        Evidence.from_bytes(json.dumps(content).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"a":' * 100_000])
def test_what_is_no_evidence_is_refused(content: bytes) -> None:
    with pytest.raises(ReportError, match="is not evidence of version 1"):
        Evidence.from_bytes(content)
