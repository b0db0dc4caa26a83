"""What a result is the result of: each part of it changes the identity, and is named when it has changed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from texloom.staleness import identity

EXPERIMENT = "denoising_autoencoder"
SUMS = "00ff  train-images\n11ee  test-images\n"


@pytest.fixture
def copy(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the code and stand-ins for the data's digests; the current folder while the test runs."""
    for package in ("experiments", "engine/texloom", "theory"):
        shutil.copytree(root / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "data" / "mnist").mkdir(parents=True)
    (tmp_path / "data" / "mnist" / "SHA256SUMS").write_text(SUMS, encoding="ascii")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def record(copy: Path) -> dict[str, Any]:
    return identity.Recorder.start(EXPERIMENT, {"epochs": 3}, 0).record


def append(path: Path, text: str = "\n# edited\n") -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_nothing_is_stale_at_first(record: dict[str, Any]) -> None:
    assert identity.stale_parts(record) == []


def test_an_edited_helper_is_named(copy: Path, record: dict[str, Any]) -> None:
    append(copy / "engine/texloom/training/loop.py")
    assert identity.stale_parts(record) == ["engine/texloom/training/loop.py"]


def test_editing_what_draws_or_prints_leaves_the_run_current(copy: Path, record: dict[str, Any]) -> None:
    for name in (
        "experiments/denoising_autoencoder/figures.py",
        "engine/texloom/results/plotting.py",
        "engine/texloom/document/render.py",
    ):
        append(copy / name)
    assert identity.stale_parts(record) == []


def test_altered_data_are_named(copy: Path, record: dict[str, Any]) -> None:
    (copy / "data" / "mnist" / "SHA256SUMS").write_text(SUMS.replace("11ee", "22dd"), encoding="ascii")
    assert identity.stale_parts(record) == ["data mnist/test-images"]


def test_another_library_version_is_named(record: dict[str, Any]) -> None:
    now = record["versions"]["numpy"]
    older = record | {"versions": record["versions"] | {"numpy": "1.0"}}
    assert identity.stale_parts(older) == [f"numpy 1.0 → {now}"]


def test_a_file_that_joined_or_left_the_closure_is_named(record: dict[str, Any]) -> None:
    code = dict(record["code"])
    code["experiments/common/gone.py"] = code.pop("experiments/datasets/mnist.py")
    assert identity.stale_parts(record | {"code": code}) == [
        "experiments/common/gone.py",
        "experiments/datasets/mnist.py",
    ]


def test_identity_depends_on_code_configuration_seed_data_and_cores(copy: Path, record: dict[str, Any]) -> None:
    def start(config: dict[str, Any], seed: int, cores: int = 1) -> str:
        return identity.Recorder.start(EXPERIMENT, config, seed, cores).identity

    found = [record["identity"], start({"epochs": 4}, 0), start({"epochs": 3}, 1), start({"epochs": 3}, 0, cores=2)]
    append(copy / "engine/texloom/training/loop.py")
    found.append(start({"epochs": 3}, 0))
    (copy / "data" / "mnist" / "SHA256SUMS").write_text(SUMS.replace("11ee", "22dd"), encoding="ascii")
    found.append(start({"epochs": 3}, 0))
    assert len(set(found)) == 6


def test_identity_is_the_same_for_the_same_parts(record: dict[str, Any]) -> None:
    assert identity.Recorder.start(EXPERIMENT, {"epochs": 3}, 0).identity == record["identity"]


def test_missing_data_say_how_to_fetch_them(copy: Path) -> None:
    shutil.rmtree(copy / "data")
    with pytest.raises(identity.ReportError, match="the data are not there\n  python -m experiments data mnist"):
        identity.data_digests(EXPERIMENT)


def test_git_state_outside_a_checkout_is_unknown_and_dirty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert identity.git_state() == ("unknown", True)


def test_finished_record_has_time_and_memory(record: dict[str, Any]) -> None:
    finished = identity.Recorder(record).finish()
    assert finished["seconds"] >= 0
    assert 10 < finished["peak_mib"] < 100_000
