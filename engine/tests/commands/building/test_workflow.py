"""The plan of a small project, by Snakemake in a separate process: what an edit rebuilds, and why."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from snakemake.cli import parse_args
from snakemake.settings.types import SharedFSUsage

from texloom.commands.building import workflow
from texloom.errors import ReportError
from texloom.results.places import THEORY
from texloom.results.sealed import file_digest, write_sealed
from texloom.results.written import LATEX_SEAL
from texloom.staleness import keys
from texloom.staleness.identity import Recorder
from texloom.staleness.jobs import Job
from texloom.staleness.made_from import making
from texloom.staleness.plan import Plan


@pytest.fixture
def built(code: Path) -> Plan:
    """A completely built project, with results made in the order of a build."""
    for experiment in ("toy", "survey"):
        Path("experiments", experiment, "config.py").write_text("class Config:\n    pass\n")
    plan = Plan.load("report")
    build, fragments = plan.build, plan.manifest.fragments
    for seed in (0, 1):
        with making(keys.run_key("toy", [])) as made:
            record = Recorder.start(made, "toy", {}, seed).finish()
        write_sealed(build.run_record("toy", seed), record)
    write_sealed(build.checks, keys.checks_key(fragments).to_json())
    write_sealed(build.figure_index(THEORY), keys.theory_figures_key(fragments).to_json())
    write_sealed(build.figure_index("toy"), keys.figures_key("toy", build, [0, 1]).to_json())
    build.made("report").parent.mkdir()
    build.made("report").write_text("made")
    write_sealed(build.sources("report") / LATEX_SEAL, {"report.pdf": file_digest(build.made("report"))})
    with making(keys.document_key(plan.manifest, plan.profile, "report")) as made:
        made.recorder.note(Path("experiments/toy/data.py"))  # which a listing quotes
    write_sealed(build.made_from("report"), made.finish().to_json())
    hour_ago = time.time() - 3600
    for path in code.rglob("*"):
        os.utime(path, (hour_ago, hour_ago))
    return plan


def run(target: str = "report", *, force: bool = False) -> subprocess.CompletedProcess[str]:
    command = workflow.command(target, "report", force=force, plan=True)
    return subprocess.run(command, capture_output=True, text=True)


def planned(*, force: bool = False) -> list[str]:
    """The jobs of the report, in words."""
    finished = run(force=force)
    assert (finished.returncode, finished.stderr) == (0, "")
    return [str(Job.from_json(job)) for job in json.loads(finished.stdout)]


def edit(name: str, text: str) -> None:
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(text)


REBUILT = "its inputs are rebuilt"
FOLLOWS = [f"draw toy: {REBUILT}", f"document: {REBUILT}"]


def test_a_run_is_made_again_when_its_code_has_changed_and_not_for_a_comment_or_an_error(built: Plan) -> None:
    assert planned() == []
    edit("engine/texloom/errors.py", "LIMIT = 3\n")
    assert planned() == []
    edit("experiments/toy/data.py", "# edited\n")
    assert planned() == ["document: experiments/toy/data.py changed"]  # whose listings quote it
    edit("experiments/toy/data.py", "LIMIT = 3\n")
    edit("engine/texloom/training/loop.py", "LIMIT = 3\n")
    trains = [f"train toy, seed {seed}: experiments/toy/data.py, texloom/training/loop.py changed" for seed in (0, 1)]
    assert planned() == [*trains, FOLLOWS[0], f"document: experiments/toy/data.py changed; {REBUILT}"]


def test_each_result_is_made_again_for_its_own_reason(built: Plan) -> None:
    built.build.checks.unlink()
    built.build.run_record("toy", 1).unlink()
    edit("theory/helper.py", "LIMIT = 3\n")
    assert planned() == [
        "check: not made yet",
        "theory figures: theory/helper.py changed",
        "train toy, seed 1: not made yet",
        *FOLLOWS,
    ]
    assert planned(force=True)[2:4] == ["train toy, seed 0: forced", "train toy, seed 1: forced; not made yet"]


@pytest.mark.parametrize("name", ["1", "it's mine"])
def test_a_profile_may_have_any_name(code: Path, name: str) -> None:
    manifest = Path("report.toml")
    manifest.write_text(manifest.read_text() + f'\n[profiles."{name}"]\nfolder = "my-build"\n')
    build = Plan.load(name).build
    for target in (build.checks, build.figure_index(THEORY)):
        call = f"workflow.make({target.as_posix()!r}, {{'profile': {name!r}, 'experiments': ['toy']}}, {{}})"
        command = [sys.executable, "-c", f"from texloom.commands.building import workflow; {call}"]
        finished = subprocess.run(command, capture_output=True, text=True)
        assert (finished.returncode, target.exists()) == (0, True), finished.stderr


PART = """
[[sections.parts]]
title = "Survey"
experiment = "survey"

