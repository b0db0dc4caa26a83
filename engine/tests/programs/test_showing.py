"""Tables and pictures of runs that a command has made, and the agreement of its seeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from texloom.errors import ReportError
from texloom.programs import showing
from texloom.results.metrics import Metric
from texloom.results.runs import Runs
from texloom.results.writer import RunWriter


def runs(folder: Path, *units: dict[str, str], **files: str) -> Runs:
    """Runs with metrics of these units, each with these files, whose names have _ for a dot."""
    for seed, each in enumerate(units):
        writer = RunWriter({name: Metric(unit, name) for name, unit in each.items()})
        for name in each:
            writer.metric(name, 1.0)
        for name, text in files.items():
            writer.array(name.replace("_", "."), np.frombuffer(text.encode(), dtype=np.uint8))
        writer.write(folder / "runs" / "rain" / f"seed-{seed}", {"experiment": "rain", "seed": seed})
    return Runs.load(folder, "rain", range(len(units)))


def test_numbers_of_a_table_are_numbers_and_the_rest_is_text(tmp_path: Path) -> None:
    text = "day,rain,code\n1,2.50,007\n2,,NA\n"
    (table,) = showing.tables(runs(tmp_path, {"a": ""}, rain_csv=text, map_pdf="%PDF")).values()
    assert table.columns == [("day", ""), ("rain", ""), ("code", "")]
    assert table.rows == [[1, 2.5, "007"], [2, None, "NA"]]


def test_a_long_table_is_only_arrays(tmp_path: Path) -> None:
    text = "n\n" + "1\n" * (showing.LONGEST + 1)
    assert showing.tables(runs(tmp_path, {"a": ""}, rain_csv=text)) == {}


def test_pictures_have_the_bytes_that_were_written(tmp_path: Path) -> None:
    found = runs(tmp_path, {"a": ""}, map_pdf="%PDF %%EOF", plot_png="png", rain_csv="n\n1\n")
    assert dict(showing.pictures(found)) == {"map.pdf": b"%PDF %%EOF", "plot.png": b"png"}


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"a": "m", "b": ""}, "metric 'b': differs between seeds 0 and 1: only one of them has it"),
        ({"a": "mm"}, "metric 'a': differs between seeds 0 and 1: in different units"),
    ],
)
def test_seeds_with_different_metrics_are_refused(tmp_path: Path, second: dict[str, str], message: str) -> None:
    showing.check_alike(runs(tmp_path / "alike", {"a": "m"}, {"a": "m"}))
    with pytest.raises(ReportError, match=f"^rain: {message}\n"):
        showing.check_alike(runs(tmp_path, {"a": "m"}, second))
