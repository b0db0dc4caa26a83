"""The study of rates and batch sizes: what its page says, and that the report takes what it found."""

from __future__ import annotations

import pytest

from experiments.denoising_autoencoder.config import Config as Denoiser
from experiments.variational_autoencoder.config import Config as Autoencoder
from tests.benchmarks.choices import RATES_AND_BATCHES, TABLE, Trained, as_page, read_page

EQUAL = {"denoising_autoencoder": 0.05, "variational_autoencoder": 0.2}
"""What counts as equally good, in the unit of what is measured: a few deviations between seeds."""


def test_a_page_is_read_as_it_was_written() -> None:
    found = [
        Trained("denoising_autoencoder", 0.002, 128, 17.196, 142),
        Trained("variational_autoencoder", 0.006, 256, -93.831, 137),
    ]
    text = as_page(reversed(found))
    assert list(read_page(text).values()) == found
    assert "| denoising_autoencoder | 0.002 | 128 | 17.196 | 142 |\n| variational" in text


@pytest.mark.parametrize("config", [Denoiser(), Autoencoder()], ids=["denoiser", "autoencoder"])
def test_the_report_takes_what_no_candidate_beats(config: Denoiser | Autoencoder) -> None:
    experiment = type(config).__module__.split(".")[1]
    rows = read_page(TABLE.read_text(encoding="utf-8"))
    reached = {(rate, batch): row.reached for (name, rate, batch), row in rows.items() if name == experiment}
    assert set(reached) == set(RATES_AND_BATCHES[experiment])
    assert reached[config.learning_rate, config.batch] >= max(reached.values()) - EQUAL[experiment]
