"""The import closure, on tiny packages."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from pathlib import Path

import grimp
import pytest

from texloom.errors import ReportError
from texloom.staleness import closure

Files = dict[str, str]


class Closures:
    """The closures of a package's modules; names are those within the package."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.graph: grimp.ImportGraph = closure.import_graph((package,))

    def files(self, module: str) -> list[str]:
        found = map(closure.source_path, closure.modules(f"{self.package}.{module}", self.graph))
        return sorted(path.relative_to(self.package).as_posix() for path in found)

    def modules(self, module: str, without: Collection[str] = ()) -> set[str]:
        found = closure.modules(f"{self.package}.{module}", self.graph, {f"{self.package}.{name}" for name in without})
        return {name.removeprefix(self.package).removeprefix(".") for name in found}

    def external(self, module: str, without: Collection[str] = ()) -> set[str]:
        left_out = {f"{self.package}.{name}" for name in without}
        return closure.external(f"{self.package}.{module}", self.graph, left_out)


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Files], Closures]:
    """Write a package in the current folder; its name replaces PKG in the texts."""
    package = f"pkg_{uuid.uuid4().hex}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)

    def make(files: Files) -> Closures:
        for name, text in files.items():
            path = tmp_path / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.replace("PKG", package).encode(errors="surrogateescape"))
        return Closures(package)

    return make


Build = Callable[[Files], Closures]


def test_helpers_are_followed_transitively_and_packages_count(build: Build) -> None:
    built = build(
        {
            "__init__.py": "",
            "top.py": "from PKG.sub import middle",
            "sub/__init__.py": "",
            "sub/middle.py": "def late():\n    import PKG.sub.bottom",
            "sub/bottom.py": "",
            "sub/unused.py": "import PKG.top",
        }
    )
    assert built.files("top") == ["__init__.py", "sub/__init__.py", "sub/bottom.py", "sub/middle.py", "top.py"]
    assert built.files("sub.bottom") == ["__init__.py", "sub/__init__.py", "sub/bottom.py"]


def test_what_a_package_imports_in_its_init_counts(build: Build) -> None:
    built = build(
        {
            "__init__.py": "",
            "sub/__init__.py": "from PKG import helper",
            "sub/one.py": "",
            "helper.py": "",
        }
    )
    assert built.files("sub.one") == ["__init__.py", "helper.py", "sub/__init__.py", "sub/one.py"]


def test_imports_for_type_checkers_do_not_count(build: Build) -> None:
    code = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from PKG.types_only import A\nimport PKG.real\n"
    built = build({"__init__.py": "", "top.py": code, "types_only.py": "A = 1", "real.py": ""})
    assert built.files("top") == ["__init__.py", "real.py", "top.py"]


def test_circular_imports_end(build: Build) -> None:
    built = build({"__init__.py": "", "one.py": "import PKG.two", "two.py": "import PKG.one"})
    assert built.files("one") == built.files("two") == ["__init__.py", "one.py", "two.py"]


def test_a_name_imported_from_a_package_leads_to_its_init_not_to_all_modules(build: Build) -> None:
    built = build({"__init__.py": "", "a.py": "from PKG.s import x", "s/__init__.py": "x = 1", "s/other.py": ""})
    assert built.files("a") == ["__init__.py", "a.py", "s/__init__.py"]


def test_with_a_module_that_is_left_out_goes_what_only_it_imports(build: Build) -> None:
    built = build(
        {
            "__init__.py": "",
            "top.py": "import PKG.shown, PKG.shared",
            "shown.py": "import PKG.only_shown, PKG.shared, tqdm",
            "only_shown.py": "",
            "shared.py": "import numpy",
        }
    )
    assert built.modules("top") == {"", "top", "shown", "only_shown", "shared"}
    assert built.modules("top", without=["shown"]) == {"", "top", "shared"}
    assert built.external("top") == {"numpy", "tqdm"}
    assert built.external("top", without=["shown"]) == {"numpy"}


