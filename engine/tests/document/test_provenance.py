"""The runs of a document: stale ones and those of other options are refused; what the appendix says of the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from texloom import manifest
from texloom.document import provenance
from texloom.errors import ReportError
from texloom.results.runs import Runs


def test_a_run_made_by_other_code_is_refused(
    project: Path, make_runs: Callable[..., Runs], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_runs({"loss": (0.25, "")}, {"loss": (0.35, "")})
    monkeypatch.setattr(provenance, "judge", lambda record, _: ["a.py", "b.py", "c.py", "d.py"][: 4 * record["seed"]])
    monkeypatch.setattr(provenance, "run_key", lambda *_: None)
    found = manifest.load()
    with pytest.raises(ReportError) as error:
        provenance.load_runs(found.experiments["toy"], found.profile("report"))
    assert error.value.where == "build/runs/toy/seed-1"
    assert error.value.what == "is out of date: a.py, b.py, c.py and 1 more changed since it was made"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], None),
        (["--smoke"], None),  # it is made anew: another profile had this folder
        (["--smoke", "--set epochs=5", "--cores 2"], "with --set epochs=5 --cores 2"),
    ],
)
def test_a_run_made_by_hand_with_other_options_is_refused(
    project: Path,
    make_runs: Callable[..., Runs],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    told: str | None,
) -> None:
    make_runs({"loss": (0.25, "")}, {"loss": (0.35, "")}, options=options)
    monkeypatch.setattr(provenance, "judge", lambda *_: [])
    monkeypatch.setattr(provenance, "run_key", lambda *_: None)
    found = manifest.load()
    part, profile = found.experiments["toy"], found.profile("report")
    if told is None:
        assert len(provenance.load_runs(part, profile)) == 2
        return
    with pytest.raises(ReportError) as error:
        provenance.load_runs(part, profile)
    assert error.value.what == f"was made by hand {told}, which is not what this report is made of"
    assert "rm -r build/runs/toy/seed-0, and make all makes it again" in error.value.way_out


def test_provenance_names_commits_settings_and_the_kind_of_machine(
    make_runs: Callable[..., Runs], tmp_path: Path
) -> None:
    runs = make_runs({"loss": (0.25, "")}, config={"hidden": [16, 8], "noise": "gaussian"})
    extra = {"commit": "0123456789abcdef", "dirty": True, "versions": {"numpy": "2.0"}, "code": {"a.py": "0"}}
    runs[0].record.update(extra, identity="f" * 64, kind="Linux x86_64 AVX2", seconds=61.2)
    facts = dict(provenance.facts(runs))
    assert facts["Commit"] == "0123456789ab with uncommitted changes"
    assert facts["Settings"] == "hidden = 16 × 8, noise = gaussian"
    assert facts["Code"] == "1 files, identity ffffffffffffffff"
    assert facts["Kind of machine"] == "Linux x86_64 AVX2"
    assert not [fact for fact in facts.values() if "61" in str(fact)]  # what it cost is no property of the result
