"""System errors: one message with the file and the way out, exit code 2, no traceback."""

from __future__ import annotations

import errno
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from texloom.commands.storage import check_writable, refusal
from texloom.document.document import publish_file
from texloom.machine.disk import check_room
from texloom.results.metrics import Metric
from texloom.results.sealed import write_sealed
from texloom.results.writer import RunWriter
from texloom.training.checkpoint import Checkpoint

LIMIT = 2000
"""Maximum size of a file in bytes in these tests. Exceeding it is like a full disk, but needs no separate disk."""


def write_run(folder: Path) -> None:
    writer = RunWriter({"loss": Metric("", "loss")})
    writer.metric("loss", 1)
    writer.array("large", np.arange(LIMIT))
    writer.write(folder / "seed-0", {"experiment": "toy", "seed": 0})


WRITERS: dict[str, Callable[[Path], object]] = {
    "seed-0.partial/arrays.npz": write_run,
    "index.json.partial": lambda folder: write_sealed(folder / "index.json", {"large": "x" * LIMIT}),
    "seed-0.partial": lambda folder: Checkpoint(folder / "seed-0.npz", "id").save(
        1, [np.arange(LIMIT)], {}, force=True
    ),
    "report.pdf.partial": lambda folder: publish_file(Path(sys.executable), folder / "report.pdf"),
}
"""For each file that is too large, the code that writes it."""


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_reported_with_the_file_and_what_was_there_is_kept(tmp_path: Path, name: str) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as raised:
            WRITERS[name](tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert {path.name.partition(".")[2] for path in tmp_path.iterdir()} <= {"partial", "json.partial", "pdf.partial"}
    told = refusal(raised.value)
    assert told
    assert told.where == str(tmp_path / name)
    assert told.what == "cannot be written: File too large"
    assert "then start the command again; finished results are kept" in told.way_out


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_what_is_forbidden_names_the_file_below_the_current_folder(number: int, project: Path) -> None:
    told = refusal(OSError(number, os.strerror(number), str(project / "build" / "report.pdf")))
    assert str(told).startswith(f"build/report.pdf: cannot be used: {os.strerror(number)}\n  make it readable")


def test_of_two_files_the_new_place_is_named(tmp_path: Path) -> None:
    told = refusal(OSError(errno.ENOSPC, "", str(tmp_path / "a.partial"), None, str(tmp_path / "a")))
    assert told
    assert told.where == str(tmp_path / "a")
    assert f"MB are free on the disk of {tmp_path})" in told.way_out


def test_another_file_in_its_place_is_reported(tmp_path: Path) -> None:
    (tmp_path / "build").touch()
    with pytest.raises(FileExistsError) as raised:
        write_sealed(tmp_path / "build" / "index.json", {})
    assert str(refusal(raised.value)).startswith(f"{tmp_path}/build: cannot be written: File exists\n  something else")


def test_a_mistake_of_ours_is_none(tmp_path: Path) -> None:
    for mistake in (FileNotFoundError(errno.ENOENT, "", "file"), OSError("no number"), ValueError("a; b")):
        assert refusal(mistake) is None


def test_system_errors_in_messages_of_tensorflow_are_recognized() -> None:
    error = type("ResourceExhaustedError", (Exception,), {"__module__": "tensorflow.python.framework.errors_impl"})
    told = refusal(error("build/events; No space left on device"))
    assert str(told).startswith("build/events: cannot be written: No space left on device\n")
    assert refusal(error("OOM when allocating tensor; out of memory")) is None


def test_room_is_looked_for_where_a_file_may_not_grow(tmp_path: Path) -> None:
    check_room(tmp_path / "new")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            check_room(tmp_path / "new")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "new").iterdir()) == []


def test_the_first_that_may_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions are replaced by a stub, because the tests may run as root, who may write everywhere."""
    paths = [tmp_path / name for name in ("missing", "free", "forbidden", "forbidden, too")]
    for path in paths[1:]:
        path.touch()
    monkeypatch.setattr(os, "access", lambda path, mode: "forbidden" not in str(path))
    check_writable(paths[:2])
    with pytest.raises(PermissionError) as raised:
        check_writable(paths)
    assert raised.value.filename == str(paths[2])
