"""What the engine finds in this report: manifest, dependencies of trainings and figures, the tests of each file."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from texloom import manifest
from texloom.commands import quick
from texloom.staleness import closure, keys
from texloom.staleness.packages import package_folder
from texloom.staleness.plan import Plan


@pytest.fixture(autouse=True)
def in_checkout(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)


def test_the_manifest_is_right() -> None:
    report = manifest.load()
    assert report.fragments
    assert report.profile("report").claims == "enforce"


def test_the_contracts_of_imports_name_every_chapter_and_all_that_chapters_share() -> None:
    """The contracts are in pyproject.toml, which cannot read the names from report.toml."""
    contracts = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    by_name = {contract["name"]: contract for contract in contracts}
    packages = {f"experiments.{path.parent.name}" for path in Path("experiments").glob("*/__init__.py")}
    chapters = {f"experiments.{name}" for name in manifest.load().experiments}
    shared = by_name["What experiments share does not know them"]
    assert set(by_name["Chapters never import each other"]["modules"]) == chapters
    assert set(shared["source_modules"]) == packages - chapters
    assert set(shared["forbidden_modules"]) == chapters | {"theory"}


def test_training_depends_on_what_computes_its_numbers_and_on_nothing_that_draws_or_prints_them() -> None:
    files = set(keys.run_code("denoising_autoencoder"))
    own = ("__init__", "config", "corruption", "evaluation", "metrics", "model", "train")
    assert {f"experiments/denoising_autoencoder/{name}.py" for name in own} <= files
    assert {"experiments/datasets/mnist.py", "experiments/sample_quality/image_quality.py"} <= files
    assert {f"texloom/training/{name}.py" for name in ("stage", "startup", "loop", "configuration")} <= files
    assert not [name for name in files if name.endswith(("figures.py", "plotting.py", "runs.py", "render.py"))]
    assert not files & {"texloom/errors.py", "texloom/training/live.py", "texloom/training/progress.py"}


def calls(source: str, name: str) -> bool:
    """Whether a module calls a function by this name."""
    names = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return any(ast.unparse(function).rpartition(".")[2] == name for function in names)


def test_what_makes_a_training_repeatable_is_called_in_the_code_of_every_run() -> None:
    stage = Path(package_folder("texloom"), "training/stage.py").read_text(encoding="utf-8")
    (train,) = [node for node in ast.parse(stage).body if isinstance(node, ast.FunctionDef) and node.name == "train"]
    assert calls(ast.unparse(train), "start")
    assert calls(stage, "enable_determinism")
    for name in manifest.load().experiments:
        assert manifest.stage_of(name) == "train"
        assert {"texloom/training/stage.py", "texloom/training/loop.py"} <= set(keys.run_code(name))


def test_every_training_depends_on_the_libraries_that_it_computes_with() -> None:
    for name in manifest.load().experiments:
        libraries = set(keys.imported_versions(keys.stage_modules(name)))
        assert {"python", "numpy", "tensorflow", "keras"} <= libraries
        assert not libraries & {"matplotlib", "tqdm", "tensorboard"}
    assert "scikit-image" in keys.imported_versions(keys.stage_modules("denoising_autoencoder"))


def test_drawing_does_not_depend_on_training() -> None:
    files = keys.figures_key("denoising_autoencoder", Plan.load("report").build, [0]).code
    assert "texloom/results/plotting.py" in files
    assert not [name for name in files if name.endswith(("train.py", "loop.py", "model.py"))]


def test_every_test_file_selects_itself(root: Path) -> None:
    graph = closure.import_graph(quick.PACKAGES)
    files = quick.test_files()
    assert len(files) > 100
    used = {file: quick.used_by(file, graph) for file in files}
    assert [file for file in files if file not in used[file]] == []
    assert Path("experiments/quadratic_gan/train.py") in used[Path("tests/experiments/quadratic_gan/test_train.py")]
    assert Path("engine/texloom/training/loop.py") in used[Path("tests/experiments/quadratic_gan/test_train.py")]
