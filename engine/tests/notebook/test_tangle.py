"""Packages as notebooks: the order of chapters, no line of code lost, what the first cell carries, the same again."""

from __future__ import annotations

import ast
import re
import uuid
import warnings
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from texloom import manifest
from texloom.errors import ReportError
from texloom.notebook import tangle
from texloom.notebook.runtime import setup
from texloom.notebook.runtime.modules import statements
from texloom.staleness import closure

Order = Callable[[dict[str, str]], list[str]]


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    """Writes a package (PKG in the texts stands for its name) and gives the order of its chapters."""
    package = f"pkg_{uuid.uuid4().hex}"
    monkeypatch.syspath_prepend(tmp_path)

    def make(files: dict[str, str]) -> list[str]:
        (tmp_path / package).mkdir()
        for name, text in {"__init__": "", **files}.items():
            (tmp_path / package / f"{name}.py").write_text(text.replace("PKG", package))
        chapters = tangle.chapter_order(package, closure.import_graph((package,)))
        return [name.removeprefix(f"{package}.") for name in chapters]

    return make


def test_a_module_comes_after_what_it_imports(order: Order) -> None:
    files = {"a": "from PKG import z", "m": "", "z": "def late():\n    from PKG.m import x"}
    assert order(files) == ["m", "z", "a"]


def test_where_imports_leave_it_open_evaluation_and_training_come_late_and_figures_last(order: Order) -> None:
    files = {
        "evaluation": "",
        "figures": "",
        "model": "from PKG import noise",
        "noise": "",
        "train": "import PKG.model",
    }
    assert order(files) == ["noise", "model", "evaluation", "train", "figures"]


def test_modules_that_import_each_other_in_a_circle_are_refused_with_the_circle(order: Order) -> None:
    files = {"a": "import PKG.b", "b": "import PKG.c", "c": "import PKG.a"}
    with pytest.raises(
        ReportError, match=r"have no order: (a imports b imports c imports a|b .* b|c .* c)\n  move what"
    ):
        order(files)


CODE = '''
from __future__ import annotations

import os
if os:
    import sys

SMALL = 1
"""What it is."""

OTHER = {
    "key": 2,

    "other": 3,
}

# A paragraph of the author
# between the cells.

# why this one
@decorated
def one():
    """Doc.

    More.
    """
    x = 1

    # inside
    return x


def two():
    return 2

class Long:
    a = 0
'''


def test_imports_constants_and_definitions_are_cells_and_comments_between_them_prose() -> None:
    pieces = tangle.split(CODE)
    assert [piece.kind for piece in pieces] == ["imports", "constants", "prose", "definitions"]
    assert pieces[2].source == "A paragraph of the author\nbetween the cells."
    assert pieces[3].source.startswith("# why this one\n@decorated\ndef one")


def test_a_long_definition_has_a_cell_of_its_own() -> None:
    long = "def long():\n" + "    x = 1\n" * tangle.CELL_LINES
    pieces = tangle.split(f"def a(): ...\n\n\n{long}\n\ndef b(): ...\n\n\ndef c(): ...\n")
    assert [piece.source.count("def ") for piece in pieces] == [1, 1, 2]


def test_prose_is_the_docstring_and_code_the_rest() -> None:
    for source in ('"""Doc.\n\n    More.\n"""\nX = 1', 'r"""Doc.\n\nMore."""\n\nX = 1\n'):
        module = tangle.Module("pkg.a_module", Path("pkg/a_module.py"), source)
        assert (module.prose, module.code.strip(), module.title) == ("Doc.\n\nMore.", "X = 1", "A module")
    assert tangle.Module("pkg.m", Path("pkg/m.py"), "X = 1").code == "X = 1"


@pytest.fixture
def parts(root: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, manifest.Part]:
    """The experiments of the report, whose folder is the current one."""
    monkeypatch.chdir(root)
    return manifest.load().experiments


EXPERIMENTS = sorted(path.parent.name for path in Path(__file__).parents[2].glob("experiments/*/train.py"))
MADE: dict[str, NotebookNode] = {}
each_experiment = pytest.mark.parametrize("name", EXPERIMENTS)


@pytest.fixture
def notebook(name: str, parts: dict[str, manifest.Part]) -> NotebookNode:
    """The notebook of an experiment of the report, made once for all tests, which only read it."""
    if name not in MADE:
        MADE[name] = tangle.tangle(parts[name], smoke=True)
    return MADE[name]


