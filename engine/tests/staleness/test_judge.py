"""The inputs of each result, and what the judge reports of those that changed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from texloom.errors import ReportError
from texloom.staleness import judge, keys
from texloom.staleness.code import code_digest
from texloom.staleness.made_from import MadeFrom
from texloom.staleness.plan import Plan


def edited(name: str, text: str = "LIMIT = 3\n") -> None:
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_figures_are_made_from_the_closure_of_their_module_and_all_that_their_numbers_pass_through(plan: Plan) -> None:
    found = set(keys.figures_key("toy", plan.build, [0, 1]).code)
    assert {"experiments/toy/figures.py", "experiments/toy/__init__.py", "experiments/__init__.py"} <= found
    assert {f"texloom/results/{name}.py" for name in ("plotting", "tables", "runs", "quantity")} <= found
    assert "texloom/commands/stages.py" in found
    assert not [name for name in found if name.endswith(("train.py", "loop.py", "errors.py"))]


def test_checks_are_made_from_the_modules_beside_the_fragments_and_what_they_import(plan: Plan) -> None:
    found = set(keys.checks_key(plan.manifest.fragments).code)
    assert {"theory/__init__.py", "theory/alpha_text.py", "theory/helper.py", "texloom/document/checks.py"} <= found
    assert not [name for name in found if "unused" in name]
    assert {"theory/helper.py", "texloom/results/plotting.py"} <= set(keys.theory_figures_key(["alpha_text"]).code)


def test_what_a_document_prints_of_the_manifest_counts_and_not_how_it_is_written(plan: Plan) -> None:
    manifest = Path("report.toml")
    before = keys.document_key(plan.manifest, plan.profile, "report")

    def now() -> MadeFrom:
        plan = Plan.load("report")
        return keys.document_key(plan.manifest, plan.profile, "report")

    for old, new in (("[report]", "# the title\n[report]"), ("priority = 3", "priority = 4")):
        manifest.write_text(manifest.read_text().replace(old, new))
        assert now() == before
    manifest.write_text(manifest.read_text().replace("A title", "Another title"))
    assert now() != before


def test_the_notebook_is_made_from_what_fetches_its_data(plan: Plan) -> None:
    assert "experiments.digits" in keys.notebook_sources(plan.manifest, "toy")
    assert "experiments.digits" not in keys.notebook_sources(plan.manifest, "survey")


def test_a_notebook_is_made_from_all_modules_of_its_chapter_as_they_are_written_and_the_lock(plan: Plan) -> None:
    key = keys.notebook_key(plan.manifest, plan.profile, "toy")
    found = set(key.code)
    assert {"experiments/toy/train.py", "experiments/toy/figures.py", "requirements.lock"} <= found
    assert {"texloom/notebook/tangle.py", "texloom/notebook/runtime/show.py"} <= found
    assert not [name for name in found if "survey" in name]
    carried = ("errors", "training/live", "training/progress", "training/stage", "training/startup", "machine/cores")
    assert {f"texloom/{name}.py" for name in carried} <= found
    assert "texloom/training/analysis.py" in keys.notebook_key(plan.manifest, plan.profile, "survey").code
    assert key.parameters == {"title": "Code", "seeds": [0, 1], "smoke": False}
    edited("experiments/toy/train.py", "# a comment, which the notebook shows\n")
    assert keys.notebook_key(plan.manifest, plan.profile, "toy").code != key.code


def test_a_key_holds_the_files_of_the_declared_data_which_may_miss_only_when_told(plan: Plan) -> None:
    key = keys.run_key("toy", [])
    found = {path.as_posix() for path in keys.held_data("toy", key)}
    assert found == {f"data/digits/{name}" for name in ("SHA256SUMS", "train-images", "test-images")}
    shutil.rmtree("data")
    with pytest.raises(ReportError, match="the data are not there"):
        keys.run_key("toy", [])
    key = keys.run_key("toy", [], data_may_miss=True)
    assert key.data is None
    assert [path.as_posix() for path in keys.held_data("toy", key)] == ["data/digits/SHA256SUMS"]


def test_of_a_notebook_all_sources_that_changed_are_named_and_the_lock(plan: Plan) -> None:
    """The lock is no module, so it has no digest of code."""
    record = keys.notebook_key(plan.manifest, plan.profile, "toy").to_json()
    changed = ["experiments/toy/figures.py", "experiments/toy/train.py", "requirements.lock"]
    for name in changed:
        edited(name, "# a comment\n")
    assert judge.judge(record, keys.notebook_key(plan.manifest, plan.profile, "toy")) == changed


@pytest.mark.parametrize("content", [b"def f(:\n", None])
def test_a_module_that_is_broken_while_it_is_judged_is_named(plan: Plan, content: bytes | None) -> None:
    """The current key was computed before the module was broken, because the import graph refuses invalid Python."""
    record = keys.run_key("toy", []).to_json()
    changed = ["experiments/toy/data.py", "experiments/toy/train.py"]
    for name in changed:
        edited(name)
    now = keys.run_key("toy", [])
    Path(changed[0]).unlink() if content is None else Path(changed[0]).write_bytes(content)
    assert judge.judge(record, now) == changed


@pytest.mark.parametrize(("length", "shown"), [(80, True), (81, False)])
def test_values_are_shown_up_to_a_length(length: int, shown: bool) -> None:
    now, long = {"title": "short"}, "x" * length
    record = MadeFrom(parameters={"title": long}).to_json()
    assert judge.judge(record, MadeFrom(parameters=now)) == [f"title {long} → short" if shown else "title"]
    assert judge.judge(MadeFrom(parameters=now).to_json(), MadeFrom(parameters={"title": long})) == [
        f"title short → {long}" if shown else "title"
    ]


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ([], None, ["own/"]),
        (None, [], ["own/"]),
        (None, None, []),
        ([], [], []),
        (["a.csv"], None, ["own/a.csv (gone)"]),
        (None, ["a.csv"], ["own/a.csv (new)"]),
        (["a.csv"], ["b.csv"], ["own/b.csv (new)", "own/a.csv (gone)"]),
    ],
)
def test_a_listed_folder_that_came_or_went_is_told_where_none_of_its_names_is(
    plan: Plan, before: list[str] | None, now: list[str] | None, told: list[str]
) -> None:
    if now is not None:
        Path("own").mkdir()
        for name in now:
            Path("own", name).touch()
    reads = {"folders": {"own": [{"pattern": "*.csv", "names": before}]}}
    assert [*judge.changed_reads(reads, plan.digests)] == told


@pytest.mark.parametrize("folder", [".", "own", "-own"])
def test_a_new_name_in_a_listed_folder_is_told_by_its_path(plan: Plan, folder: str) -> None:
    Path(folder).mkdir(exist_ok=True)
    Path(folder, "new.csv").touch()
    reads = {"folders": {folder: [{"pattern": "*.csv", "names": []}]}}
    assert [*judge.changed_reads(reads, plan.digests)] == [f"{Path(folder, 'new.csv')} (new)"]


@pytest.mark.parametrize("which", ["", "code", "texts"])  # an earlier engine did not record which parts count
@pytest.mark.parametrize("content", [b"def f(:\n", b"LIMIT = 4\n", None])
def test_a_module_outside_the_graph_is_named_whatever_has_become_of_it(
    plan: Plan, content: bytes | None, which: Any
) -> None:
    Path("loose.py").write_text("LIMIT = 3\n", encoding="utf-8")
    digest = code_digest(Path("loose.py"), counted=which or "texts")
    reads = {"modules": {"loose.py": f"{which}:{digest}" if which else digest}}
    assert [*judge.changed_reads(reads, plan.digests)] == []
    Path("loose.py").unlink() if content is None else Path("loose.py").write_bytes(content)
    assert [*judge.changed_reads(reads, plan.digests)] == ["loose.py" if content else "loose.py (gone)"]
