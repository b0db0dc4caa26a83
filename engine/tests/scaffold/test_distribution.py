"""The engine's wheel: built if the engine is used in place, copied if it is installed."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.scaffold import distribution


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that was installed from its wheel, version 3."""
    monkeypatch.setattr(distribution, "SOURCE", tmp_path / "site-packages")
    requires = ["numpy>=2", "keras ; extra == 'training'", "pytest ; extra == 'tests'"]
    monkeypatch.setattr(metadata, "version", {"texloom": "3"}.get)
    monkeypatch.setattr(metadata, "requires", {"texloom": requires}.get)


def test_an_extra_adds_to_what_is_required_always() -> None:
    base, training = distribution.required(), distribution.required("training")
    assert {"numpy", "tomlkit"} <= base
    assert training - base == {"keras", "pillow", "tensorboard", "tensorflow", "tqdm"}


@pytest.mark.parametrize("left", ["[project]\nname = 'other'\n", "[tool.other]\n", "project =", None])
def test_an_installed_engine_states_the_same(installed: None, left: str | None) -> None:
    """Files that another package has left in site-packages do not matter."""
    if left is not None:
        distribution.SOURCE.mkdir()
        (distribution.SOURCE / "pyproject.toml").write_text(left)
    assert distribution.required() == {"numpy"}
    assert distribution.required("tests", "training") == {"numpy", "keras", "pytest"}


def test_a_report_hands_on_the_wheel_that_it_has(installed: None, tmp_path: Path) -> None:
    wheel = tmp_path / "report" / "engine" / "texloom-3-py3-none-any.whl"
    with pytest.raises(ReportError, match=r"texloom-3-py3-none-any\.whl: the engine's wheel is missing"):
        distribution.wheel(tmp_path / "report", tmp_path)
    wheel.parent.mkdir(parents=True)
    wheel.touch()
    assert distribution.wheel(tmp_path / "report", tmp_path) == wheel


def test_a_wheel_that_cannot_be_built_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'texloom'\n")
    monkeypatch.setattr(distribution, "SOURCE", tmp_path)
    with pytest.raises(ReportError, match="the engine's wheel cannot be built: "):
        distribution.wheel(tmp_path, tmp_path / "out")


def test_where_uv_is_not_there_the_way_out_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(ReportError, match=r"uv: does not run: No such file or directory\n  make distclean"):
        distribution.build_wheel(tmp_path)