[profiles.report]
"""


def test_an_experiment_that_trains_nothing_is_analysed(built: Plan) -> None:
    manifest = Path("report.toml")
    manifest.write_text(manifest.read_text().replace("[profiles.report]", PART))
    Path("experiments/survey/metrics.py").write_text("METRICS = {}\n")
    Path("templates/sections/survey.tex.j2").write_text("\\begin{problem}How?\\end{problem}\n")
    *jobs, document = planned()
    assert jobs == [
        "analyse survey, seed 0: not made yet",
        "draw survey: not made yet; its inputs are rebuilt",
    ]
    assert document == f"document: report.toml changed; {REBUILT}"


def test_data_that_are_gone_are_fetched_first(built: Plan) -> None:
    Path("data/digits/SHA256SUMS").unlink()
    edit("experiments/toy/train.py", "LIMIT = 3\n")
    trains = [f"train toy, seed {seed}: experiments/toy/train.py changed" for seed in (0, 1)]
    assert planned() == ["data digits: not made yet", *trains, *FOLLOWS]


@pytest.mark.parametrize("content", ["many digits\n", "better digits\n"])
def test_dependents_of_data_that_were_fetched_again_are_rebuilt_if_the_content_differs(
    built: Plan, content: str
) -> None:
    files = {"train-images": content.encode(), "test-images": b"other digits\n"}
    keep = f"sources.keep(Path('data/digits'), {files})"
    fetch = f"from pathlib import Path\nfrom texloom.data import sources\n\n\ndef fetch(*, user_folder):\n    {keep}\n"
    Path("experiments/digits.py").write_text(fetch)
    Path("experiments/__main__.py").write_text("from texloom.commands.stages import main\n\nmain()\n")
    before = planned()
    shutil.rmtree("data")
    workflow.fetch_missing(["toy"])
    assert ("data digits/train-images" in " ".join(planned())) == ("better" in content)
    assert (planned() == before) == ("many" in content)


def test_data_that_cannot_be_fetched_stop_the_build_before_anything_is_made(built: Plan) -> None:
    Path("experiments/__main__.py").write_text("import sys\n\nsys.exit(2)\n")
    shutil.rmtree("data")
    with pytest.raises(SystemExit, match="2"):
        workflow.fetch_missing(["toy"])
    Path("experiments/__main__.py").write_text("import os, signal\n\nos.kill(os.getpid(), signal.SIGKILL)\n")
    with pytest.raises(ReportError, match=r"data digits: .* was killed by SIGKILL"):
        workflow.fetch_missing(["toy"])


def test_an_experiment_that_is_not_whole_stops_all_but_the_theory_before_it_is_imported(built: Plan) -> None:
    Path("experiments/toy/__init__.py").write_text("raise SystemExit\n")
    finished = run("figures")
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr == "experiments/toy/__init__.py: does not define DATA\n  make new NAME=x shows how\n"
    assert run("theory").returncode == 0


def test_what_is_no_python_stops_the_plan_with_its_line(built: Plan) -> None:
    edit("experiments/toy/data.py", "def f(:\n")
    finished = run()
    assert (finished.returncode, finished.stdout) == (2, "")
    line = len(Path("experiments/toy/data.py").read_text().splitlines())
    assert finished.stderr == f"experiments/toy/data.py:{line}: is not Python: def f(:\n"


def test_of_what_snakemake_keeps_only_its_cache_of_sources_is_a_temporary_file() -> None:
    """By default it is in the user's home."""
    _, options = parse_args(["--shared-fs-usage", *workflow.SHARED])
    assert options.shared_fs_usage == SharedFSUsage.all() - {SharedFSUsage.SOURCE_CACHE}


@pytest.mark.slow
def test_a_build_needs_no_home_and_writes_nothing_there(built: Plan, tmp_path: Path) -> None:
    """A folder that even root cannot write, because it would be below a file."""
    (tmp_path / "file").touch()
    places = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(tmp_path / "file" / "home"))
    built.build.checks.unlink()
    command = workflow.command("theory", "report")
    finished = subprocess.run(command, env=os.environ | places, capture_output=True, text=True)
    assert "home" not in finished.stderr
    assert built.build.checks.exists()
