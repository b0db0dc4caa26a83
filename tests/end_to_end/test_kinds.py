"""Another kind of machine, simulated in CI by processes that are limited to a smaller instruction set."""

from __future__ import annotations

import pytest
from pypdf import PdfReader

from tests.benchmarks import improved_protocol
from tests.end_to_end.conftest import Checkout
from texloom.document.summary import BROKEN, Summary
from texloom.machine import kind as machine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(machine.architecture() != "x86_64", reason="XLA can be limited on x86-64 only"),
]

SMALLER = "AVX2" if machine.instruction_set({}) == "AVX-512" else "AVX"
"""An instruction set smaller than this machine's."""


@pytest.mark.parametrize("condition", [improved_protocol.NATIVE, SMALLER])
def test_the_improved_protocol_converges_at_full_length(condition: str) -> None:
    training = improved_protocol.train_elsewhere(condition, seed=1)
    assert training.kind == improved_protocol.kind_of(condition)
    assert training.converged, training


def build_smoke(checkout: Checkout, folder: str, **environment: str) -> tuple[Summary, str]:
    """The smoke report in a separate build folder: the build's output and the text of the pages."""
    profile = f'[profiles.{folder}]\nfolder = "build/{folder}"\nsmoke = true\nseeds = 1\nclaims = "show"'
    with checkout.appended("manifest", profile):
        assert f"build/{folder}/report.pdf is ready" in checkout.make(f"PROFILE={folder}", **environment)
    build = checkout.folder / "build" / folder
    pages = [page.extract_text() for page in PdfReader(build / "report.pdf").pages]
    return Summary.read(build / "tex" / "summary.json"), " ".join(" ".join(pages).split())


def test_the_smoke_report_claims_the_same_on_a_smaller_instruction_set(checkout: Checkout) -> None:
    """Nine tenths of the claims that hold here must hold there, too.

    After trainings of a few seconds some values are close to their limits.
    """
    limited = machine.limited_to(SMALLER)
    here, text = build_smoke(checkout, "native")
    there, limited_text = build_smoke(checkout, "limited", **limited)
    assert f"Kind of machine {machine.kind()}" in text
    assert f"Kind of machine {machine.kind(limited)}" in limited_text
    assert here.metrics != there.metrics  # it really computed with other instructions
    assert here.claims.keys() == there.claims.keys()
    holding = {claim for claim, condition in here.claims.items() if not condition.startswith(BROKEN)}
    lost = {claim: there.claims[claim] for claim in holding if there.claims[claim].startswith(BROKEN)}
    assert len(holding) > 10
    assert len(lost) <= len(holding) / 10, lost
