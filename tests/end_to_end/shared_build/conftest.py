"""The whole report, built once from the smoke profile: the tests of this folder share it, so they run on one worker."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Checkout


@pytest.fixture(scope="session")
def first_pdf(checkout: Checkout) -> bytes:
    """The PDF of one `make PROFILE=smoke` from nothing, before any test has edited anything."""
    assert "build/smoke/report.pdf is ready" in checkout.make("PROFILE=smoke")
    return checkout.pdf.read_bytes()


@pytest.fixture(scope="session")
def built(checkout: Checkout, first_pdf: bytes) -> Checkout:
    """The checkout after it."""
    return checkout
