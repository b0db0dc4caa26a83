"""The plan of a build, in a small project."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from texloom.data.sources import keep
from texloom.errors import ReportError
from texloom.results.places import BuildFolder
from texloom.results.sealed import file_digest, write_sealed
from texloom.results.written import LATEX_SEAL
from texloom.staleness import judge, keys
from texloom.staleness.identity import Recorder
from texloom.staleness.made_from import making
from texloom.staleness.plan import Plan, align_times

RUNS = ["build/runs/toy/seed-0/run.json", "build/runs/toy/seed-1/run.json", "build/runs/survey/seed-0/run.json"]


def store_run(plan: Plan, experiment: str, seed: int, **changes: Any) -> Path:
    """Store the record of a run, as after a training."""
    record = plan.build.run_record(experiment, seed)
    with making(keys.run_key(experiment, plan.profile.options)) as made:
        content = Recorder.start(made, experiment, {}, seed).finish()
    write_sealed(record, content | changes)
    return record


def reasons(plan: Plan, *experiments: str, rule: str = "") -> dict[str, str]:
    """Why the next make would rebuild each run, or each result of another rule; the plan is a new one."""
    jobs = Plan.load("report").jobs("report", list(experiments))
    return {
        path.as_posix(): "; ".join(job.reasons)
        for path, job in jobs.items()
        if job.rule == rule or (not rule and job.makes_a_run)
    }


def test_each_run_is_made_by_one_rule(plan: Plan) -> None:
    assert plan.experiments("train") == ["toy"]
    assert plan.experiments("analysis") == ["survey"]
    assert plan.runs("toy") + plan.runs("survey") == RUNS
    assert (plan.priority("toy"), plan.priority("survey")) == (0, 3)


def test_a_profile_has_its_own_folder(plan: Plan) -> None:
    smoke = Plan.load("smoke")
    assert smoke.build == BuildFolder(Path("build/smoke"))
    assert smoke.runs("toy")[1] == "build/smoke/runs/toy/seed-1/run.json"


def test_documents_are_made_from_the_engine_and_results(plan: Plan) -> None:
    manifest, profile = plan.manifest, plan.profile
    for document, results in (("theory", plan.theory_results()), ("report", plan.results())):
        key = keys.document_key(manifest, profile, document)  # type: ignore[arg-type]
        assert "texloom/document/render.py" in key.code
        assert list(key.products) == results
    assert plan.theory_results() == ["build/checks.json", "build/figures/theory/index.json"]
    assert plan.results() == [
        *RUNS,
        "build/figures/toy/index.json",
        "build/figures/survey/index.json",
        *plan.theory_results(),
    ]


def test_the_results_that_a_result_is_made_from_count_unless_told_otherwise(plan: Plan) -> None:
    store_run(plan, "survey", 0)
    record, index = keys.figures_key("survey", plan.build, [0]).to_json(), plan.build.figure_index("survey")
    index.parent.mkdir(parents=True)
    index.with_name("fit.pdf").touch()
    write_sealed(index, record | {"files": {"fit.pdf": file_digest(index.with_name("fit.pdf"))}})
    store_run(plan, "survey", 0, commit="another")
    now = keys.figures_key("survey", plan.build, [0])
    assert judge.judge(record, now) == judge.judge_stored(index, now) == [RUNS[2]]
    assert judge.judge(record, now, products=False) == judge.judge_stored(index, now, products=False) == []


def edited(name: str, text: str = "LIMIT = 3\n") -> None:
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_runs_are_stale_with_what_changed_since_they_were_made(plan: Plan) -> None:
    records = [store_run(plan, "toy", 0), store_run(plan, "toy", 1), store_run(plan, "survey", 0)]
    assert reasons(plan, "toy", "survey") == {}
    edited("experiments/toy/data.py", "# edited\n")
    assert reasons(plan, "toy", "survey") == {}
    edited("experiments/toy/data.py")
    assert reasons(plan, "toy", "survey") == dict.fromkeys(RUNS[:2], "experiments/toy/data.py changed")
    assert reasons(plan, "survey") == {}
    edited("engine/texloom/results/writer.py")
    edited("engine/texloom/training/analysis.py")
    stale = reasons(plan, "toy", "survey")
    assert stale[RUNS[0]] == "experiments/toy/data.py, texloom/results/writer.py changed"
    assert stale[RUNS[2]] == "texloom/results/writer.py, texloom/training/analysis.py changed"
    assert [path.as_posix() for path in records] == RUNS


def test_the_command_that_makes_a_run_counts_by_the_functions_that_make_it(plan: Plan) -> None:
    store_run(plan, "survey", 0)
    stages = Path("engine/texloom/commands/stages.py")
    text = stages.read_text(encoding="utf-8")
    words = '"experiment without training"'
    assert words in text
    stages.write_text(text.replace(words, '"an analysis"'), encoding="utf-8")
    assert reasons(plan, "survey") == {}
    call = "analysis.analyse(options.name, config, options.seed,"
    assert call in text
    stages.write_text(text.replace(call, call.replace("options.seed", "options.seed + 1")), encoding="utf-8")
    assert reasons(plan, "survey") == {RUNS[2]: "texloom/commands/stages.py changed"}


def test_a_docstring_counts_where_the_code_reads_texts(plan: Plan) -> None:
    store_run(plan, "toy", 0)
    store_run(plan, "toy", 1)
    edited("experiments/toy/data.py", '"""A text."""\n')
    assert reasons(plan, "toy") == {}
    edited("experiments/toy/train.py", "def count(function):\n    return len(function.__doc__)\n")
    for seed in (0, 1):
        store_run(plan, "toy", seed)
    assert reasons(plan, "toy") == {}
    edited("experiments/toy/data.py", "# a comment\n")
    assert reasons(plan, "toy") == {}
    edited("experiments/toy/data.py", '"""Another text."""\n')
    assert reasons(plan, "toy") == dict.fromkeys(RUNS[:2], "experiments/toy/data.py changed")


def test_a_run_that_is_not_there_is_not_called_stale(plan: Plan) -> None:
    store_run(plan, "toy", 0)
    edited("experiments/toy/train.py")
    assert reasons(plan, "toy") == {RUNS[0]: "experiments/toy/train.py changed", RUNS[1]: "not made yet"}


def test_data_are_compared_where_they_are_there(plan: Plan) -> None:
    store_run(plan, "toy", 0)
    store_run(plan, "toy", 1)
    keep(Path("data/digits"), {"train-images": b"better digits"})
    changes = "data digits/train-images changed, data digits/test-images (gone)"
    assert reasons(plan, "toy") == dict.fromkeys(RUNS[:2], changes)
    shutil.rmtree("data")
    assert reasons(plan, "toy") == {}  # until the data are fetched again and compared
    assert reasons(plan, "toy", rule="data") == {"data/digits/SHA256SUMS": "not made yet"}


def test_data_with_a_changed_declaration_are_fetched_before_runs_are_judged(plan: Plan) -> None:
    store_run(plan, "toy", 0)
    store_run(plan, "toy", 1)
    text = Path("report.toml").read_text(encoding="utf-8").partition("[data.digits]")
    table = f'url = "https://example.org/train-images"\nsha256 = "{"0" * 64}"\n'
    rest = text[2].partition("\n[")
    Path("report.toml").write_text(f"{text[0]}{text[1]}\n{table}{rest[1]}{rest[2]}", encoding="utf-8")
    assert reasons(plan, "toy") == {}
    changes = {"data/digits/SHA256SUMS": "[data.digits] in report.toml changed"}
    assert reasons(plan, "toy", rule="data") == changes


@pytest.mark.parametrize("harmed", ["run.json", "metrics.json"])
@pytest.mark.parametrize("content", [b"{}", None])
def test_a_damaged_run_is_refused_by_name_and_never_treated_as_up_to_date(
    plan: Plan, harmed: str, content: bytes | None
) -> None:
    metrics = plan.build.run("survey", 0) / "metrics.json"
    metrics.parent.mkdir(parents=True)
    metrics.write_text("[]")
    store_run(plan, "survey", 0, files={"metrics.json": file_digest(metrics)})
    Path(RUNS[2]).with_name("mine.txt").touch()
    plan.refuse_damaged_runs(["toy", "survey"])  # missing runs are not damaged
    assert reasons(plan, "survey") == {}
    path = metrics.with_name(harmed)
    path.unlink() if content is None else path.write_bytes(content)
    if path.name == "run.json" and content is None:
        assert reasons(plan, "survey") == {RUNS[2]: "not made yet"}
        return
    assert reasons(plan, "survey") == {RUNS[2]: f"{path} changed" if content else f"{path} (gone)"}
    with pytest.raises(ReportError, match="remove build/runs/survey/seed-0 and run make again"):
        plan.refuse_damaged_runs(["toy", "survey"])
    plan.refuse_damaged_runs(["toy"])


def test_a_document_counts_of_a_result_what_it_prints(plan: Plan) -> None:
    """A forced run with the same result has other costs. A document prints none of them, but figures may."""

    def store(**changes: Any) -> tuple[set[str], bool]:
        """The products that differ from the earlier ones, and whether figures are redrawn."""
        store_run(plan, "survey", 0, **changes)
        document = keys.document_key(plan.manifest, plan.profile, "report").products
        figures = keys.figures_key("survey", plan.build, [0]).products
        return {name for name in document if document[name] != before[0].get(name)}, figures != before[1]

    before: tuple[Any, Any] = ({}, {})
    costs = {"seconds": 1.0, "peak_mib": 1}
    store(**costs)
    index = plan.build.figure_index("survey")
    write_sealed(index, {"tables": {}, **keys.figures_key("survey", plan.build, [0]).to_json()})
    before = (
        keys.document_key(plan.manifest, plan.profile, "report").products,
        keys.figures_key("survey", plan.build, [0]).products,
    )
    assert store(**costs) == (set(), False)
    changed = {
        "seconds": 2.0,
        "peak_mib": 3,
        "processor": "another",
        "reads": {"files": {"a": ""}},
        "loaded": {"b": "1"},
    }
    assert store(**changed) == (set(), True)
    write_sealed(index, {"tables": {}, **keys.figures_key("survey", plan.build, [0]).to_json(), "code": {}})
    assert store(**changed) == (set(), True)
    for name, value in {"commit": "other", "identity": "other", "files": {"metrics.json": "other"}}.items():
        assert store(**{name: value}) == ({RUNS[2]}, True)
    write_sealed(index, {"tables": {"one": {}}, **keys.figures_key("survey", plan.build, [0]).to_json()})
    assert store(**costs) == ({index.as_posix()}, False)
    index.unlink()
    assert keys.document_key(plan.manifest, plan.profile, "report").products[index.as_posix()] == ""


@pytest.fixture
def document(plan: Plan) -> Callable[[], str]:
    """A function that returns why the finished report would be rebuilt, ignoring its inputs."""
    build = plan.build
    for path in (build.made("report"), build.summary):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("made")
    write_sealed(build.sources("report") / LATEX_SEAL, {"report.pdf": file_digest(build.made("report"))})
    key = keys.document_key(plan.manifest, plan.profile, "report")
    write_sealed(build.made_from("report"), {"files": {"summary.json": file_digest(build.summary)}, **key.to_json()})
    follows = "its inputs are rebuilt"
    return lambda: reasons(plan, "toy", "survey", rule="document")["build/tex/report.pdf"].removesuffix(follows)


def test_the_reasons_to_rebuild_a_document_are_correct(plan: Plan, document: Callable[[], str]) -> None:
    build, text = plan.build, "other"
    assert document() == ""
    for path in (build.summary, build.made("report"), build.sources("report") / "report.aux"):
        there = path.exists()
        path.write_text(text)
        assert document() == f"{path} changed; " if there else f"{path} (new); "
        path.unlink()
        assert document() == (f"{path} (gone); " if there else "")
        path.write_text("made") if there else None
    build.made_from("report").unlink()  # as if a stage that rebuilds it was killed
    assert document() == "not finished; "
    shutil.rmtree(build.sources("report"))
    assert document() == "not made yet; "


def test_the_written_answers_alone_need_no_experiment(plan: Plan) -> None:
    jobs = plan.jobs("theory", ["toy", "survey"])
    assert [job.name for job in jobs.values()] == ["check", "theory figures", "theory document"]
    assert {path.as_posix() for path in jobs} == {*plan.theory_results(), "build/theory/report.pdf"}
    assert [job.name for job in plan.jobs("figures", ["toy"]).values()] == [
        *("train toy, seed 0", "train toy, seed 1", "draw toy")
    ]
    jobs = plan.jobs("figures", ["survey"])
    assert [job.name for job in jobs.values()] == ["analyse survey, seed 0", "draw survey"]
    jobs = plan.jobs("notebooks", ["survey"])
    assert [job.name for job in jobs.values()] == ["analyse survey, seed 0", "tangle survey"]


def test_a_run_that_a_killed_write_has_moved_away_is_judged_where_it_lies(plan: Plan) -> None:
    record = store_run(plan, "survey", 0)
    index = plan.build.figure_index("survey")
    write_sealed(index, keys.figures_key("survey", plan.build, [0]).to_json())
    record.parent.rename(record.parent.with_name("seed-0.replaced"))
    assert reasons(plan, "survey") == reasons(plan, "survey", rule="draw") == {}
    record.parent.mkdir()  # as if the next write had begun another run
    assert reasons(plan, "survey") == {RUNS[2]: "not made yet"}


def test_a_run_of_an_engine_that_recorded_no_reads_is_rebuilt(plan: Plan) -> None:
    write_sealed(plan.build.run_record("survey", 0), {"experiment": "survey", "seed": 0, "code": {}, "versions": {}})
    Plan.load("report").refuse_runs_made_by_hand(["survey"])
    assert reasons(plan, "survey") == {RUNS[2]: "made by an earlier engine, which did not record its inputs"}


def test_other_libraries_and_another_profile_s_values_make_a_run_stale(plan: Plan) -> None:
    now = keys.run_key("survey", []).versions
    store_run(plan, "survey", 0, versions={**now, "pooch": "0.1"}, parameters={"options": ["--smoke"]})
    assert reasons(plan, "survey") == {RUNS[2]: f"options --smoke → none, pooch 0.1 → {now['pooch']} changed"}


def test_a_run_made_by_hand_is_refused_by_name(plan: Plan) -> None:
    store_run(plan, "survey", 0, parameters={"options": ["--cores 4"]})
    Plan.load("report").refuse_runs_made_by_hand(["toy"])
    with pytest.raises(ReportError) as error:
        Plan.load("report").refuse_runs_made_by_hand(["toy", "survey"])
    assert error.value.where == "build/runs/survey/seed-0"
    assert error.value.what.startswith("was made by hand with --cores 4, which")


def test_dependents_of_a_rebuilt_result_are_rebuilt(plan: Plan) -> None:
    for experiment, seed in (("toy", 0), ("toy", 1), ("survey", 0)):
        store_run(plan, experiment, seed)
    for index in (plan.build.figure_index("toy"), plan.build.figure_index("survey")):
        part = plan.manifest.experiments[index.parent.name]
        write_sealed(index, keys.figures_key(index.parent.name, plan.build, part.seeds).to_json())
    assert reasons(plan, "toy", "survey", rule="draw") == {}
    edited("experiments/survey/analysis.py")
    assert reasons(plan, "toy", "survey", rule="draw") == {"build/figures/survey/index.json": "its inputs are rebuilt"}
    store_run(plan, "survey", 0)
    assert reasons(plan, "toy", "survey", rule="draw") == {"build/figures/survey/index.json": f"{RUNS[2]} changed"}


def test_results_that_stay_are_not_older_than_what_they_are_made_from(plan: Plan) -> None:
    """They would be older after a copy that sets the times of files to the time of copying."""
    steps = plan.steps("report", ["survey"])
    for step in steps:
        step.output.parent.mkdir(parents=True, exist_ok=True)
        step.output.touch()
    figures, document = plan.build.figure_index("survey"), plan.build.made("report")
    for age, path in enumerate([document, figures, plan.build.run_record("survey", 0)]):
        os.utime(path, ns=(10**18 + age, 10**18 + age))
    align_times(steps, {document})
    assert [path.stat().st_mtime_ns - 10**18 for path in (document, figures)] == [0, 2]


# ---------------------------------------------------------------- exemptions


def exempt(*lines: str) -> None:
    manifest = Path("report.toml")
    text = manifest.read_text(encoding="utf-8").partition("[exempt]")[0]
    manifest.write_text("\n".join([text.rstrip(), "", "[exempt]", *lines, ""]), encoding="utf-8")


def test_an_exempt_library_or_variable_makes_nothing_stale(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    now = keys.run_key("survey", []).versions
    store_run(plan, "survey", 0, versions={**now, "pooch": "0.1", "numpy": "0.2"}, loaded={"tifffile": "0.3"})
    monkeypatch.setenv("OMP_SCHEDULE", "static")
    stale = reasons(plan, "survey")[RUNS[2]]
    assert "numpy 0.2" in stale
    assert "pooch 0.1" in stale
    assert "tifffile 0.3" in stale
    assert "and 1 more" in stale
    exempt('Pooch = "it only fetches"', 'OMP_SCHEDULE = "one thread"', 'tifffile = "unused"')
    assert reasons(plan, "survey") == {RUNS[2]: f"numpy 0.2 → {now['numpy']} changed"}
    exempt('Pooch = "it only fetches"', 'OMP_SCHEDULE = "one thread"', 'tifffile = "unused"', 'numpy = "no sums"')
    assert reasons(plan, "survey") == {}


def test_variables_count_for_what_has_loaded_a_library_that_reads_them(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_run(plan, "survey", 0)
    store_run(plan, "toy", 0)  # its code imports TensorFlow
    monkeypatch.setattr(judge, "_installed", dict)
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_max_isa=AVX")
    told = reasons(plan, "survey", "toy")
    assert told.keys() == {RUNS[0], RUNS[1]}
    assert told[RUNS[0]].startswith("XLA_FLAGS --xla")
    monkeypatch.delenv("XLA_FLAGS")
    store_run(plan, "survey", 0, loaded={"tensorflow-cpu": "2"})
    assert reasons(plan, "survey") == {}
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_max_isa=AVX")
    assert reasons(plan, "survey")[RUNS[2]].startswith("XLA_FLAGS --xla")


def finish(plan: Plan) -> None:
    """Create all results of the report; they are up to date, or at least exist."""
    for experiment, seed in (("toy", 0), ("toy", 1), ("survey", 0)):
        store_run(plan, experiment, seed)
    for step in plan.steps("report", ["toy", "survey"]):
        if step.key and step.rule not in ("train", "analyse"):
            (step.record or step.output).parent.mkdir(parents=True, exist_ok=True)
            write_sealed(step.record or step.output, step.key().to_json())


def test_an_exemption_of_what_no_result_depends_on_is_refused(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    exempt('XLA_FLAGS = "never"', 'matplotlib = "the same pixels"', 'JAX_ENABLE_X64 = "unused"', 'pytest = "unused"')
    reasons(plan, "toy", "survey")  # while results are missing, each of these names is accepted
    exempt('EDITOR = "x"')
    with pytest.raises(ReportError, match="no result depends on a library or a variable 'EDITOR'"):
        reasons(plan, "toy", "survey")
    finish(plan)
    exempt('numpy = "x"', 'Jinja2 = "x"', 'OMP_SCHEDULE = "x"')
    monkeypatch.setenv("OMP_SCHEDULE", "static")
    assert reasons(plan, "toy", "survey") == {}
    for name in ("nunpy", "JAX_ENABLE_X64", "pytest"):  # no result has loaded them
        exempt('numpy = "x"', f'{name} = "x"')
        with pytest.raises(ReportError) as error:
            reasons(plan, "toy", "survey")
        line = Path("report.toml").read_text(encoding="utf-8").splitlines().index(f'{name} = "x"') + 1
        assert error.value.where == f"report.toml:{line}"
        assert error.value.what == f"no result depends on a library or a variable '{name}'"
        assert error.value.way_out.startswith("there are: ")
    Plan.load("report").jobs("theory", [])  # this plan contains only some of the results
