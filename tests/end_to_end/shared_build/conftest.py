"""The whole report, built once from the smoke profile: the tests of this folder share it, so they run on one worker."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Checkout


@pytest.fixture(scope="session")
def built(checkout: Checkout) -> Checkout:
    """The checkout after one `make PROFILE=smoke`."""
    assert "build/smoke/report.pdf is ready" in checkout.make("PROFILE=smoke")
    return checkout
