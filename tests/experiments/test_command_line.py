"""The stages as commands: author's mistakes end with exit code 2 and one message."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from experiments import __main__ as command
from weave.command import run_command


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    """The exit code of `python -m experiments …`, in this process."""
    monkeypatch.setattr(sys, "argv", ["experiments", *arguments])
    with pytest.raises(SystemExit) as ended:
        run_command(command.main)
    return ended.value.code


@pytest.fixture(autouse=True)
def in_checkout(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)


def test_an_unknown_experiment_ends_the_process_with_2_and_the_closest(root: Path) -> None:
    arguments = [sys.executable, "-m", "experiments", "train", "denoising_autoencodr"]
    finished = subprocess.run(arguments, cwd=root, capture_output=True, text=True)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr.startswith("experiments: unknown experiment 'denoising_autoencodr'\n  there are: ")
    assert finished.stderr.endswith("closest: 'denoising_autoencoder'\n")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("epcohs=5", "--set: unknown setting 'epcohs'\n"),
        ("epochs=-1", "--set: epochs: Input should be greater than 0, got -1\n"),
        ("epochs", "--set: 'epochs' is not of the form name=value\n"),
        ("noise=pink", "--set: noise: Input should be 'gaussian', 'uniform', 'salt_and_pepper' or 'mask'"),
        ("patch=29", "--set: patch: Input should be less than or equal to 28, got 29\n"),
    ],
)
def test_a_bad_setting_ends_with_2_and_names_the_field(
    setting: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "denoising_autoencoder", "--set", setting, "--build", str(tmp_path)]
    assert run(monkeypatch, *arguments) == 2
    assert capsys.readouterr().err.startswith(message)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cores", ["-1", "two"])
def test_a_bad_number_of_cores_ends_with_2(
    cores: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "train", "denoising_autoencoder", f"--cores={cores}") == 2
    assert f"argument --cores: a number of cores, or 0 for all, not '{cores}'" in capsys.readouterr().err


@pytest.mark.parametrize("stage", [[], ["data"], ["train"], ["figures"]])
def test_help_of_each_stage(
    stage: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *stage, "--help") == 0
    assert " ".join(["usage: python -m experiments", *stage]) in capsys.readouterr().out


def test_a_missing_argument_ends_with_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "train") == 2
    assert "the following arguments are required: name" in capsys.readouterr().err


def test_figures_of_a_run_that_is_not_there_say_what_trains_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "figures", "denoising_autoencoder", "--build", str(tmp_path)) == 2
    assert "there is no finished run here" in capsys.readouterr().err


def test_a_user_s_folder_without_the_data_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "data", "mnist", "--folder", str(tmp_path)) == 2
    assert "train-images-idx3-ubyte is missing" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