@each_experiment
def test_every_line_of_every_module_is_there_once_and_in_its_place(name: str, notebook: NotebookNode) -> None:
    for path in sorted(Path("experiments", name).glob("*.py")):
        module = tangle.Module.read(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
        head = f"%%module {module.name}\n"
        cells = [cell.source.removeprefix(head) for cell in notebook.cells if cell.source.startswith(head)]
        kept = [line for cell in cells for line in cell.splitlines() if line.strip()]
        code = module.source.split('"""', 2)[2]  # after the docstring
        assert kept == [line for line in code.splitlines() if line.strip()]
        assert set().union(*map(statements, cells)) == statements(module.source)
        prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown" and module.prose in cell.source]
        assert len(prose) == 1


@each_experiment
def test_a_notebook_is_valid_and_the_same_again(
    name: str, notebook: NotebookNode, parts: dict[str, manifest.Part]
) -> None:
    with warnings.catch_warnings(action="error"):
        nbformat.validate(notebook)
    assert nbformat.writes(notebook) == nbformat.writes(tangle.tangle(parts[name], smoke=True))
    identities = [cell.id for cell in notebook.cells]
    assert len(set(identities)) == len(identities)
    assert notebook.cells[0].source.startswith(f"# {parts[name].title}\n")


@each_experiment
def test_each_figure_and_table_has_its_cell(name: str, notebook: NotebookNode) -> None:
    index = tangle.Module.read(f"experiments.{name}.figures").source
    for function, show in (("figures", "figure"), ("tables", "table")):
        (definition,) = re.findall(rf"^def {function}\(.*?\n\n\n", index, re.M | re.S)
        shown = [cell.source for cell in notebook.cells if cell.source.startswith(f"show.{show}(")]
        assert [source.split('"')[1] for source in shown] == re.findall(r'"(\w+)": ', definition)


def project_imports(path: Path) -> set[Path]:
    """The project's files that a file imports when it runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if not isinstance(node, ast.If)]  # if TYPE_CHECKING:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    files = {Path(*name.split(".")).with_suffix(".py") for name in names}
    return {file for file in files if file.exists() and file.parts[0] in closure.PACKAGES}


@each_experiment
def test_the_first_code_cell_carries_exactly_what_the_others_import_and_no_address(
    name: str, notebook: NotebookNode, tmp_path: Path
) -> None:
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert cell.metadata["jupyter"] == {"source_hidden": True}
    assert "://" not in cell.source
    (packed,) = re.findall(r'^MODULES = "(.+)"$', cell.source, re.M)
    setup.unpack(packed, tmp_path)
    carried = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert all((tmp_path / path).read_bytes() == path.read_bytes() for path in carried)
    own = set(Path("experiments", name).glob("*.py"))
    called = {
        Path("engine/texloom/notebook/runtime/chapter.py"),
        Path("engine/texloom/notebook/runtime/show.py"),
        Path("engine/texloom/training/loop.py"),
    }
    imported = called.union(*(project_imports(path) for path in carried | own)) - own
    assert {path for path in carried if path.name != "__init__.py"} == imported
    assert {path.parent / "__init__.py" for path in imported} <= carried


def test_what_the_cells_of_every_notebook_import_is_carried(parts: dict[str, manifest.Part]) -> None:
    figures = "def figures(runs):\n    return {'a': 1}\n"
    code = "\n".join(
        cell.source for cell in tangle.result_cells("toy", figures, smoke=True) if cell.cell_type == "code"
    )
    imported = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    names = {
        f"{node.module}.{alias.name}" for node in imported for alias in node.names if "toy" not in str(node.module)
    }
    carried = {path for name in tangle.RUNTIME for path in closure.source_files(name)}
    assert len(names) == 3
    for name in names:  # a module, or something in one
        module = Path(*name.split("."))
        assert {module.with_suffix(".py"), module.parent.with_suffix(".py")} & carried


def test_notebooks_load_the_runs_of_their_profile_and_train_with_smoke_values(
    parts: dict[str, manifest.Part],
) -> None:
    for smoke, shown in ((True, "finished_runs(Config.smoke())"), (False, "finished_runs(Config())")):
        (cell,) = [cell for cell in tangle.tangle(parts["quadratic_gan"], smoke=smoke).cells if cell.id == "runs"]
        assert shown in cell.source
        assert '\nVALUES = "smoke"' in cell.source


def test_foreign_modules_are_told_from_python_s_and_ours() -> None:
    source = (
        "import os.path, scipy.linalg as la\nfrom PIL import Image\nfrom texloom import x\ndef f():\n    import keras"
    )
    assert sorted(tangle.foreign_imports(source)) == ["PIL", "keras", "scipy"]


def test_requirements_are_the_lock_s_lines_without_hashes(tmp_path: Path) -> None:
    lock, module = tmp_path / "requirements.lock", tmp_path / "module.py"
    lock.write_text(
        "numpy==2.4 ; python_full_version < '3.12' \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n"
        "numpy==2.5 ; python_full_version >= '3.12' \\\n    --hash=sha256:22\npillow==13.0.0 \\\n    --hash=sha256:33\n"
    )
    module.write_text("import numpy\nimport json\nfrom PIL import Image\n")
    assert tangle.requirements([module], lock) == {
        "PIL": ["pillow==13.0.0"],
        "numpy": ["numpy==2.4 ; python_full_version < '3.12'", "numpy==2.5 ; python_full_version >= '3.12'"],
    }
    module.write_text("import nowhere")
    with pytest.raises(ReportError, match="brings nothing that offers 'nowhere'"):
        tangle.requirements([module], lock)


def test_names_of_figures_are_read_from_a_plain_dictionary_only() -> None:
    assert tangle.returned_names(
        'def figures(runs):\n    run = runs[0]\n    return {"b": 1, "a": f(run)}', "figures"
    ) == ["b", "a"]
    assert tangle.returned_names("def figures(runs):\n    return {name: 1 for name in runs}", "figures") == []
    assert tangle.returned_names('def figures(runs):\n    return {"a": 1, **more}', "figures") == []
    assert tangle.returned_names("def tables(runs):\n    return {}", "figures") is None


def test_figures_with_names_known_only_later_are_shown_in_one_cell() -> None:
    source = "def figures(runs):\n    return dict(make(runs))\n"
    cells = {cell.id: cell.source for cell in tangle.result_cells("toy", source, smoke=True)}
    assert cells["figures"] == "for each in drawn.values():\n    show.figure(each)"
    assert "import figures\n" in cells["drawing"]
    assert list(cells) == ["results", "runs", "metrics", "drawing", "figures"]
