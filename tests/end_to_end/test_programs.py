"""Parts that other programs make, in whole builds: a shell script, an R script, and a training without TensorFlow."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from PIL import Image
from pypdf import PdfReader

from tests.end_to_end.blows.report import Report

RAIN = """
[[sections.parts]]
title = "Rain"
experiment = "rain"
command = COMMAND
inputs = INPUTS
config = {days = 30, names = ["a", "b"], group = {deep = 1.5}}
seeds = [0, 1]
headline = ["mean"]

# Data sets,"""
SECTION = r"""\begin{problem}
How much rain falls?
\end{problem}
It is \VAR{m.mean} on \VAR{m.days} days, of \VAR{config.days} days.
\VAR{claim("Its mean is at least {limit}.", m.mean.lowest >= 1)}
\VAR{figure("map", "The map.")}
\VAR{table("stations", "The stations.")}
"""
SHELL = """\
set -eu
test ! -e wait || { touch waiting; sleep 600; }
value=$(awk -v seed="$TEXLOOM_SEED" '{ sum += $1 } END { print sum / NR + seed / 10 }' stations/*.txt)
cat >"$TEXLOOM_OUT/metrics.json" <<END
{"mean": {"value": $value, "unit": "mm", "meaning": "mean of {all} days_1"},
 "days": {"value": 12345678, "unit": "", "meaning": "number of days"}}
END
printf 'Station,Rain (mm)\\nÅs & Co,2.5\\nB_1,12\\n' >"$TEXLOOM_OUT/stations.csv"
cp wide.png "$TEXLOOM_OUT/map.png"
"""
R = """\
read <- function(name) regmatches(text, regexpr(paste0('(?<="', name, '": )[0-9]+'), text, perl = TRUE))
text <- paste(readLines(Sys.getenv("TEXLOOM_RUN")), collapse = "\\n")
out <- Sys.getenv("TEXLOOM_OUT")
set.seed(as.integer(read("seed")))
rain <- 2 + runif(as.integer(read("days")))
form <- '"%s": {"value": %.15g, "unit": "%s", "meaning": "what R has found"}'
entry <- function(name, value, unit) sprintf(form, name, value, unit)
metrics <- c(entry("mean", mean(rain), "mm"), entry("days", length(rain), ""))
writeLines(paste0("{", paste(metrics, collapse = ",\\n"), "}"), file.path(out, "metrics.json"))
write.csv(data.frame(Station = "Oslo", Rain = 2.5), file.path(out, "stations.csv"), row.names = FALSE)
pdf(file.path(out, "map.pdf"))
plot(rain)
invisible(dev.off())
"""


def add_rain(report: Report, command: list[str], inputs: list[str]) -> None:
    """Put the part in place of the report's own experiment, which takes longer."""
    path = report.folder / "report.toml"
    text = path.read_text(encoding="utf-8")
    head, _, tail = text.partition('[[sections.parts]]\ntitle = "Parabola"')
    rain = RAIN.replace("COMMAND", json.dumps(command)).replace("INPUTS", json.dumps(inputs))
    path.write_text(f"{head}{rain}\n{''.join(tail.partition('[profiles.report]')[1:])}", encoding="utf-8")
    (report.folder / "templates/sections/rain.tex.j2").write_text(SECTION, encoding="utf-8")