def test_third_party_packages_are_identified_by_their_top_level_names(build: Build) -> None:
    code = "import json\nimport numpy.linalg\nfrom PIL import Image\ndef late():\n    import no_such_package.part\n"
    built = build({"__init__.py": "", "top.py": code})
    assert built.external("top") == {"json", "numpy", "PIL", "no_such_package"}
    assert built.modules("top") == {"", "top"}
    assert closure.distributions()["PIL"] == ["pillow"]
    assert "json" not in closure.distributions()


def test_invalid_python_is_reported_with_its_line(build: Build) -> None:
    with pytest.raises(ReportError, match=r"^pkg_\w+/broken\.py:2: is not Python: def f\(:$"):
        build({"__init__.py": "", "broken.py": "import json\ndef f(:\n"})


@pytest.mark.parametrize("name", ["experiments/toy/plots", "theory/proofs", "experiments/toy/deep/plots"])
def test_modules_of_the_report_that_lie_in_no_package_are_refused(code: Path, name: str) -> None:
    """Python would import them, but their changes would go unnoticed."""
    folder = code / name
    folder.mkdir(parents=True)
    (folder / "points.py").touch()
    with pytest.raises(ReportError) as error:
        closure.import_graph()
    assert (error.value.where, error.value.way_out) == (name, f"add an empty {name}/__init__.py")
    assert "has points.py but no __init__.py" in error.value.what
    for made in (folder, folder.parent):
        (made / "__init__.py").touch()
    assert name.replace("/", ".") + ".points" in closure.import_graph().modules


def test_folders_that_no_import_can_name_may_hold_what_they_like(code: Path) -> None:
    (code / "experiments/toy/.ipynb_checkpoints").mkdir()
    (code / "experiments/toy/.ipynb_checkpoints/train-checkpoint.py").touch()
    assert "experiments.toy.train" in closure.import_graph().modules


def test_files_are_found_where_the_package_lies(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package may be in the project, in an engine used in place, or installed; the recorded name is the same."""
    built = build({"__init__.py": "", "sub/__init__.py": "", "sub/one.py": ""})
    one, package = f"{built.package}.sub.one", Path(built.package)
    assert closure.source_path(one) == package / "sub/one.py"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert closure.source_path(one) == tmp_path / package / "sub/one.py"
    assert closure.import_path(one) == f"{package}/sub/one.py"
    (elsewhere / "engine" / package).mkdir(parents=True)
    assert closure.source_path(one) == "engine" / package / "sub/one.py"
    assert closure.import_path(one) == f"{package}/sub/one.py"
    assert closure.import_path(f"{package}.sub") == f"{package}/sub.py"  # here sub is not a package


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("experiments/toy/data.py", "", "code"),
        ("experiments/toy/data.py", "try: ...\nexcept E as error: TOLD = str(error)", "texts"),
        ("experiments/toy/data.py", "import inspect", "source"),
        ("experiments/toy/data.py", "import tools.more", "texts"),  # tools is not analysed
        ("experiments/toy/data.py", "import single", "texts"),
        ("experiments/toy/data.py", "import numpy, json", "code"),
        ("experiments/toy/figures.py", "import inspect", "code"),  # this module belongs to another result
        ("engine/texloom/results/runs.py", "import inspect", "code"),  # what the engine reads is known
    ],
)
def test_the_report_s_own_modules_determine_which_parts_of_modules_count(
    code: Path, name: str, line: str, expected: str
) -> None:
    (code / "tools").mkdir()
    (code / "single.py").touch()
    with (code / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    graph = closure.import_graph()
    assert closure.counted(closure.modules("experiments.toy.train", graph), graph) == expected


def test_a_file_that_is_not_utf_8_is_reported_with_its_line(build: Build) -> None:
    with pytest.raises(
        ReportError, match=r"^pkg_\w+/latin\.py:2: is not UTF-8: byte 0xe9\n  save it with that encoding$"
    ):
        build({"__init__.py": "", "latin.py": "import json\n# caf\udce9\n"})
