"""Run a notebook headless and store it with its outputs. The last good one stays until the new one is complete."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from texloom.errors import ReportError
from texloom.notebook.runtime.chapter import MISSING, RECORD

CELL_SECONDS = 3600
"""Timeout of a cell in s, enough for a training with the report's values."""


def execute(notebook: NotebookNode, target: Path, *, must_load: bool = False) -> dict[str, Any]:
    """Run all cells in a new kernel of this Python, in the target's folder, and write the notebook there.

    Returns the reads of the cells, as recorded by the kernel in a project.

    must_load: treat it as a failure if the notebook had to train because no runs are up to date.
    Raises ReportError, with the cell and the exception, if a cell fails; the executed part is then stored beside the
    target as *.failed.ipynb, and the target is not changed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    failed, partial = target.with_suffix(".failed.ipynb"), target.with_suffix(".partial")
    started: list[int] = []
    try:
        with (
            tempfile.TemporaryDirectory() as scratch,
            _short_name(scratch) as sockets,
            _kernel_stderr(scratch) as log,
        ):
            client = _client(notebook, target.parent, sockets)
            client.on_cell_start = lambda **which: started.append(which["cell_index"])
            recorded = Path(scratch, "reads.json")
            own = {"IPYTHONDIR": scratch, RECORD: str(recorded)}  # excludes the user's start-up files and history
            client.execute(env=os.environ | own, stderr=log)
            reads = json.loads(recorded.read_text(encoding="utf-8")) if recorded.exists() else {}
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        nbformat.write(notebook, failed)
        number = started[-1] if started else 0
        cell = f"cell {number + 1} (`{notebook.cells[number].source.splitlines()[0]}`)"
        raise ReportError(target, f"{cell} failed: {_reason(error)}", f"the executed part is in {failed}") from None
    if must_load:
        _refuse_own_training(notebook, target)
    failed.unlink(missing_ok=True)
    nbformat.write(notebook, partial)
    partial.replace(target)
    return reads


@contextmanager
def _kernel_stderr(folder: str) -> Iterator[IO[str]]:
    """A file for the stderr of the kernel itself, without its cells' outputs; printed only if the kernel dies.

    A kernel that is stopped closes its sockets while threads still use them, which may print errors.
    """
    with Path(folder, "kernel.log").open("w+", encoding="utf-8") as log:
        try:
            yield log
        except DeadKernelError:
            log.seek(0)
            sys.stderr.write(log.read())
            raise


@contextmanager
def _short_name(folder: str) -> Iterator[str]:
    """A short path of a folder while it is open: the path of a socket may have at most 107 bytes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        name = f"/proc/{os.getpid()}/fd/{descriptor}"
        yield name if Path(name).is_dir() else folder
    finally:
        os.close(descriptor)


def _client(notebook: NotebookNode, folder: Path, sockets: str) -> NotebookClient:
    """A client with a kernel in `folder`; both use files in `sockets`, because any local user can connect to a port."""
    return NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,  # the same runs give the same bytes
        coalesce_streams=True,
        store_widget_state=False,
        config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}),
    )


def _refuse_own_training(notebook: NotebookNode, target: Path) -> None:
    texts = [output.text for cell in notebook.cells for output in cell.get("outputs", []) if "text" in output]
    for line in "".join(texts).splitlines():
        if line.startswith(MISSING):
            raise ReportError(target, line, "make trains what is missing or out of date")


def _reason(error: Exception) -> str:
    """The first line of the exception of a cell, or of the error of the kernel."""
    text = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else str(error)
    return (text.strip() or type(error).__name__).splitlines()[0]
