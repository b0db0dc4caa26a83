"""docs/reads.md agrees with the recorder."""

from __future__ import annotations

from pathlib import Path

from texloom.staleness.recording.reads import GENERATED, LITTER

TEXT = (Path(__file__).parents[2] / "docs/reads.md").read_text(encoding="utf-8")


def test_all_names_that_never_count_in_a_listing_are_told() -> None:
    assert [name for name in (*LITTER, *GENERATED) if f"`{name}`" not in TEXT] == []