@pytest.fixture(scope="module")
def rain(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A built report with a shell script."""
    report = Report.new(tmp_path_factory.mktemp("programs") / "report")
    folder = report.folder
    add_rain(report, ["sh", "rain.sh"], ["stations/*.txt", "wide.png"])
    (folder / "rain.sh").write_text(SHELL, encoding="utf-8")
    (folder / "stations").mkdir()
    (folder / "stations/one.txt").write_text("1\n2\n3\n", encoding="utf-8")
    Image.new("RGB", (2000, 700), "navy").save(folder / "wide.png")
    code, said = report.build()
    assert code == 0, said
    return report


def page_text(report: Report) -> str:
    pages = PdfReader(report.build_folder / "report.pdf").pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def run(report: Report, *arguments: str) -> str:
    """Run a command of the engine, which must succeed; returns its output."""
    command = [sys.executable, "-m", "texloom", *arguments]
    finished = subprocess.run(command, cwd=report.folder, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_numbers_table_picture_and_provenance_of_a_shell_script_are_printed(rain: Report) -> None:
    text = page_text(rain)
    assert re.search(r"It is \(2\.05 ± 0\.07\) mm on 12\s?345\s?678 days, of 30 days", text)
    assert "Mean of {all} days_1" in text
    for printed in (
        "Its mean is at least 1 mm",
        "The stations",
        "Ås & Co",
        "B_1",
        "sh rain.sh",
        "3 files, identity",
    ):
        assert printed in text, printed
    for printed in ("days", "names", "a, b", "deep", "1.5"):
        assert printed in text, printed
    assert "build/report.pdf is up to date" in rain.build()[1]


@pytest.mark.slow
def test_why_names_the_input_and_a_killed_run_starts_again_to_the_same_bytes(rain: Report) -> None:
    good, stations = rain.pdf, rain.folder / "stations"
    (stations / "two.txt").write_text("2\n", encoding="utf-8")
    (rain.folder / "wait").touch()
    said = run(rain, "why")
    assert "run rain, seed 0: stations/two.txt (new)\nrun rain, seed 1: stations/two.txt (new)\n" in said
    process = rain.start()
    while not (rain.folder / "waiting").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    (rain.folder / "wait").unlink()
    code, said = rain.build()
    assert (code, rain.left_over()) == (0, []), said
    assert rain.pdf != good
    (stations / "two.txt").unlink()
    code, said = rain.build()
    assert (code, rain.pdf == good) == (0, True), said


def test_its_notebook_says_what_was_run_and_the_bundle_holds_its_picture(rain: Report) -> None:
    run(rain, "build", "notebooks")
    notebook = nbformat.read(rain.build_folder / "notebooks/rain.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    for printed in (
        "Python did not make this part",
        "\n    sh rain.sh\n",
        SHELL.splitlines()[2],
        "mean of {all} days_1",
    ):
        assert printed in text, printed
    assert [cell.attachments.keys() for cell in notebook.cells if "attachments" in cell] == [{"map.png"}]
    run(rain, "bundle")
    shutil.unpack_archive(rain.build_folder / "report.zip", rain.folder.with_name("bundle"))
    assert [*rain.folder.with_name("bundle").rglob("figure-rain-map.png")]


def test_clean_removes_all_of_it(rain: Report) -> None:
    left = rain.build_folder / "programs/rain/seed-0/out"
    left.mkdir(parents=True)
    (left / "half").touch()
    run(rain, "clean")
    assert not rain.build_folder.exists()
    assert not (rain.folder / ".snakemake/programs").exists()


@pytest.mark.slow
def test_an_r_script(tmp_path: Path) -> None:
    """Debian's R is installed if it is missing and we may."""
    if not shutil.which("Rscript"):
        if os.geteuid() or not shutil.which("apt-get"):
            pytest.skip("R is not installed")
        for command in (["update"], ["install", "-y", "--no-install-recommends", "r-base-core"]):
            subprocess.run(["apt-get", *command], check=True, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
    report = Report.new(tmp_path / "report")
    add_rain(report, ["Rscript", "--vanilla", "rain.R"], [])
    (report.folder / "rain.R").write_text(R, encoding="utf-8")
    code, said = report.build()
    assert code == 0, said
    first, second = (
        json.loads((report.build_folder / f"runs/rain/seed-{seed}/metrics.json").read_text()) for seed in (0, 1)
    )
    assert first["mean"]["value"] != second["mean"]["value"]
    text = page_text(report)
    for printed in ("on 30 days", "Oslo", "Rscript --vanilla rain.R: Rscript (R) version"):
        assert printed in text, printed
    (report.folder / "rain.R").write_text(R + "stop('no rain')\n", encoding="utf-8")
    code, said = report.build()
    assert code == 2
    assert "Rscript --vanilla rain.R ended with exit code 1\n" in said
    assert "no rain" in said
