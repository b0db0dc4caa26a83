"""What was found in source texts is kept between commands, and never used for other texts or by other code."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.staleness import code
from texloom.staleness.remembered import MOST, Remembered

VALUES: list[str] = []


def compute(value: str) -> str:
    VALUES.append(value)
    return value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    VALUES.clear()
    return tmp_path / "known.json"


def test_a_later_process_computes_nothing_again(path: Path) -> None:
    for _ in range(2):  # processes
        known = Remembered(path, "1")
        assert [known.get(each, lambda each=each: compute(each)) for each in ("a", "b", "a")] == ["a", "b", "a"]
        known.keep()
    assert VALUES == ["a", "b"]
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("content", ["", "[]", '{"version": "1"}', '{"version": "1", "known": {"a": 1}}', "{"])
def test_a_damaged_file_counts_as_none(path: Path, content: str) -> None:
    path.write_text(content)
    assert Remembered(path, "1").get("a", lambda: compute("a")) == "a"
    assert VALUES == ["a"]


def test_another_version_uses_none_of_it(path: Path) -> None:
    before = Remembered(path, "1")
    before.get("a", lambda: compute("old"))
    before.keep()
    after = Remembered(path, "2")
    assert after.get("a", lambda: compute("new")) == "new"
    after.keep()
    assert Remembered(path, "2").get("a", lambda: compute("again")) == "new"


def test_two_processes_keep_what_both_found_and_no_more_than_is_useful(path: Path) -> None:
    first, second = Remembered(path, "1"), Remembered(path, "1")
    for known, names in ((first, range(MOST)), (second, ["last"])):
        for name in names:
            known.get(str(name), lambda: "found")
        known.keep()
    kept = Remembered(path, "1")
    assert kept.get("last", lambda: compute("lost")) == "found"
    assert kept.get("1", lambda: compute("lost")) == "found"
    assert kept.get("0", lambda: compute("dropped")) == "dropped"


def test_without_its_folder_nothing_is_written(path: Path) -> None:
    known = Remembered(path.parent / "none" / "known.json", "1")
    known.get("a", lambda: "a")
    known.keep()
    assert not list(path.parent.iterdir())


def test_digests_are_those_without_it(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """For each module of the engine and each choice of what counts, also when they come from the file."""
    modules = sorted(Path(code.__file__).parent.glob("*.py"))

    def found() -> list[object]:
        code._digest.cache_clear()
        code._read_by.cache_clear()
        return [(code.code_digests(each), code.read_by(each), code.code_digest(each, ["keep"])) for each in modules]

    def fail(*_: object) -> str:
        raise AssertionError("is computed again")

    monkeypatch.setattr(code, "KNOWN", Remembered(path, "1"))
    computed = found()
    code.KNOWN.keep()
    monkeypatch.setattr(code, "KNOWN", Remembered(path, "1"))
    monkeypatch.setattr(code, "_computed_digest", fail)
    monkeypatch.setattr(code, "_found_to_be_read", fail)
    assert found() == computed
    assert len({str(each) for each in computed}) == len(modules)
