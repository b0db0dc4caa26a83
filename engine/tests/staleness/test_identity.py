"""The dependencies of a run: each changes the identity, and is reported when it has changed."""

from __future__ import annotations

import shutil
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from texloom.data import declared
from texloom.data.sources import keep
from texloom.errors import ReportError
from texloom.staleness import closure, identity, keys, made_from
from texloom.staleness.code import Counted, code_digest
from texloom.staleness.judge import judge
from texloom.staleness.made_from import making

DIGITS = Path("data/digits")
STAGE = Path("engine/texloom/training/stage.py")
LOOP = Path("engine/texloom/training/loop.py")


def made(config: dict[str, Any], seed: int, cores: int = 1) -> dict[str, Any]:
    """The record of a run that read nothing."""
    with making(keys.run_key("toy", [])) as run:
        return identity.Recorder.start(run, "toy", config, seed, cores).finish()


def stale_parts(record: dict[str, Any]) -> list[str]:
    return judge(record, keys.run_key("toy", []))


@pytest.fixture
def record(code: Path) -> dict[str, Any]:
    return made({"epochs": 3}, 0)


def edit(name: str | Path, old: str, new: str) -> None:
    path = Path(name)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def edit_data() -> None:
    """Other digits, fetched."""
    keep(DIGITS, {"train-images": (DIGITS / "train-images").read_bytes(), "test-images": b"better digits"})


def append(name: str | Path, text: str) -> None:
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_nothing_is_stale_at_first(record: dict[str, Any]) -> None:
    assert stale_parts(record) == []


def test_the_code_of_a_training_is_its_own_and_that_of_the_stage(record: dict[str, Any]) -> None:
    assert {"experiments/toy/train.py", "experiments/toy/data.py", "experiments/toy/__init__.py"} <= set(record["code"])
    assert {"texloom/training/stage.py", "texloom/training/startup.py", "texloom/training/loop.py"} <= set(
        record["code"]
    )
    assert not [name for name in record["code"] if name.endswith(("figures.py", "plotting.py", "render.py"))]


def test_configuration_and_metrics_belong_to_it_although_only_the_stage_asks_for_them(code: Path) -> None:
    assert "experiments/toy/config.py" not in keys.run_code("toy")
    for name in ("config", "metrics"):
        (code / f"experiments/toy/{name}.py").write_text("")
    closure.import_graph.cache_clear()
    assert {"experiments/toy/config.py", "experiments/toy/metrics.py"} <= set(keys.run_code("toy"))


def test_edited_code_is_named_by_its_import_path(record: dict[str, Any]) -> None:
    append(LOOP, "LIMIT = 3\n")
    append("experiments/toy/data.py", "LIMIT = 3\n")
    assert stale_parts(record) == ["experiments/toy/data.py", "texloom/training/loop.py"]


@pytest.mark.parametrize("line", ["    enable_determinism()\n", "    start(cores)\n"])
def test_without_a_line_that_makes_a_training_repeatable_all_is_stale(record: dict[str, Any], line: str) -> None:
    edit(STAGE, line, "")
    assert stale_parts(record) == ["texloom/training/stage.py"]


@pytest.mark.usefixtures("needs_tensorflow")
def test_tensorflow_and_the_loop_belong_to_a_training_that_imports_neither(code: Path) -> None:
    (code / "experiments/toy/train.py").write_text("import keras\n", encoding="utf-8")
    assert {"keras", "tensorflow"} <= set(keys.run_key("toy", []).versions)
    files = keys.run_code("toy")
    assert "texloom/training/loop.py" in files
    assert not {"texloom/training/stage.py", "texloom/training/loop.py"} & set(keys.run_code("survey"))
    edit(LOOP, "tf.config.experimental.enable_op_determinism()", "pass")
    assert keys.run_code("toy")["texloom/training/loop.py"] != files["texloom/training/loop.py"]


def test_reworded_errors_comments_and_layout_leave_a_run_current(record: dict[str, Any]) -> None:
    edit("engine/texloom/errors.py", "there are none", "there is nothing")
    edit("experiments/toy/data.py", "there are no digits", "no digits were found")
    append("experiments/toy/data.py", "\n# edited\n")
    edit(
        "experiments/toy/train.py",
        "numpy.zeros(3), data.load, loop",
        "(\n        numpy.zeros(3),\n        data.load,\n        loop,\n    )",
    )
    append("engine/texloom/training/progress.py", "def more() -> None:\n    print('more')\n")
    append("engine/texloom/training/live.py", "WIDTH = 3\n")
    assert stale_parts(record) == []
    assert made({"epochs": 3}, 0)["identity"] == record["identity"]


