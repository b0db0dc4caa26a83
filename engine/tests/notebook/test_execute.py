"""Notebooks run headless: with outputs, the same bytes again, the last good one kept if a cell fails."""

from __future__ import annotations

import socket
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from texloom.errors import ReportError
from texloom.notebook.execute import _short_name, execute
from texloom.notebook.tangle import METADATA


def notebook(*sources: str) -> nbformat.NotebookNode:
    cells = [new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    return new_notebook(cells=[new_markdown_cell("# Title", id="title"), *cells], metadata=METADATA)


def test_outputs_are_in_and_the_same_again(tmp_path: Path) -> None:
    sources = ("import os, sys\nprint('one')\nprint('two', flush=True)\nprint(os.getcwd())", "sys.executable", "41 + 1")
    for name in ("first", "second"):
        execute(notebook(*sources), tmp_path / "notebooks" / f"{name}.ipynb")
    first, second = (tmp_path / "notebooks" / f"{name}.ipynb" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
    said, python, result = nbformat.read(first, as_version=4).cells[1:]
    assert [output.text for output in said.outputs] == [f"one\ntwo\n{tmp_path / 'notebooks'}\n"]
    assert python.outputs[0].data["text/plain"] == repr(sys.executable)
    assert result.outputs[0].data["text/plain"] == "42"
    assert sorted(path.name for path in first.parent.iterdir()) == ["first.ipynb", "second.ipynb"]


def test_a_socket_finds_room_in_a_folder_with_a_long_path(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    with _short_name(str(folder)) as name, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{name}/kernel-5")
    assert (folder / "kernel-5").is_socket()


@pytest.mark.slow
def test_temporary_files_may_lie_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This is not obvious, because the length of a socket's path is limited."""
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    execute(notebook("41 + 1"), tmp_path / "toy.ipynb")
    assert nbformat.read(tmp_path / "toy.ipynb", as_version=4).cells[1].outputs[0].data["text/plain"] == "42"
    assert list(folder.iterdir()) == []


def test_a_failing_cell_is_reported_and_the_last_good_notebook_stays(tmp_path: Path) -> None:
    target = tmp_path / "toy.ipynb"
    target.write_text("the last good one")
    failing = notebook("x = 1", "%%time\nraise ValueError('no such\\nluck')", "print('never')")
    with pytest.raises(ReportError) as raised:
        execute(failing, target)
    kept = tmp_path / "toy.failed.ipynb"
    assert str(raised.value) == (
        f"{target}: cell 3 (`%%time`) failed: ValueError: no such\n  the executed part is in {kept}"
    )
    assert target.read_text() == "the last good one"
    assert nbformat.read(kept, as_version=4).cells[2].outputs[-1].ename == "ValueError"


def test_a_notebook_that_trained_is_refused_where_it_must_load(tmp_path: Path) -> None:
    target = tmp_path / "toy.ipynb"
    trained = notebook("print('no finished runs: seed-0 is older than model.py')\nprint('trained here')")
    with pytest.raises(ReportError, match=r"no finished runs: seed-0 is older than model\.py\n  make trains"):
        execute(trained, target, must_load=True)
    assert not target.exists()
    execute(notebook("print('loaded: the finished runs')"), target, must_load=True)
    assert target.exists()


def test_a_dead_kernel_is_reported_and_a_failed_notebook_is_removed_after_a_success(tmp_path: Path) -> None:
    target = tmp_path / "toy.ipynb"
    with pytest.raises(ReportError, match=r"cell 2 \(`import os`\) failed: Kernel died"):
        execute(notebook("import os\nos._exit(1)"), target)
    assert (tmp_path / "toy.failed.ipynb").exists()
    execute(notebook("1"), target)
    assert not (tmp_path / "toy.failed.ipynb").exists()


def test_the_stderr_of_a_kernel_is_printed_if_it_died(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    speak = "import os\nos.write(2, b'sockets are closed')"  # under pytest the kernel does not redirect descriptors
    execute(notebook(speak), tmp_path / "toy.ipynb")
    assert capfd.readouterr().err == ""
    with pytest.raises(ReportError):
        execute(notebook(f"{speak}\nos._exit(1)"), tmp_path / "toy.ipynb")
    assert capfd.readouterr().err == "sockets are closed"
