"""The study of settings: the content of its page, and that the report uses its result."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from experiments.denoising_autoencoder.config import Config as Denoiser
from experiments.variational_autoencoder.config import Config as Autoencoder
from tests.benchmarks.choices import CANDIDATES, TABLE, Trained, as_page, read_page
from texloom.training.configuration import parse_settings

EQUAL = {"denoising_autoencoder": 0.05, "variational_autoencoder": 0.2}
"""Differences up to this count as equally good, in the unit of the measurement: a few deviations between seeds."""
FASTER = 0.95
"""A candidate is called slower if the report's training takes less than this fraction of its time."""


def test_a_page_is_read_as_it_was_written() -> None:
    found = [
        Trained("denoising_autoencoder", "learning_rate=0.002 batch=128", 17.196, 142),
        Trained("variational_autoencoder", "learning_rate=0.006 batch=256", -93.831, 137),
    ]
    text = as_page(reversed(found))
    assert list(read_page(text).values()) == found
    assert "| denoising_autoencoder | `learning_rate=0.002 batch=128` | 17.196 | 142 |\n| variational" in text


@pytest.mark.parametrize("config", [Denoiser(), Autoencoder()], ids=["denoiser", "autoencoder"])
def test_the_report_takes_what_no_candidate_as_fast_beats(config: Denoiser | Autoencoder) -> None:
    experiment = type(config).__module__.split(".")[1]
    page = read_page(TABLE.read_text(encoding="utf-8"))
    rows = {settings: row for (name, settings), row in page.items() if name == experiment}
    assert set(rows) == set(CANDIDATES[experiment])
    (report,) = (each for each in rows if config.changed(parse_settings(each.split())) == config)
    for row in rows.values():
        slower = row.seconds > rows[report].seconds / FASTER
        assert slower or row.reached <= rows[report].reached + EQUAL[experiment], row


@pytest.mark.parametrize("experiment", CANDIDATES)
def test_the_text_names_each_value_that_was_tried(experiment: str) -> None:
    text = Path("templates/sections", f"{experiment}.tex.j2").read_text(encoding="utf-8")
    numbers = set(re.findall(r"\d+(?:\.\d+)?", " ".join(CANDIDATES[experiment])))
    assert {number for number in numbers if not re.search(rf"(?<![\d.]){re.escape(number)}(?![\d])", text)} == set()
