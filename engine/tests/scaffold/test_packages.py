"""The packages of a report: from the engine's lock, only those needed, and the author's are kept."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from texloom.errors import ReportError
from texloom.scaffold import distribution, packages

LOCK = """\
fruit==1.0 ; python_full_version < '3.12' \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via salad
fruit==2.0 ; python_full_version >= '3.12' \\
    --hash=sha256:bb
    # via salad
nuts==3.0 \\
    --hash=sha256:cc
    # via salad, texloom (engine/pyproject.toml)
salad==4.0 \\
    --hash=sha256:dd
    # via texloom (engine/pyproject.toml)
water==5.0 \\
    --hash=sha256:ee
    # via fruit
"""
FRUIT = LOCK[: LOCK.index("nuts")].replace("    # via salad\n", "")
WATER = "water==5.0 \\\n    --hash=sha256:ee\n"


@pytest.fixture
def engine_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine whose lock is LOCK."""
    path = tmp_path / "engine.lock"
    path.write_text(LOCK)
    monkeypatch.setattr(packages, "ENGINE_LOCK", path)


def names(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))


def test_what_a_package_requires_comes_with_it_in_every_version(engine_lock: None) -> None:
    assert [entry.name for entry in packages.needed(["salad"])] == ["fruit", "fruit", "nuts", "salad", "water"]
    assert "".join(entry.text for entry in packages.needed(["fruit"])) == FRUIT + WATER
    assert packages.needed(["nuts"])[0].text == "nuts==3.0 \\\n    --hash=sha256:cc\n"


def test_only_what_a_lock_does_not_have_is_added(engine_lock: None) -> None:
    mine = "# mine\nfruit==1.5 \\\n    --hash=sha256:ff\n    # via\n    #   me\n"
    assert packages.with_packages(mine, ["fruit"]) == mine + WATER
    assert packages.with_packages(mine + WATER, ["fruit"]) == mine + WATER


def test_the_lock_of_an_analysis_has_no_tensorflow_and_of_a_training_it_has(tmp_path: Path) -> None:
    wheel = tmp_path / "texloom-1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    lock = packages.lock(wheel, ["notebooks", "tests"])
    entry = f"engine/{wheel.name} \\\n    --hash=sha256:{hashlib.sha256(b'wheel').hexdigest()}\n"
    assert f"\n{entry}threadpoolctl==" in lock  # in alphabetical order
    assert {"numpy", "matplotlib", "uv", "ipykernel", "traitlets", "pytest", "hypothesis", "execnet"} <= names(lock)
    assert not {"tensorflow", "keras", "tensorboard", "h5py", "grpcio"} & names(lock)
    longer = packages.with_packages(lock, distribution.required("training"))
    assert longer.startswith(lock)
    assert {"tensorflow", "keras", "tensorboard", "h5py", "grpcio"} <= names(longer)
    assert len(names(longer)) == len(re.findall(r"^[a-z0-9-]+==(?!.*python_full_version >=)", longer, re.MULTILINE))


def test_the_extra_is_added_and_the_rest_of_pyproject_kept() -> None:
    text = (
        '# mine\n[project]\nname = "x"\ndependencies = [\n  "numpy", # n\n  "texloom[{}]", # the engine\n]\n[tool.x]\n'
    )
    assert packages.with_extra(text.format("tests"), "training") == text.format("tests,training")
    assert packages.with_extra(text.format("training"), "training") == text.format("training")


def test_the_error_of_a_project_without_the_engine_names_the_requirement_to_add() -> None:
    with pytest.raises(ReportError, match=r'does not require texloom\n  add "texloom\[training\]"'):
        packages.with_extra('[project]\ndependencies = ["numpy"]\n', "training")
