"""A few of the faults of `blows`; `python -m tests.end_to_end.blows` injects hundreds."""

from __future__ import annotations

import pytest

from tests.end_to_end.blows.attack import Attack


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Attack:
    return Attack.start(tmp_path_factory.mktemp("blows"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_a_blow_leaves_the_last_good_pdf_or_the_right_new_one(attack: Attack, seed: int) -> None:
    assert attack.blow(seed)
