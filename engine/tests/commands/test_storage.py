"""What the system refuses: one message with the file and the way out, exit code 2, no traceback."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from texloom.commands.storage import check_room, refusal
from texloom.document.document import publish_file
from texloom.results.metrics import Metric
from texloom.results.sealed import write_sealed
from texloom.results.writer import RunWriter
from texloom.training.checkpoint import Checkpoint

PREAMBLE = """
import sys
from texloom.commands.entry import run_command
def main():
"""
LIMIT = 2000
"""Bytes that a file may have in these tests: another kind of full disk, which needs no disk of its own."""


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
    "report.partial": lambda folder: publish_file(Path(sys.executable), folder / "report.pdf"),
}
"""The file that is too large, and what writes it."""


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_told_with_the_file_and_what_was_there_is_kept(tmp_path: Path, name: str) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as raised:
            WRITERS[name](tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert {path.name.partition(".")[2] for path in tmp_path.iterdir()} <= {"partial", "json.partial"}
    told = refusal(raised.value)
    assert told
    assert told.where == str(tmp_path / name)
    assert told.what == "cannot be written: File too large"
    assert "then start the command again; what is finished is kept" in told.way_out


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_what_is_forbidden_names_the_file_below_the_current_folder(number: int, project: Path) -> None:
    told = refusal(OSError(number, os.strerror(number), str(project / "build" / "report.pdf")))
    assert str(told).startswith(f"build/report.pdf: cannot be used: {os.strerror(number)}\n  make it readable")


def test_of_two_files_the_new_place_is_named(tmp_path: Path) -> None:
    told = refusal(OSError(errno.ENOSPC, "", str(tmp_path / "a.partial"), None, str(tmp_path / "a")))
    assert told
    assert told.where == str(tmp_path / "a")
    assert f"MB are free on the disk of {tmp_path})" in told.way_out


def test_something_else_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "build").touch()
    with pytest.raises(FileExistsError) as raised:
        write_sealed(tmp_path / "build" / "index.json", {})
    assert str(refusal(raised.value)).startswith(f"{tmp_path}/build: cannot be written: File exists\n  something else")


def test_a_mistake_of_ours_is_none(tmp_path: Path) -> None:
    for mistake in (FileNotFoundError(errno.ENOENT, "", "file"), OSError("no number"), ValueError("a; b")):
        assert refusal(mistake) is None


def test_tensorflow_says_it_in_its_own_way() -> None:
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


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (
            "file = open('/dev/full', 'w'); file.write('x'); file.flush()",
            2,
            "/dev/full: cannot be written: No space left on device\n",
        ),
        ("raise ValueError('ours')", 1, "Traceback"),
        ("open('missing')", 1, "Traceback"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
            130,
            "interrupted; make goes on from where it was\n",
        ),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGHUP)",
            130,
            "interrupted; make goes on from where it was\n",
        ),
    ],
)
def test_how_a_command_ends(root: Path, body: str, code: int, said: str) -> None:
    script = f"{PREAMBLE}    {body}\nrun_command(main)"
    finished = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True)
    assert finished.returncode == code
    assert finished.stderr.startswith(said)
    assert ("Traceback" in finished.stderr) == (said == "Traceback")


FIGURE = f"""
    import resource
    from pathlib import Path
    from texloom.results import plotting
    figure = plotting.new_figure(height=1)
    figure.text(0, 0, "in a font, which the file carries")
    resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, {LIMIT}))
    plotting.save(figure, Path(sys.argv[1]))
run_command(main)
"""


def test_a_library_that_fails_on_top_of_it_does_not_hide_it(root: Path, tmp_path: Path) -> None:
    """As matplotlib does, which cannot close its file."""
    command = [sys.executable, "-c", PREAMBLE + FIGURE, str(tmp_path / "fit.pdf")]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert finished.returncode == 2
    assert finished.stderr.startswith(f"{tmp_path}/fit.pdf: cannot be written: File too large\n  make room there (")
    assert "Traceback" not in finished.stderr


def test_a_stage_of_a_build_leaves_it_to_the_build_to_say_that_it_was_interrupted(root: Path) -> None:
    script = f"{PREAMBLE}    raise KeyboardInterrupt\nrun_command(main)"
    marked = os.environ | {"TEXLOOM_BUILD": "somewhere"}
    finished = subprocess.run([sys.executable, "-c", script], cwd=root, env=marked, capture_output=True, text=True)
    assert (finished.returncode, finished.stderr) == (130, "")


def test_what_is_ignored_stays_ignored(root: Path) -> None:
    """As nohup has it."""
    script = f"import os, signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n{PREAMBLE}    "
    script += "from texloom.machine import processes; os.kill(os.getpid(), signal.SIGHUP)\n"
    script += "    processes.run(['sh', '-c', 'kill -HUP $PPID'])\nrun_command(main)"
    assert subprocess.run([sys.executable, "-c", script], cwd=root).returncode == 0
