"""The whole report, built once with the smoke profile; the tests of this folder share it and run on one worker."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Checkout


@pytest.fixture(scope="session")
def first_pdf(checkout: Checkout) -> bytes:
    """The PDF of a `make PROFILE=smoke` from scratch, before any test has edited anything."""
    assert "build/smoke/report.pdf is ready" in checkout.make("PROFILE=smoke")
    return checkout.pdf.read_bytes()


@pytest.fixture(scope="session")
def built(checkout: Checkout, first_pdf: bytes) -> Checkout:
    """The checkout after that build."""
    return checkout
