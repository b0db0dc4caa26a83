"""The runs of a document: errors for runs out of date or with other options; the provenance of the others."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom import manifest
from texloom.document import provenance
from texloom.document.tex.latex import TeX
from texloom.errors import ReportError
from texloom.manifest import DataSet
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
        (["--smoke"], None),  # it is rebuilt: another profile had this folder
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
    assert error.value.what == f"was made by hand {told}, which this report does not use"
    assert "rm -r build/runs/toy/seed-0, and the next build makes it again" in error.value.way_out


def test_provenance_names_commits_and_the_kind_of_machine(make_runs: Callable[..., Runs], tmp_path: Path) -> None:
    runs = make_runs({"loss": (0.25, "")})
    extra = {"commit": "0123456789abcdef", "dirty": True, "versions": {"numpy": "2.0"}, "code": {"a.py": "0"}}
    runs[0].record.update(extra, identity="f" * 64, kind="Linux x86_64 AVX2", seconds=61.2)
    facts = dict(provenance.facts(runs))
    assert facts["Commit"] == "0123456789ab with uncommitted changes"
    assert facts["Code"] == "1 files, identity ffffffffffffffff"
    assert facts["Kind of machine"] == "Linux x86_64 AVX2"
    assert not [fact for fact in facts.values() if "61" in str(fact)]  # what it cost is no property of the result


def test_the_appendix_lists_sources_licences_and_digests_of_data() -> None:
    own = DataSet(file="rain.csv", licence="CC BY 4.0", citation="A. Student: Rain")
    assert provenance.data_facts("rain", own) == [
        ("Name", "rain"),
        ("File", "rain.csv"),
        ("Licence", "CC BY 4.0"),
        ("Citation", "A. Student: Rain"),
    ]
    stars = DataSet(url="https://example.org/a%20b_{c}.csv?x=1#y", sha256="0" * 64)
    assert provenance.data_facts("stars", stars) == [
        ("Name", "stars"),
        ("Address", TeX(r"\url{https://example.org/a%20b_%7Bc%7D.csv?x=1#y}")),
    ]
    record = DataSet(doi="10.5281/zenodo.4924875")
    assert provenance.data_facts("r", record)[1] == ("DOI", TeX(r"\url{https://doi.org/10.5281/zenodo.4924875}"))


def test_exemptions_are_reported_with_their_reasons() -> None:
    assert [*provenance.exempt_facts({})] == []
    (told,) = provenance.exempt_facts({"numpy": "no sums", "XLA_FLAGS": "unused"})
    assert told["facts"] == [("numpy", "no sums"), ("XLA_FLAGS", "unused")]
    assert told["title"] == "Changes that rebuild nothing"


def test_the_files_of_data_are_listed_once_and_of_many_their_number(make_runs: Callable[..., Runs]) -> None:
    runs = make_runs({"loss": (0.25, "")})
    many = {f"many/{number}": f"{number:064x}" for number in range(21)}
    runs[0].record["data"] = {"rain/a.csv": "aa", "few/b/c.csv": "bb"} | many
    listed = provenance.data_digests([runs, runs])
    assert listed[:1] + listed[2:] == [("few/b/c.csv", "bb"), ("rain/a.csv", "aa")]
    text = "".join(f"{digest}  {name.partition('/')[2]}\n" for name, digest in sorted(many.items()))
    assert listed[1] == ("many/ (21 files)", hashlib.sha256(text.encode()).hexdigest())
