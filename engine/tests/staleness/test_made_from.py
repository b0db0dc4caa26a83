"""The modules and libraries that a stage loaded, by whatever means, are inputs of its result."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from texloom.data.digests import Digests
from texloom.staleness import keys, made_from
from texloom.staleness.judge import judge
from texloom.staleness.made_from import MadeFrom, making, with_current_inputs


def stale_parts(record: dict[str, Any]) -> list[str]:
    return judge(record, keys.run_key("toy", []))


def edit(name: str | Path, old: str, new: str) -> None:
    path = Path(name)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(name: str | Path, text: str) -> None:
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_a_stage_may_leave_another_current_folder(code: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (code / "tools").mkdir()
    (code / "tools/calculation.py").write_text("VALUE = 1\n")
    with making(keys.run_key("toy", [])) as run:
        importlib.import_module("tools.calculation")
        os.chdir(tmp_path_factory.mktemp("elsewhere"))
    record = run.finish().to_json()
    del sys.modules["tools.calculation"]
    assert Path.cwd() == code
    assert list(record["reads"]["modules"]) == ["tools/calculation.py"]


def test_a_module_that_no_import_names_counts_once_it_was_imported(code: Path) -> None:
    (code / "tools").mkdir()
    (code / "tools/calculation.py").write_text("VALUE = 1\n")
    with making(keys.run_key("toy", [])) as run:
        importlib.import_module("tools.calculation")
        importlib.import_module("experiments.toy.data")  # which the import graph reaches
    record = run.finish().to_json()
    del sys.modules["tools.calculation"]
    assert list(record["reads"]["modules"]) == ["tools/calculation.py"]
    assert stale_parts(record) == []
    append("tools/calculation.py", "# edited\n")
    assert stale_parts(record) == []
    edit("tools/calculation.py", "1", "2")
    assert stale_parts(record) == ["tools/calculation.py"]
    Path("tools/calculation.py").unlink()
    assert stale_parts(record) == ["tools/calculation.py (gone)"]


def test_a_module_of_the_project_counts_where_it_was_imported_before(code: Path) -> None:
    """By another stage in the same process; Python does not run it again."""
    (code / "tools").mkdir()
    (code / "tools/earlier.py").write_text("VALUE = 1\n")
    importlib.import_module("tools.earlier")
    with making(keys.run_key("toy", [])) as run:
        importlib.import_module("tools.earlier")
    record = run.finish().to_json()
    del sys.modules["tools.earlier"]
    assert list(record["reads"]["modules"]) == ["tools/earlier.py"]
    edit("tools/earlier.py", "1", "2")
    assert stale_parts(record) == ["tools/earlier.py"]


@pytest.mark.parametrize("of_the_report", [True, False])
def test_docstrings_of_what_only_the_engine_imports_count_where_something_may_read_them(
    code: Path, of_the_report: bool
) -> None:
    """As for a document, for which the engine reads the data of each experiment."""
    Path("tools.py").touch()
    with making(keys.checks_key([])) as run:
        importlib.import_module("experiments.toy")
        if not of_the_report:
            importlib.import_module("tools")
    record = run.finish().to_json()
    sys.modules.pop("tools", None)
    assert {"experiments/__init__.py", "experiments/toy/__init__.py"} <= record["reads"]["modules"].keys()
    for name in ("experiments/__init__.py", "experiments/toy/__init__.py"):
        append(name, '"""A text."""\n')
    found = judge(record, keys.checks_key([]))
    assert found == ([] if of_the_report else ["experiments/__init__.py", "experiments/toy/__init__.py"])
    append("experiments/toy/__init__.py", "LIMIT = 3\n")
    assert "experiments/toy/__init__.py" in judge(record, keys.checks_key([]))


def test_docstrings_count_of_what_is_imported_beside_code_that_reads_them(code: Path) -> None:
    append("experiments/toy/__init__.py", "def count(function):\n    return len(function.__doc__)\n")
    with making(keys.checks_key([])) as run:
        importlib.import_module("experiments.toy")
    record = run.finish().to_json()
    append("experiments/__init__.py", '"""A text."""\n')
    assert judge(record, keys.checks_key([])) == ["experiments/__init__.py"]


def test_libraries_that_were_loaded_by_whatever_means_count(code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with making(keys.run_key("survey", [])) as run:
        sys.modules["tabulate_of_now"] = sys
    with monkeypatch.context() as patch:
        patch.setattr(made_from, "distributions", lambda: {"tabulate_of_now": ["tabulate"]})
        made = run.finish()
    del sys.modules["tabulate_of_now"]
    assert made.loaded == {"tabulate": metadata.version("tabulate")}
    older = made.to_json() | {"loaded": {"tabulate": "0.1"}}
    assert judge(older, keys.run_key("survey", [])) == [f"tabulate 0.1 → {metadata.version('tabulate')}"]


def test_a_library_of_which_another_version_was_installed_during_the_stage_is_unsettled(
    code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "site-packages"
    described = packages / "Tabulate_of-1.0.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: Tabulate-of\nVersion: 1.0\n")
    (packages / "tabulate_of_now.py").touch()
    monkeypatch.syspath_prepend(packages)
    installed = {"tabulate_of_now": ["Tabulate-of"]}
    with making(keys.run_key("survey", [])) as run:
        importlib.import_module("tabulate_of_now")
        described.rename(packages / "Tabulate_of-2.0.dist-info")
    with monkeypatch.context() as patch:
        patch.setattr(made_from, "distributions", lambda: installed)
        record = run.finish().to_json()
    del sys.modules["tabulate_of_now"]
    assert record["reads"]["unsettled"] == ["Tabulate-of"]
    made_from.version.cache_clear()


def test_of_loaded_libraries_those_that_are_installed_and_not_imported_by_the_code_are_accepted() -> None:
    loaded = {"numpy": "1.0", "pytest": "0.1", "gone": "2.0"}
    now = MadeFrom(versions={"numpy": metadata.version("numpy")})
    accepted = with_current_inputs(MadeFrom(loaded=loaded), now, Digests())
    assert (accepted.versions, accepted.loaded) == (now.versions, {"pytest": metadata.version("pytest")})


def test_a_library_that_opens_files_itself_is_named_until_its_reading_is_declared(
    code: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = "import h5py as reading\nfrom pandas import frames\n\n\ndef load():\n    return frames.read_parquet('x')\n"
    (code / "experiments/toy/data.py").write_text(source.replace("h5py as reading", "json"))
    for stub in ("pandas", "h5py"):
        sys.modules[stub] = sys
    sys.frames = None  # type: ignore[attr-defined]
    try:
        with making(keys.run_key("toy", [])) as run:
            importlib.import_module("experiments.toy.data")
        found = run.finish().reads["unseen"]
    finally:
        del sys.modules["pandas"], sys.modules["h5py"], sys.frames  # type: ignore[attr-defined]
    assert found == ["experiments/toy/data.py:6: calls read_parquet"]
    assert "texloom.results.inputs.reads(path)" in capsys.readouterr().err
    run.recorder.declared_in.add("experiments/toy/data.py")
    assert "unseen" not in run.finish().reads


def test_a_module_of_elsewhere_counts_and_code_that_the_stage_generates_does_not(
    code: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    helper = elsewhere / "helper_of_elsewhere.py"
    helper.write_text("VALUE = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(elsewhere)
    with making(keys.run_key("survey", [])) as run:
        importlib.import_module("helper_of_elsewhere")
        with tempfile.NamedTemporaryFile("w", suffix=".py", dir=elsewhere, delete=False) as generated:
            generated.write("VALUE = 1\n")
        importlib.invalidate_caches()
        importlib.import_module(Path(generated.name).stem)
    record = run.finish().to_json()
    for name in ("helper_of_elsewhere", Path(generated.name).stem):
        del sys.modules[name]
    assert list(record["reads"]["modules"]) == [str(helper)]
    helper.write_text("VALUE = 2\n", encoding="utf-8")
    assert judge(record, keys.run_key("survey", [])) == [str(helper)]
