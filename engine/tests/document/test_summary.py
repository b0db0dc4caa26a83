"""The differences of two builds, and revisions that cannot be compared."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from texloom.document import summary
from texloom.document.claims import Claim
from texloom.document.summary import Summary
from texloom.errors import ReportError
from texloom.results.places import BuildFolder
from texloom.results.quantity import Quantity
from texloom.results.runs import Runs
from texloom.results.sealed import write_sealed

BUILD = BuildFolder(Path("build"))


def metric(*values: float, unit: str = "") -> dict:
    return {"values": list(values), "unit": unit}


BEFORE = Summary(
    {"gan.fid": metric(10.0, 12.0), "gan.kid": metric(0.5, unit="%"), "gan.old": metric(1.0)},
    {"It works": "fid = 11 < 20", "It is fast": "time = 1 < 2", "It was said": "a = 1 > 0"},
    {"gan/losses": "aaaaaaaaaaaa", "gan/samples": "bbbbbbbbbbbb"},
)
AFTER = Summary(
    {"gan.fid": metric(9.0, 11.0), "gan.kid": metric(0.5, unit="%"), "gan.new": metric(3.25, unit="dB")},
    {"It works": "fid = 10 < 20", "It is fast": "broken: time = 3 < 2"},
    {"gan/losses": "aaaaaaaaaaaa", "gan/samples": "cccccccccccc"},
)


def test_every_difference_and_nothing_else() -> None:
    assert summary.compare(BEFORE, AFTER) == [
        ("metric", "gan.fid", "11 ± 1.4", "10 ± 1.4"),
        ("metric", "gan.old", "1", "–"),
        ("metric", "gan.new", "–", "3.25 dB"),
        ("claim", "It is fast", "holds", "broken"),
        ("claim", "It was said", "holds", "–"),
        ("figure", "gan/samples", "bbbbbbbb", "cccccccc"),
    ]
    assert summary.compare(AFTER, AFTER) == []


def test_the_table_lines_up() -> None:
    head, first, *_ = summary.as_text(summary.compare(BEFORE, AFTER)).splitlines()
    assert head.split() == ["what", "name", "before", "after"]
    assert first.index("11 ±") == head.index("before")
    assert first.index("10 ±") == head.index("after")
    lines = summary.as_text([("claim", "one two three", "holds", "broken"), ("metric", "a.b", "1.50", "–")], width=8)
    assert lines.splitlines() == [
        "what    name     before    after",
        "claim   one two  holds     broken",
        "        three",
        "metric  a.b      1.50      –",
    ]
    assert summary.as_text([]) == "nothing changed: the same metrics, claims and figures"


def test_a_summary_holds_what_the_runs_say_and_is_read_back(make_runs: Callable[..., Runs], tmp_path: Path) -> None:
    runs = make_runs({"loss": (1.5, "dB")}, {"loss": (2.5, "dB")})
    (tmp_path / "figures" / "toy").mkdir(parents=True)
    (tmp_path / "figures" / "toy" / "curve.pdf").write_bytes(b"drawn")
    one = Quantity("a", (1.0,), "dB")
    claims = [
        Claim("Held by {limit},", one < 2, "toy.tex.j2:1", "toy", 1),
        Claim("Not held", Quantity("b", (2.0,), "dB") < one, "toy.tex.j2:2", "toy", 2),
    ]
    made = Summary.of({"toy": runs}, claims, tmp_path / "figures")
    assert made.metrics == {"toy.loss": {"values": [1.5, 2.5], "unit": "dB"}}
    assert made.claims == {"Held by 2 dB": "a = 1 < 2", "Not held": "broken: b = 2 < a = 1"}
    assert list(made.figures) == ["toy/curve"]
    (tmp_path / "summary.json").write_text(made.to_json(), encoding="utf-8")
    read = Summary.read(tmp_path / "summary.json")
    assert summary.compare(read, Summary.of({"toy": runs}, claims, tmp_path / "figures")) == []


@pytest.fixture
def commit(project: Path) -> str:
    """The commit of a repository with one."""
    git = ["git", "-c", "user.name=A Test", "-c", "user.email=test@localhost"]
    for command in (["init", "--quiet"], ["commit", "--quiet", "--allow-empty", "--message", "one"]):
        subprocess.run([*git, *command], check=True)
    return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()


def test_revisions_that_cannot_be_compared(commit: str) -> None:
    with pytest.raises(ReportError, match="REV: git knows no revision 'nowhere'"):
        summary.of_revision("nowhere", BUILD)
    with pytest.raises(ReportError, match=f"no build of {commit[:12]} in build\n  run make in a clean checkout"):
        summary.of_revision("HEAD", BUILD)
    kept = BUILD.summary_of(commit)
    kept.parent.mkdir(parents=True)
    write_sealed(kept, asdict(BEFORE))
    assert summary.of_revision("HEAD", BUILD) == BEFORE
    kept.write_text(kept.read_text(encoding="utf-8").replace("0", "1"), encoding="utf-8")
    with pytest.raises(
        ReportError, match=rf"{commit}\.json: was changed after it was stored.*\n  remove it; make in a"
    ):
        summary.of_revision("HEAD", BUILD)