def test_editing_what_draws_or_prints_leaves_a_run_current(record: dict[str, Any]) -> None:
    for name in (
        "experiments/toy/figures.py",
        "engine/texloom/results/plotting.py",
        "engine/texloom/document/render.py",
    ):
        append(name, "LIMIT = 3\n")
    assert stale_parts(record) == []


def test_the_folder_in_which_the_engine_lies_does_not_count(code: Path, record: dict[str, Any]) -> None:
    shutil.rmtree(code / "engine")  # now the one is asked that runs this test
    assert stale_parts(record) == []


def test_altered_data_are_named(record: dict[str, Any]) -> None:
    edit_data()
    assert stale_parts(record) == ["data digits/test-images"]


@pytest.mark.usefixtures("needs_tensorflow")
def test_libraries_are_those_that_the_code_imports(code: Path, record: dict[str, Any]) -> None:
    libraries = set(record["versions"])
    assert {"python", "numpy", "tensorflow", "pydantic"} <= libraries
    assert not libraries & {"matplotlib", "tqdm", "Pillow"}  # of figures, progress and live view
    assert record["versions"]["numpy"] == metadata.version("numpy")
    assert {"numpy", "pooch"} <= set(keys.run_key("survey", []).versions)
    assert "tensorflow" not in keys.run_key("survey", []).versions


def test_another_library_version_is_named(record: dict[str, Any]) -> None:
    now = record["versions"]["numpy"]
    older = record | {"versions": record["versions"] | {"numpy": "1.0", "gone": "2.0"}}
    assert stale_parts(older) == ["gone 2.0 → none", f"numpy 1.0 → {now}"]


