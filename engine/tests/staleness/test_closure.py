"""The import closure, on tiny packages and on the project itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.staleness import closure

Build = Callable[[dict[str, str]], Callable[[str], list[str]]]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Writes a package (PKG in the texts stands for its name) and gives the closure of its modules, as file names."""
    package = f"pkg_{uuid.uuid4().hex}"
    monkeypatch.syspath_prepend(tmp_path)

    def make(files: dict[str, str]) -> Callable[[str], list[str]]:
        for name, text in files.items():
            path = tmp_path / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("PKG", package))
        graph = closure.import_graph((package,))
        folder = Path(package)
        return lambda module: [
            path.relative_to(folder).as_posix() for path in closure.source_files(f"{package}.{module}", graph)
        ]

    return make


def test_helpers_are_followed_transitively_and_packages_count(build: Build) -> None:
    files = build(
        {
            "__init__.py": "",
            "top.py": "from PKG.sub import middle",
            "sub/__init__.py": "",
            "sub/middle.py": "def late():\n    import PKG.sub.bottom",
            "sub/bottom.py": "",
            "sub/unused.py": "import PKG.top",
        }
    )
    assert files("top") == ["__init__.py", "sub/__init__.py", "sub/bottom.py", "sub/middle.py", "top.py"]
    assert files("sub.bottom") == ["__init__.py", "sub/__init__.py", "sub/bottom.py"]


def test_what_a_package_imports_in_its_init_counts(build: Build) -> None:
    files = build(
        {
            "__init__.py": "",
            "sub/__init__.py": "from PKG import helper",
            "sub/one.py": "",
            "helper.py": "",
        }
    )
    assert files("sub.one") == ["__init__.py", "helper.py", "sub/__init__.py", "sub/one.py"]


def test_imports_for_type_checkers_do_not_count(build: Build) -> None:
    code = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from PKG.types_only import A\nimport PKG.real\n"
    files = build({"__init__.py": "", "top.py": code, "types_only.py": "A = 1", "real.py": ""})
    assert files("top") == ["__init__.py", "real.py", "top.py"]


def test_circular_imports_end(build: Build) -> None:
    files = build({"__init__.py": "", "one.py": "import PKG.two", "two.py": "import PKG.one"})
    assert files("one") == files("two") == ["__init__.py", "one.py", "two.py"]


def test_a_name_imported_from_a_package_leads_to_its_init_not_to_all_modules(build: Build) -> None:
    files = build({"__init__.py": "", "a.py": "from PKG.s import x", "s/__init__.py": "x = 1", "s/other.py": ""})
    assert files("a") == ["__init__.py", "a.py", "s/__init__.py"]


@pytest.fixture
def in_checkout(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)


@pytest.mark.usefixtures("in_checkout")
def test_training_depends_on_what_computes_its_numbers_and_on_nothing_that_draws_or_prints_them() -> None:
    files = {path.as_posix() for path in closure.source_files("experiments.denoising_autoencoder.train")}
    common, own = "experiments/common", "experiments/denoising_autoencoder"
    assert {f"{own}/{name}.py" for name in ("__init__", "train", "model", "corruption", "evaluation")} <= files
    assert {f"{common}/{name}.py" for name in ("loop", "mnist", "image_quality", "configuration")} <= files
    assert not files & {
        f"{own}/figures.py",
        f"{common}/plotting.py",
        f"{common}/runs.py",
        "engine/texloom/document/render.py",
    }


@pytest.mark.usefixtures("in_checkout")
def test_drawing_does_not_depend_on_training() -> None:
    files = {path.as_posix() for path in closure.source_files("experiments.denoising_autoencoder.figures")}
    assert "engine/texloom/results/plotting.py" in files
    assert not {name for name in files if name.endswith(("train.py", "loop.py", "model.py"))}
