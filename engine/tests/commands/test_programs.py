"""An experiment that a command makes, as stages: its run, its figures, and what makes them out of date."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from texloom import manifest
from texloom.document import lint
from texloom.results.places import BuildFolder
from texloom.results.runs import Runs
from texloom.results.sealed import read_sealed
from texloom.staleness import keys
from texloom.staleness.experiments import check_experiment
from texloom.staleness.judge import judge
from texloom.staleness.plan import Plan

PART = """
[[sections.parts]]
title = "Rain"
experiment = "rain"
command = ["sh", "rain.sh"]
inputs = ["stations/*.csv"]
data = ["days"]
config = {first = 2, names = ["a"]}
seeds = [0, 3]
headline = ["mean"]

[data.days]
file = "days.txt"

[profiles.report]
"""
SCRIPT = """\
set -eu
echo started
first=$(sed -n 's/.*"first": \\([0-9]*\\).*/\\1/p' "$TEXLOOM_RUN")
days=$(sed -n 's/.*"days": "\\(.*\\)".*/\\1/p' "$TEXLOOM_RUN")
count=$(cat stations/*.csv | wc -l)
value=$((first + TEXLOOM_SEED + count + $(cat "$days")))
cat >"$TEXLOOM_OUT/metrics.json" <<END
{"mean": {"value": $value, "unit": "mm", "meaning": "mean rain"}}
END
printf 'day,rain\\n1,2.5\\n' >"$TEXLOOM_OUT/rain.csv"
printf '%%PDF %%%%EOF' >"$TEXLOOM_OUT/map.pdf"
"""
BUILD = BuildFolder(Path("build"))
RECORD = BUILD.run_record("rain", 3)


@pytest.fixture
def rain(code: Path) -> Path:
    """A report with a command besides its experiments with modules."""
    for name, text in {
        "rain.sh": SCRIPT,
        "stations/one.csv": "1\n2\n",
        "days.txt": "100",
        "templates/sections/rain.tex.j2": "\\begin{problem}How?\\end{problem}\n\\VAR{m.mean}\n",
    }.items():
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        (code / name).write_text(text, encoding="utf-8")
    edit("report.toml", "[profiles.report]", PART)
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "days.txt"], check=True)
    return code


def edit(name: str, old: str, new: str) -> None:
    text = Path(name).read_text(encoding="utf-8")
    assert text.count(old) == 1, text
    Path(name).write_text(text.replace(old, new), encoding="utf-8")


def stage(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a stage with the engine of the report."""
    code = "from texloom.commands import entry, stages; entry.run_command(stages.main)"
    environment = os.environ | {"PYTHONPATH": f"{Path('engine').absolute()}{os.pathsep}{Path.cwd()}"}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def made(*options: str) -> None:
    finished = stage("run", "rain", "--seed", "3", *options)
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")


def reasons(*options: str) -> list[str]:
    """What has changed since the run was made."""
    return judge(read_sealed(RECORD), keys.run_key("rain", options))


def test_a_command_makes_a_run_that_nothing_has_changed(rain: Path) -> None:
    made()
    runs = Runs.load(Path("build"), "rain", [3])
    assert (runs.metric("mean").mean, runs.metric("mean").unit) == (2 + 3 + 2 + 100, "mm")
    assert (runs.config, runs[0].arrays["rain.rain"].tolist()) == ({"first": 2, "names": ["a"]}, [2.5])
    assert runs[0].record["program"]["command"] == "sh rain.sh"
    assert runs[0].record["program"]["inputs"].keys() == {"rain.sh", "stations/one.csv"}
    assert runs[0].record["data"].keys() == {"days/days.txt"}
    assert runs[0].record["reads"].keys() <= {"files", "folders", "looked"}
    assert reasons() == []
    assert sorted(path.name for path in Path("build").iterdir()) == ["programs", "runs"]
    assert not any(Path("build/programs").rglob("*.json"))
    assert Path(".snakemake/programs/rain-seed-3.log").read_text() == "started\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("rain.sh", "echo started", "echo  started", ["rain.sh"]),
        ("stations/one.csv", "2", "3", ["stations/one.csv"]),
        ("days.txt", "100", "101", ["data days/days.txt"]),
        ("report.toml", "first = 2", "first = 4", ["config.first 2 → 4"]),
        ("report.toml", '"sh", "rain.sh"', '"sh", "-u", "rain.sh"', ["command sh rain.sh → sh -u rain.sh"]),
        ("report.toml", "stations/*.csv", "stations/*", ["inputs stations/*.csv → stations/*"]),
        ("report.toml", 'title = "Rain"', 'title = "More rain"', []),
        (
            "engine/texloom/programs/launching.py",
            "LAST_LINES = 10",
            "LAST_LINES = 9",
            ["texloom/programs/launching.py"],
        ),
        ("engine/texloom/programs/outputs.py", '"[A-Za-z0-9][', '"[A-Za-z][', ["texloom/programs/outputs.py"]),
        ("engine/texloom/programs/showing.py", "LONGEST = 1000", "LONGEST = 9", []),
        ("experiments/toy/data.py", "return path", "return [path]", []),
    ],
)
def test_what_a_command_reads_and_is_told_makes_its_run_out_of_date(
    rain: Path, name: str, old: str, new: str, found: list[str]
) -> None:
    made()
    edit(name, old, new)
    assert reasons() == found


def test_a_new_or_removed_input_and_another_program_are_noticed(rain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = rain / "bin"
    first.mkdir()
    monkeypatch.setenv("PATH", f"{first}{os.pathsep}{os.environ['PATH']}")
    made()
    Path("stations/two.csv").write_text("1\n", encoding="utf-8")
    assert reasons() == ["stations/two.csv (new)"]
    Path("stations/two.csv").rename("stations/notes.txt")
    assert reasons() == []
    Path("stations/one.csv").rename("one.csv")
    assert set(reasons()) == {"stations/one.csv (gone)"}
    Path("one.csv").rename("stations/one.csv")
    shutil.copy(shutil.which("sh") or "", first / "sh")
    assert reasons() == ["bin/sh (new)"]


def test_an_input_that_is_edited_while_the_command_runs_makes_the_run_out_of_date(rain: Path) -> None:
    with Path("rain.sh").open("a", encoding="utf-8") as script:
        script.write("echo 3 >>stations/one.csv\n")
    made()
    assert reasons() == ["stations/one.csv"]


def test_options_by_hand_reach_the_command_and_are_stored(rain: Path) -> None:
    made("--smoke", "--set", "first=5")
    run = Runs.load(Path("build"), "rain", [3])[0]
    assert (run.config["first"], run.metrics["mean"]["value"]) == (5, 110)
    assert run.record["parameters"]["options"] == ["--smoke", "--set first=5"]
    assert reasons("--smoke", "--set first=5") == []
    refused = stage("run", "rain", "--set", "frist=5")
    assert (refused.returncode, refused.stderr.splitlines()[0]) == (2, "--set: unknown setting 'frist'")


def test_the_identity_of_a_run_covers_its_inputs(rain: Path) -> None:
    made()
    before = read_sealed(RECORD)["identity"]
    made()
    assert read_sealed(RECORD)["identity"] == before
    edit("stations/one.csv", "2", "3")
    made()
    assert read_sealed(RECORD)["identity"] != before


def test_a_failure_keeps_the_last_run_and_names_the_line_of_report_toml(rain: Path) -> None:
    made()
    before = RECORD.read_bytes()
    with Path("rain.sh").open("a", encoding="utf-8") as script:
        script.write("echo no such station >&2\nexit 4\n")
    line = 1 + Path("report.toml").read_text(encoding="utf-8").splitlines().index('command = ["sh", "rain.sh"]')
    refused = stage("run", "rain", "--seed", "3")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"report.toml:{line}: run rain, seed 3: sh rain.sh ended with exit code 4\n  started\n  no such station\n"
        "  its whole output: .snakemake/programs/rain-seed-3.log\n"
    )
    assert RECORD.read_bytes() == before
    edit("rain.sh", '"unit": "mm"', '"unit": mm')
    edit("rain.sh", "exit 4\n", "")
    refused = stage("run", "rain", "--seed", "3")
    where = "build/programs/rain/seed-3/out/metrics.json"
    assert (refused.returncode, refused.stderr.partition(": is not JSON")[0]) == (2, f"{where}:1")
    assert '"unit": mm' in Path(where).read_text()


def test_its_pictures_and_tables_are_figures_and_tables(rain: Path) -> None:
    assert stage("run", "rain", "--seed", "0").returncode == 0
    made()
    finished = stage("figures", "rain", "--seeds", "0", "3")
    assert (finished.returncode, finished.stdout) == (0, "figures: rain: 1 figures, 1 tables\n"), finished.stderr
    index = read_sealed(BUILD.figure_index("rain"))
    assert (index["figures"], index["files"].keys(), index["tables"].keys()) == (["map"], {"map.pdf"}, {"rain"})
    assert judge(index, keys.figures_key("rain", BUILD, [0, 3])) == []
    package = Path("experiments/rain")
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "figures.py").write_text(
        "from texloom.results.plotting import new_figure\n\n\ndef figures(runs):\n    figure = new_figure(height=2)\n"
        '    figure.subplots().plot(runs[0].arrays["rain.rain"])\n    return {"curve": figure}\n\n\n'
        "def tables(runs):\n    return {}\n",
        encoding="utf-8",
    )
    keys.import_graph.cache_clear()
    assert judge(index, keys.figures_key("rain", BUILD, [0, 3]))
    finished = stage("figures", "rain", "--seeds", "0", "3")
    assert (finished.returncode, finished.stdout) == (0, "figures: rain: 2 figures, 1 tables\n"), finished.stderr
    assert sorted(path.name for path in BUILD.figures("rain").glob("*.pdf")) == ["curve.pdf", "map.pdf"]
    edit("experiments/rain/figures.py", '"curve"', '"map"')
    refused = stage("figures", "rain", "--seeds", "0", "3")
    assert refused.returncode == 2
    assert refused.stderr.startswith("experiments/rain/figures.py: draws 'map', which the command has written\n")


def test_a_build_plans_its_runs_by_its_own_rule_and_lints_without_metrics(rain: Path) -> None:
    plan = Plan.load("report")
    jobs = plan.jobs("figures", ["rain"])
    assert [job.name for job in jobs.values()] == ["run rain, seed 0", "run rain, seed 3", "draw rain"]
    assert plan.experiments(manifest.COMMAND) == ["rain"]
    problems = lint.headline_problems(["mean"], None, "rain")
    found = lint.template_problems(lint.make_environment(), "sections/rain.tex.j2", None, "rain")
    assert (problems, found) == ([], [])


def test_modules_of_a_run_beside_a_command_are_refused(rain: Path) -> None:
    check_experiment("rain")
    Path("experiments/rain").mkdir()
    Path("experiments/rain/train.py").touch()
    refused = stage("run", "rain")
    assert refused.returncode == 2
    assert "experiment 'rain' has a command, and experiments/rain/train.py also makes runs\n" in refused.stderr


def test_other_commands_say_which_one_is_right(rain: Path) -> None:
    for verb, name, message in (
        ("run", "toy", "report.toml: has no experiment 'toy' with a command\n  there are: rain"),
        ("analyse", "rain", "has no analysis.py, but a command in report.toml\n  python -m experiments run rain\n"),
    ):
        refused = stage(verb, name)
        assert refused.returncode == 2
        assert message in refused.stderr


def test_the_file_of_a_run_is_json_for_any_program(rain: Path) -> None:
    with Path("rain.sh").open("a", encoding="utf-8") as script:
        script.write('cp "$TEXLOOM_RUN" ../run.json\n')
    made("--smoke")
    content = json.loads(Path("../run.json").read_text(encoding="utf-8"))
    assert (content["smoke"], content["data"]) == (True, {"days": str(rain / "days.txt")})
