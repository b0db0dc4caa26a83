"""The workflows of GitHub Actions, here and in new reports: safe to run for anyone, and their commands work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from experiments.datasets import emoji
from tests import ROOT
from tests.end_to_end.blows.report import Report
from texloom.scaffold.experiment import FILES
from texloom.verify.rebuild import make_environment

WORKFLOWS = {
    "here": ROOT / ".github/workflows/report.yml",
    "new": FILES / "report/.github/workflows/report.yml",
}
workflows = pytest.mark.parametrize("path", WORKFLOWS.values(), ids=WORKFLOWS)


def steps_of(path: Path) -> list[dict[str, Any]]:
    """The steps of the only job."""
    (job,) = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    return job["steps"]


@workflows
def test_actions_are_pinned_by_commit_and_there_is_nothing_to_steal(path: Path) -> None:
    text, content = path.read_text(encoding="utf-8"), yaml.safe_load(path.read_text(encoding="utf-8"))
    used = re.findall(r"uses: (.*)", text)
    assert len(used) == 3
    for each in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)
    assert content["permissions"] == {"contents": "read"}
    assert {"push", "pull_request"} <= content[True].keys()  # YAML reads `on` as true
    assert "pull_request_target" not in text
    assert "secrets" not in text.replace("secret, and", "")
    assert "${{" not in text  # nothing that a pull request names is put into a shell
    checkout = next(step for step in steps_of(path) if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"] == {"persist-credentials": False}


@workflows
@pytest.mark.skipif(not shutil.which("actionlint"), reason="actionlint is not installed")
def test_actionlint_finds_nothing(path: Path) -> None:
    finished = subprocess.run(["actionlint", "-no-color", path], capture_output=True, text=True)
    assert (finished.returncode, finished.stdout) == (0, "")


def test_the_emojis_are_replaced_by_drawn_pictures(tmp_path: Path) -> None:
    """Before anything that fetches data: no artefact has an emoji."""
    commands = [step["run"] for step in steps_of(WORKFLOWS["here"]) if "run" in step]
    draw = next(number for number, command in enumerate(commands) if "draw_pictures" in command)
    assert all("make" not in command for command in commands[:draw])
    content = yaml.safe_load(WORKFLOWS["here"].read_text(encoding="utf-8"))
    assert content["env"]["EMOJI_DIR"]
    environment = os.environ | {"EMOJI_DIR": str(tmp_path / "pictures")}
    subprocess.run(["bash", "-e", "-c", commands[draw]], cwd=ROOT, env=environment, check=True)
    drawn = emoji.decode(emoji.read_user(tmp_path / "pictures"), "drawn")
    assert drawn.images.shape == (600, 32, 32, 3)
    assert emoji.duplicates(drawn.images) == []


@pytest.mark.slow
def test_the_commands_of_a_new_report_s_workflow_run(tmp_path: Path) -> None:
    """As the runner runs them, but in this environment, and without a download: each exits with 0."""
    report = Report.new(tmp_path / "report")
    make_environment(report.folder / ".venv", [ROOT / "engine"])
    (report.folder / "engine/setup/python.sh").write_text("exit 0\n")  # the environment of these tests is there
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/sudo").write_text('#!/bin/sh\nexec "$@"\n')
    (tmp_path / "bin/sudo").chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    steps = steps_of(report.folder / ".github/workflows/report.yml")
    for step in steps:
        if command := step.get("run"):
            finished = subprocess.run(
                ["bash", "-e", "-c", command], cwd=report.folder, env=environment, capture_output=True, text=True
            )
            assert finished.returncode == 0, f"{command}\n{finished.stdout}{finished.stderr}"
    for pattern in steps[-1]["with"]["path"].split():
        assert list(report.folder.glob(pattern)), pattern
