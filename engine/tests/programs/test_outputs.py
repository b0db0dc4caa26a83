"""What a command may write, and the line of each mistake in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from texloom.errors import ReportError
from texloom.programs.outputs import read_metrics, read_outputs

GOOD = """\
{
  "mean": {"value": 1.5, "unit": "mm", "meaning": "mean {of} all days", "error": 0.25},
  "days": {
    "value": 12345678,
    "unit": "",
    "meaning": "number of days"
  }
}
"""
PNG = b"\x89PNG\r\n\x1a\n....IEND"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with a good metrics.json."""
    (tmp_path / "metrics.json").write_text(GOOD, encoding="utf-8")
    return tmp_path


def refused(out: Path) -> str:
    """The message for the content of the folder, without the folder's path."""
    with pytest.raises(ReportError) as error:
        read_outputs(out)
    return str(error.value).replace(f"{out}/", "")


def test_metrics_have_value_unit_meaning_and_error(out: Path) -> None:
    assert read_outputs(out).metrics == {
        "mean": {"value": 1.5, "unit": "mm", "meaning": "mean {of} all days", "error": 0.25},
        "days": {"value": 12345678.0, "unit": "", "meaning": "number of days"},
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"unit": "",\n', '"unit": ""\n', "metrics.json:6: is not JSON: Expecting ',' delimiter"),
        ("12345678", "NaN", "metrics.json:4: metric 'days': its value is NaN, not a number\n  see whether"),
        ("12345678", '"many"', """metrics.json:4: metric 'days': its value is "many", not a number"""),
        ("12345678", "true", "metrics.json:4: metric 'days': its value is true, not a number"),
        ('"unit": "",', '"unit": null,', "metrics.json:5: metric 'days': its unit is null, not a text"),
        ('"number of days"', '""', """metrics.json:6: metric 'days': its meaning is "", not a text"""),
        ("0.25", "-1", "metrics.json:2: metric 'mean': its error is -1, not a number"),
        (
            '"unit": "",',
            '"units": "",',
            "metrics.json:5: metric 'days' has an unknown key 'units'\n  there are: error,",
        ),
        ('"unit": "",', "", "metrics.json:3: metric 'days' has no unit\n  for instance {"),
        ('"days": {', '"mean": {', "metrics.json:3: has 'mean' twice"),
        ('"days": {', '"days": 3, "d": {', "metrics.json:3: metric 'days' is 3, not an object"),
        (GOOD, "[1]", "metrics.json: has no metrics by name"),
        (GOOD, "{}", "metrics.json: has no metrics by name"),
    ],
)
def test_a_mistake_in_metrics_is_named_with_its_line(out: Path, old: str, new: str, message: str) -> None:
    assert GOOD.count(old) == 1
    (out / "metrics.json").write_text(GOOD.replace(old, new), encoding="utf-8")
    assert refused(out).startswith(message)


def test_a_key_is_found_below_its_own_metric(tmp_path: Path) -> None:
    """The metric `value` is named like a key of all metrics."""
    path = tmp_path / "metrics.json"
    one = '{"unit": "", "meaning": "a",\n"value": 1}'
    path.write_text(f'{{"a": {one},\n"value": {one.replace("1", "[]")}}}', encoding="utf-8")
    with pytest.raises(ReportError, match=r"metrics\.json:4: metric 'value': its value is \[\], not a number"):
        read_metrics(path)


def test_a_command_that_writes_no_metrics_is_told_the_form(tmp_path: Path) -> None:
    assert refused(tmp_path).startswith("metrics.json: was not written by the command\n  write it into $TEXLOOM_OUT: {")


def test_arrays_tables_and_pictures_are_kept(out: Path) -> None:
    np.save(out / "image.npy", np.eye(2))
    (out / "rain.csv").write_text('day,"rain, mm",note\n1,2.50,dry\n2,-1e3,4\n', encoding="utf-8")
    (out / "map.png").write_bytes(PNG)
    arrays = read_outputs(out).arrays
    assert arrays.keys() == {"image", "rain.csv", "rain.day", "rain.rain, mm", "map.png"}
    np.testing.assert_array_equal(arrays["image"], np.eye(2))
    np.testing.assert_array_equal(arrays["rain.rain, mm"], [2.5, -1000])
    assert arrays["map.png"].tobytes() == PNG


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"x,y\n1,2\n\n3\n", "a.csv:4: has 1 cells, and the headings are 2"),
        ("a.csv", b"x,x\n1,2\n", "a.csv:1: has no line of different headings"),
        ("a.csv", b"", "a.csv:1: has no line of different headings"),
        ("a.csv", b"x\n\xff\n", "a.csv:2: is not UTF-8"),
        ("a.npy", b"no array", "a.npy: is not an array of numpy's"),
        ("a.npy", b"", "a.npy: is not an array of numpy's"),
        ("a.pdf", b"%PDF-1.4 and then", "a.pdf: is cut short"),
        ("a.png", b"%PDF-1.4 %%EOF", "a.png: is not what its name says"),
        ("a.png", b"", "a.png: is empty"),
        (
            "a.svg",
            b"<svg/>",
            "a.svg: is of a kind that no run can keep\n  write into $TEXLOOM_OUT only metrics",
        ),
        ("a b.csv", b"x\n1\n", "a b.csv: has a name that a template cannot use"),
    ],
)
def test_a_file_that_cannot_be_kept_is_named(out: Path, name: str, content: bytes, message: str) -> None:
    (out / name).write_bytes(content)
    assert refused(out).startswith(message)


def test_objects_of_python_are_no_array(out: Path) -> None:
    np.save(out / "a.npy", np.array([{}], dtype=object), allow_pickle=True)
    assert refused(out).startswith("a.npy: is not an array of numpy's")


def test_a_folder_and_two_pictures_of_one_name_are_refused(out: Path) -> None:
    (out / "model").mkdir()
    assert refused(out).startswith("model: is a folder\n")
    (out / "model").rmdir()
    (out / "map.png").write_bytes(PNG)
    (out / "map.pdf").write_bytes(b"%PDF %%EOF")
    assert refused(out).startswith("map.png: has the name of map.pdf\n")


def test_hidden_files_of_the_system_are_ignored(out: Path) -> None:
    (out / ".DS_Store").write_bytes(b"")
    assert not read_outputs(out).arrays