def test_a_library_that_is_not_installed_is_no_mistake(record: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {name: found for name, found in made_from.distributions().items() if name != "pydantic"}
    monkeypatch.setattr(made_from, "distributions", lambda: installed)
    without = lambda name: None if name == "pydantic" else metadata.version(name)  # noqa: E731
    monkeypatch.setattr(made_from, "version", without)
    monkeypatch.setattr("texloom.staleness.judge.version", without)
    assert stale_parts(record) == [f"pydantic {metadata.version('pydantic')} → none"]


def test_a_file_that_joined_or_left_the_closure_is_named(record: dict[str, Any]) -> None:
    code = dict(record["code"])
    code["experiments/toy/gone.py"] = code.pop("experiments/toy/data.py")
    code["texloom/results/tables.py"] = ""
    assert stale_parts(record | {"code": code}) == [
        "experiments/toy/data.py (imported now)",
        "experiments/toy/gone.py (gone)",
        "texloom/results/tables.py (no longer imported)",
    ]


def test_a_file_that_alone_joined_or_left_the_closure_is_named_as_such(record: dict[str, Any]) -> None:
    without = {name: digest for name, digest in record["code"].items() if name != "experiments/toy/data.py"}
    assert stale_parts(record | {"code": without}) == ["experiments/toy/data.py (imported now)"]
    assert stale_parts(record | {"code": record["code"] | {"theory/gone.py": ""}}) == ["theory/gone.py (gone)"]


def test_identity_depends_on_code_configuration_seed_data_and_cores(record: dict[str, Any]) -> None:
    def start(config: dict[str, Any], seed: int, cores: int = 1) -> str:
        return made(config, seed, cores)["identity"]

    found = [record["identity"], start({"epochs": 4}, 0), start({"epochs": 3}, 1), start({"epochs": 3}, 0, cores=2)]
    append(LOOP, "LIMIT = 3\n")
    found.append(start({"epochs": 3}, 0))
    edit_data()
    found.append(start({"epochs": 3}, 0))
    assert len(set(found)) == 6


def test_identity_is_the_same_for_the_same_parts(record: dict[str, Any]) -> None:
    assert made({"epochs": 3}, 0)["identity"] == record["identity"]


def test_missing_data_say_how_to_fetch_them(code: Path) -> None:
    shutil.rmtree(code / "data")
    with pytest.raises(ReportError, match="the data are not there\n  python -m experiments data digits"):
        declared.data_digests("toy")


def test_git_state_outside_a_checkout_is_unknown_and_dirty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert identity.git_state() == ("unknown", True)


def test_finished_record_has_time_and_memory(record: dict[str, Any]) -> None:
    assert record["seconds"] >= 0
    assert 10 < record["peak_mib"] < 100_000
    with making(keys.run_key("toy", [])) as run:
        recorder = identity.Recorder.start(run, "toy", {}, 0)
    assert recorder.finish(earlier=1000.0)["seconds"] >= 1000.0


def test_where_docstrings_begin_to_count_only_what_reads_them_is_named(code: Path) -> None:
    append("experiments/toy/data.py", '"""A text."""\n')
    record = made({"epochs": 3}, 0)
    append("experiments/toy/data.py", '"""Another text."""\n')
    assert stale_parts(record) == []
    append("experiments/toy/train.py", "def count(function):\n    return len(function.__doc__)\n")
    assert stale_parts(record) == ["experiments/toy/train.py"]
    append("experiments/toy/data.py", "LIMIT = 3\n")
    append(STAGE, "LIMIT = 3\n")
    own = ["experiments/toy/data.py", "experiments/toy/train.py"]
    assert stale_parts(record) == [*own, "texloom/training/stage.py"]
    record = made({"epochs": 3}, 0)  # where docstrings count
    append("experiments/toy/data.py", '"""A text, again."""\n')
    append("experiments/toy/train.py", '"""The first text here."""\n')
    assert stale_parts(record) == own


def test_a_change_of_the_parts_that_count_without_a_changed_module_is_reported(code: Path) -> None:
    append("experiments/toy/train.py", "def measure():\n    import measuring\n    return measuring\n")
    record = made({"epochs": 3}, 0)
    Path("measuring.py").touch()  # what it reads is unknown
    assert stale_parts(record) == ["which parts of the code are compared, for instance docstrings"]


def test_of_two_modules_whose_docstrings_begin_to_count_the_edited_one_is_named(code: Path) -> None:
    names = ["experiments/toy/data.py", "experiments/toy/train.py"]

    def key(which: Counted) -> made_from.MadeFrom:
        return made_from.MadeFrom(code={name: code_digest(Path(name), counted=which) for name in names})

    for name in names:
        append(name, '"""A text."""\n')
    record = key("code").to_json()
    assert judge(record, key("texts")) == ["which parts of the code are compared, for instance docstrings"]
    append(names[0], "LIMIT = 3\n")
    assert judge(record, key("texts")) == names[:1]


def test_a_docstring_that_counts_is_named_where_it_is_all_that_was_added(code: Path) -> None:
    """Its module alone would have the digest of before if docstrings did not count."""
    name = "experiments/toy/train.py"
    record = made_from.MadeFrom(code={name: code_digest(Path(name))}).to_json()
    append(name, '"""A text."""\n')
    assert judge(record, made_from.MadeFrom(code={name: code_digest(Path(name))})) == [name]


def test_variables_that_change_numbers_count(record: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TF_CLI_CONFIG_FILE", "TF_CPP_MIN_LOG_LEVEL", "OMP_NUM_THREADS", "MPLBACKEND", "EDITOR"):
        monkeypatch.setenv(name, "other")
    assert stale_parts(record) == []
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_prefer_vector_width=512")  # as every training sets it
    assert stale_parts(record) == []
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    assert stale_parts(record) == ["TF_ENABLE_ONEDNN_OPTS none → 0"]


def test_a_module_that_is_edited_while_the_stage_runs_makes_the_result_out_of_date(code: Path) -> None:
    """It is unknown which of the two versions was imported; also if the edit is undone afterwards."""
    before = Path("experiments/toy/data.py").read_text(encoding="utf-8")
    with making(keys.run_key("toy", [])) as run:
        append("experiments/toy/data.py", "LIMIT = 3\n")
    record = run.finish().to_json()
    assert stale_parts(record) == ["experiments/toy/data.py"]
    Path("experiments/toy/data.py").write_text(before, encoding="utf-8")
    assert stale_parts(record) == ["experiments/toy/data.py (changed while it was read)"]
